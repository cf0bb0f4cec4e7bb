/* person.c: people, their names and passwords. */
#include <string.h>

#include "core/crypto.h"
#include "core/language.h"
#include "core/text.h"
#include "data/member_list.h"
#include "data/person.h"
#include "data/workspace.h"

/* Columns: id, public_id, name, email, password, created, last_sign_in, disabled, epoch, theme. */
static bool
read_person(struct db_rows *rows, struct person *person)
{
	memset(person, 0, sizeof(*person));
	if (!db_next(rows))
		return false;
	person->id = db_column_integer(rows, 0);
	db_column_copy(rows, 1, person->public_id, sizeof(person->public_id));
	person->name = db_text(rows, 2);
	person->email = db_text(rows, 3);
	person->password = db_is_null(rows, 4) ? NULL : db_text(rows, 4);
	person->created = db_column_time(rows, 5);
	person->last_sign_in = db_column_time(rows, 6);
	person->disabled = db_column_time(rows, 7);
	person->epoch = (uint32_t)db_column_integer(rows, 8);
	person->theme = db_is_null(rows, 9) ? "system" : db_text(rows, 9);
	return true;
}

bool
person_by_email(struct db *db, struct arena *arena, const char *email, struct person *person)
{
	return read_person(db_query(db,
	                       "SELECT p.id, p.public_id, p.name, p.email, p.password, p.created, "
	                       "p.last_sign_in, p.disabled, p.epoch,"
	                       " pr.theme FROM {person} p LEFT JOIN {preference} pr ON pr.person = "
	                       "p.id WHERE p.email = ?",
	                       db_text_value(text_lower(arena, email))),
	    person);
}

bool
person_by_id(struct db *db, struct arena *arena, int64_t id, struct person *person)
{
	(void)arena;
	return read_person(db_query(db,
	                       "SELECT p.id, p.public_id, p.name, p.email, p.password, p.created, "
	                       "p.last_sign_in, p.disabled, p.epoch,"
	                       " pr.theme FROM {person} p LEFT JOIN {preference} pr ON pr.person = "
	                       "p.id WHERE p.id = ?",
	                       db_integer(id)),
	    person);
}

/* The first characters of the name that fit with "'s workspace" into a workspace's name. */
static const char *
personal_workspace_name(struct arena *arena, const char *name)
{
	/* 70 characters and the 12 of the ending always fit into WORKSPACE_NAME. */
	return arena_format(arena, "%s's workspace", name);
}

int64_t
person_create(struct db *db, const struct audit_actor *actor, const struct config *config,
    const char *name, const char *email, const char *password_hash, bool administrator)
{
	struct arena *arena = arena_create();
	uint8_t public_id[16];
	int64_t person = 0, workspace;
	bool installation = !config->switches[SWITCH_WORKSPACES], joined = true;

	crypto_random(public_id, sizeof(public_id));
	if (db_execute(db, NULL,
	        "INSERT INTO {person} (public_id, name, email, password, created, email_proved)"
	        " VALUES (?, ?, ?, ?, ?, ?)",
	        db_bytes(public_id, sizeof(public_id)), db_text_value(name),
	        db_text_value(email != NULL ? text_lower(arena, email) : NULL),
	        db_text_value(password_hash), db_time(actor->now),
	        db_integer(actor->way == AUDIT_COMMAND)) != DB_DONE)
		goto out;
	person = db_inserted_id(db);
	audit_write(db, actor,
	    &(struct audit_event){ .action = "person.create",
	        .object_kind = "person",
	        .object_id = person,
	        .after = audit_json(arena, "name", name) });
	workspace = workspace_of_installation(db);
	if (installation && workspace == 0)
		workspace = workspace_create(db, actor, "Workspace", 0, false, 0);
	if (installation || (administrator && workspace != 0))
		joined = workspace_join(
		    db, actor, workspace, person, administrator ? ROLE_ADMINISTRATOR : ROLE_MEMBER);
	if (joined && !installation) {
		workspace = workspace_create(db, actor, personal_workspace_name(arena, name),
		    person, true, config->members_maximum);
		joined = workspace_join(db, actor, workspace, person, ROLE_OWNER);
	}
	if (!joined) {
		person = 0;
		goto out;
	}
	db_execute(db, NULL, "UPDATE {person} SET active_workspace = ? WHERE id = ?",
	    db_integer(workspace), db_integer(person));
out:
	arena_destroy(arena);
	return person;
}

