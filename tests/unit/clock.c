/*
 * Moments. The calendar is compared with a plain count of days, with the C library, and with dates
 * known by heart.
 */
#include "unit.h"

#include <stdbool.h>
#include <time.h>

#include "core/clock.h"

static int64_t
moment(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute, unsigned second,
    unsigned microsecond)
{
	struct clock_parts parts = { year, month, day, hour, minute, second, microsecond };

	return clock_moment(&parts);
}

/* Every day from 0001-01-01 to 9999-12-31, counted up one by one. */
static void
test_every_day_of_the_calendar(void **state)
{
	static const unsigned lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	unsigned year = 1, month = 1, day = 1;
	int64_t at = -62135596800 * CLOCK_SECOND;
	unsigned long days = 0;

	(void)state;
	while (year < 10000) {
		struct clock_parts parts = clock_parts(at);
		struct clock_parts last = clock_parts(at + CLOCK_DAY - 1);
		unsigned length = lengths[month - 1];

		if (month == 2 && (year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)))
			length = 29;
		if (parts.year != year || parts.month != month || parts.day != day ||
		    parts.hour != 0 || parts.minute != 0 || parts.second != 0 ||
		    parts.microsecond != 0)
			fail_msg("start of %04u-%02u-%02u", year, month, day);
		if (last.year != year || last.month != month || last.day != day ||
		    last.hour != 23 || last.minute != 59 || last.second != 59 ||
		    last.microsecond != 999999)
			fail_msg("end of %04u-%02u-%02u", year, month, day);
		if (clock_moment(&parts) != at || clock_moment(&last) != at + CLOCK_DAY - 1)
			fail_msg("back from %04u-%02u-%02u", year, month, day);
		days++;
		at += CLOCK_DAY;
		if (++day > length) {
			day = 1;
			if (++month > 12) {
				month = 1;
				year++;
			}
		}
	}
	assert_int_equal(days, 3652059);
}

static void
test_agrees_with_the_c_library(void **state)
{
	uint64_t seed = 3;
	int i;

	(void)state;
	for (i = 0; i < 200000; i++) {
		struct clock_parts parts;
		int64_t seconds, at;
		time_t time;
		struct tm tm;

		seed = seed * 6364136223846793005 + 1442695040888963407;
		seconds = (int64_t)(seed >> 20) % 253402300800 - 20000000000;
		at = seconds * CLOCK_SECOND + (int64_t)(seed % 1000000);
		time = (time_t)seconds;
		gmtime_r(&time, &tm);
		parts = clock_parts(at);
		if ((int)parts.year != tm.tm_year + 1900 || (int)parts.month != tm.tm_mon + 1 ||
		    (int)parts.day != tm.tm_mday || (int)parts.hour != tm.tm_hour ||
		    (int)parts.minute != tm.tm_min || (int)parts.second != tm.tm_sec ||
		    parts.microsecond != seed % 1000000)
			fail_msg("%lld", (long long)at);
		if (clock_moment(&parts) != at)
			fail_msg("back to %lld", (long long)at);
	}
}

static void
test_known_moments(void **state)
{
	(void)state;
	assert_int_equal(moment(1970, 1, 1, 0, 0, 0, 1), 1);
	assert_int_equal(moment(1969, 12, 31, 23, 59, 59, 999999), -1);
	assert_int_equal(moment(2000, 2, 29, 12, 0, 0, 0), 951825600 * CLOCK_SECOND);
	assert_int_equal(moment(2001, 9, 9, 1, 46, 40, 0), 1000000000 * CLOCK_SECOND);
	assert_int_equal(moment(2038, 1, 19, 3, 14, 8, 0), ((int64_t)1 << 31) * CLOCK_SECOND);
	assert_int_equal(
	    moment(2100, 3, 1, 0, 0, 0, 0) - moment(2100, 2, 28, 0, 0, 0, 0), CLOCK_DAY);
	assert_int_equal(
	    moment(2024, 3, 1, 0, 0, 0, 0) - moment(2024, 2, 28, 0, 0, 0, 0), 2 * CLOCK_DAY);
	/* The zero date of the database. */
	assert_int_equal(moment(0, 0, 0, 0, 0, 0, 0), 0);
}

static void
test_beyond_the_calendar(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	assert_string_equal(clock_utc(arena, INT64_MIN), "0001-01-01T00:00:00Z");
	assert_string_equal(clock_api(arena, INT64_MAX), "9999-12-31T23:59:59.999999+00:00");
	assert_true(clock_zone("UTC"));
	assert_string_equal(clock_show(arena, INT64_MAX), "Dec 31 9999 23:59");
	assert_non_null(clock_relative(arena, INT64_MAX, INT64_MIN));
	assert_non_null(clock_relative(arena, INT64_MIN, INT64_MAX));
	arena_destroy(arena);
}

