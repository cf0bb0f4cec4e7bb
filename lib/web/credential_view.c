/* credential_view.c: the credentials of a workspace in a table. */
#include "core/language.h"
#include "core/text.h"
#include "web/credential_view.h"
#include "web/page.h"

static bool
any_of_others(const struct request *r, const struct credential *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i].person != r->session.person.id)
			return true;
	}
	return false;
}

static void
draw_cell_begin(struct request *r, const char *head, const char *class_name)
{
	xhtml_open(r->x, "td", "data-head", head, "class", class_name, NULL);
}

/* EXPIRATION: the moment, and in words how near it is (F13). */
static void
draw_expiration(struct request *r, const struct credential *credential)
{
	draw_cell_begin(r, _("EXPIRATION"), NULL);
	if (credential->expires == 0) {
		xhtml_text(r->x, _("Never"));
	} else {
		page_time(r, credential->expires, false);
		xhtml_text(r->x, " ");
		if (credential->expires <= r->now)
			page_badge(r, "error", _("Expired"));
		else if (credential->retiring)
			page_badge(r, "info", _("Being replaced"));
		else if (credential->expires - CREDENTIAL_WARNING <= r->now)
			page_badge(r, "warning", _("Expires soon"));
	}
	xhtml_close(r->x, "td");
}

static void
draw_use(struct request *r, const struct credential *credential)
{
	draw_cell_begin(r, _("LAST USED"), NULL);
	if (credential->last_used == 0)
		xhtml_text(r->x, _("Never"));
	else
		page_time(r, credential->last_used, true);
	xhtml_close(r->x, "td");
	draw_cell_begin(r, _("WORKER/IP"), NULL);
	xhtml_text(r->x,
	    credential->last_used_from[0] != '\0' ? credential->last_used_from
	                                          : _("Not available"));
	xhtml_close(r->x, "td");
}

static void
draw_action(struct request *r, const struct credential *credential, const char *workspace,
    const char *verb, const char *icon, const char *label, const char *class_name)
{
	const char *id = text_id(r->arena, credential->public_id);

	xhtml_open(r->x, "a", "class", class_name, "data-into", "dialog", "href",
	    request_path(r, "/settings/credentials/%s/%s?ws=%s", id, verb, workspace), "aria-label",
	    arena_format(r->arena, "%s %s", label,
	        credential->label[0] != '\0' ? credential->label : credential->access_key),
	    NULL);
	page_icon(r, icon);
	xhtml_leaf(r->x, "span", label, NULL);
	xhtml_close(r->x, "a");
}

static void
draw_actions(struct request *r, const struct credential *credential, const char *workspace)
{
	bool replaceable = credential->person == r->session.person.id && !credential->retiring &&
	    (credential->expires == 0 || credential->expires > r->now);

	xhtml_open(r->x, "td", "class", "actions", NULL);
	draw_action(r, credential, workspace, "label", "pencil", _("Edit label"), "action");
	xhtml_text(r->x, " ");
	if (replaceable) {
		draw_action(r, credential, workspace, "rotate", "rotate-cw", _("Rotate"), "action");
		xhtml_text(r->x, " ");
	}
	draw_action(r, credential, workspace, "revoke", "trash-2", _("Revoke"), "action danger");
	xhtml_close(r->x, "td");
}

static void
draw_row(
    struct request *r, const struct credential *credential, const char *workspace, bool creators)
{
	xhtml_open(r->x, "tr", NULL);
	xhtml_open(r->x, "th", "scope", "row", "data-head", _("LABEL"), NULL);
	if (credential->label[0] != '\0')
		xhtml_text(r->x, credential->label);
	else
		xhtml_leaf(r->x, "span", _("No label"), "class", "muted", NULL);
	xhtml_close(r->x, "th");
	draw_cell_begin(r, _("KEY"), "key");
	xhtml_leaf(r->x, "code", credential->access_key, NULL);
	xhtml_close(r->x, "td");
	if (creators) {
		draw_cell_begin(r, _("CREATED BY"), NULL);
		xhtml_text(r->x, credential->person_name);
		xhtml_close(r->x, "td");
	}
	draw_cell_begin(r, _("CREATED"), NULL);
	page_time(r, credential->created, false);
	xhtml_close(r->x, "td");
	draw_expiration(r, credential);
	draw_use(r, credential);
	draw_actions(r, credential, workspace);
	xhtml_close(r->x, "tr");
}

static void
draw_table(struct request *r, const struct workspace *workspace, const char *id,
    const struct credential *list, size_t count)
{
	bool creators = any_of_others(r, list, count);
	const char *caption = arena_format(r->arena, _("App Credentials in %s"), workspace->name);
	const char *const heads[] = { _("LABEL"), _("KEY"), creators ? _("CREATED BY") : NULL,
		_("CREATED"), _("EXPIRATION"), _("LAST USED"), _("WORKER/IP") };

	page_table(r, caption, heads, sizeof(heads) / sizeof(heads[0]), true);
	for (size_t i = 0; i < count; i++)
		draw_row(r, &list[i], id, creators);
	page_table_end(r);
}

/* How many of the list count towards the person's maximum. */
static size_t
counted(const struct request *r, const struct credential *list, size_t count)
{
	size_t own = 0;

	for (size_t i = 0; i < count; i++)
		own += list[i].person == r->session.person.id && !list[i].retiring &&
		    (list[i].expires == 0 || list[i].expires > r->now);
	return own;
}

static void
draw_create(struct request *r, const char *id, size_t own)
{
	unsigned maximum = r->config->credential_maximum;

	if (maximum != 0 && own >= maximum) {
		xhtml_open(r->x, "p", "class", "empty", NULL);
		xhtml_textf(r->x,
		    ngettext(
		        "You have the maximum of %u credential here. Revoke one to create another.",
		        "You have the maximum of %u credentials here. Revoke one to create "
		        "another.",
		        maximum),
		    maximum);
		xhtml_close(r->x, "p");
		return;
	}
	xhtml_open(r->x, "p", "class", "buttons", NULL);
	xhtml_open(r->x, "a", "class", "primary", "role", "button", "data-into", "dialog", "id",
	    arena_format(r->arena, "new-%s", id), "href",
	    request_path(r, "/settings/credentials/new?ws=%s", id), NULL);
	page_icon(r, "plus");
	xhtml_textf(r->x, " %s", _("Create new credentials"));
	xhtml_close(r->x, "a");
	xhtml_close(r->x, "p");
}

void
credential_view_draw(struct request *r, const struct workspace *workspace,
    const struct credential *list, size_t count)
{
	const char *id = text_id(r->arena, workspace->public_id);

	xhtml_open(r->x, "section", "class", "credentials", NULL);
	xhtml_open(r->x, "h2", NULL);
	page_icon(r, "key-round");
	xhtml_textf(r->x, " %s", _("App Credentials"));
	xhtml_close(r->x, "h2");
	xhtml_leaf(r->x, "p",
	    _("An access key and a secret key with which the SDK and the Agent use the API in this"
	      " workspace, as you."),
	    "class", "help", NULL);
	if (count > 0)
		draw_table(r, workspace, id, list, count);
	else
		xhtml_leaf(r->x, "p",
		    _("There are no credentials here yet. Create a pair and paste the ready-made "
		      "section into clearml.conf or a notebook."),
		    "class", "empty", NULL);
	draw_create(r, id, counted(r, list, count));
	xhtml_close(r->x, "section");
}
