/* preference_document.c: dotted paths, and what is refused. */
#include "unit.h"

#include "core/text.h"
#include "data/preference_document.h"

static int
set_up(void **data)
{
	*data = arena_create();
	return 0;
}

static int
tear_down(void **data)
{
	arena_destroy(*data);
	return 0;
}

static json_t *
parsed(const char *text)
{
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	if (value == NULL)
		fail_msg("no JSON: %s", text);
	return value;
}

/* Applies the change to the document; after is NULL when the outcome leaves nothing to look at. */
static void
becomes(struct arena *arena, const char *before, const char *change_text, const char *after,
    enum preference_document_outcome expected, const char *expected_key)
{
	json_t *document = preference_document_read(before), *change = parsed(change_text);
	const char *key = NULL, *written;
	enum preference_document_outcome outcome =
	    preference_document_change(arena, document, change, &key);

	if (outcome != expected)
		fail_msg("%s with %s: %d, not %d", before, change_text, (int)outcome,
		    (int)expected);
	written = preference_document_write(arena, document);
	if (after != NULL && strcmp(written, after) != 0)
		fail_msg("%s with %s: %s, not %s", before, change_text, written, after);
	if (expected_key != NULL)
		assert_string_equal(key, expected_key);
	json_decref(document);
	json_decref(change);
}

