/*
 * Requests and answers: fields, cookies and addresses by tables; one request and its answer through
 * real pipes (CGI) and a real socket (FastCGI), each in a child process.
 */
#include "unit.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "core/arena.h"
#include "core/crypto.h"
#include "core/text.h"
#include "web/http.h"
#include "web/http_read.h"

extern char **environ;

#define ID "0123456789abcdef0123456789abcdef"

static int
set_up(void **state)
{
	*state = arena_create();
	return 0;
}

static int
tear_down(void **state)
{
	arena_destroy(*state);
	return 0;
}

/* --- fields ----------------------------------------------------------------------------------- */

/* The fields as "name=value|name=value|"; NULL for a refusal. */
static const struct {
	const char *bytes;
	const char *fields;
} field_rows[] = {
	{ "", "" },
	{ "a=1", "a=1|" },
	{ "a=1&b=2&a=3", "a=1|b=2|a=3|" },
	{ "a", "a=|" },
	{ "a=", "a=|" },
	{ "=v", "=v|" },
	{ "=", "=|" },
	{ "&", "" },
	{ "&&a=1&&", "a=1|" },
	{ "a=b=c", "a=b=c|" },
	{ "a+b=c+d", "a b=c d|" },
	{ "a%2Bb=%2b", "a+b=+|" },
	{ "a=%41%2541", "a=A%41|" },
	{ "a%3Db%26c=1", "a=b&c=1|" },
	{ "a=1;b=2", "a=1;b=2|" },
	{ "a=%C3%BC\xc3\xbc", "a=\xc3\xbc\xc3\xbc|" },
	{ "a=%0D%0A%09", "a=\r\n\t|" },
	{ "a[]=1&a.b=2", "a[]=1|a.b=2|" },
	{ "a=%", NULL },
	{ "a=%4", NULL },
	{ "a=%&b=41", NULL },
	{ "a=%4&b=1", NULL },
	{ "a=%G1", NULL },
	{ "a=%1G", NULL },
	{ "a=% 1", NULL },
	{ "%=1", NULL },
	{ "a=%00", NULL },
	{ "%00", NULL },
	{ "a=%FF", NULL },
	{ "a=\xff", NULL },
	{ "a=%C0%BC", NULL },
	{ "a=%C3", NULL },
	/* A character must not be put together from two fields. */
	{ "a=%C3&b=%BC", NULL },
	{ "%C3=%BC", NULL },
	{ "a=%ED%A0%80", NULL },
	{ "a=%F4%90%80%80", NULL },
	{ "a=%EF%BF%BF", NULL },
};

static void
fields_are_read(void **state)
{
	struct http_fields fields;
	const char *reason;
	char text[256];
	size_t i, j;
	bool read;

	for (i = 0; i < COUNT(field_rows); i++) {
		read = http_read_fields(*state, field_rows[i].bytes, strlen(field_rows[i].bytes),
		    &fields, &reason);
		if (read != (field_rows[i].fields != NULL))
			fail_msg("\"%s\": %s", field_rows[i].bytes, read ? "read" : reason);
		assert_true(read == (reason == NULL));
		text[0] = '\0';
		for (j = 0; j < fields.count; j++) {
			strcat(text, fields.items[j].name);
			strcat(text, "=");
			strcat(text, fields.items[j].value);
			strcat(text, "|");
		}
		assert_string_equal(text, read ? field_rows[i].fields : "");
	}
	assert_false(http_read_fields(*state, "a=1\0b", 5, &fields, &reason));
	assert_true(http_read_fields(*state, "a=1&b=2", 3, &fields, &reason));
	assert_int_equal(fields.count, 1);
}

static void
fields_have_a_limit(void **state)
{
	char bytes[2 * (HTTP_FIELD_LIMIT + 1) + 1] = "";
	struct http_fields fields;
	const char *reason;
	unsigned i;

	for (i = 0; i < HTTP_FIELD_LIMIT; i++)
		strcat(bytes, "a&");
	assert_true(http_read_fields(*state, bytes, strlen(bytes), &fields, &reason));
	assert_int_equal(fields.count, HTTP_FIELD_LIMIT);
	strcat(bytes, "a");
	assert_false(http_read_fields(*state, bytes, strlen(bytes), &fields, &reason));
	assert_int_equal(fields.count, 0);
	assert_non_null(reason);
}

