/* call.c: arguments in, outcome out. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "web/endpoint.h"

#define DETAIL_LIMIT 200	/* bytes of what a client sent that come back in a message */

json_t *
call_made(json_t *value)
{
	if (value == NULL)
		abort();
	return value;
}

void
call_answer(struct call *call, json_t *data)
{
	json_decref(call->data);
	call->data = call_made(data);
}

void
call_refuse(struct call *call, unsigned code, unsigned subcode, const char *format, ...)
{
	char text[512];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	call->code = code;
	call->subcode = subcode;
	call->message = arena_text(call->request->arena, text);
	json_decref(call->error_data);
	call->error_data = NULL;
	json_decref(call->data);
	call->data = NULL;
}

static void
add_detail(struct call *call, const char *name, json_t *value)
{
	if (call->error_data == NULL)
		call->error_data = call_made(json_object());
	if (json_object_set_new(call->error_data, name, call_made(value)) != 0)
		abort();
}

void
call_detail(struct call *call, const char *name, const char *value)
{
	size_t length = strlen(value);

	if (length > DETAIL_LIMIT) {
		length = DETAIL_LIMIT;
		/* Not in the middle of a character. */
		while (length > 0 && ((unsigned char)value[length] & 0xc0) == 0x80)
			length--;
	}
	call->message = arena_format(call->request->arena, "%s%s%s=%.*s", call->message,
	    call->error_data == NULL ? ": " : ", ", name, (int)length, value);
	add_detail(call, name, json_stringn(value, length));
}

void
call_detail_number(struct call *call, const char *name, int64_t value)
{
	call->message = arena_format(call->request->arena, "%s%s%s=%lld", call->message,
	    call->error_data == NULL ? ": " : ", ", name, (long long)value);
	add_detail(call, name, json_integer(value));
}

/*
 * The argument; NULL when it is absent or null. False when that is refused, because it is required.
 */
static bool
find(struct call *call, const char *name, bool required, json_t **value)
{
	*value = json_object_get(call->arguments, name);
	if (json_is_null(*value))
		*value = NULL;
	if (*value != NULL || !required)
		return true;
	call_refuse(call, 400, 12, "Validation error (%s: required)", name);
	return false;
}

static bool
is_wrong(struct call *call, const char *name, const char *wanted)
{
	call_refuse(call, 400, 12, "Validation error (%s: must be %s)", name, wanted);
	return false;
}

static bool
is_text(const json_t *value)
{
	return json_is_string(value) &&
	    text_is_utf8(json_string_value(value), json_string_length(value));
}

bool
call_text(struct call *call, const char *name, bool required, const char **text)
{
	json_t *value;

	*text = NULL;
	if (!find(call, name, required, &value))
		return false;
	if (value != NULL && !is_text(value))
		return is_wrong(call, name, "a string");
	*text = value != NULL ? json_string_value(value) : NULL;
	return true;
}

bool
call_integer(struct call *call, const char *name, bool required, int64_t least, int64_t most,
    int64_t *number, bool *present)
{
	json_t *value;

	*present = false;
	if (!find(call, name, required, &value))
		return false;
	if (value == NULL)
		return true;
	if (!json_is_integer(value))
		return is_wrong(call, name, "an integer");
	if (json_integer_value(value) < least || json_integer_value(value) > most) {
		call_refuse(call, 400, 12, "Validation error (%s: must be between %lld and %lld)",
		    name, (long long)least, (long long)most);
		return false;
	}
	*number = json_integer_value(value);
	*present = true;
	return true;
}

bool
call_boolean(struct call *call, const char *name, bool required, bool *value, bool *present)
{
	json_t *found;

	*present = false;
	if (!find(call, name, required, &found))
		return false;
	if (found == NULL)
		return true;
	if (!json_is_boolean(found))
		return is_wrong(call, name, "true or false");
	*value = json_is_true(found);
	*present = true;
	return true;
}

bool
call_object(struct call *call, const char *name, bool required, json_t **object)
{
	if (!find(call, name, required, object))
		return false;
	if (*object != NULL && !json_is_object(*object))
		return is_wrong(call, name, "an object");
	return true;
}

bool
call_texts(struct call *call, const char *name, json_t **list)
{
	json_t *value;
	size_t i;

	if (!find(call, name, false, list) || *list == NULL)
		return *list == NULL && call->code == 200;
	if (is_text(*list)) {
		value = json_incref(*list);
		*list = call_made(json_array());
		if (json_array_append_new(*list, value) != 0 ||
		    json_object_set_new(call->arguments, name, *list) != 0)
			abort();
		return true;
	}
	if (!json_is_array(*list))
		return is_wrong(call, name, "a list of strings");
	json_array_foreach(*list, i, value) {
		if (!is_text(value))
			return is_wrong(call, name, "a list of strings");
	}
	return true;
}

/* "company" and "company.name" both keep "company". */
static bool
is_kept(const char *field, json_t *only)
{
	size_t length = strlen(field), i;
	json_t *wanted;

	if (strcmp(field, "id") == 0)
		return true;
	json_array_foreach(only, i, wanted) {
		const char *name = json_string_value(wanted);

		if (strncmp(name, field, length) == 0 &&
		    (name[length] == '\0' || name[length] == '.'))
			return true;
	}
	return false;
}

void
call_keep_fields(json_t *object, json_t *only)
{
	const char *field;
	json_t *value;
	void *next;

	if (json_array_size(only) == 0)
		return;
	json_object_foreach_safe(object, next, field, value) {
		if (!is_kept(field, only))
			json_object_del(object, field);
	}
}