static void
changes(void **data)
{
	static const struct {
		const char *before, *change, *after;
	} rows[] = {
		{ "{}", "{\"a\":1}", "{\"a\":1}" },
		{ "{}", "{\"a.b.c\":0}", "{\"a\":{\"b\":{\"c\":0}}}" },
		{ "{\"a\":{\"x\":1,\"y\":2}}", "{\"a.x\":3}", "{\"a\":{\"x\":3,\"y\":2}}" },
		/* a plain object replaces, it is not merged */
		{ "{\"a\":{\"x\":1,\"y\":2}}", "{\"a\":{\"z\":3}}", "{\"a\":{\"z\":3}}" },
		{ "{\"a\":1}", "{\"a\":null}", "{\"a\":null}" },
		{ "{}", "{\"a.b\":null}", "{\"a\":{\"b\":null}}" },
		{ "{\"other\":{\"--DOT--\":[1,\"x\"]}}", "{\"views.theme\":\"dark\"}",
		  "{\"other\":{\"--DOT--\":[1,\"x\"]},\"views\":{\"theme\":\"dark\"}}" },
		{ "{}", "{\"l\":[{\"key\":\"A\"},{\"key\":\"B\"}]}",
		  "{\"l\":[{\"key\":\"A\"},{\"key\":\"B\"}]}" },
		/* in the order of the names */
		{ "{}", "{\"a\":{\"x\":1},\"a.y\":2}", "{\"a\":{\"x\":1,\"y\":2}}" },
		{ "{}", "{\"a.y\":2,\"a\":{\"x\":1}}", "{\"a\":{\"x\":1}}" },
		{ "{}", "{\"a$\":1,\"b.c$d\":2}", "{\"a$\":1,\"b\":{\"c$d\":2}}" },
		{ "no json", "{\"a\":1}", "{\"a\":1}" },
		{ "[1]", "{\"a\":1}", "{\"a\":1}" },
		{ "{\"ä\":\"ö\"}", "{\"ß.€\":\"😀\"}",
		  "{\"ä\":\"ö\",\"ß\":{\"€\":\"😀\"}}" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		becomes(*data, rows[i].before, rows[i].change, rows[i].after, PREFERENCE_CHANGED,
		    NULL);
}

static void
nothing_new(void **data)
{
	static const char *const rows[][2] = {
		{ "{}", "{}" }, { "{\"a\":1}", "{\"a\":1}" },
		{ "{\"a\":{\"b\":null}}", "{\"a.b\":null}" },
		{ "{\"a\":{\"b\":1,\"c\":2}}", "{\"a\":{\"c\":2,\"b\":1}}" },
		{ "{\"a\":1}", "{}" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		becomes(*data, rows[i][0], rows[i][1], NULL, PREFERENCE_UNCHANGED, NULL);
}

static void
bad_keys(void **data)
{
	static const char *const rows[][2] = {
		{ "{\"$a\":1}", "$a" }, { "{\"a.$b\":1}", "a.$b" }, { "{\"\":1}", "" },
		{ "{\".a\":1}", ".a" }, { "{\"a.\":1}", "a." }, { "{\"a..b\":1}", "a..b" },
		{ "{\"a\":{\"$b\":1}}", "$b" }, { "{\"a\":{\"b.c\":1}}", "b.c" },
		{ "{\"a\":{\"\":1}}", "" }, { "{\"a\":[{\"b\":{\"$c\":1}}]}", "$c" },
		{ "{\"a.b\":{\"c.d\":1}}", "c.d" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		becomes(*data, "{}", rows[i][0], NULL, PREFERENCE_BAD_KEY, rows[i][1]);
}

static void
paths_through_values(void **data)
{
	static const char *const befores[] = {
		"{\"a\":1}", "{\"a\":\"x\"}", "{\"a\":[1]}", "{\"a\":null}", "{\"a\":false}",
	};

	for (size_t i = 0; i < COUNT(befores); i++)
		becomes(*data, befores[i], "{\"a.b\":1}", NULL, PREFERENCE_NOT_AN_OBJECT, "a.b");
	becomes(*data, "{}", "{\"a\":1,\"a.b\":2}", NULL, PREFERENCE_NOT_AN_OBJECT, "a.b");
}

/* A change with one value nested so many times, or a path of so many parts. */
static const char *
nested(struct arena *arena, unsigned levels)
{
	char *text = arena_allocate(arena, 6 * (size_t)levels + 32), *at = text;

	at = stpcpy(at, "{\"a\":");
	for (unsigned i = 0; i < levels; i++)
		at = stpcpy(at, "[");
	for (unsigned i = 0; i < levels; i++)
		at = stpcpy(at, "]");
	strcpy(at, "}");
	return text;
}

static const char *
long_path(struct arena *arena, unsigned parts)
{
	char *text = arena_allocate(arena, 2 * (size_t)parts + 32), *at = text;

	at = stpcpy(at, "{\"a");
	for (unsigned i = 1; i < parts; i++)
		at = stpcpy(at, ".a");
	strcpy(at, "\":1}");
	return text;
}

static void
depth(void **data)
{
	struct arena *arena = *data;

	becomes(arena, "{}", nested(arena, PREFERENCE_DOCUMENT_DEPTH - 1), NULL, PREFERENCE_CHANGED,
	    NULL);
	becomes(arena, "{}", nested(arena, PREFERENCE_DOCUMENT_DEPTH), NULL, PREFERENCE_TOO_DEEP,
	    "a");
	becomes(arena, "{}", nested(arena, 2000), NULL, PREFERENCE_TOO_DEEP, "a");
	becomes(arena, "{}", long_path(arena, PREFERENCE_DOCUMENT_DEPTH), NULL, PREFERENCE_CHANGED,
	    NULL);
	becomes(arena, "{}", long_path(arena, PREFERENCE_DOCUMENT_DEPTH + 1), NULL,
	    PREFERENCE_TOO_DEEP, NULL);
	becomes(arena, "{}", long_path(arena, 30000), NULL, PREFERENCE_TOO_DEEP, NULL);
}

static void
size(void **data)
{
	struct arena *arena = *data;
	char *filling = arena_allocate(arena, PREFERENCE_LIMIT + 1);
	size_t around = strlen("{\"a\":\"\"}");

	memset(filling, 'x', PREFERENCE_LIMIT - around);
	becomes(arena, "{}", arena_format(arena, "{\"a\":\"%s\"}", filling), NULL,
	    PREFERENCE_CHANGED, NULL);
	filling[PREFERENCE_LIMIT - around] = 'x';
	becomes(arena, "{}", arena_format(arena, "{\"a\":\"%s\"}", filling), NULL,
	    PREFERENCE_TOO_LARGE, NULL);
}

static void
theme(void **data)
{
	static const char *const rows[][2] = {
		{ "{}", "system" }, { "{\"views\":{\"theme\":\"dark\"}}", "dark" },
		{ "{\"views\":{\"theme\":\"light\"}}", "light" },
		{ "{\"views\":{\"theme\":\"purple\"}}", "system" },
		{ "{\"views\":{\"theme\":7}}", "system" }, { "{\"views\":[]}", "system" },
		{ "{\"views.theme\":\"dark\"}", "system" },
	};
	json_t *document;

	for (size_t i = 0; i < COUNT(rows); i++) {
		document = preference_document_read(rows[i][0]);
		assert_string_equal(preference_document_theme(*data, document), rows[i][1]);
		json_decref(document);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(changes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_new, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(paths_through_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(depth, set_up, tear_down),
		cmocka_unit_test_setup_teardown(size, set_up, tear_down),
		cmocka_unit_test_setup_teardown(theme, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("preference_document", tests, NULL, NULL);
}
