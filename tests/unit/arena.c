/*
 * The arena: zeroed, aligned, wiped when taken back, and the end of the process when there is no
 * memory.
 */
#include "unit.h"

#include <stdbool.h>
#include <sys/wait.h>
#include <sysexits.h>

#include "core/arena.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>

/* The sanitizer would end the process itself when asked for too much memory. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}
#endif

static bool
is_zero(const unsigned char *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

/* What was taken back is zero; where the sanitizer watches, it must not be touched at all. */
static void
assert_taken_back(const unsigned char *bytes, size_t length)
{
#ifdef __SANITIZE_ADDRESS__
	size_t i;

	for (i = 0; i < length; i++)
		assert_true(__asan_address_is_poisoned(bytes + i));
#else
	assert_true(is_zero(bytes, length));
#endif
}

static void
test_pieces_are_zero_aligned_and_apart(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 7, 8, 15, 16, 17, 100, 4096, 32768, 32769,
		1000000 };
	struct arena *arena = arena_create();
	unsigned char *pieces[COUNT(sizes)];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(sizes); i++) {
		pieces[i] = arena_allocate(arena, sizes[i]);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		assert_true(is_zero(pieces[i], sizes[i]));
		memset(pieces[i], (int)i + 1, sizes[i]);
	}
	for (i = 0; i < COUNT(sizes); i++)
		for (j = 0; j < sizes[i]; j++)
			assert_int_equal(pieces[i][j], i + 1);
	arena_destroy(arena);
	arena_destroy(NULL);
}

static void
test_rewind_wipes_and_reuses(void **state)
{
	struct arena *arena = arena_create();
	unsigned char *before = arena_allocate(arena, 64);
	struct arena_mark mark;
	unsigned char *after;

	(void)state;
	memset(before, 'b', 64);
	mark = arena_mark(arena);
	after = arena_allocate(arena, 1000);
	memset(after, 's', 1000);
	arena_rewind(arena, mark);
	assert_taken_back(after, 1000);
	assert_int_equal(before[0], 'b');
	assert_int_equal(before[63], 'b');

	/* The same place again, zeroed. */
	assert_ptr_equal(arena_allocate(arena, 1000), after);
	assert_true(is_zero(after, 1000));
	arena_destroy(arena);
}

static void
test_rewind_over_blocks(void **state)
{
	struct arena *arena = arena_create();
	struct arena_mark mark, again;
	unsigned char *first, *piece;
	int round, i;

	(void)state;
	first = arena_allocate(arena, 100);
	memset(first, 'f', 100);
	mark = arena_mark(arena);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < 50; i++) {
			piece = arena_allocate(arena, 5000);
			assert_true(is_zero(piece, 5000));
			memset(piece, 'x', 5000);
		}
		arena_rewind(arena, mark);
		again = arena_mark(arena);
		assert_ptr_equal(again.block, mark.block);
		assert_int_equal(again.used, mark.used);
		assert_int_equal(first[99], 'f');
	}
	arena_destroy(arena);
}

static void
test_nested_marks(void **state)
{
	struct arena *arena = arena_create();
	struct arena_mark outer, inner;
	char *one, *two;

	(void)state;
	outer = arena_mark(arena);
	one = arena_text(arena, "one");
	inner = arena_mark(arena);
	two = arena_text(arena, "two");
	arena_rewind(arena, inner);
	assert_taken_back((unsigned char *)two, 4);
	assert_string_equal(one, "one");
	arena_rewind(arena, outer);
	assert_taken_back((unsigned char *)one, 4);
	/* To where we are already: nothing happens. */
	arena_rewind(arena, arena_mark(arena));
	arena_destroy(arena);
}

static void
test_clear_wipes_all(void **state)
{
	struct arena *arena = arena_create();
	struct arena_mark fresh = arena_mark(arena);
	struct arena_mark cleared;
	unsigned char *secret;

	(void)state;
	secret = arena_allocate(arena, 200);
	memset(secret, 's', 200);
	memset(arena_allocate(arena, 100000), 't', 100000);
	arena_clear(arena);
	assert_taken_back(secret, 200);
	cleared = arena_mark(arena);
	assert_ptr_equal(cleared.block, fresh.block);
	assert_int_equal(cleared.used, fresh.used);
	assert_ptr_equal(arena_allocate(arena, 200), secret);
	assert_true(is_zero(secret, 200));
	arena_destroy(arena);
}

static void
test_copies_and_formats(void **state)
{
	struct arena *arena = arena_create();
	char *copy, *formatted, *long_text;
	char bytes[4] = { 'a', '\0', 'b', 'c' };

	(void)state;
	copy = arena_copy(arena, bytes, sizeof(bytes));
	assert_memory_equal(copy, bytes, sizeof(bytes));
	assert_int_equal(copy[4], '\0');
	assert_string_equal(arena_copy(arena, NULL, 0), "");
	assert_null(arena_text(arena, NULL));
	assert_string_equal(arena_text(arena, ""), "");
	assert_string_equal(arena_text(arena, "za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87"),
	    "za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87");

	formatted = arena_format(arena, "%s=%d (%.1f)", "x", -7, 1.5);
	assert_string_equal(formatted, "x=-7 (1.5)");
	long_text = arena_format(arena, "%*s|", 100000, "x");
	assert_int_equal(strlen(long_text), 100001);
	assert_int_equal(long_text[99999], 'x');
	assert_string_equal(arena_format(arena, "%s", ""), "");
	arena_destroy(arena);
}

static void
test_memory_that_outlives(void **state)
{
	unsigned char *memory = memory_allocate(300);
	char *text = memory_text("kept");
	void *nothing = memory_allocate(0);

	(void)state;
	assert_true(is_zero(memory, 300));
	memset(memory, 'm', 300);
	memory = memory_resize(memory, 90000);
	assert_int_equal(memory[299], 'm');
	assert_string_equal(text, "kept");
	assert_non_null(nothing);
	free(memory);
	free(text);
	free(nothing);
}

static void
ask_too_much(int how)
{
	struct arena *arena = arena_create();

	switch (how) {
	case 0: arena_allocate(arena, SIZE_MAX); break;
	case 1: arena_allocate(arena, SIZE_MAX / 2); break;
	case 2: arena_copy(arena, "", SIZE_MAX); break;
	case 3: memory_allocate(SIZE_MAX / 2); break;
	default: memory_resize(NULL, SIZE_MAX / 2); break;
	}
}

static void
test_no_memory_ends_the_process(void **state)
{
	char folder[256], path[300], *log;
	int how, status, kept;
	pid_t child;

	(void)state;
	unit_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/log", folder);
	for (how = 0; how < 5; how++) {
		kept = unit_catch(path);
		child = fork();
		if (child == 0) {
			ask_too_much(how);
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		unit_restore(kept);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), EX_OSERR);
		log = unit_read(path);
		assert_non_null(strstr(log, "\"event\":\"out_of_memory\""));
		free(log);
	}
	unlink(path);
	rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_are_zero_aligned_and_apart),
		cmocka_unit_test(test_rewind_wipes_and_reuses),
		cmocka_unit_test(test_rewind_over_blocks),
		cmocka_unit_test(test_nested_marks),
		cmocka_unit_test(test_clear_wipes_all),
		cmocka_unit_test(test_copies_and_formats),
		cmocka_unit_test(test_memory_that_outlives),
		cmocka_unit_test(test_no_memory_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
