/*
 * Reading the schema files and cutting them into statements.
 */
#include "ctl/schema.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/buffer.h"
#include "core/text.h"
#include "ctl/ctl.h"

#ifndef VESTIBULE_SCHEMA_PATH
#define VESTIBULE_SCHEMA_PATH "/usr/share/vestibule/schema"
#endif

#define FILES_MAXIMUM 1000
#define FILE_MAXIMUM (1024 * 1024)
#define STATEMENTS_MAXIMUM 500
#define NAMES_MAXIMUM 200

static bool
read_bytes(
    struct arena *arena, const char *path, char **bytes, size_t *length, char *message, size_t size)
{
	FILE *file = fopen(path, "re");
	struct stat status;
	bool good;

	if (file == NULL || fstat(fileno(file), &status) != 0) {
		snprintf(message, size, "%s cannot be opened: %s", path, strerror(errno));
		if (file != NULL)
			fclose(file);
		return false;
	}
	good = S_ISREG(status.st_mode) && status.st_size <= FILE_MAXIMUM;
	if (good) {
		*bytes = arena_allocate(arena, (size_t)status.st_size + 1);
		*length = fread(*bytes, 1, (size_t)status.st_size, file);
		good = *length == (size_t)status.st_size && text_is_utf8(*bytes, *length);
	}
	if (!good)
		snprintf(message, size, "%s cannot be read, is too long or is not UTF-8", path);
	fclose(file);
	return good;
}

/* Where the comment that starts here ends; the same place when there is none. */
static const char *
skip_comment(const char *at)
{
	const char *end;

	if (at[0] == '-' && at[1] == '-' && (at[2] == ' ' || at[2] == '\n' || at[2] == '\0'))
		return at + strcspn(at, "\n");
	if (at[0] == '/' && at[1] == '*') {
		end = strstr(at + 2, "*/");
		return end != NULL ? end + 2 : at + strlen(at);
	}
	return at;
}

/*
 * Behind the quoted text that starts here; NULL when it never ends. A doubled quote is two texts,
 * which is as good.
 */
static const char *
skip_quoted(const char *at)
{
	char quote = *at++;

	while (*at != '\0' && *at != quote)
		at += at[0] == '\\' && at[1] != '\0' && quote != '`' ? 2 : 1;
	return *at == quote ? at + 1 : NULL;
}

/* Cuts at semicolons outside of quotes, drops comments. False with half a sentence in message. */
static bool
cut_statements(
    struct arena *arena, const char *at, struct schema_file *file, char *message, size_t size)
{
	const char **statements = arena_allocate(arena, STATEMENTS_MAXIMUM * sizeof(*statements));
	struct buffer statement = { 0 };
	size_t count = 0;

	buffer_text(&statement, "");
	for (;;) {
		const char *next = skip_comment(at);

		if (next != at) {
			at = next;
		} else if (*at == ';' || *at == '\0') {
			const char *text = text_trim(arena, statement.bytes);

			if (*text != '\0' && count == STATEMENTS_MAXIMUM)
				break;
			if (*text != '\0')
				statements[count++] = text;
			buffer_shorten(&statement, 0);
			if (*at++ == '\0')
				break;
		} else if (*at == '\'' || *at == '"' || *at == '`') {
			next = skip_quoted(at);
			if (next == NULL) {
				snprintf(message, size, "%s: a quoted text never ends", file->name);
				buffer_release(&statement);
				return false;
			}
			buffer_append(&statement, at, (size_t)(next - at));
			at = next;
		} else {
			buffer_byte(&statement, *at++);
		}
	}
	buffer_release(&statement);
	file->statements = statements;
	file->statement_count = count;
	return true;
}

static bool
read_file(struct arena *arena, const char *folder, const char *name, struct schema_file *file,
    char *message, size_t size)
{
	char *bytes;
	size_t length;

	if (!read_bytes(
	        arena, arena_format(arena, "%s/%s", folder, name), &bytes, &length, message, size))
		return false;
	file->name = arena_text(arena, name);
	file->number = (unsigned)strtoul(name, NULL, 10);
	crypto_digest(bytes, length, file->digest);
	return cut_statements(arena, bytes, file, message, size);
}

