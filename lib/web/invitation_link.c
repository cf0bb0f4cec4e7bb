/* invitation_link.c: the page that shows the link of an invitation once. */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/invitation.h"
#include "data/mail.h"
#include "data/reveal.h"
#include "web/form.h"
#include "web/invitation_link.h"
#include "web/page.h"

#define REVEAL_KIND "invitation"

void
invitation_link_reveal(struct request *r, const char *link, int64_t expires, const char *rows,
    const char *message)
{
	const char *id = reveal_create(r->db, r->arena, r->keys, r->session.hash, REVEAL_KIND,
	    r->workspace.id, arena_format(r->arena, "%s\n%lld\n%s", link, (long long)expires, rows),
	    r->now);

	request_see(r, message, "/settings/invite/created/%s?ws=%s", id, request_workspace_id(r));
}

struct created {
	const char *link, *rows;
	int64_t expires;
};

void
invitation_link_load(struct request *r)
{
	struct created *created = arena_allocate(r->arena, sizeof(*created));
	int64_t workspace = 0, until;
	const char *payload = reveal_open(r->db, r->arena, r->keys, r->session.hash, REVEAL_KIND,
	    r->ids[0], r->now, &workspace, &until);
	char *rest;

	if (payload == NULL || workspace != r->workspace.id) {
		request_refuse(r, 404,
		    _("This page showed an invitation link once and is over. If you have not kept "
		      "the link, make a new one for the pending invitation."));
		return;
	}
	rest = arena_text(r->arena, payload);
	created->link = strsep(&rest, "\n");
	text_integer(strsep(&rest, "\n"), 0, INT64_MAX, &created->expires);
	created->rows = rest;
	r->object = created;
}

static void
draw_report(struct request *r, const char *rows)
{
	static const struct {
		const char *kind, *text;
	} reports[] = {
		[INVITATION_ADDED] = { "success", N_("Added") },
		[INVITATION_ALREADY_MEMBER] = { "info", N_("Is a member already") },
		[INVITATION_ALREADY_PENDING] = { "info", N_("Was invited already") },
		[INVITATION_OWN_ADDRESS] = { "info", N_("Is your own address") },
	};
	char *rest = arena_text(r->arena, rows), *row;

	if (rows[0] == '\0')
		return;
	xhtml_leaf(r->x, "h2", _("Addresses"), NULL);
	xhtml_open(r->x, "ul", "class", "addresses", NULL);
	while ((row = strsep(&rest, "\n")) != NULL && row[0] != '\0') {
		size_t which = (size_t)(row[0] - '0');

		xhtml_open(r->x, "li", NULL);
		xhtml_textf(r->x, "%s ", row + 2);
		if (row[0] == INVITATION_LINK_AGAIN)
			page_badge(r, "success", _("Invited"));
		else if (which < sizeof(reports) / sizeof(reports[0]))
			page_badge(r, reports[which].kind, _(reports[which].text));
		xhtml_close(r->x, "li");
	}
	xhtml_close(r->x, "ul");
}

void
invitation_link_show(struct request *r)
{
	const struct created *created = r->object;
	bool addressed = created->rows[0] != '\0';

	page_begin(r, _("Invitation link"), NULL);
	xhtml_open(r->x, "section", "class", "reveal", NULL);
	xhtml_leaf(r->x, "p",
	    addressed
	        ? _("Send this link to the people you invited. It works only for their addresses.")
	        : _("Give this link to the people you mean. Whoever has it can join."),
	    "class", "lead", NULL);
	xhtml_leaf(r->x, "textarea", created->link, "class", "secret link", "id", "link",
	    "readonly", "readonly", "cols", "80", "rows", "3", "spellcheck", "false", "aria-label",
	    _("Invitation link"), NULL);
	/* A text browser cuts lines of a text area at its width. */
	xhtml_open(r->x, "p", "class", "uncut", NULL);
	xhtml_leaf(r->x, "code", created->link, NULL);
	xhtml_close(r->x, "p");
	xhtml_open(r->x, "p", "class", "buttons", NULL);
	xhtml_leaf(r->x, "span", NULL, "data-copy", "link", "data-copied", _("Copied"), NULL);
	xhtml_close(r->x, "p");
	xhtml_open(r->x, "dl", "class", "facts", NULL);
	page_fact(r, _("Workspace"), r->workspace.name);
	page_fact(r, _("Valid until"), clock_show(r->arena, created->expires));
	xhtml_close(r->x, "dl");
	draw_report(r, created->rows);
	if (addressed && mail_is_on(r->config))
		xhtml_leaf(r->x, "p", _("It is also on its way to them by mail."), NULL);
	if (addressed)
		xhtml_leaf(r->x, "p",
		    _("People with an account whose address is confirmed find the invitation in "
		      "their account menu, too."),
		    "class", "help", NULL);
	xhtml_leaf(r->x, "p",
	    _("The link cannot be shown again after you leave this page; a pending invitation can "
	      "get a new one."),
	    "class", "help", NULL);
	xhtml_close(r->x, "section");
	form_begin(r, arena_format(r->arena, "/settings/invite/created/%s/done", r->ids[0]),
	    request_workspace_id(r), NULL);
	form_draw_buttons(r, _("Done"), NULL, NULL, false);
	form_end(r);
}

void
invitation_link_end(struct request *r)
{
	reveal_end(r->db, r->session.hash, r->ids[0]);
}
