/* invitation.c: making, listing, renewing and taking back invitations. */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/invitation.h"
#include "data/invitation_private.h"
#include "data/notification.h"

#define CODE_BYTES 32
#define LISTED 500

void
invitation_seats(struct db *db, int64_t workspace, int64_t now, struct invitation_seats *seats)
{
	struct db_rows *rows = db_query(db,
	    "SELECT w.members, w.members_maximum,"
	    " (SELECT COUNT(*) FROM {invitation_address} a JOIN {invitation} i"
	    " ON i.workspace = a.workspace AND i.id = a.invitation"
	    " WHERE a.workspace = w.id AND a.pending = 1 AND i.expires > ?)"
	    " FROM {workspace} w WHERE w.id = ?",
	    db_time(now), db_integer(workspace));

	memset(seats, 0, sizeof(*seats));
	if (!db_next(rows))
		return;
	seats->members = db_column_integer(rows, 0);
	seats->maximum = db_column_integer(rows, 1);
	seats->pending = db_column_integer(rows, 2);
}

int64_t
invitation_free(const struct invitation_seats *seats)
{
	int64_t left = seats->maximum - seats->members - seats->pending;

	if (seats->maximum == 0)
		return INT64_MAX;
	return left > 0 ? left : 0;
}

bool
invitation_hash(
    const struct crypto_keys *keys, uint32_t key_id, const char *code, uint8_t hash[CRYPTO_HASH])
{
	return key_id != 0 &&
	    crypto_keyed_hash(keys, key_id, CRYPTO_LINK, code, strlen(code), hash);
}

/* A fresh code: its hash, and the whole link for showing once. */
static const char *
make_code(struct arena *arena, const struct config *config, const struct crypto_keys *keys,
    uint8_t hash[CRYPTO_HASH])
{
	uint8_t bytes[CODE_BYTES];
	const char *code;

	crypto_random(bytes, sizeof(bytes));
	code = crypto_base64url(arena, bytes, sizeof(bytes));
	crypto_wipe(bytes, sizeof(bytes));
	invitation_hash(keys, crypto_current_key(keys), code, hash);
	return arena_format(arena, "%s/invite?code=%s", config->web_server, code);
}

/* Inserts the invitation and its groups; the link comes back in *link. Returns its id. */
static int64_t
insert(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct config *config, const struct crypto_keys *keys, const struct workspace *workspace,
    bool link_kind, int64_t uses, const int64_t *groups, size_t group_count, const char **link,
    uint8_t public_id[16])
{
	uint8_t hash[CRYPTO_HASH];
	int64_t life = link_kind ? config->invitation_link_hours * CLOCK_HOUR
	                         : config->invitation_days * CLOCK_DAY;
	int64_t id;

	*link = make_code(arena, config, keys, hash);
	crypto_random(public_id, 16);
	db_execute(db, NULL,
	    "INSERT INTO {invitation} (public_id, workspace, kind, hash, key_id, created_by, "
	    "created, expires,"
	    " uses_maximum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    db_bytes(public_id, 16), db_integer(workspace->id),
	    db_text_value(link_kind ? "link" : "email"), db_bytes(hash, sizeof(hash)),
	    db_integer(crypto_current_key(keys)),
	    actor->person != 0 ? db_integer(actor->person) : db_null(), db_time(actor->now),
	    db_time(actor->now + life), db_integer(uses));
	id = db_inserted_id(db);
	for (size_t i = 0; i < group_count; i++)
		db_execute(db, NULL,
		    "INSERT IGNORE INTO {invitation_group} (workspace, invitation, user_group)"
		    " SELECT g.workspace, ?, g.id FROM {user_group} g"
		    " WHERE g.id = ? AND g.workspace = ? AND NOT g.builtin <=> 'users'",
		    db_integer(id), db_integer(groups[i]), db_integer(workspace->id));
	audit_write(db, actor,
	    &(struct audit_event){ .action = "invitation.create",
	        .object_kind = "invitation",
	        .object_id = id,
	        .workspace = workspace->id });
	return id;
}

