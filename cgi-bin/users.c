/*
 * users.c: the people of a workspace, a page at a time (features 1.K).
 *
 *	/settings/users			members and pending invitations, by ?q= ?order= ?inactive=
 *	/settings/users/<id>/remove	takes somebody out of the workspace
 */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/departure.h"
#include "data/invitation.h"
#include "data/member_list.h"
#include "data/user_group.h"
#include "web/app.h"
#include "web/form.h"
#include "web/page.h"
#include "web/people_view.h"

#define BADGES 3	/* groups shown in a row; the others are a number */

static const struct field_choice orders[] = {
	{ "name", N_("Name") },
	{ "email", N_("E-mail") },
	{ "joined", N_("Newest first") },
	{ "sign-in", N_("Longest away first") },
};

/* What the page shows: from the query, checked. */
struct view {
	struct member_filter filter;
	const char *search;	/* as typed, also when it is too long to be looked for */
	const char *order;
	bool administrator, too_long;
	struct invitation_seats seats;
};

static bool
may_order(const struct view *view, enum member_order order)
{
	return view->administrator || (order != MEMBER_BY_EMAIL && order != MEMBER_BY_SIGN_IN);
}

static void
read_view(struct request *r, struct view *view)
{
	const char *search = text_one_line(r->arena, request_query(r, "q"));
	int64_t page = 0;

	memset(view, 0, sizeof(*view));
	view->administrator = r->workspace.role >= ROLE_ADMINISTRATOR;
	view->order = orders[0].value;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (strcmp(request_query(r, "order"), orders[i].value) == 0) {
			view->order = orders[i].value;
			view->filter.order = (enum member_order)i;
		}
	}
	/* Who may not see a column learns nothing of it by searching, sorting or filtering. */
	view->filter.names_only = !view->administrator;
	if (!may_order(view, view->filter.order)) {
		view->filter.order = MEMBER_BY_NAME;
		view->order = orders[0].value;
	}
	view->filter.inactive = view->administrator &&
	    strcmp(request_query(r, "inactive"), "1") == 0;
	text_integer(request_query(r, "page"), 1, INT32_MAX, &page);
	view->search = search;
	view->too_long = text_characters(search) > MEMBER_SEARCH;
	view->filter.search = view->too_long ? "" : search;
	view->filter.page = page > 0 ? page - 1 : 0;
	view->filter.now = r->now;
}

static const char *
page_address(struct request *r, const struct view *view, const char *order, int64_t page)
{
	return arena_format(r->arena, "/settings/users?ws=%s&q=%s&order=%s%s&page=%lld",
	    request_workspace_id(r), text_url_part(r->arena, view->filter.search), order,
	    view->filter.inactive ? "&inactive=1" : "", (long long)page + 1);
}

static void
draw_title(struct request *r, const struct view *view)
{
	const struct invitation_seats *seats = &view->seats;
	long long used = (long long)(seats->members + seats->pending);

	xhtml_open(r->x, "h2", NULL);
	if (seats->maximum != 0)
		xhtml_textf(r->x, _("%lld / %lld USERS IN %s"), used, (long long)seats->maximum,
		    r->workspace.name);
	else
		xhtml_textf(r->x, _("%lld USERS IN %s"), used, r->workspace.name);
	xhtml_close(r->x, "h2");
	if (invitation_free(seats) > 0)
		return;
	xhtml_open(r->x, "p", "class", "notice warning", NULL);
	page_icon(r, "triangle-alert");
	xhtml_textf(r->x, " %s", _("This workspace has the maximum number of members."));
	if (seats->pending > 0)
		xhtml_textf(r->x, " %s", _("Pending invitations count."));
	xhtml_close(r->x, "p");
}

/* It has an id: while somebody types, the caret stays, and the answer replaces the list only. */
static void
draw_search_box(struct request *r, const struct view *view)
{
	xhtml_open(r->x, "label", NULL);
	xhtml_textf(
	    r->x, "%s ", view->administrator ? _("Name, e-mail or ID") : _("Name or ID"));
	xhtml_leaf(r->x, "input", NULL, "type", "search", "id", "q", "name", "q", "value",
	    view->search, "aria-invalid", view->too_long ? "true" : NULL, "aria-describedby",
	    view->too_long ? "q-message" : NULL, NULL);
	xhtml_close(r->x, "label");
}

