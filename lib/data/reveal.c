/* reveal.c: secrets that are shown once. */
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "data/reveal.h"

static const char *
seal_context(struct arena *arena, const uint8_t session_hash[32], const char *kind, const char *id)
{
	return arena_format(
	    arena, "one_time_reveal|%s|%s|%s", crypto_hex(arena, session_hash, 32), kind, id);
}

const char *
reveal_create(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    const uint8_t session_hash[32], const char *kind, int64_t object, const char *payload,
    int64_t now)
{
	uint8_t id[16];
	const char *name;
	const void *sealed;
	size_t length;

	crypto_random(id, sizeof(id));
	name = text_id(arena, id);
	sealed = crypto_seal(keys, arena, seal_context(arena, session_hash, kind, name), payload,
	    strlen(payload), &length);
	db_execute(db, NULL,
	    "INSERT INTO {one_time_reveal} (id, session_hash, kind, payload, object, expires) "
	    "VALUES (?, ?, ?, ?, ?, ?)",
	    db_bytes(id, sizeof(id)), db_bytes(session_hash, 32), db_text_value(kind),
	    db_bytes(sealed, length), db_integer(object), db_time(now + REVEAL_LIFE));
	return name;
}

const char *
reveal_open(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    const uint8_t session_hash[32], const char *kind, const char *id, int64_t now, int64_t *object,
    int64_t *expires)
{
	uint8_t bytes[16];
	struct db_rows *rows;
	const uint8_t *sealed;
	size_t length;

	if (!text_parse_id(id, bytes))
		return NULL;
	rows = db_query(db,
	    "SELECT payload, object, expires FROM {one_time_reveal}"
	    " WHERE id = ? AND session_hash = ? AND kind = ? AND expires > ?",
	    db_bytes(bytes, sizeof(bytes)), db_bytes(session_hash, 32), db_text_value(kind),
	    db_time(now));
	if (!db_next(rows))
		return NULL;
	*object = db_column_integer(rows, 1);
	*expires = db_column_time(rows, 2);
	sealed = db_column_bytes(rows, 0, &length);
	return crypto_open(
	    keys, arena, seal_context(arena, session_hash, kind, id), sealed, length, &length);
}

void
reveal_end(struct db *db, const uint8_t session_hash[32], const char *id)
{
	uint8_t bytes[16];

	if (text_parse_id(id, bytes))
		db_execute(db, NULL,
		    "DELETE FROM {one_time_reveal} WHERE id = ? AND session_hash = ?",
		    db_bytes(bytes, sizeof(bytes)), db_bytes(session_hash, 32));
}
