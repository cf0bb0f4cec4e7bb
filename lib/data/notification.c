/* notification.c: what people are told in the app. */
#include "core/crypto.h"
#include "data/notification.h"

#define LISTED 50

/* The number beside the person (schema 0007). */
static void
count_again(struct db *db, int64_t person)
{
	db_execute(db, NULL,
	    "UPDATE {person} p SET p.notifications ="
	    " (SELECT COUNT(*) FROM {notification} n WHERE n.person = p.id AND n.closed IS NULL) "
	    "WHERE p.id = ?",
	    db_integer(person));
}

void
notification_add(struct db *db, int64_t person, const char *kind, int64_t reference,
    const char *text, int64_t now)
{
	uint8_t public_id[16];

	crypto_random(public_id, sizeof(public_id));
	db_execute(db, NULL,
	    "INSERT INTO {notification} (public_id, person, kind, reference, text, created)"
	    " VALUES (?, ?, ?, ?, LEFT(?, 1000), ?)",
	    db_bytes(public_id, sizeof(public_id)), db_integer(person), db_text_value(kind),
	    reference != 0 ? db_integer(reference) : db_null(), db_text_value(text), db_time(now));
	count_again(db, person);
}

size_t
notification_list(struct db *db, struct arena *arena, int64_t person, struct notification **list)
{
	struct db_rows *rows = db_query(db,
	    "SELECT id, public_id, kind, reference, text, created, closed FROM {notification} "
	    "WHERE person = ?"
	    " ORDER BY closed IS NOT NULL, id DESC LIMIT ?",
	    db_integer(person), db_integer(LISTED));
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows)) {
		struct notification *notification = &(*list)[count++];

		notification->id = db_column_integer(rows, 0);
		db_column_copy(rows, 1, notification->public_id, sizeof(notification->public_id));
		notification->kind = db_text(rows, 2);
		notification->reference = db_column_integer(rows, 3);
		notification->text = db_text(rows, 4);
		notification->created = db_column_time(rows, 5);
		notification->closed = db_column_time(rows, 6);
	}
	return count;
}

bool
notification_close(struct db *db, int64_t person, const uint8_t public_id[16], int64_t now)
{
	uint64_t found = 0;

	db_execute(db, &found,
	    "UPDATE {notification} SET closed = ? WHERE public_id = ? AND person = ? AND closed IS "
	    "NULL",
	    db_time(now), db_bytes(public_id, 16), db_integer(person));
	count_again(db, person);
	return found == 1;
}

void
notification_close_kind(struct db *db, int64_t person, const char *kind, int64_t now)
{
	db_execute(db, NULL,
	    "UPDATE {notification} SET closed = ? WHERE person = ? AND closed IS NULL AND kind = ?",
	    db_time(now), db_integer(person), db_text_value(kind));
	count_again(db, person);
}

void
notification_close_about(
    struct db *db, int64_t person, const char *kind, int64_t reference, int64_t now)
{
	db_execute(db, NULL,
	    "UPDATE {notification} SET closed = ? WHERE person = ? AND closed IS NULL AND kind = ?"
	    " AND reference = ?",
	    db_time(now), db_integer(person), db_text_value(kind), db_integer(reference));
	count_again(db, person);
}

void
notification_settle(struct db *db, const char *kind, int64_t reference, int64_t now)
{
	struct db_rows *rows = db_query(db,
	    "SELECT person FROM {notification} WHERE kind = ? AND reference = ? AND closed IS NULL",
	    db_text_value(kind), db_integer(reference));

	db_execute(db, NULL,
	    "UPDATE {notification} SET closed = ? WHERE kind = ? AND reference = ? AND closed IS "
	    "NULL",
	    db_time(now), db_text_value(kind), db_integer(reference));
	while (db_next(rows))
		count_again(db, db_column_integer(rows, 0));
}