void
person_prove_email(struct db *db, int64_t person)
{
	db_execute(
	    db, NULL, "UPDATE {person} SET email_proved = 1 WHERE id = ?", db_integer(person));
}

void
person_rename(
    struct db *db, const struct audit_actor *actor, const struct person *person, const char *name)
{
	struct arena *arena;

	if (text_equal(person->name, name))
		return;
	arena = arena_create();
	db_execute(db, NULL, "UPDATE {person} SET name = ? WHERE id = ?", db_text_value(name),
	    db_integer(person->id));
	member_list_copy(db, person->id);
	audit_write(db, actor,
	    &(struct audit_event){ .action = "person.rename",
	        .object_kind = "person",
	        .object_id = person->id,
	        .before = audit_json(arena, "name", person->name),
	        .after = audit_json(arena, "name", name) });
	arena_destroy(arena);
}

void
person_set_time_zone(
    struct db *db, const struct audit_actor *actor, const struct person *person, const char *zone)
{
	struct arena *arena;

	if (text_equal(person->time_zone, zone))
		return;
	arena = arena_create();
	db_execute(db, NULL, "UPDATE {person} SET time_zone = ? WHERE id = ?",
	    db_text_value(zone[0] != '\0' ? zone : NULL), db_integer(person->id));
	audit_write(db, actor,
	    &(struct audit_event){ .action = "person.time-zone",
	        .object_kind = "person",
	        .object_id = person->id,
	        .before = audit_json(arena, "time_zone", person->time_zone),
	        .after = audit_json(arena, "time_zone", zone) });
	arena_destroy(arena);
}

void
person_set_password(struct db *db, const struct audit_actor *actor, int64_t person,
    const char *password_hash, const uint8_t keep[32])
{
	static const uint8_t nobody[32];

	db_execute(db, NULL, "UPDATE {person} SET password = ?, epoch = epoch + 1 WHERE id = ?",
	    db_text_value(password_hash), db_integer(person));
	/* The epoch ends every session; the one that is kept moves on to the new epoch. */
	db_execute(db, NULL,
	    "UPDATE {session} s JOIN {person} p ON p.id = s.person SET s.epoch = p.epoch"
	    " WHERE s.hash = ? AND s.person = ?",
	    db_bytes(keep != NULL ? keep : nobody, 32), db_integer(person));
	audit_write(db, actor,
	    &(struct audit_event){
	        .action = "person.password", .object_kind = "person", .object_id = person });
}

void
person_rehash(struct db *db, int64_t person, const char *old_hash, const char *new_hash)
{
	db_execute(db, NULL, "UPDATE {person} SET password = ? WHERE id = ? AND password = ?",
	    db_text_value(new_hash), db_integer(person), db_text_value(old_hash));
}

void
person_disable(struct db *db, const struct audit_actor *actor, int64_t person, bool disabled)
{
	db_execute(db, NULL, "UPDATE {person} SET disabled = ?, epoch = epoch + 1 WHERE id = ?",
	    disabled ? db_time(actor->now) : db_null(), db_integer(person));
	audit_write(db, actor,
	    &(struct audit_event){ .action = disabled ? "person.disable" : "person.enable",
	        .object_kind = "person",
	        .object_id = person });
}

void
person_signed_in(struct db *db, int64_t person, int64_t now)
{
	db_execute(db, NULL, "UPDATE {person} SET last_sign_in = ? WHERE id = ?", db_time(now),
	    db_integer(person));
	member_list_copy(db, person);
}

const char *
person_name_fault(const char *name)
{
	size_t length = text_characters(name);

	if (length == 0)
		return _("Enter a name.");
	if (length < PERSON_NAME_LEAST)
		return _("A name has at least 2 characters.");
	if (length > PERSON_NAME)
		return _("A name has at most 70 characters.");
	if (text_has_hidden(name))
		return _("A name must not contain control characters or invisible marks.");
	return NULL;
}
