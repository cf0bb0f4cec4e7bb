/* preference_choice.c: the choices of this product in the preferences. */
#include "data/preference_choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "data/preference_document.h"

#define TIPS "tip-of-the-day"	/* in views.neverShowPopupAgain: no tips */
#define POPUPS "views.neverShowPopupAgain"
#define ARGUMENTS "views.redactedArguments"

static const struct {
	const char *path;	/* of a boolean; NULL: kept in another way */
	bool preset;
} choices[PREFERENCE__COUNT] = {
	[PREFERENCE_SHOW_HIDDEN] = { "rootProjects.showHidden", false },
	[PREFERENCE_HIDE_EXAMPLES] = { "rootProjects.hideExamples", false },
	[PREFERENCE_BLOCK_SCRIPTS] = { "rootProjects.blockUserScript", false },
	[PREFERENCE_HIDE_ARGUMENTS] = { "views.hideRedactedArguments", true },
};

static const char *const default_names[] = {
	"CLEARML_API_SECRET_KEY",
	"CLEARML_AGENT_GIT_PASS",
	"AWS_SECRET_ACCESS_KEY",
	"AZURE_STORAGE_KEY",
};
#define DEFAULT_NAMES (sizeof(default_names) / sizeof(default_names[0]))

static json_t *
made(json_t *value)
{
	if (value == NULL)
		abort();
	return value;
}

static bool
has_text(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (text_equal(json_string_value(json_array_get(list, i)), text))
			return true;
	}
	return false;
}

/* What the person has stored, or the preset. */
static bool
stored(struct arena *arena, const json_t *document, enum config_preference which)
{
	const json_t *value;

	if (which == PREFERENCE_NO_TIPS)
		return has_text(preference_document_get(arena, document, POPUPS), TIPS);
	if (choices[which].path == NULL)
		return false;
	value = preference_document_get(arena, document, choices[which].path);
	return json_is_boolean(value) ? json_is_true(value) : choices[which].preset;
}

bool
preference_choice_or(const struct config *config, enum config_preference which, bool value)
{
	return config->preferences[which].fixed ? config->preferences[which].on : value;
}

bool
preference_choice(struct arena *arena, const struct config *config, const json_t *document,
    enum config_preference which)
{
	return preference_choice_or(config, which, stored(arena, document, which));
}

size_t
preference_choice_default_names(const char *const **names)
{
	*names = default_names;
	return DEFAULT_NAMES;
}

/* The words of a text with single blanks between. */
static size_t
split(struct arena *arena, const char *text, const char *const **names)
{
	const char **list = arena_allocate(arena, (strlen(text) / 2 + 1) * sizeof(*list));
	size_t count = 0;

	while (*text != '\0') {
		size_t length = strcspn(text, " ");

		list[count++] = arena_copy(arena, text, length);
		text += length + (text[length] == ' ');
	}
	*names = list;
	return count;
}

size_t
preference_choice_names(struct arena *arena, const struct config *config, const json_t *document,
    const char *const **names)
{
	const struct config_fixed *fixed = &config->preferences[PREFERENCE_ARGUMENTS];
	const json_t *array = preference_document_get(arena, document, ARGUMENTS);
	const char **list;
	size_t count = 0;

	if (fixed->fixed)
		return split(arena, fixed->list, names);
	if (!json_is_array(array))
		return preference_choice_default_names(names);
	list = arena_allocate(arena, (json_array_size(array) + 1) * sizeof(*list));
	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *name = json_string_value(json_object_get(json_array_get(array, i),
		    "key"));

		if (name != NULL && name[0] != '\0')
			list[count++] = name;
	}
	*names = list;
	return count;
}

bool
preference_choice_is_name(const char *text)
{
	static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	static const char others[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.-";
	size_t length = strlen(text);

	return length > 0 && length <= PREFERENCE_NAME && strchr(first, text[0]) != NULL &&
	    strspn(text, others) == length;
}

/* The list of popups that are never shown again, with tips in it or not; a new reference. */
static json_t *
popups(struct arena *arena, const json_t *document, bool no_tips)
{
	const json_t *old = preference_document_get(arena, document, POPUPS);
	json_t *list;

	if (json_is_array(old) && has_text(old, TIPS) == no_tips)
		return made(json_deep_copy(old));
	list = made(json_array());
	for (size_t i = 0; i < json_array_size(old); i++) {
		json_t *one = json_array_get(old, i);

		if (!text_equal(json_string_value(one), TIPS))
			json_array_append(list, one);
	}
	if (no_tips)
		json_array_append_new(list, made(json_string(TIPS)));
	return list;
}

void
preference_choice_set(struct arena *arena, json_t *change, const json_t *document,
    enum config_preference which, bool on)
{
	if (which == PREFERENCE_NO_TIPS)
		json_object_set_new(change, POPUPS, popups(arena, document, on));
	else if (choices[which].path != NULL)
		json_object_set_new(change, choices[which].path, json_boolean(on));
}

static json_t *
as_list(const char *const *names, size_t count)
{
	json_t *list = made(json_array());

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, made(json_pack("{s:s}", "key", names[i])));
	return list;
}

void
preference_choice_set_names(json_t *change, const char *const *names, size_t count)
{
	json_object_set_new(change, ARGUMENTS, as_list(names, count));
}

/* Whether a value can be put there without losing what stands in the way. */
static bool
has_room(const json_t *document, const char *parent)
{
	const json_t *object = json_object_get(document, parent);

	return object == NULL || json_is_object(object);
}

static json_t *
parent_of(json_t *document, const char *name)
{
	json_t *parent = json_object_get(document, name);

	if (!json_is_object(parent)) {
		parent = made(json_object());
		json_object_set_new(document, name, parent);
	}
	return parent;
}

/*
 * Puts it at "parent.name", unless what another client has there is in the way; fixed: in any case.
 */
static void
serve(json_t *document, const char *path, bool fixed, json_t *value)
{
	const char *dot = strchr(path, '.');
	char parent[32];

	snprintf(parent, sizeof(parent), "%.*s", (int)(dot - path), path);
	if (fixed || has_room(document, parent))
		json_object_set(parent_of(document, parent), dot + 1, value);
	json_decref(value);
}

json_t *
preference_choice_effective(struct arena *arena, const struct config *config,
    const json_t *document)
{
	const struct config_fixed *fixed = config->preferences;
	json_t *served = made(json_deep_copy(document));
	const char *const *names;
	size_t count;

	for (unsigned which = 0; which < PREFERENCE_SWITCHES; which++) {
		if (choices[which].path != NULL)
			serve(served, choices[which].path, fixed[which].fixed, json_boolean(
			    preference_choice(arena, config, document, which)));
	}
	serve(served, POPUPS, fixed[PREFERENCE_NO_TIPS].fixed, popups(arena, document,
	    preference_choice(arena, config, document, PREFERENCE_NO_TIPS)));
	if (fixed[PREFERENCE_ARGUMENTS].fixed ||
	    !json_is_array(preference_document_get(arena, document, ARGUMENTS))) {
		count = preference_choice_names(arena, config, document, &names);
		serve(served, ARGUMENTS, fixed[PREFERENCE_ARGUMENTS].fixed, as_list(names, count));
	}
	serve(served, "views.theme", config->theme[0] != '\0', made(json_string(
	    config->theme[0] != '\0' ? config->theme : preference_document_theme(arena,
	    document))));
	return served;
}
