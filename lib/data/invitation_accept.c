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
	int64_t made;			/* the link, or the address row of the person */
	int64_t creator;
	int64_t address_row;		/* the row that is for the person; 0 for none */
	const char *status;		/* of that row */
};

/* Columns: id, link, revoked, expires, used up, created, created_by, inviter; workspace id,
 * public_id, name, members, maximum; public_id of the invitation. */
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
	found->made = db_column_time(rows, 5);
	found->creator = db_column_integer(rows, 6);
	found->view.inviter = db_text(rows, 7);
	workspace->id = db_column_integer(rows, 8);
	db_column_copy(rows, 9, workspace->public_id, sizeof(workspace->public_id));
	workspace->name = db_text(rows, 10);
	workspace->members = db_column_integer(rows, 11);
	workspace->members_maximum = db_column_integer(rows, 12);
	db_column_copy(rows, 13, found->view.public_id, sizeof(found->view.public_id));
}

#define FOUND_COLUMNS \
	"i.id, i.kind = 'link', i.revoked IS NOT NULL, i.expires, i.uses >= i.uses_maximum, " \
	"i.created, i.created_by," \
	" p.name, w.id, w.public_id, w.name, w.members, w.members_maximum, i.public_id"
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

/* The newest row of the invitation for this address, whatever became of it. */
static void
find_address(struct db *db, struct found *found, const char *email)
{
	struct db_rows *rows = db_query(db,
	    "SELECT id, status, added FROM {invitation_address} WHERE workspace = ? AND"
	    " invitation = ? AND email = ? ORDER BY id DESC LIMIT 1",
	    db_integer(found->view.workspace.id), db_integer(found->view.id),
	    db_text_value(email));

	if (!db_next(rows))
		return;
	found->address_row = db_column_integer(rows, 0);
	found->status = db_text(rows, 1);
	found->made = db_column_time(rows, 2);
}

