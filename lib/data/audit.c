/* audit.c: who did what. */
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"
#include "data/audit.h"

#define AUDIT_TEXT 1000	/* bytes of a value that are kept */

static const char *const ways[] = {
	[AUDIT_FORM] = "form",
	[AUDIT_API] = "api",
	[AUDIT_COMMAND] = "command",
};

void
audit_write(struct db *db, const struct audit_actor *actor, const struct audit_event *event)
{
	db_execute(db, NULL,
	    "INSERT INTO {audit_event} (at, request, workspace, actor, way, credential, address, "
	    "action,"
	    " object_kind, object_id, before_json, after_json, result)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    db_time(actor->now), db_text_value(actor->request),
	    event->workspace != 0 ? db_integer(event->workspace) : db_null(),
	    actor->person != 0 ? db_integer(actor->person) : db_null(),
	    db_text_value(ways[actor->way]),
	    actor->credential != 0 ? db_integer(actor->credential) : db_null(),
	    db_text_value(actor->address), db_text_value(event->action),
	    db_text_value(event->object_kind),
	    event->object_id != 0 ? db_integer(event->object_id) : db_null(),
	    db_text_value(event->before), db_text_value(event->after),
	    db_text_value(event->result != NULL ? event->result : "done"));
}

static void
append_escaped(struct buffer *out, const char *value)
{
	const char *at = value;
	uint32_t character;

	for (;;) {
		const char *start = at;

		character = text_next(&at);
		if (character == 0 || (size_t)(at - value) > AUDIT_TEXT)
			return;
		if (character == '"' || character == '\\') {
			buffer_byte(out, '\\');
			buffer_byte(out, (char)character);
		} else if (character < 0x20) {
			buffer_format(out, "\\u%04x", character);
		} else {
			buffer_append(out, start, (size_t)(at - start));
		}
	}
}

char *
audit_json(struct arena *arena, const char *name, const char *value)
{
	struct buffer out = { 0 };
	char *json;

	buffer_text(&out, "{\"");
	append_escaped(&out, name);
	if (value == NULL) {
		buffer_text(&out, "\":null}");
	} else {
		buffer_text(&out, "\":\"");
		append_escaped(&out, value);
		buffer_text(&out, "\"}");
	}
	json = arena_copy(arena, out.bytes, out.length);
	buffer_release(&out);
	return json;
}
