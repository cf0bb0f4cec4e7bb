/*
 * The log: whatever the values are, each event is one line that a JSON reader takes and that shows
 * no terminal a control character.
 */
#include "unit.h"

#include <errno.h>
#include <jansson.h>
#include <time.h>

#include "core/log.h"

static char folder[256], path[300];

static int
make_folder(void **state)
{
	(void)state;
	unit_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	unlink(path);
	rmdir(folder);
	return 0;
}

/*
 * Logs one value; returns the line read as JSON. Checks that the line is one line of plain ASCII.
 */
static json_t *
logged(const char *value)
{
	int kept = unit_catch(path);
	json_error_t error;
	char *line, *at;
	json_t *json;

	log_write(LOG_WARNING, "test", 1, "value", value);
	unit_restore(kept);
	line = unit_read(path);
	assert_true(strlen(line) > 0);
	for (at = line; at[1] != '\0'; at++)
		assert_in_range(*(unsigned char *)at, 0x20, 0x7e);
	assert_int_equal(*at, '\n');
	json = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	if (json == NULL)
		fail_msg("%s: %s", error.text, line);
	free(line);
	return json;
}

static void
assert_logged(const char *value, const char *expected)
{
	json_t *json = logged(value);

	assert_string_equal(json_string_value(json_object_get(json, "value")), expected);
	json_decref(json);
}

static void
test_the_frame_of_a_line(void **state)
{
	json_t *json;
	const char *at;
	struct tm tm = { 0 };
	time_t then;

	(void)state;
	log_program("users");
	json = logged("x");
	assert_string_equal(json_string_value(json_object_get(json, "level")), "warning");
	assert_string_equal(json_string_value(json_object_get(json, "program")), "users");
	assert_string_equal(json_string_value(json_object_get(json, "event")), "test");
	assert_int_equal(json_object_size(json), 5);
	at = json_string_value(json_object_get(json, "time"));
	assert_int_equal(strlen(at), strlen("2026-11-24T01:02:03.456Z"));
	assert_int_equal(sscanf(at, "%d-%d-%dT%d:%d:%d.", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
	                     &tm.tm_hour, &tm.tm_min, &tm.tm_sec),
	    6);
	tm.tm_year -= 1900;
	tm.tm_mon--;
	then = timegm(&tm);
	assert_in_range(time(NULL) - then, 0, 10);
	json_decref(json);
}

static void
test_values_come_back(void **state)
{
	static const char *const values[] = { "", "plain", "quote \" and \\ backslash",
		"line\nend\r\n", "\x01\x02\x1b[31m\x7f", "{\"forged\":1}\n{\"level\":\"error\"",
		"za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87", "\xf0\x9f\x98\x80",
		"\xe2\x80\xae"
		"abc",
		"\xc2\x9b"
		"31m",
		"\xe2\x80\xa8", "%s%n%d", "\\u0041" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(values); i++)
		assert_logged(values[i], values[i]);
}

static void
test_every_code_point_comes_back(void **state)
{
	uint32_t point;

	(void)state;
	for (point = 1; point <= 0x10ffff; point += point < 0x300 ? 1 : 997) {
		char text[5] = { 0 };

		if (point >= 0xd800 && point <= 0xdfff)
			continue;
		if (point < 0x80) {
			text[0] = (char)point;
		} else if (point < 0x800) {
			text[0] = (char)(0xc0 | point >> 6);
			text[1] = (char)(0x80 | (point & 63));
		} else if (point < 0x10000) {
			text[0] = (char)(0xe0 | point >> 12);
			text[1] = (char)(0x80 | (point >> 6 & 63));
			text[2] = (char)(0x80 | (point & 63));
		} else {
			text[0] = (char)(0xf0 | point >> 18);
			text[1] = (char)(0x80 | (point >> 12 & 63));
			text[2] = (char)(0x80 | (point >> 6 & 63));
			text[3] = (char)(0x80 | (point & 63));
		}
		assert_logged(text, text);
	}
}

static void
test_bytes_that_are_no_utf8(void **state)
{
	(void)state;
	assert_logged("a\xffz", "a\\xffz");
	assert_logged("\xc0\xaf", "\\xc0\\xaf");
	assert_logged("\"\n\xed\xa0\x80", "\"\n\\xed\\xa0\\x80");
	assert_logged("\xc3", "\\xc3");
}

static void
test_long_values_are_cut(void **state)
{
	static char text[70000], nasty[70000];
	const char *value;
	json_t *json;
	char *line;
	int kept;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	memset(nasty, '\x01', sizeof(nasty) - 1);
	json = logged(text);
	value = json_string_value(json_object_get(json, "value"));
	assert_in_range(strlen(value), 1000, 8192);
	json_decref(json);
	json_decref(logged(nasty));

	/*
	 * Several long ones: each keeps its share, the line stays whole, later short pairs survive.
	 */
	kept = unit_catch(path);
	log_write(LOG_ERROR, "test", 9, "a", nasty, "b", text, "c", nasty, "d", text, "e", nasty,
	    "f", text, "g", nasty, "h", text, "i", nasty);
	log_write(LOG_ERROR, "test", 2, "long", text, "request", "r1");
	unit_restore(kept);
	line = unit_read(path);
	*strchr(line, '\n') = '\0';
	json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	json_decref(json);
	json = json_loads(line + strlen(line) + 1, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "request")), "r1");
	json_decref(json);
	free(line);
}

static void
test_pairs_without_value_are_left_out(void **state)
{
	int kept = unit_catch(path), error;
	char *line;
	json_t *json;

	(void)state;
	errno = EINTR;
	log_write(LOG_NOTICE, "pairs", 3, "one", "1", "two", NULL, "three", "3");
	error = errno;
	unit_restore(kept);
	assert_int_equal(error, EINTR);
	line = unit_read(path);
	json = json_loads(line, 0, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "one")), "1");
	assert_null(json_object_get(json, "two"));
	assert_string_equal(json_string_value(json_object_get(json, "three")), "3");
	assert_string_equal(json_string_value(json_object_get(json, "level")), "notice");
	json_decref(json);
	free(line);
}

static void
test_levels(void **state)
{
	int kept = unit_catch(path);
	char *text;

	(void)state;
	log_write(LOG_ERROR, "one", 0);
	log_write(LOG_DEBUG, "two", 0);
	unit_restore(kept);
	text = unit_read(path);
	assert_non_null(strstr(text, "\"level\":\"error\""));
#ifdef VESTIBULE_DEBUG
	assert_non_null(strstr(text, "\"level\":\"debug\""));
#else
	assert_null(strstr(text, "\"level\":\"debug\""));
#endif
	free(text);
}

static void
test_a_closed_log_harms_nobody(void **state)
{
	int kept = dup(STDERR_FILENO);

	(void)state;
	close(STDERR_FILENO);
	log_write(LOG_ERROR, "unheard", 0);
	unit_restore(kept);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_frame_of_a_line),
		cmocka_unit_test(test_values_come_back),
		cmocka_unit_test(test_every_code_point_comes_back),
		cmocka_unit_test(test_bytes_that_are_no_utf8),
		cmocka_unit_test(test_long_values_are_cut),
		cmocka_unit_test(test_pairs_without_value_are_left_out),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_a_closed_log_harms_nobody),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