static void
draw_search(struct request *r, const struct view *view)
{
	xhtml_open(r->x, "form", "class", "search", "method", "get", "action",
	    request_path(r, "/settings/users"), "role", "search", "data-into", "listed",
	    "data-live", "1", NULL);
	xhtml_leaf(r->x, "input", NULL, "type", "hidden", "name", "ws", "value",
	    request_workspace_id(r), NULL);
	draw_search_box(r, view);
	xhtml_open(r->x, "label", "class", "narrow", NULL);
	xhtml_textf(r->x, "%s ", _("Order"));
	xhtml_open(r->x, "select", "name", "order", NULL);
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (!may_order(view, (enum member_order)i))
			continue;
		xhtml_leaf(r->x, "option", _(orders[i].label), "value", orders[i].value, "selected",
		    strcmp(orders[i].value, view->order) == 0 ? "selected" : NULL, NULL);
	}
	xhtml_close(r->x, "select");
	xhtml_close(r->x, "label");
	if (view->administrator) {
		xhtml_open(r->x, "label", "class", "check", NULL);
		xhtml_leaf(r->x, "input", NULL, "type", "checkbox", "name", "inactive", "value",
		    "1", "checked", view->filter.inactive ? "checked" : NULL, NULL);
		xhtml_textf(r->x, " %s", _("Inactive for 90 days"));
		xhtml_close(r->x, "label");
	}
	xhtml_leaf(r->x, "button", _("Search"), "type", "submit", "class", "secondary", NULL);
	xhtml_close(r->x, "form");
}

static void
draw_cell(struct request *r, const char *head, const char *text)
{
	xhtml_leaf(r->x, "td", text, "data-head", head, NULL);
}

static void
draw_moment(struct request *r, const char *head, int64_t moment)
{
	xhtml_open(r->x, "td", "data-head", head, NULL);
	if (moment == 0)
		xhtml_text(r->x, _("Never"));
	else
		page_time(r, moment, true);
	xhtml_close(r->x, "td");
}

static void
draw_groups(struct request *r, const char *names)
{
	unsigned shown = 0, more = 0;

	xhtml_open(r->x, "td", "data-head", _("GROUPS"), NULL);
	while (*names != '\0') {
		size_t length = strcspn(names, "\n");

		if (shown++ < BADGES) {
			page_badge(r, "info", arena_copy(r->arena, names, length));
			xhtml_text(r->x, " ");
		} else {
			more++;
		}
		names += length + (names[length] == '\n');
	}
	if (more > 0)
		xhtml_textf(r->x, "+%u", more);
	xhtml_close(r->x, "td");
}

static void
draw_status(struct request *r, const char *icon, const char *word, const char *class_name)
{
	xhtml_open(r->x, "td", "data-head", _("STATUS"), "class", class_name, NULL);
	page_icon(r, icon);
	xhtml_textf(r->x, " %s", word);
	xhtml_close(r->x, "td");
}

static void
draw_remove(struct request *r, const struct member *member)
{
	xhtml_open(r->x, "td", "class", "actions", NULL);
	if (r->config->switches[SWITCH_WORKSPACES] && member->person != r->session.person.id &&
	    member->role != ROLE_OWNER) {
		xhtml_open(r->x, "a", "class", "action danger", "data-into", "dialog", "href",
		    request_path(r, "/settings/users/%s/remove?ws=%s",
		        text_id(r->arena, member->public_id), request_workspace_id(r)),
		    "aria-label", arena_format(r->arena, _("Remove %s"), member->name), NULL);
		page_icon(r, "trash-2");
		xhtml_leaf(r->x, "span", _("Remove"), NULL);
		xhtml_close(r->x, "a");
	}
	xhtml_close(r->x, "td");
}

