/*
 * Signing in to the server, and what its error numbers mean.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <errmsg.h>
#include <mysqld_error.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "data/db_private.h"

#define PASSWORD_MAXIMUM 256

/* What is not here is final: no other try would end differently. */
static const struct {
	unsigned code;
	enum db_error_class class;
} error_classes[] = {
	{ ER_LOCK_DEADLOCK, DB_ERROR_AGAIN },		/* 1213; cluster: another was first */
	{ ER_LOCK_WAIT_TIMEOUT, DB_ERROR_AGAIN },	/* 1205 */
	{ ER_CHECKREAD, DB_ERROR_AGAIN },		/* 1020: the row changed since read */

	{ CR_CONNECTION_ERROR, DB_ERROR_CONNECTION },	/* 2002 */
	{ CR_CONN_HOST_ERROR, DB_ERROR_CONNECTION },	/* 2003 */
	{ CR_SERVER_GONE_ERROR, DB_ERROR_CONNECTION },	/* 2006 */
	{ CR_SERVER_LOST, DB_ERROR_CONNECTION },	/* 2013 */
	{ CR_SERVER_LOST_EXTENDED, DB_ERROR_CONNECTION },	/* 2055 */
	{ ER_UNKNOWN_COM_ERROR, DB_ERROR_CONNECTION },	/* 1047: the node has lost its cluster */
	{ ER_SERVER_SHUTDOWN, DB_ERROR_CONNECTION },	/* 1053 */
	{ ER_CONNECTION_KILLED, DB_ERROR_CONNECTION },	/* 1927 */
	{ ER_ERROR_DURING_COMMIT, DB_ERROR_CONNECTION },	/* 1180 */
	{ ER_CON_COUNT_ERROR, DB_ERROR_CONNECTION },	/* 1040: too many connections */
	{ ER_TOO_MANY_USER_CONNECTIONS, DB_ERROR_CONNECTION },	/* 1203 */
	/*
	 * Prepared statements that the server does not know any more, or that a migration has
	 * overtaken.
	 */
	{ ER_UNKNOWN_STMT_HANDLER, DB_ERROR_CONNECTION },	/* 1243 */
	{ ER_NEED_REPREPARE, DB_ERROR_CONNECTION },	/* 1615 */
	{ CR_NO_PREPARE_STMT, DB_ERROR_CONNECTION },	/* 2030 */
	{ CR_NEW_STMT_METADATA, DB_ERROR_CONNECTION },	/* 2057 */
};

enum db_error_class
db_error_class(unsigned code)
{
	for (size_t i = 0; i < sizeof(error_classes) / sizeof(error_classes[0]); i++)
		if (error_classes[i].code == code)
			return error_classes[i].class;
	return DB_ERROR_FINAL;
}

static bool
refuse(char *message, size_t size, const char *path, const char *why)
{
	snprintf(message, size, "%s: %s", path, why);
	return false;
}

/*
 * Root may read everything anyway, and starts sections and commands of which others own the files.
 */
static bool
is_private(const struct stat *status)
{
	return S_ISREG(status->st_mode) && (status->st_mode & 0077) == 0 &&
	    (status->st_uid == geteuid() || status->st_uid == 0 || geteuid() == 0);
}

bool
db_password(const struct config *config, const char *program, char **password, char *message,
    size_t size)
{
	struct stat status;
	char path[PATH_MAX];
	char bytes[PASSWORD_MAXIMUM + 2];
	ssize_t length;
	bool private;
	int file;

	*password = NULL;
	snprintf(path, sizeof(path), "%s/%s", config->database_accounts,
	    config->database_user[0] != '\0' ? "all" : program);
	file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (file < 0)
		return errno == ENOENT || refuse(message, size, path, strerror(errno));
	private = fstat(file, &status) == 0 && is_private(&status);
	length = private ? read(file, bytes, sizeof(bytes) - 1) : 0;
	close(file);
	if (!private)
		return refuse(message, size, path,
		    "must be a plain file, of the user who runs this "
		    "or of root, that nobody else may read (mode 0400)");
	bytes[length > 0 ? length : 0] = '\0';
	bytes[strcspn(bytes, "\r\n")] = '\0';
	if (bytes[0] == '\0' || strlen(bytes) > PASSWORD_MAXIMUM)
		return refuse(message, size, path, "holds no password");
	*password = memory_text(bytes);
	crypto_wipe(bytes, sizeof(bytes));
	return true;
}

