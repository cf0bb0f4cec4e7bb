/* workspace.c: workspaces as their members see them. */
#include <string.h>

#include "core/crypto.h"
#include "core/language.h"
#include "core/text.h"
#include "data/member_list.h"
#include "data/user_group.h"
#include "data/workspace.h"

static const char *const role_names[] = {
	[ROLE_NONE] = "none",
	[ROLE_MEMBER] = "member",
	[ROLE_ADMINISTRATOR] = "administrator",
	[ROLE_OWNER] = "owner",
};

const char *
role_name(enum role role)
{
	return role_names[role];
}

/* Columns: id, public_id, name, personal, owner, members, members_maximum, role (as a number of the
 * ENUM, owner first). */
static void
read_workspace(struct db_rows *rows, struct workspace *workspace)
{
	workspace->id = db_column_integer(rows, 0);
	db_column_copy(rows, 1, workspace->public_id, sizeof(workspace->public_id));
	workspace->name = db_text(rows, 2);
	workspace->personal = db_column_integer(rows, 3) == 1;
	workspace->owner = db_column_integer(rows, 4);
	workspace->members = db_column_integer(rows, 5);
	workspace->members_maximum = db_column_integer(rows, 6);
	workspace->role = (enum role)(ROLE_OWNER + 1 - db_column_integer(rows, 7));
}

bool
workspace_of_member(struct db *db, struct arena *arena, int64_t person, const uint8_t public_id[16],
    struct workspace *workspace)
{
	struct db_rows *rows = db_query(db,
	    "SELECT w.id, w.public_id, w.name, w.personal, w.owner, w.members, w.members_maximum, "
	    "m.role + 0"
	    " FROM {workspace} w JOIN {membership} m ON m.workspace = w.id AND m.person = ?"
	    " WHERE w.public_id = ?",
	    db_integer(person), db_bytes(public_id, 16));

	(void)arena;
	memset(workspace, 0, sizeof(*workspace));
	if (!db_next(rows))
		return false;
	read_workspace(rows, workspace);
	return true;
}

bool
workspace_active(struct db *db, struct arena *arena, int64_t person, struct workspace *workspace)
{
	struct db_rows *rows = db_query(db,
	    "SELECT w.id, w.public_id, w.name, w.personal, w.owner, w.members, w.members_maximum, "
	    "m.role + 0"
	    " FROM {membership} m JOIN {workspace} w ON w.id = m.workspace JOIN {person} p ON p.id "
	    "= m.person"
	    " WHERE m.person = ?"
	    " ORDER BY (w.id <=> p.active_workspace) DESC, (w.personal <=> 1 AND w.owner <=> p.id) "
	    "DESC, m.joined"
	    " LIMIT 1",
	    db_integer(person));

	(void)arena;
	memset(workspace, 0, sizeof(*workspace));
	if (!db_next(rows))
		return false;
	read_workspace(rows, workspace);
	return true;
}

size_t
workspace_list(struct db *db, struct arena *arena, int64_t person, struct workspace **list)
{
	struct db_rows *rows = db_query(db,
	    "SELECT w.id, w.public_id, w.name, w.personal, w.owner, w.members, w.members_maximum, "
	    "m.role + 0"
	    " FROM {membership} m JOIN {workspace} w ON w.id = m.workspace"
	    " WHERE m.person = ?"
	    " ORDER BY (w.personal <=> 1 AND w.owner <=> m.person) DESC, w.name, w.id",
	    db_integer(person));
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows))
		read_workspace(rows, &(*list)[count++]);
	return count;
}

int64_t
workspace_create(struct db *db, const struct audit_actor *actor, const char *name, int64_t owner,
    bool personal, int64_t maximum)
{
	uint8_t public_id[16];
	int64_t id;

	crypto_random(public_id, sizeof(public_id));
	db_execute(db, NULL,
	    "INSERT INTO {workspace} (public_id, name, owner, personal, members_maximum, created) "
	    "VALUES (?, ?, ?, ?, ?, ?)",
	    db_bytes(public_id, sizeof(public_id)), db_text_value(name),
	    owner != 0 ? db_integer(owner) : db_null(), personal ? db_integer(1) : db_null(),
	    maximum != 0 ? db_integer(maximum) : db_null(), db_time(actor->now));
	id = db_inserted_id(db);
	user_group_make_builtin(db, actor, id);
	audit_write(db, actor,
	    &(struct audit_event){ .action = "workspace.create",
	        .object_kind = "workspace",
	        .object_id = id,
	        .workspace = id });
	return id;
}

void
workspace_count_memberships(struct db *db, int64_t person)
{
	db_execute(db, NULL,
	    "UPDATE {person} p SET p.memberships = (SELECT COUNT(*) FROM {membership} m WHERE "
	    "m.person = p.id)"
	    " WHERE p.id = ?",
	    db_integer(person));
}

bool
workspace_join(struct db *db, const struct audit_actor *actor, int64_t workspace, int64_t person,
    enum role role)
{
	uint64_t found = 0;
	struct db_rows *rows;

