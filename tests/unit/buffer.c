/*
 * The growable buffer, against the same bytes kept in a plain array.
 */
#include "unit.h"

#include "core/buffer.h"

static void
test_starts_empty(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	buffer_empty(&buffer);
	buffer_shorten(&buffer, 0);
	buffer_release(&buffer);
	assert_null(buffer.bytes);

	buffer_append(&buffer, NULL, 0);
	assert_non_null(buffer.bytes);
	assert_string_equal(buffer.bytes, "");
	assert_int_equal(buffer.length, 0);
	buffer_release(&buffer);
}

static void
test_appends_agree_with_an_array(void **state)
{
	static unsigned char expected[400000];
	struct buffer buffer = { 0 };
	size_t length = 0, step;
	unsigned seed = 1;

	(void)state;
	while (length + 3000 < sizeof(expected)) {
		size_t i;

		seed = seed * 1103515245 + 12345;
		step = (seed >> 16) % 3000;
		for (i = 0; i < step; i++)
			expected[length + i] = (unsigned char)(seed + i * 7);
		buffer_append(&buffer, expected + length, step);
		length += step;
		assert_int_equal(buffer.length, length);
		assert_true(buffer.capacity > length);
		assert_int_equal(buffer.bytes[length], '\0');
	}
	assert_memory_equal(buffer.bytes, expected, length);
	buffer_release(&buffer);
}

/* Every length around the places where the buffer grows. */
static void
test_grows_at_each_edge(void **state)
{
	size_t length;

	(void)state;
	for (length = 4090; length < 4100; length++) {
		struct buffer buffer = { 0 };
		size_t i;

		for (i = 0; i < length; i++)
			buffer_byte(&buffer, 'a');
		buffer_byte(&buffer, 'z');
		assert_int_equal(buffer.length, length + 1);
		assert_int_equal(strlen(buffer.bytes), length + 1);
		assert_int_equal(buffer.bytes[length], 'z');
		buffer_release(&buffer);
	}
}

static void
test_formats_of_every_length(void **state)
{
	struct buffer buffer = { 0 };
	int width;

	(void)state;
	for (width = 1; width < 9000; width += 7) {
		buffer_empty(&buffer);
		buffer_text(&buffer, "<");
		buffer_format(&buffer, "%*d", width, 5);
		buffer_text(&buffer, ">");
		assert_int_equal(buffer.length, (size_t)width + 2);
		assert_int_equal(strlen(buffer.bytes), buffer.length);
		assert_int_equal(buffer.bytes[width], '5');
		assert_int_equal(buffer.bytes[width + 1], '>');
	}
	buffer_release(&buffer);
}

static void
test_shorten_and_empty_wipe(void **state)
{
	struct buffer buffer = { 0 };
	const char *kept;
	size_t i;

	(void)state;
	buffer_text(&buffer, "public, then a secret");
	kept = buffer.bytes;
	buffer_shorten(&buffer, 6);
	assert_string_equal(buffer.bytes, "public");
	assert_int_equal(buffer.length, 6);
	for (i = 6; i < 21; i++)
		assert_int_equal(buffer.bytes[i], 0);

	buffer_empty(&buffer);
	assert_ptr_equal(buffer.bytes, kept);
	assert_int_equal(buffer.length, 0);
	for (i = 0; i < buffer.capacity && i < 64; i++)
		assert_int_equal(buffer.bytes[i], 0);
	buffer_text(&buffer, "next");
	assert_string_equal(buffer.bytes, "next");
	buffer_release(&buffer);
	assert_null(buffer.bytes);
	assert_int_equal(buffer.capacity, 0);
}

static void
test_reserve_keeps_the_place(void **state)
{
	struct buffer buffer = { 0 };
	const char *place;
	int i;

	(void)state;
	buffer_text(&buffer, "x");
	buffer_reserve(&buffer, 100000);
	place = buffer.bytes;
	for (i = 0; i < 100000; i++)
		buffer_byte(&buffer, 'y');
	assert_ptr_equal(buffer.bytes, place);
	assert_int_equal(buffer.length, 100001);
	assert_int_equal(buffer.bytes[0], 'x');
	buffer_release(&buffer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starts_empty),
		cmocka_unit_test(test_appends_agree_with_an_array),
		cmocka_unit_test(test_grows_at_each_edge),
		cmocka_unit_test(test_formats_of_every_length),
		cmocka_unit_test(test_shorten_and_empty_wipe),
		cmocka_unit_test(test_reserve_keeps_the_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
