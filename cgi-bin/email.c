/*
 * email.c: changing one's e-mail address (Q16).
 *
 *	/settings/profile/email			asks for the new one
 *	/settings/profile/email/link/<id>	where the site sends no mail: the link, to be copied
 *	/settings/profile/email/link/<id>/done	ends that page
 *	/settings/profile/email/confirm		?code= of the link: into a cookie, and on;
 *						one button
 */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/email_change.h"
#include "data/mail.h"
#include "data/reveal.h"
#include "web/app.h"
#include "web/cookie.h"
#include "web/form.h"
#include "web/page.h"

#define REVEAL_KIND "email"
#define CODE_COOKIE 3600	/* seconds that a code waits for its button */
#define CONFIRM "/settings/profile/email/confirm"

static const struct field email_fields[] = {
	{ .name = "email",
	    .type = FIELD_EMAIL,
	    .label = N_("New e-mail address"),
	    .required = true,
	    .most = PERSON_EMAIL,
	    .autocomplete = "email" },
};
static const struct form_table email_form = FORM_TABLE(email_fields);

static void
show_email(struct request *r)
{
	const char *email = r->session.person.email;

	page_begin(r, email[0] != '\0' ? _("Change e-mail address") : _("Add an e-mail address"),
	    mail_is_on(r->config)
	        ? _("We send a link to the new address. Your address changes when you open it.")
	        : _("This site sends no mail: the next page shows a link instead, and your address "
	            "changes when you open it. Nobody checks that the mailbox is yours, so look "
	            "twice at what you type."));
	if (email[0] != '\0') {
		xhtml_open(r->x, "dl", "class", "facts", NULL);
		page_fact(r, _("EMAIL ADDRESS"), email);
		xhtml_close(r->x, "dl");
	}
	form_begin(r, "/settings/profile/email", NULL, "dialog");
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("Continue"), _("CANCEL"), "/settings/profile", false);
	form_end(r);
}

static void
act_email(struct request *r)
{
	const char *email = form_value(r->form, "email"), *link;

	if (text_equal(email, r->session.person.email)) {
		form_error(r->form, "email", _("This is your e-mail address already."));
		return;
	}
	link = email_change_ask(
	    r->db, r->arena, &r->actor, r->config, r->keys, &r->session.person, email);
	if (link == NULL)
		form_error(r->form, NULL,
		    _("You have asked for this five times within an hour. Try again later."));
	else if (mail_is_on(r->config))
		request_see(r,
		    arena_format(r->arena,
		        _("A link is on its way to %s. Your address changes when you open it; it "
		          "works once and for 24 hours."),
		        email),
		    "/settings/profile");
	else
		request_see(r, NULL, "/settings/profile/email/link/%s",
		    reveal_create(r->db, r->arena, r->keys, r->session.hash, REVEAL_KIND,
		        r->session.person.id, link, r->now));
}

static void
load_link(struct request *r)
{
	int64_t person, until;

	r->object = (void *)(uintptr_t)reveal_open(r->db, r->arena, r->keys, r->session.hash,
	    REVEAL_KIND, r->ids[0], r->now, &person, &until);
	if (r->object == NULL)
		request_refuse(r, 404,
		    _("This page showed a link once and is over. Ask for a new one on your "
		      "profile."));
}

static void
show_link(struct request *r)
{
	const char *link = r->object;
	const char *waiting = email_change_waiting(r->db, r->session.person.id, r->now);

	page_begin(r, _("Confirm your new address"), NULL);
	xhtml_open(r->x, "div", "class", "reveal", NULL);
	xhtml_leaf(r->x, "p",
	    _("Open this link in a browser where you are signed in. It works once and for 24 "
	      "hours, and is shown here for ten minutes."),
	    "class", "lead", NULL);
	if (waiting != NULL) {
		xhtml_open(r->x, "dl", "class", "facts", NULL);
		page_fact(r, _("New e-mail address"), waiting);
		xhtml_close(r->x, "dl");
	}
	xhtml_open(r->x, "p", NULL);
	xhtml_leaf(r->x, "code", link, "data-copy-text", link, NULL);
	xhtml_close(r->x, "p");
	xhtml_open(r->x, "p", NULL);
	page_link(r, strstr(link, CONFIRM "?"), NULL, _("Open it here"), "action", NULL);
	xhtml_close(r->x, "p");
	xhtml_leaf(r->x, "p",
	    _("It proves that you are signed in, not that mail to this address reaches you."),
	    "class", "muted", NULL);
	xhtml_close(r->x, "div");
	form_begin(r, arena_format(r->arena, "/settings/profile/email/link/%s/done", r->ids[0]),
	    NULL, NULL);
	form_draw_buttons(r, _("Done"), NULL, NULL, false);
	form_end(r);
}