/* Whether the invitation waits for anybody still. */
static bool
waits(struct db *db, const struct found *found)
{
	struct db_rows *rows = db_query(db,
	    "SELECT 1 FROM {invitation_address} WHERE workspace = ? AND invitation = ? AND"
	    " pending = 1 LIMIT 1",
	    db_integer(found->view.workspace.id), db_integer(found->view.id));

	return db_next(rows);
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
has_room(struct db *db, const struct found *found, const struct person *person, int64_t now)
{
	struct invitation_seats seats;
	int64_t workspace = found->view.workspace.id;

	invitation_seats(db, workspace, now, &seats);
	if (seats.maximum == 0 || invitation_free(&seats) > 0)
		return true;
	/* One's own pending seat is there already. */
	return person != NULL && seats.members < seats.maximum &&
	    invitation_waits_for(db, workspace, person->id, now);
}

/* What has become of the row for this person; INVITATION_OPEN: it waits. */
static enum invitation_state
judge_address(struct db *db, struct found *found, const struct person *person)
{
	if (found->address_row == 0)
		find_address(db, found, person->email);
	if (found->address_row == 0)
		return INVITATION_OTHER_ADDRESS;
	switch (found->status[0]) {
	case 'p':
		return INVITATION_OPEN;
	case 'd':
		return INVITATION_DECLINED;
	case 'a':
		return INVITATION_TOO_OLD;
	default:
		return left_since(db, found->view.workspace.id, person->id, found->made)
		    ? INVITATION_TOO_OLD
		    : INVITATION_UNKNOWN;
	}
}

/* The order matters: nothing about the invitation is told to somebody whom it does not concern. */
static enum invitation_state
judge(struct db *db, struct found *found, const struct person *person, int64_t now)
{
	struct workspace *workspace = &found->view.workspace;
	enum invitation_state state = INVITATION_OPEN;

	if (found->revoked)
		return INVITATION_UNKNOWN;
	if (person != NULL && is_member(db, workspace->id, person->id, &workspace->role))
		return INVITATION_MEMBER_ALREADY;
	if (found->expired)
		return INVITATION_EXPIRED;
	if (!found->view.link && person != NULL)
		state = judge_address(db, found, person);
	else if (!found->view.link && !found->used_up && !waits(db, found))
		state = INVITATION_UNKNOWN;
	if (state != INVITATION_OPEN)
		return state;
	if (person != NULL && left_since(db, workspace->id, person->id, found->made))
		return INVITATION_TOO_OLD;
	if (found->used_up)
		return INVITATION_USED_UP;
	if (person != NULL || found->view.link)
		return has_room(db, found, person, now) ? INVITATION_OPEN : INVITATION_FULL;
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
invitation_admits_address(
    struct db *db, const struct invitation_view *view, const char *email, int64_t now)
{
	struct found found = { .view = *view };

	if (view->link)
		return !invitation_waits_at(db, email, now);
	find_address(db, &found, email);
	return found.address_row != 0 && found.status[0] == 'p';
}

/* Who has left the workspace is not told any more who comes. */
static void
tell_inviter(struct db *db, const struct audit_actor *actor, const struct found *found,
    const struct person *person, const char *sentence)
{
	enum role role;

	if (found->creator != 0 && found->creator != person->id &&
	    is_member(db, found->view.workspace.id, found->creator, &role))
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
	invitation_end_for(db, workspace->id, person->id, true, actor->now);
	/* A form of the group that was open before does not know them. */
	db_execute(db, NULL,
	    "UPDATE {user_group} u JOIN {invitation_group} g ON g.workspace = u.workspace AND"
	    " g.user_group = u.id SET u.revision = u.revision + 1"
	    " WHERE g.workspace = ? AND g.invitation = ?",
	    db_integer(workspace->id), db_integer(found->view.id));
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

/* Invitations of which a person has an open notice. */
#define TOLD \
	" FROM {notification} n JOIN {invitation_address} a ON a.id = n.reference" \
	" JOIN {invitation} i ON i.workspace = a.workspace AND i.id = a.invitation" \
	" JOIN {workspace} w ON w.id = a.workspace LEFT JOIN {person} p ON p.id = i.created_by" \
	" WHERE n.person = ? AND n.closed IS NULL AND n.kind = '" INVITATION_NOTICE "'" \
	" AND a.pending = 1"

size_t
invitation_offers(struct db *db, struct arena *arena, int64_t person, int64_t now,
    struct invitation_offer **list)
{
	struct db_rows *rows = db_query(db,
	    "SELECT a.id, a.public_id, w.name, p.name, i.expires" TOLD
	    " AND i.revoked IS NULL AND i.expires > ? ORDER BY a.added DESC LIMIT 50",
	    db_integer(person), db_time(now));
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows)) {
		struct invitation_offer *offer = &(*list)[count++];

		offer->id = db_column_integer(rows, 0);
		db_column_copy(rows, 1, offer->public_id, sizeof(offer->public_id));
		offer->workspace_name = db_text(rows, 2);
		offer->inviter = db_text(rows, 3);
		offer->expires = db_column_time(rows, 4);
	}
	return count;
}

/* The invitation behind an address row of which this person was told. */
static bool
find_by_offer(struct db *db, const struct person *person, const uint8_t public_id[16], int64_t now,
    struct found *found)
{
	struct db_rows *rows = db_query(db,
	    "SELECT " FOUND_COLUMNS ", a.id, a.status, a.added" TOLD " AND a.public_id = ?",
	    db_integer(person->id), db_bytes(public_id, 16));

	memset(found, 0, sizeof(*found));
	if (!db_next(rows))
		return false;
	read_found(rows, now, found);
	found->address_row = db_column_integer(rows, 14);
	found->status = db_text(rows, 15);
	found->made = db_column_time(rows, 16);
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

	if (!find_by_offer(db, person, public_id, actor->now, &found))
		return false;
	/* The workspace first, then it is read again as it is now. */
	workspace_guard(db, actor, found.view.workspace.id, ROLE_NONE);
	if (!find_by_offer(db, person, public_id, actor->now, &found))
		return false;
	invitation_settle(db, found.address_row, "declined", actor->now);
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
