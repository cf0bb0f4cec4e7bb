/*
 * Texts. The UTF-8 rules are those of RFC 3629, with U+FFFE and U+FFFF refused because XML has no
 * place for them.
 */
#include "core/text.h"

#include <string.h>
#include <wctype.h>

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* Whether eight bytes are all ASCII and none is NUL. */
static bool
is_plain_word(const unsigned char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return ((word | ((word - ONES) & ~word)) & HIGHS) == 0;
}

/* Length of the valid sequence at bytes, which has left bytes; 0 when there is none. */
static size_t
sequence(const unsigned char *bytes, size_t left)
{
	unsigned char first = bytes[0];
	unsigned char low = 0x80, high = 0xbf;	/* bounds of the second byte */
	size_t length, i;

	if (first < 0x80)
		return first == 0 ? 0 : 1;
	if (first < 0xc2)
		return 0;		/* a continuation, or the overlong C0 and C1 */
	length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (first > 0xf4 || length > left)
		return 0;
	if (first == 0xe0)
		low = 0xa0;		/* overlong */
	else if (first == 0xed)
		high = 0x9f;		/* surrogates */
	else if (first == 0xf0)
		low = 0x90;		/* overlong */
	else if (first == 0xf4)
		high = 0x8f;		/* above U+10FFFF */
	if (bytes[1] < low || bytes[1] > high)
		return 0;
	for (i = 2; i < length; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	if (first == 0xef && bytes[1] == 0xbf && bytes[2] >= 0xbe)
		return 0;		/* U+FFFE, U+FFFF */
	return length;
}

bool
text_is_utf8(const char *text, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t at = 0;

	while (at < length) {
		size_t step;

		if (length - at >= 8 && is_plain_word(bytes + at)) {
			at += 8;
			continue;
		}
		step = sequence(bytes + at, length - at);
		if (step == 0)
			return false;
		at += step;
	}
	return true;
}

size_t
text_characters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			count++;
	return count;
}

uint32_t
text_next(const char **text)
{
	const unsigned char *bytes = (const unsigned char *)*text;
	unsigned char first = bytes[0];
	uint32_t point;
	unsigned more;

	if (first == 0)
		return 0;
	if (first < 0x80) {
		(*text)++;
		return first;
	}
	more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
	point = first & (0x3fU >> more);
	(*text)++;
	/*
	 * The check for a continuation keeps a text that was not valid from being read beyond its
	 * end.
	 */
	while (more-- > 0 && ((unsigned char)**text & 0xc0) == 0x80)
		point = point << 6 | (*(*text)++ & 0x3f);
	return point;
}

static bool
is_white(uint32_t point)
{
	return (point >= 0x09 && point <= 0x0d) || point == 0x20 || point == 0x85 ||
	    point == 0xa0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200a) ||
	    point == 0x2028 || point == 0x2029 || point == 0x202f || point == 0x205f ||
	    point == 0x3000;
}

static bool
is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point <= 0x9f);
}

static bool
is_mark(uint32_t point)
{
	return point == 0x061c || point == 0x200b || point == 0x200e || point == 0x200f ||
	    (point >= 0x202a && point <= 0x202e) || (point >= 0x2060 && point <= 0x2069) ||
	    point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb) ||
	    (point >= 0xe0000 && point <= 0xe007f);
}

bool
text_has_hidden(const char *text)
{
	while (*text != '\0') {
		uint32_t point = text_next(&text);

		if ((is_control(point) && !is_white(point)) || is_mark(point))
			return true;
	}
	return false;
}

bool
text_has_hidden_lines(const char *text)
{
	while (*text != '\0') {
		uint32_t point = text_next(&text);

		if (point == '\t' || point == '\n')
			continue;
		if (is_control(point) || is_mark(point) || point == 0x2028 || point == 0x2029)
			return true;
	}
	return false;
}

char *
text_one_line(struct arena *arena, const char *text)
{
	char *line = arena_allocate(arena, strlen(text) + 1);
	size_t length = 0;
	bool blank = false;

	while (*text != '\0') {
		const char *start = text;

		if (is_white(text_next(&text))) {
			blank = true;
			continue;
		}
		/* A blank is written only before something, so none ends up at an end. */
		if (blank && length > 0)
			line[length++] = ' ';
		blank = false;
		memcpy(line + length, start, (size_t)(text - start));
		length += (size_t)(text - start);
	}
	line[length] = '\0';
	return line;
}

char *
text_trim(struct arena *arena, const char *text)
{
	static const char blanks[] = " \t\n\v\f\r";
	size_t length;

	text += strspn(text, blanks);
	length = strlen(text);
	while (length > 0 && strchr(blanks, text[length - 1]) != NULL)
		length--;
	return arena_copy(arena, text, length);
}

