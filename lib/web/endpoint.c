/* endpoint.c: the cycle of the API. */
#include "web/endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/pattern.h"
#include "core/text.h"
#include "web/cookie.h"
#include "web/endpoint_authenticate.h"
#include "web/json.h"

/* Without a version in its path a call asks for the newest (ACCESS_TOKEN_API_VERSION). */
#define NEWEST_MAJOR 2
#define NEWEST_MINOR 34

/* --- which endpoint --------------------------------------------------------------------------- */

/* "2.34" or "25": any number is taken, because clients ask for v999.0. */
static bool
read_version(struct call *call, const char *text)
{
	char *end;

	if (!pattern_matches("[0-9]{1,9}\\.[0-9]{1,9}|[0-9]{2,9}", text))
		return false;
	call->major = (unsigned)strtoul(text, &end, 10);
	call->minor = *end == '.' ? (unsigned)strtoul(end + 1, NULL, 10) : 0;
	return true;
}

/* [/api]/[v2.34/]auth.login[/] */
static bool
read_path(struct call *call)
{
	struct request *r = call->request;
	const char *path = r->http.path;
	char *name, *slash;

	if (text_starts(path, "/api/"))
		path += strlen("/api");
	name = arena_text(r->arena, path + 1);
	slash = strchr(name, '/');
	if (slash != NULL && slash[1] != '\0' && name[0] == 'v') {
		*slash = '\0';
		if (!read_version(call, name + 1)) {
			call_refuse(call, 400, 2, "Request path has invalid version");
			call_detail(call, "version", name);
			return false;
		}
		name = slash + 1;
		slash = strchr(name, '/');
	}
	if (slash != NULL && slash[1] == '\0')
		*slash = '\0';
	if (!pattern_matches("[A-Za-z_][A-Za-z0-9_]+\\.[A-Za-z_][A-Za-z0-9_]+", name)) {
		call_refuse(call, 400, 0,
		    "Malformed request path: expected [v<version>/]<service>.<action>");
		return false;
	}
	call->name = name;
	return true;
}

static bool
is_newer(unsigned major, unsigned minor, unsigned than_major, unsigned than_minor)
{
	return major > than_major || (major == than_major && minor > than_minor);
}

static bool
find_endpoint(struct call *call)
{
	const struct section *section = call->request->section;

	for (size_t i = 0; i < section->endpoint_count; i++) {
		const struct endpoint *row = &section->endpoints[i];

		if (strcmp(row->name, call->name) == 0 &&
		    !is_newer(row->major, row->minor, call->major, call->minor) &&
		    (call->endpoint == NULL || is_newer(row->major, row->minor,
		    call->endpoint->major, call->endpoint->minor)))
			call->endpoint = row;
	}
	if (call->endpoint != NULL)
		return true;
	call_refuse(call, 404, 0, "Unable to find endpoint for name %.200s and version %u.%u",
	    call->name, call->major, call->minor);
	return false;
}

/* --- answering -------------------------------------------------------------------------------- */

static void
forget_outcome(struct call *call)
{
	json_decref(call->data);
	json_decref(call->error_data);
	call->data = call->error_data = NULL;
	call->code = 200;
	call->subcode = 0;
	call->message = "OK";
	call->request->new_cookie = NULL;
}

static void
compose(struct call *call)
{
	struct request *r = call->request;
	const struct json_meta meta = {
		.id = r->http.request_id,
		.transaction = r->http.transaction,
		.endpoint = call->name,
		.requested_version = arena_format(r->arena, "%u.%u", call->major, call->minor),
		.actual_version = call->endpoint != NULL ? arena_format(r->arena, "%u.%u",
		    call->endpoint->major, call->endpoint->minor) : NULL,
		.code = call->code,
		.subcode = call->subcode,
		.message = call->message,
		.error_data = call->error_data,
	};

	http_answer_reset(&r->answer, call->code);
	json_envelope(&r->answer.body, &meta, call->data);
}

