/*
 * Groups of members (features 1.L, Q43): three built-in ones with fixed rights, and those that
 * administrators make.
 *
 * Users is everybody and has no rows; Admins is the role administrator of the membership (the owner
 * always counts) and is changed here as a group; Queue admins and made groups have rows in
 * group_member.
 */
#ifndef VESTIBULE_DATA_USER_GROUP_H
#define VESTIBULE_DATA_USER_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/audit.h"
#include "data/db.h"
#include "data/member_list.h"
#include "data/workspace.h"

#define USER_GROUP_NAME 100
#define USER_GROUP_DESCRIPTION 1000
#define USER_GROUP_MOST 500	/* groups of a workspace, at most */
#define USER_GROUP_PAGE 50	/* of the list */

enum user_group_builtin {
	USER_GROUP_MADE,
	USER_GROUP_ADMINS,
	USER_GROUP_QUEUE_ADMINS,
	USER_GROUP_USERS
};

struct user_group {
	int64_t id;
	uint8_t public_id[16];
	int64_t workspace;
	const char *name, *description;
	enum user_group_builtin builtin;
	int64_t revision;
	int64_t members;		/* how many; not from user_group_choices() */
	const char *const *first; /* names of the first five, NULL at the end; only from the list */
};

enum user_group_outcome {
	USER_GROUP_DONE,
	USER_GROUP_NAME_TAKEN,
	USER_GROUP_NOT_THERE,
	USER_GROUP_FIXED, /* built-in: not to be renamed or deleted; Users not to be changed at all
	                   */
	USER_GROUP_STALE, /* changed by somebody else since the form was drawn */
	USER_GROUP_NOT_A_MEMBER, /* one of the people is no member of the workspace */
	USER_GROUP_LAST_ADMINISTRATOR, /* nobody would be left who may sign in */
	USER_GROUP_TOO_MANY, /* the workspace has USER_GROUP_MOST groups */
	USER_GROUP_NOT_ALLOWED /* who acts is no administrator any more */
};

/* In a transaction: the three built-in groups of a new workspace; again is harmless. */
void user_group_make_builtin(struct db *, const struct audit_actor *, int64_t workspace);

/*
 * A page, from 0: built-in ones first in the order Admins, Queue admins, Users, then by name.
 * *more: there is another one behind it. Of the members only five a group are read, and the others
 * counted.
 */
size_t user_group_list(struct db *, struct arena *, int64_t workspace, int64_t page,
    struct user_group **, bool *more);

/* All of them in the same order, without anything about their members. */
size_t user_group_choices(struct db *, struct arena *, int64_t workspace, struct user_group **);

bool user_group_find(struct db *, struct arena *, int64_t workspace, const uint8_t public_id[16],
    struct user_group *);

/* Members of a group: ids, names and e-mails. */
size_t user_group_members(struct db *, struct arena *, const struct user_group *, struct member **);

/* Names of the groups of each of these people, for the GROUPS column: one statement; texts[i] are
 * names joined by newlines. */
void user_group_names(struct db *, struct arena *, int64_t workspace, const struct member *,
    size_t count, const char **texts);

/* In a transaction. people: public ids of the members that the group has afterwards, each once. */
enum user_group_outcome
user_group_create(struct db *, const struct audit_actor *, int64_t workspace, const char *name,
    const char *description, const uint8_t (*people)[16], size_t count, int64_t *id);
enum user_group_outcome
user_group_change(struct db *, const struct audit_actor *, const struct user_group *,
    const char *name, const char *description, const uint8_t (*people)[16], size_t count);
enum user_group_outcome
user_group_delete(struct db *, const struct audit_actor *, const struct user_group *);

#endif
