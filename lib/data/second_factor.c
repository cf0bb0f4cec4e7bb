/* second_factor.c: codes after the password. */
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"
#include "core/totp.h"
#include "data/second_factor.h"

static const char *
seal_context(struct arena *arena, int64_t person)
{
	return arena_format(arena, "second_factor|seed|%lld", (long long)person);
}

/* NULL when its key is not there. */
static const char *
open_seed(struct arena *arena, const struct crypto_keys *keys, int64_t person,
    const struct db_rows *rows, unsigned column)
{
	size_t length;
	const uint8_t *sealed = db_column_bytes(rows, column, &length);

	return crypto_open(keys, arena, seal_context(arena, person), sealed, length, &length);
}

bool
second_factor_load(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    int64_t person, struct second_factor *factor)
{
	struct db_rows *rows = db_query(db,
	    "SELECT f.seed, f.created, (SELECT COUNT(*) FROM {recovery_code} r"
	    " WHERE r.person = f.person AND r.used IS NULL) FROM {second_factor} f WHERE f.person "
	    "= ?",
	    db_integer(person));

	memset(factor, 0, sizeof(*factor));
	if (!db_next(rows))
		return false;
	factor->on = true;
	factor->readable = keys != NULL && open_seed(arena, keys, person, rows, 0) != NULL;
	factor->since = db_column_time(rows, 1);
	factor->codes_left = db_column_integer(rows, 2);
	return true;
}

bool
second_factor_is_on(struct db *db, int64_t person)
{
	return db_next(db_query(db, "SELECT 1 FROM {second_factor} WHERE person = ?",
	    db_integer(person)));
}

/* The person is part of it: the same code of two people, if ever, has two hashes. */
static void
hash_recovery(struct arena *arena, int64_t person, const char *normal, uint8_t hash[CRYPTO_HASH])
{
	const char *text = arena_format(arena, "recovery_code|%lld|%s", (long long)person, normal);

	crypto_digest(text, strlen(text), hash);
}

static enum second_factor_answer
check_recovery(struct db *db, struct arena *arena, int64_t person, const char *typed,
    struct second_factor_code *code)
{
	const char *normal = totp_recovery_normal(arena, typed);
	struct db_rows *rows;

	if (normal == NULL)
		return SECOND_FACTOR_WRONG;
	code->is_recovery = true;
	hash_recovery(arena, person, normal, code->hash);
	rows = db_query(db,
	    "SELECT used IS NOT NULL FROM {recovery_code} WHERE person = ? AND hash = ?",
	    db_integer(person), db_bytes(code->hash, sizeof(code->hash)));
	if (!db_next(rows))
		return SECOND_FACTOR_WRONG;
	return db_column_integer(rows, 0) != 0 ? SECOND_FACTOR_REPLAYED : SECOND_FACTOR_RIGHT;
}

enum second_factor_answer
second_factor_check(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    int64_t person, const char *typed, int64_t now, struct second_factor_code *code)
{
	const char *digits = totp_typed(arena, typed), *seed;
	struct db_rows *rows;

	memset(code, 0, sizeof(*code));
	if (strlen(digits) != TOTP_DIGITS)
		return check_recovery(db, arena, person, typed, code);
	rows = db_query(db, "SELECT seed, last_step FROM {second_factor} WHERE person = ?",
	    db_integer(person));
	if (!db_next(rows))
		return SECOND_FACTOR_WRONG;
	seed = open_seed(arena, keys, person, rows, 0);
	if (seed == NULL)
		return SECOND_FACTOR_UNREADABLE;
	if (!totp_check(seed, digits, now, &code->step))
		return SECOND_FACTOR_WRONG;
	return code->step <= db_column_integer(rows, 1) ? SECOND_FACTOR_REPLAYED
	                                                : SECOND_FACTOR_RIGHT;
}

bool
second_factor_spend(struct db *db, const struct audit_actor *actor, int64_t person,
    const struct second_factor_code *code)
{
	uint64_t found = 0;

	if (!code->is_recovery) {
		db_execute(db, &found,
		    "UPDATE {second_factor} SET last_step = ? WHERE person = ? AND last_step < ?",
		    db_integer(code->step), db_integer(person), db_integer(code->step));
		return found == 1;
	}
	db_execute(db, &found,
	    "UPDATE {recovery_code} SET used = ? WHERE person = ? AND hash = ? AND used IS NULL",
	    db_time(actor->now), db_integer(person), db_bytes(code->hash, sizeof(code->hash)));
	if (found == 1)
		audit_write(db, actor, &(struct audit_event){ .action = "recovery-code.use",
		    .object_kind = "person", .object_id = person });
	return found == 1;
}

