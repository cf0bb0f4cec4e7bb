/*
 * Reading vestibule.conf(5): one table of keys, filled line by line, then what follows from several
 * keys together.
 */
#include "core/config_value.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/text.h"
#include "core/url.h"

/* Where a package puts things; the Makefile sets them for PREFIX. */
#ifndef VESTIBULE_CONF_PATH
#define VESTIBULE_CONF_PATH "/etc/vestibule/vestibule.conf"
#endif
#ifndef VESTIBULE_LAYOUT_PATH
#define VESTIBULE_LAYOUT_PATH "/usr/share/vestibule/htdocs/_layout.html"
#endif
#ifndef VESTIBULE_LOCALE_PATH
#define VESTIBULE_LOCALE_PATH "/usr/share/locale"
#endif
#ifndef VESTIBULE_RUN_PATH
#define VESTIBULE_RUN_PATH "/run/vestibule"
#endif
#ifndef VESTIBULE_DATABASE_SOCKET
#define VESTIBULE_DATABASE_SOCKET "/run/mysqld/mysqld.sock"
#endif

#define FILE_SIZE ((size_t)64 * 1024)	/* longest configuration file */
#define VALUE_LENGTH 1024		/* longest value */

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static const struct config_key keys[KEY__COUNT] = {
#define AT(field) .offset = offsetof(struct config, field)
	[KEY_EDITION] = { "edition", KIND_EDITION, "intranet", AT(edition) },
	[KEY_WEB_SERVER] = { "web_server", KIND_URL, NULL, AT(web_server) },
	[KEY_API_SERVER] = { "api_server", KIND_URL, NULL, AT(api_server) },
	[KEY_FILES_SERVER] = { "files_server", KIND_URL, NULL, AT(files_server) },
	[KEY_ALSO_SERVED_AS] = { "also_served_as", KIND_ORIGINS, "", AT(also_served_as) },
	[KEY_PLAIN_HTTP] = { "plain_http", KIND_YES_NO, "no", AT(plain_http) },
	[KEY_DATABASE_SOCKET] = { "database_socket", KIND_PATH, NULL, AT(database_socket) },
	[KEY_DATABASE_HOST] = { "database_host", KIND_WORDS, NULL, 1, 255,
	    LETTERS DIGITS "-._:,[]", AT(database_host) },
	[KEY_DATABASE_PORT] = { "database_port", KIND_NUMBER, "3306", 1, 65535,
	    AT(database_port) },
	[KEY_DATABASE_NAME] = { "database_name", KIND_WORDS, "vestibule", 1, 64,
	    LETTERS DIGITS "_-", AT(database_name) },
	[KEY_DATABASE_USER] = { "database_user", KIND_WORDS, "", 0, 80,
	    LETTERS DIGITS "_.-", AT(database_user) },
	[KEY_DATABASE_USER_PREFIX] = { "database_user_prefix", KIND_WORDS, "vestibule_", 0, 48,
	    LETTERS DIGITS "_.-", AT(database_user_prefix) },
	[KEY_DATABASE_ACCOUNTS] = { "database_accounts", KIND_PATH, "database",
	    AT(database_accounts) },
	[KEY_TABLE_PREFIX] = { "table_prefix", KIND_WORDS, "", 0, 16,
	    LETTERS DIGITS "_", AT(table_prefix) },
	[KEY_KEY_FILE] = { "key_file", KIND_PATH, "keys", AT(key_file) },
	[KEY_RUN_DIRECTORY] = { "run_directory", KIND_PATH, VESTIBULE_RUN_PATH,
	    AT(run_directory) },
	[KEY_LAYOUT_FILE] = { "layout_file", KIND_PATH, VESTIBULE_LAYOUT_PATH, AT(layout_file) },
	[KEY_LOCALE_DIRECTORY] = { "locale_directory", KIND_PATH, VESTIBULE_LOCALE_PATH,
	    AT(locale_directory) },
	[KEY_TIME_ZONE] = { "time_zone", KIND_ZONE, "UTC", AT(time_zone) },
	[KEY_SESSION_IDLE_MINUTES] = { "session_idle_minutes", KIND_NUMBER, "30", 1, 1440,
	    AT(session_idle_minutes) },
	[KEY_SESSION_HOURS] = { "session_hours", KIND_NUMBER, "12", 1, 168, AT(session_hours) },
	[KEY_SESSION_KEEP_DAYS] = { "session_keep_days", KIND_NUMBER, "30", 1, 365,
	    AT(session_keep_days) },
	[KEY_CREDENTIAL_MAXIMUM] = { "credential_maximum", KIND_NUMBER, "20", 0, 1000,
	    AT(credential_maximum) },
	[KEY_TOKEN_DAYS] = { "token_days", KIND_NUMBER, "30", 1, 365, AT(token_days) },
	[KEY_LINK_HOURS] = { "link_hours", KIND_NUMBER, "24", 1, 720, AT(link_hours) },
	[KEY_INVITATION_DAYS] = { "invitation_days", KIND_NUMBER, "7", 1, 90,
	    AT(invitation_days) },
	[KEY_INVITATION_LINK_HOURS] = { "invitation_link_hours", KIND_NUMBER, "24", 1, 720,
	    AT(invitation_link_hours) },
	[KEY_MEMBERS_MAXIMUM] = { "members_maximum", KIND_NUMBER, "0", 0, 1000000,
	    AT(members_maximum) },
	[KEY_AUDIT_DAYS] = { "audit_days", KIND_NUMBER, "400", 30, 36500, AT(audit_days) },
	[KEY_MAIL_PROGRAM] = { "mail_program", KIND_PATH, NULL, AT(mail_program) },
	[KEY_MAIL_FROM] = { "mail_from", KIND_WORDS, "", 0, 254,
	    LETTERS DIGITS "@._+-", AT(mail_from) },
	[KEY_OPERATOR_CONTACT] = { "operator_contact", KIND_LINE, "", 0, 200,
	    AT(operator_contact) },
	[KEY_THEME] = { "theme", KIND_THEME, "", AT(theme) },
	[KEY_TIPS_FILE] = { "tips_file", KIND_PATH, NULL, AT(tips_file) },
	[KEY_IMAGE_ENDPOINTS] = { "image_endpoints", KIND_ORIGINS, "", AT(image_endpoints) },
	[KEY_TELEMETRY_ADDRESS] = { "telemetry_address", KIND_URL, NULL, AT(telemetry_address) },
	[KEY_SANDBOX] = { "sandbox", KIND_WORDS, "", 0, 40, LETTERS DIGITS "_-", AT(sandbox) },
#undef AT
};

