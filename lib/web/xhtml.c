/*
 * The element writer. Text is copied in whole runs of harmless bytes between the few that need
 * something, and room is asked for once an element, not once a byte: a page of 13 KB costs less
 * than 18 microseconds.
 */
#include "web/xhtml.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/arena.h"
#include "core/log.h"

#define FIRST_DEPTH 32
#define FIRST_NAMES 16
#define FIRST_SCRATCH 512

#define REPLACEMENT "\xef\xbf\xbd"	/* U+FFFD */

struct element {
	const char *tag;	/* a literal */
	size_t length;
	bool is_void;
	const char *file;
	int line;
};

/*
 * Where in the buffer the name of an attribute stands; the caller's text need not live that long.
 */
struct name {
	size_t offset;
	size_t length;
};

struct xhtml {
	struct buffer *out;	/* NULL between two fragments */
	size_t start;
	bool in_tag;		/* the ">" of the start tag is still to be written */
	bool guards_newline;	/* HTML would drop a newline that comes now */

	struct element *open;
	size_t depth;
	size_t open_room;

	struct name *names;	/* of the start tag being written */
	size_t name_count;
	size_t name_room;

	char *scratch;		/* for formatted values; wiped at the end of a fragment */
	size_t scratch_room;
	size_t scratch_used;
};

/*
 * Bytes that end a run: NUL, those to be escaped, those forbidden, and all of more than one byte.
 */
static const unsigned char text_stops[256] = {
	[0 ... 8] = 1, [0x0b ... 0x1f] = 1, ['&'] = 1, ['<'] = 1, ['>'] = 1, [0x7f ... 0xff] = 1
};
/* XML turns white space in an attribute into blanks, so it is written as a reference. */
static const unsigned char value_stops[256] = {
	[0 ... 0x1f] = 1, ['"'] = 1, ['&'] = 1, ['<'] = 1, ['>'] = 1, [0x7f ... 0xff] = 1
};

/* 1: may start a name; 2: may stand behind the start. */
static const unsigned char name_bytes[256] = {
	['a' ... 'z'] = 3, ['A' ... 'Z'] = 3, ['_'] = 3, ['0' ... '9'] = 2, ['-'] = 2, ['.'] = 2
};

/* --- refusals: mistakes of the program, found at the first run -------------------------------- */

static _Noreturn void
refuse(const struct xhtml *x, const char *file, int line, const char *problem, const char *name)
{
	const struct element *open = x->depth > 0 ? &x->open[x->depth - 1] : NULL;
	char at[256], opened[256];

	snprintf(at, sizeof(at), "%s:%d", file != NULL ? file : "", line);
	if (open != NULL)
		snprintf(opened, sizeof(opened), "<%s> %s:%d", open->tag, open->file, open->line);
	log_write(LOG_ERROR, "markup", 4, "problem", problem, "name", name,
	    "at", file != NULL ? at : NULL, "open", open != NULL ? opened : NULL);
	abort();
}

static void
must_be_started(const struct xhtml *x, const char *file, int line, const char *name)
{
	if (x->out == NULL)
		refuse(x, file, line, "no fragment was started", name);
}

/* --- bytes ------------------------------------------------------------------------------------ */

/* Where the next bytes go, with room for length of them and a NUL. */
static inline char *
room(struct buffer *out, size_t length)
{
	if (__builtin_expect(out->capacity - out->length <= length, 0))
		buffer_reserve(out, length);
	return out->bytes + out->length;
}

static inline void
put(struct buffer *out, const char *bytes, size_t length)
{
	char *to = room(out, length);

	memcpy(to, bytes, length);
	to[length] = '\0';
	out->length += length;
}

/*
 * The length of the strict UTF-8 character of more than one byte at this place; 0 when there is
 * none. *shown says whether both XML 1.0 and HTML let it stand in a document.
 */
static size_t
character(const unsigned char *at, bool *shown)
{
	unsigned code;

#define follows(byte) (((byte) & 0xc0) == 0x80)
	if (at[0] < 0xc2 || at[0] > 0xf4 || !follows(at[1]))
		return 0;
	if (at[0] < 0xe0) {
		*shown = at[0] != 0xc2 || at[1] >= 0xa0;
		return 2;
	}
	if (!follows(at[2]))
		return 0;
	if (at[0] < 0xf0) {
		code = (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
		if (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))
			return 0;
		*shown = code < 0xfffe && (code < 0xfdd0 || code > 0xfdef);
		return 3;
	}
	if (!follows(at[3]))
		return 0;
	code = (at[0] & 0x07u) << 18 | (at[1] & 0x3fu) << 12 | (at[2] & 0x3fu) << 6 |
	    (at[3] & 0x3fu);
	if (code < 0x10000 || code > 0x10ffff)
		return 0;
	*shown = (code & 0xfffe) != 0xfffe;
	return 4;
#undef follows
}