/* --- cookies ---------------------------------------------------------------------------------- */

static const struct {
	const char *header;
	const char *value;
} cookie_rows[] = {
	{ NULL, NULL },
	{ "", NULL },
	{ "vestibule=x", "x" },
	{ "vestibule=", "" },
	{ "vestibule", NULL },
	{ "a=1; vestibule=x; b=2", "x" },
	{ "a=1;vestibule=x;b=2", "x" },
	{ " \tvestibule=x \t", "x" },
	{ "vestibule=x;", "x" },
	{ ";;vestibule=x", "x" },
	{ "vestibule=a=b", "a=b" },
	{ "vestibule=\"x\"", "\"x\"" },
	{ "vestibule=%41", "%41" },
	{ "vestibule=a b", "a b" },
	{ "Vestibule=x", NULL },
	{ "vestibule2=x", NULL },
	{ "xvestibule=x", NULL },
	{ "__Host-vestibule=x", NULL },
	{ "vestibule =x", NULL },
	{ "a=vestibule=x", NULL },
	/* Somebody put a second one beside ours: neither is trusted. */
	{ "vestibule=x; vestibule=y", NULL },
	{ "vestibule=x; vestibule=x", NULL },
	{ "vestibule=; a=1; vestibule=x", NULL },
};

static void
cookies_are_found(void **state)
{
	const char *value;
	size_t i;

	for (i = 0; i < COUNT(cookie_rows); i++) {
		value = http_cookie(*state, cookie_rows[i].header, "vestibule");
		if (!text_equal(value, cookie_rows[i].value))
			fail_msg("\"%s\": %s", cookie_rows[i].header,
			    value != NULL ? value : "none");
	}
}

/* --- addresses -------------------------------------------------------------------------------- */

static const struct {
	const char *address;	/* REQUEST_URI */
	const char *base_path;
	const char *path;	/* NULL: refused */
	unsigned refusal;
} address_rows[] = {
	{ "/", "", "/", 0 },
	{ "/settings/profile", "", "/settings/profile", 0 },
	{ "/settings/profile/", "", "/settings/profile/", 0 },
	{ "/a?b=/../&c=%2F", "", "/a", 0 },
	{ "/a%20b+c", "", "/a b+c", 0 },
	{ "/%C3%BC", "", "/\xc3\xbc", 0 },
	{ "/%2541", "", "/%41", 0 },
	{ "/%252F", "", "/%2F", 0 },
	{ "/a..b/.c/...", "", "/a..b/.c/...", 0 },
	{ "http://host/a?b", "", "/a", 0 },
	{ "https://host", "", "/", 0 },
	{ "https://host?a=1", "", "/", 0 },
	{ "/ml", "/ml", "/", 0 },
	{ "/ml/", "/ml", "/", 0 },
	{ "/ml/a", "/ml", "/a", 0 },
	{ "/m%6C/a", "/ml", "/a", 0 },
	{ "/mlx", "/ml", NULL, 404 },
	{ "/", "/ml", NULL, 404 },
	{ "/a/ml", "/ml", NULL, 404 },
	{ "/a%2Fb", "", NULL, 400 },
	{ "/a%2fb", "", NULL, 400 },
	{ "/a%5Cb", "", NULL, 400 },
	{ "/a\\b", "", NULL, 400 },
	{ "/a//b", "", NULL, 400 },
	{ "//a", "", NULL, 400 },
	{ "/a/", "", "/a/", 0 },
	{ "/./a", "", NULL, 400 },
	{ "/a/../b", "", NULL, 400 },
	{ "/a/%2e%2E/b", "", NULL, 400 },
	{ "/a/.", "", NULL, 400 },
	{ "/a/..", "", NULL, 400 },
	{ "/..", "", NULL, 400 },
	{ "/a%00", "", NULL, 400 },
	{ "/a%0Ab", "", NULL, 400 },
	{ "/a%7F", "", NULL, 400 },
	{ "/a\tb", "", NULL, 400 },
	{ "/%", "", NULL, 400 },
	{ "/%4", "", NULL, 400 },
	{ "/%zz", "", NULL, 400 },
	{ "/%FF", "", NULL, 400 },
	{ "/%C0%AF", "", NULL, 400 },
	{ "/%C0%AE%C0%AE/a", "", NULL, 400 },
	{ "/%ED%A0%80", "", NULL, 400 },
	{ "*", "", NULL, 400 },
	{ "a", "", NULL, 400 },
	{ "?a=1", "", "/", 0 },
	{ "/a?b=%FF", "", NULL, 400 },
	{ "/a?b=%", "", NULL, 400 },
};

