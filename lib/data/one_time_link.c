/* one_time_link.c: links that sign in once. */
#include <string.h>

#include "core/clock.h"
#include "data/one_time_link.h"

#define CODE_BYTES 32

/* Which key made the code is in its row; a code is looked up under the current and the previous
 * key. */
static bool
hash_code(
    const struct crypto_keys *keys, uint32_t key_id, const char *code, uint8_t hash[CRYPTO_HASH])
{
	return key_id != 0 &&
	    crypto_keyed_hash(keys, key_id, CRYPTO_LINK, code, strlen(code), hash);
}

const char *
one_time_link_create(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct config *config, const struct crypto_keys *keys, int64_t person)
{
	uint8_t bytes[CODE_BYTES], hash[CRYPTO_HASH];
	const char *code;

	crypto_random(bytes, sizeof(bytes));
	code = crypto_base64url(arena, bytes, sizeof(bytes));
	crypto_wipe(bytes, sizeof(bytes));
	hash_code(keys, crypto_current_key(keys), code, hash);
	db_execute(db, NULL, "DELETE FROM {one_time_link} WHERE person = ?", db_integer(person));
	db_execute(db, NULL,
	    "INSERT INTO {one_time_link} (hash, key_id, person, purpose, created, expires)"
	    " VALUES (?, ?, ?, 'sign-in', ?, ?)",
	    db_bytes(hash, sizeof(hash)), db_integer(crypto_current_key(keys)), db_integer(person),
	    db_time(actor->now), db_time(actor->now + config->link_hours * CLOCK_HOUR));
	audit_write(db, actor,
	    &(struct audit_event){
	        .action = "link.create", .object_kind = "person", .object_id = person });
	return arena_format(arena, "%s/sign-in?link=%s", config->web_server, code);
}

/* Finds the row of a code: the hash that is in the table. */
static struct db_rows *
find(struct db *db, const struct crypto_keys *keys, const char *code, uint8_t hash[CRYPTO_HASH])
{
	uint32_t tried[2] = { crypto_current_key(keys), crypto_previous_key(keys) };
	struct db_rows *rows = NULL;

	for (size_t i = 0; i < 2; i++) {
		if (!hash_code(keys, tried[i], code, hash))
			continue;
		rows = db_query(db,
		    "SELECT l.used IS NOT NULL, l.expires, l.person FROM {one_time_link} l"
		    " JOIN {person} p ON p.id = l.person WHERE l.hash = ? AND p.disabled IS NULL",
		    db_bytes(hash, CRYPTO_HASH));
		if (db_next(rows))
			return rows;
	}
	return NULL;
}

enum one_time_link_state
one_time_link_look(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    const char *code, int64_t now, struct person *person)
{
	uint8_t hash[CRYPTO_HASH];
	struct db_rows *rows = find(db, keys, code, hash);

	if (rows == NULL || !person_by_id(db, arena, db_column_integer(rows, 2), person))
		return ONE_TIME_LINK_UNKNOWN;
	if (db_column_integer(rows, 0) != 0)
		return ONE_TIME_LINK_USED;
	if (db_column_time(rows, 1) <= now)
		return ONE_TIME_LINK_EXPIRED;
	return ONE_TIME_LINK_GOOD;
}

bool
one_time_link_spend(struct db *db, const struct audit_actor *actor, const struct crypto_keys *keys,
    const char *code)
{
	uint8_t hash[CRYPTO_HASH];
	struct db_rows *rows = find(db, keys, code, hash);
	uint64_t found = 0;

	if (rows == NULL)
		return false;
	db_execute(db, &found,
	    "UPDATE {one_time_link} SET used = ? WHERE hash = ? AND used IS NULL AND expires > ?",
	    db_time(actor->now), db_bytes(hash, sizeof(hash)), db_time(actor->now));
	if (found == 0)
		return false;
	audit_write(db, actor, &(struct audit_event){ .action = "link.use", .object_kind = "person",
	    .object_id = db_column_integer(rows, 2) });
	return true;
}
