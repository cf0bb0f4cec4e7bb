/* member_list.c: the members of a workspace, a page at a time. */
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "data/member_list.h"

#define INACTIVE (90 * CLOCK_DAY)

/* Columns: id, public_id, name, email, role (as a number), joined, last_sign_in, last_api_use. */
static void
read_member(struct db_rows *rows, struct member *member)
{
	member->person = db_column_integer(rows, 0);
	db_column_copy(rows, 1, member->public_id, sizeof(member->public_id));
	member->name = db_text(rows, 2);
	member->email = db_text(rows, 3);
	member->role = (enum role)(ROLE_OWNER + 1 - db_column_integer(rows, 4));
	member->joined = db_column_time(rows, 5);
	member->last_sign_in = db_column_time(rows, 6);
	member->last_api_use = db_column_time(rows, 7);
}

static size_t
read_members(struct db_rows *rows, struct arena *arena, struct member **list)
{
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows))
		read_member(rows, &(*list)[count++]);
	return count;
}

/* The search text between per cent signs, with what LIKE would take for itself escaped. */
static const char *
like(struct arena *arena, const char *search)
{
	char *pattern = arena_allocate(arena, strlen(search) * 2 + 3), *to = pattern;

	*to++ = '%';
	for (; *search != '\0'; search++) {
		if (*search == '%' || *search == '_' || *search == '\\')
			*to++ = '\\';
		*to++ = *search;
	}
	*to++ = '%';
	*to = '\0';
	return pattern;
}

/*
 * Without a search and filter, by join: the index gives the page. Otherwise the members of this one
 * workspace are looked through; measured with ten thousand members in tests/bench.
 */
size_t
member_list(struct db *db, struct arena *arena, int64_t workspace,
    const struct member_filter *filter, struct member **list, bool *more)
{
	const char *search = filter->search != NULL ? filter->search : "",
	           *pattern = like(arena, search);
	int64_t since = filter->inactive ? filter->now - INACTIVE : 0;
	struct db_value limit = db_integer(MEMBER_PAGE + 1),
	                offset = db_integer(filter->page * MEMBER_PAGE);
	struct db_rows *rows;
	uint8_t id[16] = { 0 };
	size_t count;

	text_parse_id(search, id);
#define MEMBER_SELECT \
	"SELECT p.id, p.public_id, p.name, p.email, m.role + 0, m.joined, p.last_sign_in, " \
	"m.last_api_use" \
	" FROM {membership} m JOIN {person} p ON p.id = m.person WHERE m.workspace = ?" \
	" AND (? = '' OR p.name LIKE ? OR (? = 0 AND CONVERT(p.email USING utf8mb4) LIKE ?) OR " \
	"p.public_id = ?)" \
	" AND (? IS NULL OR (COALESCE(p.last_sign_in, m.joined) < ? AND COALESCE(m.last_api_use, " \
	"m.joined) < ?))"
#define MEMBER_VALUES \
	db_integer(workspace), db_text_value(search), db_text_value(pattern), \
	    db_integer(filter->names_only), db_text_value(pattern), db_bytes(id, 16), \
	    db_time(since), db_time(since), db_time(since), limit, offset
	switch (filter->order) {
	case MEMBER_BY_EMAIL:
		rows = db_query(
		    db, MEMBER_SELECT " ORDER BY p.email, p.id LIMIT ? OFFSET ?", MEMBER_VALUES);
		break;
	case MEMBER_BY_JOIN:
		rows = db_query(db, MEMBER_SELECT " ORDER BY m.joined DESC, p.id LIMIT ? OFFSET ?",
		    MEMBER_VALUES);
		break;
	case MEMBER_BY_SIGN_IN:
		rows = db_query(db, MEMBER_SELECT " ORDER BY p.last_sign_in, p.id LIMIT ? OFFSET ?",
		    MEMBER_VALUES);
		break;
	default:
		rows = db_query(
		    db, MEMBER_SELECT " ORDER BY p.name, p.id LIMIT ? OFFSET ?", MEMBER_VALUES);
	}
#undef MEMBER_SELECT
#undef MEMBER_VALUES
	count = read_members(rows, arena, list);
	*more = count > MEMBER_PAGE;
	return *more ? MEMBER_PAGE : count;
}

bool
member_find(struct db *db, struct arena *arena, int64_t workspace, const uint8_t public_id[16],
    struct member *member)
{
	struct db_rows *rows = db_query(db,
	    "SELECT p.id, p.public_id, p.name, p.email, m.role + 0, m.joined, p.last_sign_in, "
	    "m.last_api_use"
	    " FROM {person} p JOIN {membership} m ON m.person = p.id AND m.workspace = ? WHERE "
	    "p.public_id = ?",
	    db_integer(workspace), db_bytes(public_id, 16));

	(void)arena;
	memset(member, 0, sizeof(*member));
	if (!db_next(rows))
		return false;
	read_member(rows, member);
	return true;
}

size_t
member_first(
    struct db *db, struct arena *arena, int64_t workspace, size_t count, struct member **list)
{
	return read_members(
	    db_query(db,
	        "SELECT p.id, p.public_id, p.name, p.email, m.role + 0, m.joined, p.last_sign_in, "
	        "m.last_api_use"
	        " FROM {membership} m JOIN {person} p ON p.id = m.person WHERE m.workspace = ?"
	        " ORDER BY m.joined, m.person LIMIT ?",
	        db_integer(workspace), db_integer((int64_t)count)),
	    arena, list);
}
