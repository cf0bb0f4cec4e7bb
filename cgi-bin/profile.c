/*
 * profile.c: what one person sees and changes of themselves (features 1.B).
 *
 *	/settings				to the profile
 *	/settings/profile			name, e-mail address, user ID, and how one signs in
 *	/settings/profile/name			change the name
 *	/settings/profile/password		choose or change the password; ends other sessions
 *	/settings/profile/time-zone		in which times are shown
 *	/settings/profile/appearance		light, dark or as the system
 *	/settings/profile/delete-account	whom to ask (Q42)
 *
 * The e-mail address, the second factor and the sessions are sections of their own.
 */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "core/zones.h"
#include "data/email_change.h"
#include "data/preference_document.h"
#include "data/second_factor.h"
#include "data/security_notice.h"
#include "data/session_list.h"
#include "web/app.h"
#include "web/cookie.h"
#include "web/form.h"
#include "web/page.h"
#include "web/proof.h"

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

/* Without the region, which stands above them; "_" is how the database writes a blank. */
static const char *
zone_label(struct arena *arena, const struct zone *zone)
{
	char *label = arena_text(arena,
	    zone->name + (zone->region[0] != '\0' ? strlen(zone->region) + 1 : 0));

	for (char *at = strchr(label, '_'); at != NULL; at = strchr(at, '_'))
		*at = ' ';
	return label;
}

static size_t
zone_options(struct arena *arena, struct field_option **options)
{
	struct zone *zones;
	size_t count = zones_list(arena, &zones);

	*options = arena_allocate(arena, (count + 1) * sizeof(**options));
	(*options)[0] = (struct field_option){ .value = "", .label = _("As this site has it") };
	for (size_t i = 0; i < count; i++)
		(*options)[i + 1] = (struct field_option){
			.group = zones[i].region[0] != '\0' ? zones[i].region : NULL,
			.value = zones[i].name,
			.label = zone_label(arena, &zones[i]),
		};
	return count + 1;
}

static const char *
zone_fault(const char *zone)
{
	return clock_is_zone(zone) ? NULL : _("Choose one of the list.");
}

static const struct field time_zone_fields[] = {
	{ .name = "zone",
	    .type = FIELD_SELECT,
	    .label = N_("Time zone"),
	    .conditional = true,
	    .most = 64,
	    .options = zone_options,
	    .check = zone_fault,
	    .help = N_("Only for what you see. Files, mails and programs get times in UTC.") },
};
static const struct form_table time_zone_form = FORM_TABLE(time_zone_fields);

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
draw_email(struct request *r)
{
	const char *email = r->session.person.email;
	const char *waiting = email_change_waiting(r->db, r->session.person.id, r->now);

	xhtml_open(r->x, "dl", "class", "facts", NULL);
	xhtml_open(r->x, "div", NULL);
	xhtml_leaf(r->x, "dt", _("EMAIL ADDRESS"), NULL);
	xhtml_open(r->x, "dd", NULL);
	xhtml_text(r->x, email[0] != '\0' ? email : _("None"));
	xhtml_text(r->x, " ");
	page_link(
	    r, "/settings/profile/email", "pencil", _("Change e-mail address"), "action", "dialog");
	if (waiting != NULL) {
		xhtml_leaf(r->x, "br", NULL, NULL);
		xhtml_leaf(r->x, "span",
		    arena_format(r->arena, _("%s waits to be confirmed."), waiting), "class",
		    "muted", NULL);
	}
	xhtml_close(r->x, "dd");
	xhtml_close(r->x, "div");
	xhtml_close(r->x, "dl");
}

/* One subject in a few words, and where it is changed. */
static void
draw_tile(struct request *r, const char *icon, const char *title, const char *text,
    const char *path, const char *label, const char *into)
{
	xhtml_open(r->x, "section", "class", "panel", NULL);
	xhtml_open(r->x, "h2", NULL);
	page_icon(r, icon);
	xhtml_textf(r->x, " %s", title);
	xhtml_close(r->x, "h2");
	xhtml_leaf(r->x, "p", text, NULL);
	xhtml_open(r->x, "p", NULL);
	page_link(r, path, NULL, label, "action", into);
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "section");
}

