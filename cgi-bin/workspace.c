/*
 * workspace.c: the workspaces of a person, a panel each, with credentials and members
 * (features 1.E, 1.F, 1.I).
 *
 *	/settings/workspace		all panels; ?ws= opens another one than the active
 *	/settings/workspace/switch	makes it the active one
 *	/settings/workspace/name	Edit workspace name
 *	/settings/workspace/leave	Leave
 */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/credential.h"
#include "data/departure.h"
#include "data/invitation.h"
#include "data/workspace_panel.h"
#include "web/app.h"
#include "web/credential_view.h"
#include "web/form.h"
#include "web/menu.h"
#include "web/page.h"
#include "web/workspace_menu.h"

static const struct field switch_fields[] = {
	{ .name = "section", .type = FIELD_HIDDEN, .label = N_("Section"), .most = 40 },
};
static const struct form_table switch_form = FORM_TABLE(switch_fields);

static const struct field name_fields[] = {
	{ .name = "name",
	    .type = FIELD_LINE,
	    .label = N_("Name"),
	    .required = true,
	    .most = WORKSPACE_NAME,
	    .check = workspace_name_fault },
};
static const struct form_table name_form = FORM_TABLE(name_fields);

/* What the page shows of all workspaces. */
struct view {
	const struct workspace *list;
	size_t count;
	struct workspace_panel *panels;
	struct credential *credentials;	/* of all, when complete */
	size_t credential_count;
	bool complete;
};

/* The credentials of one workspace, out of those that came for all. */
static size_t
choose_credentials(struct request *r, const struct view *view, const struct workspace *workspace,
    struct credential **list)
{
	size_t count = 0;

	if (!view->complete)
		return credential_list(r->db, r->arena, workspace, r->session.person.id, list);
	*list = arena_allocate(r->arena, (view->credential_count + 1) * sizeof(**list));
	for (size_t i = 0; i < view->credential_count; i++) {
		if (view->credentials[i].workspace == workspace->id)
			(*list)[count++] = view->credentials[i];
	}
	return count;
}

static void
draw_credentials(struct request *r, const struct view *view, const struct workspace *workspace)
{
	struct credential *list;
	size_t count = choose_credentials(r, view, workspace, &list);

	credential_view_draw(r, workspace, list, count);
}

/* --- members --- */

static void
draw_names(
    struct request *r, const struct workspace *workspace, const struct workspace_panel *panel)
{
	int64_t more = workspace->members - (int64_t)panel->name_count;
	const char *text = arena_format(r->arena,
	    ngettext("+%lld more", "+%lld more", (unsigned long)(more > 0 ? more : 0)),
	    (long long)more);

	xhtml_open(r->x, "ul", "class", "members", NULL);
	for (size_t i = 0; i < panel->name_count; i++) {
		xhtml_open(r->x, "li", NULL);
		xhtml_leaf(r->x, "span", text_initials(r->arena, panel->names[i]), "class",
		    "avatar", "aria-hidden", "true", NULL);
		xhtml_textf(r->x, " %s", panel->names[i]);
		xhtml_close(r->x, "li");
	}
	if (more > 0) {
		xhtml_open(r->x, "li", NULL);
		/* The menu offers the page to every member (Q55). */
		if (menu_find("users") != NULL && menu_is_on(r->config, "users"))
			xhtml_leaf(r->x, "a", text, "href", request_path(r, "/settings/users?ws=%s",
			    text_id(r->arena, workspace->public_id)), NULL);
		else
			xhtml_text(r->x, text);
		xhtml_close(r->x, "li");
	}
	xhtml_close(r->x, "ul");
}

static void
draw_seats(
    struct request *r, const struct workspace *workspace, const struct workspace_panel *panel)
{
	unsigned long members = (unsigned long)workspace->members,
	              pending = (unsigned long)panel->pending;

	xhtml_open(r->x, "p", NULL);
	if (workspace->members_maximum != 0)
		xhtml_textf(r->x,
		    ngettext("Workspace has %lld of %lld user", "Workspace has %lld of %lld users",
		        (unsigned long)workspace->members_maximum),
		    (long long)members, (long long)workspace->members_maximum);
	else
		xhtml_textf(r->x,
		    ngettext("Workspace has %lld user", "Workspace has %lld users", members),
		    (long long)members);
	if (pending > 0)
		xhtml_textf(r->x,
		    ngettext(", and %lld invitation is pending",
		        ", and %lld invitations are pending", pending),
		    (long long)pending);
	xhtml_close(r->x, "p");
	if (workspace_panel_free(workspace, panel) > 0)
		return;
	xhtml_open(r->x, "p", "class", "notice-line", NULL);
	page_icon(r, "circle-alert");
	xhtml_textf(r->x, " %s",
	    panel->pending > 0 ? _("The workspace has the maximum number of users. Pending "
	                           "invitations hold their places.")
	                       : _("The workspace has the maximum number of users."));
	xhtml_close(r->x, "p");
}

