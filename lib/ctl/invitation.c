/*
 * `vestibule invitation`: inviting without a browser.
 */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "ctl/ctl.h"
#include "ctl/place.h"
#include "data/invitation.h"

enum { OF_WORKSPACE, OF_EMAIL, OF_USES };

static const struct ctl_option create_options[] = {
	{ "workspace", "ID", "into which, 32 hex digits" },
	{ "email", "ADDRESS", "for this address; without it, a link for whoever has it" },
	{ "uses", "NUMBER", "how often a link without an address may be used; default: 1" },
	{ NULL },
};
static const struct ctl_option list_options[] = {
	{ "workspace", "ID", "of which, 32 hex digits" },
	{ NULL },
};

struct work {
	struct ctl *ctl;
	struct audit_actor actor;
	struct workspace workspace;
	const char *email;
	int64_t uses;
	uint8_t id[16];
	enum invitation_report report;
	enum invitation_outcome outcome;
	const char *link;
};

static bool
create_work(void *argument)
{
	struct work *work = argument;
	struct ctl *ctl = work->ctl;
	const char *const addresses[] = { work->email };

	work->outcome = work->email != NULL
	    ? invitation_create(ctl->db, ctl->arena, &work->actor, ctl->config, ctl->keys,
	          &work->workspace, addresses, 1, NULL, 0, &work->report, &work->link, work->id)
	    : invitation_create_link(ctl->db, ctl->arena, &work->actor, ctl->config, ctl->keys,
	          &work->workspace, work->uses, NULL, 0, &work->link, work->id);
	return work->outcome == INVITATION_DONE;
}

/* With what is free, as the pages call it. */
static int
refuse_places(struct ctl *ctl, const struct work *work)
{
	struct invitation_seats seats;
	int64_t left;

	invitation_seats(ctl->db, work->workspace.id, work->actor.now, &seats);
	left = invitation_free(&seats);
	if (db_failed(ctl->db))
		return ctl_database_failed(ctl->db);
	return ctl_refuse("the workspace has %lld free %s (%lld of %lld taken, %lld of them by"
	                  " pending invitations): nobody is invited",
	    (long long)left, left == 1 ? "place" : "places",
	    (long long)(seats.members + seats.pending), (long long)seats.maximum,
	    (long long)seats.pending);
}

static int
create(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .actor = ctl_actor(ctl->arena), .uses = 1 };
	const char *email = call->options[OF_EMAIL], *uses = call->options[OF_USES];
	int code;

	if (!ctl->config->switches[SWITCH_INVITATIONS])
		return ctl_refuse("invitations are switched off here, so a link would lead nowhere;"
		                  " add people with \"vestibule person add\"");
	if (email != NULL && !text_is_email(email))
		return ctl_wrong_use("--email takes an e-mail address");
	if (uses != NULL && (email != NULL || !text_integer(uses, 1, 1000, &work.uses)))
		return ctl_wrong_use("--uses takes 1 to 1000, for links without an address");
	code = place_find(ctl, call->options[OF_WORKSPACE], &work.workspace);
	if (code != CTL_DONE)
		return code;
	work.email = email != NULL ? text_lower(ctl->arena, email) : NULL;
	if (db_transaction(ctl->db, create_work, &work) == DB_BROKEN)
		return ctl_database_failed(ctl->db);
	if (work.outcome == INVITATION_NO_SEATS)
		return refuse_places(ctl, &work);
	if (work.outcome == INVITATION_NOBODY_NEW)
		return ctl_refuse(work.report == INVITATION_ALREADY_MEMBER
		        ? "that person is a member already"
		        : "that address is invited already");
	puts(work.link);
	return CTL_DONE;
}

static int
list(struct ctl *ctl, const struct ctl_call *call)
{
	struct workspace workspace;
	struct invitation_row *rows;
	size_t count;
	int64_t now = clock_now(), more;
	int code;

	code = place_find(ctl, call->options[OF_WORKSPACE], &workspace);
	if (code != CTL_DONE)
		return code;
	count = invitation_list(ctl->db, ctl->arena, workspace.id, "", &rows, &more);
	for (size_t i = 0; i < count; i++)
		printf("%s\t%s\t%s\t%s\t%s\n", text_id(ctl->arena, rows[i].public_id),
		    rows[i].link ? "-" : rows[i].email,
		    rows[i].expires <= now ? "expired" : rows[i].status,
		    clock_utc(ctl->arena, rows[i].added), clock_utc(ctl->arena, rows[i].expires));
	return db_failed(ctl->db) ? ctl_database_failed(ctl->db) : CTL_DONE;
}

static bool
revoke_work(void *argument)
{
	struct work *work = argument;

	work->outcome = invitation_revoke(
	    work->ctl->db, &work->actor, work->workspace.id, work->id);
	return work->outcome == INVITATION_DONE;
}

static int
revoke(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .actor = ctl_actor(ctl->arena) };
	int code;

	if (!text_parse_id(call->words[0], work.id))
		return ctl_wrong_use(
		    "an invitation is named by 32 hex digits, as \"invitation list\" prints them");
	code = place_find(ctl, call->options[OF_WORKSPACE], &work.workspace);
	if (code != CTL_DONE)
		return code;
	if (db_transaction(ctl->db, revoke_work, &work) == DB_BROKEN)
		return ctl_database_failed(ctl->db);
	if (work.outcome != INVITATION_DONE)
		return ctl_refuse("there is no such open invitation in this workspace");
	puts("The invitation is taken back.");
	return CTL_DONE;
}

const struct ctl_command ctl_invitation[] = {
	{
	    .name = "invitation create",
	    .summary = "makes an invitation and prints its link once",
	    .options = create_options,
	    .needed = 1,
	    .needs = CTL_ALL,
	    .run = create,
	},
	{
	    .name = "invitation list",
	    .summary = "lists open invitations: id, address, state, since, until",
	    .options = list_options,
	    .needed = 1,
	    .needs = CTL_ALL,
	    .run = list,
	},
	{
	    .name = "invitation revoke",
	    .summary = "takes an invitation back",
	    .options = list_options,
	    .needed = 1,
	    .words = "ID",
	    .words_least = 1,
	    .words_maximum = 1,
	    .needs = CTL_ALL,
	    .run = revoke,
	},
	{ .name = NULL },
};
