/* tips.c: reading the tips of a site. */
#include "core/tips.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

struct reading {
	struct arena *arena;
	const char *path;
	struct tips *tips;
	struct tip *tip;	/* being read; NULL between two */
	unsigned line;
	char *message;
	size_t message_size;
};

static bool
refuse(struct reading *reading, const char *what)
{
	reading->tips->count = 0;
	if (reading->line == 0)
		snprintf(reading->message, reading->message_size, "%s: %s", reading->path, what);
	else
		snprintf(reading->message, reading->message_size, "%s:%u: %s", reading->path,
		    reading->line, what);
	return false;
}

/* The file as a text; NULL when it is not there or after a refusal. */
static char *
read_file(struct reading *reading, bool *good)
{
	FILE *file = fopen(reading->path, "re");
	char *text;
	size_t length;

	*good = true;
	if (file == NULL) {
		if (errno != ENOENT)
			*good = refuse(reading, strerror(errno));
		return NULL;
	}
	text = arena_allocate(reading->arena, TIPS_FILE + 1);
	length = fread(text, 1, TIPS_FILE + 1, file);
	if (ferror(file))
		*good = refuse(reading, strerror(errno));
	else if (length > TIPS_FILE)
		*good = refuse(reading, "is longer than 65536 bytes");
	else if (!text_is_utf8(text, length))
		*good = refuse(reading, "is not valid UTF-8");
	fclose(file);
	return *good ? arena_copy(reading->arena, text, length) : NULL;
}

static bool
end_tip(struct reading *reading)
{
	if (reading->tip != NULL && reading->tip->text[0] == '\0')
		return refuse(reading, "the tip before this line has a title and no text");
	reading->tip = NULL;
	return true;
}

static bool
take_line(struct reading *reading, const char *line)
{
	struct tip *tip = reading->tip;

	if (line[0] == '\0')
		return end_tip(reading);
	if (line[0] == '#')
		return true;
	if (text_has_hidden(line))
		return refuse(reading, "has a character that cannot be seen");
	if (tip == NULL) {
		if (reading->tips->count == TIPS)
			return refuse(reading, "more than 100 tips");
		if (text_characters(line) > TIPS_TITLE)
			return refuse(reading, "the title is longer than 100 characters");
		reading->tip = &reading->tips->items[reading->tips->count++];
		*reading->tip = (struct tip){ .title = line, .text = "" };
		return true;
	}
	if (tip->path != NULL)
		return refuse(reading, "the page of a tip stands in its last line");
	if (line[0] == '/') {
		tip->path = line;
		return true;
	}
	tip->text = tip->text[0] == '\0' ? line :
	    arena_format(reading->arena, "%s %s", tip->text, line);
	if (text_characters(tip->text) > TIPS_TEXT)
		return refuse(reading, "the text is longer than 1000 characters");
	return true;
}

bool
tips_load(struct arena *arena, const char *path, struct tips *tips, char *message,
    size_t message_size)
{
	struct reading reading = { .arena = arena, .path = path, .tips = tips, .message = message,
		.message_size = message_size };
	char *at, *end;
	bool good;

	tips->count = 0;
	at = read_file(&reading, &good);
	for (; at != NULL; at = end != NULL ? end + 1 : NULL) {
		reading.line++;
		end = strchr(at, '\n');
		if (end != NULL)
			*end = '\0';
		if (!take_line(&reading, text_one_line(arena, at)))
			return false;
	}
	return good && end_tip(&reading);
}