/* *person: who is told in the app, because the address is known to be theirs; 0 for nobody. */
static enum invitation_report
report_on(struct db *db, const struct audit_actor *actor, int64_t workspace, const char *email,
    int64_t *person)
{
	struct db_rows *rows = db_query(db,
	    "SELECT p.id, (SELECT 1 FROM {membership} m WHERE m.workspace = ? AND m.person = p.id),"
	    " p.email_proved"
	    " FROM {person} p WHERE p.email = ?",
	    db_integer(workspace), db_text_value(email));
	bool member = false;

	*person = 0;
	if (db_next(rows)) {
		if (db_column_integer(rows, 0) == actor->person)
			return INVITATION_OWN_ADDRESS;
		member = !db_is_null(rows, 1);
		if (db_column_integer(rows, 2) != 0)
			*person = db_column_integer(rows, 0);
	}
	if (member)
		return INVITATION_ALREADY_MEMBER;
	rows = db_query(db,
	    "SELECT i.expires > ? FROM {invitation_address} a"
	    " JOIN {invitation} i ON i.workspace = a.workspace AND i.id = a.invitation"
	    " WHERE a.workspace = ? AND a.email = ? AND a.pending = 1",
	    db_time(actor->now), db_integer(workspace), db_text_value(email));
	return db_next(rows) && db_column_integer(rows, 0) != 0 ? INVITATION_ALREADY_PENDING
	                                                        : INVITATION_ADDED;
}

/* An expired pending row of the same address gives way to the new one. */
static void
drop_expired(struct db *db, const struct audit_actor *actor, int64_t workspace, const char *email)
{
	struct db_rows *rows = db_query(db,
	    "SELECT id FROM {invitation_address} WHERE workspace = ? AND email = ? AND pending = 1",
	    db_integer(workspace), db_text_value(email));

	while (db_next(rows))
		invitation_settle(db, db_column_integer(rows, 0), "revoked", actor->now);
}

static void
add_address(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct workspace *workspace, int64_t invitation, const char *email, int64_t person)
{
	uint8_t public_id[16];
	int64_t row;

	crypto_random(public_id, sizeof(public_id));
	drop_expired(db, actor, workspace->id, email);
	db_execute(db, NULL,
	    "INSERT INTO {invitation_address} (public_id, workspace, invitation, email, status, "
	    "pending, added)"
	    " VALUES (?, ?, ?, ?, 'pending', 1, ?)",
	    db_bytes(public_id, sizeof(public_id)), db_integer(workspace->id),
	    db_integer(invitation), db_text_value(email), db_time(actor->now));
	row = db_inserted_id(db);
	if (person != 0)
		invitation_notice(db, arena, person, row, workspace->name, actor->now);
}

/* By the index on status. */
static bool
invites_too_often(
    struct db *db, const struct audit_actor *actor, int64_t workspace, size_t addresses)
{
	struct db_rows *rows;

	if (actor->way == AUDIT_COMMAND)
		return false;
	rows = db_query(db,
	    "SELECT COUNT(*) FROM {invitation_address} WHERE workspace = ? AND status IN"
	    " ('pending', 'accepted', 'declined', 'revoked') AND added > ?",
	    db_integer(workspace), db_time(actor->now - CLOCK_DAY));
	return db_next(rows) &&
	    db_column_integer(rows, 0) + (int64_t)addresses > INVITATION_ADDRESSES_DAY;
}

enum invitation_outcome
invitation_create(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct config *config, const struct crypto_keys *keys, const struct workspace *workspace,
    const char *const *addresses, size_t address_count, const int64_t *groups, size_t group_count,
    enum invitation_report *reports, const char **link, uint8_t public_id[16])
{
	int64_t *people = arena_allocate(arena, (address_count + 1) * sizeof(*people)), id;
	struct invitation_seats seats;
	size_t fresh = 0;

	if (!workspace_guard(db, actor, workspace->id, ROLE_ADMINISTRATOR))
		return INVITATION_NOT_ALLOWED;
	for (size_t i = 0; i < address_count; i++) {
		reports[i] = report_on(db, actor, workspace->id, addresses[i], &people[i]);
		fresh += reports[i] == INVITATION_ADDED;
	}
	if (fresh == 0)
		return INVITATION_NOBODY_NEW;
	if (invites_too_often(db, actor, workspace->id, fresh))
		return INVITATION_TOO_OFTEN;
	invitation_seats(db, workspace->id, actor->now, &seats);
	if ((int64_t)fresh > invitation_free(&seats))
		return INVITATION_NO_SEATS;
	id = insert(db, arena, actor, config, keys, workspace, false, (int64_t)fresh, groups,
	    group_count, link, public_id);
	for (size_t i = 0; i < address_count; i++) {
		if (reports[i] == INVITATION_ADDED)
			add_address(db, arena, actor, workspace, id, addresses[i], people[i]);
	}
	return INVITATION_DONE;
}

enum invitation_outcome
invitation_create_link(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct config *config, const struct crypto_keys *keys, const struct workspace *workspace,
    int64_t uses, const int64_t *groups, size_t group_count, const char **link,
    uint8_t public_id[16])
{
	struct invitation_seats seats;

	if (!workspace_guard(db, actor, workspace->id, ROLE_ADMINISTRATOR))
		return INVITATION_NOT_ALLOWED;
	invitation_seats(db, workspace->id, actor->now, &seats);
	if (uses > invitation_free(&seats))
		return INVITATION_NO_SEATS;
	insert(db, arena, actor, config, keys, workspace, true, uses, groups, group_count, link,
	    public_id);
	return INVITATION_DONE;
}