/* --- a call that writes ----------------------------------------------------------------------- */

/* The one transaction of a call, and what it leaves for a repeat of the same request. */
struct write {
	struct call *call;
	struct nonce nonce;
	bool repeated;		/* the request was carried out before */
};

static const char *
seal_context(const struct write *write)
{
	return arena_format(write->call->request->arena, "api|%s",
	    crypto_hex(write->call->request->arena, write->nonce.hash, sizeof(write->nonce.hash)));
}

/* Who the request claims to be from, and what it says: only the same may see the answer again. */
static void
describe(struct write *write)
{
	struct request *r = write->call->request;
	const char *authorization = r->http.authorization, *cookie = r->http.cookie;
	const char *number = arena_format(r->arena, "api|%s", r->http.request_id);
	struct buffer all = { 0 };

	crypto_digest(number, strlen(number), write->nonce.hash);
	write->nonce.route = write->call->endpoint->name;
	write->nonce.object = r->http.path;
	buffer_format(&all, "%zu %zu|", authorization != NULL ? strlen(authorization) : 0,
	    r->http.body_length);
	buffer_text(&all, authorization != NULL ? authorization : cookie != NULL ? cookie : "");
	buffer_append(&all, r->http.body, r->http.body_length);
	for (size_t i = 0; i < r->http.query.count; i++) {
		buffer_byte(&all, '\0');
		buffer_text(&all, r->http.query.items[i].name);
		buffer_byte(&all, '\0');
		buffer_text(&all, r->http.query.items[i].value);
	}
	crypto_digest(all.bytes, all.length, write->nonce.body_digest);
	buffer_release(&all);
}

static bool
carry_out(void *argument)
{
	struct write *write = argument;
	struct call *call = write->call;
	struct request *r = call->request;
	struct nonce_answer answer = { 0 };

	forget_outcome(call);
	if (nonce_spend(r->db, &write->nonce, r->now) == DB_DUPLICATE) {
		write->repeated = true;
		return false;
	}
	call->endpoint->handle(call);
	if (call->code != 200 || db_failed(r->db))
		return false;
	compose(call);
	answer.status = call->code;
	answer.result = crypto_seal(r->keys, r->arena, seal_context(write), r->answer.body.bytes,
	    r->answer.body.length, &answer.result_length);
	nonce_answer(r->db, &write->nonce, &answer);
	return true;
}

/* Answers as the first time; false when this request was not carried out before. */
static bool
answer_again(const struct write *write)
{
	struct request *r = write->call->request;
	struct nonce_answer answer;
	size_t length;
	const char *body;

	if (!nonce_repeat(r->db, r->arena, &write->nonce, &answer) || answer.result == NULL)
		return false;
	body = crypto_open(r->keys, r->arena, seal_context(write), answer.result,
	    answer.result_length, &length);
	if (body == NULL)
		return false;
	http_answer_reset(&r->answer, answer.status);
	buffer_append(&r->answer.body, body, length);
	return true;
}

/* True when the answer is composed already. */
static bool
write_once(struct call *call)
{
	struct write write = { .call = call };

	describe(&write);
	if (db_transaction(call->request->db, carry_out, &write) == DB_COMMITTED)
		return true;
	if (!write.repeated)
		return false;
	if (answer_again(&write))
		return true;
	call_refuse(call, 500, 0, "General server error");
	return false;
}

/* A refused call may be the repeat of one that ended its own session or credential. */
static bool
was_carried_out(struct call *call)
{
	struct write write = { .call = call };

	if (!call->endpoint->writes)
		return false;
	describe(&write);
	return answer_again(&write);
}

/* --- the cycle -------------------------------------------------------------------------------- */

