/*
 * One JSON line an event, put together on the stack and written by one write(2): lines of several
 * workers never mix, and running out of memory can still be reported.
 *
 * The line is plain ASCII: everything else stands as \u escapes, which any JSON reader turns back,
 * and which no terminal obeys. A byte that is no UTF-8 stands as the four characters \xHH.
 */
#include "core/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/text.h"

/* Longest line. What does not fit is cut; the line is closed properly all the same. */
#define LINE_SIZE 8192
#define VALUE_SIZE 2048		/* longest value: one must not push out the others */
#define LINE_END "\"}\n"

struct line {
	char bytes[LINE_SIZE];
	size_t length;
};

/* Set once at start. */
static const char *program_name = "vestibule";

static const char *const level_names[] = {
	[LOG_ERROR] = "error",
	[LOG_WARNING] = "warning",
	[LOG_NOTICE] = "notice",
	[LOG_DEBUG] = "debug",
};

void
log_program(const char *name)
{
	program_name = name;
}

static bool
put(struct line *line, size_t end, const char *text)
{
	size_t length = strlen(text);

	if (length > end - line->length)
		return false;
	memcpy(line->bytes + line->length, text, length);
	line->length += length;
	return true;
}

static void
escape(char piece[16], uint32_t point)
{
	if (point == '"' || point == '\\')
		snprintf(piece, 16, "\\%c", (char)point);
	else if (point >= 0x20 && point < 0x7f)
		snprintf(piece, 16, "%c", (char)point);
	else if (point < 0x10000)
		snprintf(piece, 16, "\\u%04x", (unsigned)point);
	else
		snprintf(piece, 16, "\\u%04x\\u%04x",
		    (unsigned)(0xd800 + ((point - 0x10000) >> 10)),
		    (unsigned)(0xdc00 + ((point - 0x10000) & 0x3ff)));
}

/* The text with escapes, as far as there is room before end. */
static void
put_escaped(struct line *line, size_t end, const char *text)
{
	bool valid = text_is_utf8(text, strlen(text));
	char piece[16];

	while (*text != '\0') {
		if (valid) {
			escape(piece, text_next(&text));
		} else {
			unsigned char byte = (unsigned char)*text++;

			if (byte < 0x80)
				escape(piece, byte);
			else
				snprintf(piece, sizeof(piece), "\\\\x%02x", byte);
		}
		if (!put(line, end, piece))
			return;
	}
}

/* ,"name":"value" or nothing of it when not even the name fits. */
static void
put_pair(struct line *line, const char *name, const char *value)
{
	size_t before = line->length;
	size_t last = LINE_SIZE - strlen(LINE_END);
	size_t end;

	put(line, last, line->length == 1 ? "\"" : "\",\"");
	put_escaped(line, last, name);
	if (!put(line, last, "\":\"")) {
		line->length = before;
		return;
	}
	end = line->length + VALUE_SIZE;
	put_escaped(line, end < last ? end : last, value);
}

static void
put_time(struct line *line)
{
	struct timespec now;
	struct tm parts;
	char text[64];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &parts);
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ",
	    parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
	    parts.tm_hour, parts.tm_min, parts.tm_sec, now.tv_nsec / 1000000);
	put_pair(line, "time", text);
}

void
log_write(enum log_level level, const char *event, unsigned pairs, ...)
{
	struct line line = { .length = 0 };
	size_t written = 0;
	int error = errno;
	va_list list;

#ifndef VESTIBULE_DEBUG
	if (level == LOG_DEBUG)
		return;
#endif
	put(&line, LINE_SIZE, "{");
	put_time(&line);
	put_pair(&line, "level", level_names[level]);
	put_pair(&line, "program", program_name);
	put_pair(&line, "event", event);
	va_start(list, pairs);
	while (pairs-- > 0) {
		const char *name = va_arg(list, const char *);
		const char *value = va_arg(list, const char *);

		if (value != NULL)
			put_pair(&line, name, value);
	}
	va_end(list);
	put(&line, LINE_SIZE, LINE_END);

	while (written < line.length) {
		ssize_t count = write(STDERR_FILENO, line.bytes + written, line.length - written);

		if (count < 0 && errno == EINTR)
			continue;
		/* Nobody is left to be told. */
		if (count <= 0)
			break;
		written += (size_t)count;
	}
	errno = error;
}
