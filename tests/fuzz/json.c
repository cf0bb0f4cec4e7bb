/*
 * The API's arguments: what is read goes into an envelope that is ASCII, and reads back as the
 * same. The first byte says how the rest is sent, the next line break where the query ends.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "web/http.h"
#include "web/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_envelope(json_t *arguments)
{
	const struct json_meta meta = {
		.id = "0123456789abcdef0123456789abcdef", .endpoint = "debug.ping",
		.requested_version = "2.34", .code = 200, .message = "OK", .error_data = arguments
	};
	struct buffer out = { 0 };
	json_t *again;
	size_t i;

	json_envelope(&out, &meta, arguments);
	for (i = 0; i < out.length; i++)
		must((unsigned char)out.bytes[i] >= 0x20 && (unsigned char)out.bytes[i] < 0x80);
	again = json_loadb(out.bytes, out.length, JSON_REJECT_DUPLICATES, NULL);
	must(again != NULL && json_equal(json_object_get(again, "data"), arguments));
	json_decref(again);
	buffer_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct http_request request = { .content_type = "" };
	const char *text, *body, *message;
	struct arena *arena;
	json_t *arguments;

	if (length == 0)
		return 0;
	arena = arena_create();
	if (bytes[0] & 1)
		request.content_type = "application/x-www-form-urlencoded";
	text = arena_copy(arena, bytes + 1, length - 1);
	body = memchr(text, '\n', length - 1);
	body = body != NULL ? body + 1 : text;
	request.body = body;
	request.body_length = length - 1 - (size_t)(body - text);
	if (http_read_fields(arena, text, (size_t)(body - text), &request.query, &message)) {
		arguments = json_arguments(arena, &request, &message);
		must((arguments == NULL) == (message != NULL));
		if (arguments != NULL) {
			must(json_is_object(arguments));
			check_envelope(arguments);
			json_decref(arguments);
		}
	}
	arena_destroy(arena);
	return 0;
}
