/*
 * Secrets that are shown once: sealed, bound to the session, for 10 minutes, ended by "Done" or
 * sign-out (Q6).
 */
#ifndef VESTIBULE_DATA_REVEAL_H
#define VESTIBULE_DATA_REVEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "data/db.h"

#define REVEAL_LIFE (10 * CLOCK_MINUTE)

/* In a transaction. Returns the id that stands in the URL (32 hex). */
const char *reveal_create(struct db *, struct arena *, const struct crypto_keys *,
    const uint8_t session_hash[32], const char *kind, int64_t object, const char *payload,
    int64_t now);

/* The payload; NULL when it is not there, of another session, over, or cannot be opened. */
const char *
reveal_open(struct db *, struct arena *, const struct crypto_keys *, const uint8_t session_hash[32],
    const char *kind, const char *id, int64_t now, int64_t *object, int64_t *expires);

void reveal_end(struct db *, const uint8_t session_hash[32], const char *id);

#endif
