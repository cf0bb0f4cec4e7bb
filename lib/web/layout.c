/* layout.c: the frame around every page, read once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/text.h"
#include "web/layout.h"
#include "web/xhtml.h"

#define LARGEST (256 * 1024)	/* bytes of a layout file */

/* A literal piece of the file, and the mark behind it. */
struct piece {
	size_t start, length;
	enum layout_mark mark;
};

struct layout {
	char *text;
	char *stamp;
	struct piece *pieces;
	size_t count;
};

static const struct {
	const char *text;
	bool many;
} marks[LAYOUT__COUNT] = {
	[LAYOUT_LANGUAGE] = { "{language}", false },
	[LAYOUT_THEME] = { " data-theme=\"{theme}\"", false },
	[LAYOUT_TITLE] = { "{title}", false },
	[LAYOUT_NOTICES] = { "<!--notices-->", false },
	[LAYOUT_BREADCRUMB] = { "<!--breadcrumb-->", false },
	[LAYOUT_ACCOUNT] = { "<!--account-->", false },
	[LAYOUT_MENU] = { "<!--menu-->", false },
	[LAYOUT_MAIN] = { "<!--main-->", false },
	[LAYOUT_FOOTER] = { "<!--footer-->", false },
	[LAYOUT_STYLES] = { "<!--styles-->", true },
	[LAYOUT_BASE] = { "{base}", true },
	[LAYOUT_STAMP] = { "{stamp}", true },
};

/* NULL when the file cannot be read or is too large. */
static char *
read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t length;

	if (file == NULL)
		return NULL;
	text = memory_allocate(LARGEST + 1);
	length = fread(text, 1, LARGEST + 1, file);
	fclose(file);
	if (length > LARGEST) {
		errno = EFBIG;
		free(text);
		return NULL;
	}
	text[length] = '\0';
	return text;
}

static char *
read_stamp(const char *layout_path)
{
	struct arena *arena = arena_create();
	const char *slash = strrchr(layout_path, '/');
	char *folder = slash != NULL ? arena_copy(arena, layout_path, (size_t)(slash - layout_path))
	                             : arena_text(arena, ".");
	char *text = read_file(arena_format(arena, "%s/stamp", folder));
	char *stamp = memory_text(text != NULL ? text_trim(arena, text) : "");

	free(text);
	for (char *at = stamp; *at != '\0'; at++) {
		if (strchr("0123456789abcdef", *at) == NULL) {
			*at = '\0';
			break;
		}
	}
	arena_destroy(arena);
	return stamp;
}

/* The next mark at or behind from; LAYOUT__COUNT when there is none. */
static enum layout_mark
find_mark(const char *from, const char **where)
{
	enum layout_mark found = LAYOUT__COUNT;

	*where = NULL;
	for (unsigned mark = 0; mark < LAYOUT__COUNT; mark++) {
		const char *at = strstr(from, marks[mark].text);

		if (at != NULL && (*where == NULL || at < *where)) {
			*where = at;
			found = (enum layout_mark)mark;
		}
	}
	return found;
}

static unsigned
line_of(const char *text, const char *at)
{
	unsigned line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

/* Cuts the text into pieces; false with a message when a mark is missing, doubled or out of order.
 */
static bool
cut(struct layout *layout, const char *path, char *message, size_t message_size)
{
	const char *from = layout->text, *where;
	int next = LAYOUT_LANGUAGE;
	enum layout_mark mark;

	while ((mark = find_mark(from, &where)) != LAYOUT__COUNT) {
		if (!marks[mark].many && (int)mark != next) {
			snprintf(message, message_size,
			    "%s:%u: the mark %s stands here, expected was %s", path,
			    line_of(layout->text, where), marks[mark].text,
			    next <= LAYOUT_FOOTER ? marks[next].text : "none");
			return false;
		}
		next += !marks[mark].many;
		layout->pieces = memory_resize(
		    layout->pieces, (layout->count + 2) * sizeof(*layout->pieces));
		layout->pieces[layout->count++] = (struct piece){ (size_t)(from - layout->text),
		    (size_t)(where - from), mark };
		from = where + strlen(marks[mark].text);
	}
	if (next <= LAYOUT_FOOTER) {
		snprintf(
		    message, message_size, "%s: the mark %s is missing", path, marks[next].text);
		return false;
	}
	layout->pieces[layout->count++] = (struct piece){ (size_t)(from - layout->text),
		strlen(from), LAYOUT__COUNT };
	return true;
}

const struct layout *
layout_load(const char *path, char *message, size_t message_size)
{
	struct layout *layout = memory_allocate(sizeof(*layout));
	const char *fault;

	memset(layout, 0, sizeof(*layout));
	layout->text = read_file(path);
	if (layout->text == NULL) {
		snprintf(message, message_size, "%s: %s", path, strerror(errno));
		free(layout);
		return NULL;
	}
	fault = xhtml_judge(layout->text, strlen(layout->text), false);
	if (fault != NULL) {
		snprintf(message, message_size, "%s: not well-formed: %s", path, fault);
	} else if (cut(layout, path, message, message_size)) {
		layout->stamp = read_stamp(path);
		return layout;
	}
	free(layout->pieces);
	free(layout->text);
	free(layout);
	return NULL;
}

const char *
layout_stamp(const struct layout *layout)
{
	return layout->stamp;
}

void
layout_write(
    const struct layout *layout, struct buffer *out, const char *const parts[LAYOUT__COUNT])
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct piece *piece = &layout->pieces[i];

		buffer_append(out, layout->text + piece->start, piece->length);
		if (piece->mark == LAYOUT__COUNT)
			continue;
		if (piece->mark == LAYOUT_STAMP)
			buffer_text(out, layout->stamp);
		else if (parts[piece->mark] != NULL)
			buffer_text(out, parts[piece->mark]);
	}
}
