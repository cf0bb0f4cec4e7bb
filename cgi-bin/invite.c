/*
 * invite.c: inviting people into a workspace (features 1.H); what the invited see is join.c, the
 * page with the link is lib/web/invitation_link.c.
 *
 *	/settings/invite			addresses, ADD; ?ws= the workspace
 *	/settings/invite/link			a link without an address
 *	/settings/invite/created/<id>		the link, once, with what became of each address
 *	/settings/invite/created/<id>/done	ends the page, leads to Users & Groups
 *	/settings/invite/<id>/renew		a new link and a new expiry
 *	/settings/invite/<id>/revoke		takes it back
 */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/invitation.h"
#include "data/mail.h"
#include "data/user_group.h"
#include "web/app.h"
#include "web/form.h"
#include "web/invitation_link.h"
#include "web/menu.h"
#include "web/page.h"
#include "web/people_view.h"

#define SEPARATORS ",;| \t\n\v\f"	/* between addresses (Q59) */
#define ADDRESSES 3000 /* characters of all; the page that shows them once has room for so many */
#define GROUPS_FLAT 12		/* more stand in a list that scrolls */
#define USES 10000

static const struct field invite_fields[] = {
	{ .name = "addresses",
	    .type = FIELD_LINES,
	    .label = N_("E-mail addresses"),
	    .required = true,
	    .most = ADDRESSES,
	    .placeholder = N_("ada@example.com, grace@example.com"),
	    .help = N_("One or many, at most 50, with commas, semicolons, bars, blanks or new "
	               "lines between them.") },
	{ .name = "group",
	    .type = FIELD_HIDDEN,
	    .label = N_("Groups"),
	    .many = true,
	    .most = 32 },
};
static const struct form_table invite_form = FORM_TABLE(invite_fields);

static const struct field link_fields[] = {
	{ .name = "uses",
	    .type = FIELD_NUMBER,
	    .label = N_("How many people may join with it"),
	    .required = true,
	    .least = 1,
	    .most = USES,
	    .initial = "1",
	    .help = N_("At most as many as there are free places.") },
	{ .name = "group",
	    .type = FIELD_HIDDEN,
	    .label = N_("Groups"),
	    .many = true,
	    .most = 32 },
};
static const struct form_table link_form = FORM_TABLE(link_fields);

static const char *
workspace_page(const struct request *r)
{
	return arena_format(r->arena, "/settings/workspace?ws=%s", request_workspace_id(r));
}

/* Where the pending ones are listed: Users & Groups, if this installation has it. */
static const char *
list_page(const struct request *r)
{
	if (menu_find("users") == NULL || !menu_is_on(r->config, "users"))
		return workspace_page(r);
	return arena_format(r->arena, "/settings/users?ws=%s", request_workspace_id(r));
}

/* --- the form --- */

static void
draw_seats(struct request *r, const struct invitation_seats *seats)
{
	int64_t left = invitation_free(seats), taken = seats->members + seats->pending;

	xhtml_open(r->x, "p", NULL);
	if (seats->maximum != 0 && taken > seats->maximum) {
		xhtml_textf(r->x,
		    ngettext("%lld places are taken, though the workspace has only %lld.",
		        "%lld places are taken, though the workspace has only %lld.",
		        (unsigned long)taken),
		    (long long)taken, (long long)seats->maximum);
	} else if (seats->maximum == 1 && taken == 1) {
		xhtml_text(r->x, _("The only place of the workspace is taken."));
	} else if (seats->maximum == 0) {
		xhtml_textf(r->x,
		    ngettext("The workspace has %lld user and no maximum.",
		        "The workspace has %lld users and no maximum.",
		        (unsigned long)seats->members),
		    (long long)seats->members);
	} else {
		xhtml_textf(r->x, _("%lld of %lld places are taken"),
		    (long long)taken, (long long)seats->maximum);
		if (seats->pending > 0)
			xhtml_textf(r->x,
			    ngettext(", %lld of them by a pending invitation",
			        ", %lld of them by pending invitations",
			        (unsigned long)seats->pending),
			    (long long)seats->pending);
		xhtml_text(r->x, ". ");
		if (left == 0)
			xhtml_text(r->x, _("None is free."));
		else
			xhtml_textf(r->x,
			    ngettext("%lld place is free.", "%lld places are free.",
			        (unsigned long)left),
			    (long long)left);
	}
	xhtml_close(r->x, "p");
}

