/*
 * One request read from FastCGI or plain CGI, with its limits, and one answer sent. The only file
 * that knows libfcgi.
 *
 * The same binary serves both: FCGX_IsCGI() decides before FCGX_Init(). Values come only from the
 * parameters named here, never from a header that was not asked for. Everything of a request lives
 * in the arena handed in.
 */
#ifndef VESTIBULE_WEB_HTTP_H
#define VESTIBULE_WEB_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/buffer.h"

#define HTTP_BODY_LIMIT (64 * 1024)	/* bytes; nginx has the same (architecture 11) */
#define HTTP_FIELD_LIMIT 1100		/* names in a query or form */
#define HTTP_HEADER_LIMIT 1024		/* bytes in a header that we write */

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_OTHER
};

/*
 * Names and values as sent, decoded once ("%2541" stays "%41"), "+" is a space; strict UTF-8
 * without NUL.
 */
struct http_field {
	const char *name;
	const char *value;
};
struct http_fields {
	const struct http_field *items;
	size_t count;
};

struct http_request {
	enum http_method method;
	const char *method_name;
	/*
	 * Of REQUEST_URI (else SCRIPT_NAME and PATH_INFO), decoded once, base path taken off;
	 * starts with "/". Control bytes, "\", "//", "/./", "/../", an encoded slash and bad UTF-8
	 * refuse with 400.
	 */
	const char *path;
	const char *raw_path;		/* as sent, for the log; only printable ASCII, else "?" */
	struct http_fields query;
	const char *content_type;	/* lower case, without parameters; "" when absent */
	const char *content_encoding;	/* "" when absent */
	const char *body;		/* raw, NUL behind it */
	size_t body_length;

	const char *address;		/* REMOTE_ADDR (nginx's realip has already decided) */
	const char *host;		/* HTTP_HOST, "" when absent */
	bool https;
	const char *request_id;		/* 32 hex: parameter VESTIBULE_REQUEST, else random */

	/*
	 * Header values; NULL when absent, empty, not UTF-8 or with control bytes. Authorization is
	 * in bytes of any kind but control bytes; worker in bytes of any kind at all, to be
	 * scrubbed by who keeps it.
	 */
	const char *authorization;
	const char *cookie;
	const char *origin;
	const char *referer;
	const char *fetch_site;
	const char *fragment;		/* X-Fragment */
	const char *user_agent;
	const char *worker;		/* X-Clearml-Worker or X-Trains-Worker, and so on */
	const char *client;
	const char *transaction;
	const char *impersonate_as;
	const char *act_as;

	/*
	 * 0, or the status that refuses the request before anything looks at it, and the reason for
	 * people.
	 */
	unsigned refusal;		/* 400, 413, 414 … */
	const char *refusal_reason;
};

/*
 * How a program is served. TERM and USR1 end it between two requests, never within one: they are
 * blocked meanwhile. Release builds leave no core and cannot be read by other processes of the same
 * user. Ends the process when libfcgi does not start.
 */
struct http;
struct http *http_start(void);

/*
 * Waits for the next request and reads it whole. False when there is none any more (TERM, or CGI
 * after the first). base_path is taken off the path; a path outside it refuses with 404. A body
 * shorter than announced refuses with 400 (never processed), a longer one than HTTP_BODY_LIMIT with
 * 413.
 */
bool http_accept(struct http *, struct arena *, const char *base_path, struct http_request *);

/*
 * Reads "a=1&b=2"; empty parts are skipped, a part without "=" has the value "". False, with a
 * reason for people, for bad percent signs, bytes that are no UTF-8, NUL, or too many fields.
 */
bool http_read_fields(struct arena *, const char *bytes, size_t length, struct http_fields *,
    const char **reason);

/*
 * The value of the one cookie of exactly this name; NULL when there is none, or more than one
 * (security 3.35).
 */
const char *http_cookie(struct arena *, const char *header, const char *name);

/*
 * An answer: status, headers, body. http_header() refuses (aborts) values with control bytes or
 * more than HTTP_HEADER_LIMIT bytes; a header of the same name is sent again, so call it once
 * (Set-Cookie may stand several times).
 */
struct http_answer {
	unsigned status;
	struct buffer headers;
	struct buffer body;
};
void http_answer_reset(struct http_answer *, unsigned status);
void http_header(struct http_answer *, const char *name, const char *value);
/* Whether a text may stand in a header. */
bool http_header_fits(const char *value);

/*
 * Sends and ends the request. HEAD gets no body but its length, 204 and 304 neither; Status: always
 * stands first. False when the client has gone. Never called twice.
 */
bool http_send(struct http *, const struct http_request *, const struct http_answer *);

#endif
