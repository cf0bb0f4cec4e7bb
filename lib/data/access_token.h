/*
 * The token of auth.login: a JWT (RFC 7519) signed with HS256, as the clients expect it
 * (spec/api.md 5). Clients decode it without verifying; we verify, and never parse what is not
 * ours: the header is one constant, compared whole, so there is no "alg", "kid" or "jku" to lie
 * with; the body is read only after its MAC was right under the current or the previous key of the
 * key file. Its times are checked. What it says about a person is only for the client: who the
 * caller is, the database is asked at every call.
 *
 * A token hangs on what it was made with, an API credential or, for somebody signed in by browser,
 * that session. When that ends, so does the token. auth.logout ends a single token.
 */
#ifndef VESTIBULE_DATA_ACCESS_TOKEN_H
#define VESTIBULE_DATA_ACCESS_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/config.h"
#include "core/crypto.h"
#include "data/audit.h"
#include "data/credential.h"
#include "data/db.h"

#define ACCESS_TOKEN_SECONDS 31536000	/* longest life: a year */
#define ACCESS_TOKEN_API_VERSION "2.34"	/* newest version of the API that clients may ask for */

struct access_token {
	uint8_t id[16];			/* claim session_id, for the revocation list */
	bool of_session;		/* made by a browser session; else by a credential */
	uint8_t origin[16];		/* public id of that session or credential */
	uint8_t workspace[16];		/* public id: claim identity.company */
	int64_t issued, expires;	/* moments, whole seconds */
};

/*
 * A new token for the caller, that lives for so many seconds. session: the public id of the browser
 * session it hangs on; NULL: it hangs on the caller's credential.
 */
const char *access_token_make(struct arena *, const struct crypto_keys *,
    const struct credential_caller *, const uint8_t session[16], int64_t now, int64_t seconds);

/*
 * Reads a token: NULL when it is genuine and has not expired, else why not, in words that the
 * answer may carry ("expired on 2026-03-01T00:00:00Z").
 */
const char *access_token_read(struct arena *, const struct crypto_keys *, const char *text,
    int64_t now, struct access_token *);

/*
 * The caller behind a genuine token, asked of the database: NULL, or why the token is dead although
 * it has not expired. With a token of a session the caller has no credential, and *proved is when
 * the person last proved who they are; else 0.
 */
const char *access_token_caller(struct db *, struct arena *, const struct config *,
    const struct access_token *, int64_t now, struct credential_caller *, int64_t *proved);

/* In a transaction: ends this one token. */
void access_token_revoke(struct db *, const struct audit_actor *, const struct access_token *,
    int64_t workspace);

/* The public id of the session with this hash; false when there is none any more. */
bool access_token_session(struct db *, const uint8_t session_hash[32], uint8_t public_id[16]);

/* The version of this server as claim server_version must have it: digits and dots only. */
const char *access_token_server_version(struct arena *);

#endif
