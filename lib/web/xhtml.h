/*
 * The only way to write markup: elements, attributes and text, well-formed by construction. No raw
 * output exists.
 *
 *	xhtml_open(x, "td", "class", "num", NULL);
 *	xhtml_textf(x, "%u", count);
 *	xhtml_close(x, "td");
 *
 * What is guaranteed (design/models.md 5.1):
 *  - Text and attribute values are escaped, and scrubbed: bytes that are not strict UTF-8 and
 *    characters that XML 1.0 or HTML forbids (control characters but TAB, LF and CR,
 *    non-characters) become U+FFFD. CR LF and CR become LF, as every parser reads them.
 *  - Element names are literals; a variable does not compile. An attribute whose name is not a
 *    plain XML name, or starts with "on", or is "style" or "srcdoc", aborts; a doubled attribute
 *    aborts in debug builds, else it is left out and logged.
 *  - Elements are closed by name; closing another one than the open one aborts, so does finishing
 *    with one open.
 *  - Only the void elements of HTML are written as <br/>; all others get an end tag
 *    (<textarea></textarea>).
 *  - href, src, action, cite, formaction, poster, data and ping take "/path" (not "//" and not
 *    "/\"), "#part", "?query", "http://" and "https://", without control bytes; anything else
 *    writes "#refused" and logs.
 *  - An attribute whose value is NULL is left out. Boolean attributes are written
 *    checked="checked".
 *  - Debug builds stamp each element with data-from="file:line".
 *  - A <textarea> or <pre> whose text starts with a newline keeps it (a newline more is written,
 *    because HTML drops the first); nothing else adds white space.
 *
 * The bytes are in the buffer handed to xhtml_start(); memory and a growing stack belong to the
 * writer.
 */
#ifndef VESTIBULE_WEB_XHTML_H
#define VESTIBULE_WEB_XHTML_H

#include <stdbool.h>

#include "core/buffer.h"

struct xhtml;

/* A writer for the life of the process; xhtml_start() begins a fragment that is appended to out. */
struct xhtml *xhtml_create(void);
void xhtml_destroy(struct xhtml *);
void xhtml_start(struct xhtml *, struct buffer *out);

/* Ends the fragment: every element must be closed. */
void xhtml_finish(struct xhtml *);

/* Forgets a half-written fragment: what was appended since xhtml_start() is dropped. */
void xhtml_abandon(struct xhtml *);

/* Opens an element with attributes: pairs of name and value, NULL at the end. */
#define xhtml_open(x, tag, ...) xhtml_open_at(x, __FILE__, __LINE__, "" tag, __VA_ARGS__)
void xhtml_open_at(struct xhtml *, const char *file, int line, const char *tag, ...)
    __attribute__((sentinel));

/* One attribute more on the element just opened, before anything is written into it. */
void xhtml_attr(struct xhtml *, const char *name, const char *value);
void xhtml_attrf(struct xhtml *, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void xhtml_text(struct xhtml *, const char *text);
void xhtml_textf(struct xhtml *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define xhtml_close(x, tag) xhtml_close_at(x, __FILE__, __LINE__, "" tag)
void xhtml_close_at(struct xhtml *, const char *file, int line, const char *tag);

/* An element with attributes and text and nothing else; NULL text: empty. */
#define xhtml_leaf(x, tag, text, ...) \
	xhtml_leaf_at(x, __FILE__, __LINE__, "" tag, text, __VA_ARGS__)
void xhtml_leaf_at(struct xhtml *, const char *file, int line, const char *tag,
    const char *text, ...) __attribute__((sentinel));

/* Whether nothing is open. */
bool xhtml_is_closed(const struct xhtml *);

/*
 * The independent judge: libxml2 parses the bytes as one document (a fragment is wrapped in one
 * element first). Returns NULL when well-formed, else its message with line and column, in static
 * memory until the next call. Without network, entities, DTD or recovery.
 */
const char *xhtml_judge(const char *bytes, size_t length, bool fragment);

#endif
