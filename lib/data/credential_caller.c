/* credential_caller.c: who calls with a pair of keys or a token. */
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "data/credential.h"

#define USED_EVERY CLOCK_MINUTE

/*
 * Columns 0..18: credential id, public id, key_id, secret_hash, expires, last_used, last_used_from;
 * person id, public id, name, email, created; workspace id, public id, name, members, role,
 * personal, owner.
 */
static bool
read_caller(struct db_rows *rows, struct credential_caller *caller)
{
	memset(caller, 0, sizeof(*caller));
	if (!db_next(rows))
		return false;
	caller->credential = db_column_integer(rows, 0);
	db_column_copy(rows, 1, caller->credential_public_id, 16);
	caller->expires = db_column_time(rows, 4);
	caller->last_used = db_column_time(rows, 5);
	caller->last_used_from = db_text(rows, 6);
	caller->person = db_column_integer(rows, 7);
	db_column_copy(rows, 8, caller->person_public_id, 16);
	caller->person_name = db_text(rows, 9);
	caller->person_email = db_text(rows, 10);
	caller->person_created = db_column_time(rows, 11);
	caller->workspace.id = db_column_integer(rows, 12);
	db_column_copy(rows, 13, caller->workspace.public_id, 16);
	caller->workspace.name = db_text(rows, 14);
	caller->workspace.members = db_column_integer(rows, 15);
	caller->workspace.role = (enum role)(ROLE_OWNER + 1 - db_column_integer(rows, 16));
	caller->workspace.personal = db_column_integer(rows, 17) == 1;
	caller->workspace.owner = db_column_integer(rows, 18);
	return true;
}

enum credential_answer
credential_authenticate(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    const char *access_key, const char *secret_key, int64_t now, struct credential_caller *caller)
{
	static const uint8_t nothing[CRYPTO_HASH];
	uint8_t stored[CRYPTO_HASH], given[CRYPTO_HASH];
	struct db_rows *rows;
	uint32_t key_id = crypto_current_key(keys);
	bool found, same;

	(void)arena;
	rows = db_query(db,
	    "SELECT c.id, c.public_id, c.key_id, c.secret_hash, c.expires, c.last_used, "
	    "c.last_used_from,"
	    " p.id, p.public_id, p.name, p.email, p.created, w.id, w.public_id, w.name, w.members, "
	    "m.role + 0, w.personal, w.owner"
	    " FROM {credential} c JOIN {person} p ON p.id = c.person JOIN {workspace} w ON w.id = "
	    "c.workspace"
	    " JOIN {membership} m ON m.workspace = c.workspace AND m.person = c.person"
	    " WHERE c.access_key = ? AND c.revoked IS NULL AND p.disabled IS NULL",
	    db_text_value(access_key));
	found = read_caller(rows, caller);
	memcpy(stored, nothing, sizeof(stored));
	if (found) {
		key_id = (uint32_t)db_column_integer(rows, 2);
		db_column_copy(rows, 3, stored, sizeof(stored));
	}
	same = crypto_keyed_hash(
	    keys, key_id, CRYPTO_CREDENTIAL, secret_key, strlen(secret_key), given);
	same = crypto_equal(stored, given, sizeof(given)) && same;
	if (!found || !same || crypto_equal(stored, nothing, sizeof(stored)))
		return CREDENTIAL_INVALID;
	if (caller->expires != 0 && caller->expires <= now)
		return CREDENTIAL_EXPIRED;
	return CREDENTIAL_VALID;
}

enum credential_answer
credential_of_token(struct db *db, struct arena *arena, const uint8_t public_id[16], int64_t now,
    struct credential_caller *caller)
{
	(void)arena;
	if (!read_caller(
	        db_query(db,
	            "SELECT c.id, c.public_id, 0, NULL, c.expires, c.last_used, c.last_used_from,"
	            " p.id, p.public_id, p.name, p.email, p.created, w.id, w.public_id, w.name, "
	            "w.members, m.role + 0, w.personal, w.owner"
	            " FROM {credential} c JOIN {person} p ON p.id = c.person JOIN {workspace} w ON "
	            "w.id = c.workspace"
	            " JOIN {membership} m ON m.workspace = c.workspace AND m.person = c.person"
	            " WHERE c.public_id = ? AND c.revoked IS NULL AND p.disabled IS NULL",
	            db_bytes(public_id, 16)),
	        caller))
		return CREDENTIAL_INVALID;
	if (caller->expires != 0 && caller->expires <= now)
		return CREDENTIAL_EXPIRED;
	return CREDENTIAL_VALID;
}

void
credential_used(
    struct db *db, const struct credential_caller *caller, const char *worker, int64_t now)
{
	if (caller->credential == 0)
		return;
	if (caller->last_used + USED_EVERY > now && text_equal(caller->last_used_from, worker))
		return;
	db_execute(db, NULL,
	    "UPDATE {credential} SET last_used = ?, last_used_from = LEFT(?, 255)"
	    " WHERE id = ? AND workspace = ? AND revoked IS NULL AND (last_used IS NULL OR "
	    "last_used < ?)",
	    db_time(now), db_text_value(worker), db_integer(caller->credential),
	    db_integer(caller->workspace.id), db_time(now));
	db_execute(db, NULL,
	    "UPDATE {membership} SET last_api_use = ? WHERE workspace = ? AND person = ?"
	    " AND (last_api_use IS NULL OR last_api_use < ?)",
	    db_time(now), db_integer(caller->workspace.id), db_integer(caller->person),
	    db_time(now));
}
