/* member_list.c: the members of a workspace, a page at a time. */
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "data/member_list.h"

#define INACTIVE (90 * CLOCK_DAY)

/* What read_member() reads. */
#define LISTED \
	"SELECT m.person, m.listed_id, m.listed_name, m.listed_email, m.role + 0, m.joined," \
	" m.listed_sign_in, m.last_api_use FROM {membership} m"

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

void
member_list_copy(struct db *db, int64_t person)
{
	db_execute(db, NULL,
	    "UPDATE {membership} m JOIN {person} p ON p.id = m.person"
	    " SET m.listed_id = p.public_id, m.listed_name = p.name,"
	    " m.listed_email = p.email, m.listed_sign_in = p.last_sign_in WHERE m.person = ?",
	    db_integer(person));
}

#define BY_NAME " ORDER BY m.listed_name, m.person"
#define BY_EMAIL " ORDER BY m.listed_email, m.person"
#define BY_JOIN " ORDER BY m.joined DESC, m.person DESC"
#define BY_SIGN_IN " ORDER BY m.listed_sign_in, m.person"

/*
 * The first page: as many rows as it shows, in the order of the index. Which index is said, because
 * the optimizer likes to read and sort all instead.
 */
#define FIRST(index, order) db_query(db, \
    LISTED " FORCE INDEX (" index ") WHERE m.workspace = ?" order " LIMIT ?", \
    db_integer(workspace), db_integer(MEMBER_PAGE + 1))

static struct db_rows *
list_first(struct db *db, int64_t workspace, enum member_order by)
{
	switch (by) {
	case MEMBER_BY_EMAIL:
		return FIRST("by_email", BY_EMAIL);
	case MEMBER_BY_JOIN:
		return FIRST("by_join", BY_JOIN);
	case MEMBER_BY_SIGN_IN:
		return FIRST("by_sign_in", BY_SIGN_IN);
	case MEMBER_BY_NAME:
		break;
	}
	return FIRST("by_name", BY_NAME);
}

/* A later page: what is in front of it is skipped in the index, without a look at the rows. */
#define LATER(index, order) db_query(db, LISTED \
    " JOIN (SELECT m.workspace, m.person FROM {membership} m FORCE INDEX (" index ")" \
    " WHERE m.workspace = ?" order " LIMIT ? OFFSET ?) l" \
    " ON l.workspace = m.workspace AND l.person = m.person" order, \
    db_integer(workspace), db_integer(MEMBER_PAGE + 1), db_integer(page * MEMBER_PAGE))

static struct db_rows *
list_later(struct db *db, int64_t workspace, enum member_order by, int64_t page)
{
	switch (by) {
	case MEMBER_BY_EMAIL:
		return LATER("by_email", BY_EMAIL);
	case MEMBER_BY_JOIN:
		return LATER("by_join", BY_JOIN);
	case MEMBER_BY_SIGN_IN:
		return LATER("by_sign_in", BY_SIGN_IN);
	case MEMBER_BY_NAME:
		break;
	}
	return LATER("by_name", BY_NAME);
}

/* Every membership of the workspace is looked at, as they lie in the table. */
#define FITTING(order) db_query(db, \
    LISTED " FORCE INDEX (PRIMARY) WHERE m.workspace = ? AND (? = '' OR m.listed_name LIKE ?" \
    " OR m.listed_email LIKE CONVERT(? USING ascii) OR m.listed_id = ?)" \
    " AND (? IS NULL OR (COALESCE(m.listed_sign_in, m.joined) < ?" \
    " AND COALESCE(m.last_api_use, m.joined) < ?))" order " LIMIT ? OFFSET ?", \
    db_integer(workspace), db_text_value(search), db_text_value(name), db_text_value(email), \
    db_bytes(id, 16), db_time(since), db_time(since), db_time(since), \
    db_integer(MEMBER_PAGE + 1), db_integer(filter->page * MEMBER_PAGE))

static struct db_rows *
list_fitting(
    struct db *db, struct arena *arena, int64_t workspace, const struct member_filter *filter)
{
	const char *search = filter->search, *name = like(arena, search);
	/* Addresses are ASCII in lower case, and compared as such, byte by byte: half the time. */
	bool ascii = text_characters(search) == strlen(search);
	const char *email = ascii && !filter->names_only ? text_lower(arena, name) : NULL;
	int64_t since = filter->inactive ? filter->now - INACTIVE : 0;
	uint8_t id[16] = { 0 };

	text_parse_id(search, id);
	switch (filter->order) {
	case MEMBER_BY_EMAIL:
		return FITTING(BY_EMAIL);
	case MEMBER_BY_JOIN:
		return FITTING(BY_JOIN);
	case MEMBER_BY_SIGN_IN:
		return FITTING(BY_SIGN_IN);
	case MEMBER_BY_NAME:
		break;
	}
	return FITTING(BY_NAME);
}

size_t
member_list(struct db *db, struct arena *arena, int64_t workspace,
    const struct member_filter *filter, struct member **list, bool *more)
{
	bool all = filter->search[0] == '\0' && !filter->inactive;
	struct db_rows *rows = !all ? list_fitting(db, arena, workspace, filter) :
	    filter->page > 0 ? list_later(db, workspace, filter->order, filter->page) :
	    list_first(db, workspace, filter->order);
	size_t count = read_members(rows, arena, list);

	*more = count > MEMBER_PAGE;
	return *more ? MEMBER_PAGE : count;
}

bool
member_find(struct db *db, struct arena *arena, int64_t workspace, const uint8_t public_id[16],
    struct member *member)
{
	struct db_rows *rows = db_query(db,
	    LISTED " JOIN {person} p ON p.id = m.person WHERE m.workspace = ? AND p.public_id = ?",
	    db_integer(workspace), db_bytes(public_id, 16));

	(void)arena;
	memset(member, 0, sizeof(*member));
	if (!db_next(rows))
		return false;
	read_member(rows, member);
	return true;
}