static bool
may_leave(const struct request *r, const struct workspace *workspace)
{
	return workspace->owner != r->session.person.id;
}

static bool
may_rename(const struct request *r, const struct workspace *workspace)
{
	return workspace->role >=
	    (r->config->switches[SWITCH_WORKSPACES] ? ROLE_OWNER : ROLE_ADMINISTRATOR);
}

/* INVITE USERS for those who may, else LEAVE WORKSPACE; an administrator who is a guest has both.
 */
static void
draw_member_buttons(
    struct request *r, const struct workspace *workspace, const struct workspace_panel *panel)
{
	const char *id = text_id(r->arena, workspace->public_id);
	bool invite = workspace->role >= ROLE_ADMINISTRATOR &&
	    r->config->switches[SWITCH_INVITATIONS] && workspace_panel_free(workspace, panel) > 0;

	if (!invite && !may_leave(r, workspace))
		return;
	xhtml_open(r->x, "p", "class", "buttons", NULL);
	if (invite) {
		xhtml_leaf(r->x, "a", _("INVITE USERS"), "class", "secondary", "role", "button",
		    "data-into", "dialog", "id", arena_format(r->arena, "invite-%s", id), "href",
		    request_path(r, "/settings/invite?ws=%s", id), NULL);
		xhtml_text(r->x, " ");
	}
	if (may_leave(r, workspace))
		xhtml_leaf(r->x, "a", _("LEAVE WORKSPACE"), "class", "secondary", "role", "button",
		    "data-into", "dialog", "id", arena_format(r->arena, "leave-%s", id), "href",
		    request_path(r, "/settings/workspace/leave?ws=%s", id), NULL);
	xhtml_close(r->x, "p");
}

static void
draw_members(
    struct request *r, const struct workspace *workspace, const struct workspace_panel *panel)
{
	xhtml_open(r->x, "aside", "class", "members", "aria-label",
	    arena_format(r->arena, _("Members of %s"), workspace->name), NULL);
	xhtml_open(r->x, "h2", NULL);
	page_icon(r, "users");
	xhtml_textf(r->x, " %s", _("Members"));
	xhtml_close(r->x, "h2");
	draw_seats(r, workspace, panel);
	draw_names(r, workspace, panel);
	draw_member_buttons(r, workspace, panel);
	xhtml_close(r->x, "aside");
}

/* --- panels --- */

static void
draw_head(struct request *r, const struct workspace *workspace)
{
	xhtml_open(r->x, "header", NULL);
	xhtml_leaf(r->x, "h2", workspace->name, "class", "title", NULL);
	xhtml_text(r->x, " ");
	if (workspace->id == r->session.workspace.id) {
		xhtml_open(r->x, "p", "class", "state", NULL);
		page_icon(r, "circle-check");
		xhtml_textf(r->x, " %s", _("Currently Active"));
		xhtml_close(r->x, "p");
	} else {
		workspace_menu_switch(r, workspace, _("SWITCH TO WORKSPACE"), "secondary",
		    arena_format(r->arena, _("SWITCH TO WORKSPACE: %s"), workspace->name));
	}
	xhtml_text(r->x, " ");
	xhtml_open(r->x, "p", "class", "id-line", NULL);
	page_identity(r, workspace->public_id);
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "header");
}

static void
draw_rename(struct request *r, const struct workspace *workspace)
{
	const char *id = text_id(r->arena, workspace->public_id);

	if (!may_rename(r, workspace))
		return;
	xhtml_open(r->x, "p", "class", "rename", NULL);
	page_link(r, arena_format(r->arena, "/settings/workspace/name?ws=%s", id), "pencil",
	    _("Edit workspace name"), "action", "dialog");
	xhtml_close(r->x, "p");
}

static void
draw_panel(struct request *r, const struct view *view, size_t index, bool open)
{
	const struct workspace *workspace = &view->list[index];

	xhtml_open(r->x, "section", "class", "workspace", "aria-label", workspace->name, NULL);
	draw_head(r, workspace);
	xhtml_open(r->x, "details", "open", open ? "open" : NULL, NULL);
	xhtml_open(r->x, "summary", NULL);
	xhtml_text(r->x, _("Credentials and members"));
	xhtml_leaf(r->x, "span", arena_format(r->arena, _(" of %s"), workspace->name), "class",
	    "visually-hidden", NULL);
	xhtml_close(r->x, "summary");
	xhtml_open(r->x, "div", "class", "columns", NULL);
	draw_credentials(r, view, workspace);
	draw_members(r, workspace, &view->panels[index]);
	xhtml_close(r->x, "div");
	draw_rename(r, workspace);
	xhtml_close(r->x, "details");
	xhtml_close(r->x, "section");
}

