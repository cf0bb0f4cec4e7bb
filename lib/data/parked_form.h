/*
 * Posted forms that wait for the password (decisions 16): sealed, bound to session and path, for 10
 * minutes.
 */
#ifndef VESTIBULE_DATA_PARKED_FORM_H
#define VESTIBULE_DATA_PARKED_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "data/db.h"

#define PARKED_FORM_LIFE (10 * CLOCK_MINUTE)

/* Returns the id (32 hex). */
const char *parked_form_create(struct db *, struct arena *, const struct crypto_keys *,
    const uint8_t session_hash[32], const char *path, const char *body, int64_t now);

/*
 * The body; NULL when it is not there, of another session or path, or cannot be opened. *late: its
 * time is over, so it is not to be carried out, but what was typed need not be typed again. It is
 * removed an hour after that.
 */
const char *parked_form_open(struct db *, struct arena *, const struct crypto_keys *,
    const uint8_t session_hash[32], const char *path, const char *id, int64_t now, bool *late);

#endif
