/*
 * `vestibule workspace`: names and limits.
 */
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "ctl/ctl.h"
#include "ctl/place.h"

enum { OF_WORKSPACE, OF_VALUE };

static const struct ctl_option rename_options[] = {
	{ "workspace", "ID", "32 hex digits, as \"workspace list\" prints them" },
	{ "name", "NAME", "1 to 100 characters" },
	{ NULL },
};
static const struct ctl_option limit_options[] = {
	{ "workspace", "ID", "32 hex digits, as \"workspace list\" prints them" },
	{ "members", "NUMBER", "how many members it may have; 0 is no limit" },
	{ NULL },
};

struct work {
	struct ctl *ctl;
	struct audit_actor actor;
	struct workspace workspace;
	const char *name;
	int64_t maximum;
};

int
place_find(struct ctl *ctl, const char *id, struct workspace *workspace)
{
	uint8_t bytes[16];
	struct db_rows *rows;

	memset(workspace, 0, sizeof(*workspace));
	if (id == NULL || !text_parse_id(id, bytes))
		return ctl_wrong_use("--workspace takes 32 lower-case hex digits");
	rows = db_query(ctl->db,
	    "SELECT id, name, personal, owner, members, members_maximum FROM {workspace} WHERE "
	    "public_id = ?",
	    db_bytes(bytes, sizeof(bytes)));
	if (!db_next(rows))
		return db_failed(ctl->db) ? ctl_database_failed(ctl->db)
		                          : ctl_refuse("there is no workspace %s", id);
	workspace->id = db_column_integer(rows, 0);
	memcpy(workspace->public_id, bytes, sizeof(bytes));
	workspace->name = db_text(rows, 1);
	workspace->personal = db_column_integer(rows, 2) == 1;
	workspace->owner = db_column_integer(rows, 3);
	workspace->members = db_column_integer(rows, 4);
	workspace->members_maximum = db_column_integer(rows, 5);
	workspace->role = ROLE_OWNER;
	return CTL_DONE;
}

static int
list(struct ctl *ctl, const struct ctl_call *call)
{
	struct db_rows *rows = db_query(ctl->db,
	    "SELECT w.public_id, w.name, p.email, w.members, w.members_maximum FROM {workspace} w"
	    " LEFT JOIN {person} p ON p.id = w.owner ORDER BY w.name, w.id");

	(void)call;
	while (db_next(rows)) {
		uint8_t id[16];

		db_column_copy(rows, 0, id, sizeof(id));
		printf("%s\t%s\t%s\t%lld\t", text_id(ctl->arena, id), db_text(rows, 1),
		    db_is_null(rows, 2) ? "-" : db_text(rows, 2),
		    (long long)db_column_integer(rows, 3));
		if (db_is_null(rows, 4))
			puts("unlimited");
		else
			printf("%lld\n", (long long)db_column_integer(rows, 4));
	}
	return db_failed(ctl->db) ? ctl_database_failed(ctl->db) : CTL_DONE;
}

static bool
rename_work(void *argument)
{
	struct work *work = argument;

	workspace_rename(work->ctl->db, &work->actor, &work->workspace, work->name);
	return true;
}

static int
rename_workspace(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .actor = ctl_actor(ctl->arena) };
	const char *name = call->options[OF_VALUE], *fault;
	int code;

	if (name == NULL || !text_is_utf8(name, strlen(name)))
		return ctl_wrong_use("--name takes a name in UTF-8");
	code = place_find(ctl, call->options[OF_WORKSPACE], &work.workspace);
	if (code != CTL_DONE)
		return code;
	work.name = text_one_line(ctl->arena, name);
	fault = workspace_name_fault(work.name);
	if (fault != NULL)
		return ctl_refuse("%s", fault);
	if (db_transaction(ctl->db, rename_work, &work) != DB_COMMITTED)
		return ctl_database_failed(ctl->db);
	printf("The workspace is now called %s.\n", work.name);
	return CTL_DONE;
}

static bool
limit_work(void *argument)
{
	struct work *work = argument;

	workspace_limit(work->ctl->db, &work->actor, work->workspace.id, work->maximum);
	return true;
}

static int
limit(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .actor = ctl_actor(ctl->arena) };
	const char *number = call->options[OF_VALUE];
	int code;

	if (number == NULL || !text_integer(number, 0, 1000000, &work.maximum))
		return ctl_wrong_use("--members takes a number from 0 to 1000000");
	code = place_find(ctl, call->options[OF_WORKSPACE], &work.workspace);
	if (code != CTL_DONE)
		return code;
	if (db_transaction(ctl->db, limit_work, &work) != DB_COMMITTED)
		return ctl_database_failed(ctl->db);
	if (work.maximum == 0)
		printf("%s has no limit any more.\n", work.workspace.name);
	else
		printf("The limit of %s is %lld; it has %lld now. Nobody is removed.\n",
		    work.workspace.name, (long long)work.maximum,
		    (long long)work.workspace.members);
	return CTL_DONE;
}

const struct ctl_command ctl_workspace[] = {
	{
	    .name = "workspace list",
	    .summary = "lists workspaces: id, name, owner, members, limit",
	    .needs = CTL_ALL,
	    .run = list,
	},
	{
	    .name = "workspace rename",
	    .summary = "gives a workspace another name",
	    .options = rename_options,
	    .needed = 2,
	    .needs = CTL_ALL,
	    .run = rename_workspace,
	},
	{
	    .name = "workspace limit",
	    .summary = "sets how many members a workspace may have",
	    .options = limit_options,
	    .needed = 2,
	    .needs = CTL_ALL,
	    .run = limit,
	},
	{ .name = NULL },
};
