/*
 * Patterns: PCRE2 with UTF, constant patterns only, with a match limit and without JIT. A pattern
 * is matched as a whole: "\A(?:" and ")\z" are put around it. It is compiled once per process; it
 * must be a literal, a variable does not compile. Running into the limit counts as no match and is
 * logged.
 */
#ifndef VESTIBULE_CORE_PATTERN_H
#define VESTIBULE_CORE_PATTERN_H

#include <stdbool.h>

#define pattern_matches(literal, text) pattern_match("" literal, text)

/* Use the macro. */
bool pattern_match(const char *literal, const char *text);

#endif
