/*
 * Form tokens: CSRF protection and exactly-once nonce in one (design/security.md 5.3, decisions 3).
 *
 * base64url( nonce 16 | expiry 4 | key id 4 | MAC 32 ). The MAC (keyed BLAKE2b, subkey form) covers
 * session hash, workspace, path, nonce and expiry, so a token is good for one session, one form and
 * one object, for 12 hours. The person is not in it: a session has one person for all its life, and
 * signing out twice must be answered twice.
 */
#ifndef VESTIBULE_WEB_TOKEN_H
#define VESTIBULE_WEB_TOKEN_H

#include "web/request.h"

#define TOKEN_HOURS 12

enum token_state {
	TOKEN_GOOD,
	TOKEN_MISSING,
	TOKEN_BAD,	/* garbled, or of another session, workspace or path */
	TOKEN_EXPIRED
};

/*
 * A new token for a POST to the path (without base path). workspace: 32 hex, NULL for none. Makes
 * the pre-session cookie when the browser has none.
 */
const char *token_make(struct request *, const char *path, const char *workspace);

/* Checks, and fills the hash of the nonce. token NULL: missing. */
enum token_state token_check(const struct request *, const char *token, const char *path,
    const char *workspace, uint8_t nonce_hash[32]);

#endif
