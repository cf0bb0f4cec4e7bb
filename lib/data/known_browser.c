/* known_browser.c: from where somebody signed in before. */
#include <string.h>

#include "core/browser.h"
#include "core/crypto.h"
#include "data/known_browser.h"

bool
known_browser_note(struct db *db, struct arena *arena, const struct audit_actor *actor,
    int64_t person, const char *browser)
{
	const char *text = arena_format(arena, "%s|%s", browser,
	    browser_network(arena, actor->address));
	uint8_t hash[CRYPTO_HASH];
	struct db_rows *rows;

	crypto_digest(text, strlen(text), hash);
	rows = db_query(db, "SELECT COALESCE(SUM(hash = ?), 0), COUNT(*) FROM {known_browser}"
	    " WHERE person = ?", db_bytes(hash, sizeof(hash)), db_integer(person));
	db_execute(db, NULL,
	    "INSERT INTO {known_browser} (person, hash, first_seen, last_seen) VALUES (?, ?, ?, ?)"
	    " ON DUPLICATE KEY UPDATE last_seen = VALUES(last_seen)",
	    db_integer(person), db_bytes(hash, sizeof(hash)), db_time(actor->now),
	    db_time(actor->now));
	return db_next(rows) && db_column_integer(rows, 0) == 0 && db_column_integer(rows, 1) > 0;
}
