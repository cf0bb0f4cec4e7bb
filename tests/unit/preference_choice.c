/*
 * The choices of this product in the preferences: presets, values of a wrong kind, what the
 * operator has fixed, and what a change looks like.
 */
#include "unit.h"

#include "core/text.h"
#include "data/preference_choice.h"
#include "data/preference_document.h"

static struct config config;

static int
set_up(void **data)
{
	*data = arena_create();
	memset(&config, 0, sizeof(config));
	config.theme = "";
	return 0;
}

/* Documents are written with ' for ", which they do not have otherwise. */
static const char *
with(struct arena *arena, const char *text, char old, char new)
{
	char *copy = arena_text(arena, text);

	for (char *at = copy; *at != '\0'; at++)
		if (*at == old)
			*at = new;
	return copy;
}

static json_t *
read_document(struct arena *arena, const char *text)
{
	return preference_document_read(with(arena, text, '\'', '"'));
}

static int
tear_down(void **data)
{
	arena_destroy(*data);
	return 0;
}

static bool
choice(struct arena *arena, const char *text, enum config_preference which)
{
	json_t *document = read_document(arena, text);
	bool on = preference_choice(arena, &config, document, which);

	json_decref(document);
	return on;
}

static const char *
effective(struct arena *arena, const char *text)
{
	json_t *document = read_document(arena, text);
	json_t *served = preference_choice_effective(arena, &config, document);
	char *dumped = json_dumps(served, JSON_COMPACT | JSON_SORT_KEYS);
	const char *copy = with(arena, dumped, '"', '\'');

	free(dumped);
	json_decref(served);
	json_decref(document);
	return copy;
}

static const char *
names(struct arena *arena, const char *text)
{
	json_t *document = read_document(arena, text);
	const char *const *list;
	size_t count = preference_choice_names(arena, &config, document, &list);
	const char *joined = "";

	for (size_t i = 0; i < count; i++)
		joined = arena_format(arena, "%s[%s]", joined, list[i]);
	json_decref(document);
	return joined;
}

#define DEFAULTS "[CLEARML_API_SECRET_KEY][CLEARML_AGENT_GIT_PASS][AWS_SECRET_ACCESS_KEY]" \
	"[AZURE_STORAGE_KEY]"
#define DEFAULT_LIST "[{'key':'CLEARML_API_SECRET_KEY'},{'key':'CLEARML_AGENT_GIT_PASS'}," \
	"{'key':'AWS_SECRET_ACCESS_KEY'},{'key':'AZURE_STORAGE_KEY'}]"