static void
addresses_are_read_or_refused(void **state)
{
	struct http_request request;
	const char *parameters[3] = { "REQUEST_METHOD=GET", NULL, NULL };
	size_t i;

	for (i = 0; i < COUNT(address_rows); i++) {
		memset(&request, 0, sizeof(request));
		parameters[1] = arena_format(*state, "REQUEST_URI=%s", address_rows[i].address);
		http_read_parameters(*state, parameters, address_rows[i].base_path, &request);
		if (request.refusal != address_rows[i].refusal)
			fail_msg("%s: %u", address_rows[i].address, request.refusal);
		assert_true((request.refusal == 0) == (request.refusal_reason == NULL));
		if (address_rows[i].path != NULL)
			assert_string_equal(request.path, address_rows[i].path);
		assert_int_equal(request.path[0], '/');
	}
}

static void
an_address_may_be_too_long(void **state)
{
	struct http_request request = { 0 };
	char address[9000] = "REQUEST_URI=/";
	const char *parameters[] = { "REQUEST_METHOD=GET", address, NULL };

	memset(address + strlen(address), 'a', sizeof(address) - strlen(address) - 1);
	http_read_parameters(*state, parameters, "", &request);
	assert_int_equal(request.refusal, 414);
}

static void
servers_without_the_address_are_served(void **state)
{
	struct http_request request = { 0 };
	const char *parameters[] = {
		"REQUEST_METHOD=GET", "SCRIPT_NAME=/cgi/profile", "PATH_INFO=/a%b",
		"QUERY_STRING=x=1", NULL
	};

	http_read_parameters(*state, parameters, "/cgi", &request);
	assert_int_equal(request.refusal, 0);
	assert_string_equal(request.path, "/profile/a%b");
	assert_int_equal(request.query.count, 1);
	assert_string_equal(request.query.items[0].name, "x");
}

/* --- other parameters ------------------------------------------------------------------------- */

