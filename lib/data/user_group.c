/* user_group.c: groups of members. */
#include <string.h>

#include "core/buffer.h"
#include "core/crypto.h"
#include "core/language.h"
#include "core/text.h"
#include "data/invitation.h"
#include "data/member_picker.h"
#include "data/user_group.h"

#define FIRST 5		/* names shown in the table */

static const struct {
	const char *builtin, *name, *description;
} built_in[] = {
	{ "admins", N_("Admins"),
	    N_("Read and modify all resources, except changing queues, and grant permissions") },
	{ "queue_admins", N_("Queue admins"), N_("Create, delete and rename queues") },
	{ "users", N_("Users"), N_("Everybody in the workspace") },
};

void
user_group_make_builtin(struct db *db, const struct audit_actor *actor, int64_t workspace)
{
	for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++) {
		uint8_t public_id[16];

		crypto_random(public_id, sizeof(public_id));
		db_execute(db, NULL,
		    "INSERT IGNORE INTO {user_group} (public_id, workspace, name, description, "
		    "builtin, created)"
		    " VALUES (?, ?, ?, ?, ?, ?)",
		    db_bytes(public_id, sizeof(public_id)), db_integer(workspace),
		    db_text_value(built_in[i].name), db_text_value(built_in[i].description),
		    db_text_value(built_in[i].builtin), db_time(actor->now));
	}
}

static enum user_group_builtin
builtin_of(const char *text)
{
	if (text_equal(text, "admins"))
		return USER_GROUP_ADMINS;
	if (text_equal(text, "queue_admins"))
		return USER_GROUP_QUEUE_ADMINS;
	return text_equal(text, "users") ? USER_GROUP_USERS : USER_GROUP_MADE;
}

/* Columns: id, public_id, workspace, name, description, builtin, revision, members. */
static void
read_group(struct db_rows *rows, struct user_group *group)
{
	group->id = db_column_integer(rows, 0);
	db_column_copy(rows, 1, group->public_id, sizeof(group->public_id));
	group->workspace = db_column_integer(rows, 2);
	group->name = db_text(rows, 3);
	group->description = db_text(rows, 4);
	group->builtin = builtin_of(db_text(rows, 5));
	group->revision = db_column_integer(rows, 6);
	group->members = db_column_integer(rows, 7);
}

/* JSON lists of ids are written by add_id() for each and end_ids(), which gives the text back. */
static void
add_id(struct buffer *list, int64_t id)
{
	buffer_format(list, "%c%lld", list->length == 0 ? '[' : ',', (long long)id);
}

static const char *
end_ids(struct buffer *list, struct arena *arena)
{
	const char *json;

	buffer_text(list, list->length == 0 ? "[]" : "]");
	json = arena_copy(arena, list->bytes, list->length);
	buffer_release(list);
	return json;
}

/* Who is in a group at this place, in the order of its primary key: nothing else is read. */
#define NTH(place) \
	" WHEN " place " THEN (SELECT g.person FROM {group_member} g FORCE INDEX (PRIMARY)" \
	" WHERE g.workspace = u.workspace AND g.user_group = u.id" \
	" ORDER BY g.person LIMIT 1 OFFSET " place ")"

/*
 * Names of the first five of every group of the list, in one statement. First is who has been a
 * person for longest; ordering a thousand members by name for every group would take seconds.
 */
static void
read_first(
    struct db *db, struct arena *arena, int64_t workspace, struct user_group *list, size_t count)
{
	struct buffer text = { 0 };
	struct db_rows *rows;
	const char *ids;

	for (size_t i = 0; i < count; i++)
		add_id(&text, list[i].id);
	ids = end_ids(&text, arena);
	rows = db_query(db,
	    "SELECT x.place, p.name FROM ("
	    "SELECT i.place - 1 AS place, CASE n.nth" NTH("0") NTH("1") NTH("2") NTH("3") NTH("4")
	    " END AS person"
	    " FROM JSON_TABLE(?, '$[*]' COLUMNS (place FOR ORDINALITY, id BIGINT PATH '$')) i"
	    " JOIN {user_group} u ON u.workspace = ? AND u.id = i.id"
	    " JOIN (SELECT 0 AS nth UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3"
	    " UNION ALL SELECT 4) n) x"
	    " JOIN {person} p ON p.id = x.person"
	    " UNION ALL"
	    " (SELECT i.place - 1, m.listed_name"
	    " FROM JSON_TABLE(?, '$[*]' COLUMNS (place FOR ORDINALITY, id BIGINT PATH '$')) i"
	    " JOIN {user_group} u ON u.workspace = ? AND u.id = i.id AND u.builtin = 'admins'"
	    " JOIN {membership} m FORCE INDEX (by_role) ON m.workspace = u.workspace"
	    " AND m.role IN ('owner', 'administrator') ORDER BY m.listed_name LIMIT 5)"
	    " ORDER BY 1, 2",
	    db_text_value(ids), db_integer(workspace), db_text_value(ids), db_integer(workspace));

