/*
 * `vestibule migrate`: brings an installation to what this version needs, from nothing or from any
 * older version.
 *
 * Tables change by statements that no server takes back, so each is counted: begun before it runs,
 * done after. What was broken off goes on at the statement that is not done; if that one was begun,
 * it may have happened, and then an "already there" is no failure. Statements that write rows are
 * counted in their own transaction.
 *
 * Two runs at once: row 0 of {schema_version} says who migrates and until when, and is renewed
 * before each statement. A run that was overtaken (its statement took longer than the lease) stops,
 * and the counting above makes that harmless.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pwd.h>

#include "core/text.h"
#include "ctl/accounts.h"
#include "ctl/ctl.h"
#include "ctl/edition.h"
#include "ctl/schema.h"

#define WAIT_SECONDS 120	/* for another run */
#define LEASE "15 SECOND"

enum {
	OPTION_ADMIN_SOCKET,
	OPTION_ADMIN_USER,
	OPTION_ADMIN_PASSWORD,
	OPTION_OWNER,
	OPTION_SCHEMA,
	OPTION_KEEP_ACCOUNTS,
	OPTION_DRY_RUN
};

struct migration {
	struct ctl *ctl;
	struct db *db; /* of the administrator; in one-account mode without one, the command's */
	bool administrator;
	bool accounts;		/* each program has its own */
	struct schema schema;
	struct accounts_owner owner;
	uint8_t runner[16];
	/* For the transaction of a statement that writes rows. */
	const char *statement;
	unsigned number, index;
};

/* What {schema_version} says about a file. */
struct progress {
	bool present;
	bool finished;
	unsigned begun, done;
	uint8_t digest[CRYPTO_HASH];
};

/* --- who migrates --- */

static bool
has_versions(struct migration *m)
{
	const char *table = arena_format(m->ctl->arena, "%sschema_version",
	    m->ctl->config->table_prefix);

	return db_next(db_query(m->db, "SELECT 1 FROM information_schema.TABLES"
	    " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?", db_text_value(table)));
}

/* Both steps are looked at each time: a run may have been broken off between them. */
static bool
prepare_versions(struct migration *m)
{
	if (!has_versions(m))
		db_execute(m->db, NULL,
		    "CREATE TABLE IF NOT EXISTS {schema_version} ("
		    "number INT UNSIGNED NOT NULL COMMENT 'of the file; 0: the row of the lease',"
		    "name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
		    "digest BINARY(32) NULL COMMENT 'BLAKE2b of the file as it was applied',"
		    "begun SMALLINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'statements started',"
		    "done SMALLINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'statements complete',"
		    "started DATETIME(6) NOT NULL,"
		    "finished DATETIME(6) NULL,"
		    "runner BINARY(16) NULL COMMENT 'row 0: random, of the run',"
		    "lease DATETIME(6) NULL COMMENT 'row 0: the run is taken for dead after this',"
		    "PRIMARY KEY (number)"
		    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci"
		    " COMMENT='Which files of schema/ were applied; vestibule migrate writes it'");
	if (!db_next(db_query(m->db, "SELECT 1 FROM {schema_version} WHERE number = 0")))
		db_execute(m->db, NULL, "INSERT INTO {schema_version} (number, name, started)"
		    " VALUES (0, 'lease', UTC_TIMESTAMP(6))");
	return !db_failed(m->db);
}

/* Takes or renews the lease. False when another run has it, or the database failed. */
static bool
take_lease(struct migration *m)
{
	uint64_t found;

	db_execute(m->db, &found,
	    "UPDATE {schema_version} SET runner = ?, lease = UTC_TIMESTAMP(6) + INTERVAL " LEASE
	    " WHERE number = 0 AND (runner = ? OR lease IS NULL OR lease < UTC_TIMESTAMP(6))",
	    db_bytes(m->runner, sizeof(m->runner)), db_bytes(m->runner, sizeof(m->runner)));
	return found == 1;
}

static int
wait_for_lease(struct migration *m)
{
	time_t start = time(NULL);
	bool told = false;

	while (!take_lease(m)) {
		if (db_failed(m->db))
			return ctl_database_failed(m->db);
		if (time(NULL) - start > WAIT_SECONDS)
			return ctl_refuse("another vestibule migrate is still running");
		if (!told)
			fputs("Another vestibule migrate is running, or was broken off a moment "
			    "ago; waiting for it.\n", stderr);
		told = true;
		usleep(200 * 1000);
	}
	return CTL_DONE;
}