static void
headers_are_read(void **state)
{
	struct http_request request = { 0 };
	const char *parameters[] = { "REQUEST_METHOD=POST", "REQUEST_URI=/",
		"VESTIBULE_REQUEST=" ID,
		"CONTENT_TYPE= Application/JSON ; charset=utf-8", "CONTENT_LENGTH=12",
		"HTTP_CONTENT_ENCODING=gzip", "HTTP_AUTHORIZATION=Basic \xff", "HTTP_COOKIE=a=1",
		"HTTP_ORIGIN=http://x", "HTTP_REFERER=http://x/y",
		"HTTP_SEC_FETCH_SITE=same-origin",
		"HTTP_X_FRAGMENT=1", "HTTP_USER_AGENT=lynx", "HTTP_X_TRAINS_WORKER=\xff\x01old",
		"HTTP_X_CLEARML_CLIENT=clearml-2", "HTTP_X_CLEARML_TRX=t",
		"HTTP_X_CLEARML_IMPERSONATE_AS=u", "HTTP_X_CLEARML_ACT_AS=v", "HTTPS=on",
		"REMOTE_ADDR=::1", "HTTP_HOST=h:8080", "HTTP_HOST=second", NULL };

	assert_string_equal(http_read_parameters(*state, parameters, "", &request), "12");
	assert_int_equal(request.refusal, 0);
	assert_int_equal(request.method, HTTP_POST);
	assert_string_equal(request.request_id, ID);
	assert_string_equal(request.content_type, "application/json");
	assert_string_equal(request.content_encoding, "gzip");
	assert_string_equal(request.authorization, "Basic \xff");
	assert_string_equal(request.cookie, "a=1");
	assert_string_equal(request.origin, "http://x");
	assert_string_equal(request.referer, "http://x/y");
	assert_string_equal(request.fetch_site, "same-origin");
	assert_string_equal(request.fragment, "1");
	assert_string_equal(request.user_agent, "lynx");
	assert_string_equal(request.worker, "\xff\x01old");
	assert_string_equal(request.client, "clearml-2");
	assert_string_equal(request.transaction, "t");
	assert_string_equal(request.impersonate_as, "u");
	assert_string_equal(request.act_as, "v");
	assert_true(request.https);
	assert_string_equal(request.address, "::1");
	assert_string_equal(request.host, "h:8080");
}

static void
what_is_not_text_is_absent(void **state)
{
	struct http_request request = { 0 };
	const char *parameters[] = {
		"REQUEST_METHOD=GET", "REQUEST_URI=/", "VESTIBULE_REQUEST=short",
		"HTTP_AUTHORIZATION=", "REDIRECT_HTTP_AUTHORIZATION=Bearer x",
		"HTTP_COOKIE=a=\xff", "HTTP_ORIGIN=http://x\r\n", "HTTP_REFERER=a\tb",
		"HTTP_USER_AGENT=\xc0\xbc", "HTTP_HOST=\x01", "HTTP_X_FRAGMENT=", "HTTPS=off",
		"HTTP_PROXY=http://evil", NULL
	};

	assert_null(http_read_parameters(*state, parameters, "", &request));
	assert_int_equal(request.refusal, 0);
	assert_true(text_is_id(request.request_id));
	assert_string_equal(request.authorization, "Bearer x");
	assert_null(request.cookie);
	assert_null(request.origin);
	assert_null(request.referer);
	assert_null(request.user_agent);
	assert_null(request.fragment);
	assert_null(request.worker);
	assert_string_equal(request.host, "");
	assert_string_equal(request.address, "");
	assert_string_equal(request.content_type, "");
	assert_string_equal(request.body, "");
	assert_false(request.https);

	parameters[3] = "HTTP_AUTHORIZATION=Basic a\x7f";
	memset(&request, 0, sizeof(request));
	http_read_parameters(*state, parameters, "", &request);
	assert_null(request.authorization);
}

static const struct {
	const char *name;
	enum http_method method;
	unsigned refusal;
} method_rows[] = {
	{ "GET", HTTP_GET, 0 },
	{ "HEAD", HTTP_HEAD, 0 },
	{ "POST", HTTP_POST, 0 },
	{ "PUT", HTTP_OTHER, 0 },
	{ "get", HTTP_OTHER, 0 },
	{ "M-SEARCH", HTTP_OTHER, 0 },
	{ "", HTTP_OTHER, 400 },
	{ "GE T", HTTP_OTHER, 400 },
	{ "G\xc3\xbc", HTTP_OTHER, 400 },
	{ "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ", HTTP_OTHER, 400 },
};

static void
methods_are_told_apart(void **state)
{
	struct http_request request;
	const char *parameters[] = { NULL, "REQUEST_URI=/", "SERVER_PROTOCOL=HTTP/1.1", NULL };
	size_t i;

	for (i = 0; i < COUNT(method_rows); i++) {
		memset(&request, 0, sizeof(request));
		parameters[0] = arena_format(*state, "REQUEST_METHOD=%s", method_rows[i].name);
		http_read_parameters(*state, parameters, "", &request);
		assert_int_equal(request.refusal, method_rows[i].refusal);
		assert_int_equal(request.method, method_rows[i].method);
		assert_string_equal(request.method_name,
		    method_rows[i].refusal == 0 ? method_rows[i].name : "?");
	}
	parameters[0] = "REQUEST_METHOD=GET";
	parameters[2] = "SERVER_PROTOCOL=HTTP/0.9";
	memset(&request, 0, sizeof(request));
	http_read_parameters(*state, parameters, "", &request);
	assert_int_equal(request.refusal, 400);
}

