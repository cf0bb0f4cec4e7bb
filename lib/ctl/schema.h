/*
 * The folder of schema files, read: numbered migrations and grants.sql. See schema/README.md for
 * what stands in them.
 */
#ifndef VESTIBULE_CTL_SCHEMA_H
#define VESTIBULE_CTL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/crypto.h"

struct schema_file {
	unsigned number;	/* 1 of "0001-foundation.sql" */
	const char *name;	/* "0001-foundation.sql" */
	uint8_t digest[CRYPTO_HASH];
	const char *const *statements;	/* without comments and semicolons, {names} not expanded */
	size_t statement_count;
};

struct schema {
	const char *folder;
	const struct schema_file *files;	/* in the order of their numbers */
	size_t file_count;
	struct schema_file grants;
};

/*
 * Reads the folder; NULL: VESTIBULE_SCHEMA of the environment, else the one of the installation.
 * False with a sentence in message: unreadable, a number twice, a quote that never ends.
 */
bool schema_read(struct arena *, const char *folder, struct schema *, char *message, size_t size);

/* The names of the programs in grants.sql, each once, and CTL_PROGRAM; NULL at the end. */
const char *const *schema_programs(struct arena *, const struct schema *);

/*
 * A statement of grants.sql with its groups written out: "DEFINE {@pages} AS {@profile}, {@users}"
 * makes {@pages} stand for both. NULL for the definition itself.
 */
const char *schema_grant(struct arena *, const struct schema *, size_t index);

/* The tables that the migrations make, without braces; NULL at the end. */
const char *const *schema_tables(struct arena *, const struct schema *);

#endif