static const char *const edition_names[] = {
	[EDITION_INTRANET] = "intranet",
	[EDITION_SELF_HOSTED] = "self-hosted",
	[EDITION_HOSTED] = "hosted",
	[EDITION_ENTERPRISE] = "enterprise",
	[EDITION_ALL] = "all",
};

#define IN(edition) (1U << EDITION_##edition)

/* Which editions have a switch on (decisions 12). The same table stands in vestibule.conf(5). */
static const struct {
	const char *name;
	unsigned on_in;
} switches[SWITCH__COUNT] = {
	[SWITCH_WORKSPACES] = { "workspaces", IN(INTRANET) | IN(HOSTED) | IN(ALL) },
	[SWITCH_INVITATIONS] = { "invitations", IN(INTRANET) | IN(HOSTED) | IN(ALL) },
	[SWITCH_INVITATION_LINKS] = { "invitation_links", IN(INTRANET) | IN(HOSTED) | IN(ALL) },
	[SWITCH_SIGN_UP] = { "sign_up", IN(INTRANET) | IN(HOSTED) | IN(ALL) },
	[SWITCH_GROUPS] = { "groups", IN(INTRANET) | IN(ENTERPRISE) | IN(ALL) },
	[SWITCH_ACCESS_RULES] = { "access_rules", IN(INTRANET) | IN(ENTERPRISE) | IN(ALL) },
	[SWITCH_VAULT] = { "vault", IN(INTRANET) | IN(ENTERPRISE) | IN(ALL) },
	[SWITCH_GATEWAY] = { "gateway", IN(INTRANET) | IN(ENTERPRISE) | IN(ALL) },
	[SWITCH_CLOUD_ACCESS] = { "cloud_access",
	    IN(INTRANET) | IN(SELF_HOSTED) | IN(HOSTED) | IN(ENTERPRISE) | IN(ALL) },
	[SWITCH_TELEMETRY] = { "telemetry", IN(SELF_HOSTED) | IN(ALL) },
	[SWITCH_BILLING] = { "billing", IN(HOSTED) | IN(ALL) },
};

