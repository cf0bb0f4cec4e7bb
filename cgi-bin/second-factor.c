/*
 * second-factor.c: a code after the password (TOTP), and recovery codes for when the phone is lost.
 *
 *	/settings/second-factor				on or off, and what can be done
 *	/settings/second-factor/new			begins: makes a seed
 *	/settings/second-factor/new/<id>		the seed, as a picture and in letters; a
 *							code confirms it
 *	/settings/second-factor/codes			new recovery codes
 *	/settings/second-factor/codes/<id>		the codes, once
 *	/settings/second-factor/codes/<id>/recovery-codes.txt	the same as a file
 *	/settings/second-factor/codes/<id>/done		ends that page
 *	/settings/second-factor/off			switches it off
 *
 * A seed that is not confirmed yet waits sealed, for this session and ten minutes, as other secrets
 * that are shown once do.
 */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "core/totp.h"
#include "data/reveal.h"
#include "data/second_factor.h"
#include "data/security_notice.h"
#include "web/app.h"
#include "web/form.h"
#include "web/page.h"
#include "web/qr.h"

#define SEED_KIND "second-factor"
#define CODES_KIND "recovery-codes"
#define PAGE "/settings/second-factor"

static const struct field code_fields[] = {
	{ .name = "code",
	    .type = FIELD_CODE,
	    .label = N_("Code"),
	    .required = true,
	    .most = 20,
	    .autocomplete = "one-time-code",
	    .help = N_("The six digits that the app shows now.") },
};
static const struct form_table code_form = FORM_TABLE(code_fields);

static void
draw_off(struct request *r)
{
	xhtml_open(r->x, "div", "class", "panel", NULL);
	xhtml_open(r->x, "p", NULL);
	page_badge(r, "info", _("Off"));
	xhtml_close(r->x, "p");
	xhtml_leaf(r->x, "p",
	    _("With a second factor a stolen password is not enough: after it a code is asked for "
	      "that an app on your phone shows, a new one every half minute. Any app for one-time "
	      "codes does, and it needs no connection."),
	    NULL);
	form_begin(r, PAGE "/new", NULL, NULL);
	form_draw_buttons(r, _("Set up"), NULL, NULL, false);
	form_end(r);
	xhtml_close(r->x, "div");
}

static void
draw_on(struct request *r, const struct second_factor *factor)
{
	xhtml_open(r->x, "div", "class", "panel", NULL);
	xhtml_open(r->x, "dl", "class", "facts", NULL);
	page_fact(r, _("Since"), clock_show(r->arena, factor->since));
	page_fact(r, _("Recovery codes"),
	    arena_format(r->arena, _("%lld of %d are left"), (long long)factor->codes_left,
	        TOTP_RECOVERY_CODES));
	xhtml_close(r->x, "dl");
	xhtml_open(r->x, "p", "class", "buttons", NULL);
	page_link(r, PAGE "/codes", "refresh-cw", _("New recovery codes"), "action", "dialog");
	xhtml_text(r->x, " ");
	page_link(r, PAGE "/off", "x", _("Switch off"), "action danger", "dialog");
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "div");
}

static void
show_state(struct request *r)
{
	struct second_factor factor;
	bool on = second_factor_load(r->db, r->arena, r->keys, r->session.person.id, &factor);

	page_begin(r, _("Second factor"), on ?
	    _("Signing in asks for your password and then for a code of your app.") : NULL);
	if (on && !factor.readable)
		page_result(r, "warning",
		    _("Codes of your app cannot be checked, because a key of this site is missing. "
		      "Your recovery codes still work. Switch the second factor off and set it up "
		      "anew."));
	if (on && factor.codes_left < 3)
		page_result(r, "warning",
		    _("Few recovery codes are left. Make new ones while you can sign in."));
	if (on)
		draw_on(r, &factor);
	else
		draw_off(r);
	xhtml_open(r->x, "p", NULL);
	page_link(r, "/settings/profile", NULL, _("Back to the profile"), "action", NULL);
	xhtml_close(r->x, "p");
}

/* Where it is on already, another phone is set up by switching it off first. */
static bool
is_on_already(struct request *r)
{
	return second_factor_is_on(r->db, r->session.person.id);
}

static void
act_new(struct request *r)
{
	if (is_on_already(r)) {
		form_error(r->form, NULL,
		    _("A second factor is on already. Switch it off first to set it up anew."));
		return;
	}
	request_see(r, NULL, PAGE "/new/%s",
	    reveal_create(r->db, r->arena, r->keys, r->session.hash, SEED_KIND,
	        r->session.person.id, totp_seed(r->arena), r->now));
}

