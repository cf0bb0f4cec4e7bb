/* member_picker.c: members to choose from. */
#include <string.h>

#include "core/buffer.h"
#include "core/text.h"
#include "data/member_picker.h"

const char *
member_picker_json(struct arena *arena, const uint8_t (*ids)[16], size_t count)
{
	struct buffer text = { 0 };
	const char *json;

	buffer_text(&text, "[");
	for (size_t i = 0; i < count; i++)
		buffer_format(&text, "%s\"%s\"", i > 0 ? "," : "", text_id(arena, ids[i]));
	buffer_text(&text, "]");
	json = arena_text(arena, text.bytes);
	buffer_release(&text);
	return json;
}

/* Columns: id, public_id, name, email, role (as a number). */
static void
read_member(struct db_rows *rows, struct member *member)
{
	memset(member, 0, sizeof(*member));
	member->person = db_column_integer(rows, 0);
	db_column_copy(rows, 1, member->public_id, sizeof(member->public_id));
	member->name = db_text(rows, 2);
	member->email = db_text(rows, 3);
	member->role = (enum role)(ROLE_OWNER + 1 - db_column_integer(rows, 4));
}

size_t
member_picker_chosen(struct db *db, struct arena *arena, int64_t workspace,
    const uint8_t (*ids)[16], size_t count, struct member **list)
{
	struct db_rows *rows;
	size_t found = 0;

	*list = arena_allocate(arena, (count + 1) * sizeof(**list));
	if (count == 0)
		return 0;
	/* From the ids to the members, not the other way round. */
	rows = db_query(db,
	    "SELECT STRAIGHT_JOIN p.id, p.public_id, p.name, p.email, m.role + 0"
	    " FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(32) PATH '$')) j"
	    " JOIN {person} p ON p.public_id = UNHEX(j.id)"
	    " JOIN {membership} m ON m.person = p.id AND m.workspace = ? ORDER BY p.name, p.id",
	    db_text_value(member_picker_json(arena, ids, count)), db_integer(workspace));
	while (found < count && db_next(rows))
		read_member(rows, &(*list)[found++]);
	return found;
}

static bool
is_among(const uint8_t (*ids)[16], size_t count, const uint8_t id[16])
{
	for (size_t i = 0; i < count; i++) {
		if (memcmp(ids[i], id, 16) == 0)
			return true;
	}
	return false;
}

/* How many of the ids are members who fit the search: they are not offered. */
static int64_t
count_chosen(struct db *db, struct arena *arena, int64_t workspace, const uint8_t (*ids)[16],
    size_t count, const char *search)
{
	struct db_rows *rows;

	if (count == 0)
		return 0;
	rows = db_query(db,
	    "SELECT STRAIGHT_JOIN COUNT(*)"
	    " FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(32) PATH '$')) j"
	    " JOIN {person} p ON p.public_id = UNHEX(j.id)"
	    " JOIN {membership} m ON m.person = p.id AND m.workspace = ?"
	    " WHERE LOCATE(?, p.name) > 0 OR LOCATE(?, CONVERT(p.email USING utf8mb4)) > 0",
	    db_text_value(member_picker_json(arena, ids, count)), db_integer(workspace),
	    db_text_value(search), db_text_value(search));
	return db_next(rows) ? db_column_integer(rows, 0) : 0;
}

#define FITS " WHERE m.workspace = ? AND (LOCATE(?, m.listed_name) > 0" \
	" OR LOCATE(?, CONVERT(m.listed_email USING utf8mb4)) > 0)"

/* How many members fit the search. */
static int64_t
count_fitting(struct db *db, int64_t workspace, const char *search)
{
	struct db_rows *rows = db_query(db,
	    "SELECT COUNT(*) FROM {membership} m FORCE INDEX (PRIMARY)" FITS,
	    db_integer(workspace), db_text_value(search), db_text_value(search));

	return db_next(rows) ? db_column_integer(rows, 0) : 0;
}

/*
 * As many rows as can be needed to find enough who are not chosen, in the order of the index, and
 * counted only when there are more.
 */
size_t
member_picker_offered(struct db *db, struct arena *arena, int64_t workspace,
    const uint8_t (*ids)[16], size_t count, const char *search, struct member **list,
    int64_t *more)
{
	size_t found = 0;
	size_t enough = count + MEMBER_PICKER_OFFERED;
	int64_t fit;
	struct db_rows *rows = db_query(db,
	    "SELECT m.person, m.listed_id, m.listed_name, m.listed_email, m.role + 0"
	    " FROM {membership} m FORCE INDEX (by_name)" FITS
	    " ORDER BY m.listed_name, m.person LIMIT ?",
	    db_integer(workspace), db_text_value(search), db_text_value(search),
	    db_integer((int64_t)enough));

	*list = arena_allocate(arena, MEMBER_PICKER_OFFERED * sizeof(**list));
	while (found < MEMBER_PICKER_OFFERED && db_next(rows)) {
		struct member *member = &(*list)[found];

		read_member(rows, member);
		found += !is_among(ids, count, member->public_id);
	}
	fit = db_count(rows) < enough ? (int64_t)db_count(rows) :
	                                count_fitting(db, workspace, search);
	*more = fit - (int64_t)found - count_chosen(db, arena, workspace, ids, count, search);
	return found;
}
