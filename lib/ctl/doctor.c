/*
 * `vestibule doctor`: looks at everything that an installation needs, one line a finding. It
 * changes nothing.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/text.h"
#include "core/tips.h"
#include "ctl/ctl.h"
#include "ctl/reach.h"
#include "ctl/rights.h"
#include "ctl/schema.h"

#define MAJOR_LEAST 10		/* MariaDB 10.11 (decisions 24) */
#define MINOR_LEAST 11
/* Workers of a section when the site has not chosen otherwise (nginx/sections.map). */
#define WORKERS 2
#define WORKERS_OF_API 4

enum finding { FINE, NOTE, WARNING, FAILED };

struct examination {
	struct ctl *ctl;
	const struct config *config;
	bool schema_read;
	struct schema schema;
	unsigned failed;
};

static void __attribute__((format(printf, 4, 5)))
tell(struct examination *e, enum finding finding, const char *what, const char *format, ...)
{
	static const char *const words[] = { "ok", "note", "warning", "FAILED" };
	va_list values;

	printf("%-8s %-24s ", words[finding], what);
	va_start(values, format);
	vprintf(format, values);
	va_end(values);
	putchar('\n');
	e->failed += finding == FAILED;
}

/* --- files --- */

static bool
examine_configuration(struct examination *e)
{
	char message[1024];
	struct stat status;

	e->config = config_load(e->ctl->config_path, message, sizeof(message));
	if (e->config == NULL) {
		tell(e, FAILED, "configuration", "%s", message);
		return false;
	}
	if (stat(e->config->path, &status) == 0 && (status.st_mode & 0022) != 0)
		tell(e, WARNING, "configuration", "%s — others than its owner may write it",
		    e->config->path);
	else
		tell(e, FINE, "configuration", "%s, edition %s", e->config->path,
		    config_edition_name(e->config->edition));
	return true;
}

static void
examine_keys(struct examination *e)
{
	const char *path = e->config->key_file;
	char message[1024];
	struct stat status;
	const struct crypto_keys *keys = crypto_keys_load(path, message, sizeof(message));

	if (keys == NULL)
		tell(e, FAILED, "key file", "%s", message);
	else if (stat(path, &status) == 0 && (status.st_mode & 07777) != 0400)
		tell(e, WARNING, "key file", "%s — has mode %04o, better 0400", path,
		    (unsigned)(status.st_mode & 07777));
	else
		tell(e, FINE, "key file", "%s, current key %u", path, crypto_current_key(keys));
}

static void
examine_tips(struct examination *e)
{
	char message[512];
	struct tips tips;

	if (!tips_load(e->ctl->arena, e->config->tips_file, &tips, message, sizeof(message)))
		tell(e, WARNING, "pro tips", "%s: none are shown", message);
	else if (tips.count == 0)
		tell(e, NOTE, "pro tips", "%s has none", e->config->tips_file);
	else
		tell(e, FINE, "pro tips", "%s, %zu of them", e->config->tips_file, tips.count);
}

static void
examine_files(struct examination *e)
{
	const struct config *config = e->config;
	struct stat status;

	if (access(config->layout_file, R_OK) != 0)
		tell(e, FAILED, "layout", "%s — %s", config->layout_file, strerror(errno));
	else
		tell(e, FINE, "layout", "%s", config->layout_file);
	examine_tips(e);
	if (stat(config->run_directory, &status) != 0)
		tell(e, FAILED, "run directory", "%s — %s", config->run_directory,
		    strerror(errno));
	else if (!S_ISDIR(status.st_mode) || (status.st_mode & S_IWOTH) != 0)
		tell(e, FAILED, "run directory",
		    "%s — must be a folder that not everybody may write", config->run_directory);
	else
		tell(e, FINE, "run directory", "%s", config->run_directory);
}

/* --- addresses (Q14, Q15, spec/features.md 4.1) --- */

static bool
is_loopback(const char *url)
{
	static const char *const starts[] = { "://127.", "://localhost", "://[::1]" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (strstr(url, starts[i]) != NULL)
			return true;
	return false;
}

/*
 * That the three differ, and are what clients can read, is a condition for the configuration to
 * load.
 */
static void
examine_addresses(struct examination *e)
{
	const struct config *config = e->config;
	const struct {
		const char *what, *url;
	} addresses[] = {
		{ "web_server", config->web_server },
		{ "api_server", config->api_server },
		{ "files_server", config->files_server },
	};

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		if (is_loopback(addresses[i].url))
			tell(e, NOTE, addresses[i].what, "%s — reached from this machine only",
			    addresses[i].url);
		else if (text_starts(addresses[i].url, "http:"))
			tell(e, WARNING, addresses[i].what,
			    "%s — not encrypted: passwords and secrets can be read on the way",
			    addresses[i].url);
		else
			tell(e, FINE, addresses[i].what, "%s", addresses[i].url);
	}
}