/* Who may; false when refused. *account: the name under which that is counted. */
static bool
authorize(struct call *call, const char **account)
{
	const struct request *r = call->request;
	enum endpoint_access access = call->endpoint->access;

	*account = NULL;
	if (access == ENDPOINT_PUBLIC)
		return true;
	if (!endpoint_authenticate(call, account))
		return false;
	if (access == ENDPOINT_ADMINISTRATOR && call->caller.workspace.role < ROLE_ADMINISTRATOR) {
		call_refuse(call, 403, 20, "Forbidden (not allowed for role)");
		call_detail(call, "role", "user");
		*account = text_id(r->arena, call->caller.person_public_id);
		return false;
	}
	return true;
}

/* What nobody may ask for, and what the server cannot read. */
static bool
read_request(struct call *call)
{
	const struct request *r = call->request;
	const char *message;

	if (r->http.impersonate_as != NULL && r->http.act_as != NULL) {
		call_refuse(call, 400, 5,
		    "Invalid headers (only one of the impersonation headers is allowed)");
		return false;
	}
	if (r->http.impersonate_as != NULL || r->http.act_as != NULL) {
		call_refuse(call, 400, 6, "Impersonation error (impersonation is not supported)");
		return false;
	}
	if (r->http.content_encoding[0] != '\0' &&
	    !text_equal(text_lower(r->arena, r->http.content_encoding), "identity")) {
		call_refuse(call, 415, 0, "Content-Encoding is not supported");
		return false;
	}
	call->arguments = json_arguments(r->arena, &r->http, &message);
	if (call->arguments == NULL)
		call_refuse(call, 400, 0, "%s", message);
	return call->arguments != NULL;
}

/* True when the answer is composed already. */
static bool
run(struct call *call)
{
	const char *account;
	bool composed = false;

	if (call->request->http.refusal != 0) {
		call_refuse(call, call->request->http.refusal, 0, "%s",
		    call->request->http.refusal_reason);
		return false;
	}
	if (!read_path(call) || !find_endpoint(call))
		return false;
	if (!authorize(call, &account)) {
		if (was_carried_out(call))
			return true;
		if (account != NULL)
			endpoint_record_refusal(call, account);
		if (call->endpoint->access != ENDPOINT_OPTIONAL)
			return false;
		forget_outcome(call);
	}
	if (!read_request(call))
		return false;
	if (call->endpoint->writes)
		composed = write_once(call);
	else
		call->endpoint->handle(call);
	if (call->code == 403)
		endpoint_record_refusal(call,
		    text_id(call->request->arena, call->caller.person_public_id));
	return composed;
}

static void
fail(struct call *call)
{
	log_write(LOG_ERROR, "request", 3, "request", call->request->http.request_id, "path",
	    call->request->http.raw_path, "failure", "database");
	forget_outcome(call);
	/* Never 503: the clients would try again without a pause (spec/api.md 4). */
	call_refuse(call, 500, 102, "Database is temporarily unavailable");
}

static void
write_headers(struct request *r)
{
	http_header(&r->answer, "Content-Type", "application/json");
	http_header(&r->answer, "Server", "clearml");
	http_header(&r->answer, "Cache-Control", "no-store");
	http_header(&r->answer, "X-Content-Type-Options", "nosniff");
	cookie_write(r);
}

void
endpoint_handle(struct request *r)
{
	struct call call = {
		.request = r, .name = "", .major = NEWEST_MAJOR, .minor = NEWEST_MINOR
	};
	bool composed;

	forget_outcome(&call);
	if (strcmp(r->http.method_name, "OPTIONS") == 0) {
		http_answer_reset(&r->answer, 200);
		http_header(&r->answer, "Server", "clearml");
		return;
	}
	composed = run(&call);
	if (db_failed(r->db)) {
		fail(&call);
		composed = false;
	}
	if (!composed)
		compose(&call);
	write_headers(r);
	r->status = r->answer.status;
	json_decref(call.data);
	json_decref(call.error_data);
	json_decref(call.arguments);
}
