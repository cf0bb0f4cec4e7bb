/*
 * Moments: microseconds since 1970-01-01 UTC in an int64_t; 0 means "none". All stored times are
 * UTC; a time zone matters only for showing (Q10). Words come from gettext.
 */
#ifndef VESTIBULE_CORE_CLOCK_H
#define VESTIBULE_CORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"

#define CLOCK_SECOND ((int64_t)1000000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)
#define CLOCK_DAY (24 * CLOCK_HOUR)

int64_t clock_now(void);

/* Whether the zone database has a zone of this name. "UTC" is there without a database. */
bool clock_is_zone(const char *name);

/*
 * Sets the zone that clock_show() and clock_date() use. False for a name that the zone database
 * does not have.
 */
bool clock_zone(const char *name);

/* "Feb 10 2025 7:32" in the zone. */
char *clock_show(struct arena *, int64_t moment);

/* "Feb 10, 2025" in the zone. */
char *clock_date(struct arena *, int64_t moment);

/* "just now", "5 minutes ago", "2 hours ago", "3 days ago"; "in 5 minutes" for what is to come. */
char *clock_relative(struct arena *, int64_t moment, int64_t now);

/* "2025-01-02T03:04:05Z", for <time datetime>. */
char *clock_utc(struct arena *, int64_t moment);

/* "2025-01-02T03:04:05.678000+00:00", the form of the API (spec/api.md 3). */
char *clock_api(struct arena *, int64_t moment);

/* Midnight UTC at the start of "YYYY-MM-DD"; false for anything else or an impossible day. */
bool clock_parse_day(const char *text, int64_t *moment);

/* Calendar parts in UTC and back, for the database layer. */
struct clock_parts {
	unsigned year, month, day, hour, minute, second, microsecond;
};
struct clock_parts clock_parts(int64_t moment);
int64_t clock_moment(const struct clock_parts *);

#endif
