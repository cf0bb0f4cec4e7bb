/*
 * Anonymous usage data (features C9, Q20): one setting of the whole installation, off until an
 * administrator of it agrees, with who did so, when, and at which version. Here is what is stored
 * and what a report says; `vestibule sweep` sends it, and only to the address of the configuration.
 *
 * Administrators of the installation are those of its workspace (decisions 11). Where everybody
 * has a workspace of their own there is none, and only the operator decides: `vestibule telemetry
 * on`, or preference.telemetry in the configuration, which settles it wherever it is given.
 */
#ifndef VESTIBULE_DATA_TELEMETRY_H
#define VESTIBULE_DATA_TELEMETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/config.h"
#include "data/audit.h"
#include "data/db.h"
#include "data/preference.h"

struct telemetry {
	bool enabled;			/* effective */
	int64_t at;			/* when it was last decided; 0: never */
	const char *by;			/* name of who decided; "": the operator, or nobody */
	const char *by_id;		/* their user ID, or "" */
	const char *version;		/* of this product then, or "" */
	const char *day;		/* "2026-11-24", when it was last sent or tried; or "" */
	const char *result;		/* "sent", or what went wrong, in words; or "" */
	const char *administrators;	/* names of who may decide, with commas between; or "" */
	bool may_decide;		/* who asks; false where the operator has fixed it */
};

/*
 * One statement; with the preferences of the person too when that is not NULL, as preference_load()
 * gives them.
 */
void telemetry_load(struct db *, const struct config *, int64_t person, struct telemetry *,
    struct preference *);

/* In a transaction; the caller has asked may_decide. The operator's actor has no person. */
void telemetry_decide(struct db *, struct arena *, const struct audit_actor *, bool enabled);

/*
 * What would be sent on this day: a JSON text, exactly as it goes out. No names, no addresses: a
 * number that is made of the installation's and cannot be turned back, version, edition, counts.
 */
const char *telemetry_report(struct db *, struct arena *, const struct config *, int64_t now);

/* Whether this is the first to ask today, of however many; what came of it is noted afterwards. */
bool telemetry_claim_day(struct db *, struct arena *, int64_t now);
void telemetry_note(struct db *, const char *result, int64_t now);

#endif
