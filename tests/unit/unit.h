/*
 * What the unit tests share: cmocka with the headers it wants before it, and files in a folder of
 * their own. A test file is one program; CMOCKA_MESSAGE_OUTPUT=TAP makes it print TAP.
 */
#ifndef VESTIBULE_TESTS_UNIT_H
#define VESTIBULE_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Makes a new folder; its name is in path. */
static inline void
unit_folder(char *path, size_t size)
{
	const char *base = getenv("TMPDIR");

	snprintf(path, size, "%s/vestibule-unit-XXXXXX", base == NULL ? "/tmp" : base);
	assert_non_null(mkdtemp(path));
}

/* Writes a file anew with exactly these bytes and this mode. */
static inline void
unit_write(const char *path, const void *bytes, size_t length, mode_t mode)
{
	FILE *file;

	unlink(path);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

/* The content of a file as a text; free() it. */
static inline char *
unit_read(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = calloc(1, 256 * 1024);

	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, 256 * 1024 - 1, file) < 256 * 1024 - 1);
	fclose(file);
	return text;
}

/* Standard error goes to the file until unit_restore() is called with what this returned. */
static inline int
unit_catch(const char *path)
{
	int kept = dup(STDERR_FILENO);

	assert_true(kept >= 0);
	assert_non_null(freopen(path, "w", stderr));
	return kept;
}

static inline void
unit_restore(int kept)
{
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	close(kept);
}

#endif