static void
load_new(struct request *r)
{
	int64_t person, until;

	r->object = (void *)(uintptr_t)reveal_open(r->db, r->arena, r->keys, r->session.hash,
	    SEED_KIND, r->ids[0], r->now, &person, &until);
	if (r->object == NULL)
		request_refuse(r, 404,
		    _("This page was good for ten minutes and is over. Begin again on the page of "
		      "the second factor; delete the old entry in your app."));
}

/* Tells several accounts in one app apart. */
static const char *
address(struct request *r, const char *seed)
{
	const struct person *person = &r->session.person;
	const char *host = strstr(r->config->web_origin, "://");

	return totp_address(r->arena,
	    arena_format(r->arena, "Vestibule %s", host != NULL ? host + 3 : r->config->web_origin),
	    person->email[0] != '\0' ? person->email : person->name, seed);
}

static void
show_new(struct request *r)
{
	const char *seed = r->object, *uri = address(r, seed);

	page_begin(r, _("Set up the second factor"), NULL);
	xhtml_open(r->x, "div", "class", "reveal", NULL);
	xhtml_leaf(r->x, "p",
	    _("Nobody else may see this page: who has what it shows has your second factor."),
	    "class", "lead", NULL);
	xhtml_open(r->x, "ol", NULL);
	xhtml_leaf(r->x, "li", _("Open an app for one-time codes on your phone."), NULL);
	xhtml_leaf(r->x, "li",
	    _("Let it read the picture, or type the letters below into it: by time, six digits."),
	    NULL);
	xhtml_leaf(r->x, "li", _("Enter the code that it shows."), NULL);
	xhtml_close(r->x, "ol");
	qr_draw(r, uri, _("QR code for the app"));
	xhtml_open(r->x, "p", NULL);
	xhtml_leaf(r->x, "code", totp_groups(r->arena, seed), "data-copy-text", seed, NULL);
	xhtml_close(r->x, "p");
	xhtml_open(r->x, "details", "class", "variant", NULL);
	xhtml_leaf(r->x, "summary", _("ADDRESS FOR AN APP ON THIS COMPUTER"), NULL);
	xhtml_open(r->x, "p", NULL);
	xhtml_leaf(r->x, "code", uri, "data-copy-text", uri, NULL);
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "details");
	xhtml_close(r->x, "div");
	form_begin(r, arena_format(r->arena, PAGE "/new/%s", r->ids[0]), NULL, NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("Switch on"), _("CANCEL"), PAGE, false);
	form_end(r);
}

/* To the page that shows them once. */
static void
reveal_codes(struct request *r, const char *message)
{
	const char *codes = second_factor_recovery_codes(
	    r->db, r->arena, &r->actor, r->session.person.id);

	request_see(r, message, PAGE "/codes/%s",
	    reveal_create(r->db, r->arena, r->keys, r->session.hash, CODES_KIND,
	        r->session.person.id, codes, r->now));
}

static void
act_new_code(struct request *r)
{
	const char *seed = r->object;
	int64_t step;

	if (is_on_already(r)) {
		form_error(r->form, NULL, _("A second factor is on already."));
		return;
	}
	if (!totp_check(seed, totp_typed(r->arena, form_value(r->form, "code")), r->now, &step)) {
		form_error(r->form, "code",
		    _("This is not the code of now. Wait for the next one; if it is wrong again, "
		      "look whether the clock of the phone is right."));
		return;
	}
	second_factor_switch_on(
	    r->db, r->arena, &r->actor, r->keys, r->session.person.id, seed, step);
	reveal_end(r->db, r->session.hash, r->ids[0]);
	security_notice(r->db, r->arena, &r->actor, r->config, r->keys, &r->session.person,
	    SECURITY_FACTOR_ON, NULL);
	reveal_codes(r,
	    _("The second factor is on. Keep these recovery codes now: they are shown only "
	      "on this page."));
}

static void
show_codes(struct request *r)
{
	page_begin(r, _("New recovery codes?"), NULL);
	page_consequences(r,
	    (const char *const[]){ _("Ten new codes are made and shown once."),
	        _("The old ones stop working, also those that are printed or kept elsewhere."),
	        NULL });
	form_begin(r, PAGE "/codes", NULL, "dialog");
	form_draw_buttons(r, _("Make new codes"), _("CANCEL"), PAGE, false);
	form_end(r);
}

static void
act_codes(struct request *r)
{
	if (!is_on_already(r)) {
		form_error(
		    r->form, NULL, _("The second factor is off, so there is nothing to recover."));
		return;
	}
	security_notice(r->db, r->arena, &r->actor, r->config, r->keys, &r->session.person,
	    SECURITY_RECOVERY_CODES, NULL);
	reveal_codes(r,
	    _("These are your new recovery codes. Keep them now: they are shown only on "
	      "this page."));
}

