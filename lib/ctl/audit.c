/*
 * Sealing audit events, and `vestibule audit verify`.
 */
#include <stdio.h>
#include <string.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "core/text.h"
#include "ctl/audit_seal.h"
#include "ctl/ctl.h"

#define RANGE 1000

/*
 * Ids are given out before the row is visible. A transaction lasts some seconds at most, so after
 * five minutes nothing can appear between older rows any more.
 */
#define SETTLED (5 * CLOCK_MINUTE)

struct seal {
	int64_t first, last;
	int64_t at;
	bool follows;		/* there is a seal before this one */
	uint8_t previous[CRYPTO_HASH];
	uint8_t hash[CRYPTO_HASH];
};

/* --- hashing --- */

/* "5:hello" or "-": no two rows are written alike. */
static void
add_value(struct buffer *out, struct db_rows *rows, unsigned column)
{
	const char *text;

	if (db_is_null(rows, column)) {
		buffer_byte(out, '-');
		return;
	}
	text = db_text(rows, column);
	buffer_format(out, "%zu:%s", strlen(text), text);
}

/* The hash that belongs to the rows as they are now. Returns how many there are. */
static size_t
hash_rows(struct ctl *ctl, const struct seal *seal, uint8_t hash[CRYPTO_HASH])
{
	static const uint8_t zeros[CRYPTO_HASH];
	struct arena_mark mark = arena_mark(ctl->arena);
	struct buffer out = { 0 };
	struct db_rows *rows = db_query(ctl->db,
	    "SELECT id, at, request, workspace, actor, way, credential, address, action, "
	    "object_kind,"
	    " object_id, before_json, after_json, result FROM {audit_event}"
	    " WHERE id BETWEEN ? AND ? ORDER BY id",
	    db_integer(seal->first), db_integer(seal->last));
	size_t count = db_count(rows);

	buffer_format(&out, "%lld-%lld@%lld|", (long long)seal->first, (long long)seal->last,
	    (long long)seal->at);
	buffer_append(&out, seal->follows ? seal->previous : zeros, CRYPTO_HASH);
	while (db_next(rows)) {
		for (unsigned column = 0; column < 14; column++)
			add_value(&out, rows, column);
		buffer_byte(&out, '\n');
	}
	crypto_digest(out.bytes, out.length, hash);
	buffer_release(&out);
	arena_rewind(ctl->arena, mark);
	return count;
}

static struct seal
read_seal(struct db_rows *rows)
{
	struct seal seal = {
		.first = db_column_integer(rows, 0),
		.last = db_column_integer(rows, 1),
		.at = db_column_time(rows, 2),
		.follows = !db_is_null(rows, 4),
	};

	db_column_copy(rows, 3, seal.hash, sizeof(seal.hash));
	db_column_copy(rows, 4, seal.previous, sizeof(seal.previous));
	return seal;
}

/* --- sealing --- */

/* The range behind the newest seal; false when there is nothing settled in it. */
static bool
next_range(struct ctl *ctl, int64_t now, struct seal *seal)
{
	struct db_rows *newest = db_query(ctl->db,
	    "SELECT first_event, last_event, at, hash, previous FROM {audit_seal}"
	    " ORDER BY first_event DESC LIMIT 1");
	struct db_rows *range;

	*seal = (struct seal){ .first = 1, .at = now };
	if (db_next(newest)) {
		struct seal before = read_seal(newest);

		seal->first = before.last + 1;
		seal->follows = true;
		memcpy(seal->previous, before.hash, sizeof(seal->previous));
	}
	/* Up to the first event that is not settled, and RANGE at most. */
	range = db_query(ctl->db,
	    "SELECT MAX(id) FROM (SELECT id FROM {audit_event} WHERE id >= ?"
	    " AND id < COALESCE((SELECT MIN(id) FROM {audit_event} WHERE id >= ? AND at >= ?),"
	    " 9223372036854775807) ORDER BY id LIMIT 1000) settled",
	    db_integer(seal->first), db_integer(seal->first), db_time(now - SETTLED));
	if (!db_next(range) || db_is_null(range, 0))
		return false;
	seal->last = db_column_integer(range, 0);
	return true;
}

uint64_t
audit_seal_events(struct ctl *ctl, int64_t now)
{
	uint64_t sealed = 0;
	struct seal seal;

	while (next_range(ctl, now, &seal)) {
		size_t count = hash_rows(ctl, &seal, seal.hash);

		/* DB_DUPLICATE: another sweep was faster. */
		if (db_failed(ctl->db) || db_execute(ctl->db, NULL,
		    "INSERT INTO {audit_seal} (first_event, last_event, hash, previous, at)"
		    " VALUES (?, ?, ?, ?, ?)",
		    db_integer(seal.first), db_integer(seal.last),
		    db_bytes(seal.hash, sizeof(seal.hash)),
		    seal.follows ? db_bytes(seal.previous, sizeof(seal.previous)) : db_null(),
		    db_time(seal.at)) != DB_DONE)
			break;
		sealed += count;
	}
	return sealed;
}

