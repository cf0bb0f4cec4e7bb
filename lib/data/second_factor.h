/*
 * The second factor of a person: codes of an app (TOTP) and recovery codes.
 *
 * The seed is kept sealed. When its key is lost the factor stays on and says that it cannot be
 * read: recovery codes, which need no key, still work, and `vestibule person second-factor-reset`
 * takes it off (decisions 15). No code is taken twice: the step of the last one is kept, a recovery
 * code has its time of use, both written by one conditional UPDATE.
 */
#ifndef VESTIBULE_DATA_SECOND_FACTOR_H
#define VESTIBULE_DATA_SECOND_FACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/crypto.h"
#include "data/audit.h"
#include "data/db.h"

struct second_factor {
	bool on;
	bool readable;		/* the seed can be opened */
	int64_t since;
	int64_t codes_left;	/* recovery codes */
};

/* False when it is off. keys NULL: readable is not looked at. */
bool second_factor_load(struct db *, struct arena *, const struct crypto_keys *, int64_t person,
    struct second_factor *);
bool second_factor_is_on(struct db *, int64_t person);

/* What a code turned out to be. */
enum second_factor_answer {
	SECOND_FACTOR_RIGHT,
	SECOND_FACTOR_WRONG,
	SECOND_FACTOR_REPLAYED,	/* right, but it was used already */
	SECOND_FACTOR_UNCHECKED,	/* too many tries: by web/proof.h only */
	SECOND_FACTOR_UNREADABLE	/* six digits, and nobody can tell */
};
struct second_factor_code {
	bool is_recovery;
	int64_t step;		/* of a code of the app */
	uint8_t hash[32];	/* of a recovery code */
};

/* Looks only; the code is as somebody typed it. Spend it then. */
enum second_factor_answer second_factor_check(struct db *, struct arena *,
    const struct crypto_keys *, int64_t person, const char *typed, int64_t now,
    struct second_factor_code *);

/* False when somebody was faster. */
bool second_factor_spend(struct db *, const struct audit_actor *, int64_t person,
    const struct second_factor_code *);

/* In a transaction. step: of the code that confirmed it, which is spent by that. */
void second_factor_switch_on(struct db *, struct arena *, const struct audit_actor *,
    const struct crypto_keys *, int64_t person, const char *seed, int64_t step);

/* In a transaction: new recovery codes, one a line; the old ones end. */
const char *second_factor_recovery_codes(struct db *, struct arena *, const struct audit_actor *,
    int64_t person);

/* In a transaction. False when it was off. action: "second-factor.off", "second-factor.reset". */
bool second_factor_switch_off(struct db *, const struct audit_actor *, int64_t person,
    const char *action);

/*
 * Seals the seeds that older keys have sealed anew with the current one. A person who sets up
 * another factor meanwhile has done it themselves. Returns how many; *lost gets how many cannot be
 * opened.
 */
size_t second_factor_reseal(struct db *, struct arena *, const struct crypto_keys *, size_t *lost);

#endif
