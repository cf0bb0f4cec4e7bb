/*
 * Requests and answers under FastCGI and plain CGI. Both come to one reader: an array of "NAME=value" and a stream of
 * bytes; only taking the next request, reading bytes and writing the answer differ.
 */
#include "web/http.h"

#include <errno.h>
#include <fcgiapp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/crypto.h"
#include "core/language.h"
#include "core/log.h"
#include "core/text.h"

#define ADDRESS_LIMIT (8 * 1024)	/* bytes of REQUEST_URI; nginx's own limit */
#define METHOD_LIMIT 32
#define DRAIN_LIMIT (16 * 1024 * 1024)	/* bytes of a refused body that are read and forgotten */

extern char **environ;

struct http {
	bool is_cgi;
	bool is_served;		/* CGI: the one request was given out */
	FCGX_Request fastcgi;
	struct buffer out;
};

/* The parameters that are read; no other is ever looked at. */
enum parameter {
	ACT_AS,
	AUTHORIZATION,
	AUTHORIZATION_REDIRECTED,	/* what Apache makes of it behind a rewrite */
	CLIENT,
	CLIENT_OLD,
	CONTENT_ENCODING,
	CONTENT_LENGTH,
	CONTENT_TYPE,
	COOKIE,
	FETCH_SITE,
	FRAGMENT,
	HOST,
	HTTPS,
	IMPERSONATE_AS,
	IMPERSONATE_AS_OLD,
	ACT_AS_OLD,
	ORIGIN,
	PATH_INFO,
	PROTOCOL,
	QUERY_STRING,
	REFERER,
	REMOTE_ADDR,
	REQUEST_ID,
	REQUEST_METHOD,
	REQUEST_URI,
	SCRIPT_NAME,
	TRANSACTION,
	TRANSACTION_OLD,
	USER_AGENT,
	WORKER,
	WORKER_OLD,
	PARAMETER__COUNT
};

#define NAMED(parameter, text) [parameter] = { text, sizeof(text) - 1 }
static const struct {
	const char *name;
	size_t length;
} parameter_names[PARAMETER__COUNT] = {
	NAMED(ACT_AS, "HTTP_X_CLEARML_ACT_AS"),
	NAMED(ACT_AS_OLD, "HTTP_X_TRAINS_ACT_AS"),
	NAMED(AUTHORIZATION, "HTTP_AUTHORIZATION"),
	NAMED(AUTHORIZATION_REDIRECTED, "REDIRECT_HTTP_AUTHORIZATION"),
	NAMED(CLIENT, "HTTP_X_CLEARML_CLIENT"),
	NAMED(CLIENT_OLD, "HTTP_X_TRAINS_CLIENT"),
	NAMED(CONTENT_ENCODING, "HTTP_CONTENT_ENCODING"),
	NAMED(CONTENT_LENGTH, "CONTENT_LENGTH"),
	NAMED(CONTENT_TYPE, "CONTENT_TYPE"),
	NAMED(COOKIE, "HTTP_COOKIE"),
	NAMED(FETCH_SITE, "HTTP_SEC_FETCH_SITE"),
	NAMED(FRAGMENT, "HTTP_X_FRAGMENT"),
	NAMED(HOST, "HTTP_HOST"),
	NAMED(HTTPS, "HTTPS"),
	NAMED(IMPERSONATE_AS, "HTTP_X_CLEARML_IMPERSONATE_AS"),
	NAMED(IMPERSONATE_AS_OLD, "HTTP_X_TRAINS_IMPERSONATE_AS"),
	NAMED(ORIGIN, "HTTP_ORIGIN"),
	NAMED(PATH_INFO, "PATH_INFO"),
	NAMED(PROTOCOL, "SERVER_PROTOCOL"),
	NAMED(QUERY_STRING, "QUERY_STRING"),
	NAMED(REFERER, "HTTP_REFERER"),
	NAMED(REMOTE_ADDR, "REMOTE_ADDR"),
	NAMED(REQUEST_ID, "VESTIBULE_REQUEST"),
	NAMED(REQUEST_METHOD, "REQUEST_METHOD"),
	NAMED(REQUEST_URI, "REQUEST_URI"),
	NAMED(SCRIPT_NAME, "SCRIPT_NAME"),
	NAMED(TRANSACTION, "HTTP_X_CLEARML_TRX"),
	NAMED(TRANSACTION_OLD, "HTTP_X_TRAINS_TRX"),
	NAMED(USER_AGENT, "HTTP_USER_AGENT"),
	NAMED(WORKER, "HTTP_X_CLEARML_WORKER"),
	NAMED(WORKER_OLD, "HTTP_X_TRAINS_WORKER")
};
#undef NAMED

