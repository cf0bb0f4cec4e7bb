/*
 * Values, prepared statements and rows.
 *
 * A statement is found again by the address of its literal, which is the same as long as the
 * process lives. Rows are copied into the arena at once, so the prepared statement is free for the
 * next use, even while its rows are read.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <mysqld_error.h>

#include "core/clock.h"
#include "data/db_private.h"

#define STATEMENT_LENGTH_MAXIMUM 65536

struct parameter {
	unsigned long length;
	long long integer;
	MYSQL_TIME time;
};

struct column {
	enum { CELL_INTEGER, CELL_TIME, CELL_BYTES } kind;
	unsigned long length;
	my_bool null;
	my_bool truncated;
	long long integer;
	MYSQL_TIME time;
};

struct db_statement {
	struct db_statement *next;
	const char *literal;
	char *sql;			/* expanded; NULL before the first use */
	MYSQL_STMT *handle;		/* NULL: to be prepared on this connection */
	unsigned parameter_count;
	MYSQL_BIND *parameter_binds;
	struct parameter *parameters;
	unsigned column_count;
	MYSQL_BIND *column_binds;
	struct column *columns;
};

struct cell {
	bool null;
	bool text;			/* bytes and length are set; else integer, or a moment */
	int64_t integer;
	const char *bytes;
	size_t length;
};

struct db_rows {
	struct arena *arena;
	size_t count;
	size_t position;		/* of the next row: the current one is before it */
	unsigned columns;
	struct cell *cells;
	const char *literal;
};

struct db_value
db_null(void)
{
	return (struct db_value){ .kind = DB_NULL };
}

struct db_value
db_integer(int64_t integer)
{
	return (struct db_value){ .kind = DB_INTEGER, .integer = integer };
}

struct db_value
db_text_value(const char *text)
{
	if (text == NULL)
		return db_null();
	return (struct db_value){ .kind = DB_TEXT, .bytes = text, .length = strlen(text) };
}

struct db_value
db_bytes(const void *bytes, size_t length)
{
	return (struct db_value){ .kind = DB_BYTES, .bytes = bytes, .length = length };
}

struct db_value
db_time(int64_t moment)
{
	if (moment == 0)
		return db_null();
	return (struct db_value){ .kind = DB_TIME, .integer = moment };
}

/*
 * --- preparing
 * -------------------------------------------------------------------------------------------------
 */

static struct db_statement *
find_statement(struct db *db, const char *literal)
{
	unsigned bucket = (unsigned)((uintptr_t)literal / 8 % DB_STATEMENT_BUCKETS);
	struct db_statement *statement;

	for (statement = db->statements[bucket]; statement != NULL; statement = statement->next)
		if (statement->literal == literal)
			return statement;
	statement = memory_allocate(sizeof(*statement));
	memset(statement, 0, sizeof(*statement));
	statement->literal = literal;
	statement->next = db->statements[bucket];
	db->statements[bucket] = statement;
	return statement;
}

static void
drop_handle(struct db_statement *statement)
{
	if (statement->handle != NULL)
		mysql_stmt_close(statement->handle);
	free(statement->parameter_binds);
	free(statement->parameters);
	free(statement->column_binds);
	free(statement->columns);
	statement->handle = NULL;
	statement->parameter_binds = NULL;
	statement->parameters = NULL;
	statement->column_binds = NULL;
	statement->columns = NULL;
}

void
db_statements_lost(struct db *db)
{
	for (unsigned i = 0; i < DB_STATEMENT_BUCKETS; i++)
		for (struct db_statement *s = db->statements[i]; s != NULL; s = s->next)
			drop_handle(s);
}

void
db_statements_destroy(struct db *db)
{
	for (unsigned i = 0; i < DB_STATEMENT_BUCKETS; i++) {
		while (db->statements[i] != NULL) {
			struct db_statement *statement = db->statements[i];

			db->statements[i] = statement->next;
			drop_handle(statement);
			free(statement->sql);
			free(statement);
		}
	}
}

static void *
zeroed(size_t count, size_t size)
{
	size_t bytes = (count > 0 ? count : 1) * size;
	void *memory = memory_allocate(bytes);

	memset(memory, 0, bytes);
	return memory;
}