/* --- answers ---------------------------------------------------------------------------------- */

static void
header_values_are_checked(void **state)
{
	char value[HTTP_HEADER_LIMIT + 2];

	(void)state;
	memset(value, 'a', sizeof(value));
	value[HTTP_HEADER_LIMIT] = '\0';
	assert_true(http_header_fits(value));
	value[HTTP_HEADER_LIMIT] = 'a';
	value[HTTP_HEADER_LIMIT + 1] = '\0';
	assert_false(http_header_fits(value));
	assert_true(http_header_fits(""));
	assert_true(http_header_fits("/a?b=c; \xc3\xbc"));
	assert_false(http_header_fits("a\r\nSet-Cookie: b"));
	assert_false(http_header_fits("a\nb"));
	assert_false(http_header_fits("a\rb"));
	assert_false(http_header_fits("a\x7f"));
}

/* Whether the header makes the process abort, tried in a child. */
static bool
header_aborts(const char *name, const char *value)
{
	const struct rlimit none = { 0, 0 };
	struct http_answer answer = { 0 };
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &none);
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		http_header(&answer, name, value);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGABRT);
		return true;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	return false;
}

static void
bad_headers_abort(void **state)
{
	(void)state;
	assert_false(header_aborts("X-Title", "a b"));
	assert_true(header_aborts("Location", "/a\r\nSet-Cookie: b=c"));
	assert_true(header_aborts("Location", "/a\nb"));
	assert_true(header_aborts("X: a\r\nY", "b"));
	assert_true(header_aborts("", "b"));
}

/* --- a whole request -------------------------------------------------------------------------- */

/*
 * What the child does with each request: 204 for /empty, 303 for /go, else what came as the body.
 * It ends by itself when there are no more.
 */