bool
config_take_once(struct config_reading *reading, unsigned *line, const char *name)
{
	if (*line != 0)
		return config_refuse(reading, reading->line, "%s was given in line %u already",
		    name, *line);
	*line = reading->line;
	return true;
}

static bool
read_switch(struct config_reading *reading, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < SWITCH__COUNT; i++) {
		if (!text_equal(name + strlen("switch."), switches[i].name))
			continue;
		if (!config_take_once(reading, &reading->switch_lines[i], name))
			return false;
		if (!text_equal(value, "on") && !text_equal(value, "off"))
			return config_refuse(reading, reading->line,
			    "%s must be \"on\" or \"off\", not \"%s\"", name, value);
		reading->config->switches[i] = text_equal(value, "on");
		return true;
	}
	return config_refuse(reading, reading->line, "unknown key \"%s\"", name);
}

static bool
read_pair(struct config_reading *reading, const char *name, const char *value)
{
	size_t i;

	if (strlen(value) > VALUE_LENGTH)
		return config_refuse(reading, reading->line, "the value is longer than %d bytes",
		    VALUE_LENGTH);
	if (text_starts(name, "switch."))
		return read_switch(reading, name, value);
	if (text_starts(name, "preference"))
		return config_read_preference(reading, name, value);
	for (i = 0; i < KEY__COUNT; i++) {
		if (!text_equal(name, keys[i].name))
			continue;
		return config_take_once(reading, &reading->lines[i], name) &&
		    config_set(reading, &keys[i], value);
	}
	return config_refuse(reading, reading->line, "unknown key \"%s\"", name);
}

static bool
read_line(struct config_reading *reading, const char *line, size_t length)
{
	const char *equals, *name;
	size_t i;

	for (i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)line[i];

		/* A carriage return is tolerated where other systems put it: at the end. */
		if ((byte < 0x20 && byte != '\t' && !(byte == '\r' && i == length - 1)) ||
		    byte == 0x7f)
			return config_refuse(reading, reading->line,
			    "the line has a control character");
	}
	if (!text_is_utf8(line, length))
		return config_refuse(reading, reading->line, "the line is not valid UTF-8");
	line = text_trim(reading->arena, arena_copy(reading->arena, line, length));
	if (*line == '\0' || *line == '#')
		return true;
	equals = strchr(line, '=');
	if (equals == NULL)
		return config_refuse(reading, reading->line,
		    "the line is not of the form \"key = value\"");
	name = text_trim(reading->arena, arena_copy(reading->arena, line, (size_t)(equals - line)));
	if (*name == '\0')
		return config_refuse(reading, reading->line, "there is no key before the \"=\"");
	return read_pair(reading, name, text_trim(reading->arena, equals + 1));
}

static bool
read_file(struct config_reading *reading, struct buffer *content)
{
	const char *path = reading->config->path;
	struct stat status;
	ssize_t count;
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (file < 0)
		return config_refuse(reading, 0, "cannot be opened: %s", strerror(errno));
	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
		close(file);
		return config_refuse(reading, 0, "is not a file");
	}
	buffer_reserve(content, FILE_SIZE + 1);
	do {
		count = read(file, content->bytes + content->length,
		    FILE_SIZE + 1 - content->length);
		if (count > 0)
			content->length += (size_t)count;
	} while (count > 0 || (count < 0 && errno == EINTR));
	if (count < 0) {
		config_refuse(reading, 0, "cannot be read: %s", strerror(errno));
		close(file);
		return false;
	}
	close(file);
	if (content->length > FILE_SIZE)
		return config_refuse(reading, 0, "is longer than %zu bytes", FILE_SIZE);
	return true;
}

