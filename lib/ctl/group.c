/*
 * `vestibule group`: groups of a workspace, also those that are too large for a form.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "ctl/ctl.h"
#include "ctl/people.h"
#include "ctl/place.h"
#include "data/user_group.h"

enum { OF_WORKSPACE, OF_GROUP, OF_EMAIL, OF_REMOVE };

static const struct ctl_option list_options[] = {
	{ "workspace", "ID", "of which, 32 hex digits" },
	{ NULL },
};
static const struct ctl_option member_options[] = {
	{ "workspace", "ID", "of which, 32 hex digits" },
	{ "group", "NAME", "the group's name: Admins, Queue admins, or one that was made" },
	{ "email", "ADDRESS", "a member of the workspace" },
	{ "remove", NULL, "takes the person out instead of putting them in" },
	{ NULL },
};

struct work {
	struct ctl *ctl;
	struct audit_actor actor;
	struct workspace workspace;
	struct user_group group;
	struct person person;
	bool remove, unchanged;
	enum user_group_outcome outcome;
};

static int
list(struct ctl *ctl, const struct ctl_call *call)
{
	struct workspace workspace;
	bool more = true;
	int code;

	code = place_find(ctl, call->options[OF_WORKSPACE], &workspace);
	if (code != CTL_DONE)
		return code;
	for (int64_t page = 0; more; page++) {
		struct user_group *rows;
		size_t count = user_group_list(
		    ctl->db, ctl->arena, workspace.id, page, &rows, &more);

		for (size_t i = 0; i < count; i++)
			printf("%s\t%s\t%lld\t%s\n", rows[i].name,
			    rows[i].builtin != USER_GROUP_MADE ? "built-in" : "made",
			    (long long)rows[i].members,
			    text_one_line(ctl->arena, rows[i].description));
	}
	return db_failed(ctl->db) ? ctl_database_failed(ctl->db) : CTL_DONE;
}

/* The group as it is, with one person more or less. */
static bool
member_work(void *argument)
{
	struct work *work = argument;
	struct ctl *ctl = work->ctl;
	struct user_group group;
	struct member *members;
	uint8_t (*people)[16];
	size_t count, kept = 0;

	if (!user_group_find(
	        ctl->db, ctl->arena, work->workspace.id, work->group.public_id, &group)) {
		work->outcome = USER_GROUP_NOT_THERE;
		return false;
	}
	count = user_group_members(ctl->db, ctl->arena, &group, &members);
	people = arena_allocate(ctl->arena, (count + 1) * sizeof(*people));
	for (size_t i = 0; i < count; i++) {
		if (members[i].person != work->person.id)
			memcpy(people[kept++], members[i].public_id, sizeof(*people));
	}
	work->unchanged = group.builtin != USER_GROUP_USERS && work->remove == (kept == count);
	if (work->unchanged)
		return false;
	if (!work->remove)
		memcpy(people[kept++], work->person.public_id, sizeof(*people));
	work->outcome = user_group_change(ctl->db, &work->actor, &group, group.name,
	    group.description, (const uint8_t(*)[16])people, kept);
	return work->outcome == USER_GROUP_DONE;
}

static bool
find_group(struct ctl *ctl, const char *name, struct work *work)
{
	struct user_group *rows;
	size_t count = user_group_choices(ctl->db, ctl->arena, work->workspace.id, &rows);

	for (size_t i = 0; name != NULL && i < count; i++) {
		if (strcmp(rows[i].name, name) == 0) {
			work->group = rows[i];
			return true;
		}
	}
	ctl_refuse("there is no such group in this workspace; see \"vestibule group list\"");
	return false;
}

static int
member(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl,
		.actor = ctl_actor(ctl->arena),
		.remove = call->options[OF_REMOVE] != NULL };
	int code;

	code = place_find(ctl, call->options[OF_WORKSPACE], &work.workspace);
	if (code == CTL_DONE)
		code = people_find(ctl, call->options[OF_EMAIL], &work.person);
	if (code != CTL_DONE)
		return code;
	if (!find_group(ctl, call->options[OF_GROUP], &work))
		return CTL_REFUSED;
	if (work.remove && work.group.builtin == USER_GROUP_ADMINS &&
	    work.workspace.owner == work.person.id)
		return ctl_refuse("%s owns this workspace, so they are always in Admins",
		    work.person.email);
	if (db_transaction(ctl->db, member_work, &work) == DB_BROKEN)
		return ctl_database_failed(ctl->db);
	if (work.unchanged) {
		printf("%s %s %s: nothing is changed.\n", work.person.email,
		    work.remove ? "was not in" : "is already in", work.group.name);
		return CTL_DONE;
	}
	switch (work.outcome) {
	case USER_GROUP_DONE:
		printf("%s is %s %s.\n", work.person.email, work.remove ? "not in" : "in",
		    work.group.name);
		return CTL_DONE;
	case USER_GROUP_NOT_A_MEMBER:
		return ctl_refuse("%s is not a member of this workspace", work.person.email);
	case USER_GROUP_LAST_ADMINISTRATOR:
		return ctl_refuse("a workspace without an administrator is not possible");
	case USER_GROUP_FIXED:
		return ctl_refuse(
		    "everybody in the workspace is in this group; it cannot be changed");
	default:
		return ctl_refuse(
		    "the group was changed by somebody else at the same moment; try again");
	}
}

const struct ctl_command ctl_group[] = {
	{
	    .name = "group list",
	    .summary = "lists the groups of a workspace: name, kind, members, description",
	    .options = list_options,
	    .needed = 1,
	    .needs = CTL_ALL,
	    .run = list,
	},
	{
	    .name = "group member",
	    .summary = "puts somebody into a group, or takes them out",
	    .options = member_options,
	    .needed = 3,
	    .needs = CTL_ALL,
	    .run = member,
	},
	{ .name = NULL },
};
