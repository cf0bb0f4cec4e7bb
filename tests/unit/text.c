/*
 * Texts. The UTF-8 check is compared with a table made the other way round, by encoding every
 * allowed code point, and with the check of PCRE2.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "unit.h"

#include <pcre2.h>
#include <stdbool.h>

#include "core/language.h"
#include "core/text.h"

/* Which runs of one to four bytes are exactly one allowed character. */
static bool one_byte[1 << 8];
static bool two_bytes[1 << 16];
static unsigned char three_bytes[1 << 24];

static size_t
encode(uint32_t point, unsigned char bytes[4])
{
	static const unsigned char marks[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	size_t i;

	for (i = length; i-- > 1; point >>= 6)
		bytes[i] = (unsigned char)(0x80 | (point & 0x3f));
	bytes[0] = (unsigned char)(marks[length] | point);
	return length;
}

static bool
is_allowed(uint32_t point)
{
	return point >= 1 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff) &&
	    point != 0xfffe && point != 0xffff;
}

static int
make_table(void **state)
{
	unsigned char bytes[4];
	uint32_t point;

	(void)state;
	for (point = 0; point < 0x10000; point++) {
		if (!is_allowed(point))
			continue;
		switch (encode(point, bytes)) {
		case 1: one_byte[bytes[0]] = true; break;
		case 2: two_bytes[bytes[0] << 8 | bytes[1]] = true; break;
		default: three_bytes[bytes[0] << 16 | bytes[1] << 8 | bytes[2]] = 1; break;
		}
	}
	return 0;
}

/* Four bytes are one character when writing their payload anew gives the same four bytes. */
static bool
is_four(const unsigned char *bytes)
{
	uint32_t point = (bytes[0] & 7U) << 18 | (bytes[1] & 0x3fU) << 12 |
	    (bytes[2] & 0x3fU) << 6 | (bytes[3] & 0x3fU);
	unsigned char again[4];

	return point >= 0x10000 && point <= 0x10ffff && encode(point, again) == 4 &&
	    memcmp(bytes, again, 4) == 0;
}

/* Whether the bytes fall into allowed characters in some way. */
static bool
expected(const unsigned char *bytes, size_t length)
{
	if (length == 0)
		return true;
	if (one_byte[bytes[0]] && expected(bytes + 1, length - 1))
		return true;
	if (length >= 2 && two_bytes[bytes[0] << 8 | bytes[1]] && expected(bytes + 2, length - 2))
		return true;
	if (length >= 3 && three_bytes[bytes[0] << 16 | bytes[1] << 8 | bytes[2]] &&
	    expected(bytes + 3, length - 3))
		return true;
	return length >= 4 && is_four(bytes) && expected(bytes + 4, length - 4);
}

static bool
actual(const unsigned char *bytes, size_t length)
{
	return text_is_utf8((const char *)bytes, length);
}

static void
test_utf8_all_of_one_to_three_bytes(void **state)
{
	unsigned char bytes[3];
	unsigned long different = 0, valid[4] = { 0 };
	uint32_t i;

	(void)state;
	for (i = 0; i < 1 << 24; i++) {
		bytes[0] = (unsigned char)(i >> 16);
		bytes[1] = (unsigned char)(i >> 8);
		bytes[2] = (unsigned char)i;
		different += actual(bytes, 3) != expected(bytes, 3);
		valid[3] += actual(bytes, 3);
		if (i % (1 << 8) == 0) {
			different += actual(bytes, 2) != expected(bytes, 2);
			valid[2] += actual(bytes, 2);
		}
		if (i % (1 << 16) == 0) {
			different += actual(bytes, 1) != expected(bytes, 1);
			valid[1] += actual(bytes, 1);
		}
	}
	assert_int_equal(different, 0);
	/* By hand: 127 ASCII; 1,920 of two bytes; 63,488 less surrogates and two of three bytes. */
	assert_int_equal(valid[1], 127);
	assert_int_equal(valid[2], 127 * 127 + 1920);
	assert_int_equal(valid[3], 127 * 127 * 127 + 2 * 127 * 1920 + 63488 - 2048 - 2);
}