	for (size_t i = 0; i < count; i++)
		list[i].first = arena_allocate(arena, (FIRST + 1) * sizeof(char *));
	while (db_next(rows)) {
		const char **names =
		    (const char **)(uintptr_t)list[db_column_integer(rows, 0)].first;

		while (*names != NULL)
			names++;
		*names = db_text(rows, 1);
	}
}

static size_t
read_groups(struct db_rows *rows, struct arena *arena, struct user_group **list)
{
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows))
		read_group(rows, &(*list)[count++]);
	return count;
}

/* The page first, then the members of its groups alone. */
size_t
user_group_list(struct db *db, struct arena *arena, int64_t workspace, int64_t page,
    struct user_group **list, bool *more)
{
	size_t count = read_groups(
	    db_query(db,
	        "SELECT g.id, g.public_id, g.workspace, g.name, g.description, g.builtin,"
	        " g.revision, CASE g.builtin WHEN 'users' THEN w.members"
	        " WHEN 'admins' THEN (SELECT COUNT(*) FROM {membership} m FORCE INDEX (by_role)"
	        " WHERE m.workspace = g.workspace AND m.role IN ('owner', 'administrator'))"
	        " ELSE (SELECT COUNT(*) FROM {group_member} x FORCE INDEX (PRIMARY)"
	        " WHERE x.workspace = g.workspace AND x.user_group = g.id) END"
	        " FROM (SELECT id, public_id, workspace, name, description, builtin, revision"
	        " FROM {user_group} WHERE workspace = ?"
	        " ORDER BY builtin IS NULL, builtin + 0, name LIMIT ? OFFSET ?) g"
	        " JOIN {workspace} w ON w.id = g.workspace"
	        " ORDER BY g.builtin IS NULL, g.builtin + 0, g.name",
	        db_integer(workspace), db_integer(USER_GROUP_PAGE + 1),
	        db_integer(page * USER_GROUP_PAGE)),
	    arena, list);

	*more = count > USER_GROUP_PAGE;
	if (*more)
		count = USER_GROUP_PAGE;
	read_first(db, arena, workspace, *list, count);
	return count;
}

size_t
user_group_choices(struct db *db, struct arena *arena, int64_t workspace, struct user_group **list)
{
	return read_groups(
	    db_query(db,
	        "SELECT id, public_id, workspace, name, description, builtin, revision, 0"
	        " FROM {user_group} WHERE workspace = ?"
	        " ORDER BY builtin IS NULL, builtin + 0, name LIMIT ?",
	        db_integer(workspace), db_integer(USER_GROUP_MOST)),
	    arena, list);
}

bool
user_group_find(struct db *db, struct arena *arena, int64_t workspace, const uint8_t public_id[16],
    struct user_group *group)
{
	struct db_rows *rows = db_query(db,
	    "SELECT g.id, g.public_id, g.workspace, g.name, g.description, g.builtin, g.revision,"
	    " CASE g.builtin WHEN 'users' THEN w.members"
	    " WHEN 'admins' THEN (SELECT COUNT(*) FROM {membership} m FORCE INDEX (by_role)"
	    " WHERE m.workspace = g.workspace AND m.role IN ('owner', 'administrator'))"
	    " ELSE (SELECT COUNT(*) FROM {group_member} x WHERE x.workspace = g.workspace AND "
	    "x.user_group = g.id) END"
	    " FROM {user_group} g JOIN {workspace} w ON w.id = g.workspace WHERE g.public_id = ? "
	    "AND g.workspace = ?",
	    db_bytes(public_id, 16), db_integer(workspace));

	(void)arena;
	memset(group, 0, sizeof(*group));
	if (!db_next(rows))
		return false;
	read_group(rows, group);
	return true;
}

size_t
user_group_members(
    struct db *db, struct arena *arena, const struct user_group *group, struct member **list)
{
	struct db_rows *rows;
	size_t count = 0;

