/* parked_form.c: forms that wait for the password. */
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "data/parked_form.h"

static const char *
seal_context(struct arena *arena, const uint8_t session_hash[32], const char *path, const char *id)
{
	return arena_format(
	    arena, "parked_form|%s|%s|%s", crypto_hex(arena, session_hash, 32), path, id);
}

const char *
parked_form_create(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    const uint8_t session_hash[32], const char *path, const char *body, int64_t now)
{
	uint8_t id[16];
	const char *name;
	const void *sealed;
	size_t length;

	crypto_random(id, sizeof(id));
	name = text_id(arena, id);
	sealed = crypto_seal(keys, arena, seal_context(arena, session_hash, path, name), body,
	    strlen(body), &length);
	db_execute(db, NULL,
	    "INSERT INTO {parked_form} (id, session_hash, object, body, expires) VALUES (?, ?, ?, "
	    "?, ?)",
	    db_bytes(id, sizeof(id)), db_bytes(session_hash, 32), db_text_value(path),
	    db_bytes(sealed, length), db_time(now + PARKED_FORM_LIFE));
	return name;
}

const char *
parked_form_open(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    const uint8_t session_hash[32], const char *path, const char *id, int64_t now, bool *late)
{
	uint8_t bytes[16];
	struct db_rows *rows;
	const uint8_t *sealed;
	size_t length;

	if (!text_parse_id(id, bytes))
		return NULL;
	rows = db_query(db,
	    "SELECT body, expires FROM {parked_form}"
	    " WHERE id = ? AND session_hash = ? AND object = ?",
	    db_bytes(bytes, sizeof(bytes)), db_bytes(session_hash, 32), db_text_value(path));
	if (!db_next(rows))
		return NULL;
	*late = db_column_time(rows, 1) <= now;
	sealed = db_column_bytes(rows, 0, &length);
	return crypto_open(
	    keys, arena, seal_context(arena, session_hash, path, id), sealed, length, &length);
}
