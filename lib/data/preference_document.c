/* preference_document.c: paths and values inside the preferences. */
#include "data/preference_document.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

json_t *
preference_document_read(const char *text)
{
	json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(document))
		return document;
	json_decref(document);
	document = json_object();
	if (document == NULL)
		abort();
	return document;
}

const char *
preference_document_write(struct arena *arena, const json_t *document)
{
	char *text = json_dumps(document, JSON_COMPACT);
	const char *copy;

	if (text == NULL)
		abort();
	copy = arena_text(arena, text);
	free(text);
	return copy;
}

static bool
is_name(const char *name)
{
	return name[0] != '\0' && name[0] != '$' && strchr(name, '.') == NULL;
}

/* Checks names and depth of a value that is to stand below so many others. */
static enum preference_document_outcome
check_value(const json_t *value, unsigned depth, const char **key)
{
	enum preference_document_outcome outcome = PREFERENCE_CHANGED;
	json_t *object = (json_t *)value, *inner;	/* jansson's loops take no const */
	const char *name;
	size_t i;

	if ((json_is_object(value) || json_is_array(value)) && depth >= PREFERENCE_DOCUMENT_DEPTH)
		return PREFERENCE_TOO_DEEP;
	json_object_foreach(object, name, inner) {
		if (!is_name(name)) {
			*key = name;
			return PREFERENCE_BAD_KEY;
		}
		outcome = check_value(inner, depth + 1, key);
		if (outcome != PREFERENCE_CHANGED)
			return outcome;
	}
	json_array_foreach(object, i, inner) {
		outcome = check_value(inner, depth + 1, key);
		if (outcome != PREFERENCE_CHANGED)
			return outcome;
	}
	return outcome;
}

/* A copy, because the value stays the caller's; and no value holds itself. */
static void
put(json_t *object, const char *name, const json_t *value)
{
	json_t *copy = json_deep_copy(value);

	if (copy == NULL || json_object_set_new(object, name, copy) != 0)
		abort();
}

static enum preference_document_outcome
change_one(struct arena *arena, json_t *document, const char *path, const json_t *value,
    const char **key)
{
	char *part = arena_text(arena, path), *dot;
	json_t *object = document, *inner;
	unsigned depth = 1;

	*key = path;
	for (; (dot = strchr(part, '.')) != NULL; part = dot + 1, depth++) {
		*dot = '\0';
		if (!is_name(part))
			return PREFERENCE_BAD_KEY;
		if (depth >= PREFERENCE_DOCUMENT_DEPTH)
			return PREFERENCE_TOO_DEEP;
		inner = json_object_get(object, part);
		if (inner == NULL) {
			inner = json_object();
			if (inner == NULL || json_object_set_new(object, part, inner) != 0)
				abort();
		} else if (!json_is_object(inner)) {
			return PREFERENCE_NOT_AN_OBJECT;
		}
		object = inner;
	}
	if (!is_name(part))
		return PREFERENCE_BAD_KEY;
	put(object, part, value);
	return check_value(value, depth, key);
}

enum preference_document_outcome
preference_document_change(struct arena *arena, json_t *document, const json_t *change,
    const char **key)
{
	enum preference_document_outcome outcome = PREFERENCE_UNCHANGED;
	json_t *before = json_deep_copy(document), *value;
	const char *path;

	if (before == NULL)
		abort();
	*key = "";
	json_object_foreach((json_t *)change, path, value) {
		outcome = change_one(arena, document, path, value, key);
		if (outcome != PREFERENCE_CHANGED)
			break;
	}
	if (outcome == PREFERENCE_CHANGED && json_equal(before, document) == 1)
		outcome = PREFERENCE_UNCHANGED;
	json_decref(before);
	if (outcome == PREFERENCE_CHANGED &&
	    strlen(preference_document_write(arena, document)) > PREFERENCE_LIMIT)
		outcome = PREFERENCE_TOO_LARGE;
	return outcome;
}

const json_t *
preference_document_get(struct arena *arena, const json_t *document, const char *path)
{
	char *part = arena_text(arena, path), *dot;

	for (; (dot = strchr(part, '.')) != NULL; part = dot + 1) {
		*dot = '\0';
		document = json_object_get(document, part);
	}
	return json_object_get(document, part);
}

const char *
preference_document_theme(struct arena *arena, const json_t *document)
{
	const char *theme = json_string_value(preference_document_get(arena, document,
	    "views.theme"));

	if (text_equal(theme, "light") || text_equal(theme, "dark"))
		return theme;
	return "system";
}

bool
preference_document_store(struct db *db, struct arena *arena, const struct audit_actor *actor,
    int64_t person, const struct preference *read, const json_t *document)
{
	struct preference_columns columns = {
		.theme = preference_document_theme(arena, document),
		.blocks_scripts = json_is_true(preference_document_get(arena, document,
		    "rootProjects.blockUserScript")),
	};

	return preference_store(db, actor, person, read, preference_document_write(arena, document),
	    &columns);
}

/* One try. False: somebody else has stored the document since it was read. */
static bool
update_once(struct db *db, struct arena *arena, const struct audit_actor *actor, int64_t person,
    const json_t *change, json_t **document, enum preference_document_outcome *outcome,
    const char **key)
{
	struct preference read;

	preference_load(db, arena, person, &read);
	*document = preference_document_read(read.document);
	*outcome = preference_document_change(arena, *document, change, key);
	if (*outcome == PREFERENCE_UNCHANGED)
		return true;
	if (*outcome == PREFERENCE_CHANGED &&
	    preference_document_store(db, arena, actor, person, &read, *document))
		return true;
	json_decref(*document);
	*document = NULL;
	return *outcome != PREFERENCE_CHANGED;
}

enum preference_document_outcome
preference_document_update(struct db *db, struct arena *arena, const struct audit_actor *actor,
    int64_t person, const json_t *change, json_t **document, const char **key)
{
	enum preference_document_outcome outcome = PREFERENCE_UNCHANGED;

	*document = NULL;
	*key = "";
	while (!db_failed(db) &&
	    !update_once(db, arena, actor, person, change, document, &outcome, key))
		;
	return outcome;
}