static void
examine_answer(struct examination *e, const char *what, const char *url, const char *expected)
{
	struct arena *arena = e->ctl->arena;
	const char *reason = NULL;
	const char *answer;

	if (text_starts(url, "https:")) {
		tell(e, NOTE, what, "%s — not asked over https; try: curl -i %s", url, url);
		return;
	}
	answer = reach_get(arena, url, &reason);
	if (answer == NULL)
		tell(e, FAILED, what, "%s — %s", url, reason);
	else if (strncmp(answer + strcspn(answer, " "), " 200 ", 5) != 0)
		tell(e, FAILED, what, "%s — answers %s", url,
		    arena_copy(arena, answer, strcspn(answer, "\r\n")));
	else if (strstr(answer, expected) == NULL)
		tell(e, FAILED, what, "%s — somebody else answers there", url);
	else
		tell(e, FINE, what, "%s answers", url);
}

static void
examine_web_server(struct examination *e)
{
	struct arena *arena = e->ctl->arena;

	examine_answer(e, "sign-in page", arena_format(arena, "%s/sign-in", e->config->web_server),
	    "Content-Type: text/html");
	examine_answer(e, "api", arena_format(arena, "%s/debug.ping", e->config->api_server),
	    "\"result_code\"");
}

/* --- database --- */

static void
examine_version(struct examination *e, const char *version)
{
	char *rest;
	unsigned long major = strtoul(version, &rest, 10);
	unsigned long minor = *rest == '.' ? strtoul(rest + 1, NULL, 10) : 0;

	if (strstr(version, "MariaDB") == NULL)
		tell(e, FAILED, "database", "version %s is not MariaDB", version);
	else if (major < MAJOR_LEAST || (major == MAJOR_LEAST && minor < MINOR_LEAST))
		tell(e, FAILED, "database", "version %s is too old, %d.%d is the least", version,
		    MAJOR_LEAST, MINOR_LEAST);
	else
		tell(e, FINE, "database", "%s, version %s", e->config->database_name, version);
}

static bool
database_answers(struct examination *e, struct db *db)
{
	struct db_rows *rows = db_query(db,
	    "SELECT VERSION(), @@innodb_flush_log_at_trx_commit, UTC_TIMESTAMP(6)");
	int64_t difference;

	if (!db_next(rows)) {
		tell(e, FAILED, "database", "%s (%u)", db_failure_text(db), db_failure_code(db));
		return false;
	}
	examine_version(e, db_text(rows, 0));
	if (db_column_integer(rows, 1) != 1)
		tell(e, WARNING, "database", "innodb_flush_log_at_trx_commit is %s — what was "
		    "confirmed can be lost when the machine fails; 1 is safe", db_text(rows, 1));
	difference = (clock_now() - db_column_time(rows, 2)) / CLOCK_SECOND;
	if (difference > 5 || difference < -5)
		tell(e, WARNING, "clock", "differs from the database's by %lld s",
		    (long long)difference);
	return true;
}

static void
examine_migrations(struct examination *e, struct db *db)
{
	struct db_rows *rows = db_query(db, "SELECT number, name, finished IS NOT NULL, digest"
	    " FROM {schema_version} WHERE number > 0 ORDER BY number");
	size_t applied = 0;

	if (db_failed(db)) {
		tell(e, FAILED, "schema", "%s (%u) — run: vestibule migrate", db_failure_text(db),
		    db_failure_code(db));
		return;
	}
	while (db_next(rows)) {
		const struct schema_file *file = NULL;
		uint8_t digest[CRYPTO_HASH];

		for (size_t i = 0; i < e->schema.file_count; i++)
			if (e->schema.files[i].number == db_column_integer(rows, 0))
				file = &e->schema.files[i];
		db_column_copy(rows, 3, digest, sizeof(digest));
		if (file == NULL)
			tell(e, FAILED, "schema",
			    "%s is applied, but this version does not have it — "
			    "the programs are older than the database",
			    db_text(rows, 1));
		else if (db_column_integer(rows, 2) == 0)
			tell(e, FAILED, "schema", "%s is half applied — run: vestibule migrate",
			    file->name);
		else if (!crypto_equal(digest, file->digest, sizeof(digest)))
			tell(
			    e, FAILED, "schema", "%s is not the file that was applied", file->name);
		else
			applied++;
	}
	if (db_count(rows) < e->schema.file_count)
		tell(e, FAILED, "schema", "%zu of %zu files are applied — run: vestibule migrate",
		    db_count(rows), e->schema.file_count);
	else if (applied == e->schema.file_count)
		tell(e, FINE, "schema", "%zu files are applied", applied);
}

