/*
 * arguments.c: REDACTED ARGUMENTS, the container arguments whose values logs hide (features C7,
 * C8, Q19).
 *
 *	/settings/configuration/arguments	the list; adds, restores, tries, saves
 *
 * Only saving writes. The other buttons show the form again with what was typed, changed as they
 * say.
 */
#include <string.h>

#include "core/buffer.h"
#include "core/crypto.h"
#include "core/language.h"
#include "core/text.h"
#include "data/preference_choice.h"
#include "data/preference_document.h"
#include "data/redaction.h"
#include "web/app.h"
#include "web/form.h"
#include "web/page.h"

#define COMMAND 8000	/* characters of a command line to try */

static const struct field argument_fields[] = {
	{ .name = "list", .type = FIELD_LINES, .label = N_("Names, one on each line"),
	  .most = (PREFERENCE_NAME + 1) * PREFERENCE_NAMES, .placeholder = N_("Argument"),
	  .help = N_("Compared exactly, letter case too; they are no patterns.") },
	{ .name = "argument", .type = FIELD_LINE, .label = N_("Argument"),
	  .placeholder = N_("Argument"),
	  .most = PREFERENCE_NAME },
	{ .name = "command", .type = FIELD_LINES, .label = N_("Command line to try"),
	  .most = COMMAND,
	  .help = N_("Paste one to see what a log would show with the names above. It is not"
	  " stored.") },
	{ .name = "version", .type = FIELD_HIDDEN, .label = N_("Version"), .most = 32 },
	{ .name = "act", .type = FIELD_BUTTON, .label = N_("Button"), .most = 7 },
};
static const struct form_table argument_form = FORM_TABLE(argument_fields);

/* What one post of the list works with. */
struct editing {
	const char *const *names;	/* of the list as it was typed */
	size_t count;
	const char *tried;		/* the command line redacted; NULL: not asked for */
	bool stale;			/* the list was changed elsewhere */
};

/* Lines as names: trimmed, blank ones dropped, each once. */
static size_t
read_names(struct request *r, const char *text, const char *const **names)
{
	const char **list = arena_allocate(r->arena, (strlen(text) / 2 + 1) * sizeof(*list));
	size_t count = 0, length, i;

	for (; *text != '\0'; text += length + (text[length] == '\n')) {
		const char *name;

		length = strcspn(text, "\n");
		name = text_trim(r->arena, arena_copy(r->arena, text, length));
		for (i = 0; i < count && strcmp(list[i], name) != 0; i++)
			continue;
		if (name[0] != '\0' && i == count)
			list[count++] = name;
	}
	*names = list;
	return count;
}

static const char *
as_lines(struct request *r, const char *const *names, size_t count)
{
	struct buffer text = { 0 };
	const char *lines;

	for (size_t i = 0; i < count; i++)
		buffer_format(&text, "%s%s", i > 0 ? "\n" : "", names[i]);
	lines = arena_text(r->arena, text.bytes != NULL ? text.bytes : "");
	buffer_release(&text);
	return lines;
}

/* The list that takes effect now, as lines. */
static const char *
stored_lines(struct request *r)
{
	const char *const *names;
	const char *lines;
	struct preference preference;
	json_t *document;
	size_t count;

	preference_load(r->db, r->arena, r->session.person.id, &preference);
	document = preference_document_read(preference.document);
	count = preference_choice_names(r->arena, r->config, document, &names);
	lines = as_lines(r, names, count);
	json_decref(document);
	return lines;
}

/* Changes when the list does. */
static const char *
version_of(struct request *r, const char *lines)
{
	uint8_t digest[CRYPTO_HASH];

	crypto_digest(lines, strlen(lines), digest);
	return text_id(r->arena, digest);
}

static bool
has_line(const char *lines, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = lines; (at = strstr(at, name)) != NULL; at++) {
		if ((at == lines || at[-1] == '\n') && (at[length] == '\n' || at[length] == '\0'))
			return true;
	}
	return false;
}