/* Instead of a form: nobody can be invited, and where that can be changed. */
static void
draw_full(struct request *r)
{
	xhtml_leaf(r->x, "p",
	    _("The workspace has the maximum number of users, so nobody can be invited. "
	      "Take back a pending invitation or remove somebody to make room."),
	    "class", "empty", NULL);
	xhtml_open(r->x, "div", "class", "buttons", NULL);
	if (menu_find("users") != NULL && menu_is_on(r->config, "users")) {
		page_link(r, list_page(r), NULL, _("Users & Groups"), "secondary", NULL);
		xhtml_text(r->x, " ");
	}
	xhtml_leaf(r->x, "a", _("CANCEL"), "class", "secondary", "role", "button", "href",
	    request_path(r, "%s", workspace_page(r)), "data-close", "1", NULL);
	xhtml_close(r->x, "div");
}

/* Whether the id stands among the chosen ones, which are joined by newlines. */
static bool
is_chosen(const char *chosen, const char *id)
{
	return strstr(chosen, id) != NULL;
}

/* Groups that the invited will be in; Users is everybody. */
static void
draw_groups(struct request *r, const struct form *form)
{
	struct user_group *list;
	size_t count;
	bool many;

	if (!r->config->switches[SWITCH_GROUPS])
		return;
	count = user_group_choices(r->db, r->arena, r->workspace.id, &list);
	many = count > GROUPS_FLAT;
	xhtml_open(r->x, "fieldset", "class", "field", NULL);
	xhtml_leaf(r->x, "legend", _("Groups that they join"), NULL);
	if (many)
		xhtml_open(r->x, "ul", "class", "picks", NULL);
	for (size_t i = 0; i < count; i++) {
		const char *id = text_id(r->arena, list[i].public_id);

		if (list[i].builtin == USER_GROUP_USERS)
			continue;
		if (many)
			xhtml_open(r->x, "li", NULL);
		xhtml_open(r->x, "label", NULL);
		xhtml_leaf(r->x, "input", NULL, "type", "checkbox", "name", "group", "value", id,
		    "checked", is_chosen(form_value(form, "group"), id) ? "checked" : NULL, NULL);
		xhtml_textf(r->x, " %s", list[i].name);
		xhtml_close(r->x, "label");
		if (many)
			xhtml_close(r->x, "li");
	}
	if (many)
		xhtml_close(r->x, "ul");
	xhtml_close(r->x, "fieldset");
}

static void
draw_link_form(struct request *r, const struct form *form)
{
	xhtml_leaf(r->x, "p",
	    arena_format(r->arena,
	        ngettext("Whoever has the link can join, for %u hour from now on. Give it only"
	                 " to people you mean.",
	            "Whoever has the link can join, for %u hours from now on. Give it only to "
	            "people you mean.",
	            r->config->invitation_link_hours),
	        r->config->invitation_link_hours),
	    NULL);
	form_begin(r, "/settings/invite/link", request_workspace_id(r), "dialog");
	form_draw_field(r, form, "uses");
	draw_groups(r, form);
	form_draw_buttons(r, _("Create an invitation link"), _("CANCEL"), workspace_page(r), false);
	form_end(r);
}

static void
show_invite(struct request *r)
{
	struct invitation_seats seats;

	invitation_seats(r->db, r->workspace.id, r->now, &seats);
	page_begin(r, arena_format(r->arena, _("Invite users to %s"), r->workspace.name), NULL);
	draw_seats(r, &seats);
	if (invitation_free(&seats) == 0 && form_is_fresh(r->form)) {
		draw_full(r);
		return;
	}
	form_begin(r, "/settings/invite", request_workspace_id(r), "dialog");
	form_draw_field(r, r->form, "addresses");
	draw_groups(r, r->form);
	form_draw_buttons(r, _("ADD"), _("CANCEL"), workspace_page(r), false);
	form_end(r);
	if (!r->config->switches[SWITCH_INVITATION_LINKS])
		return;
	xhtml_open(r->x, "details", "class", "variant", NULL);
	xhtml_leaf(r->x, "summary", _("Create an invitation link without an address"), NULL);
	draw_link_form(r, form_fresh(r->arena, &link_form));
	xhtml_close(r->x, "details");
}

