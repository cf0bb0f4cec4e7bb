/*
 * Workspaces and who is in them. Whoever asks for a workspace by id gets it only as a member:
 * another one is "not there".
 */
#ifndef VESTIBULE_DATA_WORKSPACE_H
#define VESTIBULE_DATA_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/audit.h"
#include "data/db.h"

#define WORKSPACE_NAME 100	/* characters, 1 at least */

enum role {
	ROLE_NONE,
	ROLE_MEMBER,
	ROLE_ADMINISTRATOR,
	ROLE_OWNER
};

/* A workspace as seen by one of its members. */
struct workspace {
	int64_t id;
	uint8_t public_id[16];
	const char *name;
	bool personal;
	int64_t owner;			/* 0: of the installation */
	int64_t members, members_maximum;	/* 0: unlimited */
	enum role role;			/* of the person who asked */
};

/* The workspace of this id, if the person is a member. */
bool workspace_of_member(
    struct db *, struct arena *, int64_t person, const uint8_t public_id[16], struct workspace *);

/* What a page without ws shows: the active one, else the personal one, else the oldest. False:
 * member of none. */
bool workspace_active(struct db *, struct arena *, int64_t person, struct workspace *);

/* All of the person's, own personal one first, then by name. */
size_t workspace_list(struct db *, struct arena *, int64_t person, struct workspace **);

/* In a transaction: makes a workspace with its built-in groups. owner 0: of the installation.
 * maximum 0: unlimited members. Returns its id. */
int64_t workspace_create(struct db *, const struct audit_actor *, const char *name, int64_t owner,
    bool personal, int64_t maximum);

/* Whether a text may be a name: NULL, or the sentence that says why not. Give it one line. */
const char *workspace_name_fault(const char *name);

/* In a transaction. Setting the name that is there is a success without a write. */
void workspace_rename(
    struct db *, const struct audit_actor *, const struct workspace *, const char *name);

/*
 * In a transaction, before anything is decided about the people of a workspace: writes it, so that
 * two at once wait for each other, and only then looks whether who acts still has the role there:
 * somebody else may have taken it since the form came. False: not any more. The operator always
 * has; ROLE_NONE asks for none.
 */
bool workspace_guard(struct db *, const struct audit_actor *, int64_t workspace, enum role least);

/* In a transaction: the person's active workspace. False: no member any more. */
bool workspace_activate(
    struct db *, const struct audit_actor *, const struct workspace *, int64_t person);

/* In a transaction, by the operator: 0 for unlimited. Lowering it below the count removes nobody.
 */
void workspace_limit(struct db *, const struct audit_actor *, int64_t workspace, int64_t maximum);

/* In a transaction: one member more; false when the workspace is full. Joining twice is true and
 * changes nothing. */
bool workspace_join(
    struct db *, const struct audit_actor *, int64_t workspace, int64_t person, enum role);

/* How many owners and administrators can still sign in, without this person (0: all). */
int64_t workspace_administrators(struct db *, int64_t workspace, int64_t without);

/* In a transaction, after a membership came or went: the number beside the person (schema 0007). */
void workspace_count_memberships(struct db *, int64_t person);

/* The installation's workspace of the edition self-hosted; 0 when there is none. */
int64_t workspace_of_installation(struct db *);

const char *role_name(enum role);	/* as in the table: "owner" … */

#endif