static void
act_done(struct request *r)
{
	reveal_end(r->db, r->session.hash, r->ids[0]);
	request_see(r, NULL, "/settings/profile");
}

/* The new address behind the code in the cookie; NULL when the code is not good here. */
static void
load_confirm(struct request *r)
{
	const char *code = cookie_email(r);

	r->object = NULL;
	if (code != NULL && r->session.signed_in)
		r->object = (void *)(uintptr_t)email_change_look(
		    r->db, r->arena, r->keys, r->session.person.id, code, r->now);
}

/* A code in the URL goes into a cookie at once, and the URL is left (decisions 21). */
static void
take_code(struct request *r, const char *code)
{
	cookie_set(r, "email",
	    http_header_fits(code) && strlen(code) == SESSION_COOKIE ? code : "unknown",
	    CODE_COOKIE);
	request_redirect(r, CONFIRM);
}

static void
draw_stranger(struct request *r)
{
	r->frameless = true;
	page_begin(r, _("Confirm your new address"),
	    _("Sign in first, with the address you have used so far."));
	xhtml_open(r->x, "p", NULL);
	page_link(r, "/sign-in?next=" CONFIRM, "log-in", _("Sign in"), "action", NULL);
	xhtml_close(r->x, "p");
}

static void
draw_dead(struct request *r)
{
	if (r->http.method != HTTP_POST)
		r->status = 404;
	r->frameless = !r->session.signed_in;
	page_begin(r, _("This link does not work"),
	    _("It may have been used already, be older than 24 hours, have been replaced by a "
	      "newer one, or belong to another account."));
	xhtml_open(r->x, "p", NULL);
	page_link(r, "/settings/profile", NULL, _("Go to your profile"), "action", NULL);
	xhtml_close(r->x, "p");
}

static void
show_confirm(struct request *r)
{
	const char *code = request_query(r, "code"), *email = r->object;

	if (code[0] != '\0') {
		take_code(r, code);
		return;
	}
	if (!r->session.signed_in && cookie_email(r) != NULL) {
		draw_stranger(r);
		return;
	}
	if (email == NULL) {
		draw_dead(r);
		return;
	}
	page_begin(r, _("Confirm your new address"), NULL);
	xhtml_open(r->x, "dl", "class", "facts", NULL);
	page_fact(r, _("So far"),
	    r->session.person.email[0] != '\0' ? r->session.person.email : _("None"));
	page_fact(r, _("From now on"), email);
	xhtml_close(r->x, "dl");
	xhtml_leaf(
	    r->x, "p", _("You sign in with the new address then. The old one is told."), NULL);
	form_begin(r, CONFIRM, NULL, NULL);
	form_draw_buttons(r, _("Use the new address"), _("CANCEL"), "/settings/profile", false);
	form_end(r);
}

static void
act_confirm(struct request *r)
{
	const char *code = cookie_email(r), *email = r->object;

	if (!r->session.signed_in) {
		form_error(r->form, NULL, _("Sign in first. Nothing was done."));
		return;
	}
	switch (email == NULL ? EMAIL_CHANGE_DEAD :
	    email_change_confirm(r->db, r->arena, &r->actor, r->config, r->keys, &r->session.person,
	        code)) {
	case EMAIL_CHANGE_DONE:
		cookie_set(r, "email", NULL, 0);
		request_see(r, arena_format(r->arena, _("Your e-mail address is now %s."), email),
		    "/settings/profile");
		break;
	case EMAIL_CHANGE_DEAD:
		form_error(r->form, NULL, _("This link cannot be used any more."));
		break;
	case EMAIL_CHANGE_TAKEN:
		form_error(r->form, NULL,
		    _("This address cannot be used here. Ask the operator of this site."));
		break;
	}
}

static const struct route routes[] = {
	{ .path = "/settings/profile/email",
	    .access = ACCESS_SIGNED_IN,
	    .form = &email_form,
	    .show = show_email,
	    .act = act_email,
	    .recent = true },
	{ .path = "/settings/profile/email/link/:id",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_link,
	    .show = show_link },
	{ .path = "/settings/profile/email/link/:id/done",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_link,
	    .act = act_done },
	{ .path = CONFIRM,
	    .access = ACCESS_PUBLIC,
	    .load = load_confirm,
	    .show = show_confirm,
	    .act = act_confirm },
};

static const struct section section = {
	.name = "email",
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