static void
draw_member(
    struct request *r, const struct view *view, const struct member *member, const char *groups)
{
	xhtml_open(r->x, "tr", NULL);
	xhtml_open(r->x, "th", "scope", "row", "data-head", _("USER"), NULL);
	xhtml_text(r->x, member->name);
	if (member->role >= ROLE_ADMINISTRATOR) {
		xhtml_text(r->x, " ");
		page_badge(r, "success", member->role == ROLE_OWNER ? _("Owner") : _("Admin"));
	}
	if (view->administrator && member->email[0] != '\0') {
		xhtml_leaf(r->x, "br", NULL, NULL);
		xhtml_leaf(r->x, "small", member->email, "class", "muted", NULL);
	}
	xhtml_close(r->x, "th");
	draw_status(r, "circle-check", _("Active"), "state");
	if (view->administrator)
		draw_cell(r, _("PENDING SINCE"), "");
	if (r->config->switches[SWITCH_GROUPS])
		draw_groups(r, groups);
	if (view->administrator) {
		draw_moment(r, _("LAST SIGN-IN"), member->last_sign_in);
		draw_moment(r, _("LAST API USE"), member->last_api_use);
		draw_remove(r, member);
	}
	xhtml_close(r->x, "tr");
}

static void
draw_invitation_action(struct request *r, const struct invitation_row *row, const char *verb,
    const char *icon, const char *label, const char *class_name)
{
	xhtml_open(r->x, "a", "class", class_name, "data-into", "dialog", "href",
	    request_path(r, "/settings/invite/%s/%s?ws=%s", text_id(r->arena, row->public_id), verb,
	        request_workspace_id(r)),
	    "aria-label",
	    arena_format(r->arena, "%s: %s", label, row->link ? _("Link invitation") : row->email),
	    NULL);
	page_icon(r, icon);
	xhtml_leaf(r->x, "span", label, NULL);
	xhtml_close(r->x, "a");
}

static void
draw_invitation(struct request *r, const struct invitation_row *row)
{
	bool declined = strcmp(row->status, "declined") == 0, expired = row->expires <= r->now;

	xhtml_open(r->x, "tr", "class", "pending", NULL);
	xhtml_open(r->x, "th", "scope", "row", "data-head", _("USER"), NULL);
	if (row->link)
		xhtml_textf(r->x, _("Link invitation, used %lld of %lld"), (long long)row->uses,
		    (long long)row->uses_maximum);
	else
		xhtml_text(r->x, row->email);
	xhtml_close(r->x, "th");
	draw_status(r, declined ? "ban" : "hourglass",
	    declined      ? _("Declined")
	        : expired ? _("Pending (expired)")
	                  : _("Pending"),
	    "muted");
	draw_cell(r, _("PENDING SINCE"), clock_date(r->arena, row->added));
	if (r->config->switches[SWITCH_GROUPS])
		draw_cell(r, _("GROUPS"), "");
	draw_cell(r, _("LAST SIGN-IN"), "");
	draw_cell(r, _("LAST API USE"), "");
	xhtml_open(r->x, "td", "class", "actions", NULL);
	if (!declined) {
		draw_invitation_action(
		    r, row, "renew", "refresh-cw", expired ? _("Renew") : _("New link"), "action");
		xhtml_text(r->x, " ");
	}
	draw_invitation_action(r, row, "revoke", "trash-2", _("Remove"), "action danger");
	xhtml_close(r->x, "td");
	xhtml_close(r->x, "tr");
}

static void
begin_table(struct request *r, const struct view *view)
{
	const char *const heads[] = { _("USER"), _("STATUS"),
		view->administrator ? _("PENDING SINCE") : NULL,
		r->config->switches[SWITCH_GROUPS] ? _("GROUPS") : NULL,
		view->administrator ? _("LAST SIGN-IN") : NULL,
		view->administrator ? _("LAST API USE") : NULL };

	page_table(
	    r, _("USERS"), heads, sizeof(heads) / sizeof(heads[0]), view->administrator);
}

/* Pending ones stand on the first page, those that a search fits; none of them was ever active. */
static size_t
pending(struct request *r, const struct view *view, struct invitation_row **rows, int64_t *more)
{
	*more = 0;
	if (!view->administrator || view->filter.inactive || view->filter.page > 0 ||
	    !r->config->switches[SWITCH_INVITATIONS])
		return 0;
	return invitation_list(
	    r->db, r->arena, r->workspace.id, view->filter.search, rows, more);
}