/* Integers as such, moments as MYSQL_TIME, all the rest (DECIMAL and DOUBLE too) as bytes. */
static void
bind_column(MYSQL_BIND *bind, struct column *column, const MYSQL_FIELD *field)
{
	bind->length = &column->length;
	bind->is_null = &column->null;
	bind->error = &column->truncated;
	switch (field->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_YEAR:
		column->kind = CELL_INTEGER;
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &column->integer;
		bind->is_unsigned = (field->flags & UNSIGNED_FLAG) != 0;
		break;
	case MYSQL_TYPE_DATE:
	case MYSQL_TYPE_NEWDATE:
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIMESTAMP:
		column->kind = CELL_TIME;
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &column->time;
		bind->buffer_length = sizeof(column->time);
		break;
	default:
		column->kind = CELL_BYTES;
		bind->buffer_type = field->charsetnr == 63 ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
	}
}

static void
set_up_columns(struct db_statement *statement)
{
	MYSQL_RES *description = mysql_stmt_result_metadata(statement->handle);

	statement->column_count = mysql_stmt_field_count(statement->handle);
	statement->column_binds = zeroed(statement->column_count, sizeof(*statement->column_binds));
	statement->columns = zeroed(statement->column_count, sizeof(*statement->columns));
	if (description == NULL)
		return;
	for (unsigned i = 0; i < statement->column_count; i++)
		bind_column(&statement->column_binds[i], &statement->columns[i],
		    mysql_fetch_field_direct(description, i));
	mysql_free_result(description);
}

static unsigned
prepare(struct db *db, struct db_statement *statement)
{
	my_bool lengths = 1;
	unsigned code;

	if (statement->sql == NULL) {
		if (strlen(statement->literal) > STATEMENT_LENGTH_MAXIMUM)
			db_mistake("a statement too long to be one", "");
		statement->sql = db_expand_new(db, statement->literal);
	}
	statement->handle = mysql_stmt_init(db->connection);
	if (statement->handle == NULL)
		db_mistake("out of memory", statement->literal);
	if (mysql_stmt_prepare(statement->handle, statement->sql, strlen(statement->sql)) != 0) {
		code = db_note(db, mysql_stmt_errno(statement->handle),
		    mysql_stmt_error(statement->handle), statement->literal);
		drop_handle(statement);
		return code;
	}
	/* So that the result says how long its longest texts are, and buffers fit. */
	mysql_stmt_attr_set(statement->handle, STMT_ATTR_UPDATE_MAX_LENGTH, &lengths);
	statement->parameter_count = (unsigned)mysql_stmt_param_count(statement->handle);
	statement->parameter_binds = zeroed(statement->parameter_count,
	    sizeof(*statement->parameter_binds));
	statement->parameters = zeroed(statement->parameter_count, sizeof(*statement->parameters));
	set_up_columns(statement);
	return 0;
}

/*
 * --- executing
 * -------------------------------------------------------------------------------------------------
 */

static void
bind_parameter(MYSQL_BIND *bind, struct parameter *parameter, const struct db_value *value)
{
	struct clock_parts parts;

	memset(bind, 0, sizeof(*bind));
	bind->length = &parameter->length;
	switch (value->kind) {
	case DB_NULL:
		bind->buffer_type = MYSQL_TYPE_NULL;
		break;
	case DB_INTEGER:
		parameter->integer = value->integer;
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &parameter->integer;
		break;
	case DB_TIME:
		parts = clock_parts(value->integer);
		parameter->time = (MYSQL_TIME){
			.year = parts.year, .month = parts.month, .day = parts.day,
			.hour = parts.hour, .minute = parts.minute, .second = parts.second,
			.second_part = parts.microsecond, .time_type = MYSQL_TIMESTAMP_DATETIME
		};
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &parameter->time;
		break;
	case DB_TEXT:
	case DB_BYTES:
		bind->buffer_type = value->kind == DB_TEXT ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
		/* The library only reads what it is told to send. */
		memcpy(&bind->buffer, &value->bytes, sizeof(bind->buffer));
		bind->buffer_length = value->length;
		parameter->length = value->length;
		break;
	}
}

static unsigned
statement_error(struct db *db, struct db_statement *statement)
{
	return db_note(db, mysql_stmt_errno(statement->handle), mysql_stmt_error(statement->handle),
	    statement->literal);
}

