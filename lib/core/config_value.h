/*
 * What config.c (the keys and the file) and config_value.c (the values) share; nothing for other
 * modules.
 */
#ifndef VESTIBULE_CORE_CONFIG_VALUE_H
#define VESTIBULE_CORE_CONFIG_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/config.h"

enum config_kind {
	KIND_WORDS,	/* certain characters, from minimum to maximum of them */
	KIND_LINE,	/* any one-line text of at most maximum characters */
	KIND_PATH,	/* relative to the folder of the file */
	KIND_URL,	/* see core/url.h */
	KIND_NUMBER,	/* from minimum to maximum */
	KIND_ZONE,
	KIND_THEME,
	KIND_EDITION,
	KIND_ORIGINS,	/* any number of origins, blanks between */
	KIND_YES_NO
};

struct config_key {
	const char *name;
	enum config_kind kind;
	const char *preset;	/* as it would stand in the file; NULL: follows from other keys */
	unsigned minimum, maximum;
	const char *characters;
	size_t offset;		/* in struct config */
};

enum {
	KEY_EDITION,
	KEY_WEB_SERVER,
	KEY_API_SERVER,
	KEY_FILES_SERVER,
	KEY_ALSO_SERVED_AS,
	KEY_PLAIN_HTTP,
	KEY_DATABASE_SOCKET,
	KEY_DATABASE_HOST,
	KEY_DATABASE_PORT,
	KEY_DATABASE_NAME,
	KEY_DATABASE_USER,
	KEY_DATABASE_USER_PREFIX,
	KEY_DATABASE_ACCOUNTS,
	KEY_TABLE_PREFIX,
	KEY_KEY_FILE,
	KEY_RUN_DIRECTORY,
	KEY_LAYOUT_FILE,
	KEY_LOCALE_DIRECTORY,
	KEY_TIME_ZONE,
	KEY_SESSION_IDLE_MINUTES,
	KEY_SESSION_HOURS,
	KEY_SESSION_KEEP_DAYS,
	KEY_CREDENTIAL_MAXIMUM,
	KEY_TOKEN_DAYS,
	KEY_LINK_HOURS,
	KEY_INVITATION_DAYS,
	KEY_INVITATION_LINK_HOURS,
	KEY_MEMBERS_MAXIMUM,
	KEY_AUDIT_DAYS,
	KEY_MAIL_PROGRAM,
	KEY_MAIL_FROM,
	KEY_OPERATOR_CONTACT,
	KEY_THEME,
	KEY_TIPS_FILE,
	KEY_IMAGE_ENDPOINTS,
	KEY_TELEMETRY_ADDRESS,
	KEY_SANDBOX,
	KEY__COUNT
};

/* One file being read. */
struct config_reading {
	struct arena *arena;
	struct config *config;
	const char *folder;	/* of the file, absolute */
	unsigned line;		/* being read; 0 outside lines */
	unsigned lines[KEY__COUNT];	/* where each key was given, 0 for not at all */
	unsigned switch_lines[SWITCH__COUNT];
	unsigned preference_lines[PREFERENCE__COUNT], reason_lines[PREFERENCE__COUNT];
	bool http_allowed;
	char *message;
	size_t message_size;
};

/* Checks the value and puts it into the configuration. False with a message when it is none. */
bool config_set(struct config_reading *, const struct config_key *, const char *value);

/* Remembers the line of a key; refuses a second one. */
bool config_take_once(struct config_reading *, unsigned *line, const char *name);

/* A line whose key begins with "preference." or "preference_reason."; and what is asked of all. */
bool config_read_preference(struct config_reading *, const char *name, const char *value);
bool config_check_preferences(struct config_reading *);

/*
 * Tells the operator what is wrong and where; line 0 for the file as a whole. Always false, so that
 * "return config_refuse(...)" reads well.
 */
bool config_refuse(struct config_reading *, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
