/* frame.c: the frame around a fragment. */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/preference.h"
#include "data/preference_choice.h"
#include "web/app.h"
#include "web/cookie.h"
#include "web/form.h"
#include "web/frame.h"
#include "web/layout.h"
#include "web/menu.h"
#include "web/page.h"
#include "web/tip_view.h"
#include "web/workspace_menu.h"

#define API_VERSION "2.34"

static const struct layout *layout;
static char *sprite;

bool
frame_start(const struct config *config, char *message, size_t message_size)
{
	size_t size;

	layout = layout_load(config->layout_file, message, message_size);
	tip_view_start(config);
	if (layout == NULL)
		return false;
	size = strlen(config->base_path) + strlen(layout_stamp(layout)) +
	    sizeof("/static/icons.svg?#");
	sprite = memory_allocate(size);
	snprintf(sprite, size, "%s/static/icons.svg?%s#", config->base_path, layout_stamp(layout));
	return true;
}

const char *
frame_stamp(void)
{
	return layout_stamp(layout);
}

const char *
frame_sprite(void)
{
	return sprite;
}

/* Whoever was removed is told on the next page, wherever that is (Q63). */
static void
draw_removal(struct request *r)
{
	if (!r->session.signed_in || r->session.removed == NULL)
		return;
	xhtml_open(r->x, "div", "class", "notice", "role", "status", NULL);
	page_icon(r, "info");
	xhtml_open(r->x, "p", NULL);
	xhtml_textf(r->x, "%s ", r->session.removed);
	xhtml_leaf(r->x, "a", _("Mark as read in your notifications"), "href",
	    request_path(r, "/settings/notifications"), NULL);
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "div");
}

static void
draw_notices(struct request *r)
{
	draw_removal(r);
	if (!r->config->plain_http)
		return;
	xhtml_open(r->x, "div", "class", "notice warning", "role", "note", NULL);
	page_icon(r, "triangle-alert");
	xhtml_leaf(r->x, "p",
	    _("This site is served over plain http: what you type and your sign-in can be read on "
	      "the network. The operator allowed this for an intranet."),
	    NULL);
	xhtml_close(r->x, "div");
}

/* The page that the menu leads to, under whatever heading. */
static bool
is_main_page(struct request *r, const struct menu_row *row)
{
	return r->route != NULL &&
	    text_equal(r->route->path, arena_format(r->arena, "/settings/%s", row->section));
}

static void
draw_breadcrumb(struct request *r)
{
	const struct menu_row *row = menu_find(r->menu);

	if (r->frameless || !r->session.signed_in)
		return;
	xhtml_open(r->x, "nav", "class", "breadcrumb", "aria-label", _("Breadcrumb"), NULL);
	xhtml_open(r->x, "ol", NULL);
	xhtml_open(r->x, "li", NULL);
	xhtml_leaf(r->x, "a", _("Settings"), "href", request_path(r, "/settings"), NULL);
	xhtml_close(r->x, "li");
	if (row != NULL && is_main_page(r, row)) {
		xhtml_leaf(r->x, "li", _(row->label), "aria-current", "page", NULL);
	} else {
		if (row != NULL) {
			xhtml_open(r->x, "li", NULL);
			xhtml_leaf(r->x, "a", _(row->label), "href",
			    request_path(r, "/settings/%s", row->section), NULL);
			xhtml_close(r->x, "li");
		}
		xhtml_leaf(r->x, "li", r->heading, "aria-current", "page", NULL);
	}
	xhtml_close(r->x, "ol");
	xhtml_close(r->x, "nav");
}

/* "Invite a User", to the workspace that the link names (A3). */
static void
draw_invite(struct request *r)
{
	const struct workspace *workspace = workspace_menu_invites(r);

	if (workspace == NULL)
		return;
	xhtml_open(r->x, "li", NULL);
	page_link(r,
	    arena_format(
	        r->arena, "/settings/invite?ws=%s", text_id(r->arena, workspace->public_id)),
	    "user-plus", _("Invite a User"), NULL, "dialog");
	xhtml_close(r->x, "li");
}