static void
show_link(struct request *r)
{
	struct invitation_seats seats;

	invitation_seats(r->db, r->workspace.id, r->now, &seats);
	page_begin(r,
	    arena_format(r->arena, _("Create an invitation link to %s"), r->workspace.name), NULL);
	draw_seats(r, &seats);
	if (invitation_free(&seats) == 0 && form_is_fresh(r->form))
		draw_full(r);
	else
		draw_link_form(r, r->form);
}

/* --- reading it --- */

static bool
is_among(const char *const *list, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i], text) == 0)
			return true;
	}
	return false;
}

/* The addresses, lower case, each once; 0 after a message beside the field. */
static size_t
read_addresses(struct request *r, const char *list[INVITATION_ADDRESSES])
{
	const char *wrong = "";
	char *rest = text_lower(r->arena, form_value(r->form, "addresses")), *word;
	size_t count = 0, wrong_count = 0;
	bool many = false;

	while ((word = strsep(&rest, SEPARATORS)) != NULL) {
		if (word[0] == '\0')
			continue;
		if (!text_is_email(word)) {
			if (wrong_count++ < 5)
				wrong = arena_format(
				    r->arena, "%s%s%s", wrong, wrong[0] != '\0' ? ", " : "", word);
		} else if (!is_among(list, count, word)) {
			many = many || count == INVITATION_ADDRESSES;
			if (!many)
				list[count++] = word;
		}
	}
	if (wrong_count > 0)
		form_error(r->form, "addresses",
		    arena_format(r->arena,
		        ngettext("This is no e-mail address: %s",
		            "These are no e-mail addresses: %s", wrong_count),
		        wrong));
	else if (many)
		form_error(r->form, "addresses", _("At most 50 addresses can be added in one go."));
	else if (count == 0)
		form_error(r->form, "addresses", _("Enter at least one e-mail address."));
	return form_valid(r->form) ? count : 0;
}

static bool
is_of(const struct user_group *list, size_t count, const uint8_t id[16], int64_t *number)
{
	for (size_t i = 0; i < count; i++) {
		*number = list[i].id;
		if (memcmp(list[i].public_id, id, sizeof(list[i].public_id)) == 0)
			return true;
	}
	return false;
}

/* The chosen groups of this workspace; false after a message. */
static bool
read_groups(struct request *r, int64_t groups[USER_GROUP_MOST], size_t *count)
{
	char *rest = arena_text(r->arena, form_value(r->form, "group")), *word;
	struct user_group *list = NULL;
	size_t there = 0;

	*count = 0;
	if (rest[0] != '\0' && r->config->switches[SWITCH_GROUPS])
		there = user_group_choices(r->db, r->arena, r->workspace.id, &list);
	while ((word = strsep(&rest, "\n")) != NULL) {
		uint8_t id[16];

		if (word[0] == '\0')
			continue;
		if (*count == USER_GROUP_MOST || !text_parse_id(word, id) ||
		    !is_of(list, there, id, &groups[*count])) {
			form_error(r->form, "group",
			    _("One of the groups does not exist any more. Choose again."));
			return false;
		}
		(*count)++;
	}
	return true;
}

static const char *
no_seats(struct request *r)
{
	struct invitation_seats seats;
	int64_t left;

	invitation_seats(r->db, r->workspace.id, r->now, &seats);
	left = invitation_free(&seats);
	if (left == 0)
		return _("The workspace has the maximum number of users. Nobody was invited.");
	return arena_format(r->arena,
	    ngettext("Only %lld place is free. Nobody was invited: choose fewer people.",
	        "Only %lld places are free. Nobody was invited: choose fewer people.",
	        (unsigned long)left),
	    (long long)left);
}

/* --- what happened, and the link --- */

static int64_t
expiry(const struct request *r, bool link)
{
	return r->now +
	    (link ? r->config->invitation_link_hours * CLOCK_HOUR
	          : r->config->invitation_days * CLOCK_DAY);
}

/* The same link to an address, where mail is on: who asks, into what, and until when. An address
 * that was written to often already is left in peace; the link is on the page. */
static void
send_link(struct request *r, const char *address, const char *link, int64_t expires)
{
	const char *name = r->session.person.name;

	if (!mail_is_on(r->config) || !mail_is_bearable(r->db, address, r->now))
		return;
	mail_queue(r->db, r->arena, r->config, r->keys, r->now, address,
	    arena_format(r->arena, _("%s invites you to a workspace"), name),
	    arena_format(r->arena,
	        _("%s invites you to join the workspace “%s” on %s.\n\n"
	          "Open this link to join; it works for this address until %s:\n\n%s\n\n"
	          "If you do not know what this is about, do nothing: nobody joins without you.\n"),
	        name, r->workspace.name, r->config->web_server, clock_show(r->arena, expires),
	        link));
}