static _Noreturn void
serve(void)
{
	struct arena *arena = arena_create();
	struct http_request request;
	struct http_answer answer = { 0 };
	struct http *http;

	/* A test that fails leaves nobody waiting. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	http = http_start();
	while (http_accept(http, arena, "", &request)) {
		http_answer_reset(&answer, request.refusal != 0 ? request.refusal : 200);
		if (strcmp(request.path, "/empty") == 0)
			answer.status = 204;
		if (strcmp(request.path, "/go") == 0) {
			answer.status = 303;
			http_header(&answer, "Location", "/there");
		}
		http_header(&answer, "Content-Type", "text/plain");
		buffer_format(&answer.body, "%s %s ", request.method_name, request.path);
		buffer_append(&answer.body, request.body, request.body_length);
		if (!http_send(http, &request, &answer))
			_exit(2);
		arena_clear(arena);
	}
	_exit(0);
}

/* Runs the child under CGI with this environment and input; the answer ends up in the arena. */
static const char *
by_cgi(struct arena *arena, const char **parameters, const void *input, size_t length)
{
	int in[2], out[2], status;
	struct buffer answer = { 0 };
	const char *text;
	char bytes[4096];
	ssize_t got;
	pid_t child;

	assert_true(pipe(in) == 0 && pipe(out) == 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		close(in[1]);
		environ = (char **)parameters;
		serve();
	}
	close(in[0]);
	close(out[1]);
	assert_int_equal(write(in[1], input, length), length);
	close(in[1]);
	while ((got = read(out[0], bytes, sizeof(bytes))) > 0)
		buffer_append(&answer, bytes, (size_t)got);
	close(out[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	text = arena_copy(arena, answer.bytes, answer.length);
	buffer_release(&answer);
	return text;
}

static void
one_request_by_cgi(void **state)
{
	const char *get[] = { "REQUEST_METHOD=GET", "REQUEST_URI=/a?b", NULL };
	const char *head[] = { "REQUEST_METHOD=HEAD", "REQUEST_URI=/a", NULL };
	const char *empty[] = { "REQUEST_METHOD=GET", "REQUEST_URI=/empty", NULL };
	const char *go[] = { "REQUEST_METHOD=POST", "REQUEST_URI=/go", "CONTENT_LENGTH=3", NULL };

	assert_string_equal(by_cgi(*state, get, "", 0),
	    "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nGET /a ");
	assert_string_equal(by_cgi(*state, head, "", 0),
	    "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\n");
	assert_string_equal(by_cgi(*state, empty, "", 0),
	    "Status: 204 No Content\r\nContent-Type: text/plain\r\n\r\n");
	/* What comes behind the announced length is none of this request's. */
	assert_string_equal(by_cgi(*state, go, "x=1y", 4),
	    "Status: 303 See Other\r\nLocation: /there\r\nContent-Type: text/plain\r\n"
	    "Content-Length: 12\r\n\r\nPOST /go x=1");
}

static void
bodies_have_limits(void **state)
{
	static char input[HTTP_BODY_LIMIT + 1];
	char length[64];
	const char *post[] = { "REQUEST_METHOD=POST", "REQUEST_URI=/a", length, NULL };
	const char *answer;

	memset(input, 'x', sizeof(input));
	snprintf(length, sizeof(length), "CONTENT_LENGTH=%d", HTTP_BODY_LIMIT);
	answer = by_cgi(*state, post, input, HTTP_BODY_LIMIT);
	assert_true(text_starts(answer, "Status: 200 OK\r\n"));
	assert_true(strlen(answer) > HTTP_BODY_LIMIT);

	snprintf(length, sizeof(length), "CONTENT_LENGTH=%d", HTTP_BODY_LIMIT + 1);
	answer = by_cgi(*state, post, input, HTTP_BODY_LIMIT + 1);
	assert_true(text_starts(answer, "Status: 413 "));

	/* Cut off: never taken for the whole. */
	strcpy(length, "CONTENT_LENGTH=10");
	answer = by_cgi(*state, post, "x=1", 3);
	assert_true(text_starts(answer, "Status: 400 "));
	assert_null(strstr(answer, "x=1"));

	strcpy(length, "CONTENT_LENGTH=-1");
	assert_true(text_starts(by_cgi(*state, post, "x", 1), "Status: 400 "));
	strcpy(length, "CONTENT_LENGTH=1x");
	assert_true(text_starts(by_cgi(*state, post, "x", 1), "Status: 400 "));
	strcpy(length, "CONTENT_LENGTH=99999999999999999999");
	assert_true(text_starts(by_cgi(*state, post, "x", 1), "Status: 400 "));
	strcpy(length, "CONTENT_LENGTH=");
	assert_true(text_starts(by_cgi(*state, post, "", 0), "Status: 200 "));
}

/* One FastCGI record of at most 255 bytes. */
static void
put_record(struct buffer *out, unsigned type, const void *bytes, size_t length)
{
	const unsigned char head[8] = {
		1, (unsigned char)type, 0, 1, 0, (unsigned char)length, 0, 0
	};

	assert_true(length < 256);
	buffer_append(out, head, sizeof(head));
	buffer_append(out, bytes, length);
}

static void
put_parameter(struct buffer *out, const char *name, const char *value)
{
	buffer_byte(out, (char)strlen(name));
	buffer_byte(out, (char)strlen(value));
	buffer_text(out, name);
	buffer_text(out, value);
}

enum {
	BEGIN_REQUEST = 1,
	END_REQUEST = 3,
	PARAMS = 4,
	STDIN = 5,
	STDOUT = 6
};

/* Sends one POST as a web server would, and returns what came back on the stream of the answer. */
static const char *
by_fastcgi(struct arena *arena, const char *path, const char *uri, const char *body)
{
	static const unsigned char responder[8] = { 0, 1 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct buffer parameters = { 0 }, out = { 0 }, answer = { 0 };
	unsigned char head[8] = { 0 };
	char bytes[65536 + 256];
	int connection = socket(AF_UNIX, SOCK_STREAM, 0);
	size_t length;

	strcpy(address.sun_path, path);
	assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof(address)), 0);
	put_parameter(&parameters, "REQUEST_METHOD", "POST");
	put_parameter(&parameters, "REQUEST_URI", uri);
	put_parameter(&parameters, "CONTENT_LENGTH", arena_format(arena, "%zu", strlen(body)));
	put_record(&out, BEGIN_REQUEST, responder, sizeof(responder));
	put_record(&out, PARAMS, parameters.bytes, parameters.length);
	put_record(&out, PARAMS, "", 0);
	if (body[0] != '\0')
		put_record(&out, STDIN, body, strlen(body));
	put_record(&out, STDIN, "", 0);
	assert_int_equal(write(connection, out.bytes, out.length), out.length);
	while (head[1] != END_REQUEST) {
		assert_int_equal(recv(connection, head, sizeof(head), MSG_WAITALL), sizeof(head));
		length = (size_t)(head[4] << 8 | head[5]) + head[6];
		if (length > 0)
			assert_int_equal(recv(connection, bytes, length, MSG_WAITALL), length);
		if (head[1] == STDOUT)
			buffer_append(&answer, bytes, length - head[6]);
	}
	close(connection);
	buffer_release(&parameters);
	buffer_release(&out);
	path = arena_copy(arena, answer.bytes, answer.length);
	buffer_release(&answer);
	return path;
}

/* Whether the process ends by itself, with status 0, within five seconds. */
static bool
ends_well(pid_t child)
{
	const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };
	int status = -1;
	unsigned i;

	for (i = 0; i < 500; i++) {
		if (waitpid(child, &status, WNOHANG) == child)
			return WIFEXITED(status) && WEXITSTATUS(status) == 0;
		nanosleep(&moment, NULL);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return false;
}

static void
many_requests_by_fastcgi(void **state)
{
	static const int ends[] = { SIGTERM, SIGUSR1 };
	char directory[80];
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	unsigned i, round;
	int listening;
	const char *answer;
	pid_t child;

	unit_folder(directory, sizeof(directory));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", directory);
	for (round = 0; round < COUNT(ends); round++) {
		listening = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
		assert_int_equal(listen(listening, 5), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			dup2(listening, STDIN_FILENO);
			serve();
		}
		close(listening);
		for (i = 0; i < 5; i++) {
			answer = by_fastcgi(*state, address.sun_path, "/a%20b?c", "x=1&y");
			assert_string_equal(answer, "Status: 200 OK\r\nContent-Type: text/plain\r\n"
			    "Content-Length: 15\r\n\r\nPOST /a b x=1&y");
			answer = by_fastcgi(*state, address.sun_path, "/a//b", "");
			assert_string_equal(answer, "Status: 400 Bad Request\r\n"
			    "Content-Type: text/plain\r\nContent-Length: 7\r\n\r\nPOST / ");
		}
		assert_int_equal(kill(child, ends[round]), 0);
		assert_true(ends_well(child));
		unlink(address.sun_path);
	}
	rmdir(directory);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(fields_are_read),
		TEST(fields_have_a_limit),
		TEST(cookies_are_found),
		TEST(addresses_are_read_or_refused),
		TEST(an_address_may_be_too_long),
		TEST(servers_without_the_address_are_served),
		TEST(headers_are_read),
		TEST(what_is_not_text_is_absent),
		TEST(methods_are_told_apart),
		TEST(header_values_are_checked),
		TEST(bad_headers_abort),
		TEST(one_request_by_cgi),
		TEST(bodies_have_limits),
		TEST(many_requests_by_fastcgi),
	};

	if (!crypto_start())
		return 1;
	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