static void
draw_offer(struct request *r, const struct invitation_offer *offer)
{
	const char *id = text_id(r->arena, offer->public_id);

	xhtml_open(r->x, "section", "class", "panel offer", "aria-label",
	    arena_format(r->arena, _("Invitation to %s"), offer->workspace_name), NULL);
	xhtml_open(r->x, "p", NULL);
	page_icon(r, "mail");
	if (offer->inviter[0] != '\0')
		xhtml_textf(r->x, _(" %s invites you to join the workspace “%s”."), offer->inviter,
		    offer->workspace_name);
	else
		xhtml_textf(
		    r->x, _(" You are invited to join the workspace “%s”."), offer->workspace_name);
	xhtml_textf(
	    r->x, _(" The invitation is valid until %s."), clock_show(r->arena, offer->expires));
	xhtml_close(r->x, "p");
	xhtml_open(r->x, "div", "class", "choices", NULL);
	form_begin(r, arena_format(r->arena, "/settings/invite/offer/%s/join", id), NULL, NULL);
	xhtml_leaf(r->x, "button", _("JOIN"), "type", "submit", "aria-label",
	    arena_format(r->arena, _("JOIN %s"), offer->workspace_name), NULL);
	form_end(r);
	form_begin(r, arena_format(r->arena, "/settings/invite/offer/%s/decline", id), NULL, NULL);
	xhtml_leaf(r->x, "button", _("DECLINE"), "type", "submit", "class", "secondary",
	    "aria-label",
	    arena_format(r->arena, _("DECLINE the invitation to %s"), offer->workspace_name), NULL);
	form_end(r);
	xhtml_close(r->x, "div");
	xhtml_close(r->x, "section");
}

/* Whoever is invited has an open notification, so nobody else needs to be asked. */
static void
draw_offers(struct request *r)
{
	struct invitation_offer *list;
	size_t count;

	if (r->session.notifications == 0 || !r->config->switches[SWITCH_INVITATIONS])
		return;
	count = invitation_offers(r->db, r->arena, r->session.person.id, r->now, &list);
	for (size_t i = 0; i < count; i++)
		draw_offer(r, &list[i]);
}

static void
show_workspace(struct request *r)
{
	struct view view = { .list = &r->workspace, .count = 1 };

	/* Self-hosted: one workspace, no panel, just its credentials (E2). */
	if (!r->config->switches[SWITCH_WORKSPACES]) {
		page_begin(r, _("WORKSPACE"), NULL);
		xhtml_open(r->x, "div", "class", "panel", NULL);
		draw_credentials(r, &view, &r->workspace);
		draw_rename(r, &r->workspace);
		xhtml_close(r->x, "div");
		return;
	}
	view.count = request_workspaces(r);
	view.list = r->workspaces;
	view.panels = workspace_panels(r->db, r->arena, view.list, view.count, r->now);
	view.credential_count = workspace_panel_credentials(r->db, r->arena, r->session.person.id,
	    view.list, view.count, &view.credentials, &view.complete);
	page_begin(r, _("WORKSPACES"), NULL);
	draw_offers(r);
	for (size_t i = 0; i < view.count; i++)
		draw_panel(r, &view, i, view.list[i].id == r->workspace.id);
}

/* --- switching --- */

static void
show_switch(struct request *r)
{
	page_begin(r, _("SWITCH TO WORKSPACE"),
	    arena_format(r->arena,
	        _("“%s” becomes your active workspace: what pages show"
	          " when nothing else is chosen. Running jobs and credentials are not affected."),
	        r->workspace.name));
	form_begin(r, "/settings/workspace/switch", request_workspace_id(r), NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("SWITCH TO WORKSPACE"), _("CANCEL"), "/settings/workspace", false);
	form_end(r);
}

/* Where somebody stays: the section they came from, if it is one of the menu and theirs in that
 * workspace (Q54). */
static const char *
place_after_switch(const struct request *r, const char *section)
{
	const struct menu_row *row = menu_find(section);

	if (row == NULL || !menu_is_on(r->config, section) ||
	    (row->administrators && r->workspace.role < ROLE_ADMINISTRATOR))
		return "workspace";
	return section;
}

static void
act_switch(struct request *r)
{
	if (!workspace_activate(r->db, &r->actor, &r->workspace, r->session.person.id)) {
		request_not_a_member(r);
		return;
	}
	request_see(r,
	    arena_format(r->arena, _("“%s” is your active workspace now."), r->workspace.name),
	    "/settings/%s", place_after_switch(r, form_value(r->form, "section")));
}