void
second_factor_switch_on(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct crypto_keys *keys, int64_t person, const char *seed, int64_t step)
{
	size_t length;
	const void *sealed = crypto_seal(keys, arena, seal_context(arena, person), seed,
	    strlen(seed), &length);

	db_execute(db, NULL,
	    "INSERT INTO {second_factor} (person, seed, last_step, created) VALUES (?, ?, ?, ?)"
	    " ON DUPLICATE KEY UPDATE seed = VALUES(seed), last_step = VALUES(last_step),"
	    " created = VALUES(created)",
	    db_integer(person), db_bytes(sealed, length), db_integer(step), db_time(actor->now));
	audit_write(db, actor, &(struct audit_event){ .action = "second-factor.on",
	    .object_kind = "person", .object_id = person });
}

const char *
second_factor_recovery_codes(struct db *db, struct arena *arena, const struct audit_actor *actor,
    int64_t person)
{
	struct buffer list = { 0 };
	const char *text;

	db_execute(db, NULL, "DELETE FROM {recovery_code} WHERE person = ?", db_integer(person));
	for (unsigned i = 0; i < TOTP_RECOVERY_CODES; i++) {
		const char *code = totp_recovery_code(arena);
		uint8_t hash[CRYPTO_HASH];

		hash_recovery(arena, person, totp_recovery_normal(arena, code), hash);
		db_execute(db, NULL,
		    "INSERT INTO {recovery_code} (person, hash, created) VALUES (?, ?, ?)",
		    db_integer(person), db_bytes(hash, sizeof(hash)), db_time(actor->now));
		buffer_format(&list, "%s\n", code);
	}
	text = arena_copy(arena, list.bytes, list.length);
	buffer_release(&list);
	audit_write(db, actor, &(struct audit_event){ .action = "recovery-code.create",
	    .object_kind = "person", .object_id = person });
	return text;
}

bool
second_factor_switch_off(struct db *db, const struct audit_actor *actor, int64_t person,
    const char *action)
{
	uint64_t found = 0;

	db_execute(db, &found, "DELETE FROM {second_factor} WHERE person = ?", db_integer(person));
	if (found == 0)
		return false;
	db_execute(db, NULL, "DELETE FROM {recovery_code} WHERE person = ?", db_integer(person));
	audit_write(db, actor, &(struct audit_event){ .action = action, .object_kind = "person",
	    .object_id = person });
	return true;
}

/* Columns: person, seed. False when it cannot be opened. */
static bool
reseal(struct db *db, struct arena *arena, const struct crypto_keys *keys, struct db_rows *rows,
    uint64_t *done)
{
	int64_t person = db_column_integer(rows, 0);
	const char *seed = open_seed(arena, keys, person, rows, 1);
	const void *sealed, *was;
	size_t length, was_length;

	*done = 0;
	if (seed == NULL)
		return false;
	was = db_column_bytes(rows, 1, &was_length);
	sealed = crypto_seal(keys, arena, seal_context(arena, person), seed, strlen(seed), &length);
	db_execute(db, done, "UPDATE {second_factor} SET seed = ? WHERE person = ? AND seed = ?",
	    db_bytes(sealed, length), db_integer(person), db_bytes(was, was_length));
	return true;
}

size_t
second_factor_reseal(
    struct db *db, struct arena *arena, const struct crypto_keys *keys, size_t *lost)
{
	struct db_rows *rows;
	size_t sum = 0;
	int64_t last = 0;

	*lost = 0;
	do {
		struct arena_mark mark = arena_mark(arena);

		rows = db_query(db,
		    "SELECT person, seed FROM {second_factor} WHERE person > ?"
		    " AND CONV(HEX(SUBSTRING(seed, 2, 4)), 16, 10) <> ? ORDER BY person LIMIT 100",
		    db_integer(last), db_integer(crypto_current_key(keys)));
		while (db_next(rows)) {
			uint64_t done;

			last = db_column_integer(rows, 0);
			if (!reseal(db, arena, keys, rows, &done))
				(*lost)++;
			sum += done;
		}
		if (db_count(rows) < 100)
			break;
		arena_rewind(arena, mark);
	} while (!db_failed(db));
	return sum;
}
