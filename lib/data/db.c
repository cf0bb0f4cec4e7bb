/*
 * The handle, what happens to failures, and the one transaction function.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <mysqld_error.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "core/crypto.h"
#include "core/log.h"
#include "data/db_private.h"

#define PAUSE_FIRST_MICROSECONDS 2000
#define PAUSE_LAST_MICROSECONDS 50000

/* Does not jump when the clock of the machine is set. Microseconds. */
static int64_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000;
}

struct db *
db_create(const struct config *config, const char *program)
{
	struct db *db = memory_allocate(sizeof(*db));

	memset(db, 0, sizeof(*db));
	db->config = config;
	db->selected = true;
	db->patience = DB_PATIENCE;
	db_load_account(db, program);
	return db;
}

struct db *
db_create_administrator(const struct config *config, const char *socket, const char *user,
    const char *password)
{
	struct db *db = memory_allocate(sizeof(*db));

	memset(db, 0, sizeof(*db));
	db->config = config;
	db->administrator = true;
	db->patience = DB_PATIENCE;
	db->socket = socket;
	db->account = memory_text(user);
	db->password = password != NULL ? memory_text(password) : NULL;
	return db;
}

bool
db_select_database(struct db *db)
{
	unsigned code;

	db->selected = true;
	db_disconnect(db);
	if (db->failure != 0)
		return false;
	code = db_connect(db);
	if (code != 0)
		db_fail(db, code, "connect");
	return code == 0;
}

void
db_destroy(struct db *db)
{
	if (db == NULL)
		return;
	db_disconnect(db);
	db_statements_destroy(db);
	if (db->password != NULL)
		crypto_wipe(db->password, strlen(db->password));
	free(db->password);
	free(db->account);
	free(db->account_problem);
	free(db->failure_text);
	free(db);
}

void
db_begin_request(struct db *db, struct arena *arena)
{
	if (db->in_transaction)
		db_mistake("a request begins inside a transaction", "");
	db->arena = arena;
	db->failure = 0;
	db->round_trips = 0;
	db->patience = DB_PATIENCE;
	db->inserted_id = 0;
	db->mail = false;
}

void
db_mark_mail(struct db *db)
{
	db->mail = true;
}

bool
db_has_mail(const struct db *db)
{
	return db->mail;
}

bool
db_failed(const struct db *db)
{
	return db->failure != 0;
}

unsigned
db_failure_code(const struct db *db)
{
	return db->failure;
}

const char *
db_failure_text(const struct db *db)
{
	return db->failure != 0 && db->failure_text != NULL ? db->failure_text : "";
}

unsigned
db_round_trips(const struct db *db)
{
	return db->round_trips;
}

bool
db_in_transaction(const struct db *db)
{
	return db->in_transaction;
}

void
db_mistake(const char *what, const char *sql)
{
	log_write(LOG_ERROR, "database.mistake", 2, "what", what, "statement", sql);
	abort();
}

static void
log_failure(enum log_level level, const char *event, unsigned code, const char *sql,
    const char *reason)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", code);
	log_write(level, event, 3, "code", number, "statement", sql, "reason", reason);
}

/* The words of the server may hold values ("Duplicate entry 'x'"), so only codes go to the log. */
unsigned
db_note(struct db *db, unsigned code, const char *words, const char *sql)
{
	free(db->failure_text);
	db->failure_text = memory_text(words);
	db->failure_sql = sql;
	/* This node is up, but cut off from its cluster: ask another. */
	if (code == ER_UNKNOWN_COM_ERROR)
		db->host++;
	return code;
}

void
db_fail(struct db *db, unsigned code, const char *sql)
{
	db->failure = code;
	db->failure_sql = sql;
	if (db_error_class(code) == DB_ERROR_CONNECTION)
		db_disconnect(db);
	if (!db->in_transaction)
		log_failure(LOG_ERROR, "database.failed", code, sql,
		    code == DB_BAD_ACCOUNT ? db->account_problem : NULL);
}

struct db_trouble
db_trouble_start(void)
{
	return (struct db_trouble){ .start = monotonic() };
}

bool
db_trouble_again(struct db *db, struct db_trouble *trouble, unsigned code)
{
	int64_t left = db->patience - (monotonic() - trouble->start);
	unsigned shift = trouble->tries < 5 ? trouble->tries : 5;
	uint32_t pause = PAUSE_FIRST_MICROSECONDS << shift;
	struct timespec rest = { 0 };

	if (left <= 0)
		return false;
	if (pause > PAUSE_LAST_MICROSECONDS)
		pause = PAUSE_LAST_MICROSECONDS;
	/* Those that met once must not meet again: somewhere in the upper half of the pause. */
	pause = pause / 2 + crypto_random_below(pause / 2);
	if (trouble->tries++ == 0)
		log_failure(LOG_NOTICE, "database.again", code, db->failure_sql, NULL);
	rest.tv_nsec = (long)pause * 1000;
	nanosleep(&rest, NULL);
	return true;
}

void
db_trouble_end(struct db *db, const struct db_trouble *trouble)
{
	if (trouble->tries > 0)
		db->patience -= monotonic() - trouble->start;
}

