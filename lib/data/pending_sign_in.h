/*
 * Between the password (or the one-time link) and the code of the second factor: who is half in.
 *
 * It belongs to a cookie that is made for it, so that a cookie somebody planted before is worth
 * nothing, and lasts five minutes. It ends with five wrong codes, and when the person is disabled
 * or their password changes. A link, and a password chosen with it, wait sealed and are used up
 * only when the code was right.
 */
#ifndef VESTIBULE_DATA_PENDING_SIGN_IN_H
#define VESTIBULE_DATA_PENDING_SIGN_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "data/db.h"
#include "data/person.h"
#include "data/session.h"

#define PENDING_SIGN_IN_LIFE (5 * CLOCK_MINUTE)
#define PENDING_SIGN_IN_FAILURES 5

struct pending_sign_in {
	enum session_way way;
	bool kept;
	const char *next;		/* page to go to, or "" */
	const char *link;		/* code of the one-time link, or "" */
	const char *password_hash;	/* of the password chosen with it, or "" */
};

/* In a transaction. Returns the cookie. */
const char *pending_sign_in_create(struct db *, struct arena *, const struct crypto_keys *,
    const struct person *, const struct pending_sign_in *, int64_t now);

/* hash: of the cookie. False when nobody is half in with it. */
bool pending_sign_in_load(struct db *, struct arena *, const struct crypto_keys *,
    const uint8_t hash[32], int64_t now, struct pending_sign_in *, struct person *);

/* In a transaction: ends it; false when somebody was faster. */
bool pending_sign_in_end(struct db *, const uint8_t hash[32]);

/* Counts a wrong code; true when it was the last one allowed, and all has to begin anew. */
bool pending_sign_in_failed(struct db *, const uint8_t hash[32]);

#endif
