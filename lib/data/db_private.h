/*
 * What the three files of the database layer share: db.c (handle, failures, transactions),
 * db_connection.c (signing in, table of error codes) and db_statement.c (values, prepared
 * statements, rows). Nobody else includes this.
 */
#ifndef VESTIBULE_DATA_DB_PRIVATE_H
#define VESTIBULE_DATA_DB_PRIVATE_H

#include <mysql.h>

#include "data/db.h"

#define DB_STATEMENT_BUCKETS 128

/*
 * All the time that one request may spend on trouble: waiting for a server that does not answer,
 * trying again.
 */
#define DB_PATIENCE (8 * CLOCK_SECOND)
#define DB_CONNECT_SECONDS 2
/*
 * Longer than a cluster needs to settle who is left (4.4 s measured: a shorter limit takes healthy
 * nodes for dead), and no longer than DB_PATIENCE, so that a frozen server becomes a 503 after 8 s.
 */
#define DB_ANSWER_SECONDS 8

/*
 * Error number of our own, beside those of MariaDB (from 1000 on): the password file is not usable.
 */
#define DB_BAD_ACCOUNT 1

struct db_statement;

struct db {
	const struct config *config;
	char *account;		/* name at the server */
	char *password;		/* NULL: unix_socket */
	char *account_problem;	/* why there is no way to sign in, else NULL */
	const char *socket;	/* of an administrator; else the configuration decides */
	bool administrator;
	bool selected;		/* the database is to be chosen when connecting */
	unsigned host;		/* which of the hosts in database_host is asked */

	MYSQL *connection;	/* NULL: connect first */
	struct db_statement *statements[DB_STATEMENT_BUCKETS];

	struct arena *arena;
	bool in_transaction;
	bool mail;		/* by db_mark_mail() */
	unsigned failure;	/* 0, or the number of the error that stopped everything */
	char *failure_text;	/* what the server said; never logged */
	const char *failure_sql;	/* the literal, which has no values in it */
	unsigned round_trips;
	int64_t patience;	/* what is left of DB_PATIENCE */
	int64_t inserted_id;
};

/* What to do about an error. */
enum db_error_class {
	DB_ERROR_FINAL,
	DB_ERROR_AGAIN,		/* the transaction is gone or worthless: run it again */
	DB_ERROR_CONNECTION	/* so is the connection */
};
enum db_error_class db_error_class(unsigned code);

/*
 * Connects when there is no connection. Returns 0, or the error number, with the words in
 * failure_text.
 */
unsigned db_connect(struct db *);
/* Drops the connection and everything prepared on it. */
void db_disconnect(struct db *);
/* Reads the password file of program. */
void db_load_account(struct db *, const char *program);

/* Trouble: started before the first try of something, asked after each failed one. */
struct db_trouble {
	int64_t start;
	unsigned tries;
};
struct db_trouble db_trouble_start(void);
/* Waits a little and returns true when there is patience for another try. */
bool db_trouble_again(struct db *, struct db_trouble *, unsigned code);
/* Takes the time that was lost from the patience of the request. */
void db_trouble_end(struct db *, const struct db_trouble *);

/* Remembers what went wrong, and drops a connection that is of no use any more. Returns code. */
unsigned db_note(struct db *, unsigned code, const char *words, const char *sql);
/*
 * The failure becomes the request's: everything stops. Logs it, except inside a transaction, which
 * may be run again.
 */
void db_fail(struct db *, unsigned code, const char *sql);
/* A mistake of the program, not of the data or the server: ends the process. */
_Noreturn void db_mistake(const char *what, const char *sql);

/* Text protocol, one statement, its rows thrown away. Returns the error number. */
unsigned db_send_text(struct db *, const char *sql);

/* Forgets the server's side of all prepared statements; their expanded texts stay. */
void db_statements_lost(struct db *);
void db_statements_destroy(struct db *);

/* Expands into new memory; the caller frees. */
char *db_expand_new(const struct db *, const char *sql);

#endif