static void
test_utf8_four_bytes(void **state)
{
	/* Every edge that a third or fourth byte can have. */
	static const unsigned char edges[] = { 0x00, 0x01, 0x41, 0x7f, 0x80, 0x81, 0x8f, 0x90, 0x9f,
		0xa0, 0xbd, 0xbe, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xff };
	unsigned char bytes[4];
	unsigned long different = 0;
	size_t third, fourth;
	uint32_t i;

	(void)state;
	for (i = 0; i < 1 << 16; i++) {
		bytes[0] = (unsigned char)(i >> 8);
		bytes[1] = (unsigned char)i;
		for (third = 0; third < COUNT(edges); third++) {
			for (fourth = 0; fourth < COUNT(edges); fourth++) {
				bytes[2] = edges[third];
				bytes[3] = edges[fourth];
				different += actual(bytes, 4) != expected(bytes, 4);
			}
		}
	}
	/* First bytes F0 to F7 with all second and third bytes around the continuations. */
	for (i = 0; i < 1 << 22; i++) {
		bytes[0] = (unsigned char)(0xf0 | (i >> 19 & 7));
		bytes[1] = (unsigned char)(0x70 + (i >> 12 & 0x7f));
		bytes[2] = (unsigned char)(0x70 + (i >> 5 & 0x7f));
		bytes[3] = (unsigned char)(0x78 + (i & 0x1f) * 4);
		different += actual(bytes, 4) != expected(bytes, 4);
	}
	assert_int_equal(different, 0);
}

/* PCRE2 knows UTF-8 too; it takes NUL and U+FFFE and U+FFFF, which we do not. */
static void
test_utf8_agrees_with_pcre2(void **state)
{
	static const unsigned char likely[] = { 'a', '"', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xaf,
		0xbd, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4,
		0xf5, 0xff };
	PCRE2_SIZE where;
	int error, round;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR) "", 0, PCRE2_UTF, &error, &where, NULL);
	pcre2_match_data *match;
	unsigned char bytes[24];
	unsigned long valid = 0, different = 0;
	unsigned seed = 7;
	size_t i, length;

	(void)state;
	assert_non_null(code);
	match = pcre2_match_data_create(1, NULL);
	assert_non_null(match);
	for (round = 0; round < 400000; round++) {
		bool ours, theirs;

		seed = seed * 1664525 + 1013904223;
		length = 1 + (seed >> 8) % (round % 2 == 0 ? 5 : sizeof(bytes));
		for (i = 0; i < length; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = round % 2 == 1 && seed >> 24 < 230
			    ? 'x'
			    : likely[(seed >> 8) % COUNT(likely)];
		}
		ours = actual(bytes, length);
		theirs = pcre2_match(code, bytes, length, 0, 0, match, NULL) >= 0;
		for (i = 0; i + 2 < length; i++)
			if (bytes[i] == 0xef && bytes[i + 1] == 0xbf && bytes[i + 2] >= 0xbe)
				theirs = false;
		valid += ours;
		different += ours != theirs;
	}
	assert_int_equal(different, 0);
	/* Both answers must have been asked for often. */
	assert_in_range(valid, 20000, 380000);
	pcre2_match_data_free(match);
	pcre2_code_free(code);
}

/*
 * The shortcut over eight bytes must see a bad byte at every place, and take no good one for bad.
 */
static void
test_utf8_in_long_texts(void **state)
{
	static const char *const bad[] = { "\xff", "\x80", "\xc0\xaf", "\xed\xa0\x80",
		"\xef\xbf\xbf", "\xc3" };
	char text[64], *copy;
	size_t at, length, i;

	(void)state;
	for (length = 1; length <= sizeof(text); length++) {
		for (at = 0; at < length; at++) {
			/*
			 * A copy of exactly that length, so that the sanitizer sees a read beyond
			 * it.
			 */
			copy = malloc(length);
			assert_non_null(copy);
			memset(copy, 'a', length);
			assert_true(text_is_utf8(copy, length));
			copy[at] = '\x01';
			assert_true(text_is_utf8(copy, length));
			copy[at] = '\x7f';
			assert_true(text_is_utf8(copy, length));
			copy[at] = '\0';
			assert_false(text_is_utf8(copy, length));
			for (i = 0; i < COUNT(bad); i++) {
				if (at + strlen(bad[i]) > length)
					continue;
				memset(copy, 'a', length);
				memcpy(copy + at, bad[i], strlen(bad[i]));
				assert_false(text_is_utf8(copy, length));
			}
			free(copy);
		}
	}
	assert_true(text_is_utf8("", 0));
}

