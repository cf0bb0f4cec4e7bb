/*
 * sign-in.c: signing in by e-mail and password or by a one-time link, and signing out.
 *
 *	/		to the settings, or to the sign-in page
 *	/sign-in	e-mail and password; ?next= a page of the settings; ?link= a one-time
 *			link's code
 *	/sign-in/link	the page behind a one-time link, with one button
 *	/sign-in/code	after either, where there is a second factor: its code, or a recovery code
 *	/sign-out	ends the session
 *	/profile	the address of older instructions: to the settings
 */
#include <string.h>

#include "core/browser.h"
#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/known_browser.h"
#include "data/one_time_link.h"
#include "data/pending_sign_in.h"
#include "data/security_notice.h"
#include "data/throttle.h"
#include "data/tip.h"
#include "web/app.h"
#include "web/cookie.h"
#include "web/form.h"
#include "web/menu.h"
#include "web/page.h"
#include "web/proof.h"
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

static const struct field code_fields[] = {
	{ .name = "code",
	    .type = FIELD_CODE,
	    .label = N_("Code"),
	    .required = true,
	    .most = 60,
	    .autocomplete = "one-time-code",
	    .help = N_("Six digits of the app on your phone, or one of your recovery codes.") },
};
static const struct form_table code_form = FORM_TABLE(code_fields);

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

/* Lets the person in, and tells them when it is from somewhere new. */
static void
start_session(struct request *r, const struct person *person, enum session_way way, bool kept)
{
	const char *browser = browser_name(r->arena, r->http.user_agent);
	uint8_t bytes[32], hash[CRYPTO_HASH];
	size_t length;

	r->new_cookie = session_create(r->db, r->arena, r->config, &r->actor, person->id, way, kept,
	    r->http.user_agent != NULL ? r->http.user_agent : "",
	    r->session.present ? r->session.hash : NULL);
	r->new_cookie_kept = kept;
	crypto_from_base64url(r->new_cookie, bytes, sizeof(bytes), &length);
	crypto_digest(bytes, sizeof(bytes), hash);
	nonce_move(r->db, &r->nonce, hash);
	if (known_browser_note(r->db, r->arena, &r->actor, person->id, browser))
		security_notice(r->db, r->arena, &r->actor, r->config, r->keys, person,
		    SECURITY_SIGN_IN, browser);
}

/* Half in: the rest is the page of the code, under a cookie that is made for it. */
static void
ask_code(struct request *r, const struct person *person, const struct pending_sign_in *pending)
{
	if (r->session.present)
		pending_sign_in_end(r->db, r->session.hash);
	r->new_cookie = pending_sign_in_create(r->db, r->arena, r->keys, person, pending, r->now);
	r->new_cookie_kept = false;
	request_see(r, NULL, "/sign-in/code");
}

