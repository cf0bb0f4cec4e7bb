/*
 * What was posted, for a day: makes every write happen exactly once (decisions 2, 3). The row is
 * inserted first in the transaction of the act; posting the same again finds it and gets the same
 * answer.
 */
#ifndef VESTIBULE_DATA_NONCE_H
#define VESTIBULE_DATA_NONCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/crypto.h"
#include "data/db.h"

struct nonce {
	uint8_t hash[32];
	const uint8_t *session_hash;	/* NULL for API requests */
	const char *route;		/* the row of the table */
	const char *object;		/* the whole path */
	uint8_t body_digest[32];
};

/* What was answered. */
struct nonce_answer {
	unsigned status;
	const char *location;		/* or NULL */
	const char *message;		/* or NULL */
	const void *result;		/* sealed; or NULL */
	size_t result_length;
};

/* First statement of the transaction: DB_DUPLICATE when it is spent. */
enum db_outcome nonce_spend(struct db *, const struct nonce *, int64_t now);

/* Last statement of the transaction. */
void nonce_answer(struct db *, const struct nonce *, const struct nonce_answer *);

/* The answer of a spent nonce: true when session, route, object and body are the same. */
bool nonce_repeat(struct db *, struct arena *, const struct nonce *, struct nonce_answer *);

/* The message behind "?done=<16 hex>" for this session; NULL when there is none. */
const char *
nonce_message(struct db *, struct arena *, const uint8_t session_hash[32], const char *done);

/* The 16 hex digits. */
char *nonce_done(struct arena *, const struct nonce *);

/* After a sign-in in this transaction: the message is for the new session. */
void nonce_move(struct db *, const struct nonce *, const uint8_t new_session_hash[32]);

#endif