char *
text_lower(struct arena *arena, const char *text)
{
	char *lower = arena_text(arena, text);
	char *c;

	for (c = lower; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return lower;
}

bool
text_equal(const char *one, const char *other)
{
	if (one == NULL || other == NULL)
		return one == other;
	return strcmp(one, other) == 0;
}

bool
text_starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

bool
text_integer(const char *text, int64_t minimum, int64_t maximum, int64_t *number)
{
	bool negative = minimum < 0 && *text == '-';
	int64_t value = 0;

	if (negative)
		text++;
	if (*text == '\0')
		return false;
	/* Counted downwards, since the lowest number has no positive twin. */
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, *text - '0', &value))
			return false;
	}
	if (!negative && __builtin_sub_overflow((int64_t)0, value, &value))
		return false;
	if (value < minimum || value > maximum)
		return false;
	*number = value;
	return true;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool
text_is_id(const char *text)
{
	size_t length = 0;

	while (length < 32 && hex_digit(text[length]) >= 0)
		length++;
	return length == 32 && text[length] == '\0';
}

bool
text_parse_id(const char *text, uint8_t id[16])
{
	size_t i;

	if (!text_is_id(text))
		return false;
	memset(id, 0, 16);
	for (i = 0; i < 32; i++)
		id[i / 2] = (uint8_t)(id[i / 2] * 16 + hex_digit(text[i]));
	return true;
}

char *
text_id(struct arena *arena, const uint8_t id[16])
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_allocate(arena, 33);
	size_t i;

	for (i = 0; i < 16; i++) {
		text[2 * i] = digits[id[i] >> 4];
		text[2 * i + 1] = digits[id[i] & 15];
	}
	return text;
}

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/*
 * The dot-string of RFC 5321: no quoted forms, no dot at an end or doubled. No hyphen in front
 * either, which is legal but would be an option to sendmail(8) wherever a "--" is forgotten.
 */
static bool
is_local_part(const char *part, size_t length)
{
	size_t i;

	if (length == 0 || length > 64)
		return false;
	if (part[0] == '-' || part[0] == '.' || part[length - 1] == '.')
		return false;
	for (i = 0; i < length; i++) {
		if (part[i] == '.' && part[i - 1] == '.')
			return false;
		if (!is_letter_or_digit(part[i]) && strchr(".!#$%&'*+-/=?^_`{|}~", part[i]) == NULL)
			return false;
	}
	return true;
}

static bool
is_domain(const char *domain)
{
	while (true) {
		size_t length = 0;

		while (is_letter_or_digit(domain[length]) || domain[length] == '-')
			length++;
		if (length == 0 || length > 63 || domain[0] == '-' || domain[length - 1] == '-')
			return false;
		if (domain[length] == '\0')
			return true;
		if (domain[length] != '.')
			return false;
		domain += length + 1;
	}
}

bool
text_is_email(const char *text)
{
	const char *at = strchr(text, '@');

	return at != NULL && strlen(text) <= 254 && is_local_part(text, (size_t)(at - text)) &&
	    is_domain(at + 1);
}

char *
text_url_part(struct arena *arena, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *part = arena_allocate(arena, 3 * strlen(text) + 1);
	char *to = part;

	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (is_letter_or_digit(*text) || strchr("-._~", *text) != NULL) {
			*to++ = *text;
			continue;
		}
		*to++ = '%';
		*to++ = digits[byte >> 4];
		*to++ = digits[byte & 15];
	}
	*to = '\0';
	return part;
}

static size_t
put_point(char *to, uint32_t point)
{
	if (point < 0x80) {
		to[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		to[0] = (char)(0xc0 | point >> 6);
		to[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		to[0] = (char)(0xe0 | point >> 12);
		to[1] = (char)(0x80 | (point >> 6 & 0x3f));
		to[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | point >> 18);
	to[1] = (char)(0x80 | (point >> 12 & 0x3f));
	to[2] = (char)(0x80 | (point >> 6 & 0x3f));
	to[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

char *
text_initials(struct arena *arena, const char *name)
{
	char *initials = arena_allocate(arena, 9);
	uint32_t first = 0, last = 0;
	bool in_word = false;
	size_t length = 0;

	while (*name != '\0') {
		uint32_t point = text_next(&name);

		if (is_white(point)) {
			in_word = false;
			continue;
		}
		/* Brackets and quotes before a word are no letters: "(Ada) Lovelace" is AL. */
		if (in_word || (point < 0x80 && !is_letter_or_digit((char)point)))
			continue;
		in_word = true;
		if (first == 0)
			first = point;
		else
			last = point;
	}
	if (first != 0)
		length = put_point(initials, (uint32_t)towupper((wint_t)first));
	if (last != 0)
		length += put_point(initials + length, (uint32_t)towupper((wint_t)last));
	initials[length] = '\0';
	return initials;
}
