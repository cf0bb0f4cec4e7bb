/*
 * configuration.c: how pages behave for one person (features 1.C), and the installation's
 * telemetry.
 *
 *	/settings/configuration			USER PREFERENCES
 *	/settings/configuration/tips		all pro tips; its POST turns them off
 *	/settings/configuration/telemetry	what would be sent, and where to
 *
 * Preferences are one document with the API (data/preference_choice.h); what the operator has
 * fixed is shown and cannot be changed. The scale of the pages is a cookie of this browser (Q17).
 * The list of container arguments is a section of its own, arguments.c; so are the keys for cloud
 * storage, cloud-access.c, of which this page names the buckets.
 */
#include <string.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/cloud_access.h"
#include "data/preference_choice.h"
#include "data/preference_document.h"
#include "data/telemetry.h"
#include "web/app.h"
#include "web/cloud_access_view.h"
#include "web/cookie.h"
#include "web/form.h"
#include "web/page.h"
#include "web/tip_view.h"

#define HIDPI_COOKIE (400 * 86400)	/* seconds; browsers keep none longer */

#define CLOUD_ROWS 5			/* named here; the others are one click away */

#define SWITCH(field_name, label_text, help_text) \
	{ .name = field_name, .type = FIELD_CHECK, .label = label_text, .help = help_text }

/* In the order of enum config_preference, so that a switch and its field have the same number. */
static const struct field switch_fields[] = {
	SWITCH("show_hidden", N_("Show Hidden Projects"),
	    N_("ClearML infrastructure projects, those of datasets, pipelines, reports and"
	    " applications, are listed beside your own.")),
	SWITCH("hide_examples", N_("Don't show ClearML examples"),
	    N_("Preloaded example content (projects, pipelines, datasets and so on) is left out.")),
	SWITCH("disable_hidpi", N_("Disable HiDPI browser scale override"),
	    N_("On screens of high density, pages are drawn a little smaller, so that more fits. "
	    "Choose this for the normal scale of your desktop. It is kept for this browser only.")),
	SWITCH("no_tips", N_("Don't show pro tips periodically"),
	    N_("A tip about using ClearML after you sign in, at most one in three days. All of"
	    " them are under Pro tips in the menu at the top right.")),
	SWITCH("block_scripts", N_("Block running user's scripts in the browser"),
	    N_("No script of a user or of a third party runs anywhere in these pages. Debug"
	    " samples, Hyper-Dataset frame previews and resources embedded in reports are then not"
	    " displayed.")),
	SWITCH("hide_arguments", N_("Hide specific container arguments"),
	    N_("In logs, the values of these Docker environment variables are replaced with"
	    " ********:")),
	SWITCH("telemetry", N_("Send anonymous usage data (Global setting)"), NULL),
	/* As they were drawn, "0100100": what somebody else changes meanwhile stays. */
	{ .name = "was", .type = FIELD_HIDDEN, .label = N_("As it was"),
	  .most = PREFERENCE_SWITCHES },
};
static const struct form_table switch_form = FORM_TABLE(switch_fields);

/* --- what is stored and takes effect ---------------------------------------------------------- */

struct state {
	struct preference preference;
	struct telemetry telemetry;	/* off and nobody's without the switch */
	json_t *document;		/* to be given back */
};

/* What the session brought; or one statement, for what is changed or shared by all. */
static void
load_state(struct request *r, struct state *state)
{
	*state = (struct state){ .telemetry.administrators = "" };
	if (r->config->switches[SWITCH_TELEMETRY])
		telemetry_load(r->db, r->config, r->session.person.id, &state->telemetry,
		    &state->preference);
	else if (r->http.method != HTTP_POST && r->session.document != NULL)
		state->preference = (struct preference){ .document = r->session.document,
			.revision = r->session.document_revision };
	else
		preference_load(r->db, r->arena, r->session.person.id, &state->preference);
	state->document = preference_document_read(state->preference.document);
}

static bool
is_on(struct request *r, const struct state *state, enum config_preference which)
{
	if (which == PREFERENCE_DISABLE_HIDPI)
		return preference_choice_or(r->config, which, cookie_disables_hidpi(r));
	if (which == PREFERENCE_TELEMETRY)
		return state->telemetry.enabled;
	return preference_choice(r->arena, r->config, state->document, which);
}