static void
give_lease_back(struct migration *m)
{
	/* After a failure too; and if this fails, the lease just runs out. */
	db_begin_request(m->db, m->ctl->arena);
	db_execute(m->db, NULL,
	    "UPDATE {schema_version} SET lease = NULL WHERE number = 0 AND runner = ?",
	    db_bytes(m->runner, sizeof(m->runner)));
}

/* --- statements --- */

static bool
writes_rows(const char *statement)
{
	static const char *const words[] = { "INSERT", "UPDATE", "DELETE", "REPLACE" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strncasecmp(statement, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/* Table, column, index, constraint that is there, or is not there any more. */
static bool
is_already_there(unsigned code)
{
	switch (code) {
	case 1005:	/* with errno 121: the name of a foreign key */
	case 1022:
	case 1050:
	case 1051:
	case 1060:
	case 1061:
	case 1091:
	case 1826:
		return true;
	}
	return false;
}

/* Counts the statement as done; false when that was somebody else's to do. */
static bool
count_done(struct migration *m)
{
	uint64_t found;

	db_execute(m->db, &found,
	    "UPDATE {schema_version} SET begun = ?, done = ? WHERE number = ? AND done = ?",
	    db_integer(m->index + 1), db_integer(m->index + 1), db_integer(m->number),
	    db_integer(m->index));
	return found == 1;
}

static bool
write_rows(void *argument)
{
	struct migration *m = argument;

	return count_done(m) && db_run_text(m->db, m->statement) != DB_FAILED;
}

static int
overtaken(struct migration *m)
{
	if (db_failed(m->db))
		return ctl_database_failed(m->db);
	return ctl_refuse("another vestibule migrate has taken over");
}

static int
report_statement(struct migration *m, const struct schema_file *file)
{
	return ctl_refuse("%s, statement %u: %s (%u)", file->name, m->index + 1,
	    db_failure_text(m->db), db_failure_code(m->db));
}

/* Runs statement m->index of the file. repeated: an earlier run had begun it. */
static int
run_statement(struct migration *m, const struct schema_file *file, bool repeated)
{
	int code = CTL_DONE;

	if (!take_lease(m))
		return overtaken(m);
	m->statement = db_expand(m->db, m->ctl->arena, file->statements[m->index]);
	if (writes_rows(m->statement)) {
		if (db_transaction(m->db, write_rows, m) == DB_COMMITTED)
			return CTL_DONE;
		return db_failed(m->db) ? report_statement(m, file) : overtaken(m);
	}
	db_execute(m->db, NULL,
	    "UPDATE {schema_version} SET begun = ? WHERE number = ? AND done = ?",
	    db_integer(m->index + 1), db_integer(m->number), db_integer(m->index));
	if (db_run_text(m->db, m->statement) == DB_FAILED) {
		bool there = is_already_there(db_failure_code(m->db));

		if (!there || !repeated)
			code = report_statement(m, file);
		db_begin_request(m->db, m->ctl->arena);
		/* What stood in the way was not ours: it must stand in the way next time too. */
		if (there && !repeated)
			db_execute(m->db, NULL,
			    "UPDATE {schema_version} SET begun = done WHERE number = ? AND done = "
			    "?",
			    db_integer(m->number), db_integer(m->index));
		if (code != CTL_DONE)
			return code;
	}
	return count_done(m) ? CTL_DONE : overtaken(m);
}

/* --- files --- */

static struct progress
read_progress(struct migration *m, unsigned number)
{
	struct db_rows *rows = db_query(m->db,
	    "SELECT begun, done, finished IS NOT NULL, digest FROM {schema_version} WHERE number = "
	    "?",
	    db_integer(number));
	struct progress progress = { 0 };

	if (!db_next(rows))
		return progress;
	progress.present = true;
	progress.begun = (unsigned)db_column_integer(rows, 0);
	progress.done = (unsigned)db_column_integer(rows, 1);
	progress.finished = db_column_integer(rows, 2) != 0;
	db_column_copy(rows, 3, progress.digest, sizeof(progress.digest));
	return progress;
}

static int
apply_file(struct migration *m, const struct schema_file *file)
{
	struct progress progress = read_progress(m, file->number);
	int code = CTL_DONE;

	m->number = file->number;
	if (progress.finished && !crypto_equal(progress.digest, file->digest, sizeof(file->digest)))
		return ctl_refuse(
		    "%s/%s is not the file that was applied: changes belong in a new file",
		    m->schema.folder, file->name);
	if (progress.finished || db_failed(m->db))
		return db_failed(m->db) ? ctl_database_failed(m->db) : CTL_DONE;
	if (!progress.present)
		db_execute(m->db, NULL,
		    "INSERT INTO {schema_version} (number, name, started)"
		    " VALUES (?, ?, UTC_TIMESTAMP(6))",
		    db_integer(file->number), db_text_value(file->name));
	for (m->index = progress.done; m->index < file->statement_count && code == CTL_DONE;
	     m->index++)
		code = run_statement(m, file, progress.begun == m->index + 1);
	if (code != CTL_DONE)
		return code;
	db_execute(m->db, NULL,
	    "UPDATE {schema_version} SET digest = ?, finished = UTC_TIMESTAMP(6)"
	    " WHERE number = ?",
	    db_bytes(file->digest, sizeof(file->digest)), db_integer(file->number));
	if (db_failed(m->db))
		return ctl_database_failed(m->db);
	printf("schema     %s: applied, %zu statements\n", file->name, file->statement_count);
	return CTL_DONE;
}

/* A database that knows files which this version does not have belongs to a newer version. */
static int
refuse_newer(struct migration *m)
{
	struct db_rows *rows = db_query(
	    m->db, "SELECT number, name FROM {schema_version} WHERE number > 0");

	while (db_next(rows)) {
		bool known = false;

		for (size_t i = 0; i < m->schema.file_count; i++)
			known = known || m->schema.files[i].number == db_column_integer(rows, 0);
		if (!known)
			return ctl_refuse(
			    "the database is newer than this program: %s was applied, "
			    "and %s does not have it",
			    db_text(rows, 1), m->schema.folder);
	}
	return db_failed(m->db) ? ctl_database_failed(m->db) : CTL_DONE;
}

/* Under the lease: all that changes. */
static int
migrate_all(struct migration *m)
{
	int code = refuse_newer(m);

	for (size_t i = 0; i < m->schema.file_count && code == CTL_DONE; i++)
		code = apply_file(m, &m->schema.files[i]);
	if (code == CTL_DONE && m->accounts)
		code = accounts_make(m->ctl, m->db, &m->schema, &m->owner);
	if (code == CTL_DONE && !m->ctl->config->database_user[0] && m->administrator)
		code = accounts_grant(m->ctl, m->db, &m->schema);
	if (code == CTL_DONE)
		code = edition_settle(m->ctl, m->db);
	return code;
}

/* --- the command --- */

static const char *
own_name(void)
{
	const struct passwd *entry = getpwuid(geteuid());

	return entry != NULL ? entry->pw_name : "root";
}

/*
 * Signs in: as an administrator, or in one-account mode as the one account. Returns an exit code.
 */
static int
sign_in(struct migration *m, const struct ctl_call *call)
{
	const struct config *config = m->ctl->config;
	const char *socket = call->options[OPTION_ADMIN_SOCKET];
	const char *user = call->options[OPTION_ADMIN_USER];
	const char *password = NULL;

	if (call->options[OPTION_ADMIN_PASSWORD] != NULL) {
		password = ctl_read_line(m->ctl->arena);
		if (password == NULL)
			return ctl_refuse("there is no password on standard input");
	}
	m->administrator = user != NULL || socket != NULL || password != NULL ||
	    !*config->database_user;
	m->accounts = !*config->database_user && call->options[OPTION_KEEP_ACCOUNTS] == NULL;
	if (!m->administrator) {
		m->db = db_create(config, CTL_PROGRAM);
		db_begin_request(m->db, m->ctl->arena);
		return CTL_DONE;
	}
	m->db = db_create_administrator(config, socket, user != NULL ? user : own_name(), password);
	db_begin_request(m->db, m->ctl->arena);
	return CTL_DONE;
}

static bool
database_exists(struct migration *m)
{
	return db_next(
	    db_query(m->db, "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?",
	        db_text_value(m->ctl->config->database_name)));
}

static int
make_key_file(struct migration *m)
{
	const char *path = m->ctl->config->key_file;
	char message[1024];

	if (access(path, F_OK) == 0)
		return CTL_DONE;
	/* Another run may have made it meanwhile. */
	if (!crypto_keys_create(path, message, sizeof(message)))
		return access(path, F_OK) == 0 ? CTL_DONE : ctl_refuse("%s", message);
	if (!accounts_give(path, &m->owner))
		return ctl_refuse("%s cannot be given to its owner", path);
	printf("keys       %s: made\n", path);
	return CTL_DONE;
}

/* Says what would be done, and does nothing. */
static int
dry_run(struct migration *m)
{
	const struct config *config = m->ctl->config;
	bool exists = database_exists(m);
	bool versions = false;

	if (access(config->key_file, F_OK) != 0)
		printf("keys       %s: would be made\n", config->key_file);
	if (!exists && !db_failed(m->db))
		printf("database   %s: would be made\n", config->database_name);
	if (exists && m->administrator)
		db_select_database(m->db);
	if (exists)
		versions = has_versions(m);
	for (size_t i = 0; i < m->schema.file_count && !db_failed(m->db); i++) {
		const struct schema_file *file = &m->schema.files[i];
		struct progress progress = { 0 };

		if (versions)
			progress = read_progress(m, file->number);
		if (!progress.finished)
			printf("schema     %s: would be applied from statement %u of %zu\n",
			    file->name, progress.done + 1, file->statement_count);
	}
	for (const char *const *p = schema_programs(m->ctl->arena, &m->schema);
	     m->accounts && *p != NULL; p++)
		if (access(arena_format(m->ctl->arena, "%s/%s", config->database_accounts, *p),
		        F_OK) != 0)
			printf(
			    "account    %s%s: would be made\n", config->database_user_prefix, *p);
	return db_failed(m->db) ? ctl_database_failed(m->db) : CTL_DONE;
}

static int
make_database(struct migration *m)
{
	if (!m->administrator)
		return CTL_DONE;
	if (!database_exists(m) && !db_failed(m->db)) {
		db_run_text(m->db,
		    arena_format(m->ctl->arena,
		        "CREATE DATABASE IF NOT EXISTS `%s`"
		        " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
		        m->ctl->config->database_name));
		if (!db_failed(m->db))
			printf("database   %s: made\n", m->ctl->config->database_name);
	}
	db_select_database(m->db);
	return db_failed(m->db) ? ctl_database_failed(m->db) : CTL_DONE;
}

static int
run(struct ctl *ctl, const struct ctl_call *call)
{
	struct migration m = { .ctl = ctl };
	char message[1024];
	int code;

	crypto_random(m.runner, sizeof(m.runner));
	if (!accounts_find_owner(call->options[OPTION_OWNER], &m.owner))
		return ctl_wrong_use("there is no user \"%s\"", call->options[OPTION_OWNER]);
	if (!schema_read(ctl->arena, call->options[OPTION_SCHEMA], &m.schema, message,
	    sizeof(message)))
		return ctl_refuse("%s", message);
	code = sign_in(&m, call);
	if (code == CTL_DONE && call->options[OPTION_DRY_RUN] != NULL) {
		code = dry_run(&m);
	} else if (code == CTL_DONE) {
		code = make_key_file(&m);
		if (code == CTL_DONE)
			code = make_database(&m);
		if (code == CTL_DONE && !prepare_versions(&m))
			code = ctl_database_failed(m.db);
		if (code == CTL_DONE)
			code = wait_for_lease(&m);
		if (code == CTL_DONE) {
			code = migrate_all(&m);
			give_lease_back(&m);
		}
	}
	db_destroy(m.db);
	return code;
}

static const struct ctl_option options[] = {
	[OPTION_ADMIN_SOCKET] = { "admin-socket", "PATH",
	    "of the server; else as the configuration says" },
	[OPTION_ADMIN_USER] = { "admin-user", "NAME",
	    "administrator of the database (your own name)" },
	[OPTION_ADMIN_PASSWORD] = { "admin-password-stdin", NULL,
	    "its password is on standard input" },
	[OPTION_OWNER] = { "owner", "USER",
	    "whose keys and password files are: who runs the sections" },
	[OPTION_SCHEMA] = { "schema", "DIR", "the folder of schema files (VESTIBULE_SCHEMA)" },
	[OPTION_KEEP_ACCOUNTS] = { "keep-accounts", NULL,
	    "accounts are made by hand: only give them their rights" },
	[OPTION_DRY_RUN] = { "dry-run", NULL, "say what would be done, change nothing" },
	{ NULL, NULL, NULL },
};

const struct ctl_command ctl_migrate[] = {
	{
		.name = "migrate",
		.summary = "makes or updates database, tables, accounts and key file",
		.help = "Run it after the first installation and after every update; again is\n"
		    "harmless. It needs an administrator of the database server, unless\n"
		    "database_user is set: then the database must be there, and that account\n"
		    "makes the tables in it.",
		.options = options,
		.needs = CTL_CONFIG,
		.run = run,
	},
	{ .name = NULL },
};
