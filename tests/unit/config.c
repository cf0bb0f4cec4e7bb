/*
 * The configuration: each key with its default, its bounds and what it refuses; each kind of error
 * with its line; the switches of each edition.
 */
#include "unit.h"

#include <stdbool.h>

#include "core/config_value.h"

#define WEB "web_server = https://ml.example.lan\n"
#define MANY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" /* 64 */

static char folder[256], path[300], message[1024];

/* A configuration lives as long as the process; what stands here is no leak to the sanitizer. */
static const struct config *loaded[4000];
static size_t loaded_count;

static int
start(void **state)
{
	(void)state;
	unsetenv("VESTIBULE_CONF");
	unit_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/vestibule.conf", folder);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static const struct config *
load_bytes(const char *bytes, size_t length)
{
	const struct config *config;

	unit_write(path, bytes, length, 0644);
	message[0] = '\0';
	config = config_load(path, message, sizeof(message));
	assert_true(loaded_count < COUNT(loaded));
	if (config != NULL)
		loaded[loaded_count++] = config;
	return config;
}

static const struct config *
load(const char *text)
{
	const struct config *config = load_bytes(text, strlen(text));

	if (config == NULL)
		fail_msg("%s\n%s", message, text);
	return config;
}

/* Refused, with a message that names the file, this line (0 for none) and says this. */
static void
assert_refused(const char *text, unsigned line, const char *says)
{
	char start_of_message[350];

	if (load_bytes(text, strlen(text)) != NULL)
		fail_msg("taken: %s", text);
	if (line == 0)
		snprintf(start_of_message, sizeof(start_of_message), "%s: ", path);
	else
		snprintf(start_of_message, sizeof(start_of_message), "%s:%u: ", path, line);
	if (strncmp(message, start_of_message, strlen(start_of_message)) != 0 ||
	    strstr(message, says) == NULL)
		fail_msg("expected line %u, \"%s\": %s\n%s", line, says, message, text);
}

static void
assert_in_folder(const char *value, const char *name)
{
	assert_memory_equal(value, folder, strlen(folder));
	assert_string_equal(value + strlen(folder), name);
}

static void
test_defaults(void **state)
{
	const struct config *config = load(WEB);

	(void)state;
	assert_string_equal(config->path, path);
	assert_int_equal(config->edition, EDITION_INTRANET);
	assert_string_equal(config->web_server, "https://ml.example.lan");
	assert_string_equal(config->api_server, "https://ml.example.lan/api");
	assert_string_equal(config->files_server, "https://ml.example.lan/files");
	assert_string_equal(config->web_origin, "https://ml.example.lan");
	assert_string_equal(config->base_path, "");
	assert_null(config->also_served_as[0]);
	assert_false(config->plain_http);
	assert_string_equal(config->database_socket, "/run/mysqld/mysqld.sock");
	assert_null(config->database_host);
	assert_int_equal(config->database_port, 3306);
	assert_string_equal(config->database_name, "vestibule");
	assert_string_equal(config->database_user, "");
	assert_string_equal(config->database_user_prefix, "vestibule_");
	assert_in_folder(config->database_accounts, "/database");
	assert_string_equal(config->table_prefix, "");
	assert_in_folder(config->key_file, "/keys");
	assert_int_equal(config->run_directory[0], '/');
	assert_int_equal(config->layout_file[0], '/');
	assert_non_null(strstr(config->layout_file, "/_layout.html"));
	assert_int_equal(config->locale_directory[0], '/');
	assert_string_equal(config->time_zone, "UTC");
	assert_int_equal(config->session_idle_minutes, 30);
	assert_int_equal(config->session_hours, 12);
	assert_int_equal(config->session_keep_days, 30);
	assert_int_equal(config->credential_maximum, 20);
	assert_int_equal(config->token_days, 30);
	assert_int_equal(config->link_hours, 24);
	assert_int_equal(config->audit_days, 400);
	assert_string_equal(config->operator_contact, "");
	assert_string_equal(config->theme, "");
	assert_string_equal(config->sandbox, "");
	assert_non_null(strstr(config->tips_file, "/tips.txt"));
	assert_null(config->telemetry_address);
	assert_null(config->image_endpoints[0]);
	for (unsigned which = 0; which < PREFERENCE__COUNT; which++) {
		assert_false(config->preferences[which].fixed);
		assert_string_equal(config->preferences[which].reason, "");
	}
}

static void
test_a_full_file(void **state)
{
	const struct config *config = load(
	    "\xef\xbb\xbf# comment\n"
	    "\n"
	    "   # another = comment\r\n"
	    "edition=all\r\n"
	    "\tweb_server =\thttps://Example.LAN:443/ml/ \t\n"
	    "api_server = https://api.example.lan/\n"
	    "files_server = https://files.example.lan:8081\n"
	    "also_served_as = https://one.lan   https://two.lan:8443\thttp://[::1]:8080/ \n"
	    "plain_http = yes\n"
	    "database_host = db1.lan,db2.lan\n"
	    "database_port = 3307\n"
	    "database_name = ml_settings\n"
	    "database_user = shared\n"
	    "database_accounts = /etc/other/accounts\n"
	    "table_prefix = v_\n"
	    "key_file = secret/keys\n"
	    "run_directory = run\n"
	    "layout_file = ../look/layout.html\n"
	    "locale_directory = /opt/locale\n"
	    "time_zone = UTC\n"
	    "session_idle_minutes = 1\n"
	    "session_hours = 168\n"
	    "session_keep_days = 365\n"
	    "credential_maximum = 0\n"
	    "token_days = 1\n"
	    "link_hours = 720\n"
	    "audit_days = 36500\n"
	    "operator_contact = Ops = \"the people\"  <ops@example.lan> # not a comment\n"
	    "theme = dark\n"
	    "sandbox = make-run\n"
	    "switch.billing = off");

	(void)state;
	assert_int_equal(config->edition, EDITION_ALL);
	assert_string_equal(config->web_server, "https://example.lan/ml");
	assert_string_equal(config->web_origin, "https://example.lan");
	assert_string_equal(config->base_path, "/ml");
	assert_string_equal(config->api_server, "https://api.example.lan");
	assert_string_equal(config->files_server, "https://files.example.lan:8081");
	assert_string_equal(config->also_served_as[0], "https://one.lan");
	assert_string_equal(config->also_served_as[1], "https://two.lan:8443");
	assert_string_equal(config->also_served_as[2], "http://[::1]:8080");
	assert_null(config->also_served_as[3]);
	assert_false(config->plain_http);
	assert_null(config->database_socket);
	assert_string_equal(config->database_host, "db1.lan,db2.lan");
	assert_int_equal(config->database_port, 3307);
	assert_string_equal(config->database_name, "ml_settings");
	assert_string_equal(config->database_user, "shared");
	assert_string_equal(config->database_accounts, "/etc/other/accounts");
	assert_string_equal(config->table_prefix, "v_");
	assert_in_folder(config->key_file, "/secret/keys");
	assert_in_folder(config->run_directory, "/run");
	assert_in_folder(config->layout_file, "/../look/layout.html");
	assert_string_equal(config->locale_directory, "/opt/locale");
	assert_int_equal(config->session_idle_minutes, 1);
	assert_int_equal(config->session_hours, 168);
	assert_int_equal(config->session_keep_days, 365);
	assert_int_equal(config->credential_maximum, 0);
	assert_int_equal(config->token_days, 1);
	assert_int_equal(config->link_hours, 720);
	assert_int_equal(config->audit_days, 36500);
	assert_string_equal(
	    config->operator_contact, "Ops = \"the people\" <ops@example.lan> # not a comment");
	assert_string_equal(config->theme, "dark");
	assert_string_equal(config->sandbox, "make-run");
	assert_false(config->switches[SWITCH_BILLING]);
	assert_true(config->switches[SWITCH_TELEMETRY]);
}

/* Any value that a key takes or refuses, behind a good first line. */
static void
test_values_of_every_key(void **state)
{
	static const struct {
		const char *line;
		const char *refused; /* NULL: taken */
	} cases[] = {
		{ "edition = intranet", NULL },
		{ "edition = self-hosted", NULL },
		{ "edition = pro", "edition must be" },
		{ "edition = Intranet", "edition must be" },
		{ "edition =", "edition must be" },
		{ "api_server = https://x/api", NULL },
		{ "api_server = x/api", "api_server is no usable address" },
		{ "api_server = https://x/api?v=2", "a query" },
		{ "api_server = https://x/api#2", "a fragment" },
		{ "api_server = https://me@x/api", "a user" },
		{ "api_server = https://x /api", "no usable address" },
		{ "api_server = http://x/api", "plain_http" },
		{ "api_server = https://[::1]/api", "host name" },
		{ "api_server =", "no usable address" },
		{ "files_server = https://files.lan", NULL },
		{ "files_server = ftp://files.lan", "files_server is no usable address" },
		{ "files_server = http://files.lan", "plain_http" },
		{ "files_server = https://[::1]", "host name" },
		{ "also_served_as =", NULL },
		{ "also_served_as = https://a https://b", NULL },
		{ "also_served_as = https://ml.example.lan", NULL },
		{ "also_served_as = https://a, https://b", "also_served_as has no usable address" },
		{ "also_served_as = a", "also_served_as has no usable address" },
		{ "also_served_as = https://a/b", "without a path" },
		{ "also_served_as = http://a", "plain_http" },
		{ "also_served_as = *", "no usable address" },
		{ "also_served_as = null", "no usable address" },
		{ "plain_http = no", NULL },
		{ "plain_http = yes", NULL },
		{ "plain_http = on", "\"yes\" or \"no\"" },
		{ "plain_http = true", "\"yes\" or \"no\"" },
		{ "plain_http = 1", "\"yes\" or \"no\"" },
		{ "plain_http =", "\"yes\" or \"no\"" },
		{ "database_socket = /run/db.sock", NULL },
		{ "database_socket = db.sock", NULL },
		{ "database_socket =", "database_socket is empty" },
		{ "database_host = db.lan", NULL },
		{ "database_host = 10.0.0.1", NULL },
		{ "database_host = [::1]", NULL },
		{ "database_host =", "database_host is empty" },
		{ "database_host = db lan", "not allowed" },
		{ "database_host = db;lan", "not allowed" },
		{ "database_port = 3306", "without database_host" },
		{ "database_port = 0", "from 1 to 65535" },
		{ "database_port = 65536", "from 1 to 65535" },
		{ "database_port = x", "from 1 to 65535" },
		{ "database_name = a-b_C9", NULL },
		{ "database_name = " MANY_A, NULL },
		{ "database_name = a" MANY_A, "longer than 64" },
		{ "database_name =", "database_name is empty" },
		{ "database_name = a`b", "not allowed" },
		{ "database_name = a.b", "not allowed" },
		{ "database_user =", NULL },
		{ "database_user = web.site-1_x", NULL },
		{ "database_user = " MANY_A "aaaaaaaaaaaaaaaa", NULL },
		{ "database_user = " MANY_A "aaaaaaaaaaaaaaaaa", "longer than 80" },
		{ "database_user = a'b", "not allowed" },
		{ "database_user = a@b", "not allowed" },
		{ "database_user_prefix =", NULL },
		{ "database_user_prefix = ml_", NULL },
		{ "database_user_prefix = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
		{ "database_user_prefix = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    "longer than 48" },
		{ "database_user_prefix = a b", "not allowed" },
		{ "database_accounts = accounts", NULL },
		{ "database_accounts =", "database_accounts is empty" },
		{ "table_prefix =", NULL },
		{ "table_prefix = abcdefghijklm_09", NULL },
		{ "table_prefix = abcdefghijklmn_09", "longer than 16" },
		{ "table_prefix = a-b", "not allowed" },
		{ "table_prefix = a.b", "not allowed" },
		{ "table_prefix = {x}", "not allowed" },
		{ "table_prefix = \xc3\xa9", "not allowed" },
		{ "key_file = k", NULL },
		{ "key_file =", "key_file is empty" },
		{ "run_directory = r", NULL },
		{ "run_directory =", "run_directory is empty" },
		{ "layout_file = l", NULL },
		{ "layout_file =", "layout_file is empty" },
		{ "locale_directory = l", NULL },
		{ "locale_directory =", "locale_directory is empty" },
		{ "time_zone = UTC", NULL },
		{ "time_zone = Mars/Olympus", "zone database" },
		{ "time_zone = ../../../etc/passwd", "zone database" },
		{ "time_zone = /etc/localtime", "zone database" },
		{ "time_zone =", "zone database" },
		{ "session_idle_minutes = 0", "from 1 to 1440" },
		{ "session_idle_minutes = 1441", "from 1 to 1440" },
		{ "session_idle_minutes = 720", NULL },
		{ "session_idle_minutes = 721", "longer than session_hours" },
		{ "session_hours = 0", "from 1 to 168" },
		{ "session_hours = 169", "from 1 to 168" },
		{ "session_hours = 1", NULL },
		{ "session_keep_days = 0", "from 1 to 365" },
		{ "session_keep_days = 366", "from 1 to 365" },
		{ "session_keep_days = 1", NULL },
		{ "credential_maximum = 0", NULL },
		{ "credential_maximum = 1000", NULL },
		{ "credential_maximum = 1001", "from 0 to 1000" },
		{ "credential_maximum = -1", "from 0 to 1000" },
		{ "credential_maximum = unlimited", "from 0 to 1000" },
		{ "token_days = 0", "from 1 to 365" },
		{ "token_days = 365", NULL },
		{ "token_days = 366", "from 1 to 365" },
		{ "link_hours = 0", "from 1 to 720" },
		{ "link_hours = 721", "from 1 to 720" },
		{ "link_hours = 1.5", "from 1 to 720" },
		{ "audit_days = 29", "from 30 to 36500" },
		{ "audit_days = 36501", "from 30 to 36500" },
		{ "audit_days = 30", NULL },
		{ "audit_days = 30 days", "from 30 to 36500" },
		{ "operator_contact =", NULL },
		{ "operator_contact = Ada \xe2\x80\x93 ada@example.lan", NULL },
		{ "operator_contact = a\xe2\x80\xaez", "cannot be seen" },
		{ "operator_contact = a\xc2\x9bz", "cannot be seen" },
		{ "operator_contact = " MANY_A MANY_A MANY_A "aaaaaaaa", NULL },
		{ "operator_contact = " MANY_A MANY_A MANY_A "aaaaaaaaa", "longer than 200" },
		{ "theme = light", NULL },
		{ "theme = dark", NULL },
		{ "theme =", NULL },
		{ "theme = system", "\"light\", \"dark\"" },
		{ "theme = Dark", "\"light\", \"dark\"" },
		{ "tips_file = t", NULL },
		{ "tips_file =", "tips_file is empty" },
		{ "image_endpoints =", NULL },
		{ "image_endpoints = https://minio.lan:9000 http://store.lan", NULL },
		{ "image_endpoints = https://minio.lan/bucket", "without a path" },
		{ "image_endpoints = https://*.lan", "image_endpoints has no usable address" },
		{ "image_endpoints = *", "image_endpoints has no usable address" },
		{ "image_endpoints = data:", "image_endpoints has no usable address" },
		{ "switch.cloud_access = off", NULL },
		{ "telemetry_address = https://x/figures", NULL },
		{ "telemetry_address = http://x/figures", NULL },
		{ "telemetry_address =", "telemetry_address is no usable address" },
		{ "telemetry_address = ftp://x", "telemetry_address is no usable address" },
		{ "preference.telemetry = off", NULL },
		{ "preference.block_scripts = yes", "\"on\" or \"off\"" },
		{ "preference.block_scripts =", "\"on\" or \"off\"" },
		{ "preference.blockScripts = on", "unknown key \"preference.blockScripts\"" },
		{ "preference.arguments =", NULL },
		{ "preference.arguments = A B.c *", NULL },
		{ "preference.arguments = A\xe2\x80\x8b", "cannot be seen" },
		{ "preference. = on", "unknown key" },
		{ "preference = on", "unknown key" },
		{ "preferences.no_tips = on", "unknown key" },
		{ "preference_reason.no_tips = because", "of no use without preference.no_tips" },
		{ "preference_reason.tips = because", "unknown key" },
		{ "preference_reason.no_tips = a\xc2\x9bz", "cannot be seen" },
		{ "preference_reason.no_tips = " MANY_A MANY_A MANY_A "aaaaaaaaa",
		    "longer than 200" },
		{ "sandbox = a-b_9", NULL },
		{ "sandbox =", NULL },
		{ "sandbox = a b", "not allowed" },
		{ "sandbox = aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "longer than 40" },
		{ "switch.vault = on", NULL },
		{ "switch.vault = off", NULL },
		{ "switch.vault = yes", "\"on\" or \"off\"" },
		{ "switch.vault =", "\"on\" or \"off\"" },
		{ "switch.vaults = on", "unknown key \"switch.vaults\"" },
		{ "switch. = on", "unknown key" },
		{ "switch = on", "unknown key" },
	};
	char text[2000];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		snprintf(text, sizeof(text), "%s%s\n", WEB, cases[i].line);
		if (cases[i].refused == NULL)
			load(text);
		else
			assert_refused(text, 2, cases[i].refused);
	}
}

static void
test_web_server(void **state)
{
	static const char *const bad[] = { "", "ml.example.lan", "https://", "https://a?b",
		"https://a#b", "https://u@a", "https://a b", "https://a/b c", "https://a:99999",
		"https://a//b", "file:///etc", "https://[::1]:8080" };
	char text[400];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		snprintf(text, sizeof(text), "# one\nweb_server = %s\n", bad[i]);
		assert_refused(text, 2, "web_server");
	}
	assert_refused("", 0, "web_server is not given");
	assert_refused("# nothing\n\n", 0, "web_server is not given");
}

static void
test_plain_http_by_name_only(void **state)
{
	const struct config *config;

	(void)state;
	assert_refused("web_server = http://a\n", 1, "plain_http = yes");
	assert_refused("web_server = http://a\nplain_http = no\n", 1, "plain_http = yes");
	assert_refused(WEB "\nfiles_server = http://a\n", 3, "plain_http = yes");
	config = load("plain_http = yes\nweb_server = http://127.0.0.1:8080/\n"
	              "also_served_as = http://localhost:8080 http://127.0.0.1:8080\n");
	assert_true(config->plain_http);
	assert_string_equal(config->api_server, "http://127.0.0.1:8080/api");
	/* The order of the lines says nothing. */
	config = load("web_server = HTTP://a:80/\nplain_http = yes\n");
	assert_true(config->plain_http);
	assert_string_equal(config->web_server, "http://a");
	/* Allowed, but not what people come by. */
	config = load(WEB "plain_http = yes\nfiles_server = http://files.lan\n");
	assert_false(config->plain_http);
}

/* The clients' wizard refuses servers that are the same; so do we, however they are written. */
static void
test_three_addresses_differ(void **state)
{
	(void)state;
	assert_refused(WEB "api_server = https://ml.example.lan\n", 2, "must differ");
	assert_refused(WEB "api_server = https://ML.example.lan:443/\n", 2, "must differ");
	assert_refused(WEB "#\nfiles_server = https://ml.example.lan/\n", 3, "must differ");
	assert_refused(WEB "api_server = https://x\nfiles_server = https://x/\n", 3, "must differ");
	assert_refused(WEB "files_server = https://ml.example.lan/api\n", 2, "must differ");
	assert_refused(
	    "web_server = https://x/api\napi_server = https://x/api\n", 2, "must differ");
	load(WEB "api_server = https://ml.example.lan:8008\n"
	         "files_server = https://ml.example.lan:8081\n");
	load("web_server = https://x/api\n");
}

static void
test_errors_of_form(void **state)
{
	static char big[66000];
	char text[1200];

	(void)state;
	assert_refused(WEB "\n\nno_such_key = 1\n", 4, "unknown key \"no_such_key\"");
	assert_refused(WEB "Edition = all\n", 2, "unknown key \"Edition\"");
	assert_refused(WEB "web_server = https://b\n", 2, "line 1 already");
	assert_refused(WEB "# x\ntheme = dark\n\ntheme = dark\n", 5, "line 3 already");
	assert_refused(WEB "switch.vault = on\nswitch.vault = on\n", 3, "line 2 already");
	assert_refused(WEB "just words\n", 2, "key = value");
	assert_refused(WEB "theme: dark\n", 2, "key = value");
	assert_refused(WEB "= dark\n", 2, "no key");
	assert_refused(WEB "theme = da\x01rk\n", 2, "control character");
	assert_refused(WEB "theme = da\rrk\n", 2, "control character");
	assert_refused(WEB "# comment \x1b[31m\n", 2, "control character");
	assert_refused(WEB "theme = dark\x7f\n", 2, "control character");
	assert_refused(WEB "operator_contact = \xff\n", 2, "UTF-8");
	assert_refused(WEB "operator_contact = \xc0\xaf\n", 2, "UTF-8");
	assert_null(load_bytes(WEB "theme = dark\0x\n", strlen(WEB) + 15));
	assert_non_null(strstr(message, ":2: "));

	memset(text, 'a', sizeof(text));
	memcpy(text, WEB "key_file = ", strlen(WEB) + 11);
	text[strlen(WEB) + 11 + 1025] = '\0';
	assert_refused(text, 2, "longer than 1024");
	text[strlen(WEB) + 11 + 1024] = '\0';
	load(text);

	memset(big, '#', sizeof(big));
	memcpy(big, WEB, strlen(WEB));
	assert_non_null(load_bytes(big, 65536));
	assert_null(load_bytes(big, 65537));
	assert_non_null(strstr(message, "longer than 65536"));
}

static void
test_database_keys_together(void **state)
{
	const struct config *config;

	(void)state;
	assert_refused(WEB "database_socket = /s\ndatabase_host = h\n", 3, "exclude each other");
	assert_refused(WEB "database_host = h\ndatabase_socket = /s\n", 2, "exclude each other");
	assert_refused(
	    WEB "database_user = u\ndatabase_user_prefix = p\n", 3, "exclude each other");
	assert_refused(
	    WEB "database_socket = /s\ndatabase_port = 3306\n", 3, "without database_host");
	config = load(WEB "database_socket = /s\n");
	assert_string_equal(config->database_socket, "/s");
	assert_null(config->database_host);
	config = load(WEB "database_host = h\n");
	assert_null(config->database_socket);
	assert_int_equal(config->database_port, 3306);
	/* An empty database_user means none, so the prefix is of use. */
	load(WEB "database_user =\ndatabase_user_prefix = p_\n");
}

static void
test_session_limits_together(void **state)
{
	(void)state;
	load(WEB "session_hours = 1\nsession_idle_minutes = 60\n");
	assert_refused(
	    WEB "session_hours = 1\nsession_idle_minutes = 61\n", 3, "longer than session_hours");
	load(WEB "session_hours = 24\nsession_keep_days = 1\n");
	assert_refused(
	    WEB "session_hours = 25\nsession_keep_days = 1\n", 3, "longer than session_keep_days");
}

static void
test_many_origins(void **state)
{
	const struct config *config;
	char text[1000] = WEB "also_served_as =";
	int i;

	(void)state;
	for (i = 0; i < CONFIG_ORIGINS; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " https://h%d", i);
	config = load(text);
	assert_string_equal(config->also_served_as[CONFIG_ORIGINS - 1], "https://h15");
	assert_null(config->also_served_as[CONFIG_ORIGINS]);
	strcat(text, " https://h16");
	assert_refused(text, 2, "more than 16");
}

static void
test_serves_origin(void **state)
{
	const struct config *config = load(
	    "web_server = https://Ml.lan/ml\n"
	    "plain_http = yes\n"
	    "also_served_as = http://localhost:8080 https://two.lan:443\n");

	(void)state;
	assert_true(config_serves_origin(config, "https://ml.lan"));
	assert_true(config_serves_origin(config, "http://localhost:8080"));
	assert_true(config_serves_origin(config, "https://two.lan"));
	assert_false(config_serves_origin(config, NULL));
	assert_false(config_serves_origin(config, ""));
	assert_false(config_serves_origin(config, "null"));
	assert_false(config_serves_origin(config, "https://ml.lan/"));
	assert_false(config_serves_origin(config, "https://ml.lan/ml"));
	assert_false(config_serves_origin(config, "http://ml.lan"));
	assert_false(config_serves_origin(config, "https://ml.lan:8443"));
	assert_false(config_serves_origin(config, "https://ml.lan.evil.example"));
	assert_false(config_serves_origin(config, "https://evil-ml.lan"));
	assert_false(config_serves_origin(config, "http://localhost:80801"));
	assert_false(config_serves_origin(config, "http://localhost"));
	assert_false(config_serves_origin(config, "https://two.lan:443"));
}

/* The table of the operator's manual, written down a second time. */
static void
test_switches_of_every_edition(void **state)
{
	static const struct {
		const char *edition;
		enum edition number;
		const char *on; /* words with a blank before and behind */
	} editions[] = {
		{ "intranet", EDITION_INTRANET,
		    " workspaces invitations invitation_links sign_up groups access_rules vault "
		    "gateway "
		    "cloud_access " },
		{ "self-hosted", EDITION_SELF_HOSTED, " cloud_access telemetry " },
		{ "hosted", EDITION_HOSTED,
		    " workspaces invitations invitation_links sign_up cloud_access "
		    "billing " },
		{ "enterprise", EDITION_ENTERPRISE,
		    " groups access_rules vault gateway cloud_access " },
		{ "all", EDITION_ALL,
		    " workspaces invitations invitation_links sign_up groups access_rules vault "
		    "gateway "
		    "cloud_access telemetry billing " },
	};
	const struct config *config;
	char text[200], word[40];
	size_t i, which, other;

	(void)state;
	for (i = 0; i < COUNT(editions); i++) {
		snprintf(text, sizeof(text), WEB "edition = %s\n", editions[i].edition);
		config = load(text);
		assert_int_equal(config->edition, editions[i].number);
		assert_string_equal(config_edition_name(config->edition), editions[i].edition);
		for (which = 0; which < SWITCH__COUNT; which++) {
			snprintf(word, sizeof(word), " %s ", config_switch_name(which));
			if (config->switches[which] != (strstr(editions[i].on, word) != NULL))
				fail_msg("%s:%s", editions[i].edition, word);
		}

		/* Each can be turned around, before or behind the edition, and the others stay. */
		for (which = 0; which < SWITCH__COUNT; which++) {
			const struct config *turned;

			snprintf(text, sizeof(text), "switch.%s = %s\n" WEB "edition = %s\n",
			    config_switch_name(which), config->switches[which] ? "off" : "on",
			    editions[i].edition);
			turned = load(text);
			for (other = 0; other < SWITCH__COUNT; other++)
				assert_int_equal(turned->switches[other],
				    config->switches[other] != (other == which));
		}
	}
}

static void
test_fixed_preferences(void **state)
{
	const struct config *config;
	char text[200];
	unsigned which, other;

	(void)state;
	for (which = 0; which < PREFERENCE__COUNT; which++) {
		const char *value = which == PREFERENCE_ARGUMENTS ? "A  B\tC" : "on";

		snprintf(text, sizeof(text), WEB "preference_reason.%s = why   so\n"
		    "preference.%s = %s\n", config_preference_name(which),
		    config_preference_name(which), value);
		config = load(text);
		for (other = 0; other < PREFERENCE__COUNT; other++)
			assert_int_equal(config->preferences[other].fixed, other == which);
		assert_string_equal(config->preferences[which].reason, "why so");
		if (which == PREFERENCE_ARGUMENTS)
			assert_string_equal(config->preferences[which].list, "A B C");
		else
			assert_true(config->preferences[which].on);
	}
	config = load(WEB "preference.no_tips = off\n");
	assert_true(config->preferences[PREFERENCE_NO_TIPS].fixed);
	assert_false(config->preferences[PREFERENCE_NO_TIPS].on);
	assert_string_equal(config->preferences[PREFERENCE_NO_TIPS].reason, "");
	assert_refused(WEB "preference.no_tips = off\npreference.no_tips = on\n", 3,
	    "line 2 already");
	config = load(WEB "layout_file = /look/frame.html\n");
	assert_string_equal(config->tips_file, "/look/tips.txt");
	config = load(WEB "layout_file = /look/frame.html\ntips_file = mine.txt\n");
	assert_in_folder(config->tips_file, "/mine.txt");
}

/* The next entry of a list of the manual: its word, and its text up to the next entry. */
static bool
next_entry(const char **manual, char *word, size_t word_size, char *text, size_t text_size)
{
	const char *entry = strstr(*manual, "\n.It Ic ");
	const char *end;

	if (entry == NULL)
		return false;
	entry += strlen("\n.It Ic ");
	end = strstr(entry, "\n.It ");
	if (end == NULL)
		end = entry + strlen(entry);
	snprintf(word, word_size, "%.*s", (int)strcspn(entry, " \n"), entry);
	snprintf(text, text_size, "%.*s", (int)(end - entry), entry);
	*manual = end;
	return true;
}

/* The bounds of a number, "from 1 to 60" in the manual; false where it says none. */
static bool
bounds_in(const char *text, long *minimum, long *maximum)
{
	while ((text = strstr(text, "from")) != NULL) {
		if (sscanf(text, "from %ld to %ld", minimum, maximum) == 2)
			return true;
		text++;
	}
	return false;
}

/* The key takes the bounds themselves and refuses what is next to them. */
static void
assert_bounds(const char *key, long minimum, long maximum)
{
	/* What must stand beside a key for its bounds to be the only reason to refuse it. */
	static const char *const companions[][2] = {
		{ "database_port", "database_host = h\n" },
		{ "session_idle_minutes", "session_hours = 24\n" },
		{ "session_hours", "session_idle_minutes = 1\n" },
	};
	const long values[] = { minimum - 1, minimum, maximum, maximum + 1 };
	const char *companion = "";
	char text[200];
	size_t i;

	for (i = 0; i < COUNT(companions); i++)
		if (strcmp(key, companions[i][0]) == 0)
			companion = companions[i][1];
	for (i = 0; i < COUNT(values); i++) {
		snprintf(text, sizeof(text), WEB "%s%s = %ld\n", companion, key, values[i]);
		if ((load_bytes(text, strlen(text)) != NULL) != (i == 1 || i == 2))
			fail_msg("%s = %ld: %s", key, values[i], message);
	}
}

/* vestibule.conf(5) has every key and no other, with its bounds; and the table of switches. */
static void
test_the_manual_agrees(void **state)
{
	static const char *const editions[] = { "intranet", "self-hosted", "hosted", "enterprise",
		"all" };
	static const char here[] = "tests/unit/config.c";
	char manual_path[1000], word[100], text[4000], line[200], row[200];
	size_t keys = 0, numbers = 0, which, i, source = strlen(__FILE__) - strlen(here);
	long minimum, maximum;
	char *manual, *table;
	const char *at;

	(void)state;
	snprintf(
	    manual_path, sizeof(manual_path), "%.*snginx/vestibule.conf.5", (int)source, __FILE__);
	manual = unit_read(manual_path);
	table = strstr(manual, "\n.Bl -column");
	assert_non_null(table);
	*table = '\0';
	for (at = manual; next_entry(&at, word, sizeof(word), text, sizeof(text));) {
		if (strcmp(word, "switch.") == 0 || strncmp(word, "preference", 10) == 0)
			continue;
		keys++;
		snprintf(line, sizeof(line), WEB "%s = \n", word);
		load_bytes(line, strlen(line));
		if (strstr(message, "unknown key") != NULL)
			fail_msg("%s", message);
		if (strstr(text, "Default") == NULL && strcmp(word, "web_server") != 0)
			fail_msg("no default of %s", word);
		if (bounds_in(text, &minimum, &maximum)) {
			numbers++;
			assert_bounds(word, minimum, maximum);
		}
	}
	assert_int_equal(keys, KEY__COUNT);
	assert_int_equal(numbers, 11);
	*table = '\n';

	for (which = 0; which < SWITCH__COUNT; which++) {
		snprintf(row, sizeof(row), "\n.It Ic %s", config_switch_name(which));
		for (i = 0; i < COUNT(editions); i++) {
			snprintf(line, sizeof(line), WEB "edition = %s\n", editions[i]);
			strcat(row, load(line)->switches[which] ? " Ta on" : " Ta off");
		}
		strcat(row, "\n");
		if (strstr(table, row) == NULL)
			fail_msg("the table lacks %s", row);
	}
	for (which = 0; which < PREFERENCE__COUNT; which++) {
		snprintf(row, sizeof(row), "\n.It Cm %s\n", config_preference_name(which));
		if (strstr(table, row) == NULL)
			fail_msg("the list of preferences lacks %s", row);
	}
	free(manual);
}

static void
test_where_the_file_is(void **state)
{
	const struct config *config;
	char name[300], here[256];

	(void)state;
	unit_write(path, WEB, strlen(WEB), 0644);
	assert_int_equal(setenv("VESTIBULE_CONF", path, 1), 0);
	config = config_load(NULL, message, sizeof(message));
	assert_non_null(config);
	loaded[loaded_count++] = config;
	assert_string_equal(config->path, path);

	/* The argument comes before the environment. */
	assert_null(config_load("/nonexistent/vestibule.conf", message, sizeof(message)));
	assert_non_null(
	    strstr(message, "/nonexistent/vestibule.conf: cannot be opened: No such file"));
	assert_int_equal(unsetenv("VESTIBULE_CONF"), 0);

	assert_null(config_load(folder, message, sizeof(message)));
	assert_non_null(strstr(message, "is not a file"));
	snprintf(name, sizeof(name), "%s/pipe", folder);
	assert_int_equal(mkfifo(name, 0600), 0);
	assert_null(config_load(name, message, sizeof(message)));
	assert_non_null(strstr(message, "is not a file"));
	unlink(name);

	/* A relative name: what is relative in the file becomes absolute all the same. */
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(folder), 0);
	config = config_load("vestibule.conf", message, sizeof(message));
	assert_non_null(config);
	loaded[loaded_count++] = config;
	assert_in_folder(config->key_file, "/keys");
	config = config_load("./vestibule.conf", message, sizeof(message));
	assert_non_null(config);
	loaded[loaded_count++] = config;
	assert_in_folder(config->key_file, "/./keys");
	assert_int_equal(chdir(here), 0);
}

static void
test_short_rooms_for_messages(void **state)
{
	char room[8];
	size_t size;

	(void)state;
	unit_write(path, "x\n", 2, 0644);
	for (size = 1; size <= sizeof(room); size++) {
		memset(room, '?', sizeof(room));
		assert_null(config_load(path, room, size));
		assert_int_equal(strlen(room), size - 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_a_full_file),
		cmocka_unit_test(test_values_of_every_key),
		cmocka_unit_test(test_web_server),
		cmocka_unit_test(test_plain_http_by_name_only),
		cmocka_unit_test(test_three_addresses_differ),
		cmocka_unit_test(test_errors_of_form),
		cmocka_unit_test(test_database_keys_together),
		cmocka_unit_test(test_session_limits_together),
		cmocka_unit_test(test_many_origins),
		cmocka_unit_test(test_serves_origin),
		cmocka_unit_test(test_switches_of_every_edition),
		cmocka_unit_test(test_fixed_preferences),
		cmocka_unit_test(test_the_manual_agrees),
		cmocka_unit_test(test_where_the_file_is),
		cmocka_unit_test(test_short_rooms_for_messages),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
