/* endpoint_authenticate.c: key and secret, token or session cookie. */
#include "web/endpoint_authenticate.h"

#include <string.h>
#include <strings.h>

#include "core/clock.h"
#include "core/text.h"
#include "data/throttle.h"
#include "web/cookie.h"
#include "web/origin.h"

#define ACCESS_KEY_LIMIT 64	/* bytes; nothing longer is looked up */
#define WORKER_LIMIT 255	/* characters of a worker's name that are kept */

/*
 * Wrong secrets of clients must not keep people at the same address from signing in with their
 * password, so they are counted under a name of their own.
 */
static const char *
counted_address(const struct request *r)
{
	return arena_format(r->arena, "api %s", r->http.address);
}

/* Which key was tried; NULL when it was none, or something else is counted. */
static const char *
tried_key(const char *account)
{
	const char *key = text_starts(account, "expired ") ? account + strlen("expired ") : account;

	return strlen(key) == CREDENTIAL_ACCESS_KEY ? key : NULL;
}

void
endpoint_record_refusal(struct call *call, const char *account)
{
	struct request *r = call->request;
	const char *address = counted_address(r), *key = tried_key(account);

	if (throttle_until(r->db, account, address, r->now) != 0)
		return;
	throttle_failed(r->db, account, address, r->now);
	audit_write(r->db, &r->actor, &(struct audit_event){ .action = "api.refuse",
	    .object_kind = "endpoint", .workspace = call->caller.workspace.id,
	    .before = audit_json(r->arena, "endpoint", call->endpoint->name),
	    .after = key != NULL ? audit_json(r->arena, "access_key", key) :
	    audit_json(r->arena, "message", call->message), .result = "refused" });
}

static void
accept_caller(struct call *call)
{
	struct request *r = call->request;

	call->authenticated = true;
	r->actor.person = call->caller.person;
	r->actor.credential = call->caller.credential;
}

/* What WORKER/IP shows: the name the client gives itself, else its address. */
static const char *
worker_of(const struct request *r)
{
	const char *worker = r->http.worker, *at;

	if (worker == NULL || !text_is_utf8(worker, strlen(worker)))
		return r->http.address;
	worker = text_one_line(r->arena, worker);
	if (worker[0] == '\0' || text_has_hidden(worker))
		return r->http.address;
	at = worker;
	for (unsigned count = 0; count < WORKER_LIMIT && text_next(&at) != 0; count++)
		;
	return arena_copy(r->arena, worker, (size_t)(at - worker));
}

/* --- key and secret --------------------------------------------------------------------------- */

