/*
 * profile.c: what one person sees and changes of themselves (features 1.B).
 *
 *	/settings			to the profile
 *	/settings/profile		name, e-mail address, user ID
 *	/settings/profile/name		change the name
 *	/settings/profile/password	choose or change the password; ends other sessions
 *	/settings/profile/appearance	light, dark or as the system
 *	/settings/profile/delete-account	whom to ask (Q42)
 */
#include <string.h>

#include "core/language.h"
#include "core/text.h"
#include "data/preference_document.h"
#include "data/throttle.h"
#include "web/app.h"
#include "web/cookie.h"
#include "web/form.h"
#include "web/page.h"

#define THEME_COOKIE (365 * 86400)	/* seconds that the sign-in page remembers the colours */

static const struct field name_fields[] = {
	{ .name = "name",
	    .type = FIELD_LINE,
	    .label = N_("Name"),
	    .required = true,
	    .least = PERSON_NAME_LEAST,
	    .most = PERSON_NAME,
	    .autocomplete = "name",
	    .check = person_name_fault,
	    .help = N_("2 to 70 characters. The name changes everywhere at once.") },
};
static const struct form_table name_form = FORM_TABLE(name_fields);

static const struct field password_fields[] = {
	{ .name = "current",
	    .type = FIELD_PASSWORD,
	    .label = N_("Current password"),
	    .most = PERSON_PASSWORD,
	    .conditional = true,
	    .autocomplete = "current-password" },
	{ .name = "password",
	    .type = FIELD_PASSWORD,
	    .label = N_("New password"),
	    .required = true,
	    .most = PERSON_PASSWORD,
	    .autocomplete = "new-password",
	    .help = N_("At least 12 characters; a sentence works well.") },
	{ .name = "again",
	    .type = FIELD_PASSWORD,
	    .label = N_("New password again"),
	    .required = true,
	    .most = PERSON_PASSWORD,
	    .autocomplete = "new-password" },
};
static const struct form_table password_form = FORM_TABLE(password_fields);

static const struct field_choice themes[] = {
	{ "light", N_("Light") },
	{ "dark", N_("Dark") },
	{ "system", N_("System") },
};
static const struct field appearance_fields[] = {
	{ .name = "theme",
	    .type = FIELD_CHOICE,
	    .label = N_("Colour scheme"),
	    .required = true,
	    .choices = themes,
	    .choice_count = 3,
	    .help = N_("System follows the setting of your computer.") },
};
static const struct form_table appearance_form = FORM_TABLE(appearance_fields);

static void
show_settings(struct request *r)
{
	request_redirect(r, "/settings/profile");
}

static void
draw_name(struct request *r)
{
	xhtml_open(r->x, "div", "class", "person", NULL);
	xhtml_leaf(r->x, "span", text_initials(r->arena, r->session.person.name), "class",
	    "avatar large", "aria-hidden", "true", NULL);
	xhtml_open(r->x, "div", NULL);
	xhtml_open(r->x, "p", "class", "name", NULL);
	xhtml_leaf(r->x, "strong", r->session.person.name, NULL);
	xhtml_text(r->x, " ");
	page_link(r, "/settings/profile/name", "pencil", _("Edit name"), "action", "dialog");
	xhtml_close(r->x, "p");
	xhtml_open(r->x, "p", NULL);
	page_identity(r, r->session.person.public_id);
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "div");
	xhtml_close(r->x, "div");
}

static void
show_profile(struct request *r)
{
	page_begin(r, _("Profile"), NULL);
	xhtml_open(r->x, "div", "class", "panel", NULL);
	draw_name(r);
	if (r->session.person.email[0] != '\0') {
		xhtml_open(r->x, "dl", "class", "facts", NULL);
		page_fact(r, _("EMAIL ADDRESS"), r->session.person.email);
		xhtml_close(r->x, "dl");
	}
	xhtml_close(r->x, "div");
	xhtml_open(r->x, "section", "class", "panel", NULL);
	xhtml_leaf(r->x, "h2", _("Password"), NULL);
	xhtml_leaf(r->x, "p", r->session.has_password
	    ? _("You sign in with your e-mail address and a password.")
	    : _("You have no password. You signed in with a one-time link of the operator."), NULL);
	xhtml_open(r->x, "p", NULL);
	page_link(r, "/settings/profile/password", "lock",
	    r->session.has_password ? _("Change password") : _("Choose a password"), "action",
	    "dialog");
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "section");
}

static void
show_name(struct request *r)
{
	if (form_is_fresh(r->form))
		form_set(r->form, "name", r->session.person.name);
	page_begin(r, _("Edit name"), NULL);
	/* No fragment: the name stands in the frame too. */
	form_begin(r, "/settings/profile/name", NULL, NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("SAVE"), _("CANCEL"), "/settings/profile", false);
	form_end(r);
}

static void
act_name(struct request *r)
{
	person_rename(r->db, &r->actor, &r->session.person, form_value(r->form, "name"));
	request_see(r,
	    arena_format(r->arena, _("Your name is now “%s”."), form_value(r->form, "name")),
	    "/settings/profile");
}

/* Who came by a one-time link a moment ago has proved who they are: the operator's reset works
 * without the old password. */
static bool
needs_current(const struct request *r)
{
	bool by_link = r->session.way == SESSION_LINK &&
	    r->session.created + SESSION_RECENT > r->now;

	return r->session.has_password && !by_link;
}