static void
test_next_reads_every_point(void **state)
{
	unsigned char bytes[9] = { 0 };
	uint32_t point;

	(void)state;
	for (point = 1; point <= 0x10ffff; point++) {
		const char *text = (const char *)bytes;
		size_t length;

		if (point >= 0xd800 && point <= 0xdfff)
			continue;
		length = encode(point, bytes);
		bytes[length] = 'z';
		bytes[length + 1] = '\0';
		if (text_next(&text) != point || text != (const char *)bytes + length)
			fail_msg("U+%04X", (unsigned)point);
		if (text_characters((const char *)bytes) != 2)
			fail_msg("length of U+%04X", (unsigned)point);
	}
}

static void
test_next_stops_at_the_end(void **state)
{
	static const char *const cut[] = { "", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xff", "\x80" };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cut); i++) {
		const char *text = cut[i];
		int steps = 0;

		while (*text != '\0' && steps < 10) {
			text_next(&text);
			steps++;
		}
		assert_ptr_equal(text, cut[i] + strlen(cut[i]));
		assert_int_equal(text_next(&text), 0);
		assert_ptr_equal(text, cut[i] + strlen(cut[i]));
	}
}

/* Ranges of code points, first and last, as the header has them. */
struct range {
	uint32_t first, last;
};

static const struct range hidden_marks[] = { { 0x061c, 0x061c }, { 0x200b, 0x200b },
	{ 0x200e, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x2069 }, { 0xfeff, 0xfeff },
	{ 0xfff9, 0xfffb }, { 0xe0000, 0xe007f } };
static const struct range controls[] = { { 0x01, 0x08 }, { 0x0e, 0x1f }, { 0x7f, 0x84 },
	{ 0x86, 0x9f } };
static const struct range line_whites[] = { { 0x0b, 0x0d }, { 0x85, 0x85 }, { 0x2028, 0x2029 } };
/* White_Space=yes in the Unicode database. */
static const struct range whites[] = { { 0x09, 0x0d }, { 0x20, 0x20 }, { 0x85, 0x85 },
	{ 0xa0, 0xa0 }, { 0x1680, 0x1680 }, { 0x2000, 0x200a }, { 0x2028, 0x2029 },
	{ 0x202f, 0x202f }, { 0x205f, 0x205f }, { 0x3000, 0x3000 } };

static bool
is_in(uint32_t point, const struct range *ranges, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return true;
	return false;
}

static void
test_hidden_and_white_for_every_point(void **state)
{
	struct arena *arena = arena_create();
	unsigned char bytes[12];
	uint32_t point;

	(void)state;
	for (point = 1; point <= 0x10ffff; point++) {
		struct arena_mark mark = arena_mark(arena);
		const char *text = (const char *)bytes;
		bool mark_or_control, white;
		size_t length;
		char *line;

		if (!is_allowed(point))
			continue;
		bytes[0] = 'a';
		length = 1 + encode(point, bytes + 1);
		bytes[length] = 'b';
		bytes[length + 1] = '\0';

		mark_or_control = is_in(point, hidden_marks, COUNT(hidden_marks)) ||
		    is_in(point, controls, COUNT(controls));
		white = is_in(point, whites, COUNT(whites));
		if (text_has_hidden(text) != mark_or_control)
			fail_msg("hidden U+%04X", (unsigned)point);
		if (text_has_hidden_lines(text) !=
		    (mark_or_control || is_in(point, line_whites, COUNT(line_whites))))
			fail_msg("hidden in lines U+%04X", (unsigned)point);
		line = text_one_line(arena, text);
		if (strcmp(line, white ? "a b" : text) != 0)
			fail_msg("one line U+%04X", (unsigned)point);
		arena_rewind(arena, mark);
	}
	arena_destroy(arena);
}

