/* server_setting.c: values of the whole installation. */
#include "data/server_setting.h"

const char *
server_setting(struct db *db, const char *name)
{
	struct db_rows *rows = db_query(db, "SELECT value FROM {server_setting} WHERE name = ?",
	    db_text_value(name));

	return db_next(rows) ? db_text(rows, 0) : "";
}
