/* workspace_panel.c: members, seats and credentials of many workspaces. */
#include <string.h>

#include "data/workspace_panel.h"

#define BATCH 10
#define CREDENTIALS 2000

#define OPEN_INVITATIONS "SELECT COUNT(*) FROM {invitation_address} a" \
	" JOIN {invitation} i ON i.workspace = a.workspace AND i.id = a.invitation" \
	" WHERE a.workspace = ? AND a.pending = 1 AND i.revoked IS NULL AND i.expires > ?"

/*
 * A statement is a literal, so there is one for two workspaces, for three and for ten; what is not
 * needed in it asks for workspace 0, which costs nearly as much as one that is there. The index has
 * the members in their order; the optimizer would read and sort all of them.
 */
#define MEMBERS_OF_ONE \
	"(SELECT m.workspace, m.listed_name, (" OPEN_INVITATIONS ") AS pending," \
	" m.joined, m.person" \
	" FROM {membership} m FORCE INDEX (by_join) WHERE m.workspace = ?" \
	" ORDER BY m.joined, m.person LIMIT 10)"
#define ID(i) db_integer(ids[i]), db_time(now), db_integer(ids[i])

#define MEMBERS_OF_THREE MEMBERS_OF_ONE " UNION ALL " MEMBERS_OF_ONE " UNION ALL " MEMBERS_OF_ONE

static struct db_rows *
query_batch(struct db *db, const int64_t ids[BATCH], size_t count, int64_t now)
{
	if (count == 2)
		return db_query(db,
		    MEMBERS_OF_ONE " UNION ALL " MEMBERS_OF_ONE " ORDER BY joined, person", ID(0),
		    ID(1));
	if (count == 3)
		return db_query(
		    db, MEMBERS_OF_THREE " ORDER BY joined, person", ID(0), ID(1), ID(2));
	return db_query(db,
	    MEMBERS_OF_THREE " UNION ALL " MEMBERS_OF_THREE " UNION ALL " MEMBERS_OF_THREE
	    " UNION ALL " MEMBERS_OF_ONE " ORDER BY joined, person",
	    ID(0), ID(1), ID(2), ID(3), ID(4), ID(5), ID(6), ID(7), ID(8), ID(9));
}

static void
fill(struct db_rows *rows, const struct workspace *list, size_t count,
    struct workspace_panel *panels)
{
	while (db_next(rows)) {
		for (size_t i = 0; i < count; i++) {
			if (list[i].id != db_column_integer(rows, 0))
				continue;
			panels[i].pending = db_column_integer(rows, 2);
			if (panels[i].name_count < WORKSPACE_PANEL_NAMES)
				panels[i].names[panels[i].name_count++] = db_text(rows, 1);
		}
	}
}

/*
 * Most people are in one workspace, where nobody waits: a third of the work of the statement above.
 * Invitations that may have expired are looked at when there are any.
 */
static void
fill_one(struct db *db, const struct workspace *workspace, int64_t now,
    struct workspace_panel *panel)
{
	struct db_rows *rows = db_query(db,
	    "SELECT m.workspace, m.listed_name, (SELECT COUNT(*) FROM {invitation_address} a"
	    " WHERE a.workspace = ? AND a.pending = 1) AS pending"
	    " FROM {membership} m FORCE INDEX (by_join) WHERE m.workspace = ?"
	    " ORDER BY m.joined, m.person LIMIT 10",
	    db_integer(workspace->id), db_integer(workspace->id));

	fill(rows, workspace, 1, panel);
	if (panel->pending == 0)
		return;
	rows = db_query(db, OPEN_INVITATIONS, db_integer(workspace->id), db_time(now));
	panel->pending = db_next(rows) ? db_column_integer(rows, 0) : 0;
}

struct workspace_panel *
workspace_panels(
    struct db *db, struct arena *arena, const struct workspace *list, size_t count, int64_t now)
{
	struct workspace_panel *panels = arena_allocate(arena, (count + 1) * sizeof(*panels));

