/*
 * sign-in.c: signing in by e-mail and password or by a one-time link, and signing out.
 *
 *	/			to the settings, or to the sign-in page
 *	/sign-in		e-mail and password; ?next= a page of the settings; ?link= the code
 *of a one-time link /sign-in/link		the page behind a one-time link, with one button
 * /sign-out ends the session /profile		the address of older instructions: to the settings
 */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/one_time_link.h"
#include "data/throttle.h"
#include "data/tip.h"
#include "web/app.h"
#include "web/cookie.h"
#include "web/form.h"
#include "web/menu.h"
#include "web/page.h"
#include "web/tip_view.h"

#define LINK_COOKIE 600	/* seconds that the code of a link waits for its button */

static const struct field sign_in_fields[] = {
	{ .name = "email",
	    .type = FIELD_EMAIL,
	    .label = N_("E-mail"),
	    .required = true,
	    .most = PERSON_EMAIL,
	    .autocomplete = "username" },
	{ .name = "password",
	    .type = FIELD_PASSWORD,
	    .label = N_("Password"),
	    .required = true,
	    .most = PERSON_PASSWORD,
	    .autocomplete = "current-password" },
	{ .name = "keep",
	    .type = FIELD_CHECK,
	    .label = N_("Keep me signed in"),
	    .help = N_(
	        "For 30 days on this browser. Leave it empty on a computer that others use too.") },
	{ .name = "next", .type = FIELD_HIDDEN, .label = N_("Next page"), .most = 200 },
};
static const struct form_table sign_in_form = FORM_TABLE(sign_in_fields);

static const struct field link_fields[] = {
	{ .name = "password",
	    .type = FIELD_PASSWORD,
	    .label = N_("New password"),
	    .most = PERSON_PASSWORD,
	    .autocomplete = "new-password",
	    .help = N_("At least 12 characters. Leave it empty to sign in without changing your "
	               "password.") },
};
static const struct form_table link_form = FORM_TABLE(link_fields);

/* Where sign-in leads: what next says, if it is a page of ours. */
static const char *
destination(const struct request *r, const char *next)
{
	return menu_knows(r->config, next) ? next : "/settings/profile";
}

static void
show_root(struct request *r)
{
	request_redirect(r, r->session.signed_in ? "/settings/profile" : "/sign-in");
}

static void
show_profile(struct request *r)
{
	request_redirect(r, "/settings/profile");
}

/* A code in the URL goes into a cookie at once, and the URL is left (decisions 21). */
static void
take_link(struct request *r, const char *code)
{
	cookie_set(r, "link",
	    http_header_fits(code) && strlen(code) == SESSION_COOKIE ? code : "unknown",
	    LINK_COOKIE);
	request_redirect(r, "/sign-in/link");
}

static void
show_sign_in(struct request *r)
{
	const char *code = request_query(r, "link");

	if (code[0] != '\0') {
		take_link(r, code);
		return;
	}
	if (r->session.signed_in) {
		request_redirect(r, "%s",
		    destination(r,
		        form_is_fresh(r->form) ? request_query(r, "next")
		                               : form_value(r->form, "next")));
		return;
	}
	if (form_is_fresh(r->form))
		form_set(r->form, "next", request_query(r, "next"));
	r->frameless = true;
	if (request_query(r, "signed-out")[0] != '\0')
		page_result(r, "success", _("You are signed out."));
	page_begin(r, _("Sign in"), NULL);
	form_begin(r, "/sign-in", NULL, NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("Sign in"), NULL, NULL, false);
	form_end(r);
	xhtml_open(r->x, "p", "class", "aside", NULL);
	xhtml_text(r->x,
	    _("No password, or forgotten? The operator of this site can give you a one-time "
	      "sign-in link. "));
	xhtml_leaf(
	    r->x, "a", _("Help"), "href", request_path(r, "/static/help/sign-in.html"), NULL);
	xhtml_close(r->x, "p");
}

/* The same text and the same work for an unknown account, a wrong password and a disabled person
 * (ASVS 6.3.8). */
