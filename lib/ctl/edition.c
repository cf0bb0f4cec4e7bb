/*
 * Settling an installation after its tables are there.
 */
#include "ctl/edition.h"

#include <stdio.h>

#include "core/text.h"
#include "data/user_group.h"
#include "data/workspace.h"

struct settling {
	struct ctl *ctl;
	struct db *db;
	struct audit_actor actor;
	int64_t workspace;		/* of the installation */
	int64_t person;
	const char *name;		/* of the person */
};

static bool
make_number(void *argument)
{
	struct settling *s = argument;
	uint8_t number[16];

	crypto_random(number, sizeof(number));
	if (db_next(db_query(s->db,
	    "SELECT 1 FROM {server_setting} WHERE name = 'installation.id'")))
		return false;
	return db_execute(s->db, NULL,
	    "INSERT INTO {server_setting} (name, value, updated) VALUES ('installation.id', ?, ?)",
	    db_text_value(text_id(s->ctl->arena, number)), db_time(s->actor.now)) == DB_DONE;
}

static bool
make_workspace(void *argument)
{
	struct settling *s = argument;

	s->workspace = workspace_of_installation(s->db);
	if (s->workspace != 0)
		return false;
	s->workspace = workspace_create(s->db, &s->actor, "Workspace", 0, false, 0);
	return true;
}

static bool
settle_person(void *argument)
{
	struct settling *s = argument;
	int64_t workspace = s->workspace;
	bool joined;

	if (workspace == 0)
		workspace = workspace_create(s->db, &s->actor,
		    arena_format(s->ctl->arena, "%s's workspace", s->name), s->person, true,
		    s->ctl->config->members_maximum);
	joined = workspace_join(s->db, &s->actor, workspace, s->person,
	    s->workspace == 0 ? ROLE_OWNER : ROLE_MEMBER);
	db_execute(s->db, NULL,
	    "UPDATE {person} SET active_workspace = ? WHERE id = ? AND active_workspace IS NULL",
	    db_integer(workspace), db_integer(s->person));
	return joined;
}

/* The next 100 people without the workspace of the edition. */
static struct db_rows *
next_people(struct settling *s)
{
	if (s->workspace != 0)
		return db_query(s->db,
		    "SELECT p.id, p.name FROM {person} p LEFT JOIN {membership} m"
		    " ON m.person = p.id AND m.workspace = ?"
		    " WHERE p.id > ? AND m.person IS NULL ORDER BY p.id LIMIT 100",
		    db_integer(s->workspace), db_integer(s->person));
	return db_query(s->db,
	    "SELECT p.id, p.name FROM {person} p LEFT JOIN {workspace} w ON w.owner = p.id AND "
	    "w.personal = 1"
	    " WHERE p.id > ? AND w.id IS NULL ORDER BY p.id LIMIT 100",
	    db_integer(s->person));
}

/* Workspaces from before there were groups get the built-in ones. */
static bool
make_groups(void *argument)
{
	struct settling *s = argument;
	struct db_rows *rows = db_query(s->db,
	    "SELECT w.id FROM {workspace} w LEFT JOIN {user_group} g"
	    " ON g.workspace = w.id AND g.builtin = 'users' WHERE g.id IS NULL LIMIT 1000");

	while (db_next(rows))
		user_group_make_builtin(s->db, &s->actor, db_column_integer(rows, 0));
	return db_count(rows) > 0;
}

int
edition_settle(struct ctl *ctl, struct db *db)
{
	struct settling s = { .ctl = ctl, .db = db, .actor = ctl_actor(ctl->arena) };
	struct db_rows *people;
	uint64_t settled = 0;

	db_transaction(db, make_number, &s);
	if (!ctl->config->switches[SWITCH_WORKSPACES] &&
	    db_transaction(db, make_workspace, &s) == DB_COMMITTED)
		printf("workspace  of the installation: made\n");
	while (db_transaction(db, make_groups, &s) == DB_COMMITTED)
		continue;
	do {
		struct arena_mark mark = arena_mark(ctl->arena);

		people = next_people(&s);
		while (db_next(people)) {
			s.person = db_column_integer(people, 0);
			s.name = db_text(people, 1);
			settled += db_transaction(db, settle_person, &s) == DB_COMMITTED;
		}
		if (db_count(people) < 100) {
			break;
		}
		arena_rewind(ctl->arena, mark);
	} while (!db_failed(db));
	if (settled > 0)
		printf("workspace  of %llu people: made or joined\n", (unsigned long long)settled);
	return db_failed(db) ? ctl_database_failed(db) : CTL_DONE;
}
