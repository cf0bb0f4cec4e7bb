/*
 * cloud_access.c: keys for data in cloud storage, sealed. What their parts may be is
 * cloud_access_rules.c.
 */
#include <string.h>

#include "core/text.h"
#include "data/cloud_access.h"

static const char *const columns[CLOUD_ACCESS__PARTS] = {
	[CLOUD_ACCESS_PART_KEY] = "access_key",
	[CLOUD_ACCESS_PART_SECRET] = "secret_key",
	[CLOUD_ACCESS_PART_TOKEN] = "token",
};

/* What a value is sealed for: table, column, owner, row. */
static const char *
seal_context(
    struct arena *arena, enum cloud_access_part part, int64_t person, const uint8_t public_id[16])
{
	return arena_format(arena, "cloud_access|%s|%lld|%s", columns[part], (long long)person,
	    text_id(arena, public_id));
}

static struct db_value
seal(struct arena *arena, const struct crypto_keys *keys, enum cloud_access_part part,
    int64_t person, const uint8_t public_id[16], const char *value)
{
	const void *sealed;
	size_t length;

	if (value == NULL || value[0] == '\0')
		return db_null();
	sealed = crypto_seal(keys, arena, seal_context(arena, part, person, public_id), value,
	    strlen(value), &length);
	return db_bytes(sealed, length);
}

/* Columns: id, public_id, owner, bucket, endpoint, region, changed, and the three sealed values. */
static void
read_row(struct db_rows *rows, struct arena *arena, const struct crypto_keys *keys,
    struct cloud_access *row)
{
	*row = (struct cloud_access){
		.id = db_column_integer(rows, 0),
		.person = db_column_integer(rows, 2),
		.bucket = db_text(rows, 3),
		.endpoint = db_text(rows, 4),
		.region = db_text(rows, 5),
		.changed = db_column_time(rows, 6),
		.values = { "", "", "" },
	};
	db_column_copy(rows, 1, row->public_id, sizeof(row->public_id));
	for (unsigned part = 0; keys != NULL && part < CLOUD_ACCESS__PARTS; part++) {
		const uint8_t *sealed;
		const char *opened;
		size_t length;

		if (db_is_null(rows, 7 + part))
			continue;
		sealed = db_column_bytes(rows, 7 + part, &length);
		opened = crypto_open(keys, arena,
		    seal_context(arena, part, row->person, row->public_id), sealed, length, NULL);
		row->states[part] = opened != NULL ? CLOUD_ACCESS_SET : CLOUD_ACCESS_LOST;
		row->values[part] = opened != NULL ? opened : "";
	}
}

static size_t
read_rows(struct db_rows *rows, struct arena *arena, const struct crypto_keys *keys,
    struct cloud_access **list)
{
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows))
		read_row(rows, arena, keys, &(*list)[count++]);
	return count;
}

size_t
cloud_access_list(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    int64_t person, struct cloud_access **list)
{
	struct db_rows *rows = db_query(db,
	    "SELECT id, public_id, owner, bucket, endpoint, region, changed,"
	    " access_key, secret_key, token FROM {cloud_access} WHERE owner IN (0, ?)"
	    " ORDER BY owner <> 0, position, id",
	    db_integer(person));

	return read_rows(rows, arena, keys, list);
}

size_t
cloud_access_outline(
    struct db *db, struct arena *arena, int64_t person, size_t limit, struct cloud_access **list)
{
	struct db_rows *rows = db_query(db,
	    "SELECT id, public_id, owner, bucket, endpoint, region, changed FROM {cloud_access}"
	    " WHERE owner IN (0, ?) ORDER BY owner <> 0, position, id LIMIT ?",
	    db_integer(person), db_integer((int64_t)limit));

	return read_rows(rows, arena, NULL, list);
}

bool
cloud_access_find(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    int64_t person, const uint8_t public_id[16], struct cloud_access *row)
{
	struct db_rows *rows = db_query(db,
	    "SELECT id, public_id, owner, bucket, endpoint, region, changed,"
	    " access_key, secret_key, token FROM {cloud_access}"
	    " WHERE public_id = ? AND owner IN (0, ?)",
	    db_bytes(public_id, 16), db_integer(person));

	if (!db_next(rows))
		return false;
	read_row(rows, arena, keys, row);
	return true;
}

/* --- changing --------------------------------------------------------------------------------- */

