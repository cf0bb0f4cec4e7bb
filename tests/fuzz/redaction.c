/*
 * Hiding container arguments in any text: what is hidden stays hidden, nothing is left behind a
 * hidden name, and pieces give what the whole gives.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "data/redaction.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const names[] = { "K", "KEY_ID", ".*", "A=B" };

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena = arena_create();
	struct redaction *redaction = redaction_create(arena, names, 4);
	struct buffer once = { 0 }, twice = { 0 }, parts = { 0 }, many = { 0 }, whole = { 0 };
	struct redaction_state state = { 0 };
	size_t done = 0;

	redaction_apply(redaction, (const char *)bytes, length, &once);
	redaction_apply(redaction, once.bytes != NULL ? once.bytes : "", once.length, &twice);
	must(once.length == twice.length && memcmp(once.bytes != NULL ? once.bytes : "",
	    twice.bytes != NULL ? twice.bytes : "", once.length) == 0);

	/* So often that it does not fit into one piece; that takes long, so only now and then. */
	for (size_t i = 0; length > 0 && bytes[0] % 64 == 0 &&
	    many.length < 3 * REDACTION_PIECE; i++) {
		buffer_append(&many, bytes, length);
		buffer_byte(&many, "\n \"'"[i % 4]);
	}
	redaction_apply(redaction, many.bytes != NULL ? many.bytes : "", many.length, &whole);
	while (done < many.length) {
		size_t left = many.length - done, size = left < REDACTION_PIECE + 999 ? left :
		    REDACTION_PIECE + 999;
		size_t used = redaction_piece(redaction, &state, many.bytes + done, size,
		    size == left, &parts);

		must(used > 0);
		done += used;
	}
	must(parts.length == whole.length && memcmp(parts.bytes != NULL ? parts.bytes : "",
	    whole.bytes != NULL ? whole.bytes : "", parts.length) == 0);
	buffer_release(&once);
	buffer_release(&twice);
	buffer_release(&parts);
	buffer_release(&many);
	buffer_release(&whole);
	arena_destroy(arena);
	return 0;
}