static bool
check_password(struct request *r, const char *email, struct person *person)
{
	const char *password = form_value(r->form, "password");
	bool found = person_by_email(r->db, r->arena, email, person);
	bool usable = found && person->disabled == 0 && person->password != NULL;

	return crypto_password_check(
	    r->config->run_directory, usable ? person->password : NULL, password);
}

/* Stronger parameters since the hash was made: made again while the password is at hand. */
static void
refresh_hash(struct request *r, const struct person *person)
{
	char hash[CRYPTO_PASSWORD];

	if (crypto_password_outdated(person->password) &&
	    crypto_password_hash(r->config->run_directory, form_value(r->form, "password"), hash))
		person_rehash(r->db, person->id, person->password, hash);
}

static void
start_session(struct request *r, int64_t person, enum session_way way, bool kept)
{
	uint8_t bytes[32], hash[CRYPTO_HASH];
	size_t length;

	r->new_cookie = session_create(r->db, r->arena, r->config, &r->actor, person, way, kept,
	    r->http.user_agent != NULL ? r->http.user_agent : "",
	    r->session.present ? r->session.hash : NULL);
	r->new_cookie_kept = kept;
	crypto_from_base64url(r->new_cookie, bytes, sizeof(bytes), &length);
	crypto_digest(bytes, sizeof(bytes), hash);
	nonce_move(r->db, &r->nonce, hash);
}

static void
refuse_for_now(struct request *r, int64_t until)
{
	form_error(r->form, NULL,
	    arena_format(r->arena,
	        ngettext("Too many wrong passwords from here for this account. Try again in %lld "
	                 "second.",
	            "Too many wrong passwords from here for this account. Try again in %lld "
	            "seconds.",
	            (unsigned long)((until - r->now) / CLOCK_SECOND + 1)),
	        (long long)((until - r->now) / CLOCK_SECOND + 1)));
}

static void
prove_password(struct request *r)
{
	struct person *person = arena_allocate(r->arena, sizeof(*person));
	const char *email = form_value(r->form, "email");
	int64_t until = throttle_until(r->db, email, r->http.address, r->now);

	if (until != 0) {
		refuse_for_now(r, until);
		return;
	}
	if (!check_password(r, email, person)) {
		throttle_failed(r->db, email, r->http.address, r->now);
		audit_write(r->db, &r->actor,
		    &(struct audit_event){ .action = "session.create",
		        .object_kind = "person",
		        .object_id = person->id,
		        .result = "refused" });
		form_error(r->form, NULL, _("E-mail and password do not fit together."));
		return;
	}
	throttle_succeeded(r->db, email, r->http.address);
	refresh_hash(r, person);
	r->object = person;
}

/* A pro tip now and then, on the first page after. */
static void
act_sign_in(struct request *r)
{
	const struct person *person = r->object;
	const char *target = destination(r, form_value(r->form, "next"));
	size_t tip = tip_after_sign_in(
	    r->db, r->arena, r->config, person, tip_view_count(), r->now);

	start_session(r, person->id, SESSION_PASSWORD, form_checked(r->form, "keep"));
	if (tip == 0)
		request_see(r, NULL, "%s", target);
	else
		request_see(
		    r, NULL, "%s%ctip=%zu", target, strchr(target, '?') != NULL ? '&' : '?', tip);
}

/* What the page behind a link works with. */
struct link {
	const char *code;
	enum one_time_link_state state;
	struct person person;
	char hash[CRYPTO_PASSWORD];	/* of the new password, "" for none */
};

static void
load_link(struct request *r)
{
	struct link *link = r->object;
	const char *code = cookie_link(r);

	if (link == NULL)
		r->object = link = arena_allocate(r->arena, sizeof(*link));
	link->code = code != NULL ? code : "";
	link->state = one_time_link_look(
	    r->db, r->arena, r->keys, link->code, r->now, &link->person);
}

static void
draw_dead_link(struct request *r, enum one_time_link_state state)
{
	static const char *const sentences[] = {
		[ONE_TIME_LINK_UNKNOWN] = N_("This link is not known. It may have been replaced by "
		                             "a newer one, or it was not"
		                             " copied whole."),
		[ONE_TIME_LINK_USED] = N_("This link was already used. Each link signs in once."),
		[ONE_TIME_LINK_EXPIRED] = N_("This link is too old to be used."),
	};

	if (r->http.method != HTTP_POST)
		r->status = 404;
	page_begin(r, _("This sign-in link does not work"), _(sentences[state]));
	xhtml_leaf(r->x, "p", _("Ask the operator of this site for a new one."), NULL);
	xhtml_open(r->x, "p", NULL);
	page_link(r, "/sign-in", "log-in", _("Sign in with a password"), "action", NULL);
	xhtml_close(r->x, "p");
}