static void
values(void **data)
{
	static const struct {
		const char *document;
		enum config_preference which;
		bool on;
	} rows[] = {
		{ "{}", PREFERENCE_SHOW_HIDDEN, false },
		{ "{}", PREFERENCE_HIDE_EXAMPLES, false },
		{ "{}", PREFERENCE_NO_TIPS, false },
		{ "{}", PREFERENCE_BLOCK_SCRIPTS, false },
		{ "{}", PREFERENCE_HIDE_ARGUMENTS, true },
		{ "{}", PREFERENCE_DISABLE_HIDPI, false },
		{ "{}", PREFERENCE_TELEMETRY, false },
		{ "{'rootProjects':{'showHidden':true}}", PREFERENCE_SHOW_HIDDEN, true },
		{ "{'rootProjects':{'hideExamples':true}}", PREFERENCE_HIDE_EXAMPLES, true },
		{ "{'rootProjects':{'blockUserScript':true}}", PREFERENCE_BLOCK_SCRIPTS, true },
		{ "{'views':{'hideRedactedArguments':false}}", PREFERENCE_HIDE_ARGUMENTS,
		    false },
		{ "{'views':{'neverShowPopupAgain':['x','tip-of-the-day']}}",
		    PREFERENCE_NO_TIPS, true },
		{ "{'views':{'neverShowPopupAgain':['tip',1,null]}}", PREFERENCE_NO_TIPS,
		    false },
		{ "{'views':{'neverShowPopupAgain':'tip-of-the-day'}}", PREFERENCE_NO_TIPS,
		    false },
		{ "{'rootProjects':{'showHidden':'true'}}", PREFERENCE_SHOW_HIDDEN, false },
		{ "{'rootProjects':{'showHidden':1}}", PREFERENCE_SHOW_HIDDEN, false },
		{ "{'views':{'hideRedactedArguments':null}}", PREFERENCE_HIDE_ARGUMENTS, true },
		{ "{'views':[]}", PREFERENCE_HIDE_ARGUMENTS, true },
		{ "{'rootProjects.showHidden':true}", PREFERENCE_SHOW_HIDDEN, false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (choice(*data, rows[i].document, rows[i].which) != rows[i].on)
			fail_msg("%s, %s", rows[i].document, config_preference_name(rows[i].which));
}

static void
lists(void **data)
{
	assert_string_equal(names(*data, "{}"), DEFAULTS);
	assert_string_equal(names(*data, "{'views':{'redactedArguments':'A'}}"), DEFAULTS);
	assert_string_equal(names(*data, "{'views':{'redactedArguments':[]}}"), "");
	assert_string_equal(names(*data,
	    "{'views':{'redactedArguments':[{'key':'.*'},{'key':''},{'k':'B'},"
	    "'C',{'key':7},{'key':'a b'}]}}"), "[.*][a b]");
	config.preferences[PREFERENCE_ARGUMENTS] = (struct config_fixed){ .fixed = true,
	    .list = "X Y.z" };
	assert_string_equal(names(*data, "{}"), "[X][Y.z]");
	config.preferences[PREFERENCE_ARGUMENTS].list = "";
	assert_string_equal(names(*data, "{}"), "");
}

static void
good_names(void **data)
{
	char longest[PREFERENCE_NAME + 2];

	(void)data;
	memset(longest, 'A', sizeof(longest));
	longest[PREFERENCE_NAME] = '\0';
	assert_true(preference_choice_is_name(longest));
	longest[PREFERENCE_NAME] = 'A';
	longest[PREFERENCE_NAME + 1] = '\0';
	assert_false(preference_choice_is_name(longest));
	assert_true(preference_choice_is_name("_"));
	assert_true(preference_choice_is_name("a.B-9_"));
	for (size_t i = 0; i < 7; i++)
		assert_false(preference_choice_is_name((const char *[]){ "", "9A", "-A", ".A",
		    "A B", "A=B", "\xc3\x84" }[i]));
}

static void
served(void **data)
{
	assert_string_equal(effective(*data, "{}"), "{'rootProjects':{'blockUserScript':false,"
	    "'hideExamples':false,'showHidden':false},'views':{'hideRedactedArguments':true,"
	    "'neverShowPopupAgain':[],'redactedArguments':" DEFAULT_LIST ",'theme':'system'}}");
	/* What is not ours stays, and what stands in the way is not lost. */
	assert_string_equal(effective(*data,
	    "{'rootProjects':5,'views':{'x':[null],'theme':'dark',"
	    "'neverShowPopupAgain':['a'],'redactedArguments':['odd']}}"),
	    "{'rootProjects':5,'views':{'hideRedactedArguments':true,'neverShowPopupAgain':['a'],"
	    "'redactedArguments':['odd'],'theme':'dark','x':[null]}}");
	/* But for what the operator has fixed. */
	config.theme = "light";
	config.preferences[PREFERENCE_BLOCK_SCRIPTS] = (struct config_fixed){ .fixed = true,
	    .on = true };
	config.preferences[PREFERENCE_NO_TIPS] = (struct config_fixed){ .fixed = true, .on = true };
	config.preferences[PREFERENCE_ARGUMENTS] = (struct config_fixed){ .fixed = true,
	    .list = "A" };
	assert_string_equal(effective(*data, "{'rootProjects':5,'views':{'theme':'dark'}}"),
	    "{'rootProjects':{'blockUserScript':true},'views':{'hideRedactedArguments':true,"
	    "'neverShowPopupAgain':['tip-of-the-day'],'redactedArguments':[{'key':'A'}],"
	    "'theme':'light'}}");
}

static void
changes(void **data)
{
	static const struct {
		const char *before;
		enum config_preference which;
		bool on;
		const char *after;
	} rows[] = {
		{ "{}", PREFERENCE_SHOW_HIDDEN, true, "{'rootProjects':{'showHidden':true}}" },
		{ "{}", PREFERENCE_NO_TIPS, true,
		    "{'views':{'neverShowPopupAgain':['tip-of-the-day']}}" },
		{ "{'views':{'neverShowPopupAgain':['a','tip-of-the-day','b']}}",
		    PREFERENCE_NO_TIPS, false,
		    "{'views':{'neverShowPopupAgain':['a','b']}}" },
		{ "{'views':{'neverShowPopupAgain':['tip-of-the-day','b']}}",
		    PREFERENCE_NO_TIPS, true,
		    "{'views':{'neverShowPopupAgain':['tip-of-the-day','b']}}" },
	};
	static const char *const list[] = { "A", "B" };
	json_t *document, *change;
	const char *key;

	for (size_t i = 0; i < COUNT(rows); i++) {
		document = read_document(*data, rows[i].before);
		change = json_object();
		preference_choice_set(*data, change, document, rows[i].which, rows[i].on);
		preference_document_change(*data, document, change, &key);
		assert_string_equal(
		    with(*data, preference_document_write(*data, document), '"', '\''),
		    rows[i].after);
		json_decref(document);
		json_decref(change);
	}
	document = read_document(*data, "{}");
	change = json_object();
	preference_choice_set_names(change, list, 2);
	preference_document_change(*data, document, change, &key);
	assert_string_equal(with(*data, preference_document_write(*data, document), '"', '\''),
	    "{'views':{'redactedArguments':[{'key':'A'},{'key':'B'}]}}");
	json_decref(document);
	json_decref(change);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lists, set_up, tear_down),
		cmocka_unit_test_setup_teardown(good_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(served, set_up, tear_down),
		cmocka_unit_test_setup_teardown(changes, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("preference_choice", tests, NULL, NULL);
}
