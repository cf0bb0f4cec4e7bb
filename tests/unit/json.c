/*
 * The API's arguments: what is read, converted, merged and refused; and its envelope to the byte.
 */
#include "unit.h"

#include "core/arena.h"
#include "web/json.h"

#define ID "0123456789abcdef0123456789abcdef"
#define FORM "application/x-www-form-urlencoded"

static int
set_up(void **state)
{
	*state = arena_create();
	return 0;
}

static int
tear_down(void **state)
{
	arena_destroy(*state);
	return 0;
}

/* The arguments as JSON with sorted names; NULL when refused. The caller frees. */
static char *
arguments(struct arena *arena, const char *type, const char *body, const char *query,
    const char **message)
{
	struct http_request request = {
		.method = HTTP_GET, .content_type = type, .body = body, .body_length = strlen(body)
	};
	json_t *value;
	char *text;

	assert_true(http_read_fields(arena, query, strlen(query), &request.query, message));
	value = json_arguments(arena, &request, message);
	assert_true((value == NULL) == (*message != NULL));
	if (value == NULL)
		return NULL;
	text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
	assert_non_null(text);
	json_decref(value);
	return text;
}

static const struct {
	const char *type;
	const char *body;
	const char *query;
	const char *merged;	/* NULL: refused */
} rows[] = {
	/* Bodies. */
	{ "", "", "", "{}" },
	{ "", "null", "", "{}" },
	{ "", " null\n", "", "{}" },
	{ "", "{}", "", "{}" },
	{ "text/plain", "{\"a\":1,\"b\":[true,null,\"x\",1.5]}", "",
	    "{\"a\":1,\"b\":[true,null,\"x\",1.5]}" },
	{ "application/json", "{\"a\":\"\xc3\xbc\"}", "", "{\"a\":\"\xc3\xbc\"}" },
	{ "", "[]", "", NULL },
	{ "", "1", "", NULL },
	{ "", "\"a\"", "", NULL },
	{ "", "true", "", NULL },
	{ "", "{", "", NULL },
	{ "", "{\"a\":1}x", "", NULL },
	{ "", "{'a':1}", "", NULL },
	{ "", "{\"a\":1,}", "", NULL },
	{ "", "a=1", "", NULL },
	{ "", " ", "", NULL },
	{ "", "{\"a\":1,\"a\":2}", "", NULL },
	{ "", "{\"a\":\"\\u0000\"}", "", NULL },
	{ "", "{\"a\":\"\xff\"}", "", NULL },
	{ "", "{\"a\":\"\xc0\xbc\"}", "", NULL },
	{ "", "{\"a\":\"\xed\xa0\x80\"}", "", NULL },
	{ "", "{\"a\":99999999999999999999}", "", NULL },
	{ "", "{\"a\":1e999}", "", NULL },
	{ "", "{\"a\":NaN}", "", NULL },

	/* Values of a query. */
	{ "", "", "a=1&b=x", "{\"a\":1,\"b\":\"x\"}" },
	{ "", "", "a=0&b=007&c=-5&d=1.5&e=+1",
	    "{\"a\":0,\"b\":7,\"c\":\"-5\",\"d\":\"1.5\",\"e\":\" 1\"}" },
	{ "", "", "a=9223372036854775807&b=9223372036854775808",
	    "{\"a\":9223372036854775807,\"b\":\"9223372036854775808\"}" },
	{ "", "", "a=true&b=false&c=null&d=&e=TRUE",
	    "{\"a\":true,\"b\":false,\"c\":\"null\",\"d\":\"\",\"e\":\"TRUE\"}" },
	{ "", "", "a=%C3%BC", "{\"a\":\"\xc3\xbc\"}" },
	{ "", "", "a", "{\"a\":\"\"}" },

	/* Lists. */
	{ "", "", "types=config&types=config", "{\"types\":[\"config\",\"config\"]}" },
	{ "", "", "a=1&b=2&a=x&a=true", "{\"a\":[1,\"x\",true],\"b\":2}" },
	{ "", "", "a[]=1", "{\"a\":[1]}" },
	{ "", "", "a[]=1&a[]=2", "{\"a\":[1,2]}" },
	{ "", "", "a=1&a[]=2", "{\"a\":[2]}" },
	{ "", "", "a.b[]=1", "{\"a\":{\"b\":[1]}}" },

	/* Nesting, and what stands in its way. */
	{ "", "", "a.b=1&a.c.d=x", "{\"a\":{\"b\":1,\"c\":{\"d\":\"x\"}}}" },
	{ "", "", "a=1&a.b=2", "{\"a\":{\"b\":2}}" },
	{ "", "", "a.b=2&a=1", "{\"a\":1}" },
	{ "", "{\"a\":[1]}", "a.b=2", "{\"a\":{\"b\":2}}" },
	{ "", "", ".=1", "{\"\":{\"\":1}}" },
	{ "", "", "1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7.8.9.0.1.2.3.4=x", NULL },

	/* Merging: later wins. */
	{ "", "{\"a\":1,\"b\":2}", "b=3&c=4", "{\"a\":1,\"b\":3,\"c\":4}" },
	{ "", "{\"a\":{\"b\":1,\"c\":2}}", "a.b=x", "{\"a\":{\"b\":\"x\",\"c\":2}}" },
	{ FORM, "a=2&b=x", "a=1&c=3", "{\"a\":2,\"b\":\"x\",\"c\":3}" },
	{ FORM, "a=2", "a=1&a=1", "{\"a\":2}" },
	/* JSON by mistake sent as a form. */
	{ FORM, "{}", "", "{}" },
	{ FORM, " \n{\"a\":\"b=c&d\"}", "a=1&e=2", "{\"a\":1,\"e\":2}" },
	{ FORM, "{", "", NULL },
	{ FORM, "%7B=1", "", "{\"{\":1}" },
	{ FORM, "null", "", "{\"null\":\"\"}" },
	{ FORM, "", "a=1", "{\"a\":1}" },
	{ FORM, "a=%FF", "", NULL },
	{ FORM, "a=%", "", NULL },
	{ "multipart/form-data", "--x", "", NULL },
};