/* What another client has stored stays, whatever it is. */
static void
check_names(struct request *r, const struct editing *editing)
{
	const char *stored = stored_lines(r);

	if (editing->count > PREFERENCE_NAMES)
		form_error(r->form, "list", arena_format(r->arena,
		    _("At most %d names; these are %zu."), PREFERENCE_NAMES, editing->count));
	for (size_t i = 0; i < editing->count; i++) {
		if (!preference_choice_is_name(editing->names[i]) &&
		    !has_line(stored, editing->names[i]))
			form_error(r->form, "list", arena_format(r->arena,
			    _("“%s” is no name of an environment variable: a letter or _ first,"
			    " then letters, digits, _, . and -, at most %d."), editing->names[i],
			    PREFERENCE_NAME));
	}
}

static void
add_name(struct request *r, const struct editing *editing)
{
	const char *name = form_value(r->form, "argument");
	const char *lines = as_lines(r, editing->names, editing->count);

	if (name[0] == '\0') {
		form_error(r->form, "argument", _("Required"));
	} else if (!preference_choice_is_name(name)) {
		form_error(r->form, "argument",
		    _("A letter or _ first, then letters, digits, _, . and -; no blanks."));
	} else {
		if (!has_line(lines, name))
			lines = arena_format(r->arena, "%s%s%s", lines, lines[0] != '\0' ? "\n" :
			    "", name);
		form_set(r->form, "list", lines);
		form_set(r->form, "argument", "");
	}
}

static void
try_command(struct request *r, struct editing *editing)
{
	const char *command = form_value(r->form, "command");
	struct buffer out = { 0 };

	if (command[0] == '\0') {
		form_error(r->form, "command", _("Required"));
		return;
	}
	redaction_apply(redaction_create(r->arena, editing->names, editing->count), command,
	    strlen(command), &out);
	editing->tried = arena_text(r->arena, out.bytes);
	buffer_release(&out);
}

static bool
is_act(struct request *r, const char *act)
{
	return strcmp(form_value(r->form, "act"), act) == 0;
}

/* A name that was typed and not added yet is meant to be saved too. */
static void
prove_save(struct request *r, struct editing *editing)
{
	check_names(r, editing);
	if (form_value(r->form, "argument")[0] == '\0' || !form_valid(r->form))
		return;
	add_name(r, editing);
	editing->count = read_names(r, form_value(r->form, "list"), &editing->names);
}

/* Everything but saving: nothing of it touches the database, and it happens once. */
static void
prove_arguments(struct request *r)
{
	struct editing *editing = arena_allocate(r->arena, sizeof(*editing));
	bool fixed = r->config->preferences[PREFERENCE_ARGUMENTS].fixed;
	const char *const *defaults;
	size_t count;

	r->object = editing;
	editing->count = read_names(r, fixed ? stored_lines(r) : form_value(r->form, "list"),
	    &editing->names);
	if (is_act(r, "add"))
		add_name(r, editing);
	else if (is_act(r, "try"))
		try_command(r, editing);
	else if (is_act(r, "restore")) {
		count = preference_choice_default_names(&defaults);
		form_set(r->form, "list", as_lines(r, defaults, count));
	} else if (is_act(r, "save") || is_act(r, ""))
		prove_save(r, editing);
	else
		form_error(r->form, "act", _("This form has no such button."));
}

static void
save_arguments(struct request *r, struct editing *editing)
{
	json_t *changes = json_object(), *document = NULL;
	const char *version = form_value(r->form, "version"), *key;
	enum preference_document_outcome outcome;

	editing->stale = version[0] != '\0' && strcmp(version, version_of(r, stored_lines(r))) != 0;
	if (editing->stale) {
		form_error(r->form, NULL,
		    _("The list was changed elsewhere while you edited it. Nothing was saved; "
		      "compare the two, and save again to replace it with yours."));
		json_decref(changes);
		return;
	}
	preference_choice_set_names(changes, editing->names, editing->count);
	outcome = preference_document_update(r->db, r->arena, &r->actor, r->session.person.id,
	    changes, &document, &key);
	json_decref(changes);
	json_decref(document);
	if (outcome != PREFERENCE_CHANGED && outcome != PREFERENCE_UNCHANGED) {
		form_error(r->form, NULL, _("The list is too long for your preferences."));
		return;
	}
	request_see(r, arena_format(r->arena, ngettext("Logs hide the value of %zu argument.",
	    "Logs hide the values of %zu arguments.", editing->count), editing->count),
	    "/settings/configuration");
}

