/*
 * From parameters to a request, and from "a=1&b=2" to fields. Nothing here waits or writes.
 */
#include "web/http_read.h"

#include <string.h>

#include "core/crypto.h"
#include "core/language.h"
#include "core/text.h"

#define ADDRESS_LIMIT (8 * 1024)	/* bytes of a path, and of a query; nginx's own limit */
#define METHOD_LIMIT 32

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

/* --- fields ----------------------------------------------------------------------------------- */

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

/*
 * Decodes one name or value to *to and moves it behind the NUL. Returns the reason for a refusal,
 * or NULL.
 */
static const char *
decode_part(const char *at, const char *limit, char **to)
{
	char *start = *to, *end = start;
	int byte;

	while (at < limit) {
		if (*at == '%') {
			byte = percent_byte(at, limit);
			if (byte < 0)
				return _("A percent sign in the form or address is misplaced.");
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
	/*
	 * Decoding never lengthens; each field takes two NUL where there was at most one "&" and
	 * one "=".
	 */
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

/* --- reading a request ------------------------------------------------------------------------ */

void
http_read_refuse(struct http_request *request, unsigned status, const char *reason)
{
	if (request->refusal != 0)
		return;
	request->refusal = status;
	request->refusal_reason = reason;
}

static struct parameters
sorted(const char *const *texts)
{
	struct parameters parameters = { 0 };
	const char *equals;
	size_t length, i;

	for (; texts != NULL && *texts != NULL; texts++) {
		equals = strchr(*texts, '=');
		if (equals == NULL || equals[1] == '\0')
			continue;
		length = (size_t)(equals - *texts);
		for (i = 0; i < PARAMETER__COUNT; i++)
			if (parameter_names[i].length == length &&
			    memcmp(parameter_names[i].name, *texts, length) == 0)
				break;
		/* The first one wins, as in FCGX_GetParam(). */
		if (i < PARAMETER__COUNT && parameters.values[i] == NULL)
			parameters.values[i] = equals + 1;
	}
	return parameters;
}

bool
http_read_has_control(const char *text)
{
	const unsigned char *at;

	for (at = (const unsigned char *)text; *at != '\0'; at++)
		if (*at < 0x20 || *at == 0x7f)
			return true;
	return false;
}

/* A copy of the first that is given and printable. */
static const char *
printable(struct arena *arena, const struct parameters *parameters, enum parameter first,
    enum parameter second)
{
	const char *value = parameters->values[first];

	if (value == NULL)
		value = parameters->values[second];
	if (value == NULL || http_read_has_control(value) || !text_is_utf8(value, strlen(value)))
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
	const char *authorization = parameters->values[AUTHORIZATION];
	const char *worker = parameters->values[WORKER];
	char *type;

	if (authorization == NULL)
		authorization = parameters->values[AUTHORIZATION_REDIRECTED];
	if (authorization != NULL && !http_read_has_control(authorization))
		request->authorization = arena_text(arena, authorization);
	if (worker == NULL)
		worker = parameters->values[WORKER_OLD];
	request->worker = arena_text(arena, worker);

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
read_request_id(struct arena *arena, const struct parameters *parameters,
    struct http_request *request)
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
	static const char *const names[] = {
		[HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST"
	};
	const char *name = parameters->values[REQUEST_METHOD];
	size_t i;

	request->method = HTTP_OTHER;
	request->method_name = "?";
	if (name == NULL || strlen(name) > METHOD_LIMIT ||
	    name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_")] != '\0') {
		http_read_refuse(request, 400, _("The request has no method."));
		return;
	}
	request->method_name = arena_text(arena, name);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			request->method = (enum http_method)i;
	/* A form of the protocol without headers, which nothing of ours speaks. */
	if (text_equal(parameters->values[PROTOCOL], "HTTP/0.9"))
		http_read_refuse(request, 400, _("This version of HTTP is not served."));
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
	return path[0] != '/' || http_read_has_control(path) || strchr(path, '\\') != NULL ||
	    strstr(path, "//") != NULL || strstr(path, "/./") != NULL ||
	    strstr(path, "/../") != NULL || ends_with(path, "/.") || ends_with(path, "/..");
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
	if (strncmp(path, base_path, base_length) != 0 ||
	    (path[base_length] != '/' && path[base_length] != '\0')) {
		http_read_refuse(request, 404, _("There is nothing at this address."));
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
		http_read_refuse(request, 414, _("The address is too long."));
		return;
	}
	request->raw_path = shown(arena, address, length);
	if (is_decoded)
		path = text_is_utf8(address, length) && !is_ambiguous(address) ? address : NULL;
	else
		path = length == 0 ? "/" : decoded_path(arena, address, length);
	if (path == NULL) {
		http_read_refuse(request, 400,
		    _("The address has characters that are not allowed."));
		return;
	}
	set_path(request, path, base_path);
	if (query != NULL &&
	    !http_read_fields(arena, query, strlen(query), &request->query, &reason))
		http_read_refuse(request, 400, reason);
}

const char *
http_read_parameters(struct arena *arena, const char *const *texts, const char *base_path,
    struct http_request *request)
{
	struct parameters parameters = sorted(texts);

	request->body = "";
	read_request_id(arena, &parameters, request);
	read_headers(arena, &parameters, request);
	read_method(arena, &parameters, request);
	read_address(arena, &parameters, base_path, request);
	return parameters.values[CONTENT_LENGTH];
}
