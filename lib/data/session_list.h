/*
 * The sessions of one person, for the page where they end them.
 */
#ifndef VESTIBULE_DATA_SESSION_LIST_H
#define VESTIBULE_DATA_SESSION_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/config.h"
#include "data/audit.h"
#include "data/db.h"
#include "data/session.h"

struct session_row {
	uint8_t public_id[16];
	const char *browser;		/* its name in words */
	const char *address;		/* where it was made */
	int64_t created, last_seen, expires;
	bool kept;
	bool current;			/* the one that asks */
};

/* Those that are alive, the current one first, then the last seen first. */
size_t session_list(struct db *, struct arena *, const struct config *,
    const struct session *asking, int64_t now, struct session_row **);

/* False when the person has no such session. */
bool session_find(struct db *, struct arena *, const struct config *, const struct session *asking,
    int64_t now, const uint8_t public_id[16], struct session_row *);

/* In a transaction: ends one with everything that hangs on it. False when it is gone already. */
bool session_end_one(struct db *, const struct audit_actor *, int64_t person,
    const uint8_t public_id[16]);

/* In a transaction: ends all but the one that asks; how many there were. */
uint64_t session_end_others(struct db *, const struct audit_actor *, const struct session *asking);

#endif