/* Whether the bytes could be an access key at all: what is not, never reaches the database. */
static bool
is_access_key(const char *key)
{
	static const char allowed[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t length = strspn(key, allowed);

	return key[length] == '\0' && length > 0 && length <= ACCESS_KEY_LIMIT;
}

/* One answer for a wrong key and a wrong secret. */
static void
refuse_secret(struct call *call)
{
	call_refuse(call, 401, 22,
	    "Unauthorized (invalid credentials) (failed to locate provided credentials)");
}

static void
refuse_expired(struct call *call)
{
	struct request *r = call->request;

	call_refuse(call, 401, 22, "Unauthorized (invalid credentials)"
	    " (the credential expired on %s, make a new one at %s/settings/workspace)",
	    clock_utc(r->arena, call->caller.expires), r->config->web_server);
}

/*
 * The secret is looked at first: it is 400 random bits, so there is nothing to guess, and whoever
 * has it is never kept waiting. Wrong ones are counted, which bounds what is written about them.
 */
static bool
by_secret(struct call *call, const char *key, const char *secret, const char **account)
{
	struct request *r = call->request;
	enum credential_answer answer = CREDENTIAL_INVALID;

	*account = "?";
	if (is_access_key(key)) {
		*account = key;
		answer = credential_authenticate(r->db, r->arena, r->keys, key, secret, r->now,
		    &call->caller);
	}
	if (answer == CREDENTIAL_VALID)
		return true;
	if (answer == CREDENTIAL_EXPIRED) {
		refuse_expired(call);
		*account = arena_format(r->arena, "expired %s", key);
		return false;
	}
	memset(&call->caller, 0, sizeof(call->caller));
	refuse_secret(call);
	return false;
}

/* Bytes of any kind (spec/api.md 2: latin-1), cut at the first colon. */
static bool
by_basic(struct call *call, const char *encoded, const char **account)
{
	size_t length, key_length;
	char *decoded = crypto_from_base64(call->request->arena, encoded, &length);

	if (decoded == NULL) {
		call_refuse(call, 401, 21, "Unauthorized (malformed credentials)");
		return false;
	}
	/* No key has a NUL in it. */
	if (strlen(decoded) != length)
		decoded[0] = '\0';
	key_length = strcspn(decoded, ":");
	return by_secret(call, arena_copy(call->request->arena, decoded, key_length),
	    decoded + key_length + (decoded[key_length] == ':'), account);
}

/* --- token and cookie ------------------------------------------------------------------------- */

static bool
by_token(struct call *call, const char *text, const char **account)
{
	struct request *r = call->request;
	const char *reason = access_token_read(r->arena, r->keys, text, r->now, &call->token);

	if (reason == NULL)
		reason = access_token_caller(r->db, r->arena, r->config, &call->token, r->now,
		    &call->caller, &call->proved);
	if (reason == NULL) {
		call->by_token = true;
		return true;
	}
	memset(&call->caller, 0, sizeof(call->caller));
	call_refuse(call, 401, 30, "Invalid token (invalid jwt token)");
	call_detail(call, "reason", reason);
	*account = "token";
	return false;
}

/* Other sites can make a browser send its cookie: they may not change anything with it. */
static bool
may_write_by_cookie(const struct request *r)
{
	return r->http.method == HTTP_POST &&
	    (r->http.fetch_site != NULL || r->http.origin != NULL || r->http.referer != NULL) &&
	    origin_is_ours(r);
}

static bool
by_cookie(struct call *call)
{
	struct request *r = call->request;
	struct credential_caller *caller = &call->caller;

	r->cookie = cookie_session(r);
	if (r->cookie != NULL)
		session_load(r->db, r->arena, r->config, r->cookie, r->now, false, &r->session);
	if (!r->session.signed_in) {
		call_refuse(call, 401, 20, "Unauthorized (missing credentials)");
		return false;
	}
	if (r->session.workspace.id == 0) {
		call_refuse(call, 403, 20, "Forbidden (not a member of any workspace)");
		return false;
	}
	if (call->endpoint->writes && !may_write_by_cookie(r)) {
		call_refuse(call, 403, 21, "Forbidden (modification not allowed)"
		    " (signed in by browser: needs POST from a page of %s)", r->config->web_server);
		return false;
	}
	session_touch(r->db, &r->session, r->now);
	caller->person = r->session.person.id;
	memcpy(caller->person_public_id, r->session.person.public_id,
	    sizeof(caller->person_public_id));
	caller->person_name = r->session.person.name;
	caller->person_email = r->session.person.email;
	caller->person_created = r->session.person.created;
	caller->workspace = r->session.workspace;
	call->proved = r->session.authenticated;
	caller->last_used_from = "";
	call->by_cookie = true;
	return true;
}

bool
endpoint_authenticate(struct call *call, const char **account)
{
	struct request *r = call->request;
	const char *header = r->http.authorization, *value;
	size_t length;
	bool accepted;

	*account = NULL;
	if (header == NULL) {
		accepted = by_cookie(call);
	} else {
		length = strcspn(header, " ");
		value = header + length + strspn(header + length, " ");
		if (length == 5 && strncasecmp(header, "Basic", length) == 0) {
			accepted = by_basic(call, value, account);
		} else if (length == 6 && strncasecmp(header, "Bearer", length) == 0) {
			accepted = by_token(call, value, account);
		} else {
			call_refuse(call, 401, 10, "Unauthorized (bad authentication header type)");
			accepted = false;
		}
	}
	if (!accepted)
		return false;
	accept_caller(call);
	credential_used(r->db, &call->caller, worker_of(r), r->now);
	return true;
}
