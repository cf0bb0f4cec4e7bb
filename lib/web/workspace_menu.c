/* workspace_menu.c: switching and inviting from any page. */
#include "core/language.h"
#include "core/text.h"
#include "web/form.h"
#include "web/page.h"
#include "web/workspace_menu.h"

#define SHOWN 12	/* the active one among them; more are on the Workspace page */

static bool
is_own(const struct request *r, const struct workspace *workspace)
{
	return workspace->personal && workspace->owner == r->session.person.id;
}

const struct workspace *
workspace_menu_invites(struct request *r)
{
	const struct workspace *own = NULL;
	size_t count;

	if (!r->config->switches[SWITCH_INVITATIONS])
		return NULL;
	if (r->session.workspace.role >= ROLE_ADMINISTRATOR)
		return &r->session.workspace;
	count = request_workspaces(r);
	for (size_t i = 0; i < count; i++) {
		if (is_own(r, &r->workspaces[i]))
			own = &r->workspaces[i];
	}
	return own;
}

void
workspace_menu_switch(struct request *r, const struct workspace *workspace, const char *label,
    const char *class_name, const char *accessible)
{
	form_begin(r, "/settings/workspace/switch", text_id(r->arena, workspace->public_id), NULL);
	xhtml_leaf(
	    r->x, "input", NULL, "type", "hidden", "name", "section", "value", r->menu, NULL);
	xhtml_leaf(r->x, "button", label, "type", "submit", "class", class_name, "aria-label",
	    accessible, NULL);
	form_end(r);
}

static void
draw_entry(struct request *r, const struct workspace *workspace)
{
	const char *name = is_own(r, workspace) ? _("My Workspace") : workspace->name;

	xhtml_open(r->x, "li", NULL);
	if (workspace->id == r->session.workspace.id) {
		xhtml_open(r->x, "p", "class", "current", "aria-current", "true", NULL);
		page_icon(r, "check");
		xhtml_textf(r->x, " %s ", name);
		xhtml_leaf(r->x, "span", _("(Currently Active)"), "class", "visually-hidden", NULL);
		xhtml_close(r->x, "p");
	} else {
		workspace_menu_switch(
		    r, workspace, name, "plain", arena_format(r->arena, _("Switch to %s"), name));
	}
	xhtml_close(r->x, "li");
}

/* Where the active one stands: behind those that are shown, it follows one's own. */
static size_t
active_index(const struct request *r, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (r->workspaces[i].id == r->session.workspace.id)
			return i;
	}
	return 0;
}

void
workspace_menu_draw(struct request *r)
{
	size_t count, active;

	if (!r->config->switches[SWITCH_WORKSPACES])
		return;
	count = request_workspaces(r);
	if (count < 2)
		return;
	xhtml_leaf(r->x, "h2", _("SWITCH TO WORKSPACE"), "id", "switch-to-workspace", NULL);
	xhtml_open(
	    r->x, "ul", "class", "workspaces", "aria-labelledby", "switch-to-workspace", NULL);
	draw_entry(r, &r->workspaces[0]);
	active = active_index(r, count);
	if (active >= SHOWN)
		draw_entry(r, &r->workspaces[active]);
	for (size_t i = 1; i < count && i < (active >= SHOWN ? SHOWN - 1 : SHOWN); i++)
		draw_entry(r, &r->workspaces[i]);
	if (count > SHOWN) {
		xhtml_open(r->x, "li", NULL);
		page_link(r, "/settings/workspace", "briefcase",
		    arena_format(r->arena, _("All %zu workspaces"), count), NULL, NULL);
		xhtml_close(r->x, "li");
	}
	xhtml_close(r->x, "ul");
}