static bool
is_offered(struct request *r, enum config_preference which)
{
	if (which == PREFERENCE_NO_TIPS)
		return tip_view_count() > 0;
	if (which == PREFERENCE_TELEMETRY)
		return r->config->switches[SWITCH_TELEMETRY];
	return true;
}

/* Why the person cannot change it; NULL: they can. */
static const char *
barrier(struct request *r, const struct state *state, enum config_preference which)
{
	const char *sentence = page_fixed(r, which);

	if (sentence != NULL || which != PREFERENCE_TELEMETRY || state->telemetry.may_decide)
		return sentence;
	if (state->telemetry.administrators[0] == '\0')
		return _("Only the operator of this site can change this.");
	return arena_format(r->arena, _("Only administrators of this server can change this: %s."),
	    state->telemetry.administrators);
}

/* --- USER PREFERENCES ------------------------------------------------------------------------- */

static const char *
switches_as_drawn(struct request *r, const struct state *state)
{
	char *was = arena_allocate(r->arena, PREFERENCE_SWITCHES + 1);

	for (unsigned which = 0; which < PREFERENCE_SWITCHES; which++)
		was[which] = is_on(r, state, which) ? '1' : '0';
	return was;
}

/* What stands beside the label of a switch. */
static void
draw_beside(struct request *r, enum config_preference which)
{
	if (which == PREFERENCE_SHOW_HIDDEN) {
		xhtml_open(r->x, "span", "class", "ghost", NULL);
		page_icon(r, "ghost");
		xhtml_textf(r->x, " %s", _("Hidden project"));
		xhtml_close(r->x, "span");
	} else if (which == PREFERENCE_HIDE_ARGUMENTS) {
		page_link(r, "/settings/configuration/arguments", "pencil", _("Edit"), "action",
		    "dialog");
	} else if (which == PREFERENCE_TELEMETRY) {
		page_link(r, "/settings/configuration/telemetry", "eye", _("See what is sent"),
		    "action", "dialog");
	}
}

/* Where the figures go, and who agreed. */
static const char *
telemetry_sentence(struct request *r, const struct telemetry *telemetry)
{
	const char *address = r->config->telemetry_address, *where, *who;

	where = address == NULL ?
	    _("One choice for this whole server. No address is configured, so it is only stored,"
	    " and nothing is sent.") :
	    arena_format(r->arena, _("One choice for this whole server: once a day, figures without"
	    " names are sent to %s."), address);
	if (telemetry->at == 0)
		return where;
	who = telemetry->by[0] != '\0' ? telemetry->by : _("the operator");
	return arena_format(r->arena, telemetry->enabled ?
	    _("%s Switched on %s by %s, at version %s.") :
	    _("%s Switched off %s by %s, at version %s."),
	    where, clock_show(r->arena, telemetry->at), who, telemetry->version);
}

static const char *
help_of(struct request *r, const struct state *state, enum config_preference which)
{
	const char *const *names;
	struct buffer text = { 0 };
	const char *sentence;
	size_t count;

	if (which == PREFERENCE_TELEMETRY)
		return telemetry_sentence(r, &state->telemetry);
	if (which != PREFERENCE_HIDE_ARGUMENTS)
		return _(switch_fields[which].help);
	count = preference_choice_names(r->arena, r->config, state->document, &names);
	buffer_text(&text, _(switch_fields[which].help));
	for (size_t i = 0; i < count && i < 10; i++)
		buffer_format(&text, "%s%s", i > 0 ? ", " : " ", names[i]);
	buffer_text(&text, count == 0 ? _(" none yet.") : count > 10 ? ", …" : ".");
	sentence = arena_text(r->arena, text.bytes);
	buffer_release(&text);
	return sentence;
}