/* What stands for one byte below 0x80 that ended a run. */
static const char *
replaced(const unsigned char *at, bool in_value)
{
	switch (*at) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		/* Every parser makes a newline of it; a reference to it is an error in HTML. */
		if (at[1] == '\n')
			return "";
		return in_value ? "&#10;" : "\n";
	default:
		return REPLACEMENT;
	}
}

static void
write_escaped(struct buffer *out, const char *text, const unsigned char stops[256])
{
	const unsigned char *at = (const unsigned char *)text, *run = at;
	const char *instead;
	size_t length;
	bool shown;

	for (;;) {
		while (!stops[*at])
			at++;
		if (*at >= 0x80 && (length = character(at, &shown)) > 0) {
			if (shown) {
				at += length;
				continue;
			}
			instead = REPLACEMENT;
		} else {
			length = 1;
			instead = *at >= 0x80 ? REPLACEMENT : replaced(at, stops == value_stops);
		}
		if (at > run)
			put(out, (const char *)run, (size_t)(at - run));
		if (*at == '\0')
			return;
		put(out, instead, strlen(instead));
		at += length;
		run = at;
	}
}

/* The text, formatted; valid until the next. */
static const char *
formatted(struct xhtml *x, const char *format, va_list values)
{
	va_list again;
	int length;

	va_copy(again, values);
	length = vsnprintf(x->scratch, x->scratch_room, format, values);
	if (length < 0)
		refuse(x, NULL, 0, "a format that fails", format);
	if ((size_t)length >= x->scratch_room) {
		explicit_bzero(x->scratch, x->scratch_room);
		free(x->scratch);
		x->scratch_room = (size_t)length * 2 + 1;
		x->scratch = memory_allocate(x->scratch_room);
		vsnprintf(x->scratch, x->scratch_room, format, again);
	}
	va_end(again);
	if ((size_t)length >= x->scratch_used)
		x->scratch_used = (size_t)length + 1;
	return x->scratch;
}

/* --- names ------------------------------------------------------------------------------------ */

/* The length of a plain name, 0 when it is none. */
static size_t
name_length(const char *name)
{
	size_t length;

	if (!(name_bytes[(unsigned char)name[0]] & 1))
		return 0;
	for (length = 1; name_bytes[(unsigned char)name[length]] & 2; length++)
		;
	return name[length] == '\0' ? length : 0;
}

static bool
is_void(const char *tag, size_t length)
{
#define is(word) (memcmp(tag, word, sizeof(word) - 1) == 0)
	switch (length) {
	case 2:
		return is("br") || is("hr");
	case 3:
		return is("col") || is("img") || is("wbr");
	case 4:
		return is("area") || is("base") || is("link") || is("meta");
	case 5:
		return is("embed") || is("input") || is("track");
	case 6:
		return is("source");
	default:
		return false;
	}
#undef is
}

static bool
drops_newline(const struct element *element)
{
	return (element->length == 8 && memcmp(element->tag, "textarea", 8) == 0) ||
	    (element->length == 3 && memcmp(element->tag, "pre", 3) == 0);
}

/*
 * An event handler, or markup or style in a value: nothing of ours has any (the content security
 * policy forbids them).
 */
static bool
is_forbidden(const char *name)
{
	if ((name[0] | 0x20) == 'o')
		return (name[1] | 0x20) == 'n';
	return (name[0] | 0x20) == 's' &&
	    (strcasecmp(name, "style") == 0 || strcasecmp(name, "srcdoc") == 0);
}

static bool
is_address(const char *name, size_t length)
{
	switch (length) {
	case 3:
		return strcasecmp(name, "src") == 0;
	case 4:
		return strcasecmp(name, "href") == 0 || strcasecmp(name, "cite") == 0 ||
		    strcasecmp(name, "data") == 0 || strcasecmp(name, "ping") == 0;
	case 6:
		return strcasecmp(name, "action") == 0 || strcasecmp(name, "poster") == 0;
	case 10:
		return strcasecmp(name, "formaction") == 0;
	default:
		return false;
	}
}