/* Empty ones are NULL: nginx sends a parameter for a header that is absent, too. */
struct parameters {
	const char *values[PARAMETER__COUNT];
};

/* --- starting and ending ---------------------------------------------------------------------------------------------- */

/* The only mutable data of this file: a signal handler has no other way to say something. */
static volatile sig_atomic_t ending;

static void
end_soon(int signal_number)
{
	(void)signal_number;
	ending = 1;
	FCGX_ShutdownPending();
	/* A signal between the look at "ending" and accept() would be lost; this one wakes accept(). */
	alarm(1);
}

static void
wake(int signal_number)
{
	(void)signal_number;
	if (ending)
		alarm(1);
}

/* The signals that end a worker come only while it waits, never in the middle of a request. */
static void
let_signals_in(bool in)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGALRM);
	sigprocmask(in ? SIG_UNBLOCK : SIG_BLOCK, &signals, NULL);
}

/* Without SA_RESTART, or accept() would never return (design/security.md 4.6). */
static void
handle_signals(void)
{
	struct sigaction action = { .sa_handler = end_soon };

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	action.sa_handler = wake;
	sigaction(SIGALRM, &action, NULL);
}

/* Secrets are in memory: no core, no reading by other processes of the same user. Sanitizers and gdb need it. */
static void
close_memory(void)
{
#if !defined(VESTIBULE_DEBUG) && !defined(__SANITIZE_ADDRESS__)
	const struct rlimit none = { 0, 0 };

	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &none);
#endif
}

