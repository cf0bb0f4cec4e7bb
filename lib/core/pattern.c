/*
 * Compiled patterns in a list of the process, found by the address of their literal. There are a
 * few dozen of them, so the list is short; a literal that stands in two files is compiled twice at
 * most.
 */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "core/pattern.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/log.h"

/* A field of 4 KiB under any sane pattern needs a few thousand; about 2 ms of work. */
#define MATCH_LIMIT 100000
#define HEAP_LIMIT_KIB 4096

struct pattern {
	const struct pattern *next;
	const char *literal;
	pcre2_code *code;
	pcre2_match_data *match;
};

/* The cache that the header speaks of: only ever grows, by one entry for each literal. */
static const struct pattern *patterns;
static pcre2_match_context *limits;

/* A pattern that does not compile is a mistake in the program, which no test can have run. */
static _Noreturn void
broken(const char *literal, const char *reason)
{
	log_write(LOG_ERROR, "pattern_broken", 2, "pattern", literal, "reason", reason);
	abort();
}

static const struct pattern *
compile(const char *literal)
{
	struct pattern *pattern = memory_allocate(sizeof(*pattern));
	size_t size = strlen(literal) + sizeof("\\A(?:)\\z");
	char *whole = memory_allocate(size);
	PCRE2_UCHAR reason[128];
	PCRE2_SIZE where;
	int error;

	if (limits == NULL) {
		limits = pcre2_match_context_create(NULL);
		if (limits == NULL)
			broken(literal, "no memory");
		pcre2_set_match_limit(limits, MATCH_LIMIT);
		pcre2_set_heap_limit(limits, HEAP_LIMIT_KIB);
	}
	snprintf(whole, size, "\\A(?:%s)\\z", literal);
	/* Without PCRE2_UCP: \d is a digit 0 to 9 and \w an ASCII word. */
	pattern->code = pcre2_compile((PCRE2_SPTR)whole, PCRE2_ZERO_TERMINATED,
	    PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &where, NULL);
	if (pattern->code == NULL) {
		pcre2_get_error_message(error, reason, sizeof(reason));
		broken(literal, (const char *)reason);
	}
	pattern->match = pcre2_match_data_create(1, NULL);
	if (pattern->match == NULL)
		broken(literal, "no memory");
	pattern->literal = literal;
	pattern->next = patterns;
	patterns = pattern;
	free(whole);
	return pattern;
}

bool
pattern_match(const char *literal, const char *text)
{
	const struct pattern *pattern = patterns;
	PCRE2_UCHAR reason[128];
	int result;

	while (pattern != NULL && pattern->literal != literal)
		pattern = pattern->next;
	if (pattern == NULL)
		pattern = compile(literal);
	result = pcre2_match(pattern->code, (PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0, 0,
	    pattern->match, limits);
	if (result < 0 && result != PCRE2_ERROR_NOMATCH) {
		pcre2_get_error_message(result, reason, sizeof(reason));
		log_write(LOG_WARNING, "pattern_gave_up", 2, "pattern", literal, "reason",
		    (const char *)reason);
	}
	return result >= 0;
}
