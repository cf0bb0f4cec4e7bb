/*
 * The check of every byte that comes in, against that of PCRE2, and what the rules for texts make
 * of texts that pass.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* What PCRE2 takes, less NUL, U+FFFE and U+FFFF, which it lets pass. */
static bool
expected(const uint8_t *bytes, size_t length)
{
	pcre2_code *code;
	PCRE2_SIZE place;
	size_t i;
	int error;

	for (i = 0; i < length; i++)
		if (bytes[i] == 0 || (i + 2 < length && bytes[i] == 0xef && bytes[i + 1] == 0xbf &&
		    bytes[i + 2] >= 0xbe))
			return false;
	code = pcre2_compile(bytes, length, PCRE2_UTF | PCRE2_LITERAL, &error, &place, NULL);
	pcre2_code_free(code);
	return code != NULL;
}

static void
must_be_text(const char *text)
{
	must(text != NULL && text_is_utf8(text, strlen(text)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	bool is_text = text_is_utf8((const char *)bytes, length);
	const char *text, *at, *line;
	struct arena *arena;
	size_t count = 0;

	must(is_text == expected(bytes, length));
	if (!is_text)
		return 0;
	arena = arena_create();
	text = arena_copy(arena, bytes, length);
	for (at = text; text_next(&at) != 0; count++)
		;
	must(at == text + length && count == text_characters(text));
	line = text_one_line(arena, text);
	must_be_text(line);
	must(strpbrk(line, "\t\n\v\f\r") == NULL && strstr(line, "  ") == NULL);
	must(text_equal(line, text_one_line(arena, line)));
	must_be_text(text_trim(arena, text));
	must_be_text(text_lower(arena, text));
	must_be_text(text_initials(arena, text));
	must_be_text(text_url_part(arena, text));
	must(!text_is_email(text) || strlen(text) <= 254);
	text_has_hidden(text);
	text_has_hidden_lines(text);
	arena_destroy(arena);
	return 0;
}