struct http *
http_start(void)
{
	struct http *http = memory_allocate(sizeof(*http));
	const struct sigaction ignored = { .sa_handler = SIG_IGN };

	memset(http, 0, sizeof(*http));
	close_memory();
	sigaction(SIGPIPE, &ignored, NULL);
	http->is_cgi = FCGX_IsCGI() != 0;
	if (http->is_cgi)
		return http;
	if (FCGX_Init() != 0 || FCGX_InitRequest(&http->fastcgi, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		log_write(LOG_ERROR, "fastcgi", 1, "problem", "libfcgi does not start");
		exit(1);
	}
	handle_signals();
	return http;
}

/* Takes the next request; false when there is none any more. */
static bool
take(struct http *http)
{
	bool taken = false;
	int result;

	if (http->is_cgi) {
		taken = !http->is_served;
		http->is_served = true;
		return taken;
	}
	let_signals_in(true);
	while (!ending) {
		result = FCGX_Accept_r(&http->fastcgi);
		taken = result == 0;
		if (taken || (result != -EINTR && result != -ECONNABORTED))
			break;
	}
	let_signals_in(false);
	if (!taken && !ending)
		log_write(LOG_ERROR, "fastcgi", 2, "problem", "no request can be taken", "code", strerror(errno));
	return taken;
}

/* Reads until there are length bytes or no more; returns how many there were. */
static size_t
read_bytes(struct http *http, char *bytes, size_t length)
{
	size_t have = 0;
	ssize_t got;

	while (have < length) {
		if (http->is_cgi)
			got = read(STDIN_FILENO, bytes + have, length - have);
		else
			got = FCGX_GetStr(bytes + have, (int)(length - have), http->fastcgi.in);
		if (got < 0 && errno == EINTR && http->is_cgi)
			continue;
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	return have;
}

/* --- fields ------------------------------------------------------------------------------------------------------------- */

static int
hex_digit(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
		return (byte | 0x20) - 'a' + 10;
	return -1;
}

/* The byte that "%41" at this place stands for; -1 for a bad percent sign. */
static int
percent_byte(const char *at, const char *limit)
{
	int high, low;

	if (limit - at < 3 || (high = hex_digit(at[1])) < 0 || (low = hex_digit(at[2])) < 0)
		return -1;
	return high << 4 | low;
}

/* Decodes one name or value to *to and moves it behind the NUL. Returns the reason for a refusal, or NULL. */
static const char *
decode_part(const char *at, const char *limit, char **to)
{
	char *start = *to, *end = start;
	int byte;

	while (at < limit) {
		if (*at == '%') {
			byte = percent_byte(at, limit);
			if (byte < 0)
				return _("A percent sign in the form or address is not followed by two hexadecimal digits.");
			*end++ = (char)byte;
			at += 3;
		} else {
			*end++ = *at == '+' ? ' ' : *at;
			at++;
		}
	}
	*end = '\0';
	if (!text_is_utf8(start, (size_t)(end - start)))
		return _("The form or address contains bytes that are not UTF-8 text.");
	*to = end + 1;
	return NULL;
}

static size_t
count_parts(const char *bytes, size_t length)
{
	size_t count = 0, i;

	for (i = 0; i < length; i++)
		if (bytes[i] != '&' && (i == 0 || bytes[i - 1] == '&'))
			count++;
	return count;
}

bool
http_read_fields(struct arena *arena, const char *bytes, size_t length, struct http_fields *fields,
    const char **reason)
{
	const char *at = bytes, *limit = bytes + length, *end, *equals;
	size_t count = count_parts(bytes, length);
	struct http_field *items;
	char *to;

	*fields = (struct http_fields){ 0 };
	*reason = NULL;
	if (count == 0)
		return true;
	if (count > HTTP_FIELD_LIMIT) {
		*reason = _("The form or address has too many fields.");
		return false;
	}
	items = arena_allocate(arena, count * sizeof(items[0]));
	/* Decoding never lengthens; each field takes two NUL where there was at most one "&" and one "=". */
	to = arena_allocate(arena, length + 2 * count);
	for (count = 0; at < limit; at = end + 1) {
		end = memchr(at, '&', (size_t)(limit - at));
		if (end == NULL)
			end = limit;
		if (end == at)
			continue;
		equals = memchr(at, '=', (size_t)(end - at));
		items[count].name = to;
		*reason = decode_part(at, equals != NULL ? equals : end, &to);
		if (*reason != NULL)
			return false;
		items[count].value = to;
		*reason = decode_part(equals != NULL ? equals + 1 : end, end, &to);
		if (*reason != NULL)
			return false;
		count++;
	}
	fields->items = items;
	fields->count = count;
	return true;
}

/* --- cookies -------------------------------------------------------------------------------------------------------------- */

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

const char *
http_cookie(struct arena *arena, const char *header, const char *name)
{
	size_t name_length = strlen(name), found_length = 0, length;
	const char *at, *found = NULL;

	for (at = header; at != NULL && *at != '\0'; at += length + (at[length] == ';')) {
		length = strcspn(at, ";");
		while (length > 0 && is_blank(*at)) {
			at++;
			length--;
		}
		if (length <= name_length || memcmp(at, name, name_length) != 0 || at[name_length] != '=')
			continue;
		if (found != NULL)
			return NULL;
		found = at + name_length + 1;
		found_length = length - name_length - 1;
	}
	if (found == NULL)
		return NULL;
	while (found_length > 0 && is_blank(found[found_length - 1]))
		found_length--;
	return arena_copy(arena, found, found_length);
}

/* --- reading a request ------------------------------------------------------------------------------------------------------ */

static void
refuse(struct http_request *request, unsigned status, const char *reason)
{
	if (request->refusal != 0)
		return;
	request->refusal = status;
	request->refusal_reason = reason;
}

static struct parameters
read_parameters(char **environment)
{
	struct parameters parameters = { 0 };
	const char *equals;
	size_t length, i;

	for (; environment != NULL && *environment != NULL; environment++) {
		equals = strchr(*environment, '=');
		if (equals == NULL || equals[1] == '\0')
			continue;
		length = (size_t)(equals - *environment);
		for (i = 0; i < PARAMETER__COUNT; i++)
			if (parameter_names[i].length == length &&
			    memcmp(parameter_names[i].name, *environment, length) == 0)
				break;
		/* The first one wins, as in FCGX_GetParam(). */
		if (i < PARAMETER__COUNT && parameters.values[i] == NULL)
			parameters.values[i] = equals + 1;
	}
	return parameters;
}

static bool
has_control(const char *text)
{
	const unsigned char *at;

	for (at = (const unsigned char *)text; *at != '\0'; at++)
		if (*at < 0x20 || *at == 0x7f)
			return true;
	return false;
}

/* A copy of the first that is given and printable. */
static const char *
printable(struct arena *arena, const struct parameters *parameters, enum parameter first, enum parameter second)
{
	const char *value = parameters->values[first];

	if (value == NULL)
		value = parameters->values[second];
	if (value == NULL || has_control(value) || !text_is_utf8(value, strlen(value)))
		return NULL;
	return arena_text(arena, value);
}

static const char *
printable_or_empty(struct arena *arena, const struct parameters *parameters, enum parameter name)
{
	const char *value = printable(arena, parameters, name, name);

	return value != NULL ? value : "";
}

static void
read_headers(struct arena *arena, const struct parameters *parameters, struct http_request *request)
{
	const char *authorization = parameters->values[AUTHORIZATION], *worker = parameters->values[WORKER];
	char *type;

	if (authorization == NULL)
		authorization = parameters->values[AUTHORIZATION_REDIRECTED];
	if (authorization != NULL && !has_control(authorization))
		request->authorization = arena_text(arena, authorization);
	request->worker = arena_text(arena, worker != NULL ? worker : parameters->values[WORKER_OLD]);

	request->cookie = printable(arena, parameters, COOKIE, COOKIE);
	request->origin = printable(arena, parameters, ORIGIN, ORIGIN);
	request->referer = printable(arena, parameters, REFERER, REFERER);
	request->fetch_site = printable(arena, parameters, FETCH_SITE, FETCH_SITE);
	request->fragment = printable(arena, parameters, FRAGMENT, FRAGMENT);
	request->user_agent = printable(arena, parameters, USER_AGENT, USER_AGENT);
	request->client = printable(arena, parameters, CLIENT, CLIENT_OLD);
	request->transaction = printable(arena, parameters, TRANSACTION, TRANSACTION_OLD);
	request->impersonate_as = printable(arena, parameters, IMPERSONATE_AS, IMPERSONATE_AS_OLD);
	request->act_as = printable(arena, parameters, ACT_AS, ACT_AS_OLD);

	request->content_encoding = printable_or_empty(arena, parameters, CONTENT_ENCODING);
	request->host = printable_or_empty(arena, parameters, HOST);
	request->address = printable_or_empty(arena, parameters, REMOTE_ADDR);
	request->https = text_equal(parameters->values[HTTPS], "on");
	type = text_lower(arena, printable_or_empty(arena, parameters, CONTENT_TYPE));
	type[strcspn(type, ";")] = '\0';
	request->content_type = text_trim(arena, type);
}

static void
read_request_id(struct arena *arena, const struct parameters *parameters, struct http_request *request)
{
	const char *given = parameters->values[REQUEST_ID];
	uint8_t id[16];

	if (given != NULL && text_is_id(given)) {
		request->request_id = arena_text(arena, given);
		return;
	}
	crypto_random(id, sizeof(id));
	request->request_id = text_id(arena, id);
}

static void
read_method(struct arena *arena, const struct parameters *parameters, struct http_request *request)
{
	static const char *const names[] = { [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST" };
	const char *name = parameters->values[REQUEST_METHOD];
	size_t i;

	request->method = HTTP_OTHER;
	request->method_name = "?";
	if (name == NULL || strlen(name) > METHOD_LIMIT ||
	    name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_")] != '\0') {
		refuse(request, 400, _("The request has no method."));
		return;
	}
	request->method_name = arena_text(arena, name);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			request->method = (enum http_method)i;
	/* A form of the protocol without headers, which nothing of ours speaks. */
	if (text_equal(parameters->values[PROTOCOL], "HTTP/0.9"))
		refuse(request, 400, _("The request is of a version of HTTP that is not served."));
}

static bool
ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* Whether a decoded path could be read in two ways. */
static bool
is_ambiguous(const char *path)
{
	return path[0] != '/' || has_control(path) || strchr(path, '\\') != NULL || strstr(path, "//") != NULL ||
	    strstr(path, "/./") != NULL || strstr(path, "/../") != NULL || ends_with(path, "/.") || ends_with(path, "/..");
}

/* The path as sent, decoded once; NULL when nobody could have meant it. */
static char *
decoded_path(struct arena *arena, const char *raw, size_t length)
{
	const char *at = raw, *limit = raw + length;
	char *path = arena_allocate(arena, length + 1), *to = path;
	int byte;

	for (; at < limit; at++) {
		byte = (unsigned char)*at;
		if (byte == '%') {
			byte = percent_byte(at, limit);
			if (byte <= 0 || byte == '/')
				return NULL;
			at += 2;
		}
		*to++ = (char)byte;
	}
	if (!text_is_utf8(path, (size_t)(to - path)) || is_ambiguous(path))
		return NULL;
	return path;
}

/* The start of the path in "http://host/path", which a proxy may send. */
static const char *
without_origin(const char *address)
{
	const char *slashes;

	if (!text_starts(address, "http://") && !text_starts(address, "https://"))
		return address;
	slashes = strstr(address, "//") + 2;
	return slashes + strcspn(slashes, "/?");
}

/* Takes the base path off; a path outside is none of ours. */
static void
set_path(struct http_request *request, const char *path, const char *base_path)
{
	size_t base_length = strlen(base_path);

	request->path = path;
	if (base_length == 0)
		return;
	if (strncmp(path, base_path, base_length) != 0 || (path[base_length] != '/' && path[base_length] != '\0')) {
		refuse(request, 404, _("There is nothing at this address."));
		return;
	}
	request->path = path[base_length] == '\0' ? "/" : path + base_length;
}

/* Only letters that a log or a page can show; the rest as "?". */
static const char *
shown(struct arena *arena, const char *raw, size_t length)
{
	char *text = arena_copy(arena, raw, length), *at;

	for (at = text; *at != '\0'; at++)
		if ((unsigned char)*at <= 0x20 || (unsigned char)*at >= 0x7f)
			*at = '?';
	return text;
}

static void
read_address(struct arena *arena, const struct parameters *parameters, const char *base_path,
    struct http_request *request)
{
	const char *address = parameters->values[REQUEST_URI], *query, *reason, *path;
	bool is_decoded = address == NULL;
	size_t length;

	request->path = request->raw_path = "/";
	if (is_decoded) {
		/* A server that does not pass it has decoded the path itself. */
		address = arena_format(arena, "%s%s",
		    parameters->values[SCRIPT_NAME] != NULL ? parameters->values[SCRIPT_NAME] : "",
		    parameters->values[PATH_INFO] != NULL ? parameters->values[PATH_INFO] : "");
		query = parameters->values[QUERY_STRING];
		length = strlen(address);
	} else {
		address = without_origin(address);
		length = strcspn(address, "?");
		query = address[length] == '?' ? address + length + 1 : NULL;
	}
	if (length > ADDRESS_LIMIT || (query != NULL && strlen(query) > ADDRESS_LIMIT)) {
		refuse(request, 414, _("The address is too long."));
		return;
	}
	request->raw_path = shown(arena, address, length);
	if (is_decoded)
		path = text_is_utf8(address, length) && !is_ambiguous(address) ? address : NULL;
	else
		path = length == 0 ? "/" : decoded_path(arena, address, length);
	if (path == NULL) {
		refuse(request, 400, _("The address contains characters that are not allowed."));
		return;
	}
	set_path(request, path, base_path);
	if (query != NULL && !http_read_fields(arena, query, strlen(query), &request->query, &reason))
		refuse(request, 400, reason);
}

/* Reads what is left of a body nobody wants, so that the server does not take the closed connection for a failure. */
static void
drain(struct http *http, size_t length)
{
	char bytes[4096];
	size_t want;

	if (length > DRAIN_LIMIT)
		length = DRAIN_LIMIT;
	while (length > 0) {
		want = length < sizeof(bytes) ? length : sizeof(bytes);
		if (read_bytes(http, bytes, want) < want)
			break;
		length -= want;
	}
	explicit_bzero(bytes, sizeof(bytes));
}

static void
read_body(struct http *http, struct arena *arena, const struct parameters *parameters, struct http_request *request)
{
	const char *announced = parameters->values[CONTENT_LENGTH];
	int64_t length = 0;
	char *body;

	request->body = "";
	if (announced == NULL)
		return;
	if (!text_integer(announced, 0, INT64_MAX, &length)) {
		refuse(request, 400, _("The length of the request is not a number."));
		return;
	}
	if (length > HTTP_BODY_LIMIT) {
		refuse(request, 413, _("The request is too large."));
		drain(http, (size_t)length);
		return;
	}
	body = arena_allocate(arena, (size_t)length + 1);
	if (read_bytes(http, body, (size_t)length) < (size_t)length) {
		refuse(request, 400, _("The request broke off before its end."));
		return;
	}
	request->body = body;
	request->body_length = (size_t)length;
}

bool
http_accept(struct http *http, struct arena *arena, const char *base_path, struct http_request *request)
{
	struct parameters parameters;

	memset(request, 0, sizeof(*request));
	if (!take(http))
		return false;
	parameters = read_parameters(http->is_cgi ? environ : http->fastcgi.envp);
	read_request_id(arena, &parameters, request);
	read_headers(arena, &parameters, request);
	read_method(arena, &parameters, request);
	read_address(arena, &parameters, base_path, request);
	read_body(http, arena, &parameters, request);
	return true;
}

/* --- answering ---------------------------------------------------------------------------------------------------------------- */

static const char *
reason_phrase(unsigned status)
{
	switch (status) {
	case 200: return "OK";
	case 201: return "Created";
	case 202: return "Accepted";
	case 204: return "No Content";
	case 301: return "Moved Permanently";
	case 302: return "Found";
	case 303: return "See Other";
	case 304: return "Not Modified";
	case 307: return "Temporary Redirect";
	case 308: return "Permanent Redirect";
	case 400: return "Bad Request";
	case 401: return "Unauthorized";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 406: return "Not Acceptable";
	case 409: return "Conflict";
	case 410: return "Gone";
	case 412: return "Precondition Failed";
	case 413: return "Content Too Large";
	case 414: return "URI Too Long";
	case 415: return "Unsupported Media Type";
	case 421: return "Misdirected Request";
	case 422: return "Unprocessable Content";
	case 429: return "Too Many Requests";
	case 431: return "Request Header Fields Too Large";
	case 500: return "Internal Server Error";
	case 501: return "Not Implemented";
	case 502: return "Bad Gateway";
	case 503: return "Service Unavailable";
	case 504: return "Gateway Timeout";
	default: return "Status";
	}
}

void
http_answer_reset(struct http_answer *answer, unsigned status)
{
	answer->status = status;
	buffer_empty(&answer->headers);
	buffer_empty(&answer->body);
}

bool
http_header_fits(const char *value)
{
	return strlen(value) <= HTTP_HEADER_LIMIT && !has_control(value);
}

/* A name of RFC 9110 5.1, of the letters that ours have. */
static bool
is_header_name(const char *name)
{
	return name[0] != '\0' &&
	    name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

void
http_header(struct http_answer *answer, const char *name, const char *value)
{
	if (!is_header_name(name) || !http_header_fits(value)) {
		log_write(LOG_ERROR, "header", 2, "problem", "a value that must not stand in a header", "name", name);
		abort();
	}
	buffer_text(&answer->headers, name);
	buffer_append(&answer->headers, ": ", 2);
	buffer_text(&answer->headers, value);
	buffer_append(&answer->headers, "\r\n", 2);
}

static bool
write_out(const struct buffer *out)
{
	size_t sent = 0;
	ssize_t wrote;

	while (sent < out->length) {
		wrote = write(STDOUT_FILENO, out->bytes + sent, out->length - sent);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return false;
		sent += (size_t)wrote;
	}
	return true;
}

/* The stream of errors is closed first, so that the end of the answer and of the request leave in one piece. */
static bool
finish_fastcgi(FCGX_Request *fastcgi, const struct buffer *out)
{
	bool sent = FCGX_PutStr(out->bytes, (int)out->length, fastcgi->out) == (int)out->length;

	FCGX_FClose(fastcgi->err);
	if (FCGX_FClose(fastcgi->out) != 0)
		sent = false;
	FCGX_Finish_r(fastcgi);
	return sent;
}

bool
http_send(struct http *http, const struct http_request *request, const struct http_answer *answer)
{
	struct buffer *out = &http->out;
	bool has_body = answer->status != 204 && answer->status != 304, sent;

	buffer_reserve(out, answer->headers.length + answer->body.length + 128);
	buffer_format(out, "Status: %u %s\r\n", answer->status, reason_phrase(answer->status));
	buffer_append(out, answer->headers.bytes, answer->headers.length);
	if (has_body)
		buffer_format(out, "Content-Length: %zu\r\n", answer->body.length);
	buffer_append(out, "\r\n", 2);
	if (has_body && request->method != HTTP_HEAD)
		buffer_append(out, answer->body.bytes, answer->body.length);
	sent = http->is_cgi ? write_out(out) : finish_fastcgi(&http->fastcgi, out);
	buffer_empty(out);
	return sent;
}
