/*
 * The floors of make bench: a FastCGI program that answers "hello", and, started with the arguments
 * SOCKET DATABASE USER PASSWORD-FILE, one that asks one prepared question of the database first.
 * Nothing of lib/ is used, so that the floor stays where it is.
 */
#include <fcgiapp.h>
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
die(const char *what)
{
	fprintf(stderr, "floor: %s\n", what);
	exit(1);
}

static MYSQL_STMT *
prepare(char **argv)
{
	static const char question[] = "SELECT name, email FROM person WHERE id = ?";
	char password[200] = "";
	FILE *file = fopen(argv[4], "re");
	MYSQL *connection = mysql_init(NULL);
	MYSQL_STMT *statement;

	if (file == NULL || fgets(password, sizeof(password), file) == NULL)
		die("no password");
	fclose(file);
	password[strcspn(password, "\n")] = '\0';
	if (mysql_real_connect(connection, NULL, argv[3], password, argv[2], 0, argv[1], 0) == NULL)
		die(mysql_error(connection));
	statement = mysql_stmt_init(connection);
	if (mysql_stmt_prepare(statement, question, sizeof(question) - 1) != 0)
		die(mysql_stmt_error(statement));
	return statement;
}

static void
ask(MYSQL_STMT *statement)
{
	static long long id = 1;
	static char name[300], email[300];
	MYSQL_BIND in = { .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &id };
	MYSQL_BIND out[2] = {
		{ .buffer_type = MYSQL_TYPE_STRING, .buffer = name, .buffer_length = sizeof(name) },
		{ .buffer_type = MYSQL_TYPE_STRING,
		    .buffer = email,
		    .buffer_length = sizeof(email) },
	};

	if (mysql_stmt_bind_param(statement, &in) || mysql_stmt_execute(statement) ||
	    mysql_stmt_bind_result(statement, out) || mysql_stmt_store_result(statement) ||
	    mysql_stmt_fetch(statement))
		die(mysql_stmt_error(statement));
	mysql_stmt_free_result(statement);
}

int
main(int argc, char **argv)
{
	static const char answer[] = "Content-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n";
	MYSQL_STMT *statement = argc == 5 ? prepare(argv) : NULL;
	FCGX_Request request;

	FCGX_Init();
	FCGX_InitRequest(&request, 0, 0);
	while (FCGX_Accept_r(&request) == 0) {
		if (statement != NULL)
			ask(statement);
		FCGX_PutStr(answer, sizeof(answer) - 1, request.out);
		FCGX_Finish_r(&request);
	}
	return 0;
}
