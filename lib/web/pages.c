/* pages.c: the cycle of a section of pages. */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/log.h"
#include "core/text.h"
#include "web/cookie.h"
#include "web/form.h"
#include "web/frame.h"
#include "web/menu.h"
#include "web/origin.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/post.h"
#include "web/route.h"

static void
answer_redirect(struct request *r)
{
	http_answer_reset(&r->answer, 303);
	http_header(&r->answer, "Location", request_path(r, "%s", r->location));
	frame_headers(r);
}

static void
answer_download(struct request *r)
{
	http_answer_reset(&r->answer, 200);
	http_header(&r->answer, "Content-Type", r->download_type);
	http_header(&r->answer, "Content-Disposition",
	    arena_format(r->arena, "attachment; filename=\"%s\"", r->download_name));
	frame_headers(r);
	buffer_text(&r->answer.body, r->download);
}

/* Drops what was drawn and draws the refusal instead. */
static void
answer_refusal(struct request *r)
{
	xhtml_abandon(r->x);
	xhtml_start(r->x, r->fragment);
	page_draw_refusal(r, r->status, r->refusal);
	xhtml_finish(r->x);
	frame_answer(r, r->status);
}

/* The database cannot be asked: nothing of the person is shown, because nothing is known. */
static void
fail(struct request *r)
{
	log_write(LOG_ERROR, "request", 3, "request", r->http.request_id, "path", r->http.raw_path,
	    "failure", "database");
	memset(&r->session.person, 0, sizeof(r->session.person));
	r->session.signed_in = false;
	r->new_cookie = NULL;
	request_refuse(r, 503,
	    _("The database cannot be reached at the moment. Nothing was lost: try again in a few"
	      " seconds."));
}

bool
pages_needs_workspace(const struct route *route)
{
	return route->access >= ACCESS_MEMBER;
}

/* A whole page asks for all workspaces of the person anyway, for its menu: then that is enough. */
static bool
find_membership(struct request *r, const uint8_t id[16])
{
	size_t count;

	if (r->session.memberships <= 1 || r->http.method == HTTP_POST || request_is_fragment(r))
		return workspace_of_member(
		    r->db, r->arena, r->session.person.id, id, &r->workspace);
	count = request_workspaces(r);
	for (size_t i = 0; i < count; i++) {
		if (memcmp(r->workspaces[i].public_id, id, sizeof(r->workspace.public_id)) == 0) {
			r->workspace = r->workspaces[i];
			return true;
		}
	}
	return false;
}

/* The workspace of the page; false after a refusal. */
bool
pages_find_workspace(struct request *r, const char *named)
{
	uint8_t id[16];

	if (named[0] == '\0') {
		r->workspace = r->session.workspace;
		if (r->workspace.id == 0)
			request_not_found(r);
		return r->workspace.id != 0;
	}
	/* The session brought the membership of the active one. */
	if (text_parse_id(named, id) && r->session.workspace.id != 0 &&
	    memcmp(id, r->session.workspace.public_id, sizeof(id)) == 0) {
		r->workspace = r->session.workspace;
		return true;
	}
	if (!text_parse_id(named, id) || !find_membership(r, id)) {
		request_not_found(r);
		return false;
	}
	return true;
}

bool
pages_may_use(struct request *r)
{
	static const enum role least[] = {
		[ACCESS_PUBLIC] = ROLE_NONE,
		[ACCESS_SIGNED_IN] = ROLE_NONE,
		[ACCESS_MEMBER] = ROLE_MEMBER,
		[ACCESS_ADMINISTRATOR] = ROLE_ADMINISTRATOR,
		[ACCESS_OWNER] = ROLE_OWNER,
	};

	if (r->workspace.role >= least[r->route->access] || !pages_needs_workspace(r->route))
		return true;
	request_refuse(r, 403, r->route->access == ACCESS_OWNER
	    ? _("Only the owner of this workspace can do this.")
	    : _("Only the owner and the administrators of this workspace can do this."));
	return false;
}

void
pages_draw(struct request *r)
{
	if (r->route->load != NULL)
		r->route->load(r);
	if (r->status == 0)
		r->route->show(r);
}

/* To the sign-in page, and back here afterwards. Script cannot show that in a dialog: it follows
 * the link itself. */
