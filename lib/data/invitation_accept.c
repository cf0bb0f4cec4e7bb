/* invitation_accept.c: what a link or an offer is good for, and joining by it. */
#include <string.h>

#include "core/language.h"
#include "core/text.h"
#include "data/invitation.h"
#include "data/invitation_private.h"
#include "data/notification.h"

/* An invitation as it stands, with the address row that fits the person, if any. */
struct found {
	struct invitation_view view;
	bool revoked, expired, used_up;
	int64_t created;
	int64_t creator;
	int64_t address_row;		/* pending row of the person's address; 0 for none */
};

/* Columns: id, link, revoked, expires, used up, created, created_by, inviter; workspace id,
 * public_id, name, members, maximum. */
static void
read_found(struct db_rows *rows, int64_t now, struct found *found)
{
	struct workspace *workspace = &found->view.workspace;

	found->view.id = db_column_integer(rows, 0);
	found->view.link = db_column_integer(rows, 1) != 0;
	found->revoked = db_column_integer(rows, 2) != 0;
	found->view.expires = db_column_time(rows, 3);
	found->expired = found->view.expires <= now;
	found->used_up = db_column_integer(rows, 4) != 0;
	found->created = db_column_time(rows, 5);
	found->creator = db_column_integer(rows, 6);
	found->view.inviter = db_text(rows, 7);
	workspace->id = db_column_integer(rows, 8);
	db_column_copy(rows, 9, workspace->public_id, sizeof(workspace->public_id));
	workspace->name = db_text(rows, 10);
	workspace->members = db_column_integer(rows, 11);
	workspace->members_maximum = db_column_integer(rows, 12);
}

#define FOUND_COLUMNS \
	"i.id, i.kind = 'link', i.revoked IS NOT NULL, i.expires, i.uses >= i.uses_maximum, " \
	"i.created, i.created_by," \
	" p.name, w.id, w.public_id, w.name, w.members, w.members_maximum"
#define FOUND_TABLES \
	" FROM {invitation} i JOIN {workspace} w ON w.id = i.workspace LEFT JOIN {person} p ON " \
	"p.id = i.created_by"

static bool
find_by_code(struct db *db, const struct crypto_keys *keys, const char *code, int64_t now,
    struct found *found)
{
	uint32_t tried[2] = { crypto_current_key(keys), crypto_previous_key(keys) };
	uint8_t hash[CRYPTO_HASH];

	memset(found, 0, sizeof(*found));
	for (size_t i = 0; i < 2; i++) {
		struct db_rows *rows;

		if (!invitation_hash(keys, tried[i], code, hash))
			continue;
		rows = db_query(db, "SELECT " FOUND_COLUMNS FOUND_TABLES " WHERE i.hash = ?",
		    db_bytes(hash, sizeof(hash)));
		if (db_next(rows)) {
			read_found(rows, now, found);
			return true;
		}
	}
	return false;
}

static int64_t
find_address(struct db *db, const struct invitation_view *view, const char *email)
{
	struct db_rows *rows = db_query(db,
	    "SELECT id FROM {invitation_address} WHERE workspace = ? AND invitation = ? AND email "
	    "= ? AND pending = 1",
	    db_integer(view->workspace.id), db_integer(view->id), db_text_value(email));

	return db_next(rows) ? db_column_integer(rows, 0) : 0;
}

static bool
is_member(struct db *db, int64_t workspace, int64_t person, enum role *role)
{
	struct db_rows *rows = db_query(db,
	    "SELECT role + 0 FROM {membership} WHERE workspace = ? AND person = ?",
	    db_integer(workspace), db_integer(person));

	if (!db_next(rows))
		return false;
	*role = (enum role)(ROLE_OWNER + 1 - db_column_integer(rows, 0));
	return true;
}

static bool
left_since(struct db *db, int64_t workspace, int64_t person, int64_t created)
{
	struct db_rows *rows = db_query(db,
	    "SELECT 1 FROM {departure} WHERE workspace = ? AND person = ? AND ended >= ?",
	    db_integer(workspace), db_integer(person), db_time(created));

	return db_next(rows);
}

static bool
has_room(struct db *db, const struct found *found, int64_t now)
{
	struct invitation_seats seats;

	invitation_seats(db, found->view.workspace.id, now, &seats);
	/* One's own pending seat is there already. */
	return seats.maximum == 0 || invitation_free(&seats) > 0 ||
	    (found->address_row != 0 && seats.members < seats.maximum);
}

