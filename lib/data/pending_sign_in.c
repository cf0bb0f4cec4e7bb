/* pending_sign_in.c: who is half in. */
#include <string.h>

#include "core/text.h"
#include "data/pending_sign_in.h"

static const char *
seal_context(struct arena *arena, const uint8_t hash[CRYPTO_HASH])
{
	return arena_format(arena, "pending_sign_in|%s", crypto_hex(arena, hash, CRYPTO_HASH));
}

const char *
pending_sign_in_create(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    const struct person *person, const struct pending_sign_in *pending, int64_t now)
{
	uint8_t bytes[32], hash[CRYPTO_HASH];
	const char *text = arena_format(arena, "%d\n%d\n%s\n%s\n%s", pending->way, pending->kept,
	    pending->next, pending->link, pending->password_hash);
	const char *cookie;
	const void *sealed;
	size_t length;

	crypto_random(bytes, sizeof(bytes));
	crypto_digest(bytes, sizeof(bytes), hash);
	cookie = crypto_base64url(arena, bytes, sizeof(bytes));
	crypto_wipe(bytes, sizeof(bytes));
	sealed = crypto_seal(keys, arena, seal_context(arena, hash), text, strlen(text), &length);
	db_execute(db, NULL,
	    "INSERT INTO {pending_sign_in} (session_hash, person, epoch, state, expires)"
	    " SELECT ?, p.id, p.epoch, ?, ? FROM {person} p WHERE p.id = ?",
	    db_bytes(hash, sizeof(hash)), db_bytes(sealed, length),
	    db_time(now + PENDING_SIGN_IN_LIFE), db_integer(person->id));
	return cookie;
}

/* The five lines of the state. */
static bool
read_state(char *text, struct pending_sign_in *pending)
{
	char *lines[5], *next = text;

	for (size_t i = 0; i < 5; i++) {
		lines[i] = strsep(&next, "\n");
		if (lines[i] == NULL)
			return false;
	}
	pending->way = text_equal(lines[0], "1") ? SESSION_LINK : SESSION_PASSWORD;
	pending->kept = text_equal(lines[1], "1");
	pending->next = lines[2];
	pending->link = lines[3];
	pending->password_hash = lines[4];
	return true;
}

bool
pending_sign_in_load(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    const uint8_t hash[32], int64_t now, struct pending_sign_in *pending, struct person *person)
{
	struct db_rows *rows = db_query(db,
	    "SELECT s.state, s.person FROM {pending_sign_in} s"
	    " JOIN {person} p ON p.id = s.person AND p.epoch = s.epoch AND p.disabled IS NULL"
	    " WHERE s.session_hash = ? AND s.expires > ? AND s.failures < ?",
	    db_bytes(hash, CRYPTO_HASH), db_time(now), db_integer(PENDING_SIGN_IN_FAILURES));
	const uint8_t *sealed;
	size_t length;
	char *text;

	if (!db_next(rows))
		return false;
	sealed = db_column_bytes(rows, 0, &length);
	text = crypto_open(keys, arena, seal_context(arena, hash), sealed, length, &length);
	return text != NULL && read_state(text, pending) &&
	    person_by_id(db, arena, db_column_integer(rows, 1), person);
}

bool
pending_sign_in_end(struct db *db, const uint8_t hash[32])
{
	uint64_t found = 0;

	db_execute(db, &found, "DELETE FROM {pending_sign_in} WHERE session_hash = ?",
	    db_bytes(hash, CRYPTO_HASH));
	return found == 1;
}

bool
pending_sign_in_failed(struct db *db, const uint8_t hash[32])
{
	struct db_rows *rows;

	db_execute(db, NULL, "UPDATE {pending_sign_in} SET failures = failures + 1"
	    " WHERE session_hash = ?", db_bytes(hash, CRYPTO_HASH));
	rows = db_query(db, "SELECT failures FROM {pending_sign_in} WHERE session_hash = ?",
	    db_bytes(hash, CRYPTO_HASH));
	return db_next(rows) && db_column_integer(rows, 0) == PENDING_SIGN_IN_FAILURES;
}
