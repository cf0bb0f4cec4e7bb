/*
 * Accounts: files first, then the server, so that a run that is broken off is completed by the
 * next.
 */
#include "ctl/accounts.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buffer.h"

#define PASSWORD_BYTES 24

bool
accounts_find_owner(const char *name, struct accounts_owner *owner)
{
	const struct passwd *entry;

	memset(owner, 0, sizeof(*owner));
	if (name == NULL)
		return true;
	entry = getpwnam(name);
	if (entry == NULL)
		return false;
	owner->given = true;
	owner->user = entry->pw_uid;
	owner->group = entry->pw_gid;
	return true;
}

bool
accounts_give(const char *path, const struct accounts_owner *owner)
{
	return !owner->given || lchown(path, owner->user, owner->group) == 0;
}

/* A file appears under its name only when it is whole. */
static bool
write_password(struct ctl *ctl, const char *path, const struct accounts_owner *owner)
{
	const char *temporary = arena_format(ctl->arena, "%s.new", path);
	uint8_t random[PASSWORD_BYTES];
	const char *line;
	bool done;
	int file;

	crypto_random(random, sizeof(random));
	line = arena_format(
	    ctl->arena, "%s\n", crypto_base64url(ctl->arena, random, sizeof(random)));
	unlink(temporary);
	file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	if (file < 0)
		return false;
	done = write(file, line, strlen(line)) == (ssize_t)strlen(line) && fsync(file) == 0;
	done = close(file) == 0 && done && accounts_give(temporary, owner) &&
	    rename(temporary, path) == 0;
	if (!done)
		unlink(temporary);
	return done;
}

/* A text for SQL that cannot take bound values. */
static const char *
quoted(struct arena *arena, const char *text)
{
	struct buffer out = { 0 };
	char *copy;

	buffer_byte(&out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '\\')
			buffer_byte(&out, '\\');
		buffer_byte(&out, *text);
	}
	buffer_byte(&out, '\'');
	copy = arena_text(arena, out.bytes);
	buffer_release(&out);
	return copy;
}

static bool
run_expanded(struct ctl *ctl, struct db *administrator, const char *sql)
{
	return db_run_text(administrator, db_expand(administrator, ctl->arena, sql)) == DB_DONE;
}

/* The password is set again each time: after a restored backup the two may differ. */
static int
make_account(struct ctl *ctl, struct db *administrator, const char *program,
    const struct accounts_owner *owner)
{
	const char *path = arena_format(
	    ctl->arena, "%s/%s", ctl->config->database_accounts, program);
	char message[1024];
	char *password;
	const char *way, *make, *change;

	if (access(path, F_OK) != 0) {
		if (!write_password(ctl, path, owner))
			return ctl_refuse("%s cannot be made: %s", path, strerror(errno));
		printf("account    %s%s: made\n", ctl->config->database_user_prefix, program);
	} else if (!accounts_give(path, owner)) {
		return ctl_refuse("%s cannot be given to its owner: %s", path, strerror(errno));
	}
	if (!db_password(ctl->config, program, &password, message, sizeof(message)) ||
	    password == NULL)
		return ctl_refuse("%s", password == NULL ? message : path);
	way = quoted(ctl->arena, password);
	crypto_wipe(password, strlen(password));
	free(password);
	make = arena_format(ctl->arena, "CREATE USER IF NOT EXISTS {@%s} IDENTIFIED BY %s", program,
	    way);
	change = arena_format(ctl->arena, "ALTER USER {@%s} IDENTIFIED BY %s", program, way);
	if (!run_expanded(ctl, administrator, make) || !run_expanded(ctl, administrator, change))
		return ctl_database_failed(administrator);
	return CTL_DONE;
}

int
accounts_make(struct ctl *ctl, struct db *administrator, const struct schema *schema,
    const struct accounts_owner *owner)
{
	const char *const *programs = schema_programs(ctl->arena, schema);
	const char *folder = ctl->config->database_accounts;
	int code = CTL_DONE;

	if (mkdir(folder, 0755) != 0 && errno != EEXIST)
		return ctl_refuse("%s cannot be made: %s", folder, strerror(errno));
	for (; *programs != NULL && code == CTL_DONE; programs++)
		code = make_account(ctl, administrator, *programs, owner);
	return code;
}

int
accounts_grant(struct ctl *ctl, struct db *administrator, const struct schema *schema)
{
	const char *const *tables = schema_tables(ctl->arena, schema);

	for (size_t i = 0; i < schema->grants.statement_count; i++) {
		const char *grant = schema_grant(ctl->arena, schema, i);

		if (grant != NULL && !run_expanded(ctl, administrator, grant))
			return ctl_refuse("grants.sql: %s (%u) in: %s",
			    db_failure_text(administrator), db_failure_code(administrator), grant);
	}
	/*
	 * The operator's command: all rows of our tables, and nothing else in a database that
	 * others may use too.
	 */
	for (; *tables != NULL; tables++)
		if (!run_expanded(ctl, administrator, arena_format(ctl->arena,
		    "GRANT SELECT, INSERT, UPDATE, DELETE ON {%s} TO {@" CTL_PROGRAM "}", *tables)))
			return ctl_database_failed(administrator);
	if (!run_expanded(ctl, administrator,
	    "GRANT SELECT ON {schema_version} TO {@" CTL_PROGRAM "}"))
		return ctl_database_failed(administrator);
	return CTL_DONE;
}