uint64_t
audit_remove_events(struct ctl *ctl, int64_t before)
{
	uint64_t removed = 0, found;
	struct db_rows *range;

	for (;;) {
		struct arena_mark mark = arena_mark(ctl->arena);
		int64_t first, last;

		range = db_query(ctl->db,
		    "SELECT s.first_event, s.last_event FROM {audit_seal} s WHERE s.at < ? AND "
		    "EXISTS"
		    " (SELECT 1 FROM {audit_event} e WHERE e.id BETWEEN s.first_event AND "
		    "s.last_event)"
		    " ORDER BY s.first_event LIMIT 1",
		    db_time(before));
		if (!db_next(range))
			return removed;
		first = db_column_integer(range, 0);
		last = db_column_integer(range, 1);
		db_execute(ctl->db, &found, "DELETE FROM {audit_event} WHERE id BETWEEN ? AND ?",
		    db_integer(first), db_integer(last));
		removed += found;
		arena_rewind(ctl->arena, mark);
	}
}

/* --- verifying --- */

struct verification {
	struct ctl *ctl;
	const char *wanted;	/* a hash that must be there, 64 hex digits; NULL: none */
	bool wanted_found;
	int64_t before;		/* what was sealed before this may have been removed by sweep */
	uint64_t seals, events, removed;
	unsigned faults;
	int64_t last, last_at;	/* of the seal before */
	uint8_t hash[CRYPTO_HASH];	/* of the seal before */
};

static void
report(struct verification *v, const struct seal *seal, const char *what)
{
	v->faults++;
	printf("FAILED  events %lld to %lld: %s\n", (long long)seal->first, (long long)seal->last,
	    what);
}

static void
verify_seal(struct verification *v, const struct seal *seal)
{
	uint8_t hash[CRYPTO_HASH];
	size_t count = hash_rows(v->ctl, seal, hash);

	if (db_failed(v->ctl->db))
		return;
	if (seal->first != v->last + 1 || seal->follows != (v->seals > 0) ||
	    (seal->follows && !crypto_equal(seal->previous, v->hash, CRYPTO_HASH)))
		report(v, seal, "the seal before is another one, or missing");
	if (seal->at < v->last_at)
		report(v, seal, "it says to be older than the seal before");
	/* Sweep removes from the old end: behind events that are there, nothing may be missing. */
	if (count == 0 && seal->at < v->before && v->events == 0)
		v->removed++;
	else if (!crypto_equal(hash, seal->hash, CRYPTO_HASH))
		report(v, seal, "an event was changed, removed or added");
	if (v->wanted != NULL &&
	    text_equal(v->wanted, crypto_hex(v->ctl->arena, seal->hash, CRYPTO_HASH)))
		v->wanted_found = true;
	v->seals++;
	v->events += count;
	v->last = seal->last;
	v->last_at = seal->at;
	memcpy(v->hash, seal->hash, CRYPTO_HASH);
}

/* Some hundred seals a time, so that a long history needs no long memory. */
static bool
verify_next(struct verification *v)
{
	struct arena_mark mark = arena_mark(v->ctl->arena);
	struct db_rows *rows = db_query(v->ctl->db,
	    "SELECT first_event, last_event, at, hash, previous FROM {audit_seal}"
	    " WHERE first_event > ? ORDER BY first_event LIMIT 500",
	    db_integer(v->last));
	bool any = false;

	while (db_next(rows)) {
		struct seal seal = read_seal(rows);

		verify_seal(v, &seal);
		any = true;
	}
	arena_rewind(v->ctl->arena, mark);
	return any && !db_failed(v->ctl->db);
}

enum { OPTION_SEAL };

static int
verify(struct ctl *ctl, const struct ctl_call *call)
{
	struct verification v = {
		.ctl = ctl,
		.wanted = call->options[OPTION_SEAL],
		.before = clock_now() - (int64_t)ctl->config->audit_days * CLOCK_DAY,
	};
	struct db_rows *rest;

	while (verify_next(&v))
		;
	rest = db_query(
	    ctl->db, "SELECT COUNT(*) FROM {audit_event} WHERE id > ?", db_integer(v.last));
	if (!db_next(rest))
		return ctl_database_failed(ctl->db);
	printf("%llu events under %llu seals, %llu of them older than %u days and removed; "
	       "%s events not sealed yet\n",
	    (unsigned long long)v.events, (unsigned long long)v.seals,
	    (unsigned long long)v.removed, ctl->config->audit_days, db_text(rest, 0));
	if (v.seals > 0)
		printf("newest seal: %s\n", crypto_hex(ctl->arena, v.hash, CRYPTO_HASH));
	if (v.wanted != NULL && !v.wanted_found) {
		printf("FAILED  there is no seal %s: seals were replaced\n", v.wanted);
		v.faults++;
	}
	return v.faults == 0 ? CTL_DONE : CTL_REFUSED;
}

static const struct ctl_option options[] = {
	[OPTION_SEAL] = { "seal", "HASH",
	    "must be one of the seals: a newest one that was kept elsewhere" },
	{ NULL, NULL, NULL },
};

const struct ctl_command ctl_audit[] = {
	{
		.name = "audit verify",
		.summary = "checks that no audit event was changed since it was sealed",
		.help = "Sweep seals events. Keep the newest seal that this prints outside of the\n"
		    "database: later --seal shows whether history was written anew.",
		.options = options,
		.needs = CTL_DATABASE,
		.run = verify,
	},
	{ .name = NULL },
};