static void
draw_switch(struct request *r, const struct state *state, enum config_preference which)
{
	const struct field *field = &switch_fields[which];
	const char *barred = barrier(r, state, which), *message = form_message(r->form,
	    field->name);
	const char *notes = message == NULL ? arena_format(r->arena, "%s-help", field->name) :
	    arena_format(r->arena, "%s-message %s-help", field->name, field->name);
	bool on = barred != NULL ? is_on(r, state, which) : form_checked(r->form, field->name);

	xhtml_open(r->x, "div", "class", message != NULL ? "field check switch bad" :
	    "field check switch", NULL);
	xhtml_open(r->x, "div", "class", "choices", NULL);
	xhtml_open(r->x, "label", NULL);
	xhtml_leaf(r->x, "input", NULL, "type", "checkbox", "role", "switch", "id", field->name,
	    "name", field->name, "value", "1", "checked", on ? "checked" : NULL,
	    "disabled", barred != NULL ? "disabled" : NULL,
	    "aria-invalid", message != NULL ? "true" : NULL,
	    "aria-describedby", notes, NULL);
	xhtml_textf(r->x, " %s", _(field->label));
	xhtml_close(r->x, "label");
	xhtml_text(r->x, " ");
	draw_beside(r, which);
	xhtml_close(r->x, "div");
	if (message != NULL)
		form_draw_message(r, field->name, message);
	xhtml_open(r->x, "small", "class", "help", "id", arena_format(r->arena, "%s-help",
	    field->name), NULL);
	xhtml_text(r->x, help_of(r, state, which));
	if (barred != NULL) {
		xhtml_text(r->x, " ");
		xhtml_open(r->x, "span", "class", "fixed", NULL);
		page_icon(r, "lock");
		xhtml_textf(r->x, " %s", barred);
		xhtml_close(r->x, "span");
	}
	xhtml_close(r->x, "small");
	xhtml_close(r->x, "div");
}

static void
draw_preferences(struct request *r, const struct state *state)
{
	xhtml_open(r->x, "section", "class", "panel", "data-autosubmit", "1", NULL);
	xhtml_leaf(r->x, "h2", _("USER PREFERENCES"), NULL);
	form_begin(r, "/settings/configuration", NULL, "main");
	for (unsigned which = 0; which < PREFERENCE_SWITCHES; which++) {
		if (is_offered(r, which))
			draw_switch(r, state, which);
	}
	form_draw_field(r, r->form, "was");
	form_draw_buttons(r, _("SAVE"), NULL, NULL, false);
	form_end(r);
	xhtml_close(r->x, "section");
}

/* --- WEB APP CLOUD ACCESS --------------------------------------------------------------------- */

static void
draw_bucket(struct request *r, const struct cloud_access *row)
{
	const char *place = cloud_access_place(r->arena, row);

	xhtml_open(r->x, "li", NULL);
	xhtml_leaf(r->x, "span", place, "class", "name", NULL);
	xhtml_text(r->x, " ");
	if (row->person == CLOUD_ACCESS_SITE)
		page_badge(r, "info", _("From this site, read-only"));
	else
		page_link_about(r,
		    arena_format(r->arena, "/settings/cloud-access/%s/edit",
		        text_id(r->arena, row->public_id)),
		    "pencil", _("Edit"), place, "action", "dialog");
	xhtml_close(r->x, "li");
}

/* Names the first buckets: one statement. */
static void
draw_cloud_access(struct request *r)
{
	struct cloud_access *list;
	size_t count = cloud_access_outline(r->db, r->arena, r->session.person.id, CLOUD_ROWS + 1,
	    &list);

	xhtml_open(r->x, "section", "class", "panel", "id", "cloud-access", NULL);
	xhtml_leaf(r->x, "h2", _("WEB APP CLOUD ACCESS"), NULL);
	xhtml_leaf(r->x, "p", cloud_access_purpose(), NULL);
	if (count > 0)
		xhtml_open(r->x, "ul", "class", "rows", NULL);
	for (size_t i = 0; i < count && i < CLOUD_ROWS; i++)
		draw_bucket(r, &list[i]);
	if (count > 0)
		xhtml_close(r->x, "ul");
	xhtml_open(r->x, "p", "class", "buttons", NULL);
	xhtml_open(r->x, "a", "class", "secondary", "role", "button", "data-into", "dialog", "href",
	    request_path(r, "/settings/cloud-access/new"), NULL);
	xhtml_textf(r->x, "+ %s", _("ADD ACCESS KEYS"));
	xhtml_close(r->x, "a");
	if (count > 0) {
		xhtml_text(r->x, " ");
		page_link(r, "/settings/cloud-access", "cloud",
		    count > CLOUD_ROWS ? _("All access keys") : _("Details"), "action", NULL);
	}
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "section");
}

