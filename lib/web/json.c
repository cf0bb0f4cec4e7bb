/*
 * The API's arguments and its envelope, by jansson.
 */
#include "web/json.h"

#include <stdlib.h>
#include <string.h>

#include "core/language.h"
#include "core/text.h"

#define NESTING_LIMIT 32	/* objects that "a.b.c" may open */

/* jansson returns NULL for want of memory and for nothing else here. */
static json_t *
made(json_t *value)
{
	if (value == NULL)
		abort();
	return value;
}

/* --- arguments -------------------------------------------------------------------------------- */

static bool
is_whole_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* A value of a query or form: whole numbers and truth values become such, all else stays text. */
static json_t *
converted(const char *value)
{
	int64_t number;

	if (is_whole_number(value)) {
		while (value[0] == '0' && value[1] != '\0')
			value++;
		if (text_integer(value, 0, INT64_MAX, &number))
			return made(json_integer(number));
	}
	if (strcmp(value, "true") == 0)
		return made(json_true());
	if (strcmp(value, "false") == 0)
		return made(json_false());
	return made(json_string(value));
}

/*
 * How often the name of the field at this index stands in the fields, and whether this is its first
 * place.
 */
static size_t
occurrences(const struct http_fields *fields, size_t index, bool *is_first)
{
	size_t count = 0, i;

	*is_first = true;
	for (i = 0; i < fields->count; i++) {
		if (strcmp(fields->items[i].name, fields->items[index].name) != 0)
			continue;
		if (i < index)
			*is_first = false;
		count++;
	}
	return count;
}

static json_t *
list_of(const struct http_fields *fields, const char *name)
{
	json_t *list = made(json_array());
	size_t i;

	for (i = 0; i < fields->count; i++)
		if (strcmp(fields->items[i].name, name) == 0)
			json_array_append_new(list, converted(fields->items[i].value));
	return list;
}

/*
 * The object called name inside another one; made when there is none, in the place of what is no
 * object.
 */
static json_t *
inner_object(json_t *object, const char *name)
{
	json_t *inner = json_object_get(object, name);

	if (json_is_object(inner))
		return inner;
	inner = made(json_object());
	if (json_object_set_new(object, name, inner) != 0)
		abort();
	return inner;
}

/* Puts the value (taken over) where "a.b.c" says. False when that is too deep. */
static bool
set_nested(struct arena *arena, json_t *object, const char *name, json_t *value)
{
	char *part = arena_text(arena, name), *dot;
	size_t length = strlen(part);
	unsigned depth = 0;

	if (length >= 2 && strcmp(part + length - 2, "[]") == 0)
		part[length - 2] = '\0';
	for (; (dot = strchr(part, '.')) != NULL; part = dot + 1) {
		if (++depth > NESTING_LIMIT) {
			json_decref(value);
			return false;
		}
		*dot = '\0';
		object = inner_object(object, part);
	}
	if (json_object_set_new(object, part, value) != 0)
		abort();
	return true;
}

static bool
is_list_name(const char *name)
{
	size_t length = strlen(name);

	return length >= 2 && strcmp(name + length - 2, "[]") == 0;
}

static bool
merge_fields(struct arena *arena, json_t *arguments, const struct http_fields *fields,
    const char **message)
{
	const char *name;
	bool is_first;
	size_t count, i;
	json_t *value;

	for (i = 0; i < fields->count; i++) {
		name = fields->items[i].name;
		count = occurrences(fields, i, &is_first);
		if (!is_first)
			continue;
		if (count > 1 || is_list_name(name))
			value = list_of(fields, name);
		else
			value = converted(fields->items[i].value);
		if (!set_nested(arena, arguments, name, value)) {
			*message = _("Invalid parameter: nested too deep");
			return false;
		}
	}
	return true;
}

/* The object in the body; a new reference, or NULL with the reason. */
static json_t *
body_object(struct arena *arena, const struct http_request *request, const char **message)
{
	json_error_t error;
	json_t *body;

	if (request->body_length == 0)
		return made(json_object());
	body = json_loadb(request->body, request->body_length,
	    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (body == NULL) {
		*message = arena_format(arena, _("Invalid JSON: %s (line %d, column %d)"),
		    error.text, error.line, error.column);
		return NULL;
	}
	if (json_is_object(body))
		return body;
	if (json_is_null(body)) {
		json_decref(body);
		return made(json_object());
	}
	json_decref(body);
	*message = _("Invalid JSON: the body must be an object");
	return NULL;
}

/*
 * JSON is JSON whatever the type says: curl calls everything a form that it is not told about, and
 * no form begins with a brace.
 */
static bool
is_form_body(const struct http_request *request)
{
	const char *start = request->body + strspn(request->body, " \t\r\n");

	return strcmp(request->content_type, "application/x-www-form-urlencoded") == 0 &&
	    *start != '{';
}

json_t *
json_arguments(struct arena *arena, const struct http_request *request, const char **message)
{
	bool is_form = is_form_body(request);
	struct http_fields form = { 0 };
	bool is_read = true;
	json_t *arguments;

	*message = NULL;
	arguments = is_form ? made(json_object()) : body_object(arena, request, message);
	if (arguments == NULL)
		return NULL;
	if (is_form)
		is_read = http_read_fields(arena, request->body, request->body_length, &form,
		    message);
	if (is_read && merge_fields(arena, arguments, &request->query, message) &&
	    merge_fields(arena, arguments, &form, message))
		return arguments;
	json_decref(arguments);
	return NULL;
}

/* --- envelope --------------------------------------------------------------------------------- */

static int
append(const char *bytes, size_t length, void *out)
{
	buffer_append(out, bytes, length);
	return 0;
}

/*
 * A text that may come from the client: never null, because its SDK cannot read that (spec/api.md
 * 3).
 */
static json_t *
text_value(const char *text)
{
	json_t *value = json_string(text != NULL ? text : "");

	return value != NULL ? value : made(json_string("\xef\xbf\xbd"));
}

static void
set(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new_nocheck(object, name, value) != 0)
		abort();
}

static json_t *
or_empty(json_t *object)
{
	return object != NULL ? json_incref(object) : made(json_object());
}

void
json_envelope(struct buffer *out, const struct json_meta *meta, json_t *data)
{
	json_t *envelope = made(json_object()), *inner = made(json_object());
	json_t *endpoint = made(json_object());

	set(endpoint, "name", text_value(meta->endpoint));
	set(endpoint, "requested_version", text_value(meta->requested_version));
	set(endpoint, "actual_version",
	    meta->actual_version != NULL ? text_value(meta->actual_version) : json_null());
	set(inner, "id", text_value(meta->id));
	set(inner, "trx", text_value(meta->transaction != NULL ? meta->transaction : meta->id));
	set(inner, "endpoint", endpoint);
	set(inner, "result_code", made(json_integer(meta->code)));
	set(inner, "result_subcode", made(json_integer(meta->subcode)));
	set(inner, "result_msg", text_value(meta->message));
	set(inner, "error_stack", json_null());
	set(inner, "error_data", or_empty(meta->error_data));
	set(envelope, "meta", inner);
	set(envelope, "data", or_empty(data));
	if (json_dump_callback(envelope, append, out, JSON_COMPACT | JSON_ENSURE_ASCII) != 0)
		abort();
	json_decref(envelope);
}
