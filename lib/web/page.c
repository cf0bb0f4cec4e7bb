/* page.c: small pieces of markup, and the start of every page. */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/nonce.h"
#include "web/form.h"
#include "web/frame.h"
#include "web/page.h"
#include "web/tip_view.h"

/* A page has a hundred of them, so the address is put together by hand. */
void
page_icon(struct request *r, const char *name)
{
	const char *sprite = frame_sprite();
	size_t length = strlen(sprite), name_length = strlen(name);
	char *address = arena_allocate(r->arena, length + name_length + 1);

	memcpy(address, sprite, length);
	memcpy(address + length, name, name_length);
	/* The namespace, so that a page is the same read as XHTML and as HTML. */
	xhtml_open(r->x, "svg", "xmlns", "http://www.w3.org/2000/svg", "class", "icon",
	    "aria-hidden", "true", NULL);
	xhtml_leaf(r->x, "use", NULL, "href", address, NULL);
	xhtml_close(r->x, "svg");
}

void
page_result(struct request *r, const char *kind, const char *message)
{
	xhtml_open(r->x, "div", "class", arena_format(r->arena, "result %s", kind), "role",
	    "status", NULL);
	page_icon(r, text_equal(kind, "success") ? "circle-check" : "info");
	xhtml_leaf(r->x, "p", message, NULL);
	xhtml_close(r->x, "div");
}

/* The message of the act that led here, found by "?done=" (decisions 18). */
static void
draw_result(struct request *r)
{
	const char *done = request_query(r, "done");
	const char *message;

	if (done[0] == '\0' || !r->session.present || r->http.method == HTTP_POST)
		return;
	message = nonce_message(r->db, r->arena, r->session.hash, done);
	if (message != NULL)
		page_result(r, "success", message);
}

void
page_begin(struct request *r, const char *title, const char *lead)
{
	bool refused = r->form != NULL && !form_valid(r->form);

	r->title = refused ? arena_format(r->arena, _("Error: %s"), title) : title;
	r->heading = title;
	draw_result(r);
	form_draw_problems(r, r->form);
	tip_view_draw(r);
	xhtml_leaf(r->x, "h1", title, NULL);
	if (lead != NULL)
		xhtml_leaf(r->x, "p", lead, "class", "lead", NULL);
}

void
page_draw_refusal(struct request *r, unsigned status, const char *sentence)
{
	const char *title = status == 404 ? _("Nothing here")
	    : status == 403               ? _("Not allowed")
	    : status == 405               ? _("Not possible here")
	    : status >= 500               ? _("Something went wrong on our side")
	                                  : _("This request was not accepted");

	r->title = title;
	r->heading = title;
	xhtml_leaf(r->x, "h1", title, NULL);
	xhtml_leaf(r->x, "p", sentence, "class", "lead", NULL);
	if (status >= 500 && r->config->operator_contact[0] != '\0')
		xhtml_leaf(r->x, "p", r->config->operator_contact, NULL);
	xhtml_open(r->x, "p", NULL);
	page_link(r, "/settings/profile", NULL, _("Go to your settings"), "action", NULL);
	xhtml_close(r->x, "p");
	xhtml_open(r->x, "p", "class", "request", NULL);
	xhtml_textf(r->x, _("Status %u, request number "), status);
	xhtml_leaf(r->x, "code", r->http.request_id, NULL);
	xhtml_close(r->x, "p");
}

void
page_link(struct request *r, const char *path, const char *icon, const char *label,
    const char *class_name, const char *into)
{
	page_link_about(r, path, icon, label, NULL, class_name, into);
}

void
page_link_about(struct request *r, const char *path, const char *icon, const char *label,
    const char *thing, const char *class_name, const char *into)
{
	xhtml_open(r->x, "a", "href", request_path(r, "%s", path), "class", class_name, "data-into",
	    into, "aria-label",
	    thing != NULL ? arena_format(r->arena, "%s: %s", label, thing) : NULL, NULL);
	if (icon != NULL) {
		page_icon(r, icon);
		xhtml_text(r->x, " ");
	}
	xhtml_leaf(r->x, "span", label, NULL);
	xhtml_close(r->x, "a");
}

void
page_time(struct request *r, int64_t moment, bool relative)
{
	const char *shown = clock_show(r->arena, moment);

	xhtml_leaf(r->x, "time", relative ? clock_relative(r->arena, moment, r->now) : shown,
	    "datetime", clock_utc(r->arena, moment), "title", relative ? shown : NULL, NULL);
}

void
page_identity(struct request *r, const uint8_t id[16])
{
	const char *text = text_id(r->arena, id);

	xhtml_open(r->x, "span", "class", "identity", NULL);
	xhtml_leaf(r->x, "b", _("ID"), NULL);
	xhtml_text(r->x, " ");
	xhtml_open(r->x, "code", "title", text, "data-copy-text", text, NULL);
	xhtml_textf(r->x, "%.8s", text);
	/* Browsers without style sheets show all of it, others under the pointer. */
	xhtml_leaf(r->x, "span", text + 8, "class", "uncut", NULL);
	xhtml_close(r->x, "code");
	xhtml_close(r->x, "span");
}

void
page_badge(struct request *r, const char *kind, const char *text)
{
	xhtml_leaf(r->x, "span", text, "class", arena_format(r->arena, "badge %s", kind), NULL);
}

void
page_fact(struct request *r, const char *term, const char *text)
{
	xhtml_open(r->x, "div", NULL);
	xhtml_leaf(r->x, "dt", term, NULL);
	xhtml_leaf(r->x, "dd", text, NULL);
	xhtml_close(r->x, "div");
}

void
page_consequences(struct request *r, const char *const *sentences)
{
	xhtml_open(r->x, "ul", "class", "consequences", NULL);
	for (; *sentences != NULL; sentences++)
		xhtml_leaf(r->x, "li", *sentences, NULL);
	xhtml_close(r->x, "ul");
}

const char *
page_fixed(struct request *r, enum config_preference which)
{
	const struct config_fixed *fixed = &r->config->preferences[which];

	if (!fixed->fixed)
		return NULL;
	return fixed->reason[0] == '\0'
	    ? _("Set for everybody by the operator of this site.")
	    : arena_format(
	          r->arena, _("Set for everybody by the operator of this site: %s"), fixed->reason);
}

void
page_table(struct request *r, const char *caption, const char *const *heads, size_t count,
    bool actions)
{
	xhtml_open(r->x, "div", "class", "table", "role", "region", "tabindex", "0", "aria-label",
	    caption, NULL);
	xhtml_open(r->x, "table", NULL);
	xhtml_leaf(r->x, "caption", caption, "class", "visually-hidden", NULL);
	xhtml_open(r->x, "thead", NULL);
	xhtml_open(r->x, "tr", NULL);
	for (size_t i = 0; i < count; i++) {
		if (heads[i] != NULL)
			xhtml_leaf(r->x, "th", heads[i], "scope", "col", NULL);
	}
	if (actions) {
		xhtml_open(r->x, "th", "scope", "col", NULL);
		xhtml_leaf(r->x, "span", _("Actions"), "class", "visually-hidden", NULL);
		xhtml_close(r->x, "th");
	}
	xhtml_close(r->x, "tr");
	xhtml_close(r->x, "thead");
	xhtml_open(r->x, "tbody", NULL);
}

void
page_table_end(struct request *r)
{
	xhtml_close(r->x, "tbody");
	xhtml_close(r->x, "table");
	xhtml_close(r->x, "div");
}
