/*
 * Hiding the values of certain container arguments in a text (features C7, Q19): the one routine,
 * for the page that tries it, for `vestibule redact`, and for whatever prints container arguments.
 *
 * "-e NAME=value", "--env NAME=value", "--env=NAME=value" and the bare "NAME=value" all become
 * "NAME=********", always eight asterisks, with what stood before them as it was. Names are
 * compared exactly, letter case too, and are no patterns: "A.C" is not in "ABC=1", "KEY" is not in
 * "API_KEY=1" nor in "KEY_ID=1". Blanks around the "=" go. A value ends at white space, but what
 * is in quotes belongs to it as a whole, with the line ends in it; so does the rest of an argument
 * whose quote stands in front of the name ("NAME=a b"), also where the quotes are escaped, as in
 * JSON. Where a text is broken, too much is hidden rather than too little.
 */
#ifndef VESTIBULE_DATA_REDACTION_H
#define VESTIBULE_DATA_REDACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/buffer.h"

#define REDACTION_MASK "********"
#define REDACTION_NAME 1024	/* bytes of a name; longer ones are in no text */
#define REDACTION_QUOTED 16384	/* bytes in which a quoted value must end; else the line ends it */

struct redaction;

/* The names, which stay the caller's. No names: nothing is hidden. */
struct redaction *redaction_create(struct arena *, const char *const *names, size_t count);

/* Appends the whole text, with the values hidden. */
void redaction_apply(const struct redaction *, const char *text, size_t length, struct buffer *out);

/*
 * A text that comes in pieces. state starts as zeros. Returns how many bytes were dealt with; the
 * rest has to come again with more behind it, until the last piece. Of pieces with more than
 * REDACTION_PIECE bytes some are always dealt with.
 */
#define REDACTION_PIECE (4 * REDACTION_QUOTED)
struct redaction_state {
	char before[8];		/* the last bytes that were dealt with */
	char quote;		/* that is open on this line */
	bool inside;		/* of a value */
};
size_t redaction_piece(const struct redaction *, struct redaction_state *, const char *text,
    size_t length, bool last, struct buffer *out);

#endif
