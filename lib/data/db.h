/*
 * The database: literal-only SQL, statements prepared once a process, sticky failures, one
 * transaction function.
 *
 * SQL is a literal with {table} for every table and ? for every value; a variable as SQL does not
 * compile:
 *
 *	struct db_rows *rows = db_query(db, "SELECT name FROM {person} WHERE id = ?",
 *	    db_integer(id));
 *	while (db_next(rows))
 *		use(db_text(rows, 0));
 *
 * Failures stick: after one, every call does nothing and db_failed() is true until the request ends
 * or the transaction is tried again. Only what is expected comes back as a value: no row (db_next()
 * false), DB_DUPLICATE, a count. Rows are stored, so statements may nest; texts and bytes live in
 * the arena of the request.
 *
 * What cannot do a thing twice is tried again while the request has patience, 8 s of trouble in
 * all: a read outside a transaction whose connection was lost, a single statement that the server
 * took back (1213, 1205, 1020), a statement that was never sent, a whole transaction. A change
 * outside a transaction whose connection broke while it ran fails: nobody knows whether it was
 * done. So a restart of the server is a short wait, and a server that is away or frozen is a
 * failure after 8 s.
 *
 * One connection a process, UTC, strict mode, READ COMMITTED (see db_transaction()), never a silent
 * reconnect, which would lose a transaction and then say that COMMIT worked. database_host may be a
 * list, "one,two:3307": the next is taken when one is down or cut off from its cluster.
 */
#ifndef VESTIBULE_DATA_DB_H
#define VESTIBULE_DATA_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/config.h"

struct db;
struct db_rows;

/* A value to bind. Make it with the functions below. */
struct db_value {
	enum { DB_NULL, DB_INTEGER, DB_TEXT, DB_BYTES, DB_TIME } kind;
	int64_t integer;
	const void *bytes;
	size_t length;
};
struct db_value db_null(void);
struct db_value db_integer(int64_t);
struct db_value db_text_value(const char *text);	/* NULL becomes NULL */
struct db_value db_bytes(const void *bytes, size_t length);
struct db_value db_time(int64_t moment);		/* 0 becomes NULL */

enum db_outcome {
	DB_DONE,
	DB_DUPLICATE,	/* a unique key has this already: expected, the transaction goes on */
	DB_FAILED
};

/*
 * The handle of a process; never NULL, connects when first asked. program names the account and its
 * password file (config.h: database_*), which is read here, once; without a file the account is the
 * operating system's (unix_socket). A password file that others may read makes every call fail,
 * with the reason in the log.
 */
struct db *db_create(const struct config *, const char *program);
void db_destroy(struct db *);

/* Gives the handle the arena of this request and forgets an old failure. */
void db_begin_request(struct db *, struct arena *);

/*
 * Whether a mail was put into the outbox since db_begin_request(): who runs the request sends it on
 * when the answer is out (data/mail_send.h).
 */
void db_mark_mail(struct db *);
bool db_has_mail(const struct db *);

/*
 * Whether something failed since; its code (MariaDB's error number, or 1: the password file) for
 * the log.
 */
bool db_failed(const struct db *);
unsigned db_failure_code(const struct db *);
/*
 * What the server said, for the operator's terminal only: it may hold values. "" without a failure.
 */
const char *db_failure_text(const struct db *);

/*
 * How many times the server was asked something since db_begin_request(), preparing not counted;
 * for tests and the log.
 */
unsigned db_round_trips(const struct db *);

/* Rows. Never NULL: no rows after a failure. */
#define db_query(db, sql, ...) db_query_values(db, "" sql, \
    sizeof((struct db_value[]){ { 0 }, __VA_ARGS__ }) / sizeof(struct db_value) - 1, \
    (struct db_value[]){ { 0 }, __VA_ARGS__ } + 1)
struct db_rows *db_query_values(struct db *, const char *sql, size_t count,
    const struct db_value *values);

