/*
 * Patterns: matched as a whole, in UTF-8, within a limit.
 */
#include "unit.h"

#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>

#include "core/pattern.h"

static void
test_the_whole_text_or_nothing(void **state)
{
	(void)state;
	assert_true(pattern_matches("[a-z]+", "abc"));
	assert_false(pattern_matches("[a-z]+", "abc1"));
	assert_false(pattern_matches("[a-z]+", "1abc"));
	assert_false(pattern_matches("[a-z]+", ""));
	/* The end is the end: not before a last newline, not at a line in between. */
	assert_false(pattern_matches("[a-z]+", "abc\n"));
	assert_false(pattern_matches("[a-z]+", "abc\ndef"));
	assert_false(pattern_matches("(?m)^[a-z]+$", "abc\ndef"));
	/* Alternatives stay together. */
	assert_true(pattern_matches("a|bc", "bc"));
	assert_false(pattern_matches("a|bc", "ac"));
	assert_false(pattern_matches("a|bc", "bcx"));
	assert_true(pattern_matches("", ""));
	assert_false(pattern_matches("", "x"));
}

static void
test_characters_not_bytes(void **state)
{
	(void)state;
	assert_true(pattern_matches(".", "\xc3\xa9"));
	assert_true(pattern_matches(".", "\xf0\x9f\x98\x80"));
	assert_false(pattern_matches(".", "ab"));
	assert_true(pattern_matches("\\p{Cyrillic}+", "\xd0\xb8\xd0\xb2"));
	/* Digits and words are those of ASCII. */
	assert_true(pattern_matches("\\d+", "0123456789"));
	assert_false(pattern_matches("\\d+", "\xd9\xa1"));
	assert_false(pattern_matches("\\w+", "\xc3\xa9"));
}

static void
test_bad_utf8_never_matches(void **state)
{
	char folder[256], path[300], *log;
	int kept;

	(void)state;
	unit_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	kept = unit_catch(path);
	assert_false(pattern_matches(".*", "\xff"));
	assert_false(pattern_matches(".*", "abc\xc0\xaf"));
	assert_false(pattern_matches("[^x]*", "\xed\xa0\x80"));
	unit_restore(kept);
	log = unit_read(path);
	assert_non_null(strstr(log, "UTF-8 error"));
	free(log);
	unlink(path);
	rmdir(folder);
}

/* A pattern that tries every way to cut the text gives up soon, as no match, and says so. */
static void
test_the_limit(void **state)
{
	char folder[256], path[300], text[200], *log;
	struct timespec start, end;
	double seconds;
	int kept;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 2] = '!';
	text[sizeof(text) - 1] = '\0';
	unit_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	kept = unit_catch(path);
	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_false(pattern_matches("(a+)+", text));
	clock_gettime(CLOCK_MONOTONIC, &end);
	unit_restore(kept);
	seconds = (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
	/* Without the limit this would take longer than the world has existed. */
	assert_true(seconds < 2.0);
	log = unit_read(path);
	assert_non_null(strstr(log, "\"event\":\"pattern_gave_up\""));
	assert_non_null(strstr(log, "match limit exceeded"));
	/* The text is somebody's input and stays out of the log. */
	assert_null(strstr(log, "aaaa"));
	free(log);

	/* About half a million ways: within what PCRE2 allows by itself, beyond what we do. */
	kept = unit_catch(path);
	assert_false(pattern_matches("(a+)+", "aaaaaaaaaaaaaaaaaaa!"));
	unit_restore(kept);
	log = unit_read(path);
	assert_non_null(strstr(log, "match limit exceeded"));
	free(log);

	/* What does match is found all the same. */
	text[sizeof(text) - 2] = 'a';
	assert_true(pattern_matches("(a+)+", text));
	unlink(path);
	rmdir(folder);
}

static void
test_many_patterns_and_repeats(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		assert_true(pattern_matches("[0-9]{1,3}", "12"));
		assert_false(pattern_matches("[0-9]{1,2}", "123"));
		assert_true(pattern_matches("x?y", i % 2 == 0 ? "y" : "xy"));
	}
}

static void
test_a_broken_pattern_ends_the_program(void **state)
{
	char folder[256], path[300], *log;
	int status, kept;
	pid_t child;

	(void)state;
	unit_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	kept = unit_catch(path);
	child = fork();
	if (child == 0) {
		pattern_matches("[a-", "a");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	unit_restore(kept);
	assert_true(WIFSIGNALED(status));
	log = unit_read(path);
	assert_non_null(strstr(log, "\"event\":\"pattern_broken\",\"pattern\":\"[a-\""));
	free(log);
	unlink(path);
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_whole_text_or_nothing),
		cmocka_unit_test(test_characters_not_bytes),
		cmocka_unit_test(test_bad_utf8_never_matches),
		cmocka_unit_test(test_the_limit),
		cmocka_unit_test(test_many_patterns_and_repeats),
		cmocka_unit_test(test_a_broken_pattern_ends_the_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