static void
act_invite(struct request *r)
{
	const char *addresses[INVITATION_ADDRESSES], *link, *rows = "";
	enum invitation_report reports[INVITATION_ADDRESSES];
	int64_t groups[USER_GROUP_MOST];
	uint8_t public_id[16];
	size_t group_count, added = 0, count = read_addresses(r, addresses);

	if (count == 0 || !read_groups(r, groups, &group_count))
		return;
	switch (invitation_create(r->db, r->arena, &r->actor, r->config, r->keys, &r->workspace,
	    addresses, count, groups, group_count, reports, &link, public_id)) {
	case INVITATION_DONE:
		break;
	case INVITATION_NOBODY_NEW:
		form_error(r->form, "addresses",
		    _("All of them are members or invited already, or it is your own address. "
		      "Nobody was invited."));
		return;
	case INVITATION_NO_SEATS:
		form_error(r->form, NULL, no_seats(r));
		return;
	case INVITATION_TOO_OFTEN:
		form_error(r->form, NULL,
		    arena_format(r->arena,
		        _("A workspace invites at most %d addresses in 24 hours. Nobody was "
		          "invited; try again tomorrow, or make a link without an address."),
		        INVITATION_ADDRESSES_DAY));
		return;
	case INVITATION_NOT_THERE:
		request_not_found(r);
		return;
	case INVITATION_NOT_ALLOWED:
		people_not_allowed(r);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		rows = arena_format(r->arena, "%s%d %s\n", rows, (int)reports[i], addresses[i]);
		if (reports[i] != INVITATION_ADDED)
			continue;
		added++;
		send_link(r, addresses[i], link, expiry(r, false));
	}
	invitation_link_reveal(r, link, expiry(r, false), rows,
	    arena_format(r->arena,
	        ngettext(
	            "%zu person is invited to “%s”.", "%zu people are invited to “%s”.", added),
	        added, r->workspace.name));
}

static void
act_link(struct request *r)
{
	const char *link;
	int64_t groups[USER_GROUP_MOST];
	uint8_t public_id[16];
	size_t group_count;

	if (!read_groups(r, groups, &group_count))
		return;
	switch (invitation_create_link(r->db, r->arena, &r->actor, r->config, r->keys,
	    &r->workspace, form_number(r->form, "uses"), groups, group_count, &link, public_id)) {
	case INVITATION_DONE:
		invitation_link_reveal(r, link, expiry(r, true), "",
		    _("The invitation link is created. Copy it now: it is shown only on this "
		      "page."));
		break;
	case INVITATION_NOT_ALLOWED:
		people_not_allowed(r);
		break;
	default:
		form_error(r->form, "uses", no_seats(r));
	}
}

static void
show_done(struct request *r)
{
	request_redirect(
	    r, "/settings/invite/created/%s?ws=%s", r->ids[0], request_workspace_id(r));
}

static void
act_done(struct request *r)
{
	invitation_link_end(r);
	request_see(r, _("Done. The link is not shown any more."), "%s", list_page(r));
}

/* --- pending ones --- */

static void
load_row(struct request *r)
{
	struct invitation_row *row = arena_allocate(r->arena, sizeof(*row));
	uint8_t id[16];

	if (!text_parse_id(r->ids[0], id) ||
	    !invitation_find(r->db, r->arena, r->workspace.id, id, row)) {
		request_not_found(r);
		return;
	}
	r->object = row;
}

static const char *
name_of(const struct invitation_row *row)
{
	return row->link ? _("Link invitation") : row->email;
}

static bool
has_expired(const struct request *r, const struct invitation_row *row)
{
	return row->expires <= r->now;
}

static void
show_renew(struct request *r)
{
	const struct invitation_row *row = r->object;
	bool expired = has_expired(r, row);
	const char *const consequences[] = {
		_("You get a new link and send it yourself."),
		expired ? _("The old link stays dead.") : _("The old link stops at once."),
		row->link ? _("Whoever has the new link can join, as often as there are uses left.")
		          : _("Everybody who was invited in the same go needs the new link, too."),
		NULL,
	};

	page_begin(r, expired ? _("Renew") : _("New link"), name_of(row));
	page_consequences(r, consequences);
	form_begin(r, arena_format(r->arena, "/settings/invite/%s/renew", r->ids[0]),
	    request_workspace_id(r), "dialog");
	form_draw_buttons(
	    r, expired ? _("Renew") : _("New link"), _("Cancel"), list_page(r), false);
	form_end(r);
}

