/*
 * Invitations into a workspace (features 1.H, Q24 to Q28, Q59 to Q61; decisions 26).
 *
 * Two kinds: for named addresses (each takes a seat while it is pending and not expired) and as a
 * bare link (takes a seat when used). The code of a link is 256 random bits; the table has its
 * keyed hash, so an old link can only be replaced, never shown again. Seats: members and pending
 * addresses together are never more than members_maximum. Every act that decides writes the
 * workspace first, so two at once wait for each other, on one server and on a cluster.
 */
#ifndef VESTIBULE_DATA_INVITATION_H
#define VESTIBULE_DATA_INVITATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/config.h"
#include "core/crypto.h"
#include "data/audit.h"
#include "data/db.h"
#include "data/person.h"
#include "data/workspace.h"

#define INVITATION_ADDRESSES 50	/* in one go */
#define INVITATION_ADDRESSES_DAY 1000 /* of a workspace in 24 hours; the operator has no limit */
#define INVITATION_NOTICE \
	"invitation" /* kind of the notification; reference: id of the address row */

/* How a seat count stands: members + pending of maximum (0: unlimited). */
struct invitation_seats {
	int64_t members, pending, maximum;
};
void invitation_seats(struct db *, int64_t workspace, int64_t now, struct invitation_seats *);
/* Free seats; INT64_MAX when unlimited. */
int64_t invitation_free(const struct invitation_seats *);

/* What became of each address of one ADD. */
enum invitation_report {
	INVITATION_ADDED,
	INVITATION_ALREADY_MEMBER,
	INVITATION_ALREADY_PENDING,
	INVITATION_OWN_ADDRESS
};

enum invitation_outcome {
	INVITATION_DONE,
	INVITATION_NOBODY_NEW,	/* every address was skipped: nothing is made */
	INVITATION_TOO_OFTEN,	/* more than INVITATION_ADDRESSES_DAY */
	INVITATION_NO_SEATS,	/* more addresses than free seats: the whole batch is refused */
	INVITATION_NOT_THERE,
	INVITATION_NOT_ALLOWED	/* who acts is no administrator any more */
};

/*
 * In a transaction: one invitation for many addresses (lower case, no doubles), one link. reports
 * gets a word for each address. People who have an account get the in-app notification; others
 * learn nothing about that. groups: ids of groups of the workspace. link gets the whole URL, to be
 * shown once; public_id names the invitation.
 */
enum invitation_outcome invitation_create(struct db *, struct arena *, const struct audit_actor *,
    const struct config *, const struct crypto_keys *, const struct workspace *,
    const char *const *addresses, size_t address_count, const int64_t *groups, size_t group_count,
    enum invitation_report *reports, const char **link, uint8_t public_id[16]);

/* In a transaction: a bare link, for uses joins, valid for config->invitation_link_hours. */
enum invitation_outcome
invitation_create_link(struct db *, struct arena *, const struct audit_actor *,
    const struct config *, const struct crypto_keys *, const struct workspace *, int64_t uses,
    const int64_t *groups, size_t group_count, const char **link, uint8_t public_id[16]);

/* A row of the pending list: an address, or a bare link (email ""). */
struct invitation_row {
	uint8_t public_id[16];		/* of the address row; of the invitation for a bare link */
	const char *email;
	bool link;
	const char *status;		/* "pending", "declined" */
	int64_t added, expires;
	int64_t uses, uses_maximum;
};
/*
 * The newest of the pending list, those whose address the text is a part of ("": all); *more: how
 * many there are besides.
 */
size_t invitation_list(struct db *, struct arena *, int64_t workspace, const char *search,
    struct invitation_row **, int64_t *more);
bool invitation_find(struct db *, struct arena *, int64_t workspace, const uint8_t public_id[16],
    struct invitation_row *);

/* In a transaction: takes it back; frees the seat, stops the link for that address, closes the
 * notification. */
enum invitation_outcome invitation_revoke(
    struct db *, const struct audit_actor *, int64_t workspace, const uint8_t public_id[16]);