unsigned
db_send_text(struct db *db, const char *sql)
{
	MYSQL *connection = db->connection;
	MYSQL_RES *result;

	db->round_trips++;
	if (mysql_real_query(connection, sql, strlen(sql)) == 0) {
		result = mysql_store_result(connection);
		if (result != NULL)
			mysql_free_result(result);
		if (mysql_errno(connection) == 0)
			return 0;
	}
	return db_note(db, mysql_errno(connection), mysql_error(connection), sql);
}

enum db_outcome
db_run_text(struct db *db, const char *sql)
{
	struct db_trouble trouble = db_trouble_start();
	unsigned code;

	if (db->failure != 0)
		return DB_FAILED;
	while ((code = db_connect(db)) != 0) {
		if (db_error_class(code) != DB_ERROR_CONNECTION ||
		    !db_trouble_again(db, &trouble, code))
			break;
	}
	db_trouble_end(db, &trouble);
	if (code == 0)
		code = db_send_text(db, sql);
	if (code == 0)
		return DB_DONE;
	if (code == ER_DUP_ENTRY)
		return DB_DUPLICATE;
	/* Not the statement: those of migrations may have a password in them. */
	db_fail(db, code, "text");
	return DB_FAILED;
}

/*
 * One try, from BEGIN to COMMIT or ROLLBACK. Returns the error number; *wanted is what work
 * returned. A connection that ends takes its transaction with it, so a failed ROLLBACK is none.
 */
static unsigned
try_transaction(struct db *db, bool (*work)(void *), void *argument, bool *wanted)
{
	unsigned code = db_connect(db);

	if (code == 0)
		code = db_send_text(db, "START TRANSACTION");
	if (code != 0)
		return code;
	db->in_transaction = true;
	*wanted = work(argument);
	if (db->failure == 0 && *wanted)
		code = db_send_text(db, "COMMIT");
	else
		code = db->failure;
	db->failure = 0;
	db->in_transaction = false;
	/* 1205 leaves the transaction open, half done: always roll back. */
	if ((code != 0 || !*wanted) && db->connection != NULL) {
		const char *sql = db->failure_sql;

		if (db_error_class(code) == DB_ERROR_CONNECTION ||
		    db_send_text(db, "ROLLBACK") != 0)
			db_disconnect(db);
		db->failure_sql = sql;
	}
	return code;
}

enum db_transaction
db_transaction(struct db *db, bool (*work)(void *), void *argument)
{
	struct arena_mark mark = arena_mark(db->arena);
	struct db_trouble trouble = db_trouble_start();
	bool wanted = false;
	unsigned code;

	if (db->in_transaction)
		db_mistake("a transaction inside a transaction", "START TRANSACTION");
	if (db->failure != 0)
		return DB_BROKEN;
	for (;;) {
		code = try_transaction(db, work, argument, &wanted);
		if (code == 0 || db_error_class(code) == DB_ERROR_FINAL ||
		    !db_trouble_again(db, &trouble, code))
			break;
		if (db_error_class(code) == DB_ERROR_CONNECTION)
			db_disconnect(db);
		arena_rewind(db->arena, mark);
	}
	db_trouble_end(db, &trouble);
	if (code != 0) {
		db_fail(db, code, db->failure_sql);
		return DB_BROKEN;
	}
	return wanted ? DB_COMMITTED : DB_ROLLED_BACK;
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

/* What stands in the braces, without them. */
static void
expand_name(const struct db *db, struct buffer *out, const char *name, size_t length)
{
	const struct config *config = db->config;
	bool by_socket = config->database_socket != NULL && config->database_socket[0] != '\0';

	if (name[0] == '@') {
		buffer_format(out, "'%s%.*s'@'%s'", config->database_user_prefix, (int)length - 1,
		    name + 1, by_socket ? "localhost" : "%");
		return;
	}
	buffer_format(out, "`%s", config->table_prefix);
	/* A constraint is named table.what; it must be unique in the whole database. */
	for (size_t i = 0; i < length; i++)
		buffer_byte(out, name[i] == '.' ? '_' : name[i]);
	buffer_byte(out, '`');
}

/* How long the quoted text that starts here is. Doubled quotes are two texts, which is as good. */
static size_t
quoted_length(const char *sql)
{
	char quote = sql[0];
	size_t length = 1;

	while (sql[length] != '\0' && sql[length] != quote)
		length += sql[length] == '\\' && sql[length + 1] != '\0' ? 2 : 1;
	return sql[length] == quote ? length + 1 : length;
}

char *
db_expand_new(const struct db *db, const char *sql)
{
	struct buffer out = { 0 };
	char *expanded;

	while (*sql != '\0') {
		const char *name = sql + 1;
		size_t length = 0;

		if (*sql == '\'' || *sql == '"') {
			length = quoted_length(sql);
			buffer_append(&out, sql, length);
			sql += length;
			continue;
		}
		if (*sql == '{') {
			length = name[0] == '@';
			while (is_name(name[length]))
				length++;
		}
		if (length == 0 || name[length] != '}') {
			buffer_byte(&out, *sql++);
			continue;
		}
		expand_name(db, &out, name, length);
		sql = name + length + 1;
	}
	buffer_byte(&out, '\0');
	/* Statements live as long as the process: not in a buffer with room to grow. */
	expanded = memory_text(out.bytes);
	buffer_release(&out);
	return expanded;
}

char *
db_expand(const struct db *db, struct arena *arena, const char *sql)
{
	char *expanded = db_expand_new(db, sql);
	char *copy = arena_text(arena, expanded);

	free(expanded);
	return copy;
}