static bool
read_lines(struct config_reading *reading, const struct buffer *content)
{
	const char *at = content->bytes;
	const char *end = content->bytes + content->length;

	/* The byte-order mark that some editors put in front. */
	if (text_starts(at, "\xef\xbb\xbf"))
		at += 3;
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline == NULL ? end : newline;

		reading->line++;
		if (!read_line(reading, at, (size_t)(stop - at)))
			return false;
		at = newline == NULL ? end : newline + 1;
	}
	reading->line = 0;
	return true;
}

/* Gives every key that the file does not have its value. */
static bool
set_presets(struct config_reading *reading)
{
	struct config *config = reading->config;
	size_t i;

	for (i = 0; i < KEY__COUNT; i++)
		if (reading->lines[i] == 0 && keys[i].preset != NULL &&
		    !config_set(reading, &keys[i], keys[i].preset))
			return false;
	for (i = 0; i < SWITCH__COUNT; i++)
		if (reading->switch_lines[i] == 0)
			config->switches[i] = (switches[i].on_in >> config->edition & 1) != 0;
	return true;
}

static bool
check_http(struct config_reading *reading, unsigned line, const char *url)
{
	if (reading->http_allowed || text_starts(url, "https:"))
		return true;
	return config_refuse(reading, line,
	    "\"%s\" is not encrypted: use https:, or say plain_http = yes", url);
}

static bool
check_addresses(struct config_reading *reading)
{
	struct config *config = reading->config;
	const unsigned *lines = reading->lines;
	const char *reason;
	struct url url;
	size_t i;

	if (config->web_server == NULL)
		return config_refuse(reading, 0, "web_server is not given");
	if (config->api_server == NULL)
		config->api_server = arena_format(reading->arena, "%s/api", config->web_server);
	if (config->files_server == NULL)
		config->files_server = arena_format(reading->arena, "%s/files", config->web_server);

	/* What set_url() accepted is parsed again for its parts; it cannot fail. */
	if (!url_parse(reading->arena, config->web_server, &url, &reason))
		return config_refuse(reading, lines[KEY_WEB_SERVER], "web_server: %s", reason);
	config->web_origin = url.origin;
	config->base_path = url.path;

	reading->http_allowed = config->plain_http;
	config->plain_http = text_starts(config->web_server, "http:");
	if (!check_http(reading, lines[KEY_WEB_SERVER], config->web_server) ||
	    !check_http(reading, lines[KEY_API_SERVER], config->api_server) ||
	    !check_http(reading, lines[KEY_FILES_SERVER], config->files_server))
		return false;
	for (i = 0; config->also_served_as[i] != NULL; i++)
		if (!check_http(reading, lines[KEY_ALSO_SERVED_AS], config->also_served_as[i]))
			return false;

	/* The clients' own set-up refuses a server that is given for two purposes. */
	if (text_equal(config->api_server, config->web_server))
		return config_refuse(reading, lines[KEY_API_SERVER],
		    "api_server and web_server must differ, or clients refuse them");
	if (text_equal(config->files_server, config->web_server))
		return config_refuse(reading, lines[KEY_FILES_SERVER],
		    "files_server and web_server must differ, or clients refuse them");
	if (text_equal(config->files_server, config->api_server))
		return config_refuse(reading, lines[KEY_FILES_SERVER],
		    "files_server and api_server must differ, or clients refuse them");
	return true;
}

/* The tips come with the layout. */
static void
find_tips(struct config_reading *reading)
{
	struct config *config = reading->config;
	const char *layout = config->layout_file;
	size_t folder = (size_t)(strrchr(layout, '/') - layout);

	if (config->tips_file == NULL)
		config->tips_file = arena_format(reading->arena, "%.*s/tips.txt", (int)folder,
		    layout);
}