static void
tell(struct db *db, struct arena *arena, const struct audit_actor *actor, const char *action,
    int64_t id, const char *before, const char *bucket, const char *endpoint)
{
	const char *place = arena_format(
	    arena, "%s%s%s", bucket, endpoint[0] != '\0' ? " at " : "", endpoint);

	audit_write(db, actor,
	    &(struct audit_event){ .action = action,
	        .object_kind = "cloud-access",
	        .object_id = id,
	        .before = before,
	        .after = audit_json(arena, "bucket", place) });
}

static const char *
norm(struct arena *arena, const char *endpoint)
{
	struct url url;

	if (!cloud_access_address(arena, endpoint, &url))
		return "";
	return strstr(url.text, "://") + strlen("://");
}

static enum cloud_access_outcome
add(struct db *db, struct arena *arena, const struct crypto_keys *keys, int64_t now, int64_t person,
    const struct cloud_access_input *input)
{
	struct db_rows *rows = db_query(db,
	    "SELECT COUNT(*), COALESCE(MAX(position), 0) + 1 FROM {cloud_access} WHERE owner = ?",
	    db_integer(person));
	uint8_t id[16];

	if (!db_next(rows))
		return CLOUD_ACCESS_NOT_THERE;
	if (db_column_integer(rows, 0) >= CLOUD_ACCESS_MAXIMUM)
		return CLOUD_ACCESS_AT_MAXIMUM;
	crypto_random(id, sizeof(id));
	db_execute(db, NULL,
	    "INSERT INTO {cloud_access} (public_id, person, bucket, endpoint, endpoint_norm,"
	    " region, access_key, secret_key, token, position, changed)"
	    " VALUES (?, NULLIF(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    db_bytes(id, sizeof(id)), db_integer(person), db_text_value(input->bucket),
	    db_text_value(input->endpoint), db_text_value(norm(arena, input->endpoint)),
	    db_text_value(input->region),
	    seal(arena, keys, CLOUD_ACCESS_PART_KEY, person, id,
	        input->values[CLOUD_ACCESS_PART_KEY]),
	    seal(arena, keys, CLOUD_ACCESS_PART_SECRET, person, id,
	        input->values[CLOUD_ACCESS_PART_SECRET]),
	    seal(arena, keys, CLOUD_ACCESS_PART_TOKEN, person, id,
	        input->values[CLOUD_ACCESS_PART_TOKEN]),
	    db_integer(db_column_integer(rows, 1)), db_time(now));
	return CLOUD_ACCESS_ADDED;
}

static bool
change(struct db *db, struct arena *arena, const struct crypto_keys *keys, int64_t now,
    int64_t person, int64_t id, const uint8_t public_id[16], const struct cloud_access_input *input)
{
	const char *const *values = input->values;
	uint64_t found;

	db_execute(db, &found,
	    "UPDATE {cloud_access} SET bucket = ?, endpoint = ?, endpoint_norm = ?, region = ?,"
	    " access_key = IF(?, access_key, ?), secret_key = IF(?, secret_key, ?),"
	    " token = IF(?, token, ?), revision = revision + 1, changed = ?"
	    " WHERE id = ? AND owner = ?",
	    db_text_value(input->bucket), db_text_value(input->endpoint),
	    db_text_value(norm(arena, input->endpoint)), db_text_value(input->region),
	    db_integer(values[CLOUD_ACCESS_PART_KEY] == NULL),
	    seal(arena, keys, CLOUD_ACCESS_PART_KEY, person, public_id,
	        values[CLOUD_ACCESS_PART_KEY]),
	    db_integer(values[CLOUD_ACCESS_PART_SECRET] == NULL),
	    seal(arena, keys, CLOUD_ACCESS_PART_SECRET, person, public_id,
	        values[CLOUD_ACCESS_PART_SECRET]),
	    db_integer(values[CLOUD_ACCESS_PART_TOKEN] == NULL),
	    seal(arena, keys, CLOUD_ACCESS_PART_TOKEN, person, public_id,
	        values[CLOUD_ACCESS_PART_TOKEN]),
	    db_time(now), db_integer(id), db_integer(person));
	return found == 1;
}

