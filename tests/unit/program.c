/*
 * Other programs: without a shell, with an end to waiting; and work on the side.
 */
#include "unit.h"

#include <fcntl.h>
#include <stdbool.h>
#include <time.h>

#include "core/program.h"

static char folder[256];

static const char *
in_folder(const char *name)
{
	static char path[600];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static const char *
script(const char *name, const char *text)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unit_write(path, text, strlen(text), 0755);
	return strdup(path);
}

static void
test_input_and_arguments_arrive_as_they_are(void **state)
{
	const char *path = script("keep",
	    "#!/bin/sh\ncat > \"$1\"\nprintf '%s|' \"$@\" > \"$1.arguments\"\n"
	    "env | sort > \"$1.environment\"\nls /proc/self/fd | tr '\\n' ' ' > \"$1.files\"\n");
	char kept[600], name[620], *text;
	struct program_end end;
	const char *arguments[] = { path, kept, "two words", "$(id)", "; true", "-x", NULL };

	(void)state;
	snprintf(kept, sizeof(kept), "%s/kept", folder);
	setenv("HTTP_COOKIE", "vestibule=secret", 1);
	assert_true(program_run(arguments, "a\nb", 3, 10, &end));
	assert_int_equal(end.code, 0);
	text = unit_read(kept);
	assert_string_equal(text, "a\nb");
	free(text);
	snprintf(name, sizeof(name), "%s.arguments", kept);
	text = unit_read(name);
	assert_non_null(strstr(text, "|two words|$(id)|; true|-x|"));
	free(text);
	snprintf(name, sizeof(name), "%s.environment", kept);
	text = unit_read(name);
	assert_null(strstr(text, "HTTP_COOKIE"));
	assert_non_null(strstr(text, "LANG=C"));
	free(text);
	/* Its own three, and the one that ls looks with. */
	snprintf(name, sizeof(name), "%s.files", kept);
	text = unit_read(name);
	assert_string_equal(text, "0 1 2 3 ");
	free(text);
}

static void
test_failures_say_why(void **state)
{
	struct program_end end;
	const char *missing[] = { "/nonexistent/sendmail", NULL };
	const char *refusing[] = { script("refuse", "#!/bin/sh\ncat > /dev/null\n"
	    "printf '\\nno such\\tuser\\nsecond line\\n' >&2\nexit 67\n"), NULL };
	const char *silent[] = { "/bin/false", NULL };

	(void)state;
	assert_false(program_run(missing, "x", 1, 10, &end));
	assert_int_equal(end.code, -1);
	assert_string_equal(end.said, "/nonexistent/sendmail: No such file or directory");
	assert_false(program_run(refusing, "x", 1, 10, &end));
	assert_int_equal(end.code, 67);
	assert_string_equal(end.said, "no such?user");
	assert_false(program_run(silent, "x", 1, 10, &end));
	assert_int_equal(end.code, 1);
	assert_string_equal(end.said, "it ended with code 1");
}

static void
test_one_that_does_not_end_is_ended(void **state)
{
	const char *arguments[] = { script("sleep", "#!/bin/sh\nsleep 30 &\nsleep 30\n"), NULL };
	struct program_end end;
	time_t start = time(NULL);

	(void)state;
	assert_false(program_run(arguments, "x", 1, 1, &end));
	assert_true(time(NULL) - start < 5);
	assert_int_equal(end.code, -1);
	assert_string_equal(end.said, "it took longer than 1 seconds");
}

/* More than a pipe holds, to one that reads nothing, and to one that says more than is kept. */
static void
test_much_input_and_output(void **state)
{
	const char *deaf[] = { script("deaf", "#!/bin/sh\nexec < /dev/null\nexit 0\n"), NULL };
	const char *loud[] = { script("loud",
		                   "#!/bin/sh\nhead -c 300000 /dev/zero | tr '\\0' x >&2\n"
		                   "cat | wc -c > \"$1\"\n"),
		NULL, NULL };
	static char bytes[1000000];
	struct program_end end;
	char *text, count[600];

	(void)state;
	memset(bytes, 'm', sizeof(bytes));
	program_run(deaf, bytes, sizeof(bytes), 10, &end);
	assert_int_equal(end.code, 0);
	snprintf(count, sizeof(count), "%s", in_folder("count"));
	loud[1] = count;
	assert_true(program_run(loud, bytes, sizeof(bytes), 10, &end));
	text = unit_read(count);
	assert_int_equal(atoi(text), sizeof(bytes));
	free(text);
	assert_int_equal(strlen(end.said), PROGRAM_SAID);
}

static void
write_aside(void *argument)
{
	FILE *file;

	usleep(300000);
	file = fopen(argument, "w");
	if (file != NULL) {
		fprintf(file, "%d", getppid() == 1 || getsid(0) == getpid());
		fclose(file);
	}
}

static void
test_nobody_waits_for_work_on_the_side(void **state)
{
	struct timespec start, end;
	char path[600], *text;

	(void)state;
	snprintf(path, sizeof(path), "%s", in_folder("aside"));
	clock_gettime(CLOCK_MONOTONIC, &start);
	program_aside(write_aside, path, 10);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(
	    (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000 < 250);
	assert_int_not_equal(access(path, F_OK), 0);
	for (unsigned i = 0; i < 50 && access(path, F_OK) != 0; i++)
		usleep(100000);
	usleep(100000);
	text = unit_read(path);
	assert_string_equal(text, "1");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_input_and_arguments_arrive_as_they_are),
		cmocka_unit_test(test_failures_say_why),
		cmocka_unit_test(test_one_that_does_not_end_is_ended),
		cmocka_unit_test(test_much_input_and_output),
		cmocka_unit_test(test_nobody_waits_for_work_on_the_side),
	};

	unit_folder(folder, sizeof(folder));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