/* --- the name --- */

static void
load_name(struct request *r)
{
	if (!may_rename(r, &r->workspace))
		request_refuse(r, 403, _("Only the owner of a workspace can change its name."));
}

static void
show_name(struct request *r)
{
	if (form_is_fresh(r->form))
		form_set(r->form, "name", r->workspace.name);
	page_begin(r, _("Edit workspace name"),
	    _("All members see the new name at once. Configuration sections that were"
	      " copied before keep the old one in their comment; they go on working."));
	form_begin(r, "/settings/workspace/name", request_workspace_id(r), "dialog");
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("SAVE"), _("CANCEL"),
	    arena_format(r->arena, "/settings/workspace?ws=%s", request_workspace_id(r)), false);
	form_end(r);
}

static void
act_name(struct request *r)
{
	const char *name = form_value(r->form, "name");

	workspace_rename(r->db, &r->actor, &r->workspace, name);
	request_see(r, arena_format(r->arena, _("The workspace is now called “%s”."), name),
	    "/settings/workspace?ws=%s", request_workspace_id(r));
}

/* --- leaving --- */

static void
load_leave(struct request *r)
{
	if (!may_leave(r, &r->workspace))
		request_refuse(r, 403,
		    _("This is your own workspace. You can leave workspaces that you joined, not "
		      "your own."));
}

static void
show_leave(struct request *r)
{
	int64_t credentials = departure_credentials(r->db, r->workspace.id, r->session.person.id);
	const char *const consequences[] = {
		_("You lose access to its resources: tasks, models, datasets and everything else "
		  "that is in it."),
		credentials == 0
		    ? _("You have no credentials for this workspace that could be revoked.")
		    : arena_format(r->arena,
		          ngettext("Your %lld pair of credentials for this workspace is revoked at "
		                   "once and cannot be recovered.",
		              "Your %lld pairs of credentials for this workspace are revoked at "
		              "once and cannot be recovered.",
		              (unsigned long)credentials),
		          (long long)credentials),
		_("You are taken out of its groups, with the rights they gave you."),
		_("Tasks and artifacts that you logged there stay there, under your name."),
		_("Your other workspaces, your preferences and your account are not touched."),
		_("You can come back only if you are invited again. Older invitations do not "
		  "count."),
		NULL,
	};

	page_begin(r, arena_format(r->arena, _("Leave %s"), r->workspace.name),
	    _("Are you sure? This happens at once:"));
	page_consequences(r, consequences);
	form_begin(r, "/settings/workspace/leave", request_workspace_id(r), "dialog");
	form_draw_buttons(r, _("Leave"), _("Cancel"),
	    arena_format(r->arena, "/settings/workspace?ws=%s", request_workspace_id(r)), true);
	form_end(r);
}

static void
act_leave(struct request *r)
{
	switch (departure_carry_out(r->db, &r->actor, &r->workspace, r->session.person.id, false)) {
	case DEPARTURE_DONE:
		request_see(r,
		    arena_format(r->arena,
		        _("You have left the workspace “%s”. Your credentials for it have "
		          "stopped."),
		        r->workspace.name),
		    "/settings/workspace");
		break;
	case DEPARTURE_LAST_ADMINISTRATOR:
		form_error(r->form, NULL,
		    _("You are the last administrator of this workspace. Make somebody else an"
		      " administrator first."));
		break;
	case DEPARTURE_OWNER:
		request_refuse(r, 403,
		    _("This is your own workspace. You can leave workspaces that you joined, not "
		      "your own."));
		break;
	case DEPARTURE_NOT_A_MEMBER:
	case DEPARTURE_NOT_ALLOWED:
		request_not_a_member(r);
		break;
	}
}

static const struct route routes[] = {
	{ .path = "/settings/workspace", .access = ACCESS_MEMBER, .show = show_workspace },
	{ .path = "/settings/workspace/switch",
	    .access = ACCESS_MEMBER,
	    .form = &switch_form,
	    .show = show_switch,
	    .act = act_switch,
	    .needs = NEEDS(SWITCH_WORKSPACES) },
	{ .path = "/settings/workspace/name",
	    .access = ACCESS_ADMINISTRATOR,
	    .form = &name_form,
	    .load = load_name,
	    .show = show_name,
	    .act = act_name },
	{ .path = "/settings/workspace/leave",
	    .access = ACCESS_MEMBER,
	    .load = load_leave,
	    .show = show_leave,
	    .act = act_leave,
	    .needs = NEEDS(SWITCH_WORKSPACES) },
};

static const struct section section = {
	.name = "workspace",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
