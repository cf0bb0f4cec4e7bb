/*
 * Moments and calendars. UTC is computed here, so that it depends on no zone of the process; only
 * clock_show() and clock_date() ask the C library, which knows the zones.
 */
#include "core/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/language.h"
#include "core/text.h"

#define ZONES "/usr/share/zoneinfo"

/* 0001-01-01 and the last microsecond of 9999: what the database and the API can write. */
#define EARLIEST (INT64_C(-62135596800) * CLOCK_SECOND)
#define LATEST (INT64_C(253402300800) * CLOCK_SECOND - 1)

#define DAYS_OF_400_YEARS 146097
/* From 0000-03-01, where this count of days begins, to 1970-01-01. */
#define DAYS_TO_1970 719468

static const char *const months[] = {
	N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
	N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
};

int64_t
clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

bool
clock_is_zone(const char *name)
{
	char path[256], magic[4];
	struct stat status;
	ssize_t count = 0;
	int file, length;

	if (text_equal(name, "UTC"))
		return true;
	/* No way out of the folder, and none of the zones that count leap seconds. */
	if (*name == '/' || *name == '\0' || strstr(name, "..") != NULL ||
	    text_starts(name, "right/") || name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/")] != '\0')
		return false;
	length = snprintf(path, sizeof(path), ZONES "/%s", name);
	if (length < 0 || (size_t)length >= sizeof(path))
		return false;
	file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (file < 0)
		return false;
	if (fstat(file, &status) == 0 && S_ISREG(status.st_mode))
		count = read(file, magic, sizeof(magic));
	close(file);
	return count == 4 && memcmp(magic, "TZif", 4) == 0;
}

bool
clock_zone(const char *name)
{
	char zone[256];

	if (!clock_is_zone(name))
		return false;
	/* The colon says that it is a file's name, not a rule. */
	if (text_equal(name, "UTC"))
		snprintf(zone, sizeof(zone), "UTC0");
	else
		snprintf(zone, sizeof(zone), ":%s", name);
	if (!text_equal(getenv("TZ"), zone)) {
		if (setenv("TZ", zone, 1) != 0)
			return false;
		tzset();
	}
	return true;
}

static int64_t
within_calendar(int64_t moment)
{
	if (moment < EARLIEST)
		return EARLIEST;
	return moment > LATEST ? LATEST : moment;
}

static struct tm
local_parts(int64_t moment)
{
	int64_t bounded = within_calendar(moment);
	time_t seconds = (time_t)(bounded / CLOCK_SECOND - (bounded % CLOCK_SECOND < 0));
	struct tm parts;

	localtime_r(&seconds, &parts);
	return parts;
}

char *
clock_show(struct arena *arena, int64_t moment)
{
	struct tm parts;

	if (moment == 0)
		return arena_text(arena, "");
	parts = local_parts(moment);
	/* TRANSLATORS: month, day, year, hour, minute */
	return arena_format(arena, _("%1$s %2$d %3$d %4$d:%5$02d"), gettext(months[parts.tm_mon]),
	    parts.tm_mday, parts.tm_year + 1900, parts.tm_hour, parts.tm_min);
}

char *
clock_date(struct arena *arena, int64_t moment)
{
	struct tm parts;

	if (moment == 0)
		return arena_text(arena, "");
	parts = local_parts(moment);
	/* TRANSLATORS: month, day, year */
	return arena_format(arena, _("%1$s %2$d, %3$d"), gettext(months[parts.tm_mon]),
	    parts.tm_mday, parts.tm_year + 1900);
}

static char *
relative_past(struct arena *arena, int64_t minutes)
{
	int64_t hours = minutes / 60, days = hours / 24;

	if (minutes == 0)
		return arena_text(arena, _("just now"));
	if (hours == 0)
		return arena_format(arena, ngettext("%d minute ago", "%d minutes ago",
		    (unsigned long)minutes), (int)minutes);
	if (days == 0)
		return arena_format(arena, ngettext("%d hour ago", "%d hours ago",
		    (unsigned long)hours), (int)hours);
	return arena_format(arena, ngettext("%d day ago", "%d days ago", (unsigned long)days),
	    (int)days);
}

static char *
relative_future(struct arena *arena, int64_t minutes)
{
	int64_t hours = minutes / 60, days = hours / 24;

	if (minutes == 0)
		return arena_text(arena, _("in a moment"));
	if (hours == 0)
		return arena_format(arena, ngettext("in %d minute", "in %d minutes",
		    (unsigned long)minutes), (int)minutes);
	if (days == 0)
		return arena_format(arena, ngettext("in %d hour", "in %d hours",
		    (unsigned long)hours), (int)hours);
	return arena_format(arena, ngettext("in %d day", "in %d days", (unsigned long)days),
	    (int)days);
}

char *
clock_relative(struct arena *arena, int64_t moment, int64_t now)
{
	int64_t from = within_calendar(moment), to = within_calendar(now);

	if (moment == 0)
		return arena_text(arena, "");
	if (from <= to)
		return relative_past(arena, (to - from) / CLOCK_MINUTE);
	/* To the nearest minute: what was set to last 24 hours a second ago still shows as such. */
	return relative_future(arena, (from - to + CLOCK_MINUTE / 2) / CLOCK_MINUTE);
}

char *
clock_utc(struct arena *arena, int64_t moment)
{
	struct clock_parts parts;

	if (moment == 0)
		return arena_text(arena, "");
	parts = clock_parts(moment);
	return arena_format(arena, "%04u-%02u-%02uT%02u:%02u:%02uZ", parts.year, parts.month,
	    parts.day, parts.hour, parts.minute, parts.second);
}

char *
clock_api(struct arena *arena, int64_t moment)
{
	struct clock_parts parts;

	if (moment == 0)
		return arena_text(arena, "");
	parts = clock_parts(moment);
	return arena_format(arena, "%04u-%02u-%02uT%02u:%02u:%02u.%06u+00:00", parts.year,
	    parts.month, parts.day, parts.hour, parts.minute, parts.second, parts.microsecond);
}

static bool
is_leap_year(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned
days_in_month(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

/* The digits of a fixed-width number; -1 when there is something else among them. */
static int
digits(const char *text, size_t width)
{
	int number = 0;
	size_t i;

	for (i = 0; i < width; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

bool
clock_parse_day(const char *text, int64_t *moment)
{
	int year, month, day;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	if (year < 1 || month < 1 || month > 12 || day < 1 ||
	    (unsigned)day > days_in_month((unsigned)year, (unsigned)month))
		return false;
	*moment = clock_moment(&(struct clock_parts){
	    .year = (unsigned)year, .month = (unsigned)month, .day = (unsigned)day });
	return true;
}

/*
 * Years are counted from March, so that the day that comes and goes is the last of the year; then
 * the months before the n-th have (153 n + 2) / 5 days together, and a year's days follow from the
 * rule of leap years alone.
 */
struct clock_parts
clock_parts(int64_t moment)
{
	/* Days since 0000-03-01; no year before 1 comes here, so nothing is negative. */
	int64_t since = within_calendar(moment) + DAYS_TO_1970 * CLOCK_DAY;
	unsigned days = (unsigned)(since / CLOCK_DAY);
	int64_t rest = since % CLOCK_DAY;
	unsigned era = days / DAYS_OF_400_YEARS;
	unsigned of_era = days % DAYS_OF_400_YEARS;
	unsigned years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * years + years / 4 - years / 100);
	unsigned month = (5 * of_year + 2) / 153;	/* 0 is March */

	return (struct clock_parts){
		.year = era * 400 + years + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = of_year - (153 * month + 2) / 5 + 1,
		.hour = (unsigned)(rest / CLOCK_HOUR),
		.minute = (unsigned)(rest / CLOCK_MINUTE % 60),
		.second = (unsigned)(rest / CLOCK_SECOND % 60),
		.microsecond = (unsigned)(rest % CLOCK_SECOND),
	};
}

int64_t
clock_moment(const struct clock_parts *parts)
{
	unsigned year, month, of_year;
	int64_t days;

	/* The database's zero date. */
	if (parts->month == 0 || parts->day == 0)
		return 0;
	year = parts->month <= 2 ? parts->year - 1 : parts->year;
	month = parts->month <= 2 ? parts->month + 9 : parts->month - 3;
	of_year = (153 * month + 2) / 5 + parts->day - 1;
	days = (int64_t)year * 365 + year / 4 - year / 100 + year / 400 + of_year - DAYS_TO_1970;
	return days * CLOCK_DAY + parts->hour * CLOCK_HOUR + parts->minute * CLOCK_MINUTE +
	    parts->second * CLOCK_SECOND + parts->microsecond;
}
