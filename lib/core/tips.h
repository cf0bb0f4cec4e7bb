/*
 * The pro tips of a site: a plain text that can be edited without a compiler (features C5, Q21).
 *
 * Tips have blank lines between them. The first line of a tip is its title, the others its text; a
 * last line that begins with "/" is a page of this product that the tip is about. Lines that begin
 * with "#" are comments. There is no markup, so that a tip cannot break a page.
 */
#ifndef VESTIBULE_CORE_TIPS_H
#define VESTIBULE_CORE_TIPS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

#define TIPS 100		/* in a file, at most */
#define TIPS_FILE (64 * 1024)	/* bytes of it, at most */
#define TIPS_TITLE 100		/* characters */
#define TIPS_TEXT 1000

struct tip {
	const char *title;
	const char *text;	/* one paragraph, never empty */
	const char *path;	/* "/settings/credentials/new", or NULL */
};

struct tips {
	size_t count;
	struct tip items[TIPS];
};

/*
 * Reads the file into the arena. A file that is not there: true, and no tips. One that is wrong:
 * false with a sentence for the operator that names the line, and no tips.
 */
bool tips_load(struct arena *, const char *path, struct tips *, char *message, size_t message_size);

#endif