	rows = db_query(db, "SELECT 1 FROM {membership} WHERE workspace = ? AND person = ?",
	    db_integer(workspace), db_integer(person));
	if (db_next(rows))
		return true;
	db_execute(db, &found,
	    "UPDATE {workspace} SET members = members + 1, revision = revision + 1"
	    " WHERE id = ? AND (members_maximum IS NULL OR members < members_maximum)",
	    db_integer(workspace));
	if (found == 0)
		return false;
	db_execute(db, NULL,
	    "INSERT INTO {membership} (workspace, person, role, joined) VALUES (?, ?, ?, ?)",
	    db_integer(workspace), db_integer(person), db_text_value(role_name(role)),
	    db_time(actor->now));
	workspace_count_memberships(db, person);
	member_list_copy(db, person);
	audit_write(db, actor,
	    &(struct audit_event){ .action = "member.join",
	        .object_kind = "person",
	        .object_id = person,
	        .workspace = workspace });
	return true;
}

int64_t
workspace_administrators(struct db *db, int64_t workspace, int64_t without)
{
	struct db_rows *rows = db_query(db,
	    "SELECT COUNT(*) FROM {membership} m JOIN {person} p ON p.id = m.person"
	    " WHERE m.workspace = ? AND m.role <> 'member' AND m.person <> ? AND p.disabled IS "
	    "NULL",
	    db_integer(workspace), db_integer(without));

	return db_next(rows) ? db_column_integer(rows, 0) : 0;
}

int64_t
workspace_of_installation(struct db *db)
{
	struct db_rows *rows = db_query(
	    db, "SELECT id FROM {workspace} WHERE owner IS NULL ORDER BY id LIMIT 1");

	return db_next(rows) ? db_column_integer(rows, 0) : 0;
}

const char *
workspace_name_fault(const char *name)
{
	size_t length = text_characters(name);

	if (length == 0)
		return _("Enter a name.");
	if (length > WORKSPACE_NAME)
		return _("A workspace name has at most 100 characters.");
	if (text_has_hidden(name))
		return _(
		    "A workspace name must not contain control characters or invisible marks.");
	return NULL;
}

void
workspace_rename(struct db *db, const struct audit_actor *actor, const struct workspace *workspace,
    const char *name)
{
	struct arena *arena;

	if (text_equal(workspace->name, name))
		return;
	arena = arena_create();
	db_execute(db, NULL,
	    "UPDATE {workspace} SET name = ?, revision = revision + 1 WHERE id = ?",
	    db_text_value(name), db_integer(workspace->id));
	audit_write(db, actor,
	    &(struct audit_event){ .action = "workspace.rename",
	        .object_kind = "workspace",
	        .object_id = workspace->id,
	        .workspace = workspace->id,
	        .before = audit_json(arena, "name", workspace->name),
	        .after = audit_json(arena, "name", name) });
	arena_destroy(arena);
}

bool
workspace_guard(
    struct db *db, const struct audit_actor *actor, int64_t workspace, enum role least)
{
	struct db_rows *rows;

	db_execute(db, NULL, "UPDATE {workspace} SET revision = revision + 1 WHERE id = ?",
	    db_integer(workspace));
	if (least == ROLE_NONE || actor->way == AUDIT_COMMAND)
		return true;
	rows = db_query(db, "SELECT role + 0 FROM {membership} WHERE workspace = ? AND person = ?",
	    db_integer(workspace), db_integer(actor->person));
	return db_next(rows) && ROLE_OWNER + 1 - db_column_integer(rows, 0) >= (int64_t)least;
}

/* The membership first: who is being removed at the same moment does not come back this way. */
bool
workspace_activate(struct db *db, const struct audit_actor *actor,
    const struct workspace *workspace, int64_t person)
{
	uint64_t found = 0;

	db_execute(db, &found,
	    "UPDATE {membership} SET revision = revision + 1 WHERE workspace = ? AND person = ?",
	    db_integer(workspace->id), db_integer(person));
	if (found == 0)
		return false;
	db_execute(db, NULL, "UPDATE {person} SET active_workspace = ? WHERE id = ?",
	    db_integer(workspace->id), db_integer(person));
	audit_write(db, actor,
	    &(struct audit_event){ .action = "workspace.switch",
	        .object_kind = "workspace",
	        .object_id = workspace->id,
	        .workspace = workspace->id });
	return true;
}

void
workspace_limit(struct db *db, const struct audit_actor *actor, int64_t workspace, int64_t maximum)
{
	struct arena *arena = arena_create();

	db_execute(db, NULL,
	    "UPDATE {workspace} SET members_maximum = ?, revision = revision + 1 WHERE id = ?",
	    maximum != 0 ? db_integer(maximum) : db_null(), db_integer(workspace));
	audit_write(db, actor,
	    &(struct audit_event){ .action = "workspace.limit",
	        .object_kind = "workspace",
	        .object_id = workspace,
	        .workspace = workspace,
	        .after = audit_json(
	            arena, "members_maximum", arena_format(arena, "%lld", (long long)maximum)) });
	arena_destroy(arena);
}