static void
draw_pager(struct request *r, const struct view *view, int64_t total)
{
	int64_t page = view->filter.page, pages = (total + MEMBER_PAGE - 1) / MEMBER_PAGE;

	if (pages < 2)
		return;
	xhtml_open(r->x, "nav", "class", "pager", "aria-label", _("Pages"), NULL);
	if (page > 0)
		page_link(r, page_address(r, view, view->order, page - 1), NULL, _("Previous"),
		    "secondary", "main");
	xhtml_textf(r->x, _(" Page %lld of %lld "), (long long)page + 1, (long long)pages);
	if (page + 1 < pages)
		page_link(r, page_address(r, view, view->order, page + 1), NULL, _("Next"),
		    "secondary", "main");
	xhtml_close(r->x, "nav");
}

/* Read out while somebody types. */
static void
draw_count(struct request *r, int64_t count)
{
	xhtml_open(r->x, "div", "hidden", "hidden", "data-say",
	    arena_format(r->arena,
	        ngettext("%lld entry in the list.", "%lld entries in the list.",
	            (unsigned long)count),
	        (long long)count),
	    NULL);
	xhtml_close(r->x, "div");
}

static void
draw_rows(struct request *r, const struct view *view, const struct invitation_row *rows,
    size_t waiting, const struct member *members, size_t count)
{
	const char **groups = arena_allocate(r->arena, (count + 1) * sizeof(*groups));

	if (r->config->switches[SWITCH_GROUPS])
		user_group_names(r->db, r->arena, r->workspace.id, members, count, groups);
	begin_table(r, view);
	for (size_t i = 0; i < waiting; i++)
		draw_invitation(r, &rows[i]);
	for (size_t i = 0; i < count; i++)
		draw_member(r, view, &members[i], groups[i] != NULL ? groups[i] : "");
	page_table_end(r);
}

static void
draw_table(struct request *r, struct view *view)
{
	struct invitation_row *rows = NULL;
	struct member *members;
	int64_t total, more;
	size_t count = member_list(
	    r->db, r->arena, r->workspace.id, &view->filter, &members, &total);
	size_t waiting = pending(r, view, &rows, &more);

	draw_count(r, total + (int64_t)waiting + more);
	if (count + waiting == 0) {
		xhtml_leaf(r->x, "p", _("Nobody fits this search."), "class", "empty", NULL);
		return;
	}
	if (more > 0)
		xhtml_leaf(r->x, "p",
		    arena_format(r->arena,
		        ngettext("%lld more pending invitation – refine: type part of its address.",
		            "%lld more pending invitations – refine: type part of an address.",
		            (unsigned long)more),
		        (long long)more),
		    "class", "muted more", NULL);
	draw_rows(r, view, rows, waiting, members, count);
	draw_pager(r, view, total);
}

/* The part of the page that searching replaces. */
static void
draw_listed(struct request *r, struct view *view)
{
	xhtml_open(r->x, "div", "id", "listed", NULL);
	if (view->too_long) {
		xhtml_open(r->x, "p", "class", "notice error", "id", "q-message", NULL);
		page_icon(r, "triangle-alert");
		xhtml_textf(r->x, " ");
		xhtml_open(r->x, "span", "data-say", "", NULL);
		xhtml_textf(r->x, _("A search has at most %d characters. Shorten it."),
		    MEMBER_SEARCH);
		xhtml_close(r->x, "span");
		xhtml_close(r->x, "p");
	} else {
		draw_table(r, view);
	}
	xhtml_close(r->x, "div");
}