static void
arguments_are_merged(void **state)
{
	const char *message;
	char *text;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		text = arguments(*state, rows[i].type, rows[i].body, rows[i].query, &message);
		if (text == NULL || rows[i].merged == NULL) {
			if (text != NULL || rows[i].merged != NULL)
				fail_msg("%s ? %s: %s", rows[i].body, rows[i].query,
				    text != NULL ? text : message);
		} else {
			assert_string_equal(text, rows[i].merged);
		}
		free(text);
	}
}

static void
a_body_may_be_nested_too_deep(void **state)
{
	const size_t depth = 30000;
	char *body = malloc(depth + 8);
	const char *message;

	assert_non_null(body);
	strcpy(body, "{\"a\":");
	memset(body + 5, '[', depth);
	body[depth + 5] = '\0';
	assert_null(arguments(*state, "", body, "", &message));
	assert_non_null(strstr(message, "depth"));
	free(body);
}

static void
the_message_names_the_place(void **state)
{
	const char *message;

	assert_null(arguments(*state, "", "{\n  \"a\": x}", "", &message));
	assert_non_null(strstr(message, "line 2"));
}

static void
the_envelope_is_complete(void **state)
{
	struct json_meta meta = {
		.id = ID, .endpoint = "auth.login", .requested_version = "2.34",
		.actual_version = "1.0", .code = 200, .message = "OK"
	};
	json_t *data = json_pack("{s:s, s:i}", "token", "\xc3\xbc\xf0\x9f\x98\x80 </script>\n",
	    "n", 1);
	struct buffer out = { 0 };

	(void)state;
	json_envelope(&out, &meta, data);
	assert_string_equal(out.bytes, "{\"meta\":{\"id\":\"" ID "\",\"trx\":\"" ID "\","
	    "\"endpoint\":{\"name\":\"auth.login\",\"requested_version\":\"2.34\","
	    "\"actual_version\":\"1.0\"},\"result_code\":200,\"result_subcode\":0,"
	    "\"result_msg\":\"OK\",\"error_stack\":null,\"error_data\":{}},"
	    "\"data\":{\"token\":\"\\u00FC\\uD83D\\uDE00 </script>\\n\",\"n\":1}}");
	/* Borrowed: still ours. */
	assert_int_equal(data->refcount, 1);
	json_decref(data);
	buffer_release(&out);
}

static void
an_error_keeps_the_form(void **state)
{
	json_t *error_data = json_pack("{s:s}", "id", "x");
	struct json_meta meta = {
		.id = "i", .transaction = "t\"", .endpoint = "no.such\xff", .code = 404,
		.subcode = 1, .message = "Unable", .error_data = error_data
	};
	struct buffer out = { 0 };

	(void)state;
	buffer_text(&out, "before");
	json_envelope(&out, &meta, NULL);
	/* Texts are never null, which the client's SDK cannot read; only the version chosen is. */
	assert_string_equal(out.bytes, "before{\"meta\":{\"id\":\"i\",\"trx\":\"t\\\"\","
	    "\"endpoint\":{\"name\":\"\\uFFFD\",\"requested_version\":\"\","
	    "\"actual_version\":null},\"result_code\":404,\"result_subcode\":1,"
	    "\"result_msg\":\"Unable\",\"error_stack\":null,\"error_data\":{\"id\":\"x\"}},"
	    "\"data\":{}}");
	assert_int_equal(error_data->refcount, 1);
	json_decref(error_data);
	buffer_release(&out);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(arguments_are_merged),
		TEST(a_body_may_be_nested_too_deep),
		TEST(the_message_names_the_place),
		TEST(the_envelope_is_complete),
		TEST(an_error_keeps_the_form),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
