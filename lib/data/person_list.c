/* person_list.c: the people of a workspace. */
#include "data/person_list.h"

#include <string.h>

#include "core/buffer.h"
#include "core/text.h"

#define COLUMNS "p.id, p.public_id, p.name, p.created, m.role + 0"

static void
read_listed(struct db_rows *rows, struct person_listed *listed)
{
	listed->id = db_column_integer(rows, 0);
	db_column_copy(rows, 1, listed->public_id, sizeof(listed->public_id));
	listed->name = db_text(rows, 2);
	listed->created = db_column_time(rows, 3);
	listed->role = (enum role)(ROLE_OWNER + 1 - db_column_integer(rows, 4));
}

/* Statements are literals, so each order is one of its own; they are prepared when first used. */
#define IN_ORDER(order) db_query(db, \
    "SELECT " COLUMNS " FROM {membership} m JOIN {person} p ON p.id = m.person" \
    " WHERE m.workspace = ? AND (? IS NULL OR LOCATE(?, p.name) > 0)" \
    " ORDER BY " order " LIMIT ? OFFSET ?", \
    db_integer(workspace), db_text_value(query->name), db_text_value(query->name), \
    db_integer(query->limit), db_integer(query->offset))

static struct db_rows *
list_all(struct db *db, int64_t workspace, const struct person_query *query)
{
	switch (query->order) {
	case PERSON_ORDER_ID:
		return IN_ORDER("p.public_id");
	case PERSON_ORDER_ID_DOWN:
		return IN_ORDER("p.public_id DESC");
	case PERSON_ORDER_NAME:
		return IN_ORDER("p.name, p.id");
	case PERSON_ORDER_NAME_DOWN:
		return IN_ORDER("p.name DESC, p.id DESC");
	case PERSON_ORDER_CREATED:
		return IN_ORDER("p.created, p.id");
	case PERSON_ORDER_CREATED_DOWN:
		return IN_ORDER("p.created DESC, p.id DESC");
	case PERSON_ORDER_JOINED:
		break;
	}
	return IN_ORDER("m.person");
}
#undef IN_ORDER

#define IN_ORDER(order) db_query(db, \
    "SELECT DISTINCT " COLUMNS \
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(32) PATH '$')) i" \
    " JOIN {person} p ON p.public_id = UNHEX(i.id)" \
    " JOIN {membership} m ON m.workspace = ? AND m.person = p.id" \
    " WHERE ? IS NULL OR LOCATE(?, p.name) > 0 ORDER BY " order " LIMIT ? OFFSET ?", \
    db_text_value(ids), db_integer(workspace), db_text_value(query->name), \
    db_text_value(query->name), db_integer(query->limit), db_integer(query->offset))

static struct db_rows *
list_named(struct db *db, int64_t workspace, const struct person_query *query, const char *ids)
{
	switch (query->order) {
	case PERSON_ORDER_ID:
		return IN_ORDER("p.public_id");
	case PERSON_ORDER_ID_DOWN:
		return IN_ORDER("p.public_id DESC");
	case PERSON_ORDER_NAME:
		return IN_ORDER("p.name, p.id");
	case PERSON_ORDER_NAME_DOWN:
		return IN_ORDER("p.name DESC, p.id DESC");
	case PERSON_ORDER_CREATED:
		return IN_ORDER("p.created, p.id");
	case PERSON_ORDER_CREATED_DOWN:
		return IN_ORDER("p.created DESC, p.id DESC");
	case PERSON_ORDER_JOINED:
		break;
	}
	return IN_ORDER("p.id");
}
#undef IN_ORDER

/* As JSON for the database: nothing but ids. */
static const char *
write_ids(struct arena *arena, const json_t *ids)
{
	struct buffer text = { 0 };
	const char *id, *copy;

	buffer_byte(&text, '[');
	for (size_t i = 0; i < json_array_size(ids); i++) {
		id = json_string_value(json_array_get(ids, i));
		if (id != NULL && text_is_id(id))
			buffer_format(&text, "%s\"%s\"", text.length > 1 ? "," : "", id);
	}
	buffer_byte(&text, ']');
	copy = arena_copy(arena, text.bytes, text.length);
	buffer_release(&text);
	return copy;
}

bool
person_list_order(const char *text, enum person_order *order)
{
	static const struct {
		const char *text;
		enum person_order order;
	} orders[] = {
		{ "id", PERSON_ORDER_ID }, { "-id", PERSON_ORDER_ID_DOWN },
		{ "name", PERSON_ORDER_NAME }, { "-name", PERSON_ORDER_NAME_DOWN },
		{ "created", PERSON_ORDER_CREATED }, { "-created", PERSON_ORDER_CREATED_DOWN },
	};

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (strcmp(text, orders[i].text) == 0) {
			*order = orders[i].order;
			return true;
		}
	}
	return false;
}

size_t
person_list(struct db *db, struct arena *arena, int64_t workspace,
    const struct person_query *query, struct person_listed **list)
{
	struct db_rows *rows = query->ids != NULL ?
	    list_named(db, workspace, query, write_ids(arena, query->ids)) :
	    list_all(db, workspace, query);
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows))
		read_listed(rows, &(*list)[count++]);
	return count;
}

bool
person_list_find(struct db *db, int64_t workspace, const uint8_t public_id[16],
    struct person_listed *listed)
{
	struct db_rows *rows = db_query(db,
	    "SELECT " COLUMNS " FROM {person} p"
	    " JOIN {membership} m ON m.workspace = ? AND m.person = p.id WHERE p.public_id = ?",
	    db_integer(workspace), db_bytes(public_id, 16));

	memset(listed, 0, sizeof(*listed));
	if (!db_next(rows))
		return false;
	read_listed(rows, listed);
	return true;
}

const char *
person_given_name(struct arena *arena, const char *name)
{
	const char *space = strrchr(name, ' ');

	return space != NULL ? arena_copy(arena, name, (size_t)(space - name)) : name;
}

const char *
person_family_name(const char *name)
{
	const char *space = strrchr(name, ' ');

	return space != NULL ? space + 1 : "";
}