/* Signs in as the program and compares its rights. */
static void
examine_account(struct examination *e, const char *program)
{
	struct db *db = db_create(e->config, program);
	const char *what = arena_format(e->ctl->arena, "account %s", program);
	struct rights rights;

	db_begin_request(db, e->ctl->arena);
	rights = rights_compare(e->ctl, db, &e->schema, program);
	if (db_failed(db))
		tell(e, FAILED, what, "%s (%u)", db_failure_text(db), db_failure_code(db));
	else if (rights.missing > 0)
		tell(e, FAILED, what, "lacks %u rights, among them %s — run: vestibule migrate",
		    rights.missing, rights.first_missing);
	else if (rights.excess > 0)
		tell(e, WARNING, what, "has %u rights more than it needs, among them %s",
		    rights.excess, rights.first_excess);
	else
		tell(e, FINE, what, "signs in, has its %u rights", rights.wanted);
	db_destroy(db);
}

static void
examine_connections(struct examination *e, struct db *db)
{
	struct db_rows *rows = db_query(db,
	    "SELECT @@max_connections, @@max_user_connections, @@max_prepared_stmt_count");
	const char *const *programs = schema_programs(e->ctl->arena, &e->schema);
	int64_t needed = 0, most = 0;

	if (!db_next(rows))
		return;
	for (; *programs != NULL; programs++) {
		int64_t workers = text_equal(*programs, "api") ? WORKERS_OF_API : WORKERS;

		needed += workers;
		most = workers > most ? workers : most;
	}
	if (e->config->database_user[0] != '\0')
		most = needed;
	if (needed > db_column_integer(rows, 0))
		tell(e, FAILED, "connections", "%lld are needed, max_connections is %s",
		    (long long)needed, db_text(rows, 0));
	else if (db_column_integer(rows, 1) > 0 && most > db_column_integer(rows, 1))
		tell(e, FAILED, "connections",
		    "%lld are needed by one account, max_user_connections "
		    "is %s",
		    (long long)most, db_text(rows, 1));
	else if (needed * 5 > db_column_integer(rows, 0) * 4)
		tell(e, WARNING, "connections", "%lld of %s are needed: little is left for others",
		    (long long)needed, db_text(rows, 0));
	else
		tell(e, FINE, "connections", "%lld of %s, with %d workers a section and %d for api",
		    (long long)needed, db_text(rows, 0), WORKERS, WORKERS_OF_API);
}

static void
examine_database(struct examination *e)
{
	struct db *db = db_create(e->config, CTL_PROGRAM);
	char message[1024];

	db_begin_request(db, e->ctl->arena);
	e->schema_read = schema_read(e->ctl->arena, NULL, &e->schema, message, sizeof(message));
	if (!e->schema_read)
		tell(e, FAILED, "schema files", "%s", message);
	if (database_answers(e, db) && e->schema_read) {
		examine_migrations(e, db);
		db_begin_request(db, e->ctl->arena);
		examine_connections(e, db);
		if (e->config->database_user[0] != '\0')
			tell(e, NOTE, "accounts", "all programs sign in as %s",
			    e->config->database_user);
		else
			for (const char *const *p = schema_programs(e->ctl->arena, &e->schema);
			     *p != NULL; p++)
				examine_account(e, *p);
	}
	db_destroy(db);
}

static int
run(struct ctl *ctl, const struct ctl_call *call)
{
	struct examination e = { .ctl = ctl };

	(void)call;
	if (examine_configuration(&e)) {
		ctl->config = e.config;
		examine_keys(&e);
		examine_files(&e);
		examine_addresses(&e);
		examine_database(&e);
		examine_web_server(&e);
	}
	return e.failed == 0 ? CTL_DONE : CTL_REFUSED;
}

const struct ctl_command ctl_doctor[] = {
	{
		.name = "doctor",
		.summary = "looks for what is wrong with the installation; changes nothing",
		.help = "One line a finding: ok, note, warning or FAILED. Exit code 1 when one\n"
		    "has FAILED. Run it as the user who runs the sections, or as root.",
		.needs = CTL_NOTHING,
		.run = run,
	},
	{ .name = NULL },
};
