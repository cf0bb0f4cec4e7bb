/* tip.c: which tip comes next. */
#include "data/tip.h"

#include "data/preference.h"
#include "data/preference_choice.h"
#include "data/preference_document.h"

static bool
wants_none(struct db *db, struct arena *arena, const struct config *config, int64_t person)
{
	struct preference preference;
	json_t *document;
	bool none;

	preference_load(db, arena, person, &preference);
	document = preference_document_read(preference.document);
	none = preference_choice(arena, config, document, PREFERENCE_NO_TIPS);
	json_decref(document);
	return none;
}

size_t
tip_after_sign_in(struct db *db, struct arena *arena, const struct config *config,
    const struct person *person, size_t count, int64_t now)
{
	struct db_rows *rows;
	size_t number = 1;

	if (count == 0 || person->last_sign_in == 0 || wants_none(db, arena, config, person->id))
		return 0;
	rows = db_query(db, "SELECT number, shown FROM {tip} WHERE person = ?",
	    db_integer(person->id));
	if (db_next(rows)) {
		if (db_column_time(rows, 1) + TIP_EVERY > now)
			return 0;
		number = (size_t)db_column_integer(rows, 0) % count + 1;
	}
	db_execute(db, NULL,
	    "INSERT INTO {tip} (person, number, shown) VALUES (?, ?, ?)"
	    " ON DUPLICATE KEY UPDATE number = VALUES(number), shown = VALUES(shown)",
	    db_integer(person->id), db_integer((int64_t)number), db_time(now));
	return number;
}