/* What a browser could not take for a script or for another site than the one it names. */
static bool
is_safe_address(const char *value)
{
	const unsigned char *at;

	/* Browsers drop TAB, LF and CR anywhere in an address, before they look for its scheme. */
	for (at = (const unsigned char *)value; *at != '\0'; at++)
		if (*at < 0x20 || *at == 0x7f)
			return false;
	if (value[0] == '/')
		return value[1] != '/' && value[1] != '\\';
	return value[0] == '#' || value[0] == '?' || strncmp(value, "http://", 7) == 0 ||
	    strncmp(value, "https://", 8) == 0;
}

/* --- attributes ------------------------------------------------------------------------------- */

/* Whether the start tag has an attribute of this name; notes it when not. */
static bool
is_doubled(struct xhtml *x, const char *name, size_t length)
{
	const char *bytes = x->out->bytes;
	size_t i;

	for (i = 0; i < x->name_count; i++)
		if (x->names[i].length == length &&
		    strncasecmp(bytes + x->names[i].offset, name, length) == 0)
			return true;
	if (x->name_count == x->name_room) {
		x->name_room *= 2;
		x->names = memory_resize(x->names, x->name_room * sizeof(x->names[0]));
	}
	x->names[x->name_count++] = (struct name){ .offset = x->out->length + 1, .length = length };
	return false;
}

static void
write_attribute(struct xhtml *x, const char *name, const char *value)
{
	const struct element *element = &x->open[x->depth - 1];
	size_t length = name_length(name);
	char *to;

	if (length == 0 || is_forbidden(name))
		refuse(x, element->file, element->line, "an attribute that must not be", name);
	if (value == NULL)
		return;
	if (is_doubled(x, name, length)) {
#ifdef VESTIBULE_DEBUG
		refuse(x, element->file, element->line, "a doubled attribute", name);
#else
		log_write(LOG_ERROR, "markup", 3, "problem", "a doubled attribute", "name", name,
		    "in", element->tag);
		return;
#endif
	}
	if (is_address(name, length) && !is_safe_address(value)) {
		log_write(LOG_WARNING, "markup", 3, "problem", "an address that is refused",
		    "name", name, "in", element->tag);
		value = "#refused";
	}
	to = room(x->out, length + 3);
	*to++ = ' ';
	memcpy(to, name, length);
	to += length;
	*to++ = '=';
	*to++ = '"';
	x->out->length += length + 3;
	write_escaped(x->out, value, value_stops);
	put(x->out, "\"", 1);
}

static void
write_attributes(struct xhtml *x, va_list pairs)
{
	const char *name, *value;

	while ((name = va_arg(pairs, const char *)) != NULL) {
		value = va_arg(pairs, const char *);
		write_attribute(x, name, value);
	}
}

/* --- elements --------------------------------------------------------------------------------- */

static void
push(struct xhtml *x, const char *file, int line, const char *tag)
{
	size_t length = name_length(tag);

	must_be_started(x, file, line, tag);
	if (length == 0)
		refuse(x, file, line, "an element that must not be", tag);
	if (x->depth > 0 && x->open[x->depth - 1].is_void)
		refuse(x, file, line, "an element inside one that is always empty", tag);
	if (x->depth == x->open_room) {
		x->open_room *= 2;
		x->open = memory_resize(x->open, x->open_room * sizeof(x->open[0]));
	}
	x->open[x->depth++] = (struct element){
		.tag = tag, .length = length, .is_void = is_void(tag, length),
		.file = file, .line = line
	};
}

static void
begin(struct xhtml *x, const char *file, int line, const char *tag)
{
	const struct element *element;
	char *to;

	push(x, file, line, tag);
	element = &x->open[x->depth - 1];
	to = room(x->out, element->length + 2);
	if (x->in_tag)
		*to++ = '>';
	*to++ = '<';
	memcpy(to, tag, element->length);
	to += element->length;
	*to = '\0';
	x->out->length = (size_t)(to - x->out->bytes);
	x->in_tag = true;
	x->name_count = 0;
	x->guards_newline = drops_newline(element);
#ifdef VESTIBULE_DEBUG
	{
		char from[256];

		snprintf(from, sizeof(from), "%s:%d", file, line);
		write_attribute(x, "data-from", from);
	}
#endif
}