/* The order matters: nothing about the invitation is told to somebody whom it does not concern. */
static enum invitation_state
judge(struct db *db, struct found *found, const struct person *person, int64_t now)
{
	struct workspace *workspace = &found->view.workspace;

	if (found->revoked)
		return INVITATION_UNKNOWN;
	if (person != NULL && is_member(db, workspace->id, person->id, &workspace->role))
		return INVITATION_MEMBER_ALREADY;
	if (found->expired)
		return INVITATION_EXPIRED;
	if (person != NULL && !found->view.link) {
		found->address_row = find_address(db, &found->view, person->email);
		if (found->address_row == 0)
			return INVITATION_OTHER_ADDRESS;
	}
	if (person != NULL && left_since(db, workspace->id, person->id, found->created))
		return INVITATION_TOO_OLD;
	if (found->used_up)
		return INVITATION_USED_UP;
	if (person != NULL || found->view.link)
		return has_room(db, found, now) ? INVITATION_OPEN : INVITATION_FULL;
	return INVITATION_OPEN;
}

enum invitation_state
invitation_look(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    const char *code, const struct person *person, int64_t now, struct invitation_view *view)
{
	struct found found;
	enum invitation_state state = INVITATION_UNKNOWN;

	(void)arena;
	if (find_by_code(db, keys, code, now, &found))
		state = judge(db, &found, person, now);
	*view = found.view;
	return state;
}

bool
invitation_admits_address(struct db *db, const struct invitation_view *view, const char *email)
{
	return view->link || find_address(db, view, email) != 0;
}

static void
tell_inviter(struct db *db, const struct audit_actor *actor, const struct found *found,
    const struct person *person, const char *sentence)
{
	if (found->creator != 0 && found->creator != person->id)
		notification_add(db, found->creator, NOTIFICATION_NEWS, found->view.workspace.id,
		    sentence, actor->now);
}

/* Everything that joining does, after the judgement. False: the last use or seat was taken at the
 * same moment. */
static bool
join(struct db *db, struct arena *arena, const struct audit_actor *actor, const struct found *found,
    const struct person *person)
{
	const struct workspace *workspace = &found->view.workspace;
	uint64_t used = 0;

	db_execute(db, &used,
	    "UPDATE {invitation} SET uses = uses + 1 WHERE id = ? AND workspace = ? AND uses < "
	    "uses_maximum",
	    db_integer(found->view.id), db_integer(workspace->id));
	if (used == 0 || !workspace_join(db, actor, workspace->id, person->id, ROLE_MEMBER))
		return false;
	if (found->address_row != 0) {
		db_execute(db, NULL,
		    "UPDATE {invitation_address} SET status = 'accepted', pending = NULL, settled "
		    "= ? WHERE id = ?",
		    db_time(actor->now), db_integer(found->address_row));
		notification_settle(db, INVITATION_NOTICE, found->address_row, actor->now);
	}
	db_execute(db, NULL,
	    "INSERT IGNORE INTO {group_member} (workspace, user_group, person)"
	    " SELECT g.workspace, g.user_group, ? FROM {invitation_group} g JOIN {user_group} u"
	    " ON u.workspace = g.workspace AND u.id = g.user_group"
	    " WHERE g.workspace = ? AND g.invitation = ? AND (u.builtin IS NULL OR u.builtin = "
	    "'queue_admins')",
	    db_integer(person->id), db_integer(workspace->id), db_integer(found->view.id));
	db_execute(db, NULL,
	    "UPDATE {membership} SET role = 'administrator' WHERE workspace = ? AND person = ? AND "
	    "role = 'member'"
	    " AND EXISTS (SELECT 1 FROM {invitation_group} g JOIN {user_group} u"
	    " ON u.workspace = g.workspace AND u.id = g.user_group AND u.builtin = 'admins'"
	    " WHERE g.workspace = ? AND g.invitation = ?)",
	    db_integer(workspace->id), db_integer(person->id), db_integer(workspace->id),
	    db_integer(found->view.id));
	db_execute(db, NULL,
	    "UPDATE {membership} SET invited_by = ? WHERE workspace = ? AND person = ?",
	    found->creator != 0 ? db_integer(found->creator) : db_null(), db_integer(workspace->id),
	    db_integer(person->id));
	db_execute(db, NULL, "UPDATE {person} SET active_workspace = ? WHERE id = ?",
	    db_integer(workspace->id), db_integer(person->id));
	tell_inviter(db, actor, found, person,
	    arena_format(
	        arena, _("%s has joined the workspace “%s”."), person->name, workspace->name));
	return true;
}