/* Columns: public_id, email, status, added, expires, uses, uses_maximum, link. */
static void
read_row(struct db_rows *rows, struct invitation_row *row)
{
	db_column_copy(rows, 0, row->public_id, sizeof(row->public_id));
	row->email = db_text(rows, 1);
	row->status = db_text(rows, 2);
	row->added = db_column_time(rows, 3);
	row->expires = db_column_time(rows, 4);
	row->uses = db_column_integer(rows, 5);
	row->uses_maximum = db_column_integer(rows, 6);
	row->link = db_column_integer(rows, 7) != 0;
}

/* Addresses that the text is a part of; bare links have none, and are there without a text only. */
#define LISTED_ADDRESSES \
	" WHERE a.workspace = ? AND a.status IN ('pending', 'declined')" \
	" AND (? = '' OR INSTR(a.email, CONVERT(? USING ascii)) > 0)"
#define LISTED_LINKS \
	" FROM {invitation} i WHERE i.workspace = ? AND i.kind = 'link' AND i.revoked IS NULL" \
	" AND i.uses < i.uses_maximum AND ? = ''"
#define LISTED_VALUES \
	db_integer(workspace), db_text_value(text), db_text_value(text), db_integer(workspace), \
	    db_text_value(text)

size_t
invitation_list(struct db *db, struct arena *arena, int64_t workspace, const char *search,
    struct invitation_row **list, int64_t *more)
{
	/* Addresses are ASCII in lower case: nothing else is part of one. */
	const char *text = text_characters(search) == strlen(search) ? text_lower(arena, search) :
	                                                               NULL;
	struct db_rows *rows = db_query(db,
	    "SELECT a.public_id, a.email, a.status, a.added, i.expires, 0, 0, 0"
	    " FROM {invitation_address} a"
	    " JOIN {invitation} i ON i.workspace = a.workspace AND i.id = a.invitation"
	    LISTED_ADDRESSES
	    " UNION ALL"
	    " SELECT i.public_id, '', 'pending', i.created, i.expires, i.uses, i.uses_maximum, 1"
	    LISTED_LINKS " ORDER BY 4 DESC, 2 LIMIT ?",
	    LISTED_VALUES, db_integer(LISTED));
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows))
		read_row(rows, &(*list)[count++]);
	*more = 0;
	if (count < LISTED)
		return count;
	rows = db_query(db,
	    "SELECT (SELECT COUNT(*) FROM {invitation_address} a" LISTED_ADDRESSES ")"
	    " + (SELECT COUNT(*)" LISTED_LINKS ")",
	    LISTED_VALUES);
	if (db_next(rows) && db_column_integer(rows, 0) > LISTED)
		*more = db_column_integer(rows, 0) - LISTED;
	return count;
}

bool
invitation_find(struct db *db, struct arena *arena, int64_t workspace, const uint8_t public_id[16],
    struct invitation_row *row)
{
	struct db_rows *rows = db_query(db,
	    "SELECT a.public_id, a.email, a.status, a.added, i.expires, 0, 0, 0 FROM "
	    "{invitation_address} a"
	    " JOIN {invitation} i ON i.workspace = a.workspace AND i.id = a.invitation"
	    " WHERE a.public_id = ? AND a.workspace = ? AND (a.pending = 1 OR a.status = "
	    "'declined')"
	    " UNION ALL"
	    " SELECT i.public_id, '', 'pending', i.created, i.expires, i.uses, i.uses_maximum, 1 "
	    "FROM {invitation} i"
	    " WHERE i.public_id = ? AND i.workspace = ? AND i.kind = 'link' AND i.revoked IS NULL",
	    db_bytes(public_id, 16), db_integer(workspace), db_bytes(public_id, 16),
	    db_integer(workspace));

	(void)arena;
	memset(row, 0, sizeof(*row));
	if (!db_next(rows))
		return false;
	read_row(rows, row);
	return true;
}

enum invitation_outcome
invitation_revoke(
    struct db *db, const struct audit_actor *actor, int64_t workspace, const uint8_t public_id[16])
{
	struct db_rows *rows;
	uint64_t addresses = 0, links = 0;

