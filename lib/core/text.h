/*
 * Texts: strict UTF-8, lengths in characters, and the normal forms that the product's rules ask
 * for.
 *
 * Every byte that enters the product is checked by text_is_utf8() before anything else looks at it:
 * overlong forms, surrogates, U+FFFE, U+FFFF and code points above U+10FFFF are refused
 * (design/security.md 0.3).
 */
#ifndef VESTIBULE_CORE_TEXT_H
#define VESTIBULE_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* Strict UTF-8 without NUL bytes. */
bool text_is_utf8(const char *bytes, size_t length);

/* Code points in a valid text. */
size_t text_characters(const char *text);

/*
 * The next code point of a valid text, or 0 at its end; moves *text behind it.
 */
uint32_t text_next(const char **text);

/*
 * Whether the text has a character that must not stand in a one-line field once white space is
 * folded: C0 and C1 control characters other than TAB, LF, VT, FF, CR and NEL, DEL, and the marks
 * that reorder or hide text (U+061C, U+200B..U+200F, U+202A..U+202E, U+2060..U+2069, U+FEFF,
 * U+FFF9..U+FFFB, U+E0000..U+E007F). ZERO WIDTH JOINER U+200D and NON-JOINER U+200C are letters of
 * some scripts and are allowed.
 */
bool text_has_hidden(const char *text);

/* The same for many lines: LF (and TAB) are allowed, nothing is folded. */
bool text_has_hidden_lines(const char *text);

/*
 * One line: runs of white space (TAB, LF, CR, VT, FF, NEL, U+2028, U+2029 and every Unicode space,
 * U+00A0 too) become one space, both ends are trimmed (features 4.1 rule 3, Q31, Q52). The result
 * is in the arena.
 */
char *text_one_line(struct arena *, const char *text);

/* Without ASCII white space at both ends. */
char *text_trim(struct arena *, const char *text);

/* ASCII letters in lower case, everything else as it is. */
char *text_lower(struct arena *, const char *text);

/* Equality that takes NULL as a value of its own. Not for secrets: crypto_equal(). */
bool text_equal(const char *, const char *);
bool text_starts(const char *text, const char *start);

/*
 * A whole number without sign for positive, blanks, leading "+" or anything behind it; "-" only
 * where minimum is negative. False when it is none, or out of bounds; *number is then unchanged.
 */
bool text_integer(const char *text, int64_t minimum, int64_t maximum, int64_t *number);

/*
 * Exactly 32 lower-case hex digits: an id as it stands in URLs, pages and the API; and its 16
 * bytes.
 */
bool text_is_id(const char *text);
bool text_parse_id(const char *text, uint8_t id[16]);
char *text_id(struct arena *, const uint8_t id[16]);

/*
 * An e-mail address as this product takes it: ASCII, one "@", a local part, a domain of letters,
 * digits, hyphens and dots (a single label is allowed, for intranets), at most 254 bytes (Q59).
 */
bool text_is_email(const char *text);

/* Percent-encoding for one part of a URL: all but letters, digits and "-._~" is encoded. */
char *text_url_part(struct arena *, const char *text);

/* The first letters of the first and last word of a name, for the circle beside it: "JD". */
char *text_initials(struct arena *, const char *name);

#endif