/* Sends it. *sent tells whether the server can have seen it. Returns the error number. */
static unsigned
execute(struct db *db, struct db_statement *statement, size_t count, const struct db_value *values,
    bool *sent)
{
	unsigned code = db_connect(db);

	*sent = false;
	if (code == 0 && statement->handle == NULL)
		code = prepare(db, statement);
	if (code != 0)
		return code;
	if (count != statement->parameter_count || statement->parameter_binds == NULL)
		db_mistake("another number of values than question marks", statement->literal);
	for (size_t i = 0; i < count; i++)
		bind_parameter(&statement->parameter_binds[i], &statement->parameters[i],
		    &values[i]);
	if (count > 0 && mysql_stmt_bind_param(statement->handle, statement->parameter_binds) != 0)
		return statement_error(db, statement);
	*sent = true;
	db->round_trips++;
	if (mysql_stmt_execute(statement->handle) != 0)
		return statement_error(db, statement);
	return 0;
}

/* Buffers for the longest value of each column, from the arena. */
static bool
bind_buffers(struct db *db, struct db_statement *statement)
{
	MYSQL_RES *description = mysql_stmt_result_metadata(statement->handle);

	for (unsigned i = 0; description != NULL && i < statement->column_count; i++) {
		MYSQL_BIND *bind = &statement->column_binds[i];

		if (statement->columns[i].kind != CELL_BYTES)
			continue;
		bind->buffer_length = mysql_fetch_field_direct(description, i)->max_length + 1;
		bind->buffer = arena_allocate(db->arena, bind->buffer_length);
	}
	if (description != NULL)
		mysql_free_result(description);
	return mysql_stmt_bind_result(statement->handle, statement->column_binds) == 0;
}

static void
keep_cell(struct arena *arena, struct cell *cell, const struct column *column,
    const MYSQL_BIND *bind)
{
	const MYSQL_TIME *time = &column->time;

	cell->null = column->null;
	if (cell->null)
		return;
	switch (column->kind) {
	case CELL_INTEGER:
		cell->integer = column->integer;
		break;
	case CELL_TIME:
		cell->integer = clock_moment(&(struct clock_parts){
			.year = time->year, .month = time->month, .day = time->day,
			.hour = time->hour, .minute = time->minute, .second = time->second,
			.microsecond = (unsigned)time->second_part
		});
		break;
	case CELL_BYTES:
		cell->text = true;
		cell->length = column->length;
		cell->bytes = arena_copy(arena, bind->buffer, column->length);
		break;
	}
}

/* Copies the whole result into the arena. Returns the error number. */
static unsigned
keep_rows(struct db *db, struct db_statement *statement, struct db_rows *rows)
{
	struct cell *cell;
	int fetched;

	if (mysql_stmt_store_result(statement->handle) != 0)
		return statement_error(db, statement);
	if (!bind_buffers(db, statement))
		return statement_error(db, statement);
	rows->columns = statement->column_count;
	rows->count = mysql_stmt_num_rows(statement->handle);
	rows->cells = arena_allocate(db->arena,
	    (rows->count * rows->columns + 1) * sizeof(*rows->cells));
	cell = rows->cells;
	while ((fetched = mysql_stmt_fetch(statement->handle)) == 0)
		for (unsigned i = 0; i < rows->columns; i++)
			keep_cell(db->arena, cell++, &statement->columns[i],
			    &statement->column_binds[i]);
	if (fetched == MYSQL_DATA_TRUNCATED)
		db_mistake("a result longer than it said", statement->literal);
	if (fetched != MYSQL_NO_DATA)
		return statement_error(db, statement);
	mysql_stmt_free_result(statement->handle);
	return 0;
}

/*
 * Outside a transaction a failed try may be repeated when that cannot do a thing twice: a read, a
 * statement that the server took back (1213 …), one that was never sent. Inside, db_transaction()
 * repeats the whole.
 */
static bool
may_repeat(const struct db *db, unsigned code, bool read, bool sent)
{
	if (db->in_transaction)
		return false;
	switch (db_error_class(code)) {
	case DB_ERROR_AGAIN:
		return true;
	case DB_ERROR_CONNECTION:
		return read || !sent;
	case DB_ERROR_FINAL:
		break;
	}
	return false;
}

/* rows is NULL for a change. Returns the error number. */
static unsigned
run(struct db *db, struct db_statement *statement, size_t count, const struct db_value *values,
    struct db_rows *rows)
{
	struct arena_mark mark = arena_mark(db->arena);
	struct db_trouble trouble = db_trouble_start();
	unsigned code;
	bool sent;