	if (group->builtin == USER_GROUP_ADMINS)
		rows = db_query(db,
		    "SELECT p.id, p.public_id, p.name, p.email FROM {membership} m JOIN {person} p "
		    "ON p.id = m.person"
		    " WHERE m.workspace = ? AND m.role IN ('owner', 'administrator')"
		    " ORDER BY p.name, p.id",
		    db_integer(group->workspace));
	else
		rows = db_query(db,
		    "SELECT p.id, p.public_id, p.name, p.email FROM {group_member} g JOIN {person} "
		    "p ON p.id = g.person"
		    " WHERE g.workspace = ? AND g.user_group = ? ORDER BY p.name, p.id",
		    db_integer(group->workspace), db_integer(group->id));
	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows)) {
		struct member *member = &(*list)[count++];

		member->person = db_column_integer(rows, 0);
		db_column_copy(rows, 1, member->public_id, sizeof(member->public_id));
		member->name = db_text(rows, 2);
		member->email = db_text(rows, 3);
	}
	return count;
}

void
user_group_names(struct db *db, struct arena *arena, int64_t workspace,
    const struct member *members, size_t count, const char **texts)
{
	struct buffer people = { 0 };
	struct db_rows *rows;

	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		texts[i] = members[i].role >= ROLE_ADMINISTRATOR ? _("Admins") : "";
		add_id(&people, members[i].person);
	}
	rows = db_query(db,
	    "SELECT i.place - 1, u.name"
	    " FROM JSON_TABLE(?, '$[*]' COLUMNS (place FOR ORDINALITY, person BIGINT PATH '$')) i"
	    " JOIN {group_member} g ON g.workspace = ? AND g.person = i.person"
	    " JOIN {user_group} u ON u.workspace = g.workspace AND u.id = g.user_group"
	    /* Where nobody is in a group, nobody is looked up. */
	    " WHERE EXISTS (SELECT 1 FROM {group_member} x WHERE x.workspace = ?)"
	    " ORDER BY u.builtin IS NULL, u.builtin + 0, u.name",
	    db_text_value(end_ids(&people, arena)), db_integer(workspace), db_integer(workspace));
	while (db_next(rows)) {
		size_t i = (size_t)db_column_integer(rows, 0);

		texts[i] = texts[i][0] == '\0' ? db_text(rows, 1) :
		    arena_format(arena, "%s\n%s", texts[i], db_text(rows, 1));
	}
}

/*
 * The people by their public ids, who must be members: their ids as a JSON list; NULL when one is
 * none.
 */
static const char *
find_people(struct db *db, struct arena *arena, int64_t workspace, const uint8_t (*people)[16],
    size_t count)
{
	struct member *members;
	struct buffer text = { 0 };

	if (member_picker_chosen(db, arena, workspace, people, count, &members) != count)
		return NULL;
	for (size_t i = 0; i < count; i++)
		add_id(&text, members[i].person);
	return end_ids(&text, arena);
}

static void
put_members(struct db *db, int64_t workspace, int64_t group, const char *people)
{
	db_execute(db, NULL, "DELETE FROM {group_member} WHERE workspace = ? AND user_group = ?",
	    db_integer(workspace), db_integer(group));
	db_execute(db, NULL,
	    "INSERT INTO {group_member} (workspace, user_group, person) SELECT ?, ?, j.id"
	    " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) j",
	    db_integer(workspace), db_integer(group), db_text_value(people));
}

/*
 * Admins: the roles change; the owner stays owner, and somebody must be left who can still sign in.
 */
static enum user_group_outcome
put_administrators(struct db *db, int64_t workspace, const char *people)
{
	db_execute(db, NULL,
	    "UPDATE {membership} SET role = 'member' WHERE workspace = ? AND role = "
	    "'administrator'",
	    db_integer(workspace));
	db_execute(db, NULL,
	    "UPDATE {membership} SET role = 'administrator' WHERE workspace = ? AND role = "
	    "'member' AND person IN (SELECT j.id FROM"
	    " JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) j)",
	    db_integer(workspace), db_text_value(people));
	return workspace_administrators(db, workspace, 0) > 0 ? USER_GROUP_DONE
	                                                      : USER_GROUP_LAST_ADMINISTRATOR;
}

static bool
is_full(struct db *db, int64_t workspace)
{
	struct db_rows *rows = db_query(db,
	    "SELECT COUNT(*) FROM {user_group} WHERE workspace = ?", db_integer(workspace));

	return db_next(rows) && db_column_integer(rows, 0) >= USER_GROUP_MOST;
}

static void
write_audit(struct db *db, const struct audit_actor *actor, const char *action, int64_t workspace,
    int64_t group, const char *name, size_t members)
{
	struct arena *arena = arena_create();

	audit_write(db, actor,
	    &(struct audit_event){ .action = action,
	        .object_kind = "user_group",
	        .object_id = group,
	        .workspace = workspace,
	        .after = audit_json(
	            arena, "name", arena_format(arena, "%s (%zu)", name, members)) });
	arena_destroy(arena);
}