	if (!workspace_guard(db, actor, workspace, ROLE_ADMINISTRATOR))
		return INVITATION_NOT_ALLOWED;
	db_execute(db, &addresses,
	    "UPDATE {invitation_address} SET status = 'revoked', pending = NULL, settled = ?"
	    " WHERE public_id = ? AND workspace = ? AND (pending = 1 OR status = 'declined')",
	    db_time(actor->now), db_bytes(public_id, 16), db_integer(workspace));
	if (addresses == 0)
		db_execute(db, &links,
		    "UPDATE {invitation} SET revoked = ? WHERE public_id = ? AND workspace = ? AND "
		    "kind = 'link'"
		    " AND revoked IS NULL",
		    db_time(actor->now), db_bytes(public_id, 16), db_integer(workspace));
	if (addresses + links == 0)
		return INVITATION_NOT_THERE;
	rows = db_query(
	    db, "SELECT id FROM {invitation_address} WHERE public_id = ?", db_bytes(public_id, 16));
	if (db_next(rows))
		notification_settle(db, INVITATION_NOTICE, db_column_integer(rows, 0), actor->now);
	audit_write(db, actor,
	    &(struct audit_event){ .action = "invitation.revoke",
	        .object_kind = "invitation",
	        .workspace = workspace });
	return INVITATION_DONE;
}

/* The invitation behind a row, and whether the row's seat is free again because it expired. */
static bool
find_invitation(struct db *db, int64_t workspace, const uint8_t public_id[16], int64_t now,
    int64_t *id, bool *link_kind, bool *expired)
{
	struct db_rows *rows = db_query(db,
	    "SELECT i.id, i.kind = 'link', i.expires <= ? FROM {invitation} i"
	    " LEFT JOIN {invitation_address} a ON a.workspace = i.workspace AND a.invitation = "
	    "i.id AND a.public_id = ?"
	    " WHERE i.workspace = ? AND i.revoked IS NULL AND (a.pending = 1 OR (i.public_id = ? "
	    "AND i.kind = 'link'))",
	    db_time(now), db_bytes(public_id, 16), db_integer(workspace), db_bytes(public_id, 16));

	if (!db_next(rows))
		return false;
	*id = db_column_integer(rows, 0);
	*link_kind = db_column_integer(rows, 1) != 0;
	*expired = db_column_integer(rows, 2) != 0;
	return true;
}

/* How many pending addresses come back to life with the invitation. */
static int64_t
pending_of(struct db *db, int64_t workspace, int64_t invitation)
{
	struct db_rows *rows = db_query(db,
	    "SELECT COUNT(*) FROM {invitation_address} WHERE workspace = ? AND invitation = ? AND "
	    "pending = 1",
	    db_integer(workspace), db_integer(invitation));

	return db_next(rows) ? db_column_integer(rows, 0) : 0;
}

size_t
invitation_addresses(struct db *db, struct arena *arena, int64_t workspace,
    const uint8_t public_id[16], const char ***list)
{
	struct db_rows *rows = db_query(db,
	    "SELECT o.email FROM {invitation_address} a JOIN {invitation_address} o"
	    " ON o.workspace = a.workspace AND o.invitation = a.invitation AND o.pending = 1"
	    " WHERE a.public_id = ? AND a.workspace = ? ORDER BY o.id",
	    db_bytes(public_id, 16), db_integer(workspace));
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows))
		(*list)[count++] = db_text(rows, 0);
	return count;
}

enum invitation_outcome
invitation_renew(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct config *config, const struct crypto_keys *keys, int64_t workspace,
    const uint8_t public_id[16], const char **link)
{
	uint8_t hash[CRYPTO_HASH];
	struct invitation_seats seats;
	int64_t id, life;
	bool link_kind, expired;

	if (!workspace_guard(db, actor, workspace, ROLE_ADMINISTRATOR))
		return INVITATION_NOT_ALLOWED;
	if (!find_invitation(db, workspace, public_id, actor->now, &id, &link_kind, &expired))
		return INVITATION_NOT_THERE;
	invitation_seats(db, workspace, actor->now, &seats);
	if (!link_kind && expired && pending_of(db, workspace, id) > invitation_free(&seats))
		return INVITATION_NO_SEATS;
	life = link_kind ? config->invitation_link_hours * CLOCK_HOUR
	                 : config->invitation_days * CLOCK_DAY;
	*link = make_code(arena, config, keys, hash);
	db_execute(db, NULL,
	    "UPDATE {invitation} SET hash = ?, key_id = ?, created = ?, expires = ? WHERE id = ? "
	    "AND workspace = ?",
	    db_bytes(hash, sizeof(hash)), db_integer(crypto_current_key(keys)), db_time(actor->now),
	    db_time(actor->now + life), db_integer(id), db_integer(workspace));
	audit_write(db, actor,
	    &(struct audit_event){ .action = "invitation.renew",
	        .object_kind = "invitation",
	        .object_id = id,
	        .workspace = workspace });
	return INVITATION_DONE;
}