static void
show_password(struct request *r)
{
	page_begin(r, r->session.has_password ? _("Change password") : _("Choose a password"),
	    _("Your other sessions end when you save."));
	form_begin(r, "/settings/profile/password", NULL, "dialog");
	if (needs_current(r))
		form_draw_field(r, r->form, "current");
	form_draw_field(r, r->form, "password");
	form_draw_field(r, r->form, "again");
	form_draw_buttons(r, _("SAVE"), _("CANCEL"), "/settings/profile", false);
	form_end(r);
}

/* False, with a message, when the current password is asked for and is not right. */
static bool
prove_current(struct request *r)
{
	struct person person;
	int64_t until = throttle_until(r->db, r->session.person.email, r->http.address, r->now);

	if (!needs_current(r))
		return true;
	if (until != 0) {
		form_error(
		    r->form, "current", _("Too many wrong passwords. Try again in a minute."));
		return false;
	}
	if (person_by_id(r->db, r->arena, r->session.person.id, &person) &&
	    crypto_password_check(
	        r->config->run_directory, person.password, form_value(r->form, "current")))
		return true;
	throttle_failed(r->db, r->session.person.email, r->http.address, r->now);
	form_error(r->form, "current", _("This is not your current password."));
	return false;
}

static void
prove_password(struct request *r)
{
	const char *password = form_value(r->form, "password");
	const char *fault = person_password_fault(
	    password, r->session.person.name, r->session.person.email);
	char *hash;

	if (fault != NULL)
		form_error(r->form, "password", fault);
	if (strcmp(password, form_value(r->form, "again")) != 0)
		form_error(r->form, "again", _("The two new passwords differ."));
	if (!form_valid(r->form) || !prove_current(r))
		return;
	hash = arena_allocate(r->arena, CRYPTO_PASSWORD);
	if (!crypto_password_hash(r->config->run_directory, password, hash))
		form_error(
		    r->form, NULL, _("The password cannot be stored at the moment. Try again."));
	r->object = hash;
}

static void
act_password(struct request *r)
{
	person_set_password(r->db, &r->actor, r->session.person.id, r->object, r->session.hash);
	session_authenticated(r->db, &r->session, r->now);
	request_see(
	    r, _("Your password is changed. Your other sessions have ended."), "/settings/profile");
}

static void
show_appearance(struct request *r)
{
	if (r->config->theme[0] != '\0') {
		request_refuse(r, 404, _("The colours of this site are fixed by its operator."));
		return;
	}
	if (form_is_fresh(r->form))
		form_set(r->form, "theme", r->session.person.theme);
	page_begin(r, _("Appearance"), NULL);
	form_begin(r, "/settings/profile/appearance", NULL, NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("SAVE"), _("CANCEL"), "/settings/profile", false);
	form_end(r);
}

static void
act_appearance(struct request *r)
{
	const char *theme = form_value(r->form, "theme"), *key;
	json_t *change = json_pack("{s:s}", "views.theme", theme), *document = NULL;
	enum preference_document_outcome outcome = preference_document_update(
	    r->db, r->arena, &r->actor, r->session.person.id, change, &document, &key);

	json_decref(change);
	json_decref(document);
	if (outcome != PREFERENCE_CHANGED && outcome != PREFERENCE_UNCHANGED) {
		form_error(r->form, NULL,
		    _("Your preferences are full or damaged, so this could not be stored."));
		return;
	}
	cookie_set(r, "theme", theme, THEME_COOKIE);
	request_see(r, _("The colour scheme is changed."), "/settings/profile");
}

static void
show_delete_account(struct request *r)
{
	page_begin(r, _("Delete account"),
	    _("Accounts are deleted by the operator of this site, because what you made in a"
	      " workspace belongs to the workspace."));
	xhtml_leaf(r->x, "p", r->config->operator_contact[0] != '\0' ? r->config->operator_contact :
	    _("Ask the person who gave you access to this site."), NULL);
	xhtml_open(r->x, "div", "class", "buttons", NULL);
	xhtml_leaf(r->x, "a", _("CANCEL"), "class", "secondary", "role", "button", "href",
	    request_path(r, "/settings/profile"), "data-close", "1", NULL);
	xhtml_close(r->x, "div");
}

static const struct route routes[] = {
	{ .path = "/settings", .access = ACCESS_SIGNED_IN, .show = show_settings },
	{ .path = "/settings/profile", .access = ACCESS_SIGNED_IN, .show = show_profile },
	{ .path = "/settings/profile/name",
	    .access = ACCESS_SIGNED_IN,
	    .form = &name_form,
	    .show = show_name,
	    .act = act_name },
	{ .path = "/settings/profile/password",
	    .access = ACCESS_SIGNED_IN,
	    .form = &password_form,
	    .show = show_password,
	    .prove = prove_password,
	    .act = act_password },
	{ .path = "/settings/profile/appearance",
	    .access = ACCESS_SIGNED_IN,
	    .form = &appearance_form,
	    .show = show_appearance,
	    .act = act_appearance },
	{ .path = "/settings/profile/delete-account",
	    .access = ACCESS_SIGNED_IN,
	    .show = show_delete_account },
};

static const struct section section = {
	.name = "profile",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