/* In a transaction: a new code and a new expiry (Renew and New link are one); the old link stops.
 * INVITATION_NO_SEATS when it had expired and its seat is taken. */
enum invitation_outcome
invitation_renew(struct db *, struct arena *, const struct audit_actor *, const struct config *,
    const struct crypto_keys *, int64_t workspace, const uint8_t public_id[16], const char **link);

/* The addresses that wait with this row for the same link, itself among them. */
size_t invitation_addresses(struct db *, struct arena *, int64_t workspace,
    const uint8_t public_id[16], const char ***);

/* What a link is good for, for a person (NULL: nobody is signed in). */
enum invitation_state {
	INVITATION_OPEN,
	INVITATION_UNKNOWN, /* also: revoked, or for another address, when somebody is signed in
	                       with one */
	INVITATION_EXPIRED,
	INVITATION_USED_UP,
	INVITATION_FULL,
	INVITATION_OTHER_ADDRESS, /* signed in with an address that is not invited: says so, reveals
	                             none */
	INVITATION_MEMBER_ALREADY,
	INVITATION_TOO_OLD, /* made before the person left: never admits again */
	INVITATION_DECLINED /* by this person; can be invited again */
};
struct invitation_view {
	int64_t id;
	uint8_t public_id[16];
	struct workspace workspace;	/* role ROLE_NONE unless member already */
	const char *inviter;		/* name, "" for the operator */
	bool link;
	int64_t expires;
};
enum invitation_state invitation_look(struct db *, struct arena *, const struct crypto_keys *,
    const char *code, const struct person *, int64_t now, struct invitation_view *);

/* Whether an account with this address may be made by this invitation (sign-up): it is among the
 * pending ones; by a bare link, unless another invitation waits for it, whose link proves more. */
bool invitation_admits_address(
    struct db *, const struct invitation_view *, const char *email, int64_t now);

/* In a transaction: joins by a code. The membership, groups, active workspace, notices to inviter;
 * INVITATION_OPEN means done. */
enum invitation_state invitation_accept(struct db *, struct arena *, const struct audit_actor *,
    const struct crypto_keys *, const char *code, const struct person *, struct invitation_view *);

/*
 * Open invitations of which a person was told, for the Workspace page and the notifications. Who
 * takes an address after it was invited was not told: they need the link, because nothing but that
 * proves that the address is theirs.
 */
struct invitation_offer {
	int64_t id;			/* of the address row, the reference of the notice */
	uint8_t public_id[16];		/* of the address row */
	const char *workspace_name;
	const char *inviter;
	int64_t expires;
};
size_t invitation_offers(
    struct db *, struct arena *, int64_t person, int64_t now, struct invitation_offer **);

/* In a transaction: JOIN and DECLINE from the notification, by the address row. */
enum invitation_state invitation_join_offer(struct db *, struct arena *, const struct audit_actor *,
    const struct person *, const uint8_t public_id[16], struct invitation_view *);
bool invitation_decline_offer(struct db *, const struct audit_actor *, const struct person *,
    const uint8_t public_id[16]);

/* Whether a seat of the workspace waits for this person. */
bool invitation_waits_for(struct db *, int64_t workspace, int64_t person, int64_t now);

/* Whether any workspace waits for somebody with this address. */
bool invitation_waits_at(struct db *, const char *email, int64_t now);

/* In a transaction that has written the workspace: whatever waits there for the person is over,
 * because they joined in another way, or because their membership ended. */
void invitation_end_for(
    struct db *, int64_t workspace, int64_t person, bool joined, int64_t now);

/*
 * In a transaction, for somebody whose address is known to be theirs, because the operator gave it
 * or a mail confirmed it: they get the notices of what waits for it.
 */
void invitation_tell(struct db *, struct arena *, int64_t person, int64_t now);

/* In a transaction, after a change of address: what waits for it where the person is already. */
void invitation_end_where_member(struct db *, int64_t person, int64_t now);

/*
 * In a transaction that has written the workspace: links without an address by who is no
 * administrator there any more stop, and their invitations put nobody into groups.
 */
void invitation_disown(struct db *, int64_t workspace, int64_t now);

#endif
