/*
 * Changing one's e-mail address: asked for on the profile page, done when the link is opened that
 * went to the new address, or that was shown to be copied where the site sends no mail (Q16).
 *
 * The code of the link is 256 random bits, of which the table has the keyed hash; it is good for a
 * day and once, for the person who asked, and a newer request ends it. Nobody learns whether an
 * address is taken: asking looks the same, the mail tells its owner, and only the link says no.
 */
#ifndef VESTIBULE_DATA_EMAIL_CHANGE_H
#define VESTIBULE_DATA_EMAIL_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/clock.h"
#include "core/config.h"
#include "core/crypto.h"
#include "data/audit.h"
#include "data/db.h"
#include "data/person.h"

#define EMAIL_CHANGE_LIFE CLOCK_DAY
#define EMAIL_CHANGE_MAXIMUM 5	/* requests of a person in an hour */

/*
 * In a transaction. Returns the link, which went out by mail where there is mail; NULL when the
 * person has asked too often.
 */
const char *email_change_ask(struct db *, struct arena *, const struct audit_actor *,
    const struct config *, const struct crypto_keys *, const struct person *, const char *email);

/*
 * Looks only: the new address when the code is good and of this person, else NULL. A code that is
 * not good for whatever reason is the same as none.
 */
const char *email_change_look(struct db *, struct arena *, const struct crypto_keys *,
    int64_t person, const char *code, int64_t now);

enum email_change_outcome {
	EMAIL_CHANGE_DONE,
	EMAIL_CHANGE_DEAD,	/* not good, or somebody was faster */
	EMAIL_CHANGE_TAKEN	/* somebody else has the address: roll back */
};

/* In a transaction: spends the code, changes the address, tells the old one. */
enum email_change_outcome email_change_confirm(struct db *, struct arena *,
    const struct audit_actor *, const struct config *, const struct crypto_keys *,
    const struct person *, const char *code);

/* The address that waits to be confirmed, NULL when there is none. */
const char *email_change_waiting(struct db *, int64_t person, int64_t now);

#endif
