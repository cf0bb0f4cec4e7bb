/*
 * The operator's configuration: one text file, read once when a program starts.
 *
 * Lines are "key = value"; "#" at the start of a line opens a comment; blank lines are ignored; a
 * value keeps everything after the "=" without the blanks around it. An unknown key, a key given
 * twice and a value out of bounds are errors that name the line: a program with a doubtful
 * configuration does not start. The manual of every key is vestibule.conf(5),
 * nginx/vestibule.conf.5.
 *
 * The file is named by the environment variable VESTIBULE_CONF, else by the path compiled in
 * (VESTIBULE_CONF_PATH). Relative paths in it are relative to the folder of the file.
 * Secrets are never in it: keys are in key_file, database passwords in database_accounts.
 */
#ifndef VESTIBULE_CORE_CONFIG_H
#define VESTIBULE_CORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

/* What the installation is for; a preset of switches (decisions 12). */
enum edition {
	EDITION_INTRANET,	/* the default: everything on except billing and telemetry */
	EDITION_SELF_HOSTED,	/* one workspace for all */
	EDITION_HOSTED,
	EDITION_ENTERPRISE,
	EDITION_ALL
};

/* What can be switched on and off by "switch.<name> = on|off", names as in config_switch_name(). */
enum config_switch {
	SWITCH_WORKSPACES,	/* several workspaces, personal ones, switching */
	SWITCH_INVITATIONS,
	SWITCH_INVITATION_LINKS,	/* links without an address (Q24, decisions 26) */
	SWITCH_SIGN_UP,		/* whoever is invited may make an account (Q27) */
	SWITCH_GROUPS,
	SWITCH_ACCESS_RULES,
	SWITCH_VAULT,
	SWITCH_GATEWAY,
	SWITCH_CLOUD_ACCESS,	/* WEB APP CLOUD ACCESS (Q12) */
	SWITCH_TELEMETRY,
	SWITCH_BILLING,
	SWITCH__COUNT
};

/*
 * What a person chooses, and the operator can fix for everybody by "preference.<name> = value" and
 * "preference_reason.<name> = why".
 */
enum config_preference {
	PREFERENCE_SHOW_HIDDEN,
	PREFERENCE_HIDE_EXAMPLES,
	PREFERENCE_DISABLE_HIDPI,
	PREFERENCE_NO_TIPS,
	PREFERENCE_BLOCK_SCRIPTS,
	PREFERENCE_HIDE_ARGUMENTS,
	PREFERENCE_TELEMETRY,	/* of the installation, not of a person */
	PREFERENCE_ARGUMENTS,	/* a list; the others are switches */
	PREFERENCE__COUNT
};
#define PREFERENCE_SWITCHES PREFERENCE_ARGUMENTS	/* how many come before the list */

struct config_fixed {
	bool fixed;
	bool on;		/* of a switch */
	const char *list;	/* of PREFERENCE_ARGUMENTS: names with single blanks between */
	const char *reason;	/* a sentence for people, or "" */
};

#define CONFIG_ORIGINS 16	/* addresses in also_served_as and in image_endpoints, at most */

struct config {
	const char *path;		/* of the file itself */
	enum edition edition;
	bool switches[SWITCH__COUNT];
	struct config_fixed preferences[PREFERENCE__COUNT];

	/* Where people and clients find us (Q14). Without a final slash. */
	const char *web_server;		/* "https://ml.example.lan", "https://example.lan/ml" */
	const char *api_server;		/* default <web_server>/api */
	const char *files_server;	/* default <web_server>/files */
	const char *web_origin;		/* scheme://host[:port] of web_server */
	const char *base_path;		/* "" or "/ml": path of web_server */
	const char *also_served_as[CONFIG_ORIGINS + 1];	/* further origins, NULL at the end */
	bool plain_http;		/* web_server is http:, which must be allowed (Q15) */

	/* Database. Either a socket or a host. */
	const char *database_socket;
	const char *database_host;
	unsigned database_port;		/* 3306 */
	const char *database_name;	/* vestibule */
	const char *database_user;	/* "" unless one account serves all programs */
	const char *database_user_prefix;	/* "vestibule_": "api" signs in as vestibule_api */
	const char *database_accounts;	/* folder of password files named by program, mode 0400;
					 * one-account mode reads the file named "all" */
	const char *table_prefix;	/* "" or letters, digits, "_", at most 16 */

	const char *key_file;		/* mode 0400, see core/crypto.h */
	const char *run_directory;	/* lock files shared by the programs */
	const char *layout_file;	/* htdocs/_layout.html */
	const char *locale_directory;	/* message catalogues */
	const char *time_zone;		/* of displayed times, a name of the zone database */

	/* Limits. */
	unsigned session_idle_minutes;	/* 30 */
	unsigned session_hours;		/* 12, absolute */
	unsigned session_keep_days;	/* 30, "keep me signed in" */
	unsigned credential_maximum;	/* 20 a person and workspace; 0 = unlimited (Q31) */
	unsigned token_days;		/* 30, life of an API token unless the client asks */
	unsigned link_hours;		/* 24, life of a one-time sign-in link */
	unsigned invitation_days;	/* 7, life of an invitation by e-mail (Q25) */
	unsigned invitation_link_hours;	/* 24, life of a link without an address */
	unsigned members_maximum;	/* 0, of a new workspace; 0 = unlimited */
	unsigned audit_days;		/* 400, for audit events and revoked credentials */

	const char *mail_program;	/* a sendmail(8); NULL: mail is off (Q16) */
	const char *mail_from;		/* address that mails come from; with mail_program only */

	const char *operator_contact;	/* for DELETE ACCOUNT (Q42) and error pages, or "" */
	const char *theme;		/* "", or "light" or "dark" for everybody */
	const char *tips_file;		/* default: tips.txt beside layout_file */
	/* Origins of cloud storage whose pictures pages show (data/cloud_link.h), NULL at the end.
	 */
	const char *image_endpoints[CONFIG_ORIGINS + 1];
	const char
	    *telemetry_address; /* where figures are sent, with telemetry on; NULL: nowhere */
	const char *sandbox;		/* "", or the sandbox that runs this installation */
};

/*
 * Reads the file at path, or where VESTIBULE_CONF or the compiled path says when path is NULL.
 * Returns the configuration, which lives as long as the process; or NULL, with a sentence for the
 * operator in message ("…/vestibule.conf:12: unknown key \"foo\"").
 */
const struct config *config_load(const char *path, char *message, size_t message_size);

/* "workspaces", "access_rules" …; the word after "switch." in the file. */
const char *config_switch_name(enum config_switch);

/* "show_hidden" …; the word after "preference." in the file. */
const char *config_preference_name(enum config_preference);

/* "intranet", "self-hosted" … */
const char *config_edition_name(enum edition);

/*
 * Whether the origin ("http://localhost:8080") is web_origin or one of also_served_as. Compared
 * exactly.
 */
bool config_serves_origin(const struct config *, const char *origin);

#endif
