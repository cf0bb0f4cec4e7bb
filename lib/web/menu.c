/* menu.c: the sections that people see. */
#include <string.h>

#include "core/language.h"
#include "core/pattern.h"
#include "core/text.h"
#include "web/app.h"
#include "web/menu.h"
#include "web/page.h"

static const struct menu_row rows[] = {
	{ "profile", N_("Profile"), "user", false, 0 },
	{ "configuration", N_("Configuration"), "sliders-horizontal", false, 0 },
	{ "workspace", N_("Workspace"), "briefcase", false, 0 },
	{ "users", N_("Users & Groups"), "users", true,
	    NEEDS(SWITCH_INVITATIONS) | NEEDS(SWITCH_GROUPS) },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

const struct menu_row *
menu_find(const char *section)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].section, section) == 0)
			return &rows[i];
	}
	return NULL;
}

static bool
row_is_on(const struct config *config, const struct menu_row *row)
{
	for (unsigned i = 0; i < SWITCH__COUNT; i++) {
		if ((row->any & NEEDS(i)) != 0 && config->switches[i])
			return true;
	}
	return row->any == 0;
}

bool
menu_is_on(const struct config *config, const char *section)
{
	const struct menu_row *row = menu_find(section);

	return row == NULL || row_is_on(config, row);
}

bool
menu_knows(const struct config *config, const char *target)
{
	if (text_equal(target, "/invite/accept"))
		return config->switches[SWITCH_INVITATIONS];
	if (!pattern_matches("/settings/[a-z-]+(/[a-z0-9-]+)*(\\?ws=[0-9a-f]{32})?", target))
		return false;
	for (size_t i = 0; i < ROWS; i++) {
		size_t length = strlen(rows[i].section);
		const char *behind = target + strlen("/settings/") + length;

		if (strncmp(target + strlen("/settings/"), rows[i].section, length) == 0 &&
		    (*behind == '\0' || *behind == '/' || *behind == '?'))
			return row_is_on(config, &rows[i]);
	}
	/* These are reached from the Profile and the Workspace page and have no row of their own.
	 */
	return text_starts(target, "/settings/credentials/new") ||
	    text_equal(target, "/settings/sessions") ||
	    text_equal(target, "/settings/second-factor");
}

static bool
any_row(const struct config *config, bool administrators)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].administrators == administrators && row_is_on(config, &rows[i]))
			return true;
	}
	return false;
}

/* What ADMINISTRATOR SETTINGS are about: the workspace of the page, if it is one of them. */
static const struct workspace *
administered(const struct request *r, const char *current)
{
	const struct menu_row *row = menu_find(current);

	if (row != NULL && row->administrators && r->workspace.id != 0)
		return &r->workspace;
	return &r->session.workspace;
}

/* Links about another workspace than the active one carry it. */
static const char *
row_address(struct request *r, const struct menu_row *row, const struct workspace *workspace)
{
	if (!row->administrators || workspace->id == r->session.workspace.id)
		return request_path(r, "/settings/%s", row->section);
	return request_path(r, "/settings/%s?ws=%s", row->section,
	    text_id(r->arena, workspace->public_id));
}

static void
draw_group(struct request *r, const char *heading, bool administrators, const char *current)
{
	const struct workspace *workspace = administered(r, current);

	if (!any_row(r->config, administrators))
		return;
	xhtml_leaf(r->x, "h2", heading, NULL);
	if (administrators)
		xhtml_leaf(r->x, "p", workspace->name, "class", "context", NULL);
	xhtml_open(r->x, "ul", NULL);
	for (size_t i = 0; i < ROWS; i++) {
		const struct menu_row *row = &rows[i];

		if (row->administrators != administrators || !row_is_on(r->config, row))
			continue;
		xhtml_open(r->x, "li", NULL);
		xhtml_open(r->x, "a", "href", row_address(r, row, workspace), "aria-current",
		    text_equal(row->section, current) ? "page" : NULL, NULL);
		page_icon(r, row->icon);
		xhtml_textf(r->x, " %s", _(row->label));
		xhtml_close(r->x, "a");
		xhtml_close(r->x, "li");
	}
	xhtml_close(r->x, "ul");
}

void
menu_draw(struct request *r, const char *current)
{
	xhtml_open(r->x, "nav", "class", "side", "aria-label", _("Settings"), NULL);
	draw_group(r, _("USER SETTINGS"), false, current);
	draw_group(r, _("ADMINISTRATOR SETTINGS"), true, current);
	xhtml_close(r->x, "nav");
}