static void
show_link(struct request *r)
{
	const struct link *link = r->object;

	r->frameless = true;
	if (link->state != ONE_TIME_LINK_GOOD) {
		draw_dead_link(r, link->state);
		return;
	}
	page_begin(r, _("Sign in with a one-time link"), NULL);
	xhtml_open(r->x, "p", "class", "lead", NULL);
	xhtml_text(r->x, _("This link signs you in once as "));
	xhtml_leaf(r->x, "b", link->person.name, NULL);
	if (link->person.email[0] != '\0')
		xhtml_textf(r->x, " (%s)", link->person.email);
	xhtml_text(r->x, ".");
	xhtml_close(r->x, "p");
	form_begin(r, "/sign-in/link", NULL, NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("Sign in"), NULL, NULL, false);
	form_end(r);
}

static void
prove_link(struct request *r)
{
	struct link *link;
	const char *password = form_value(r->form, "password"), *fault;

	load_link(r);
	link = r->object;
	if (link->state != ONE_TIME_LINK_GOOD || password[0] == '\0')
		return;
	fault = person_password_fault(password, link->person.name, link->person.email);
	if (fault != NULL)
		form_error(r->form, "password", fault);
	else if (!crypto_password_hash(r->config->run_directory, password, link->hash))
		form_error(r->form, "password",
		    _("The password cannot be stored at the moment. Try again."));
}

static void
act_link(struct request *r)
{
	struct link *link = r->object;
	bool has_password = link->hash[0] != '\0' || link->person.password != NULL;

	if (link->state != ONE_TIME_LINK_GOOD ||
	    !one_time_link_spend(r->db, &r->actor, r->keys, link->code)) {
		form_error(r->form, NULL, _("This link cannot be used any more."));
		return;
	}
	r->actor.person = link->person.id;
	if (link->hash[0] != '\0')
		person_set_password(r->db, &r->actor, link->person.id, link->hash, NULL);
	start_session(r, link->person.id, SESSION_LINK, false);
	cookie_set(r, "link", NULL, 0);
	request_see(r,
	    has_password ? _("You are signed in.")
	                 : _("You are signed in. You have no password yet: choose one below, or "
	                     "your next sign-in needs a new link."),
	    "/settings/profile");
}

static void
show_sign_out(struct request *r)
{
	if (!r->session.signed_in) {
		request_redirect(r, "/sign-in");
		return;
	}
	r->frameless = true;
	page_begin(r, _("Logout"), _("Your session on this browser ends."));
	form_begin(r, "/sign-out", NULL, NULL);
	form_draw_buttons(r, _("Logout"), _("CANCEL"), "/settings/profile", false);
	form_end(r);
}

static void
act_sign_out(struct request *r)
{
	if (r->session.signed_in)
		session_end(r->db, &r->actor, &r->session);
	r->new_cookie = "";
	request_see(r, NULL, "/sign-in?signed-out=1");
}

static const struct route routes[] = {
	{ .path = "/", .access = ACCESS_PUBLIC, .show = show_root },
	{ .path = "/profile", .access = ACCESS_PUBLIC, .show = show_profile },
	{ .path = "/sign-in",
	    .access = ACCESS_PUBLIC,
	    .form = &sign_in_form,
	    .show = show_sign_in,
	    .prove = prove_password,
	    .act = act_sign_in },
	{ .path = "/sign-in/link",
	    .access = ACCESS_PUBLIC,
	    .form = &link_form,
	    .load = load_link,
	    .show = show_link,
	    .prove = prove_link,
	    .act = act_link },
	{ .path = "/sign-out",
	    .access = ACCESS_PUBLIC,
	    .show = show_sign_out,
	    .act = act_sign_out },
};

static const struct section section = {
	.name = "sign-in",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