enum user_group_outcome
user_group_create(struct db *db, const struct audit_actor *actor, int64_t workspace,
    const char *name, const char *description, const uint8_t (*people)[16], size_t count,
    int64_t *id)
{
	struct arena *arena = arena_create();
	enum user_group_outcome outcome = USER_GROUP_DONE;
	uint8_t public_id[16];
	const char *ids;

	crypto_random(public_id, sizeof(public_id));
	if (!workspace_guard(db, actor, workspace, ROLE_ADMINISTRATOR)) {
		arena_destroy(arena);
		return USER_GROUP_NOT_ALLOWED;
	}
	ids = find_people(db, arena, workspace, people, count);
	if (is_full(db, workspace)) {
		outcome = USER_GROUP_TOO_MANY;
	} else if (ids == NULL) {
		outcome = USER_GROUP_NOT_A_MEMBER;
	} else if (db_execute(db, NULL,
	               "INSERT INTO {user_group} (public_id, workspace, name, description, "
	               "created) VALUES (?, ?, ?, ?, ?)",
	               db_bytes(public_id, sizeof(public_id)), db_integer(workspace),
	               db_text_value(name), db_text_value(description),
	               db_time(actor->now)) == DB_DUPLICATE) {
		outcome = USER_GROUP_NAME_TAKEN;
	} else {
		*id = db_inserted_id(db);
		put_members(db, workspace, *id, ids);
		write_audit(db, actor, "group.create", workspace, *id, name, count);
	}
	arena_destroy(arena);
	return outcome;
}

static enum user_group_outcome
change(struct db *db, const struct audit_actor *actor, const struct user_group *group,
    const char *name, const char *description, const char *ids, size_t count)
{
	bool made = group->builtin == USER_GROUP_MADE;
	uint64_t found = 0;

	if (db_execute(db, &found,
	        "UPDATE {user_group} SET name = ?, description = ?, revision = revision + 1"
	        " WHERE id = ? AND workspace = ? AND revision = ?",
	        db_text_value(made ? name : group->name),
	        db_text_value(made ? description : group->description), db_integer(group->id),
	        db_integer(group->workspace), db_integer(group->revision)) == DB_DUPLICATE)
		return USER_GROUP_NAME_TAKEN;
	if (found == 0)
		return USER_GROUP_STALE;
	if (group->builtin == USER_GROUP_ADMINS) {
		enum user_group_outcome outcome = put_administrators(db, group->workspace, ids);

		if (outcome != USER_GROUP_DONE)
			return outcome;
		invitation_disown(db, group->workspace, actor->now);
	} else {
		put_members(db, group->workspace, group->id, ids);
	}
	write_audit(db, actor, "group.change", group->workspace, group->id,
	    made ? name : group->name, count);
	return USER_GROUP_DONE;
}

enum user_group_outcome
user_group_change(struct db *db, const struct audit_actor *actor, const struct user_group *group,
    const char *name, const char *description, const uint8_t (*people)[16], size_t count)
{
	struct arena *arena;
	const char *ids;
	enum user_group_outcome outcome;

	if (group->builtin == USER_GROUP_USERS)
		return USER_GROUP_FIXED;
	if (!workspace_guard(db, actor, group->workspace, ROLE_ADMINISTRATOR))
		return USER_GROUP_NOT_ALLOWED;
	arena = arena_create();
	ids = find_people(db, arena, group->workspace, people, count);
	outcome = ids != NULL ? change(db, actor, group, name, description, ids, count)
	                      : USER_GROUP_NOT_A_MEMBER;
	arena_destroy(arena);
	return outcome;
}

enum user_group_outcome
user_group_delete(struct db *db, const struct audit_actor *actor, const struct user_group *group)
{
	uint64_t found = 0;

	if (group->builtin != USER_GROUP_MADE)
		return USER_GROUP_FIXED;
	if (!workspace_guard(db, actor, group->workspace, ROLE_ADMINISTRATOR))
		return USER_GROUP_NOT_ALLOWED;
	db_execute(db, NULL,
	    "DELETE FROM {invitation_group} WHERE workspace = ? AND user_group = ?",
	    db_integer(group->workspace), db_integer(group->id));
	db_execute(db, NULL, "DELETE FROM {group_member} WHERE workspace = ? AND user_group = ?",
	    db_integer(group->workspace), db_integer(group->id));
	db_execute(db, &found,
	    "DELETE FROM {user_group} WHERE id = ? AND workspace = ? AND builtin IS NULL",
	    db_integer(group->id), db_integer(group->workspace));
	if (found == 0)
		return USER_GROUP_NOT_THERE;
	write_audit(db, actor, "group.delete", group->workspace, group->id, group->name, 0);
	return USER_GROUP_DONE;
}
