/* preference.c: one document of preferences a person. */
#include "core/text.h"
#include "data/preference.h"
#include "data/session.h"

void
preference_load(struct db *db, struct arena *arena, int64_t person, struct preference *preference)
{
	struct db_rows *rows = db_query(db,
	    "SELECT document, revision FROM {preference} WHERE person = ?", db_integer(person));

	(void)arena;
	preference->document = "{}";
	preference->revision = 0;
	if (!db_next(rows))
		return;
	preference->document = db_text(rows, 0);
	preference->revision = db_column_integer(rows, 1);
}

bool
preference_store(struct db *db, const struct audit_actor *actor, int64_t person,
    const struct preference *read, const char *document, const struct preference_columns *columns)
{
	uint64_t found = 1;

	if (read->revision == 0) {
		if (db_execute(db, NULL,
		    "INSERT INTO {preference} (person, document, theme, blocks_scripts, updated)"
		    " VALUES (?, ?, ?, ?, ?)",
		    db_integer(person), db_text_value(document), db_text_value(columns->theme),
		    db_integer(columns->blocks_scripts), db_time(actor->now)) == DB_DUPLICATE)
			return false;
	} else {
		db_execute(db, &found,
		    "UPDATE {preference} SET document = ?, theme = ?, blocks_scripts = ?,"
		    " revision = revision + 1, updated = ? WHERE person = ? AND revision = ?",
		    db_text_value(document), db_text_value(columns->theme),
		    db_integer(columns->blocks_scripts), db_time(actor->now), db_integer(person),
		    db_integer(read->revision));
	}
	if (found == 0)
		return false;
	audit_write(db, actor, &(struct audit_event){ .action = "preference.write",
	    .object_kind = "person",
	    .object_id = person });
	return true;
}

bool
preference_blocks_scripts(const struct config *config, const struct session *session)
{
	const struct config_fixed *fixed = &config->preferences[PREFERENCE_BLOCK_SCRIPTS];

	return fixed->fixed ? fixed->on : session->blocks_scripts;
}