/* The link is one for all addresses of an invitation: all that wait get the new one. Returns their
 * rows for the page. */
static const char *
send_again(struct request *r, const struct invitation_row *row, const char *link)
{
	const char **addresses, *rows = "";
	size_t count =
	    invitation_addresses(r->db, r->arena, r->workspace.id, row->public_id, &addresses);

	for (size_t i = 0; i < count; i++) {
		send_link(r, addresses[i], link, expiry(r, false));
		rows = arena_format(
		    r->arena, "%s%c %s\n", rows, INVITATION_LINK_AGAIN, addresses[i]);
	}
	return rows;
}

static void
act_renew(struct request *r)
{
	const struct invitation_row *row = r->object;
	const char *link;

	switch (invitation_renew(r->db, r->arena, &r->actor, r->config, r->keys, r->workspace.id,
	    row->public_id, &link)) {
	case INVITATION_DONE:
		invitation_link_reveal(r, link, expiry(r, row->link),
		    row->link ? "" : send_again(r, row, link),
		    _("Here is the new link. Copy it now: it is shown only on this page."));
		break;
	case INVITATION_NO_SEATS:
		form_error(r->form, NULL,
		    _("The invitation had expired, and its place is taken. Make room first."));
		break;
	case INVITATION_NOT_ALLOWED:
		people_not_allowed(r);
		break;
	default:
		form_error(r->form, NULL,
		    _("This invitation is not pending any more. Invite the person anew."));
	}
}

static void
show_revoke(struct request *r)
{
	const struct invitation_row *row = r->object;
	const char *const consequences[] = {
		row->link ? _("The link stops at once for everybody who has it.")
		          : _("The link stops at once for this address."),
		row->link ? _("Whoever has joined with it stays a member.")
		          : _("The place that it held is free again."),
		_("You can invite the person again at any time."),
		NULL,
	};

	page_begin(r, _("Are you sure?"),
	    arena_format(
	        r->arena, _("You are about to take back the invitation: %s"), name_of(row)));
	page_consequences(r, consequences);
	form_begin(r, arena_format(r->arena, "/settings/invite/%s/revoke", r->ids[0]),
	    request_workspace_id(r), "dialog");
	form_draw_buttons(r, _("Revoke"), _("Cancel"), list_page(r), true);
	form_end(r);
}

static void
act_revoke(struct request *r)
{
	const struct invitation_row *row = r->object;

	switch (invitation_revoke(r->db, &r->actor, r->workspace.id, row->public_id)) {
	case INVITATION_DONE:
		request_see(r,
		    arena_format(r->arena, _("The invitation is taken back: %s"), name_of(row)),
		    "%s", list_page(r));
		break;
	case INVITATION_NOT_ALLOWED:
		people_not_allowed(r);
		break;
	default:
		request_not_found(r);
	}
}

#define INVITING .access = ACCESS_ADMINISTRATOR, .needs = NEEDS(SWITCH_INVITATIONS)

static const struct route routes[] = {
	{ .path = "/settings/invite",
	    INVITING,
	    .form = &invite_form,
	    .show = show_invite,
	    .act = act_invite,
	    .recent = true },
	{ .path = "/settings/invite/link",
	    .access = ACCESS_ADMINISTRATOR,
	    .form = &link_form,
	    .show = show_link,
	    .act = act_link,
	    .recent = true,
	    .needs = NEEDS(SWITCH_INVITATIONS) | NEEDS(SWITCH_INVITATION_LINKS) },
	{ .path = "/settings/invite/created/:id",
	    INVITING,
	    .load = invitation_link_load,
	    .show = invitation_link_show },
	{ .path = "/settings/invite/created/:id/done",
	    INVITING,
	    .show = show_done,
	    .act = act_done },
	{ .path = "/settings/invite/:id/renew",
	    INVITING,
	    .load = load_row,
	    .show = show_renew,
	    .act = act_renew,
	    .recent = true },
	{ .path = "/settings/invite/:id/revoke",
	    INVITING,
	    .load = load_row,
	    .show = show_revoke,
	    .act = act_revoke },
};

static const struct section section = {
	.name = "invite",
	.menu = "workspace",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