enum cloud_access_outcome
cloud_access_save(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct crypto_keys *keys, int64_t person, const struct cloud_access *row,
    const struct cloud_access_input *input)
{
	enum cloud_access_outcome outcome = CLOUD_ACCESS_CHANGED;
	struct cloud_access same = { 0 };
	struct db_rows *rows;

	/* First the guard: what is read below is then not changed by a second one. */
	db_execute(db, NULL,
	    "INSERT INTO {cloud_access_owner} (owner, revision) VALUES (?, 1)"
	    " ON DUPLICATE KEY UPDATE revision = revision + 1",
	    db_integer(person));
	rows = db_query(db,
	    "SELECT id, public_id FROM {cloud_access}"
	    " WHERE owner = ? AND bucket = ? AND endpoint_norm = ?",
	    db_integer(person), db_text_value(input->bucket),
	    db_text_value(norm(arena, input->endpoint)));
	if (db_next(rows)) {
		same.id = db_column_integer(rows, 0);
		db_column_copy(rows, 1, same.public_id, sizeof(same.public_id));
	}
	if (row == NULL && same.id == 0) {
		outcome = add(db, arena, keys, actor->now, person, input);
		if (outcome == CLOUD_ACCESS_ADDED)
			tell(db, arena, actor, "cloud-access.create", db_inserted_id(db), NULL,
			    input->bucket, input->endpoint);
		return outcome;
	}
	if (row == NULL) {
		row = &same;
		outcome = CLOUD_ACCESS_REPLACED;
	} else if (same.id != 0 && same.id != row->id) {
		db_execute(db, NULL, "DELETE FROM {cloud_access} WHERE id = ? AND owner = ?",
		    db_integer(same.id), db_integer(person));
		outcome = CLOUD_ACCESS_REPLACED;
	}
	if (!change(db, arena, keys, actor->now, person, row->id, row->public_id, input))
		return CLOUD_ACCESS_NOT_THERE;
	tell(db, arena, actor,
	    outcome == CLOUD_ACCESS_REPLACED ? "cloud-access.replace" : "cloud-access.change",
	    row->id, row->bucket != NULL ? audit_json(arena, "bucket", row->bucket) : NULL,
	    input->bucket, input->endpoint);
	return outcome;
}

bool
cloud_access_remove(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct cloud_access *row)
{
	uint64_t found;

	db_execute(db, &found, "DELETE FROM {cloud_access} WHERE id = ? AND owner = ?",
	    db_integer(row->id), db_integer(row->person));
	if (found != 1)
		return false;
	tell(db, arena, actor, "cloud-access.remove", row->id, NULL, row->bucket, row->endpoint);
	return true;
}

/* --- after a rotation of the keys ------------------------------------------------------------- */

/* Columns as read_row() takes them, and the revision. False when a value is lost. */
static bool
reseal(struct db *db, struct arena *arena, const struct crypto_keys *keys, struct db_rows *rows,
    uint64_t *done)
{
	struct cloud_access row;

	*done = 0;
	read_row(rows, arena, keys, &row);
	for (unsigned part = 0; part < CLOUD_ACCESS__PARTS; part++) {
		if (row.states[part] == CLOUD_ACCESS_LOST)
			return false;
	}
	db_execute(db, done,
	    "UPDATE {cloud_access} SET access_key = ?, secret_key = ?, token = ?,"
	    " revision = revision + 1 WHERE id = ? AND revision = ?",
	    seal(arena, keys, CLOUD_ACCESS_PART_KEY, row.person, row.public_id,
	        row.values[CLOUD_ACCESS_PART_KEY]),
	    seal(arena, keys, CLOUD_ACCESS_PART_SECRET, row.person, row.public_id,
	        row.values[CLOUD_ACCESS_PART_SECRET]),
	    seal(arena, keys, CLOUD_ACCESS_PART_TOKEN, row.person, row.public_id,
	        row.values[CLOUD_ACCESS_PART_TOKEN]),
	    db_integer(row.id), db_integer(db_column_integer(rows, 10)));
	return true;
}

size_t
cloud_access_reseal(
    struct db *db, struct arena *arena, const struct crypto_keys *keys, size_t *lost)
{
	uint32_t current = crypto_current_key(keys);
	struct db_rows *rows;
	size_t sum = 0;
	int64_t last = 0;

	*lost = 0;
	do {
		struct arena_mark mark = arena_mark(arena);

		rows = db_query(db,
		    "SELECT id, public_id, owner, bucket, endpoint, region, changed,"
		    " access_key, secret_key, token, revision FROM {cloud_access} WHERE id > ?"
		    " AND (CONV(HEX(SUBSTRING(access_key, 2, 4)), 16, 10) <> ?"
		    " OR CONV(HEX(SUBSTRING(secret_key, 2, 4)), 16, 10) <> ?"
		    " OR CONV(HEX(SUBSTRING(token, 2, 4)), 16, 10) <> ?) ORDER BY id LIMIT 100",
		    db_integer(last), db_integer(current), db_integer(current),
		    db_integer(current));
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
