/* people_view.c: what the pages under Users & Groups draw alike. */
#include "core/language.h"
#include "web/page.h"
#include "web/people_view.h"

static void
draw_tab(struct request *r, const char *section, const char *label, bool current)
{
	xhtml_open(r->x, "li", NULL);
	xhtml_leaf(r->x, "a", label, "href",
	    request_path(r, "/settings/%s?ws=%s", section, request_workspace_id(r)), "aria-current",
	    current ? "page" : NULL, NULL);
	xhtml_close(r->x, "li");
}

void
people_tabs(struct request *r, enum people_page current)
{
	if (!r->config->switches[SWITCH_GROUPS])
		return;
	xhtml_open(r->x, "nav", "class", "tabs", "aria-label", _("Users & Groups"), NULL);
	xhtml_open(r->x, "ul", NULL);
	draw_tab(r, "users", _("Users"), current == PEOPLE_USERS);
	draw_tab(r, "groups", _("User groups"), current == PEOPLE_GROUPS);
	xhtml_close(r->x, "ul");
	xhtml_close(r->x, "nav");
}

void
people_not_allowed(struct request *r)
{
	request_refuse(r, 403,
	    _("You are no longer an administrator of this workspace. Nothing was changed."));
}
