/* session_list.c: the sessions of one person. */
#include <string.h>

#include "core/browser.h"
#include "data/session_list.h"

static void
read_row(struct db_rows *rows, struct arena *arena, struct session_row *row)
{
	db_column_copy(rows, 0, row->public_id, sizeof(row->public_id));
	row->browser = browser_name(arena, db_text(rows, 1));
	row->address = db_text(rows, 2);
	row->created = db_column_time(rows, 3);
	row->last_seen = db_column_time(rows, 4);
	row->expires = db_column_time(rows, 5);
	row->kept = db_column_integer(rows, 6) != 0;
	row->current = db_column_integer(rows, 7) != 0;
}

size_t
session_list(struct db *db, struct arena *arena, const struct config *config,
    const struct session *asking, int64_t now, struct session_row **list)
{
	struct db_rows *rows = db_query(db,
	    "SELECT s.public_id, s.agent, s.address, s.created, s.last_seen, s.expires, s.kept,"
	    " s.hash = ? FROM {session} s JOIN {person} p ON p.id = s.person AND p.epoch = s.epoch"
	    " WHERE s.person = ? AND s.expires > ? AND (s.kept = 1 OR s.last_seen > ?)"
	    " ORDER BY s.hash = ? DESC, s.last_seen DESC",
	    db_bytes(asking->hash, 32), db_integer(asking->person.id), db_time(now),
	    db_time(now - config->session_idle_minutes * CLOCK_MINUTE),
	    db_bytes(asking->hash, 32));
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows))
		read_row(rows, arena, &(*list)[count++]);
	return count;
}

bool
session_find(struct db *db, struct arena *arena, const struct config *config,
    const struct session *asking, int64_t now, const uint8_t public_id[16],
    struct session_row *row)
{
	struct session_row *list;
	size_t count = session_list(db, arena, config, asking, now, &list);

	for (size_t i = 0; i < count; i++) {
		if (memcmp(list[i].public_id, public_id, sizeof(list[i].public_id)) == 0) {
			*row = list[i];
			return true;
		}
	}
	return false;
}

/* What is shown once to a session, and what waits for a password in it. */
static void
end_belongings(struct db *db, const uint8_t hash[32])
{
	db_execute(db, NULL, "DELETE FROM {one_time_reveal} WHERE session_hash = ?",
	    db_bytes(hash, 32));
	db_execute(db, NULL, "DELETE FROM {parked_form} WHERE session_hash = ?",
	    db_bytes(hash, 32));
}

bool
session_end_one(struct db *db, const struct audit_actor *actor, int64_t person,
    const uint8_t public_id[16])
{
	struct db_rows *rows = db_query(db,
	    "SELECT hash FROM {session} WHERE public_id = ? AND person = ?",
	    db_bytes(public_id, 16), db_integer(person));
	uint64_t found = 0;
	uint8_t hash[32];

	if (!db_next(rows))
		return false;
	db_column_copy(rows, 0, hash, sizeof(hash));
	db_execute(db, &found, "DELETE FROM {session} WHERE hash = ? AND person = ?",
	    db_bytes(hash, sizeof(hash)), db_integer(person));
	if (found == 0)
		return false;
	end_belongings(db, hash);
	audit_write(db, actor, &(struct audit_event){ .action = "session.end",
	    .object_kind = "person", .object_id = person });
	return true;
}

uint64_t
session_end_others(struct db *db, const struct audit_actor *actor, const struct session *asking)
{
	struct db_rows *rows = db_query(db,
	    "SELECT hash FROM {session} WHERE person = ? AND hash <> ?",
	    db_integer(asking->person.id), db_bytes(asking->hash, 32));
	uint64_t ended = 0;

	while (db_next(rows)) {
		uint8_t hash[32];

		db_column_copy(rows, 0, hash, sizeof(hash));
		db_execute(db, NULL, "DELETE FROM {session} WHERE hash = ?", db_bytes(hash, 32));
		end_belongings(db, hash);
		ended++;
	}
	if (ended > 0)
		audit_write(db, actor, &(struct audit_event){ .action = "session.end-others",
		    .object_kind = "person", .object_id = asking->person.id });
	return ended;
}