static enum invitation_state
accept(struct db *db, struct arena *arena, const struct audit_actor *actor, struct found *found,
    const struct person *person)
{
	enum invitation_state state = judge(db, found, person, actor->now);

	if (state == INVITATION_OPEN && !join(db, arena, actor, found, person))
		return INVITATION_FULL;
	return state;
}

enum invitation_state
invitation_accept(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct crypto_keys *keys, const char *code, const struct person *person,
    struct invitation_view *view)
{
	struct found found;
	enum invitation_state state = INVITATION_UNKNOWN;

	if (find_by_code(db, keys, code, actor->now, &found)) {
		/* The workspace first, then everything is read again as it is now. */
		workspace_guard(db, actor, found.view.workspace.id, ROLE_NONE);
		if (find_by_code(db, keys, code, actor->now, &found))
			state = accept(db, arena, actor, &found, person);
	}
	*view = found.view;
	return state;
}

size_t
invitation_offers(struct db *db, struct arena *arena, const char *email, int64_t now,
    struct invitation_offer **list)
{
	struct db_rows *rows = db_query(db,
	    "SELECT a.public_id, w.name, p.name, i.expires FROM {invitation_address} a"
	    " JOIN {invitation} i ON i.workspace = a.workspace AND i.id = a.invitation"
	    " JOIN {workspace} w ON w.id = a.workspace LEFT JOIN {person} p ON p.id = i.created_by"
	    " WHERE a.email = ? AND a.pending = 1 AND i.revoked IS NULL AND i.expires > ? ORDER BY "
	    "a.added DESC LIMIT 50",
	    db_text_value(email), db_time(now));
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows)) {
		struct invitation_offer *offer = &(*list)[count++];

		db_column_copy(rows, 0, offer->public_id, sizeof(offer->public_id));
		offer->workspace_name = db_text(rows, 1);
		offer->inviter = db_text(rows, 2);
		offer->expires = db_column_time(rows, 3);
	}
	return count;
}

/* The invitation behind an address row that is for this person. */
static bool
find_by_offer(struct db *db, const struct person *person, const uint8_t public_id[16], int64_t now,
    struct found *found)
{
	struct db_rows *rows = db_query(db,
	    "SELECT " FOUND_COLUMNS FOUND_TABLES
	    " JOIN {invitation_address} a ON a.workspace = i.workspace AND a.invitation = i.id"
	    " WHERE a.public_id = ? AND a.email = ? AND a.pending = 1",
	    db_bytes(public_id, 16), db_text_value(person->email));

	memset(found, 0, sizeof(*found));
	if (person->email[0] == '\0' || !db_next(rows))
		return false;
	read_found(rows, now, found);
	return true;
}

enum invitation_state
invitation_join_offer(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct person *person, const uint8_t public_id[16], struct invitation_view *view)
{
	struct found found;
	enum invitation_state state = INVITATION_UNKNOWN;

	if (find_by_offer(db, person, public_id, actor->now, &found)) {
		workspace_guard(db, actor, found.view.workspace.id, ROLE_NONE);
		if (find_by_offer(db, person, public_id, actor->now, &found))
			state = accept(db, arena, actor, &found, person);
	}
	*view = found.view;
	return state;
}

bool
invitation_decline_offer(struct db *db, const struct audit_actor *actor,
    const struct person *person, const uint8_t public_id[16])
{
	struct found found;
	struct arena *arena;
	uint64_t declined = 0;

	if (!find_by_offer(db, person, public_id, actor->now, &found))
		return false;
	workspace_guard(db, actor, found.view.workspace.id, ROLE_NONE);
	found.address_row = find_address(db, &found.view, person->email);
	db_execute(db, &declined,
	    "UPDATE {invitation_address} SET status = 'declined', pending = NULL, settled = ? "
	    "WHERE id = ? AND pending = 1",
	    db_time(actor->now), db_integer(found.address_row));
	if (declined == 0)
		return false;
	notification_settle(db, INVITATION_NOTICE, found.address_row, actor->now);
	arena = arena_create();
	tell_inviter(db, actor, &found, person,
	    arena_format(arena, _("%s has declined the invitation to “%s”."), person->name,
	        found.view.workspace.name));
	arena_destroy(arena);
	audit_write(db, actor,
	    &(struct audit_event){ .action = "invitation.decline",
	        .object_kind = "invitation",
	        .object_id = found.view.id,
	        .workspace = found.view.workspace.id });
	return true;
}