static void
test_one_line_over_nasty_texts(void **state)
{
	static const struct {
		const char *text, *line;
	} cases[] = {
		{ "", "" },
		{ " ", "" },
		{ "\t\r\n\v\f \xc2\x85\xc2\xa0\xe1\x9a\x80\xe2\x80\xa8\xe3\x80\x80", "" },
		{ "build host", "build host" },
		{ "  build \t\r\n  host  ", "build host" },
		{ "two  blanks", "two blanks" },
		{ "label\n}\napi { x", "label } api { x" },
		{ "\xc2\xa0non\xc2\xa0\xc2\xa0"
		  "breaking\xc2\xa0",
		    "non breaking" },
		{ "a\xe2\x80\xa9"
		  "b\xe2\x80\x83\xe2\x80\x83"
		  "c",
		    "a b c" },
		{ "\xe3\x80\x80\xe6\x9d\xb1\xe3\x80\x80\xe4\xba\xac\xe3\x80\x80",
		    "\xe6\x9d\xb1 \xe4\xba\xac" },
		{ "\"quotes' # and {braces}\\", "\"quotes' # and {braces}\\" },
		{ "<script>alert(1)</script>", "<script>alert(1)</script>" },
		/* Neither white nor folded: text_has_hidden() is the one that refuses it. */
		{ "a\xe2\x80\x8bz", "a\xe2\x80\x8bz" },
		{ " \xf0\x9f\x98\x80 ", "\xf0\x9f\x98\x80" },
	};
	struct arena *arena = arena_create();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		char *line = text_one_line(arena, cases[i].text);

		assert_string_equal(line, cases[i].line);
		/* Folding twice changes nothing more. */
		assert_string_equal(text_one_line(arena, line), line);
		assert_null(strstr(line, "  "));
	}
	arena_destroy(arena);
}

static void
test_hidden_over_nasty_texts(void **state)
{
	(void)state;
	assert_false(text_has_hidden(""));
	assert_false(text_has_hidden("Ordinary label, 20 %"));
	assert_false(text_has_hidden("tab\tand\nline\r\n"));
	assert_false(text_has_hidden(
	    "\xd9\x86\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae\xd9\x88\xd8\xa7\xd9\x87\xd9\x85"));
	assert_false(text_has_hidden("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x92\xbb"));
	assert_true(text_has_hidden("user\xe2\x80\xaetxt.exe"));
	assert_true(text_has_hidden("\xef\xbb\xbfname"));
	assert_true(text_has_hidden("pay\xe2\x80\x8bpal"));
	assert_true(text_has_hidden("\x1b[31mred"));
	assert_true(text_has_hidden("bell\a"));
	assert_true(text_has_hidden("csi \xc2\x9b"
	                            "31m"));
	assert_true(text_has_hidden("tag \xf3\xa0\x81\x81"));
	assert_false(text_has_hidden_lines("one\n\ttwo\n"));
	assert_true(text_has_hidden_lines("one\r\ntwo"));
	assert_true(text_has_hidden_lines("a\xe2\x80\xa8z"));
}

static void
test_trim_and_lower(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	assert_string_equal(text_trim(arena, " \t\r\n\v\fa b\f\v\n\r\t "), "a b");
	assert_string_equal(text_trim(arena, ""), "");
	assert_string_equal(text_trim(arena, " \n"), "");
	assert_string_equal(text_trim(arena, "\xc2\xa0x\xc2\xa0"), "\xc2\xa0x\xc2\xa0");
	assert_string_equal(text_lower(arena, "@AZ[`az{ \xc3\x84 09"), "@az[`az{ \xc3\x84 09");
	arena_destroy(arena);
}