static void
test_texts(void **state)
{
	struct arena *arena = arena_create();
	int64_t at = moment(2025, 1, 2, 3, 4, 5, 678000);

	(void)state;
	assert_string_equal(clock_utc(arena, at), "2025-01-02T03:04:05Z");
	assert_string_equal(clock_api(arena, at), "2025-01-02T03:04:05.678000+00:00");
	assert_string_equal(clock_api(arena, at - 678000), "2025-01-02T03:04:05.000000+00:00");
	assert_true(clock_zone("UTC"));
	assert_string_equal(
	    clock_show(arena, moment(2025, 2, 10, 7, 32, 59, 0)), "Feb 10 2025 7:32");
	assert_string_equal(clock_show(arena, moment(2025, 2, 1, 0, 5, 0, 0)), "Feb 1 2025 0:05");
	assert_string_equal(
	    clock_date(arena, moment(2025, 2, 10, 23, 59, 59, 999999)), "Feb 10, 2025");
	assert_string_equal(clock_show(arena, -1), "Dec 31 1969 23:59");

	/* "None" has no text. */
	assert_string_equal(clock_utc(arena, 0), "");
	assert_string_equal(clock_api(arena, 0), "");
	assert_string_equal(clock_show(arena, 0), "");
	assert_string_equal(clock_date(arena, 0), "");
	assert_string_equal(clock_relative(arena, 0, at), "");
	arena_destroy(arena);
}

static void
test_all_months(void **state)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	struct arena *arena = arena_create();
	char expected[32];
	unsigned i;

	(void)state;
	assert_true(clock_zone("UTC"));
	for (i = 0; i < 12; i++) {
		snprintf(expected, sizeof(expected), "%s 15, 2026", names[i]);
		assert_string_equal(
		    clock_date(arena, moment(2026, i + 1, 15, 0, 0, 0, 0)), expected);
	}
	arena_destroy(arena);
}

static void
test_zones(void **state)
{
	static const char *const none[] = { "", "/etc/passwd", "../../../etc/passwd",
		"Europe/../../../etc/passwd", "Europe", "Nowhere/City", "right/Europe/Paris",
		"Europe/Paris ", "EST5EDT,M3.2.0,M11.1.0", ":UTC", "zone.tab", "tzdata.zi",
		"Europe/Paris\n", "<-03>3", "utc0" };
	struct arena *arena = arena_create();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(none); i++) {
		if (clock_is_zone(none[i]) || clock_zone(none[i]))
			fail_msg("%s", none[i]);
	}
	assert_true(clock_is_zone("UTC"));
	/* The zone database is a part of every Debian. */

	assert_true(clock_zone("Europe/Paris"));
	/*
	 * Summer time begins at 01:00 UTC of March 30, 2025, and ends at 01:00 UTC of October 26.
	 */
	assert_string_equal(
	    clock_show(arena, moment(2025, 3, 30, 0, 59, 59, 0)), "Mar 30 2025 1:59");
	assert_string_equal(clock_show(arena, moment(2025, 3, 30, 1, 0, 0, 0)), "Mar 30 2025 3:00");
	assert_string_equal(
	    clock_show(arena, moment(2025, 10, 26, 0, 59, 0, 0)), "Oct 26 2025 2:59");
	assert_string_equal(
	    clock_show(arena, moment(2025, 10, 26, 1, 0, 0, 0)), "Oct 26 2025 2:00");
	assert_string_equal(clock_date(arena, moment(2025, 12, 31, 23, 0, 0, 0)), "Jan 1, 2026");
	assert_true(clock_zone("Asia/Kathmandu"));
	assert_string_equal(clock_show(arena, moment(2025, 1, 1, 0, 0, 0, 0)), "Jan 1 2025 5:45");
	assert_true(clock_zone("America/Argentina/Buenos_Aires"));
	assert_string_equal(clock_show(arena, moment(2025, 1, 1, 0, 0, 0, 0)), "Dec 31 2024 21:00");
	assert_true(clock_zone("Etc/GMT+12"));
	assert_string_equal(clock_show(arena, moment(2025, 1, 1, 0, 0, 0, 0)), "Dec 31 2024 12:00");

	/* A refused name leaves the zone as it was; UTC texts do not care. */
	assert_false(clock_zone("Nowhere/City"));
	assert_string_equal(clock_show(arena, moment(2025, 1, 1, 0, 0, 0, 0)), "Dec 31 2024 12:00");
	assert_string_equal(
	    clock_utc(arena, moment(2025, 1, 1, 0, 0, 0, 0)), "2025-01-01T00:00:00Z");
	assert_true(clock_zone("UTC"));
	assert_string_equal(clock_show(arena, moment(2025, 1, 1, 0, 0, 0, 0)), "Jan 1 2025 0:00");
	arena_destroy(arena);
}

