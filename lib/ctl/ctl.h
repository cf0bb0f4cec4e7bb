/*
 * The operator's command, `vestibule`: what every subcommand gets and returns.
 *
 * A subcommand is one row of a table that its file exports; main.c reads the command line by it,
 * prints --help from it, and opens what it needs. Nothing ever asks a question: results go to
 * standard output, messages to standard error.
 */
#ifndef VESTIBULE_CTL_CTL_H
#define VESTIBULE_CTL_CTL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/config.h"
#include "core/crypto.h"
#include "data/audit.h"
#include "data/db.h"

/* Exit codes. */
enum {
	CTL_DONE,
	CTL_REFUSED,	/* not possible, or it failed: standard error says why */
	CTL_WRONG_USE	/* the command line is wrong */
};

struct ctl {
	const char *config_path;	/* of -c; NULL: as config_load() finds it */
	const struct config *config;	/* NULL without CTL_CONFIG */
	const struct crypto_keys *keys;	/* NULL without CTL_KEYS */
	struct db *db;			/* NULL without CTL_DATABASE; signed in as CTL_PROGRAM */
	struct arena *arena;
};

/* The account of the command at the database: {@command}. */
#define CTL_PROGRAM "command"

#define CTL_OPTIONS 16	/* of one command, at most */

struct ctl_option {
	const char *name;	/* "email", written --email; NULL ends the table */
	const char *value; /* what --help calls its value: "ADDRESS"; NULL: the option takes none */
	const char *help;
};

/* A command line, taken apart. */
struct ctl_call {
	/* In the order of the table; NULL: not given; "" for one that takes no value. */
	const char *options[CTL_OPTIONS];
	const char *const *words;	/* what is no option */
	unsigned word_count;
};

struct ctl_command {
	const char *name;	/* one word or two: "migrate", "person add"; NULL ends the table */
	const char *summary;	/* half a line for the list of commands */
	const char *help;	/* further sentences for --help, or NULL */
	const struct ctl_option *options;	/* or NULL */
	unsigned needed;	/* so many of them, the first ones, must be given */
	const char *words;	/* "NAME …" for --help; NULL when there are none */
	unsigned words_least, words_maximum;
	enum {
		CTL_NOTHING = 0,
		CTL_CONFIG = 1,
		CTL_KEYS = 3,		/* with the configuration */
		CTL_DATABASE = 5,
		CTL_ALL = 7
	} needs;
	int (*run)(struct ctl *, const struct ctl_call *);
};

/* Tables, each in a file of its own. To add one: a line here, and one in main.c. */
extern const struct ctl_command ctl_migrate[];
extern const struct ctl_command ctl_doctor[];
extern const struct ctl_command ctl_sweep[];
extern const struct ctl_command ctl_audit[];
extern const struct ctl_command ctl_keys[];
extern const struct ctl_command ctl_person[];
extern const struct ctl_command ctl_credential[];
extern const struct ctl_command ctl_mail[];
extern const struct ctl_command ctl_redact[];
extern const struct ctl_command ctl_telemetry[];
extern const struct ctl_command ctl_demo[];
extern const struct ctl_command ctl_workspace[];
extern const struct ctl_command ctl_invitation[];
extern const struct ctl_command ctl_group[];
extern const struct ctl_command ctl_cloud_access[];

/* Print "vestibule: …" to standard error, and return CTL_REFUSED and CTL_WRONG_USE. */
int ctl_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
int ctl_wrong_use(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same about the failure of the database. */
int ctl_database_failed(const struct db *);

/* The operator as actor of audit events, now. */
struct audit_actor ctl_actor(struct arena *);

/*
 * The first line of standard input, for passwords; NULL when there is none or it is not valid
 * UTF-8.
 */
char *ctl_read_line(struct arena *);

#endif