void
db_load_account(struct db *db, const char *program)
{
	const struct config *config = db->config;
	bool one_for_all = config->database_user[0] != '\0';
	char message[PATH_MAX + 256];
	char name[160];

	snprintf(name, sizeof(name), "%s%s", one_for_all ? config->database_user :
	    config->database_user_prefix, one_for_all ? "" : program);
	db->account = memory_text(name);
	if (!db_password(config, program, &db->password, message, sizeof(message)))
		db->account_problem = memory_text(message);
}

/* The host whose turn it is, from "one,two:3307,three". */
static void
choose_host(const struct db *db, char *host, size_t size, unsigned *port)
{
	const char *list = db->config->database_host;
	unsigned hosts = 1;
	unsigned wanted;
	size_t length;
	char *colon;

	for (const char *p = list; *p != '\0'; p++)
		hosts += *p == ',';
	for (wanted = db->host % hosts; wanted > 0; wanted--)
		list = strchr(list, ',') + 1;
	list += strspn(list, " ");
	length = strcspn(list, ", ");
	snprintf(host, size, "%.*s", (int)length, list);
	*port = db->config->database_port;
	colon = strrchr(host, ':');
	if (colon != NULL && strchr(host, ':') == colon) {
		*colon = '\0';
		*port = (unsigned)strtoul(colon + 1, NULL, 10);
	}
}

static void
set_options(MYSQL *connection, bool socket)
{
	unsigned connect_seconds = DB_CONNECT_SECONDS;
	unsigned answer_seconds = DB_ANSWER_SECONDS;
	unsigned off = 0;
	my_bool no = 0;
	unsigned protocol = socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;

	mysql_options(connection, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(connection, MYSQL_OPT_PROTOCOL, &protocol);
	mysql_options(connection, MYSQL_OPT_CONNECT_TIMEOUT, &connect_seconds);
	mysql_options(connection, MYSQL_OPT_READ_TIMEOUT, &answer_seconds);
	mysql_options(connection, MYSQL_OPT_WRITE_TIMEOUT, &answer_seconds);
	/* Reconnecting in silence loses the transaction, and COMMIT then says OK. */
	mysql_options(connection, MYSQL_OPT_RECONNECT, &no);
	mysql_options(connection, MYSQL_OPT_LOCAL_INFILE, &off);
}

/*
 * READ COMMITTED, because rules are kept by writing a guard row first and counting afterwards: see
 * db_transaction(). Servers built without Galera do not know wsrep_sync_wait: then the same without
 * it. Returns the error number.
 */
static unsigned
set_session(struct db *db)
{
#define SESSION "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE," \
	"ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', time_zone = '+00:00', " \
	"innodb_lock_wait_timeout = 3"
	unsigned code = db_send_text(db, SESSION ", wsrep_sync_wait = 1");

	if (code == ER_UNKNOWN_SYSTEM_VARIABLE)
		code = db_send_text(db, SESSION);
	if (code == 0)
		code = db_send_text(db, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
	return code;
#undef SESSION
}

unsigned
db_connect(struct db *db)
{
	const struct config *config = db->config;
	const char *socket = db->administrator && db->socket != NULL ? db->socket :
	    config->database_socket;
	bool by_socket = socket != NULL && socket[0] != '\0';
	char host[256] = "localhost";
	unsigned port = 0;
	unsigned code;

	if (db->connection != NULL)
		return 0;
	if (db->account_problem != NULL)
		return db_note(db, DB_BAD_ACCOUNT, db->account_problem, "connect");
	if (!by_socket)
		choose_host(db, host, sizeof(host), &port);
	db->connection = mysql_init(NULL);
	if (db->connection == NULL)
		db_mistake("out of memory", "connect");
	set_options(db->connection, by_socket);
	db->round_trips++;
	if (mysql_real_connect(db->connection, host, db->account, db->password,
	    db->selected ? config->database_name : NULL, port, by_socket ? socket : NULL,
	    CLIENT_FOUND_ROWS) == NULL)
		code = db_note(db, mysql_errno(db->connection), mysql_error(db->connection),
		    "connect");
	else
		code = set_session(db);
	if (code == 0)
		return 0;
	db_disconnect(db);
	db->host++;
	return code;
}

void
db_disconnect(struct db *db)
{
	if (db->connection == NULL)
		return;
	mysql_close(db->connection);
	db->connection = NULL;
	db_statements_lost(db);
}