static void
load_codes(struct request *r)
{
	int64_t person, until;

	r->object = (void *)(uintptr_t)reveal_open(r->db, r->arena, r->keys, r->session.hash,
	    CODES_KIND, r->ids[0], r->now, &person, &until);
	if (r->object == NULL)
		request_refuse(r, 404,
		    _("This page showed recovery codes once and is over. If you have not kept "
		      "them, make new ones."));
}

static void
show_new_codes(struct request *r)
{
	const char *codes = r->object, *file = "recovery-codes.txt";

	page_begin(r, _("Recovery codes"), NULL);
	xhtml_open(r->x, "div", "class", "reveal", NULL);
	xhtml_leaf(r->x, "p",
	    _("Each of them replaces a code of your app once. Print them, or keep them where you "
	      "keep passwords, but not on the phone alone. They cannot be shown again."),
	    "class", "lead", NULL);
	xhtml_leaf(r->x, "textarea", codes, "class", "secret", "id", "codes", "readonly",
	    "readonly", "cols", "32", "rows", "10", "spellcheck", "false", "aria-label",
	    _("Recovery codes"), NULL);
	xhtml_open(r->x, "p", "class", "buttons", NULL);
	xhtml_leaf(r->x, "span", NULL, "data-copy", "codes", "data-copied", _("Copied"), NULL);
	xhtml_open(r->x, "a", "class", "secondary", "role", "button", "download", file, "href",
	    request_path(r, PAGE "/codes/%s/%s", r->ids[0], file), NULL);
	page_icon(r, "download");
	xhtml_textf(r->x, _(" Download %s"), file);
	xhtml_close(r->x, "a");
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "div");
	form_begin(r, arena_format(r->arena, PAGE "/codes/%s/done", r->ids[0]), NULL, NULL);
	form_draw_buttons(r, _("Done"), NULL, NULL, false);
	form_end(r);
}

static void
show_file(struct request *r)
{
	request_download(r, "text/plain; charset=utf-8", "recovery-codes.txt",
	    arena_format(r->arena, _("Recovery codes for %s, made %s. Each works once.\n\n%s"),
	        r->config->web_server, clock_date(r->arena, r->now), (const char *)r->object));
}

static void
act_done(struct request *r)
{
	reveal_end(r->db, r->session.hash, r->ids[0]);
	request_see(r, NULL, PAGE);
}

static void
show_off(struct request *r)
{
	page_begin(r, _("Switch the second factor off?"), NULL);
	page_consequences(r,
	    (const char *const[]){ _("Your password alone lets you, and whoever knows it, in."),
	        _("The recovery codes stop working, and the entry in your app is of no use any "
	          "more."),
	        NULL });
	form_begin(r, PAGE "/off", NULL, "dialog");
	form_draw_buttons(r, _("Switch off"), _("CANCEL"), PAGE, true);
	form_end(r);
}

static void
act_off(struct request *r)
{
	if (!second_factor_switch_off(
	    r->db, &r->actor, r->session.person.id, "second-factor.off")) {
		request_see(r, _("The second factor was off already."), PAGE);
		return;
	}
	security_notice(r->db, r->arena, &r->actor, r->config, r->keys, &r->session.person,
	    SECURITY_FACTOR_OFF, NULL);
	request_see(r, _("The second factor is off. Delete its entry in your app."), PAGE);
}

static const struct route routes[] = {
	{ .path = PAGE, .access = ACCESS_SIGNED_IN, .show = show_state },
	{ .path = PAGE "/new",
	    .access = ACCESS_SIGNED_IN,
	    .show = show_state,
	    .act = act_new,
	    .recent = true },
	{ .path = PAGE "/new/:id",
	    .access = ACCESS_SIGNED_IN,
	    .form = &code_form,
	    .load = load_new,
	    .show = show_new,
	    .act = act_new_code },
	{ .path = PAGE "/codes",
	    .access = ACCESS_SIGNED_IN,
	    .show = show_codes,
	    .act = act_codes,
	    .recent = true },
	{ .path = PAGE "/codes/:id",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_codes,
	    .show = show_new_codes },
	{ .path = PAGE "/codes/:id/recovery-codes.txt",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_codes,
	    .show = show_file },
	{ .path = PAGE "/codes/:id/done",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_codes,
	    .act = act_done },
	{ .path = PAGE "/off",
	    .access = ACCESS_SIGNED_IN,
	    .show = show_off,
	    .act = act_off,
	    .recent = true },
};

static const struct section section = {
	.name = "second-factor",
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
