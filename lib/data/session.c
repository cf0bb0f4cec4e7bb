/* session.c: browsers that are signed in. */
#include <string.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "core/text.h"
#include "data/notification.h"
#include "data/session.h"

#define SEEN_EVERY CLOCK_MINUTE

static bool
hash_cookie(const char *cookie, uint8_t hash[32])
{
	uint8_t bytes[32];
	size_t length;

	if (cookie == NULL || strlen(cookie) != SESSION_COOKIE ||
	    !crypto_from_base64url(cookie, bytes, sizeof(bytes), &length) ||
	    length != sizeof(bytes))
		return false;
	crypto_digest(bytes, sizeof(bytes), hash);
	crypto_wipe(bytes, sizeof(bytes));
	return true;
}

static void
read_workspace(struct db_rows *rows, struct workspace *workspace)
{
	if (db_is_null(rows, 18))
		return;
	workspace->id = db_column_integer(rows, 18);
	db_column_copy(rows, 19, workspace->public_id, sizeof(workspace->public_id));
	workspace->name = db_text(rows, 20);
	workspace->personal = db_column_integer(rows, 21) == 1;
	workspace->owner = db_column_integer(rows, 22);
	workspace->members = db_column_integer(rows, 23);
	workspace->members_maximum = db_column_integer(rows, 24);
	workspace->role = (enum role)(ROLE_OWNER + 1 - db_column_integer(rows, 25));
}

static void
read_session(struct db_rows *rows, struct session *session)
{
	struct person *person = &session->person;

	session->way = text_equal(db_text(rows, 1), "link") ? SESSION_LINK : SESSION_PASSWORD;
	session->kept = db_column_integer(rows, 2) != 0;
	session->created = db_column_time(rows, 3);
	session->authenticated = db_column_time(rows, 4);
	session->last_seen = db_column_time(rows, 5);
	session->expires = db_column_time(rows, 6);
	person->id = db_column_integer(rows, 8);
	db_column_copy(rows, 9, person->public_id, sizeof(person->public_id));
	person->name = db_text(rows, 10);
	person->email = db_text(rows, 11);
	session->has_password = db_column_integer(rows, 12) != 0;
	person->created = db_column_time(rows, 13);
	person->last_sign_in = db_column_time(rows, 14);
	person->disabled = db_column_time(rows, 15);
	person->epoch = (uint32_t)db_column_integer(rows, 16);
	person->theme = db_is_null(rows, 17) ? "system" : db_text(rows, 17);
	read_workspace(rows, &session->workspace);
	person->time_zone = db_text(rows, 26);
	session->notifications = db_column_integer(rows, 27);
	session->blocks_scripts = db_column_integer(rows, 28) == 1;
	session->memberships = db_column_integer(rows, 29);
	session->removed = db_is_null(rows, 30) ? NULL : db_text(rows, 30);
	session->document_revision = db_column_integer(rows, 32);
	if (!db_is_null(rows, 31))
		session->document = db_text(rows, 31);
}

void
session_load(struct db *db, struct arena *arena, const struct config *config, const char *cookie,
    int64_t now, bool with_document, struct session *session)
{
	struct db_rows *rows;

	memset(session, 0, sizeof(*session));
	session->person.theme = "system";
	if (!hash_cookie(cookie, session->hash))
		return;
	session->present = true;
	rows = db_query(db,
	    "SELECT STRAIGHT_JOIN s.public_id, s.way, s.kept, s.created, s.authenticated,"
	    " s.last_seen, s.expires, s.epoch,"
	    " p.id, p.public_id, p.name, p.email, p.password IS NOT NULL, p.created,"
	    " p.last_sign_in, p.disabled, p.epoch, pr.theme,"
	    " w.id, w.public_id, w.name, w.personal, w.owner, w.members, w.members_maximum,"
	    " m.role + 0, p.time_zone, p.notifications, pr.blocks_scripts, p.memberships,"
	    " IF(p.notifications = 0, NULL, (SELECT n.text FROM {notification} n"
	    " WHERE n.person = p.id AND n.closed IS NULL"
	    " AND n.kind = '" NOTIFICATION_REMOVED "' ORDER BY n.id DESC LIMIT 1)),"
	    " IF(?, COALESCE(pr.document, '{}'), NULL), COALESCE(pr.revision, 0)"
	    " FROM {session} s JOIN {person} p ON p.id = s.person"
	    " LEFT JOIN {preference} pr ON pr.person = p.id"
	    " LEFT JOIN {membership} m ON m.person = p.id AND m.workspace = p.active_workspace"
	    " LEFT JOIN {workspace} w ON w.id = m.workspace"
	    " WHERE s.hash = ?",
	    db_integer(with_document), db_bytes(session->hash, sizeof(session->hash)));
	if (!db_next(rows))
		return;
	read_session(rows, session);
	session->signed_in = session->person.disabled == 0 &&
	    (uint32_t)db_column_integer(rows, 7) == session->person.epoch &&
	    session->expires > now &&
	    (session->kept ||
	        session->last_seen + config->session_idle_minutes * CLOCK_MINUTE > now);
	if (!session->signed_in) {
		memset(&session->person, 0, sizeof(session->person));
		session->person.theme = "system";
		memset(&session->workspace, 0, sizeof(session->workspace));
		return;
	}
	if (session->workspace.id == 0)
		workspace_active(db, arena, session->person.id, &session->workspace);
}