/* Steps to the next row; false behind the last. */
bool db_next(struct db_rows *);
size_t db_count(const struct db_rows *);

/*
 * Columns of the current row, from 0; a column that is not there ends the process. Texts are never
 * NULL ("" for NULL): ask db_is_null(). Numbers read as text are written out, DECIMALs (SUM()) read
 * as integers lose their fraction.
 */
const char *db_text(const struct db_rows *, unsigned column);
const uint8_t *db_column_bytes(const struct db_rows *, unsigned column, size_t *length);
int64_t db_column_integer(const struct db_rows *, unsigned column);
int64_t db_column_time(const struct db_rows *, unsigned column);	/* 0 for NULL */
bool db_is_null(const struct db_rows *, unsigned column);
/* Copies a BINARY(size) column; zeros for NULL or another length. */
void db_column_copy(const struct db_rows *, unsigned column, void *to, size_t size);

/* A change. affected, when not NULL, gets the number of rows found (CLIENT_FOUND_ROWS). */
#define db_execute(db, affected, sql, ...) db_execute_values(db, affected, "" sql, \
    sizeof((struct db_value[]){ { 0 }, __VA_ARGS__ }) / sizeof(struct db_value) - 1, \
    (struct db_value[]){ { 0 }, __VA_ARGS__ } + 1)
enum db_outcome db_execute_values(struct db *, uint64_t *affected, const char *sql, size_t count,
    const struct db_value *values);
int64_t db_inserted_id(const struct db *);

/*
 * The one transaction: BEGIN, work, COMMIT. work returns true to commit, false to roll back (a
 * refusal, not a failure). After 1213, 1205, 1020 and lost connections it runs again from the top,
 * with a growing pause, while there is patience; work must therefore have no effect outside the
 * database and its own memory; the arena is rewound to where it was before each try. A connection
 * lost in COMMIT leaves open whether it was saved, and the next try may meet its own rows: its
 * first statement must be one that tells (the nonce: DB_DUPLICATE). Transactions do not nest.
 *
 * A rule over several rows ("at most 20", "one owner stays") is kept by writing its guard row
 * first, and reading after that: the second of two then waits for the first. It must also see what
 * the first has done, so the level is READ COMMITTED: under REPEATABLE READ one SELECT before the
 * guard freezes what is seen (tests/unit/db.c: with 8 processes a limit is then broken in 96 to 100
 * of 100 rounds, and in none under READ COMMITTED). On a cluster the guard's row is what makes one
 * of the two fail with 1213. SELECT ... FOR UPDATE does not do that there.
 */
enum db_transaction {
	DB_COMMITTED,
	DB_ROLLED_BACK,	/* work returned false */
	DB_BROKEN	/* failed for good: db_failed() is true, nothing is known to be saved */
};
enum db_transaction db_transaction(struct db *, bool (*work)(void *), void *argument);
bool db_in_transaction(const struct db *);

/*
 * For `vestibule` only: one statement that is not a literal (migrations). Text protocol, no values.
 */
enum db_outcome db_run_text(struct db *, const char *sql);
/*
 * Expands {table} and {table.constraint} with the prefix; {@program} with the account; not inside
 * quotes. In the arena.
 */
char *db_expand(const struct db *, struct arena *, const char *sql);
/*
 * The same handle, but signed in as an administrator of the server, for migrate; the texts must
 * outlive it. socket NULL: as the configuration says. It has no database until
 * db_select_database(), which works once there is one.
 */
struct db *db_create_administrator(const struct config *, const char *socket, const char *user,
    const char *password);
bool db_select_database(struct db *);
/*
 * What the password file of a program holds; *password is NULL when there is no file, else the
 * caller's to wipe and free. False with a sentence in message when it is not usable.
 */
bool db_password(const struct config *, const char *program, char **password, char *message,
    size_t message_size);

#endif