static void
show_users(struct request *r)
{
	struct view view;

	read_view(r, &view);
	invitation_seats(r->db, r->workspace.id, r->now, &view.seats);
	view.filter.members = view.seats.members;
	page_begin(r, _("Users & Groups"), _("User management"));
	people_tabs(r, PEOPLE_USERS);
	xhtml_open(r->x, "section", "class", "panel", NULL);
	draw_title(r, &view);
	if (view.administrator && r->config->switches[SWITCH_INVITATIONS] &&
	    invitation_free(&view.seats) > 0) {
		xhtml_open(r->x, "p", "class", "buttons", NULL);
		xhtml_leaf(r->x, "a", _("+ INVITE USER"), "class", "primary", "role", "button",
		    "data-into", "dialog", "href",
		    request_path(r, "/settings/invite?ws=%s", request_workspace_id(r)), NULL);
		xhtml_close(r->x, "p");
	}
	draw_search(r, &view);
	draw_listed(r, &view);
	xhtml_close(r->x, "section");
}

static void
refuse_owner(struct request *r)
{
	request_refuse(r, 403, _("The owner cannot be removed from the workspace."));
}

/* Refuses at once whom nobody may remove: they need not confirm first. */
static void
load_member(struct request *r)
{
	struct member *member = arena_allocate(r->arena, sizeof(*member));
	uint8_t id[16];

	if (!text_parse_id(r->ids[0], id) ||
	    !member_find(r->db, r->arena, r->workspace.id, id, member)) {
		request_not_found(r);
		return;
	}
	if (member->role == ROLE_OWNER) {
		refuse_owner(r);
		return;
	}
	if (member->person == r->session.person.id) {
		request_refuse(r, 403,
		    _("You cannot remove yourself here. Leave the workspace on the Workspace "
		      "page."));
		return;
	}
	r->object = member;
}

static void
show_remove(struct request *r)
{
	const struct member *member = r->object;
	int64_t keys = departure_credentials(r->db, r->workspace.id, member->person);
	const char *const consequences[] = {
		_("They lose access to the workspace's tasks, models and other resources."),
		keys == 0
		    ? _("They have no credentials for this workspace that could be revoked.")
		    : arena_format(r->arena,
		          ngettext("Their %lld credential for this workspace is revoked at once.",
		              "Their %lld credentials for this workspace are revoked at once.",
		              (unsigned long)keys),
		          (long long)keys),
		_("They leave every group of this workspace."),
		_("What they logged stays in the workspace. Their other workspaces are not "
		  "touched."),
		_("They can come back only by a new invitation."),
		NULL,
	};

	page_begin(r, _("Remove User"),
	    arena_format(r->arena, _("You are about to remove %s from %s."), member->name,
	        r->workspace.name));
	page_consequences(r, consequences);
	form_begin(r, arena_format(r->arena, "/settings/users/%s/remove", r->ids[0]),
	    request_workspace_id(r), "dialog");
	form_draw_buttons(r, _("Delete"), _("Cancel"),
	    arena_format(r->arena, "/settings/users?ws=%s", request_workspace_id(r)), true);
	form_end(r);
}

static void
act_remove(struct request *r)
{
	const struct member *member = r->object;

	switch (departure_carry_out(r->db, &r->actor, &r->workspace, member->person, true)) {
	case DEPARTURE_DONE:
		request_see(r,
		    arena_format(
		        r->arena, _("%s is removed from %s."), member->name, r->workspace.name),
		    "/settings/users?ws=%s", request_workspace_id(r));
		break;
	case DEPARTURE_OWNER:
		refuse_owner(r);
		break;
	case DEPARTURE_LAST_ADMINISTRATOR:
		form_error(r->form, NULL,
		    _("This is the last administrator. Make somebody else one first."));
		break;
	case DEPARTURE_NOT_A_MEMBER:
		request_not_found(r);
		break;
	case DEPARTURE_NOT_ALLOWED:
		people_not_allowed(r);
		break;
	}
}

static const struct route routes[] = {
	{ .path = "/settings/users", .access = ACCESS_MEMBER, .show = show_users },
	/* Of the one workspace that everybody has nobody is taken out: the operator disables them.
	 */
	{ .path = "/settings/users/:id/remove",
	    .access = ACCESS_ADMINISTRATOR,
	    .needs = NEEDS(SWITCH_WORKSPACES),
	    .load = load_member,
	    .show = show_remove,
	    .act = act_remove,
	    .recent = true },
};

static const struct section section = {
	.name = "users",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