static void
ask_sign_in(struct request *r)
{
	const char *target = route_path(r), *workspace = request_query(r, "ws");

	if (request_is_fragment(r)) {
		r->http.fragment = NULL;
		r->frameless = true;
		request_refuse(r, 403, _("You are not signed in."));
		return;
	}
	if (text_is_id(workspace))
		target = arena_format(r->arena, "%s?ws=%s", target, workspace);
	if (menu_knows(r->config, target))
		request_redirect(r, "/sign-in?next=%s", text_url_part(r->arena, target));
	else
		request_redirect(r, "/sign-in");
}

static void
get(struct request *r)
{
	if (r->route->show == NULL) {
		request_refuse(r, 405, _("This address only takes forms."));
		return;
	}
	if (r->route->access != ACCESS_PUBLIC && !r->session.signed_in) {
		ask_sign_in(r);
		return;
	}
	session_touch(r->db, &r->session, r->now);
	if (pages_needs_workspace(r->route) &&
	    (!pages_find_workspace(r, request_query(r, "ws")) || !pages_may_use(r)))
		return;
	r->form = form_fresh(r->arena, r->route->form);
	pages_draw(r);
}

/* Another name of this host: people are led to the right one, forms are not taken (decisions 13).
 */
static void
refuse_host(struct request *r)
{
	if (r->http.method == HTTP_POST) {
		request_refuse(r, 403,
		    arena_format(r->arena,
		        _("This form was sent to another address than %s. Open that address and "
		          "try again."),
		        r->config->web_server));
		return;
	}
	http_answer_reset(&r->answer, 303);
	http_header(&r->answer, "Location",
	    arena_format(r->arena, "%s%s", r->config->web_server,
	        http_header_fits(r->http.raw_path) && r->http.raw_path[0] == '/' ? route_path(r)
	                                                                         : "/"));
	frame_headers(r);
	r->status = 303;
}

static bool
has_what_it_needs(const struct request *r)
{
	for (unsigned i = 0; i < SWITCH__COUNT; i++) {
		if ((r->route->needs & NEEDS(i)) != 0 && !r->config->switches[i])
			return false;
	}
	return true;
}

static void
find_route(struct request *r)
{
	r->route = menu_is_on(r->config, r->section->name) ? route_find(r) : NULL;
	if (r->route != NULL && !has_what_it_needs(r))
		r->route = NULL;
	if (r->route == NULL)
		request_not_found(r);
	else if (r->http.method == HTTP_OTHER ||
	    (r->http.method == HTTP_POST && r->route->act == NULL))
		request_refuse(r, 405, _("This address only shows a page; it takes no forms."));
	else if (r->route->whole)
		r->http.fragment = NULL;
}

static void
finish(struct request *r)
{
	/* What the frame draws is asked for here, where a failure can still be answered. */
	if (r->session.signed_in && r->status != 303 && r->download == NULL &&
	    !request_is_fragment(r))
		request_workspaces(r);
	if (db_failed(r->db) && r->status != 503)
		fail(r);
	if (r->status >= 400 && r->refusal != NULL) {
		answer_refusal(r);
	} else if (r->status == 303) {
		xhtml_abandon(r->x);
		answer_redirect(r);
	} else if (r->download != NULL) {
		xhtml_abandon(r->x);
		answer_download(r);
	} else {
		xhtml_finish(r->x);
		frame_answer(r, r->status != 0 ? r->status : 200);
	}
}

void
pages_handle(struct request *r)
{
	xhtml_start(r->x, r->fragment);
	if (r->http.refusal != 0) {
		request_refuse(r, r->http.refusal, r->http.refusal_reason);
		r->frameless = true;
		finish(r);
		return;
	}
	if (!origin_host_is_ours(r)) {
		refuse_host(r);
		if (r->status != 303)
			finish(r);
		else
			xhtml_abandon(r->x);
		return;
	}
	r->cookie = cookie_session(r);
	session_load(r->db, r->arena, r->config, r->cookie, r->now,
	    r->section->shows_preferences, &r->session);
	r->actor.person = r->session.person.id;
	if (r->session.signed_in && r->session.person.time_zone[0] != '\0')
		clock_zone(r->session.person.time_zone);
	else
		clock_zone(r->config->time_zone);
	find_route(r);
	if (r->status == 0 && r->http.method == HTTP_POST)
		post_handle(r);
	else if (r->status == 0)
		get(r);
	finish(r);
}
