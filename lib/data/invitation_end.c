/* invitation_end.c: what ends an invitation besides its own answer. */
#include "core/language.h"
#include "data/invitation.h"
#include "data/invitation_private.h"
#include "data/notification.h"

#define MOST 100 /* of one person in one workspace: by the address, and by earlier addresses */

/* Rows that wait in a workspace for a person: for the address, or with a notice that they have. */
#define WAITING \
	" FROM {invitation_address} a JOIN {invitation} i" \
	" ON i.workspace = a.workspace AND i.id = a.invitation" \
	" WHERE a.workspace = ? AND a.pending = 1 AND (a.email =" \
	" (SELECT p.email FROM {person} p WHERE p.id = ?) OR a.id IN" \
	" (SELECT n.reference FROM {notification} n WHERE n.person = ? AND n.closed IS NULL" \
	" AND n.kind = '" INVITATION_NOTICE "'))"

bool
invitation_waits_for(struct db *db, int64_t workspace, int64_t person, int64_t now)
{
	struct db_rows *rows = db_query(db, "SELECT 1" WAITING " AND i.expires > ? LIMIT 1",
	    db_integer(workspace), db_integer(person), db_integer(person), db_time(now));

	return db_next(rows);
}

bool
invitation_waits_at(struct db *db, const char *email, int64_t now)
{
	struct db_rows *rows = db_query(db,
	    "SELECT 1 FROM {invitation_address} a JOIN {invitation} i"
	    " ON i.workspace = a.workspace AND i.id = a.invitation"
	    " WHERE a.email = ? AND a.pending = 1 AND i.revoked IS NULL AND i.expires > ? LIMIT 1",
	    db_text_value(email), db_time(now));

	return db_next(rows);
}

void
invitation_settle(struct db *db, int64_t address, const char *status, int64_t now)
{
	db_execute(db, NULL,
	    "UPDATE {invitation_address} SET status = ?, pending = NULL, settled = ? WHERE id = ?",
	    db_text_value(status), db_time(now), db_integer(address));
	notification_settle(db, INVITATION_NOTICE, address, now);
}

void
invitation_end_for(struct db *db, int64_t workspace, int64_t person, bool joined, int64_t now)
{
	struct db_rows *rows = db_query(db, "SELECT a.id" WAITING " ORDER BY a.id LIMIT ?",
	    db_integer(workspace), db_integer(person), db_integer(person), db_integer(MOST));

	while (db_next(rows))
		invitation_settle(
		    db, db_column_integer(rows, 0), joined ? "accepted" : "revoked", now);
	/* What they declined is history once they are in. */
	if (joined)
		db_execute(db, NULL,
		    "UPDATE {invitation_address} SET status = 'revoked' WHERE workspace = ?"
		    " AND status = 'declined' AND email ="
		    " (SELECT p.email FROM {person} p WHERE p.id = ?)",
		    db_integer(workspace), db_integer(person));
}

void
invitation_tell(struct db *db, struct arena *arena, int64_t person, int64_t now)
{
	struct db_rows *rows = db_query(db,
	    "SELECT a.id, w.name FROM {person} p JOIN {invitation_address} a"
	    " ON a.email = p.email AND a.pending = 1"
	    " JOIN {invitation} i ON i.workspace = a.workspace AND i.id = a.invitation"
	    " JOIN {workspace} w ON w.id = a.workspace WHERE p.id = ? AND i.revoked IS NULL"
	    " AND i.expires > ? AND NOT EXISTS (SELECT 1 FROM {notification} n"
	    " WHERE n.kind = '" INVITATION_NOTICE "' AND n.reference = a.id AND n.person = p.id)"
	    " ORDER BY a.id LIMIT ?",
	    db_integer(person), db_time(now), db_integer(MOST));

	while (db_next(rows))
		invitation_notice(
		    db, arena, person, db_column_integer(rows, 0), db_text(rows, 1), now);
}

void
invitation_notice(struct db *db, struct arena *arena, int64_t person, int64_t address,
    const char *workspace, int64_t now)
{
	notification_add(db, person, INVITATION_NOTICE, address,
	    arena_format(arena, _("You are invited to join the workspace “%s”."), workspace), now);
}

void
invitation_end_where_member(struct db *db, int64_t person, int64_t now)
{
	struct db_rows *rows = db_query(db,
	    "SELECT a.workspace FROM {person} p JOIN {invitation_address} a"
	    " ON a.email = p.email AND a.pending = 1"
	    " JOIN {membership} m ON m.workspace = a.workspace AND m.person = p.id WHERE p.id = ?",
	    db_integer(person));

	while (db_next(rows))
		invitation_end_for(db, db_column_integer(rows, 0), person, true, now);
}

/* Of an invitation i: who made it is no administrator, or not there; the operator always may. */
#define CREATOR " LEFT JOIN {membership} m ON m.workspace = i.workspace AND m.person = i.created_by"
#define IS_NONE " AND i.created_by IS NOT NULL AND (m.role IS NULL OR m.role = 'member')"

void
invitation_disown(struct db *db, int64_t workspace, int64_t now)
{
	db_execute(db, NULL,
	    "UPDATE {invitation} i" CREATOR " SET i.revoked = ? WHERE i.workspace = ?"
	    " AND i.kind = 'link' AND i.revoked IS NULL" IS_NONE,
	    db_time(now), db_integer(workspace));
	db_execute(db, NULL,
	    "DELETE g FROM {invitation_group} g JOIN {invitation} i"
	    " ON i.workspace = g.workspace AND i.id = g.invitation" CREATOR
	    " WHERE g.workspace = ?" IS_NONE,
	    db_integer(workspace));
}