static void
act_arguments(struct request *r)
{
	const char *fixed = page_fixed(r, PREFERENCE_ARGUMENTS);

	if (!is_act(r, "save") && !is_act(r, ""))
		request_show_again(r);
	else if (fixed != NULL)
		form_error(r->form, NULL, fixed);
	else
		save_arguments(r, r->object);
}

static void
draw_act(struct request *r, const char *act, const char *label)
{
	xhtml_leaf(r->x, "button", label, "type", "submit", "name", "act", "value", act, "class",
	    "secondary", NULL);
}

static void
draw_names(struct request *r, const char *lines)
{
	xhtml_leaf(r->x, "pre", lines, "class", "wrapped", NULL);
}

/* Add comes first: it is what Enter presses in the only field of one line. */
static void
draw_list(struct request *r, const struct editing *editing, const char *stored)
{
	if (editing != NULL && editing->stale) {
		xhtml_leaf(r->x, "h2", _("As it is stored now"), NULL);
		draw_names(r, stored);
	}
	form_draw_field(r, r->form, "list");
	xhtml_open(r->x, "div", "class", "choices add", NULL);
	form_draw_field(r, r->form, "argument");
	xhtml_text(r->x, " ");
	draw_act(r, "add", _("Add"));
	xhtml_text(r->x, " ");
	draw_act(r, "restore", _("Restore defaults"));
	xhtml_close(r->x, "div");
}

static void
draw_try(struct request *r, const struct editing *editing)
{
	xhtml_open(r->x, "div", "class", "try", NULL);
	xhtml_leaf(r->x, "h2", _("Try it"), NULL);
	form_draw_field(r, r->form, "command");
	draw_act(r, "try", _("Show it redacted"));
	if (editing != NULL && editing->tried != NULL) {
		xhtml_leaf(r->x, "h3", _("In a log"), "id", "tried-title", NULL);
		xhtml_leaf(r->x, "pre", editing->tried, "class", "wrapped", "id", "tried",
		    "data-say", "", "tabindex", "-1", "autofocus", "autofocus", "aria-labelledby",
		    "tried-title", NULL);
	}
	xhtml_close(r->x, "div");
}

static void
draw_save(struct request *r)
{
	xhtml_open(r->x, "div", "class", "buttons", NULL);
	xhtml_leaf(r->x, "button", _("SAVE"), "type", "submit", NULL);
	xhtml_text(r->x, " ");
	xhtml_leaf(r->x, "a", _("CANCEL"), "class", "secondary", "role", "button",
	    "href", request_path(r, "/settings/configuration"), "data-close", "1", NULL);
	xhtml_close(r->x, "div");
}

static void
show_arguments(struct request *r)
{
	const struct editing *editing = r->object;
	const char *stored = stored_lines(r), *fixed = page_fixed(r, PREFERENCE_ARGUMENTS);

	if (form_is_fresh(r->form))
		form_set(r->form, "list", stored);
	if (form_is_fresh(r->form) || (editing != NULL && editing->stale))
		form_set(r->form, "version", version_of(r, stored));
	page_begin(r, _("REDACTED ARGUMENTS"),
	    _("The values of these container arguments are replaced with ******** in logs."));
	form_begin(r, "/settings/configuration/arguments", NULL, "dialog");
	form_draw_field(r, r->form, "version");
	if (fixed != NULL) {
		draw_names(r, stored);
		xhtml_leaf(r->x, "p", fixed, NULL);
	} else {
		draw_list(r, editing, stored);
		draw_save(r);
	}
	draw_try(r, editing);
	form_end(r);
}

static const struct route routes[] = {
	{ .path = "/settings/configuration/arguments", .access = ACCESS_SIGNED_IN,
	  .form = &argument_form,
	  .show = show_arguments, .prove = prove_arguments, .act = act_arguments },
};

static const struct section section = {
	.name = "arguments",
	.menu = "configuration",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
