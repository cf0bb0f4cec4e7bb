/*
 * JSON in and out of the API: jansson, and the envelope of spec/api.md 3.
 *
 * Reading is strict where jansson is (no doubled names, no bad UTF-8, no \u0000, depth 2048) and
 * answers with its message. Texts that come out of the database are strict UTF-8 already.
 */
#ifndef VESTIBULE_WEB_JSON_H
#define VESTIBULE_WEB_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "core/arena.h"
#include "core/buffer.h"
#include "web/http.h"

/*
 * The arguments of an API call (spec/api.md 1): the JSON body, then the query, then a urlencoded
 * body, merged, later wins. An empty or "null" body is {}. Query and form values are converted:
 * whole numbers, true, false; a name given twice, or ending in "[]", becomes a list; "a.b" nests,
 * at most 32 deep (a conflict with a value that is no object: later wins). A body that
 * begins with a brace is JSON even when its type says form. Returns a new reference, or NULL with
 * the reason in *message (in the arena).
 */
json_t *json_arguments(struct arena *, const struct http_request *, const char **message);

struct json_meta {
	const char *id;			/* 32 hex */
	const char *transaction;	/* X-Clearml-Trx, or NULL: the id */
	const char *endpoint;		/* "auth.login", or the name that was asked for */
	const char *requested_version;	/* "2.34" */
	const char *actual_version;	/* "1.0", or NULL */
	unsigned code;			/* 200 … */
	unsigned subcode;
	const char *message;		/* "OK" */
	json_t *error_data;		/* borrowed; NULL: {} */
};

/* Appends the envelope with the data (borrowed; NULL: {}). */
void json_envelope(struct buffer *, const struct json_meta *, json_t *data);

#endif