static void
draw_account_entries(struct request *r)
{
	xhtml_open(r->x, "ul", NULL);
	if (r->session.notifications > 0) {
		xhtml_open(r->x, "li", NULL);
		page_link(r, "/settings/notifications", "bell",
		    arena_format(r->arena,
		        ngettext("%lld notification", "%lld notifications",
		            (unsigned long)r->session.notifications),
		        (long long)r->session.notifications),
		    "attention", NULL);
		xhtml_close(r->x, "li");
	}
	xhtml_open(r->x, "li", NULL);
	page_link(r, "/settings", "settings", _("Settings"), NULL, NULL);
	xhtml_close(r->x, "li");
	draw_invite(r);
	if (r->config->theme[0] == '\0') {
		xhtml_open(r->x, "li", NULL);
		page_link(
		    r, "/settings/profile/appearance", "sun-moon", _("Appearance"), NULL, "dialog");
		xhtml_close(r->x, "li");
	}
	xhtml_open(r->x, "li", NULL);
	xhtml_open(r->x, "a", "href", request_path(r, "/static/help/%s.html", r->menu), NULL);
	page_icon(r, "circle-help");
	xhtml_textf(r->x, " %s", _("Help"));
	xhtml_close(r->x, "a");
	xhtml_close(r->x, "li");
	if (tip_view_count() > 0) {
		xhtml_open(r->x, "li", NULL);
		page_link(
		    r, "/settings/configuration/tips", "lightbulb", _("Pro tips"), NULL, NULL);
		xhtml_close(r->x, "li");
	}
	xhtml_close(r->x, "ul");
	workspace_menu_draw(r);
	form_begin(r, "/sign-out", NULL, NULL);
	xhtml_open(r->x, "button", "type", "submit", "class", "plain", NULL);
	page_icon(r, "log-out");
	xhtml_textf(r->x, " %s", _("Logout"));
	xhtml_close(r->x, "button");
	form_end(r);
}

static void
draw_account(struct request *r)
{
	const struct person *person = &r->session.person;

	if (!r->session.signed_in)
		return;
	xhtml_open(r->x, "details", "class", "account", NULL);
	xhtml_open(r->x, "summary", NULL);
	xhtml_leaf(r->x, "span", text_initials(r->arena, person->name), "class", "avatar",
	    "aria-hidden", "true", NULL);
	xhtml_text(r->x, " ");
	xhtml_leaf(r->x, "span", person->name, "class", "name", NULL);
	if (r->session.notifications > 0) {
		xhtml_text(r->x, " ");
		xhtml_leaf(r->x, "span",
		    arena_format(r->arena, "%lld", (long long)r->session.notifications), "class",
		    "dot", "title", _("Open notifications"), NULL);
	}
	xhtml_close(r->x, "summary");
	xhtml_open(r->x, "div", "class", "menu", NULL);
	xhtml_open(r->x, "p", "class", "who", NULL);
	xhtml_leaf(r->x, "b", person->name, NULL);
	if (person->email[0] != '\0') {
		xhtml_leaf(r->x, "br", NULL, NULL);
		xhtml_leaf(r->x, "small", person->email, NULL);
	}
	xhtml_close(r->x, "p");
	draw_account_entries(r);
	xhtml_close(r->x, "div");
	xhtml_close(r->x, "details");
}

static void
draw_footer(struct request *r)
{
	xhtml_open(r->x, "p", "class", "left", NULL);
	if (r->session.signed_in)
		page_link(r, "/settings/profile/delete-account", NULL, _("DELETE ACCOUNT"), NULL,
		    "dialog");
	xhtml_close(r->x, "p");
	xhtml_leaf(r->x, "p",
	    "WebApp: " VESTIBULE_VERSION " • Server: " VESTIBULE_VERSION " • API: " API_VERSION,
	    "class", "versions", NULL);
}

static void
draw_menu(struct request *r)
{
	if (r->session.signed_in && !r->frameless)
		menu_draw(r, r->menu);
}

/* The adapted scale for screens of high density, unless this browser or the operator does without.
 */
static void
draw_styles(struct request *r)
{
	if (!preference_choice_or(r->config, PREFERENCE_DISABLE_HIDPI, cookie_disables_hidpi(r)))
		xhtml_leaf(r->x, "link", NULL, "rel", "stylesheet",
		    "href", request_path(r, "/static/hidpi.css?%s", frame_stamp()), NULL);
}