	for (;;) {
		code = execute(db, statement, count, values, &sent);
		if (code == 0 && rows != NULL)
			code = keep_rows(db, statement, rows);
		if (code == 0 || !may_repeat(db, code, rows != NULL, sent) ||
		    !db_trouble_again(db, &trouble, code))
			break;
		if (db_error_class(code) == DB_ERROR_CONNECTION)
			db_disconnect(db);
		arena_rewind(db->arena, mark);
	}
	db_trouble_end(db, &trouble);
	return code;
}

static void
check_use(const struct db *db, const char *sql)
{
	if (db->arena == NULL)
		db_mistake("no db_begin_request()", sql);
}

struct db_rows *
db_query_values(struct db *db, const char *sql, size_t count, const struct db_value *values)
{
	struct db_statement *statement;
	struct db_rows *rows;
	unsigned code;

	check_use(db, sql);
	rows = arena_allocate(db->arena, sizeof(*rows));
	rows->arena = db->arena;
	rows->literal = sql;
	if (db->failure != 0)
		return rows;
	statement = find_statement(db, sql);
	code = run(db, statement, count, values, rows);
	if (code == 0 && statement->column_count == 0)
		db_mistake("db_query() of a statement without rows", sql);
	if (code != 0) {
		rows->count = 0;
		db_fail(db, code, sql);
	}
	return rows;
}

enum db_outcome
db_execute_values(struct db *db, uint64_t *affected, const char *sql, size_t count,
    const struct db_value *values)
{
	struct db_statement *statement;
	unsigned code;

	check_use(db, sql);
	if (affected != NULL)
		*affected = 0;
	if (db->failure != 0)
		return DB_FAILED;
	statement = find_statement(db, sql);
	code = run(db, statement, count, values, NULL);
	if (code == ER_DUP_ENTRY)
		return DB_DUPLICATE;
	if (code != 0) {
		db_fail(db, code, sql);
		return DB_FAILED;
	}
	if (statement->column_count > 0)
		db_mistake("db_execute() of a statement with rows", sql);
	if (affected != NULL)
		*affected = mysql_stmt_affected_rows(statement->handle);
	db->inserted_id = (int64_t)mysql_stmt_insert_id(statement->handle);
	return DB_DONE;
}

int64_t
db_inserted_id(const struct db *db)
{
	return db->inserted_id;
}

/*
 * --- rows ----------------------------------------------------------------------------------------
 * --------------
 */

bool
db_next(struct db_rows *rows)
{
	if (rows->position >= rows->count) {
		rows->position = rows->count + 1;
		return false;
	}
	rows->position++;
	return true;
}

size_t
db_count(const struct db_rows *rows)
{
	return rows->count;
}

static const struct cell *
cell_at(const struct db_rows *rows, unsigned column)
{
	if (rows->position == 0 || rows->position > rows->count || column >= rows->columns)
		db_mistake("a column that is not there, or no current row", rows->literal);
	return &rows->cells[(rows->position - 1) * rows->columns + column];
}

bool
db_is_null(const struct db_rows *rows, unsigned column)
{
	return cell_at(rows, column)->null;
}

const char *
db_text(const struct db_rows *rows, unsigned column)
{
	const struct cell *cell = cell_at(rows, column);

	if (cell->null)
		return "";
	if (!cell->text)
		return arena_format(rows->arena, "%" PRId64, cell->integer);
	return cell->bytes;
}

const uint8_t *
db_column_bytes(const struct db_rows *rows, unsigned column, size_t *length)
{
	const struct cell *cell = cell_at(rows, column);

	*length = cell->text ? cell->length : 0;
	return (const uint8_t *)(cell->text ? cell->bytes : "");
}

int64_t
db_column_integer(const struct db_rows *rows, unsigned column)
{
	const struct cell *cell = cell_at(rows, column);

	if (cell->null)
		return 0;
	/* SUM() and other DECIMALs. */
	return cell->text ? strtoll(cell->bytes, NULL, 10) : cell->integer;
}

int64_t
db_column_time(const struct db_rows *rows, unsigned column)
{
	const struct cell *cell = cell_at(rows, column);

	return cell->null ? 0 : cell->integer;
}

void
db_column_copy(const struct db_rows *rows, unsigned column, void *to, size_t size)
{
	const struct cell *cell = cell_at(rows, column);

	memset(to, 0, size);
	if (cell->text && cell->length == size)
		memcpy(to, cell->bytes, size);
}