static void
show_configuration(struct request *r)
{
	struct state state;

	/* What the frame or the headers of the page follow has changed: no fragment will do. */
	if (request_query(r, "whole")[0] != '\0')
		r->http.fragment = NULL;
	load_state(r, &state);
	if (form_is_fresh(r->form)) {
		for (unsigned which = 0; which < PREFERENCE_SWITCHES; which++)
			form_set(r->form, switch_fields[which].name, is_on(r, &state, which) ? "1" :
			    "");
		form_set(r->form, "was", switches_as_drawn(r, &state));
	}
	page_begin(r, _("Configuration"), NULL);
	draw_preferences(r, &state);
	if (r->config->switches[SWITCH_CLOUD_ACCESS])
		draw_cloud_access(r);
	json_decref(state.document);
}

/* What a post changes: posted differs from what was drawn, and from what is so already. */
static bool
is_changed(struct request *r, const struct state *state, enum config_preference which)
{
	const char *was = form_value(r->form, "was");
	bool posted = form_checked(r->form, switch_fields[which].name);

	if (strlen(was) == PREFERENCE_SWITCHES && strspn(was, "01") == PREFERENCE_SWITCHES &&
	    (was[which] == '1') == posted)
		return false;
	return posted != is_on(r, state, which);
}

/* A disabled box is not sent: only one that is on says something. */
static bool
refuse_barred(struct request *r, const struct state *state)
{
	bool refused = false;

	for (unsigned which = 0; which < PREFERENCE_SWITCHES; which++) {
		const char *name = switch_fields[which].name, *barred = barrier(r, state, which);

		if (barred == NULL || !form_checked(r->form, name) || is_on(r, state, which))
			continue;
		form_error(r->form, name, barred);
		refused = true;
	}
	return refused;
}

static void
note_change(struct request *r, struct buffer *message, enum config_preference which)
{
	const char *label = _(switch_fields[which].label);

	if (message->length > 0)
		buffer_byte(message, ' ');
	buffer_format(message, form_checked(r->form, switch_fields[which].name) ?
	    _("“%s” is on.") : _("“%s” is off."), label);
}

/* Carries out the changes; false: somebody else was faster, read again. */
static bool
change(struct request *r, const struct state *state, struct buffer *message, bool *whole)
{
	json_t *changes = json_object();
	const char *key;
	bool stored = true;

	for (unsigned which = 0; which < PREFERENCE_SWITCHES; which++) {
		bool on = form_checked(r->form, switch_fields[which].name);

		if (!is_offered(r, which) || barrier(r, state, which) != NULL ||
		    !is_changed(r, state, which))
			continue;
		note_change(r, message, which);
		*whole = *whole || which == PREFERENCE_DISABLE_HIDPI ||
		    which == PREFERENCE_BLOCK_SCRIPTS;
		if (which == PREFERENCE_DISABLE_HIDPI)
			cookie_set(r, "hidpi", on ? "off" : NULL, HIDPI_COOKIE);
		else if (which == PREFERENCE_TELEMETRY)
			telemetry_decide(r->db, r->arena, &r->actor, on);
		else
			preference_choice_set(r->arena, changes, state->document, which, on);
	}
	switch (preference_document_change(r->arena, state->document, changes, &key)) {
	case PREFERENCE_CHANGED:
		stored = preference_document_store(r->db, r->arena, &r->actor, r->session.person.id,
		    &state->preference, state->document);
		break;
	case PREFERENCE_UNCHANGED:
		break;
	default:
		form_error(r->form, NULL, _("Another program has filled your preferences, so this"
		    " could not be stored."));
	}
	json_decref(changes);
	return stored;
}

