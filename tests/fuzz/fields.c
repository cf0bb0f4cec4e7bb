/*
 * Fields, cookies and addresses: whatever comes in, what comes out is strict UTF-8 and can be read
 * in one way only.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/crypto.h"
#include "core/text.h"
#include "web/http.h"
#include "web/http_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_fields(struct arena *arena, const char *text, size_t length)
{
	struct http_fields fields;
	const char *reason;
	size_t i;

	if (!http_read_fields(arena, text, length, &fields, &reason)) {
		must(reason != NULL && fields.count == 0);
		return;
	}
	must(reason == NULL && fields.count <= HTTP_FIELD_LIMIT);
	for (i = 0; i < fields.count; i++) {
		must(text_is_utf8(fields.items[i].name, strlen(fields.items[i].name)));
		must(text_is_utf8(fields.items[i].value, strlen(fields.items[i].value)));
	}
}

/* A path that is taken holds nothing that another program could take for another one. */
static void
check_address(struct arena *arena, const char *text)
{
	const char *parameters[] = { "REQUEST_METHOD=GET", NULL, NULL };
	struct http_request request = { 0 };

	parameters[1] = arena_format(arena, "REQUEST_URI=%s", text);
	http_read_parameters(arena, parameters, "/base", &request);
	must(request.path[0] == '/');
	must((request.refusal != 0) == (request.refusal_reason != NULL));
	if (request.refusal != 0)
		return;
	must(text_is_utf8(request.path, strlen(request.path)));
	must(strstr(request.path, "//") == NULL && strstr(request.path, "/../") == NULL);
	must(strstr(request.path, "/./") == NULL && strchr(request.path, '\\') == NULL);
	must(strcmp(request.path, "/..") != 0 && !http_read_has_control(request.path));
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct arena *arena;
	const char *text, *cookie;

	must(crypto_start());
	arena = arena_create();
	text = arena_copy(arena, bytes, length);
	check_fields(arena, text, length);
	check_address(arena, text);
	check_address(arena, arena_format(arena, "/base/%s", text));
	cookie = http_cookie(arena, text, "vestibule");
	must(cookie == NULL || (strchr(cookie, ';') == NULL && strstr(text, cookie) != NULL));
	http_header_fits(text);
	arena_destroy(arena);
	return 0;
}
