/* departure.c: leaving a workspace, with everything that hangs on it. */
#include "core/language.h"
#include "data/departure.h"
#include "data/invitation.h"
#include "data/notification.h"

int64_t
departure_credentials(struct db *db, int64_t workspace, int64_t person)
{
	struct db_rows *rows = db_query(db,
	    "SELECT COUNT(*) FROM {credential} WHERE workspace = ? AND person = ? AND revoked IS "
	    "NULL",
	    db_integer(workspace), db_integer(person));

	return db_next(rows) ? db_column_integer(rows, 0) : 0;
}

/* Waits for whoever else decides about the members, then reads what is true now. */
static enum departure_outcome
decide(struct db *db, const struct audit_actor *actor, const struct workspace *workspace,
    int64_t person, bool removed)
{
	struct db_rows *rows;
	bool administrator;

	if (!workspace_guard(db, actor, workspace->id, removed ? ROLE_ADMINISTRATOR : ROLE_NONE))
		return DEPARTURE_NOT_ALLOWED;
	rows = db_query(db,
	    "SELECT m.role, w.owner <=> m.person"
	    " FROM {membership} m JOIN {workspace} w ON w.id = m.workspace WHERE m.workspace = ? "
	    "AND m.person = ?",
	    db_integer(workspace->id), db_integer(person));
	if (!db_next(rows))
		return DEPARTURE_NOT_A_MEMBER;
	if (db_column_integer(rows, 1) != 0)
		return DEPARTURE_OWNER;
	administrator = db_text(rows, 0)[0] != 'm';
	if (administrator && workspace_administrators(db, workspace->id, person) == 0)
		return DEPARTURE_LAST_ADMINISTRATOR;
	return DEPARTURE_DONE;
}

static void
end_membership(struct db *db, const struct audit_actor *actor, int64_t workspace, int64_t person)
{
	invitation_end_for(db, workspace, person, false, actor->now);
	notification_close_about(db, person, NOTIFICATION_NEWS, workspace, actor->now);
	db_execute(db, NULL, "DELETE FROM {group_member} WHERE workspace = ? AND person = ?",
	    db_integer(workspace), db_integer(person));
	db_execute(db, NULL,
	    "UPDATE {credential} SET revoked = ?, revoked_by = ?, secret_hash = NULL"
	    " WHERE workspace = ? AND person = ? AND revoked IS NULL",
	    db_time(actor->now), actor->person != 0 ? db_integer(actor->person) : db_null(),
	    db_integer(workspace), db_integer(person));
	db_execute(db, NULL,
	    "DELETE o FROM {one_time_reveal} o JOIN {credential} c ON c.id = o.object AND o.kind = "
	    "'credential'"
	    " WHERE c.workspace = ? AND c.person = ?",
	    db_integer(workspace), db_integer(person));
	db_execute(db, NULL, "DELETE FROM {membership} WHERE workspace = ? AND person = ?",
	    db_integer(workspace), db_integer(person));
	invitation_disown(db, workspace, actor->now);
	workspace_count_memberships(db, person);
	db_execute(db, NULL, "UPDATE {workspace} SET members = members - 1 WHERE id = ?",
	    db_integer(workspace));
	db_execute(db, NULL,
	    "INSERT INTO {departure} (workspace, person, ended) VALUES (?, ?, ?) ON DUPLICATE KEY "
	    "UPDATE ended = ?",
	    db_integer(workspace), db_integer(person), db_time(actor->now), db_time(actor->now));
	db_execute(db, NULL,
	    "UPDATE {person} p SET p.active_workspace ="
	    " (SELECT w.id FROM {workspace} w WHERE w.owner = p.id AND w.personal = 1)"
	    " WHERE p.id = ? AND p.active_workspace = ?",
	    db_integer(person), db_integer(workspace));
}

enum departure_outcome
departure_carry_out(struct db *db, const struct audit_actor *actor,
    const struct workspace *workspace, int64_t person, bool removed)
{
	enum departure_outcome outcome = decide(db, actor, workspace, person, removed);
	struct arena *arena;

	if (outcome != DEPARTURE_DONE)
		return outcome;
	end_membership(db, actor, workspace->id, person);
	audit_write(db, actor,
	    &(struct audit_event){ .action = removed ? "member.remove" : "member.leave",
	        .object_kind = "person",
	        .object_id = person,
	        .workspace = workspace->id });
	if (!removed)
		return DEPARTURE_DONE;
	arena = arena_create();
	notification_add(db, person, NOTIFICATION_REMOVED, workspace->id,
	    arena_format(arena,
	        _("You were removed from the workspace “%s”. Your credentials for it have stopped; "
	          "what you logged there stays there."),
	        workspace->name),
	    actor->now);
	arena_destroy(arena);
	return DEPARTURE_DONE;
}
