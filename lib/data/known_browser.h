/*
 * From which browsers and networks somebody signed in before, as a hash: a sign-in from another one
 * is worth a notice.
 */
#ifndef VESTIBULE_DATA_KNOWN_BROWSER_H
#define VESTIBULE_DATA_KNOWN_BROWSER_H

#include <stdbool.h>
#include <stdint.h>

#include "data/audit.h"
#include "data/db.h"

/*
 * In a transaction: remembers the one that signs in, by its name and the network of the actor's
 * address. True when it is new and the person has signed in from another one before.
 */
bool known_browser_note(struct db *, struct arena *, const struct audit_actor *, int64_t person,
    const char *browser);

#endif