static const char *
factor_words(struct request *r, const struct second_factor *factor)
{
	if (!factor->on)
		return _("Off: the password alone lets you in.");
	if (!factor->readable)
		return _("On, but codes of your app cannot be checked. Only recovery codes work.");
	return arena_format(r->arena,
	    ngettext("On: after the password a code is asked for. %lld recovery code is left.",
	        "On: after the password a code is asked for. %lld recovery codes are left.",
	        (unsigned long)factor->codes_left),
	    (long long)factor->codes_left);
}

static const char *
sessions_words(struct request *r)
{
	struct session_row *list;
	size_t count = session_list(r->db, r->arena, r->config, &r->session, r->now, &list);

	if (count < 2)
		return _("You are signed in on this browser only.");
	return arena_format(r->arena,
	    ngettext(
	        "You are signed in on %zu browser.", "You are signed in on %zu browsers.", count),
	    count);
}

static const char *
zone_words(struct request *r)
{
	const char *own = r->session.person.time_zone;

	return arena_format(r->arena, _("Times are shown for %s, where it is %s now."),
	    own[0] != '\0' ? own : r->config->time_zone, clock_show(r->arena, r->now));
}

static void
show_profile(struct request *r)
{
	struct second_factor factor;

	second_factor_load(r->db, r->arena, r->keys, r->session.person.id, &factor);
	page_begin(r, _("Profile"), NULL);
	xhtml_open(r->x, "div", "class", "panel", NULL);
	draw_name(r);
	draw_email(r);
	xhtml_close(r->x, "div");
	xhtml_open(r->x, "div", "class", "tiles", NULL);
	draw_tile(r, "lock", _("Password"), r->session.has_password
	    ? _("You sign in with your e-mail address and a password.")
	    : _("You have no password. You signed in with a one-time link of the operator."),
	    "/settings/profile/password",
	    r->session.has_password ? _("Change password") : _("Choose a password"), "dialog");
	draw_tile(r, "shield-check", _("Second factor"), factor_words(r, &factor),
	    "/settings/second-factor", factor.on ? _("Manage") : _("Set up"), NULL);
	draw_tile(r, "monitor", _("Sessions"), sessions_words(r), "/settings/sessions",
	    _("Show sessions"), NULL);
	draw_tile(r, "clock", _("Time zone"), zone_words(r), "/settings/profile/time-zone",
	    _("Change time zone"), "dialog");
	xhtml_close(r->x, "div");
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
	if (!form_valid(r->form) ||
	    (needs_current(r) && !proof_password(r, r->form, "current")))
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
	security_notice(r->db, r->arena, &r->actor, r->config, r->keys, &r->session.person,
	    SECURITY_PASSWORD, NULL);
	request_see(
	    r, _("Your password is changed. Your other sessions have ended."), "/settings/profile");
}

static void
show_time_zone(struct request *r)
{
	if (form_is_fresh(r->form))
		form_set(r->form, "zone", r->session.person.time_zone);
	page_begin(r, _("Time zone"), NULL);
	form_begin(r, "/settings/profile/time-zone", NULL, NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("SAVE"), _("CANCEL"), "/settings/profile", false);
	form_end(r);
}

static void
act_time_zone(struct request *r)
{
	const char *zone = form_value(r->form, "zone");

	person_set_time_zone(r->db, &r->actor, &r->session.person, zone);
	request_see(r,
	    arena_format(r->arena, _("Times are now shown for %s."),
	        zone[0] != '\0' ? zone : r->config->time_zone),
	    "/settings/profile");
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
	    .act = act_password,
	    .recent = true,
	    .has_proof = needs_current },
	{ .path = "/settings/profile/time-zone",
	    .access = ACCESS_SIGNED_IN,
	    .form = &time_zone_form,
	    .show = show_time_zone,
	    .act = act_time_zone },
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
