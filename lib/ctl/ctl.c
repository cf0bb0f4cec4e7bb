/*
 * What all subcommands share.
 */
#include "ctl/ctl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "core/text.h"

#define LINE_MAXIMUM 4096	/* bytes: session tokens of clouds are long */

static void __attribute__((format(printf, 1, 0)))
say(const char *format, va_list values)
{
	fflush(stdout);
	fputs("vestibule: ", stderr);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
}

int
ctl_refuse(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(format, values);
	va_end(values);
	return CTL_REFUSED;
}

int
ctl_wrong_use(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(format, values);
	va_end(values);
	return CTL_WRONG_USE;
}

int
ctl_database_failed(const struct db *db)
{
	return ctl_refuse("the database failed: %s (%u)", db_failure_text(db), db_failure_code(db));
}

struct audit_actor
ctl_actor(struct arena *arena)
{
	uint8_t request[16];

	crypto_random(request, sizeof(request));
	return (struct audit_actor){
		.way = AUDIT_COMMAND,
		.now = clock_now(),
		.request = text_id(arena, request),
		.address = "",
	};
}

char *
ctl_read_line(struct arena *arena)
{
	char line[LINE_MAXIMUM + 2];
	char *copy = NULL;
	size_t length;

	if (fgets(line, sizeof(line), stdin) != NULL) {
		length = strcspn(line, "\r\n");
		if (length <= LINE_MAXIMUM && text_is_utf8(line, length))
			copy = arena_copy(arena, line, length);
	}
	crypto_wipe(line, sizeof(line));
	return copy;
}