static bool
check_database(struct config_reading *reading)
{
	struct config *config = reading->config;
	const unsigned *lines = reading->lines;

	if (lines[KEY_DATABASE_HOST] != 0 && lines[KEY_DATABASE_SOCKET] != 0)
		return config_refuse(reading, lines[KEY_DATABASE_HOST],
		    "database_host and database_socket exclude each other");
	if (lines[KEY_DATABASE_PORT] != 0 && lines[KEY_DATABASE_HOST] == 0)
		return config_refuse(reading, lines[KEY_DATABASE_PORT],
		    "database_port is of no use without database_host");
	if (lines[KEY_DATABASE_USER_PREFIX] != 0 && *config->database_user != '\0')
		return config_refuse(reading, lines[KEY_DATABASE_USER_PREFIX],
		    "database_user_prefix and database_user exclude each other");
	if (config->database_host == NULL && config->database_socket == NULL)
		config->database_socket = VESTIBULE_DATABASE_SOCKET;
	return true;
}

static bool
check_limits(struct config_reading *reading)
{
	const struct config *config = reading->config;
	const unsigned *lines = reading->lines;

	if (config->session_idle_minutes > config->session_hours * 60)
		return config_refuse(reading, lines[lines[KEY_SESSION_IDLE_MINUTES] != 0 ?
		    KEY_SESSION_IDLE_MINUTES : KEY_SESSION_HOURS],
		    "session_idle_minutes is longer than session_hours");
	if (config->session_hours > config->session_keep_days * 24)
		return config_refuse(reading, lines[lines[KEY_SESSION_KEEP_DAYS] != 0 ?
		    KEY_SESSION_KEEP_DAYS : KEY_SESSION_HOURS],
		    "session_hours is longer than session_keep_days");
	return true;
}

/*
 * The folder of the file, absolute, so that a later chdir() changes nothing. NULL when nobody knows
 * where we are.
 */
static const char *
folder_of(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder = slash == NULL ? "." : arena_copy(arena, path, (size_t)(slash - path));
	char *here, *absolute;

	if (*path == '/')
		return folder;
	here = getcwd(NULL, 0);
	if (here == NULL)
		return NULL;
	absolute = slash == NULL ? arena_text(arena, here) :
	    arena_format(arena, "%s/%s", here, folder);
	free(here);
	return absolute;
}

static bool
read_configuration(struct config_reading *reading)
{
	struct buffer content = { 0 };
	bool done;

	reading->folder = folder_of(reading->arena, reading->config->path);
	if (reading->folder == NULL)
		return config_refuse(reading, 0, "the current folder is unknown: %s",
		    strerror(errno));
	done = read_file(reading, &content) && read_lines(reading, &content) &&
	    set_presets(reading) && check_addresses(reading) && check_database(reading) &&
	    check_limits(reading) && config_check_preferences(reading);
	if (done)
		find_tips(reading);
	buffer_release(&content);
	return done;
}

const struct config *
config_load(const char *path, char *message, size_t message_size)
{
	struct arena *arena = arena_create();
	struct config_reading reading = {
		.arena = arena,
		.config = arena_allocate(arena, sizeof(struct config)),
		.message = message,
		.message_size = message_size,
	};

	if (path == NULL)
		path = getenv("VESTIBULE_CONF");
	if (path == NULL || *path == '\0')
		path = VESTIBULE_CONF_PATH;
	reading.config->path = arena_text(arena, path);
	if (!read_configuration(&reading)) {
		arena_destroy(arena);
		return NULL;
	}
	return reading.config;
}

const char *
config_switch_name(enum config_switch which)
{
	return switches[which].name;
}

const char *
config_edition_name(enum edition edition)
{
	return edition_names[edition];
}

bool
config_serves_origin(const struct config *config, const char *origin)
{
	size_t i;

	if (text_equal(origin, config->web_origin))
		return true;
	for (i = 0; config->also_served_as[i] != NULL; i++)
		if (text_equal(origin, config->also_served_as[i]))
			return true;
	return false;
}