void
session_touch(struct db *db, const struct session *session, int64_t now)
{
	if (!session->signed_in || session->last_seen + SEEN_EVERY > now)
		return;
	db_execute(db, NULL, "UPDATE {session} SET last_seen = ? WHERE hash = ? AND last_seen < ?",
	    db_time(now), db_bytes(session->hash, 32), db_time(now));
}

/* Makes room: the oldest sessions of the person beyond the maximum end. */
static void
end_oldest(struct db *db, int64_t person)
{
	struct db_rows *rows = db_query(db,
	    "SELECT hash FROM {session} WHERE person = ? ORDER BY created DESC LIMIT 1000 OFFSET ?",
	    db_integer(person), db_integer(SESSION_MAXIMUM - 1));

	while (db_next(rows)) {
		uint8_t hash[32];

		db_column_copy(rows, 0, hash, sizeof(hash));
		db_execute(
		    db, NULL, "DELETE FROM {session} WHERE hash = ?", db_bytes(hash, sizeof(hash)));
	}
}

const char *
session_create(struct db *db, struct arena *arena, const struct config *config,
    const struct audit_actor *actor, int64_t person, enum session_way way, bool kept,
    const char *agent, const uint8_t old_hash[32])
{
	uint8_t bytes[32], hash[32], public_id[16];
	const char *cookie;
	struct audit_actor self = *actor;
	int64_t life = kept ? config->session_keep_days * CLOCK_DAY
	                    : config->session_hours * CLOCK_HOUR;

	crypto_random(bytes, sizeof(bytes));
	crypto_random(public_id, sizeof(public_id));
	crypto_digest(bytes, sizeof(bytes), hash);
	cookie = crypto_base64url(arena, bytes, sizeof(bytes));
	if (old_hash != NULL)
		db_execute(
		    db, NULL, "DELETE FROM {session} WHERE hash = ?", db_bytes(old_hash, 32));
	end_oldest(db, person);
	db_execute(db, NULL,
	    "INSERT INTO {session} (hash, public_id, person, epoch, way, kept, created, "
	    "authenticated, last_seen,"
	    " expires, address, agent)"
	    " SELECT ?, ?, p.id, p.epoch, ?, ?, ?, ?, ?, ?, ?, LEFT(?, 255) FROM {person} p WHERE "
	    "p.id = ?",
	    db_bytes(hash, sizeof(hash)), db_bytes(public_id, sizeof(public_id)),
	    db_text_value(way == SESSION_LINK ? "link" : "password"), db_integer(kept),
	    db_time(actor->now), db_time(actor->now), db_time(actor->now),
	    db_time(actor->now + life), db_text_value(actor->address), db_text_value(agent),
	    db_integer(person));
	person_signed_in(db, person, actor->now);
	self.person = person;
	audit_write(db, &self,
	    &(struct audit_event){ .action = "session.create",
	        .object_kind = "person",
	        .object_id = person,
	        .after = audit_json(arena, "way", way == SESSION_LINK ? "link" : "password") });
	crypto_wipe(bytes, sizeof(bytes));
	return cookie;
}

void
session_end(struct db *db, const struct audit_actor *actor, const struct session *session)
{
	db_execute(db, NULL, "DELETE FROM {one_time_reveal} WHERE session_hash = ?",
	    db_bytes(session->hash, 32));
	db_execute(db, NULL, "DELETE FROM {session} WHERE hash = ?", db_bytes(session->hash, 32));
	audit_write(db, actor,
	    &(struct audit_event){ .action = "session.end",
	        .object_kind = "person",
	        .object_id = session->person.id });
}

bool
session_is_recent(struct db *db, const struct session *session, int64_t now)
{
	return db_next(db_query(db, "SELECT 1 FROM {session} WHERE hash = ? AND authenticated > ?",
	    db_bytes(session->hash, 32), db_time(now - SESSION_RECENT)));
}

void
session_authenticated(struct db *db, const struct session *session, int64_t now)
{
	db_execute(db, NULL, "UPDATE {session} SET authenticated = ? WHERE hash = ?", db_time(now),
	    db_bytes(session->hash, 32));
}