	memset(panels, 0, (count + 1) * sizeof(*panels));
	for (size_t start = 0; start < count; start += BATCH) {
		size_t size = count - start < BATCH ? count - start : BATCH;
		int64_t ids[BATCH] = { 0 };

		for (size_t i = 0; i < size; i++)
			ids[i] = list[start + i].id;
		if (size == 1)
			fill_one(db, list + start, now, panels + start);
		else
			fill(query_batch(db, ids, size, now), list + start, size, panels + start);
	}
	return panels;
}

int64_t
workspace_panel_free(const struct workspace *workspace, const struct workspace_panel *panel)
{
	int64_t left = workspace->members_maximum - workspace->members - panel->pending;

	if (workspace->members_maximum == 0)
		return INT64_MAX;
	return left > 0 ? left : 0;
}

static bool
sees_others(const struct workspace *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (credential_sees_others(&list[i]))
			return true;
	}
	return false;
}

/*
 * One's own by the person, those of others by the workspaces that one administers: each has its
 * index, if read from the memberships on. Most people see only their own, of one workspace.
 */
#define CREDENTIAL_COLUMNS "c.id, c.public_id, c.workspace, c.person, p.name, c.access_key," \
	" c.label, c.created, c.expires, c.last_used, c.last_used_from, c.retiring"
#define OWN "SELECT STRAIGHT_JOIN " CREDENTIAL_COLUMNS " FROM {membership} m" \
	" JOIN {person} p ON p.id = m.person" \
	" JOIN {credential} c ON c.workspace = m.workspace AND c.person = m.person" \
	" WHERE m.person = ? AND c.revoked IS NULL"
#define OF_OTHERS "SELECT STRAIGHT_JOIN " CREDENTIAL_COLUMNS " FROM {membership} m" \
	" JOIN {workspace} w ON w.id = m.workspace AND w.members > 1" \
	" JOIN {credential} c ON c.workspace = m.workspace JOIN {person} p ON p.id = c.person" \
	" WHERE m.person = ? AND m.role <> 'member' AND c.person <> m.person AND c.revoked IS NULL"

size_t
workspace_panel_credentials(struct db *db, struct arena *arena, int64_t person,
    const struct workspace *workspaces, size_t count, struct credential **list, bool *complete)
{
	bool others = sees_others(workspaces, count);
	struct db_rows *rows;

	if (count == 1 && !others) {
		size_t own = credential_list_own(db, arena, workspaces->id, person, list);

		if (own < CREDENTIAL_LISTED) {
			*complete = true;
			return own;
		}
	}
	if (others)
		rows = db_query(db, OWN " UNION ALL " OF_OTHERS " ORDER BY 8 DESC, 1 DESC LIMIT ?",
		    db_integer(person), db_integer(person), db_integer(CREDENTIALS));
	else
		rows = db_query(db, OWN " ORDER BY 8 DESC, 1 DESC LIMIT ?", db_integer(person),
		    db_integer(CREDENTIALS));
	*complete = db_count(rows) < CREDENTIALS;
	return credential_read_list(rows, arena, list);
}

size_t
workspace_companies(struct db *db, struct arena *arena, int64_t person, int64_t first,
    struct workspace_company **list)
{
	struct db_rows *rows = db_query(db,
	    "SELECT w.public_id, w.name, w.members, o.public_id, o.name FROM {membership} m"
	    " JOIN {workspace} w ON w.id = m.workspace LEFT JOIN {person} o ON o.id = w.owner"
	    " WHERE m.person = ? ORDER BY w.id = ? DESC, w.name, w.id",
	    db_integer(person), db_integer(first));
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows)) {
		struct workspace_company *company = &(*list)[count++];

		db_column_copy(rows, 0, company->public_id, sizeof(company->public_id));
		company->name = db_text(rows, 1);
		company->members = db_column_integer(rows, 2);
		db_column_copy(rows, 3, company->owner_id, sizeof(company->owner_id));
		company->owner = db_text(rows, 4);
	}
	return count;
}