/* Of the document, the same for the page and for its fragment. */
static const char *
title(struct request *r)
{
	return arena_format(
	    r->arena, "%s - Vestibule", r->title != NULL ? r->title : _("Settings"));
}

static void
draw_title(struct request *r)
{
	xhtml_text(r->x, title(r));
}

/* Draws one part of the frame into a text of the arena. */
static const char *
part(struct request *r, void (*draw)(struct request *))
{
	struct buffer buffer = { 0 };
	const char *markup;

	xhtml_start(r->x, &buffer);
	draw(r);
	xhtml_finish(r->x);
	markup = arena_copy(r->arena, buffer.bytes != NULL ? buffer.bytes : "", buffer.length);
	buffer_release(&buffer);
	return markup;
}

/* Light or dark; NULL follows the system. A forced theme of the site wins, then the person's
 * choice, then the cookie. */
static const char *
theme(struct request *r)
{
	const char *choice = r->config->theme;

	if (choice[0] == '\0' && r->session.signed_in)
		choice = r->session.person.theme;
	else if (choice[0] == '\0')
		choice = cookie_theme(r);
	if (text_equal(choice, "dark"))
		return " data-theme=\"dark\"";
	if (text_equal(choice, "light"))
		return " data-theme=\"light\"";
	return NULL;
}

/* A host that a policy can name; others would end the list of sources. */
static bool
is_source(const char *origin)
{
	return origin != NULL && origin[strcspn(origin, " ;,'*[")] == '\0';
}

/* Who blocks foreign content (C6, Q18) gets it from nowhere, whatever a page has in it. */
static const char *
policy(const struct request *r)
{
	if (preference_blocks_scripts(r->config, &r->session))
		return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
		       "frame-src 'none'; object-src 'none'; connect-src 'self'; form-action "
		       "'self'; base-uri 'none'; frame-ancestors 'none'";
	return arena_format(r->arena,
	    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:%s%s;"
	    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	    is_source(r->extra_img_src) ? " " : "",
	    is_source(r->extra_img_src) ? r->extra_img_src : "");
}

void
frame_headers(struct request *r)
{
	struct http_answer *answer = &r->answer;

	/* The second word, as the last, is for Lynx, which shows somebody's page to who signs in
	 * after them otherwise. */
	http_header(answer, "Cache-Control", "no-store, no-cache");
	http_header(answer, "Vary", "X-Fragment");
	http_header(answer, "X-Content-Type-Options", "nosniff");
	http_header(answer, "Referrer-Policy", "same-origin");
	http_header(answer, "Cross-Origin-Opener-Policy", "same-origin");
	http_header(answer, "Cross-Origin-Resource-Policy", "same-origin");
	http_header(answer, "Content-Security-Policy", policy(r));
	http_header(answer, "X-Request-Id", r->http.request_id);
	cookie_write(r);
}

void
frame_answer(struct request *r, unsigned status)
{
	const char *parts[LAYOUT__COUNT] = { NULL };

	http_answer_reset(&r->answer, status);
	if (request_is_fragment(r)) {
		http_header(&r->answer, "X-Fragment", "1");
		http_header(&r->answer, "X-Title", text_url_part(r->arena, title(r)));
		buffer_append(&r->answer.body, r->fragment->bytes, r->fragment->length);
	} else {
		parts[LAYOUT_LANGUAGE] = "en";
		parts[LAYOUT_THEME] = theme(r);
		parts[LAYOUT_STYLES] = part(r, draw_styles);
		parts[LAYOUT_TITLE] = part(r, draw_title);
		parts[LAYOUT_NOTICES] = part(r, draw_notices);
		parts[LAYOUT_BREADCRUMB] = part(r, draw_breadcrumb);
		parts[LAYOUT_ACCOUNT] = part(r, draw_account);
		parts[LAYOUT_MENU] = part(r, draw_menu);
		parts[LAYOUT_MAIN] = r->fragment->bytes;
		parts[LAYOUT_FOOTER] = part(r, draw_footer);
		parts[LAYOUT_BASE] = r->config->base_path;
		layout_write(layout, &r->answer.body, parts);
	}
	/* The cookie of a form drawn above is known only now. */
	http_header(&r->answer, "Content-Type", "text/html; charset=utf-8");
	frame_headers(r);
}