static void
test_equal_and_starts(void **state)
{
	(void)state;
	assert_true(text_equal(NULL, NULL));
	assert_false(text_equal(NULL, ""));
	assert_false(text_equal("", NULL));
	assert_true(text_equal("", ""));
	assert_true(text_equal("a", "a"));
	assert_false(text_equal("a", "A"));
	assert_false(text_equal("a", "ab"));
	assert_true(text_starts("abc", "ab"));
	assert_true(text_starts("abc", ""));
	assert_true(text_starts("abc", "abc"));
	assert_false(text_starts("ab", "abc"));
	assert_false(text_starts("xabc", "abc"));
}

static void
test_integers(void **state)
{
	static const char *const none[] = { "", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "--1",
		"1-", "-1", "\xd9\xa1", "9223372036854775808", "99999999999999999999", "1\n", "a" };
	int64_t number = 77;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(none); i++) {
		assert_false(text_integer(none[i], 0, INT64_MAX, &number));
		assert_int_equal(number, 77);
	}
	assert_false(text_integer("-", INT64_MIN, INT64_MAX, &number));
	assert_false(text_integer("-9223372036854775809", INT64_MIN, INT64_MAX, &number));
	assert_false(text_integer("9223372036854775808", INT64_MIN, INT64_MAX, &number));
	assert_false(text_integer("4", 5, 10, &number));
	assert_false(text_integer("11", 5, 10, &number));
	assert_false(text_integer("-6", -5, 5, &number));
	assert_int_equal(number, 77);

	assert_true(text_integer("5", 5, 10, &number) && number == 5);
	assert_true(text_integer("10", 5, 10, &number) && number == 10);
	assert_true(text_integer("0", 0, 0, &number) && number == 0);
	assert_true(text_integer("007", 0, 9, &number) && number == 7);
	assert_true(text_integer("-5", -5, 5, &number) && number == -5);
	assert_true(
	    text_integer("9223372036854775807", 0, INT64_MAX, &number) && number == INT64_MAX);
	assert_true(
	    text_integer("-9223372036854775808", INT64_MIN, 0, &number) && number == INT64_MIN);
}

static void
test_ids(void **state)
{
	static const char *const none[] = { "", "0123456789abcdef0123456789abcde",
		"0123456789abcdef0123456789abcdef0", "0123456789ABCDEF0123456789abcdef",
		"0123456789abcdef0123456789abcdeg", "0123456789abcdef 123456789abcdef",
		"0123456789abcdef0123456789abcdef\n", "../../../../../../../../etc/passw" };
	static const char good[] = "0123456789abcdeffedcba9876543210";
	struct arena *arena = arena_create();
	uint8_t id[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(none); i++) {
		assert_false(text_is_id(none[i]));
		assert_false(text_parse_id(none[i], id));
	}
	assert_true(text_is_id(good));
	assert_true(text_parse_id(good, id));
	assert_int_equal(id[0], 0x01);
	assert_int_equal(id[7], 0xef);
	assert_int_equal(id[15], 0x10);
	assert_string_equal(text_id(arena, id), good);
	arena_destroy(arena);
}

static void
test_emails(void **state)
{
	static const char *const good[] = { "a@b", "ada@example.com",
		"Ada.Lovelace+ml@mail.example.co.uk", "o'brien@host-1.lan", "x_y=z@1.2",
		"a@xn--bcher-kva.example", "#!$%&*/?^`{|}~@x" };
	static const char *const bad[] = { "", "@", "a@", "@b", "a", "a@b@c", "a b@c", "a@b c",
		"a@b\n", "a\r\nBcc: x@y", "a@b.", "a@.b", "a@b..c", "a@-b", "a@b-", "a@b_c",
		"\"a b\"@c", "a@[127.0.0.1]", ".a@b", "a.@b", "a..b@c", "-oQ/tmp@b", "a,b@c",
		"a;b@c", "<a@b>", "a(x)@b", "a:b@c", "a\\b@c", "\xc3\xa4@b",
		"a@b\xc3\xbc"
		"cher",
		"a@b%20", "a\t@b", "a\x7f@b" };
	char longest[300];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		if (!text_is_email(good[i]))
			fail_msg("%s", good[i]);
	for (i = 0; i < COUNT(bad); i++)
		if (text_is_email(bad[i]))
			fail_msg("%s", bad[i]);

	/* 64 before the @, labels of 63, 254 in all. */
	memset(longest, 'a', sizeof(longest));
	longest[64] = '@';
	for (i = 64 + 64; i < 254; i += 64)
		longest[i] = '.';
	longest[254] = '\0';
	assert_true(text_is_email(longest));
	longest[254] = 'a';
	longest[255] = '\0';
	assert_false(text_is_email(longest));
	memset(longest, 'a', 66);
	strcpy(longest + 65, "@b");
	assert_false(text_is_email(longest));
	longest[0] = '\0';
	strcat(longest, "a@");
	memset(longest + 2, 'b', 64);
	longest[66] = '\0';
	assert_false(text_is_email(longest));
	longest[65] = '\0';
	assert_true(text_is_email(longest));
}

