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

/* What a search compares, ready to bind. */
struct wanted {
	const char *search, *name, *email;
	bool by_id;
	uint8_t first[16], last[16];	/* the IDs that begin as the text does */
	int64_t since;
};

/* Every membership of the workspace is looked at, as they lie in the table. */
#define FITS \
	" FORCE INDEX (PRIMARY) WHERE m.workspace = ? AND (? = '' OR m.listed_name LIKE ?" \
	" OR m.listed_email LIKE CONVERT(? USING ascii) OR m.listed_id BETWEEN ? AND ?)" \
	" AND (? IS NULL OR (COALESCE(m.listed_sign_in, m.joined) < ?" \
	" AND COALESCE(m.last_api_use, m.joined) < ?))"
#define FITTING_VALUES \
	db_integer(workspace), db_text_value(w->search), db_text_value(w->name), \
	    db_text_value(w->email), w->by_id ? db_bytes(w->first, 16) : db_null(), \
	    w->by_id ? db_bytes(w->last, 16) : db_null(), db_time(w->since), db_time(w->since), \
	    db_time(w->since)
#define FITTING(order) db_query(db, LISTED FITS order " LIMIT ? OFFSET ?", FITTING_VALUES, \
    db_integer(MEMBER_PAGE + 1), db_integer(filter->page * MEMBER_PAGE))

/* Lists show the first digits of an ID and leave out the others, "1f2e3d4c…". */
static bool
parse_id_start(const char *text, uint8_t first[16], uint8_t last[16])
{
	size_t length = strspn(text, "0123456789abcdef");
	char digits[33];

	if (length < MEMBER_ID_SHOWN || length > 32 ||
	    (text[length] != '\0' && strcmp(text + length, "…") != 0))
		return false;
	memset(digits, 0, sizeof(digits));
	memcpy(digits, text, length);
	memset(digits + length, '0', 32 - length);
	text_parse_id(digits, first);
	memset(digits + length, 'f', 32 - length);
	return text_parse_id(digits, last);
}

static void
prepare(struct arena *arena, const struct member_filter *filter, struct wanted *w)
{
	const char *search = filter->search;
	/* Addresses are ASCII in lower case, and compared as such, byte by byte: half the time. */
	bool ascii = text_characters(search) == strlen(search);

	memset(w, 0, sizeof(*w));
	w->search = search;
	w->name = like(arena, search);
	w->email = ascii && !filter->names_only ? text_lower(arena, w->name) : NULL;
	w->by_id = parse_id_start(text_lower(arena, search), w->first, w->last);
	w->since = filter->inactive ? filter->now - INACTIVE : 0;
}

static int64_t
count_fitting(struct db *db, int64_t workspace, const struct wanted *w)
{
	struct db_rows *rows = db_query(
	    db, "SELECT COUNT(*) FROM {membership} m" FITS, FITTING_VALUES);

	return db_next(rows) ? db_column_integer(rows, 0) : 0;
}

static struct db_rows *
list_fitting(
    struct db *db, int64_t workspace, const struct member_filter *filter, const struct wanted *w)
{
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

static void
stay_within(struct member_filter *filter, int64_t total)
{
	int64_t last = total > 0 ? (total - 1) / MEMBER_PAGE : 0;

	if (filter->page > last)
		filter->page = last;
}

size_t
member_list(struct db *db, struct arena *arena, int64_t workspace, struct member_filter *filter,
    struct member **list, int64_t *total)
{
	bool all = filter->search[0] == '\0' && !filter->inactive;
	struct db_rows *rows;
	struct wanted wanted;
	size_t count;

	*total = filter->members;
	prepare(arena, filter, &wanted);
	if (!all && filter->page > 0)
		*total = count_fitting(db, workspace, &wanted);
	stay_within(filter, *total);
	rows = !all ? list_fitting(db, workspace, filter, &wanted) :
	    filter->page > 0 ? list_later(db, workspace, filter->order, filter->page) :
	    list_first(db, workspace, filter->order);
	count = read_members(rows, arena, list);
	/* Most searches find less than a page, and need not be counted. */
	if (!all && filter->page == 0)
		*total = count > MEMBER_PAGE ? count_fitting(db, workspace, &wanted) :
		                               (int64_t)count;
	return count > MEMBER_PAGE ? MEMBER_PAGE : count;
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