/* On to the page that was asked for; now and then with a pro tip. */
static void
go_on(struct request *r, const struct person *person, const char *next)
{
	const char *target = destination(r, next);
	size_t tip = tip_after_sign_in(
	    r->db, r->arena, r->config, person, tip_view_count(), r->now);

	if (tip == 0)
		request_see(r, NULL, "%s", target);
	else
		request_see(
		    r, NULL, "%s%ctip=%zu", target, strchr(target, '?') != NULL ? '&' : '?', tip);
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

static void
act_sign_in(struct request *r)
{
	const struct person *person = r->object;
	struct pending_sign_in pending = {
		.way = SESSION_PASSWORD,
		.kept = form_checked(r->form, "keep"),
		.next = destination(r, form_value(r->form, "next")),
		.link = "",
		.password_hash = "",
	};

	if (second_factor_is_on(r->db, person->id)) {
		ask_code(r, person, &pending);
		return;
	}
	start_session(r, person, pending.way, pending.kept);
	go_on(r, person, pending.next);
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
		                             "a newer one, or it was not copied whole."),
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

/* Uses the link up, with the password that was chosen; false when it cannot be used any more. */
static bool
spend_link(struct request *r, const struct person *person, const char *code, const char *hash)
{
	if (!one_time_link_spend(r->db, &r->actor, r->keys, code)) {
		form_error(r->form, NULL, _("This link cannot be used any more."));
		return false;
	}
	r->actor.person = person->id;
	if (hash[0] != '\0') {
		person_set_password(r->db, &r->actor, person->id, hash, NULL);
		security_notice(r->db, r->arena, &r->actor, r->config, r->keys, person,
		    SECURITY_PASSWORD, NULL);
	}
	cookie_set(r, "link", NULL, 0);
	return true;
}

/* A link only proves that somebody has it: the code is asked for all the same (ASVS 6.3.6). */
static void
act_link(struct request *r)
{
	struct link *link = r->object;
	bool has_password = link->hash[0] != '\0' || link->person.password != NULL;
	struct pending_sign_in pending = {
		.way = SESSION_LINK,
		.next = "",
		.link = link->code,
		.password_hash = link->hash,
	};

	if (link->state == ONE_TIME_LINK_GOOD && second_factor_is_on(r->db, link->person.id)) {
		ask_code(r, &link->person, &pending);
		return;
	}
	if (link->state != ONE_TIME_LINK_GOOD ||
	    !spend_link(r, &link->person, link->code, link->hash)) {
		form_error(r->form, NULL, _("This link cannot be used any more."));
		return;
	}
	start_session(r, &link->person, SESSION_LINK, false);
	request_see(r,
	    has_password ? _("You are signed in.")
	                 : _("You are signed in. You have no password yet: choose one below, or "
	                     "your next sign-in needs a new link."),
	    "/settings/profile");
}

/* Who is half in, and what the code turned out to be. */
struct half {
	bool there;
	struct pending_sign_in pending;
	struct person person;
	struct second_factor_code code;
};

static void
load_code(struct request *r)
{
	struct half *half = r->object;

	if (half == NULL)
		r->object = half = arena_allocate(r->arena, sizeof(*half));
	half->there = r->session.present && !r->session.signed_in &&
	    pending_sign_in_load(r->db, r->arena, r->keys, r->session.hash, r->now, &half->pending,
	        &half->person);
}

static void
show_code(struct request *r)
{
	const struct half *half = r->object;

	r->frameless = true;
	if (!half->there) {
		if (r->http.method != HTTP_POST)
			r->status = 404;
		page_begin(r, _("Sign in again"),
		    _("No sign-in waits for a code in this browser. It may have taken longer than "
		      "five minutes, or too many codes were wrong."));
		xhtml_open(r->x, "p", NULL);
		page_link(r, "/sign-in", "log-in", _("Sign in"), "action", NULL);
		xhtml_close(r->x, "p");
		return;
	}
	page_begin(r, _("Enter your code"), _("Your account has a second factor."));
	form_begin(r, "/sign-in/code", NULL, NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("Sign in"), _("CANCEL"), "/sign-in", false);
	form_end(r);
	xhtml_leaf(r->x, "p",
	    _("Neither phone nor recovery codes? The operator of this site can switch your second "
	      "factor off."),
	    "class", "aside", NULL);
}

static void
prove_code(struct request *r)
{
	enum second_factor_answer answer;
	struct half *half;

	load_code(r);
	half = r->object;
	if (!half->there) {
		form_error(r->form, NULL, _("This sign-in is over. Begin it again."));
		return;
	}
	answer = proof_code(r, r->form, "code", half->person.id, &half->code);
	/* Pressed twice: the twin has used the code, and ended the waiting with it. */
	if (answer == SECOND_FACTOR_REPLAYED) {
		load_code(r);
		if (!half->there)
			return;
		proof_code_refused(r, half->person.id);
	}
	if ((answer == SECOND_FACTOR_WRONG || answer == SECOND_FACTOR_REPLAYED) &&
	    pending_sign_in_failed(r->db, r->session.hash))
		security_notice(r->db, r->arena, &r->actor, r->config, r->keys, &half->person,
		    SECURITY_WRONG_CODES, NULL);
}

static void
act_code(struct request *r)
{
	struct half *half = r->object;
	const struct pending_sign_in *pending = &half->pending;

	if (!half->there || !pending_sign_in_end(r->db, r->session.hash)) {
		form_error(r->form, NULL, _("This sign-in is over. Begin it again."));
		return;
	}
	r->actor.person = half->person.id;
	if (!proof_code_spend(r, &half->person, &half->code)) {
		form_error(r->form, "code",
		    _("This code was used already. Wait until your app shows the next one."));
		return;
	}
	if (pending->way == SESSION_LINK &&
	    !spend_link(r, &half->person, pending->link, pending->password_hash))
		return;
	start_session(r, &half->person, pending->way, pending->kept);
	go_on(r, &half->person, pending->next);
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
	{ .path = "/sign-in/code",
	    .access = ACCESS_PUBLIC,
	    .form = &code_form,
	    .load = load_code,
	    .show = show_code,
	    .prove = prove_code,
	    .act = act_code },
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