static void
test_url_parts(void **state)
{
	struct arena *arena = arena_create();
	char all[256], *part, expect[8];
	const char *at;
	unsigned byte;

	(void)state;
	for (byte = 1; byte < 256; byte++)
		all[byte - 1] = (char)byte;
	all[255] = '\0';
	at = part = text_url_part(arena, all);
	for (byte = 1; byte < 256; byte++) {
		if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
		    (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '.' || byte == '_' ||
		    byte == '~')
			snprintf(expect, sizeof(expect), "%c", (char)byte);
		else
			snprintf(expect, sizeof(expect), "%%%02X", byte);
		if (strncmp(at, expect, strlen(expect)) != 0)
			fail_msg("byte %02x: %.3s", byte, at);
		at += strlen(expect);
	}
	assert_ptr_equal(at, part + strlen(part));
	assert_string_equal(text_url_part(arena, ""), "");
	arena_destroy(arena);
}

static void
test_initials(void **state)
{
	static const struct {
		const char *name, *initials;
	} cases[] = {
		{ "John Doe", "JD" },
		{ "ada lovelace", "AL" },
		{ "Ada King Lovelace", "AL" },
		{ "Plato", "P" },
		{ "  spaces   around  ", "SA" },
		{ "", "" },
		{ "   ", "" },
		{ "(Ada) \"Countess\" -Lovelace-", "AL" },
		{ "--- ...", "" },
		{ "R2 4D", "R4" },
		{ "\xc3\xa9milie du ch\xc3\xa2telet",
		    "\xc3\x89"
		    "C" },
		{ "\xd0\xb8\xd0\xb2\xd0\xb0\xd0\xbd \xd0\xbf", "\xd0\x98\xd0\x9f" },
		{ "\xe5\xb1\xb1\xe3\x80\x80\xe7\x94\xb0", "\xe5\xb1\xb1\xe7\x94\xb0" },
		{ "\xf0\x9f\x98\x80 \xf0\x9f\x98\x81", "\xf0\x9f\x98\x80\xf0\x9f\x98\x81" },
	};
	struct arena *arena = arena_create();
	size_t i;

	(void)state;
	/* Upper case beyond ASCII needs the character type of UTF-8. */
	language_start("/nonexistent");
	for (i = 0; i < COUNT(cases); i++)
		assert_string_equal(text_initials(arena, cases[i].name), cases[i].initials);
	arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8_all_of_one_to_three_bytes),
		cmocka_unit_test(test_utf8_four_bytes),
		cmocka_unit_test(test_utf8_agrees_with_pcre2),
		cmocka_unit_test(test_utf8_in_long_texts),
		cmocka_unit_test(test_next_reads_every_point),
		cmocka_unit_test(test_next_stops_at_the_end),
		cmocka_unit_test(test_hidden_and_white_for_every_point),
		cmocka_unit_test(test_one_line_over_nasty_texts),
		cmocka_unit_test(test_hidden_over_nasty_texts),
		cmocka_unit_test(test_trim_and_lower),
		cmocka_unit_test(test_equal_and_starts),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_emails),
		cmocka_unit_test(test_url_parts),
		cmocka_unit_test(test_initials),
	};

	return cmocka_run_group_tests(tests, make_table, NULL);
}