/* "0001-foundation.sql" */
static int
is_migration(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 9 && length <= 100 && strspn(entry->d_name, "0123456789") == 4 &&
	    entry->d_name[4] == '-' && strcmp(entry->d_name + length - 4, ".sql") == 0;
}

bool
schema_read(
    struct arena *arena, const char *folder, struct schema *schema, char *message, size_t size)
{
	struct dirent **names;
	struct schema_file *files;
	bool done = true;
	int count;

	if (folder == NULL)
		folder = getenv("VESTIBULE_SCHEMA");
	if (folder == NULL || *folder == '\0')
		folder = VESTIBULE_SCHEMA_PATH;
	schema->folder = folder;
	count = scandir(folder, &names, is_migration, alphasort);
	if (count <= 0 || count > FILES_MAXIMUM) {
		snprintf(message, size, "%s has no migrations%s%s", folder, count < 0 ? ": " : "",
		    count < 0 ? strerror(errno) : "");
		if (count == 0)
			free(names);
		return false;
	}
	files = arena_allocate(arena, (size_t)count * sizeof(*files));
	for (int i = 0; i < count; i++) {
		done = done && read_file(arena, folder, names[i]->d_name, &files[i], message, size);
		if (done &&
		    (files[i].number == 0 || (i > 0 && files[i].number == files[i - 1].number))) {
			snprintf(message, size, "%s/%s: its number is 0, or taken", folder,
			    names[i]->d_name);
			done = false;
		}
		free(names[i]);
	}
	free(names);
	schema->files = files;
	schema->file_count = (size_t)count;
	return done && read_file(arena, folder, "grants.sql", &schema->grants, message, size);
}

static const char define[] = "DEFINE {@";

/* The "DEFINE {@pages} AS …" whose name stands here ("pages} …"); NULL when it is a program. */
static const char *
find_group(const struct schema *schema, const char *name)
{
	size_t length = strcspn(name, "}") + 1;

	for (size_t i = 0; i < schema->grants.statement_count; i++) {
		const char *statement = schema->grants.statements[i];

		if (text_starts(statement, define) && strstr(statement, " AS ") != NULL &&
		    strncmp(statement + strlen(define), name, length) == 0)
			return strstr(statement, " AS ") + strlen(" AS ");
	}
	return NULL;
}

static bool
is_group(const struct schema *schema, const char *name)
{
	return find_group(schema, name) != NULL;
}

const char *
schema_grant(struct arena *arena, const struct schema *schema, size_t index)
{
	const char *statement = schema->grants.statements[index], *at = statement;

	if (text_starts(statement, define))
		return NULL;
	while ((at = strstr(at, "{@")) != NULL) {
		const char *group = find_group(schema, at + 2);
		size_t before = (size_t)(at - statement);

		if (group != NULL)
			statement = arena_format(arena, "%.*s%s%s", (int)before, statement, group,
			    at + strcspn(at, "}") + 1);
		at = statement + before + 2;
	}
	return statement;
}

static void
add_name(const char **names, struct arena *arena, const char *name, size_t length)
{
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0)
			return;
	if (i < NAMES_MAXIMUM)
		names[i] = arena_copy(arena, name, length);
}

const char *const *
schema_programs(struct arena *arena, const struct schema *schema)
{
	const char **names = arena_allocate(arena, (NAMES_MAXIMUM + 1) * sizeof(*names));

	for (size_t i = 0; i < schema->grants.statement_count; i++) {
		const char *at = schema->grants.statements[i];

		while ((at = strstr(at, "{@")) != NULL) {
			at += 2;
			if (!is_group(schema, at))
				add_name(names, arena, at, strcspn(at, "}"));
		}
	}
	add_name(names, arena, CTL_PROGRAM, strlen(CTL_PROGRAM));
	return names;
}

const char *const *
schema_tables(struct arena *arena, const struct schema *schema)
{
	static const char create[] = "CREATE TABLE {";
	const char **names = arena_allocate(arena, (NAMES_MAXIMUM + 1) * sizeof(*names));

	for (size_t i = 0; i < schema->file_count; i++) {
		for (size_t k = 0; k < schema->files[i].statement_count; k++) {
			const char *statement = schema->files[i].statements[k];

			if (text_starts(statement, create))
				add_name(names, arena, statement + strlen(create),
				    strcspn(statement + strlen(create), "}"));
		}
	}
	return names;
}
