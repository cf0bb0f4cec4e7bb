/*
 * Leaving a workspace and being removed: the one transaction with all its effects (features 3.2).
 * Whatever hangs on a membership is ended here, and only here: a later section adds its line to
 * departure_carry_out().
 */
#ifndef VESTIBULE_DATA_DEPARTURE_H
#define VESTIBULE_DATA_DEPARTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "data/audit.h"
#include "data/db.h"
#include "data/workspace.h"

enum departure_outcome {
	DEPARTURE_DONE,
	DEPARTURE_NOT_A_MEMBER,
	DEPARTURE_OWNER,		/* the owner stays */
	DEPARTURE_LAST_ADMINISTRATOR, /* the last one who can sign in: an owner may be disabled */
	DEPARTURE_NOT_ALLOWED /* who removes is no administrator any more */
};

/*
 * In a transaction. Deletes the membership and its group memberships, revokes the person's
 * credentials of that workspace, ends the invitations that wait for the person there and the links
 * that they made, closes what they were told about it, frees the seat, moves the active workspace
 * to the personal one, remembers when (no older invitation admits again), tells the person when
 * removed is true. Nothing else is touched: other workspaces, preferences, what was logged.
 */
enum departure_outcome departure_carry_out(struct db *, const struct audit_actor *,
    const struct workspace *, int64_t person, bool removed);

/* How many credentials would be revoked, for the confirmation. */
int64_t departure_credentials(struct db *, int64_t workspace, int64_t person);

#endif
