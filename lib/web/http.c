/*
 * Requests and answers under FastCGI and plain CGI. Both come to one reader: an array of
 * "NAME=value" and a stream of bytes; only taking the next request, reading bytes and writing the
 * answer differ.
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

#include "core/language.h"
#include "core/log.h"
#include "core/text.h"
#include "web/http_read.h"

#define DRAIN_LIMIT (16 * 1024 * 1024)	/* bytes of a refused body that are read and forgotten */

extern char **environ;

struct http {
	bool is_cgi;
	bool is_served;		/* CGI: the one request was given out */
	FCGX_Request fastcgi;
	struct buffer out;
};

/* --- starting and ending ---------------------------------------------------------------------- */

/* The only mutable data of this file: a signal handler has no other way to say something. */
static volatile sig_atomic_t ending;

static void
end_soon(int signal_number)
{
	(void)signal_number;
	ending = 1;
	FCGX_ShutdownPending();
	/*
	 * A signal between the look at "ending" and accept() would be lost; this one wakes
	 * accept().
	 */
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

/*
 * Secrets are in memory: no core, no reading by other processes of the same user. Sanitizers and
 * gdb need it.
 */
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
	if (FCGX_Init() != 0 ||
	    FCGX_InitRequest(&http->fastcgi, STDIN_FILENO, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
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
	int result = 0;

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
		log_write(LOG_ERROR, "fastcgi", 2, "problem", "no request can be taken",
		    "reason", strerror(-result));
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

/* --- cookies ---------------------------------------------------------------------------------- */

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
		if (length <= name_length || memcmp(at, name, name_length) != 0 ||
		    at[name_length] != '=')
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

/* --- the body --------------------------------------------------------------------------------- */

/*
 * Reads what is left of a body nobody wants, so that the server does not take the closed connection
 * for a failure.
 */
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
read_body(struct http *http, struct arena *arena, const char *announced,
    struct http_request *request)
{
	int64_t length = 0;
	char *body;

	if (announced == NULL)
		return;
	if (!text_integer(announced, 0, INT64_MAX, &length)) {
		http_read_refuse(request, 400, _("The length of the request is not a number."));
		return;
	}
	if (length > HTTP_BODY_LIMIT) {
		http_read_refuse(request, 413, _("The request is too large."));
		drain(http, (size_t)length);
		return;
	}
	body = arena_allocate(arena, (size_t)length + 1);
	if (read_bytes(http, body, (size_t)length) < (size_t)length) {
		http_read_refuse(request, 400, _("The request broke off before its end."));
		return;
	}
	request->body = body;
	request->body_length = (size_t)length;
}

bool
http_accept(struct http *http, struct arena *arena, const char *base_path,
    struct http_request *request)
{
	char **parameters;
	const char *announced;

	memset(request, 0, sizeof(*request));
	if (!take(http))
		return false;
	parameters = http->is_cgi ? environ : http->fastcgi.envp;
	announced = http_read_parameters(arena, (const char *const *)parameters, base_path,
	    request);
	read_body(http, arena, announced, request);
	return true;
}

/* --- answering -------------------------------------------------------------------------------- */

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
	return strlen(value) <= HTTP_HEADER_LIMIT && !http_read_has_control(value);
}

/* A name of RFC 9110 5.1, of the letters that ours have. */
static bool
is_header_name(const char *name)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";

	return name[0] != '\0' && name[strspn(name, allowed)] == '\0';
}

void
http_header(struct http_answer *answer, const char *name, const char *value)
{
	if (!is_header_name(name) || !http_header_fits(value)) {
		log_write(LOG_ERROR, "header", 2, "problem", "a value that must not stand there",
		    "name", name);
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

/*
 * The stream of errors is closed first, so that the end of the answer and of the request leave in
 * one piece.
 */
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
