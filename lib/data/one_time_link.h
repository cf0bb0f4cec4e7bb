/*
 * Links that sign in once: for the first administrator, and for resets by the operator (decisions
 * 21). The code is 256 random bits; the table has its keyed hash. A new link ends the person's
 * older ones.
 */
#ifndef VESTIBULE_DATA_ONE_TIME_LINK_H
#define VESTIBULE_DATA_ONE_TIME_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/config.h"
#include "core/crypto.h"
#include "data/audit.h"
#include "data/db.h"
#include "data/person.h"

/* In a transaction. Returns the whole link: "<web_server>/sign-in?link=<code>". */
const char *one_time_link_create(struct db *, struct arena *, const struct audit_actor *,
    const struct config *, const struct crypto_keys *, int64_t person);

enum one_time_link_state {
	ONE_TIME_LINK_GOOD,
	ONE_TIME_LINK_UNKNOWN, /* never made, replaced by a newer one, or of a disabled person */
	ONE_TIME_LINK_USED,
	ONE_TIME_LINK_EXPIRED
};

/* Looks only. */
enum one_time_link_state one_time_link_look(struct db *, struct arena *, const struct crypto_keys *,
    const char *code, int64_t now, struct person *);

/* In a transaction: spends it, by one conditional UPDATE. False when somebody was faster. */
bool one_time_link_spend(
    struct db *, const struct audit_actor *, const struct crypto_keys *, const char *code);

#endif
