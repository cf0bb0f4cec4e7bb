/*
 * Rights are compared as texts, "UPDATE on person (name)", of which each side makes a set.
 */
#include "ctl/rights.h"

#include <ctype.h>
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"

#define RIGHTS_MAXIMUM 2000

struct set {
	struct arena *arena;
	const char **rights;
	size_t count;
};

static bool
has(const struct set *set, const char *right)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->rights[i], right) == 0)
			return true;
	return false;
}

static void
add(struct set *set, const char *privilege, const char *table, const char *column)
{
	const char *right = arena_format(
	    set->arena, *column == '\0' ? "%s on %s%s" : "%s on %s (%s)", privilege, table, column);

	if (!has(set, right) && set->count < RIGHTS_MAXIMUM)
		set->rights[set->count++] = right;
}

/* The text up to an end, without blanks around it. */
static const char *
part(struct arena *arena, const char *start, const char *end)
{
	return text_trim(arena, arena_copy(arena, start, (size_t)(end - start)));
}

/* "name, password" of "UPDATE (name, password)". */
static void
add_columns(struct set *set, const char *privilege, const char *table, const char *list)
{
	while (*list != '\0') {
		const char *end = list + strcspn(list, ",");

		add(set, privilege, table, part(set->arena, list, end));
		list = *end == ',' ? end + 1 : end;
	}
}

/* "SELECT, UPDATE (name)" on a table. */
static void
add_list(struct set *set, const char *list, const char *table)
{
	while (*list != '\0') {
		const char *end = list + strcspn(list, ",(");
		const char *privilege = part(set->arena, list, end);

		if (*end == '(') {
			const char *close = end + strcspn(end, ")");

			add_columns(set, privilege, table, part(set->arena, end + 1, close));
			end = close + strcspn(close, ",");
		} else {
			add(set, privilege, table, "");
		}
		list = *end == ',' ? end + 1 : end;
	}
}

/* GRANT list ON {table} TO {@program}, … */
static void
add_statement(struct set *set, const char *statement, const char *program)
{
	const char *on = strstr(statement, " ON {");
	const char *table;

	if (!text_starts(statement, "GRANT ") || on == NULL ||
	    strstr(on, arena_format(set->arena, "{@%s}", program)) == NULL)
		return;
	table = on + strlen(" ON {");
	add_list(set, part(set->arena, statement + strlen("GRANT "), on),
	    part(set->arena, table, table + strcspn(table, "}")));
}

static struct set
wanted_rights(struct arena *arena, const struct schema *schema, const char *program)
{
	struct set set = { .arena = arena };
	const char *const *tables = schema_tables(arena, schema);

	set.rights = arena_allocate(arena, RIGHTS_MAXIMUM * sizeof(*set.rights));
	for (size_t i = 0; i < schema->grants.statement_count; i++) {
		const char *grant = schema_grant(arena, schema, i);

		if (grant != NULL)
			add_statement(&set, grant, program);
	}
	if (!text_equal(program, CTL_PROGRAM))
		return set;
	for (; *tables != NULL; tables++)
		add_list(&set, "SELECT, INSERT, UPDATE, DELETE", *tables);
	add(&set, "SELECT", "schema_version", "");
	return set;
}

/* Without privileges on the tables of the server, one sees one's own rights only. */
static struct set
found_rights(struct ctl *ctl, struct db *db)
{
	struct set set = { .arena = ctl->arena };
	const char *prefix = ctl->config->table_prefix;
	struct db_rows *rows = db_query(db,
	    "SELECT TABLE_NAME, PRIVILEGE_TYPE, '' FROM information_schema.TABLE_PRIVILEGES"
	    " WHERE TABLE_SCHEMA = DATABASE()"
	    " UNION ALL SELECT TABLE_NAME, PRIVILEGE_TYPE, COLUMN_NAME"
	    " FROM information_schema.COLUMN_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE()"
	    " UNION ALL SELECT '', PRIVILEGE_TYPE, '' FROM information_schema.SCHEMA_PRIVILEGES"
	    " UNION ALL SELECT '', PRIVILEGE_TYPE, '' FROM information_schema.USER_PRIVILEGES"
	    " WHERE PRIVILEGE_TYPE <> 'USAGE'");

	set.rights = arena_allocate(ctl->arena, RIGHTS_MAXIMUM * sizeof(*set.rights));
	while (db_next(rows)) {
		const char *table = db_text(rows, 0);

		if (*table == '\0')
			table = "every table";
		else if (text_starts(table, prefix))
			table += strlen(prefix);
		add(&set, db_text(rows, 1), table, db_text(rows, 2));
	}
	return set;
}

struct rights
rights_compare(struct ctl *ctl, struct db *db, const struct schema *schema, const char *program)
{
	struct set wanted = wanted_rights(ctl->arena, schema, program);
	struct set found = found_rights(ctl, db);
	struct rights rights = { .wanted = (unsigned)wanted.count };

	for (size_t i = 0; i < wanted.count; i++) {
		const char *right = wanted.rights[i];
		const char *blank = strchr(right, ' ');

		if (has(&found, right) ||
		    has(&found,
		        arena_format(
		    ctl->arena, "%.*s on every table", (int)(blank - right), right)))
			continue;
		if (rights.missing++ == 0)
			rights.first_missing = right;
	}
	for (size_t i = 0; i < found.count; i++)
		if (!has(&wanted, found.rights[i]) && rights.excess++ == 0)
			rights.first_excess = found.rights[i];
	return rights;
}
