/*
 * sessions.c: where one is signed in, and ending it.
 *
 *	/settings/sessions		all of one's own
 *	/settings/sessions/<id>/end	ends one
 *	/settings/sessions/end-others	ends all but this browser's
 */
#include <string.h>

#include "core/language.h"
#include "core/text.h"
#include "data/security_notice.h"
#include "data/session_list.h"
#include "web/app.h"
#include "web/form.h"
#include "web/page.h"

static void
draw_cell(struct request *r, const char *head, const char *text)
{
	xhtml_leaf(r->x, "td", text, "data-head", head, NULL);
}

static void
draw_moment(struct request *r, const char *head, int64_t moment, bool relative)
{
	xhtml_open(r->x, "td", "data-head", head, NULL);
	page_time(r, moment, relative);
	xhtml_close(r->x, "td");
}

static void
draw_row(struct request *r, const struct session_row *row)
{
	xhtml_open(r->x, "tr", NULL);
	xhtml_open(r->x, "th", "scope", "row", NULL);
	xhtml_text(r->x, row->browser);
	if (row->current) {
		xhtml_text(r->x, " ");
		page_badge(r, "success", _("This browser"));
	}
	xhtml_close(r->x, "th");
	draw_cell(r, _("ADDRESS"), row->address);
	draw_moment(r, _("SIGNED IN"), row->created, false);
	draw_moment(r, _("LAST SEEN"), row->last_seen, true);
	draw_moment(r, _("ENDS"), row->expires, false);
	xhtml_open(r->x, "td", "class", "actions", NULL);
	if (row->current)
		page_link(r, "/sign-out", "log-out", _("Logout"), "action", NULL);
	else
		page_link(r,
		    arena_format(
		        r->arena, "/settings/sessions/%s/end", text_id(r->arena, row->public_id)),
		    "x", _("End"), "action danger", "dialog");
	xhtml_close(r->x, "td");
	xhtml_close(r->x, "tr");
}

static void
draw_table(struct request *r, const struct session_row *list, size_t count)
{
	const char *const heads[] = { _("BROWSER"), _("ADDRESS"), _("SIGNED IN"), _("LAST SEEN"),
		_("ENDS") };

	page_table(r, _("Your sessions"), heads, sizeof(heads) / sizeof(heads[0]), true);
	for (size_t i = 0; i < count; i++)
		draw_row(r, &list[i]);
	page_table_end(r);
}

static void
show_list(struct request *r)
{
	struct session_row *list;
	size_t count = session_list(r->db, r->arena, r->config, &r->session, r->now, &list);

	page_begin(r, _("Sessions"),
	    _("The browsers in which you are signed in. If you do not know one, end it and change "
	      "your password."));
	xhtml_open(r->x, "div", "class", "panel", NULL);
	draw_table(r, list, count);
	xhtml_open(r->x, "p", NULL);
	if (count > 1)
		page_link(r, "/settings/sessions/end-others", "log-out",
		    _("End all other sessions"), "action danger", "dialog");
	else
		xhtml_text(r->x, _("There is no other session."));
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "div");
	xhtml_open(r->x, "p", NULL);
	page_link(r, "/settings/profile", NULL, _("Back to the profile"), "action", NULL);
	xhtml_close(r->x, "p");
}

static void
load_one(struct request *r)
{
	struct session_row *row = arena_allocate(r->arena, sizeof(*row));
	uint8_t id[16];

	if (!text_parse_id(r->ids[0], id) ||
	    !session_find(r->db, r->arena, r->config, &r->session, r->now, id, row)) {
		request_not_found(r);
		return;
	}
	r->object = row;
}

static void
show_end(struct request *r)
{
	const struct session_row *row = r->object;

	page_begin(r, _("End this session?"), NULL);
	xhtml_open(r->x, "dl", "class", "facts", NULL);
	page_fact(r, _("BROWSER"), row->browser);
	page_fact(r, _("ADDRESS"), row->address);
	page_fact(r, _("LAST SEEN"), clock_show(r->arena, row->last_seen));
	xhtml_close(r->x, "dl");
	page_consequences(r,
	    (const char *const[]){
	        _("Whoever uses that browser is asked to sign in again with the next click."),
	        _("What was typed there and not saved is lost. Credentials of programs go on."),
	        NULL });
	form_begin(
	    r, arena_format(r->arena, "/settings/sessions/%s/end", r->ids[0]), NULL, "dialog");
	form_draw_buttons(r, _("End session"), _("CANCEL"), "/settings/sessions", true);
	form_end(r);
}

static void
act_end(struct request *r)
{
	const struct session_row *row = r->object;

	if (!session_end_one(r->db, &r->actor, r->session.person.id, row->public_id)) {
		request_not_found(r);
		return;
	}
	if (row->current) {
		r->new_cookie = "";
		request_see(r, NULL, "/sign-in?signed-out=1");
		return;
	}
	security_notice(r->db, r->arena, &r->actor, r->config, r->keys, &r->session.person,
	    SECURITY_SESSION_ENDED, row->browser);
	request_see(r, arena_format(r->arena, _("The session of %s is ended."), row->browser),
	    "/settings/sessions");
}

static void
show_end_others(struct request *r)
{
	page_begin(r, _("End all other sessions?"), NULL);
	page_consequences(r,
	    (const char *const[]){ _("You stay signed in on this browser and on no other."),
	        _("If somebody else may know your password, change it too: that ends the other "
	          "sessions as well."),
	        NULL });
	form_begin(r, "/settings/sessions/end-others", NULL, "dialog");
	form_draw_buttons(r, _("End all other sessions"), _("CANCEL"), "/settings/sessions", true);
	form_end(r);
}

static void
act_end_others(struct request *r)
{
	uint64_t ended = session_end_others(r->db, &r->actor, &r->session);

	if (ended > 0)
		security_notice(r->db, r->arena, &r->actor, r->config, r->keys, &r->session.person,
		    SECURITY_SESSIONS_ENDED, NULL);
	request_see(r,
	    ended > 0 ? _("All your other sessions are ended.") : _("There was no other session."),
	    "/settings/sessions");
}

static const struct route routes[] = {
	{ .path = "/settings/sessions", .access = ACCESS_SIGNED_IN, .show = show_list },
	{ .path = "/settings/sessions/end-others",
	    .access = ACCESS_SIGNED_IN,
	    .show = show_end_others,
	    .act = act_end_others },
	{ .path = "/settings/sessions/:id/end",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_one,
	    .show = show_end,
	    .act = act_end },
};

static const struct section section = {
	.name = "sessions",
	.menu = "profile",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
