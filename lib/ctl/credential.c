/*
 * `vestibule credential`: API credentials of a person, for scripts that set up machines.
 */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "ctl/ctl.h"
#include "ctl/people.h"
#include "data/credential.h"

enum { OF_EMAIL, OF_WORKSPACE, OF_LABEL, OF_EXPIRES, OF_JSON };

static const struct ctl_option create_options[] = {
	{ "email", "ADDRESS", "whose: the pair acts as this person" },
	{ "workspace", "ID", "32 hex digits; default: the person's active workspace" },
	{ "label", "TEXT", "up to 100 characters" },
	{ "expires", "DAYS|YYYY-MM-DD",
	    "1 to 3650 days, or the day (UTC) on which it ends; default: never" },
	{ "json", NULL, "prints {\"access_key\": …, \"secret_key\": …}" },
	{ NULL },
};
static const struct ctl_option list_options[] = {
	{ "email", "ADDRESS", "whose" },
	{ "workspace", "ID", "32 hex digits; default: the person's active workspace" },
	{ NULL },
};

struct work {
	struct ctl *ctl;
	struct audit_actor actor;
	struct person person;
	struct workspace workspace;
	const char *label;
	int64_t expires;
	struct credential credential;
	struct credential_pair pair;
	enum credential_outcome outcome;
};

/* The person and the workspace of the command line: CTL_DONE, else the exit code after a message.
 */
static int
find_place(struct ctl *ctl, const struct ctl_call *call, struct work *work)
{
	const char *id = call->options[OF_WORKSPACE];
	uint8_t bytes[16];
	int code = people_find(ctl, call->options[OF_EMAIL], &work->person);
	bool found;

	if (code != CTL_DONE)
		return code;
	if (id != NULL && !text_parse_id(id, bytes))
		return ctl_wrong_use("--workspace takes 32 lower-case hex digits");
	found = id != NULL
	    ? workspace_of_member(ctl->db, ctl->arena, work->person.id, bytes, &work->workspace)
	    : workspace_active(ctl->db, ctl->arena, work->person.id, &work->workspace);
	if (found)
		return CTL_DONE;
	return db_failed(ctl->db) ? ctl_database_failed(ctl->db) :
	    ctl_refuse("%s is not a member of such a workspace", work->person.email);
}

/* When it ends; false after a message. */
static bool
read_expiry(const char *text, int64_t now, int64_t *expires)
{
	int64_t days;

	*expires = 0;
	if (text == NULL)
		return true;
	if (text_integer(text, 1, CREDENTIAL_DAYS, &days)) {
		*expires = now + days * CLOCK_DAY;
		return true;
	}
	if (clock_parse_day(text, expires) && *expires > now &&
	    *expires <= now + CREDENTIAL_DAYS * CLOCK_DAY)
		return true;
	ctl_wrong_use("--expires takes 1 to 3650 days, or a day to come as YYYY-MM-DD");
	return false;
}

static bool
create_work(void *argument)
{
	struct work *work = argument;
	struct ctl *ctl = work->ctl;

	work->outcome = credential_create(ctl->db, &work->actor, ctl->config, ctl->keys,
	    work->workspace.id, work->person.id, work->label, work->expires, &work->pair);
	return work->outcome == CREDENTIAL_DONE;
}

static int
create(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .actor = ctl_actor(ctl->arena) };
	const char *label = call->options[OF_LABEL] != NULL ? call->options[OF_LABEL] : "", *fault;
	int code;

	code = find_place(ctl, call, &work);
	if (code != CTL_DONE)
		return code;
	if (!read_expiry(call->options[OF_EXPIRES], work.actor.now, &work.expires))
		return CTL_WRONG_USE;
	if (!text_is_utf8(label, strlen(label)))
		return ctl_refuse("the label is not UTF-8");
	work.label = text_one_line(ctl->arena, label);
	fault = credential_label_fault(work.label);
	if (fault != NULL)
		return ctl_refuse("%s", fault);
	switch (db_transaction(ctl->db, create_work, &work)) {
	case DB_COMMITTED:
		break;
	case DB_ROLLED_BACK:
		return ctl_refuse("%s has the maximum of %u credentials there", work.person.email,
		    ctl->config->credential_maximum);
	case DB_BROKEN:
		return ctl_database_failed(ctl->db);
	}
	printf(call->options[OF_JSON] != NULL ? "{\"access_key\": \"%s\", \"secret_key\": \"%s\"}\n"
	                                      : "access_key = %s\nsecret_key = %s\n",
	    work.pair.access_key, work.pair.secret_key);
	return CTL_DONE;
}

static int
list(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl };
	struct credential *rows;
	size_t count;
	int code;

	code = find_place(ctl, call, &work);
	if (code != CTL_DONE)
		return code;
	count = credential_list_own(ctl->db, ctl->arena, work.workspace.id, work.person.id, &rows);
	for (size_t i = 0; i < count; i++)
		printf("%s\t%s\t%s\t%s\t%s\t%s\n", rows[i].access_key,
		    rows[i].label[0] != '\0' ? rows[i].label : "-",
		    clock_utc(ctl->arena, rows[i].created),
		    rows[i].expires != 0 ? clock_utc(ctl->arena, rows[i].expires) : "never",
		    rows[i].last_used != 0 ? clock_utc(ctl->arena, rows[i].last_used) : "never",
		    rows[i].last_used_from[0] != '\0' ? rows[i].last_used_from : "-");
	return db_failed(ctl->db) ? ctl_database_failed(ctl->db) : CTL_DONE;
}

static bool
revoke_work(void *argument)
{
	struct work *work = argument;

	work->outcome = credential_revoke(work->ctl->db, &work->actor, &work->credential);
	return work->outcome == CREDENTIAL_DONE;
}

static int
revoke(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .actor = ctl_actor(ctl->arena) };
	struct db_rows *rows = db_query(ctl->db,
	    "SELECT id, workspace, access_key FROM {credential} WHERE access_key = ? AND revoked "
	    "IS NULL",
	    db_text_value(call->words[0]));

	if (!db_next(rows))
		return db_failed(ctl->db) ? ctl_database_failed(ctl->db) :
		    ctl_refuse("there are no such credentials, or they are revoked already");
	work.credential.id = db_column_integer(rows, 0);
	work.credential.workspace = db_column_integer(rows, 1);
	work.credential.access_key = db_text(rows, 2);
	if (db_transaction(ctl->db, revoke_work, &work) != DB_COMMITTED)
		return db_failed(ctl->db) ? ctl_database_failed(ctl->db)
		                          : ctl_refuse("they are revoked already");
	printf("%s is revoked.\n", call->words[0]);
	return CTL_DONE;
}

const struct ctl_command ctl_credential[] = {
	{
	    .name = "credential create",
	    .summary = "makes an access key and a secret key, and prints them once",
	    .options = create_options,
	    .needs = CTL_ALL,
	    .run = create,
	},
	{
	    .name = "credential list",
	    .summary =
	        "lists a person's credentials: key, label, created, expires, last used, from",
	    .options = list_options,
	    .needs = CTL_ALL,
	    .run = list,
	},
	{
	    .name = "credential revoke",
	    .summary = "revokes the credentials with this access key; final",
	    .words = "ACCESS_KEY",
	    .words_least = 1,
	    .words_maximum = 1,
	    .needs = CTL_ALL,
	    .run = revoke,
	},
	{ .name = NULL },
};