static void
test_relative(void **state)
{
	static const struct {
		int64_t from_now;
		const char *text;
	} cases[] = {
		{ 0, "just now" },
		{ -59 * CLOCK_SECOND, "just now" },
		{ -CLOCK_MINUTE, "1 minute ago" },
		{ -2 * CLOCK_MINUTE + 1, "1 minute ago" },
		{ -5 * CLOCK_MINUTE, "5 minutes ago" },
		{ -CLOCK_HOUR + 1, "59 minutes ago" },
		{ -CLOCK_HOUR, "1 hour ago" },
		{ -2 * CLOCK_HOUR, "2 hours ago" },
		{ -CLOCK_DAY + 1, "23 hours ago" },
		{ -CLOCK_DAY, "1 day ago" },
		{ -3 * CLOCK_DAY, "3 days ago" },
		{ -400 * CLOCK_DAY, "400 days ago" },
		{ 1, "in a moment" },
		{ 29 * CLOCK_SECOND, "in a moment" },
		{ CLOCK_MINUTE, "in 1 minute" },
		{ 5 * CLOCK_MINUTE - CLOCK_SECOND, "in 5 minutes" },
		{ 5 * CLOCK_MINUTE, "in 5 minutes" },
		{ CLOCK_HOUR, "in 1 hour" },
		{ 24 * CLOCK_HOUR - 2 * CLOCK_SECOND, "in 1 day" },
		{ 23 * CLOCK_HOUR, "in 23 hours" },
		{ 7 * CLOCK_DAY - 3 * CLOCK_SECOND, "in 7 days" },
	};
	struct arena *arena = arena_create();
	int64_t now = moment(2026, 11, 24, 12, 0, 0, 0);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(
		    clock_relative(arena, now + cases[i].from_now, now), cases[i].text);
	arena_destroy(arena);
}

static void
test_parse_day(void **state)
{
	static const char *const none[] = { "", "2025", "2025-1-02", "2025-01-2", "2025-02-29",
		"2100-02-29", "1900-02-29", "2024-02-30", "2025-00-10", "2025-13-01", "2025-01-00",
		"2025-01-32", "2025-04-31", "2025/01/02", "2025-01-02 ", " 2025-01-02",
		"2025-01-02T00:00:00Z", "0000-01-01", "-025-01-02", "+025-01-02", "20a5-01-02",
		"2025-01-0\xd9", "tomorrow", "2025-06-31", "2025-09-31", "2025-11-31" };
	struct arena *arena = arena_create();
	int64_t at = 42;
	unsigned day;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(none); i++) {
		if (clock_parse_day(none[i], &at))
			fail_msg("%s", none[i]);
		assert_int_equal(at, 42);
	}
	assert_true(clock_parse_day("2024-02-29", &at));
	assert_int_equal(at, moment(2024, 2, 29, 0, 0, 0, 0));
	assert_true(clock_parse_day("2000-02-29", &at));
	assert_true(clock_parse_day("0001-01-01", &at));
	assert_true(clock_parse_day("9999-12-31", &at));
	/* There and back over 60 years. */
	for (day = 1; day < 22000; day++) {
		char text[16];

		snprintf(text, sizeof(text), "%.10s", clock_utc(arena, day * CLOCK_DAY));
		assert_true(clock_parse_day(text, &at));
		assert_int_equal(at, day * CLOCK_DAY);
		arena_clear(arena);
	}
	arena_destroy(arena);
}

static void
test_now_is_now(void **state)
{
	int64_t before = (int64_t)time(NULL) * CLOCK_SECOND;
	int64_t now = clock_now();

	(void)state;
	assert_in_range(now, before - CLOCK_SECOND, before + 10 * CLOCK_SECOND);
	assert_true(clock_now() >= now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_day_of_the_calendar),
		cmocka_unit_test(test_agrees_with_the_c_library),
		cmocka_unit_test(test_known_moments),
		cmocka_unit_test(test_beyond_the_calendar),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_all_months),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_relative),
		cmocka_unit_test(test_parse_day),
		cmocka_unit_test(test_now_is_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