static void
end(struct xhtml *x, const char *file, int line, const char *tag)
{
	const struct element *element;
	char *to;

	must_be_started(x, file, line, tag);
	if (x->depth == 0)
		refuse(x, file, line, "nothing is open to be closed", tag);
	element = &x->open[x->depth - 1];
	if (element->tag != tag && strcmp(element->tag, tag) != 0)
		refuse(x, file, line, "another element is open than the one closed", tag);
	to = room(x->out, element->length + 4);
	if (element->is_void) {
		*to++ = '/';
	} else {
		if (x->in_tag)
			*to++ = '>';
		*to++ = '<';
		*to++ = '/';
		memcpy(to, element->tag, element->length);
		to += element->length;
	}
	*to++ = '>';
	*to = '\0';
	x->out->length = (size_t)(to - x->out->bytes);
	x->in_tag = false;
	x->guards_newline = false;
	x->depth--;
}

static void
write_text(struct xhtml *x, const char *file, int line, const char *text)
{
	must_be_started(x, file, line, "text");
	if (x->depth > 0 && x->open[x->depth - 1].is_void)
		refuse(x, file, line, "text inside an element that is always empty", NULL);
	if (text == NULL || text[0] == '\0')
		return;
	if (x->in_tag)
		put(x->out, ">", 1);
	x->in_tag = false;
	if (x->guards_newline && (text[0] == '\n' || text[0] == '\r'))
		put(x->out, "\n", 1);
	x->guards_newline = false;
	write_escaped(x->out, text, text_stops);
}

/* --- what the header promises ----------------------------------------------------------------- */

struct xhtml *
xhtml_create(void)
{
	struct xhtml *x = memory_allocate(sizeof(*x));

	*x = (struct xhtml){
		.open_room = FIRST_DEPTH, .name_room = FIRST_NAMES, .scratch_room = FIRST_SCRATCH
	};
	x->open = memory_allocate(x->open_room * sizeof(x->open[0]));
	x->names = memory_allocate(x->name_room * sizeof(x->names[0]));
	x->scratch = memory_allocate(x->scratch_room);
	return x;
}

void
xhtml_destroy(struct xhtml *x)
{
	if (x == NULL)
		return;
	explicit_bzero(x->scratch, x->scratch_used);
	free(x->scratch);
	free(x->names);
	free(x->open);
	free(x);
}

void
xhtml_start(struct xhtml *x, struct buffer *out)
{
	if (x->out != NULL)
		refuse(x, NULL, 0, "a fragment is started inside another", NULL);
	x->out = out;
	x->start = out->length;
	/* So that even an empty fragment has its bytes. */
	put(out, "", 0);
}

static void
rest(struct xhtml *x)
{
	explicit_bzero(x->scratch, x->scratch_used);
	x->scratch_used = 0;
	x->out = NULL;
	x->depth = 0;
	x->in_tag = false;
	x->guards_newline = false;
}

void
xhtml_finish(struct xhtml *x)
{
	must_be_started(x, NULL, 0, NULL);
	if (x->depth > 0)
		refuse(x, NULL, 0, "a fragment ends with an element open", NULL);
	rest(x);
}

void
xhtml_abandon(struct xhtml *x)
{
	if (x->out == NULL)
		return;
	buffer_shorten(x->out, x->start);
	rest(x);
}

void
xhtml_open_at(struct xhtml *x, const char *file, int line, const char *tag, ...)
{
	va_list pairs;

	begin(x, file, line, tag);
	va_start(pairs, tag);
	write_attributes(x, pairs);
	va_end(pairs);
}

void
xhtml_attr(struct xhtml *x, const char *name, const char *value)
{
	must_be_started(x, NULL, 0, name);
	if (!x->in_tag)
		refuse(x, NULL, 0, "an attribute behind the start tag", name);
	write_attribute(x, name, value);
}

void
xhtml_attrf(struct xhtml *x, const char *name, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	xhtml_attr(x, name, formatted(x, format, values));
	va_end(values);
}

void
xhtml_text(struct xhtml *x, const char *text)
{
	write_text(x, NULL, 0, text);
}

void
xhtml_textf(struct xhtml *x, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	write_text(x, NULL, 0, formatted(x, format, values));
	va_end(values);
}

void
xhtml_close_at(struct xhtml *x, const char *file, int line, const char *tag)
{
	end(x, file, line, tag);
}

void
xhtml_leaf_at(struct xhtml *x, const char *file, int line, const char *tag, const char *text, ...)
{
	va_list pairs;

	begin(x, file, line, tag);
	va_start(pairs, text);
	write_attributes(x, pairs);
	va_end(pairs);
	if (text != NULL)
		write_text(x, file, line, text);
	end(x, file, line, tag);
}

bool
xhtml_is_closed(const struct xhtml *x)
{
	return x->depth == 0;
}