static void
act_configuration(struct request *r)
{
	struct buffer message = { 0 };
	bool whole = false, done = false;
	struct state state;

	while (!done && !db_failed(r->db)) {
		load_state(r, &state);
		buffer_empty(&message);
		r->extra_cookie_count = 0;
		done = refuse_barred(r, &state) || change(r, &state, &message, &whole);
		json_decref(state.document);
	}
	request_see(r, message.length > 0 ? arena_text(r->arena, message.bytes) :
	    _("Nothing was changed."), "/settings/configuration%s", whole ? "?whole=1" : "");
	buffer_release(&message);
}

/* --- tips and telemetry ----------------------------------------------------------------------- */

static void
load_tips(struct request *r)
{
	if (tip_view_count() == 0)
		request_not_found(r);
}

static void
show_tips(struct request *r)
{
	page_begin(r, _("Pro tips"), _("One of them is shown after you sign in, at most every"
	    " three days, unless you switch that off under Configuration."));
	tip_view_draw_all(r);
}

static void
act_tips(struct request *r)
{
	const char *fixed = page_fixed(r, PREFERENCE_NO_TIPS), *key;
	enum preference_document_outcome outcome;
	json_t *changes;
	struct state state;

	if (fixed != NULL) {
		form_error(r->form, NULL, fixed);
		return;
	}
	do {
		load_state(r, &state);
		changes = json_object();
		preference_choice_set(r->arena, changes, state.document, PREFERENCE_NO_TIPS, true);
		outcome = preference_document_change(r->arena, state.document, changes, &key);
		if (outcome == PREFERENCE_CHANGED && preference_document_store(r->db, r->arena,
		    &r->actor, r->session.person.id, &state.preference, state.document))
			outcome = PREFERENCE_UNCHANGED;
		json_decref(changes);
		json_decref(state.document);
	} while (outcome == PREFERENCE_CHANGED && !db_failed(r->db));
	request_see(r, _("Pro tips are not shown any more. You can switch them on again below."),
	    "/settings/configuration");
}

static void
load_telemetry(struct request *r)
{
	if (!r->config->switches[SWITCH_TELEMETRY])
		request_not_found(r);
}

static void
show_telemetry(struct request *r)
{
	const char *address = r->config->telemetry_address;
	struct telemetry telemetry;

	telemetry_load(r->db, r->config, r->session.person.id, &telemetry, NULL);
	page_begin(r, _("Anonymous usage data"), telemetry.enabled ?
	    _("The switch is on: this is what goes out today, to the last character.") :
	    _("The switch is off, and nothing is sent. With it on, this is what would go out"
	    " today, to the last character."));
	xhtml_open(r->x, "dl", "class", "facts", NULL);
	page_fact(r, _("Address"), address != NULL ? address : _("None is configured, so nothing"
	    " is ever sent."));
	if (telemetry.day[0] != '\0')
		page_fact(r, _("Last time"), arena_format(r->arena, "%s: %s", telemetry.day,
		    telemetry.result));
	xhtml_close(r->x, "dl");
	xhtml_leaf(r->x, "pre", telemetry_report(r->db, r->arena, r->config, r->now), "class",
	    "wrapped", "id", "report", NULL);
	xhtml_open(r->x, "div", "class", "buttons", NULL);
	xhtml_leaf(r->x, "a", _("Close"), "class", "secondary", "role", "button",
	    "href", request_path(r, "/settings/configuration"), "data-close", "1", NULL);
	xhtml_close(r->x, "div");
}

static const struct route routes[] = {
	{ .path = "/settings/configuration", .access = ACCESS_SIGNED_IN, .form = &switch_form,
	  .show = show_configuration, .act = act_configuration },
	{ .path = "/settings/configuration/tips", .access = ACCESS_SIGNED_IN, .load = load_tips,
	  .show = show_tips,
	  .act = act_tips },
	{ .path = "/settings/configuration/telemetry", .access = ACCESS_SIGNED_IN,
	  .load = load_telemetry,
	  .show = show_telemetry },
};

static const struct section section = {
	.name = "configuration",
	.kind = SECTION_PAGES,
	.shows_preferences = true,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
