/* access_token.c: the JWT of auth.login. */
#include "data/access_token.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/text.h"

/* base64url of {"typ":"JWT","alg":"HS256"} */
#define HEADER "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9"
#define LENGTH_LIMIT 4096	/* bytes of a token; ours have about 700 */
#define SEEN_EVERY CLOCK_MINUTE

const char *
access_token_server_version(struct arena *arena)
{
	static const char version[] = VESTIBULE_VERSION;
	size_t length = strspn(version, "0123456789.");

	while (length > 0 && version[length - 1] == '.')
		length--;
	return length > 0 ? arena_copy(arena, version, length) : "0";
}

/* The body as JSON; the caller frees it. */
static char *
write_claims(struct arena *arena, const struct credential_caller *caller,
    const uint8_t session[16], int64_t issued, int64_t seconds)
{
	uint8_t id[16];
	json_t *claims;
	char *text;

	crypto_random(id, sizeof(id));
	claims = json_pack("{s:s, s:{s:s, s:s, s:s, s:s, s:s}, s:I, s:I,"
	    " s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
	    "auth_type", "Bearer",
	    "identity",
	    "user", text_id(arena, caller->person_public_id),
	    "company", text_id(arena, caller->workspace.public_id),
	    "role", caller->workspace.role >= ROLE_ADMINISTRATOR ? "admin" : "user",
	    "user_name", caller->person_name,
	    "company_name", caller->workspace.name,
	    "iat", (json_int_t)issued,
	    "exp", (json_int_t)(issued + seconds),
	    "env", "default",
	    "session_id", text_id(arena, id),
	    "api_version", ACCESS_TOKEN_API_VERSION,
	    "server_version", access_token_server_version(arena),
	    "server_build", "",
	    /* Any other word than "basic" makes clients ask for vaults (spec/api.md 6). */
	    "feature_set", "advanced",
	    session != NULL ? "session" : "credential",
	    text_id(arena, session != NULL ? session : caller->credential_public_id));
	text = claims != NULL ? json_dumps(claims, JSON_COMPACT) : NULL;
	if (text == NULL)
		abort();
	json_decref(claims);
	return text;
}

const char *
access_token_make(struct arena *arena, const struct crypto_keys *keys,
    const struct credential_caller *caller, const uint8_t session[16], int64_t now, int64_t seconds)
{
	uint8_t mac[CRYPTO_HASH];
	const char *signed_part;
	char *claims;

	claims = write_claims(arena, caller, session, now / CLOCK_SECOND, seconds);
	signed_part = arena_format(arena, HEADER ".%s",
	    crypto_base64url(arena, claims, strlen(claims)));
	free(claims);
	if (!crypto_token_mac(keys, crypto_current_key(keys), signed_part, strlen(signed_part),
	    mac))
		abort();
	return arena_format(arena, "%s.%s", signed_part, crypto_base64url(arena, mac, sizeof(mac)));
}

/* Whether the MAC behind the last dot is right under the current or the previous key. */
static bool
is_genuine(const struct crypto_keys *keys, const char *text, const char *last_dot)
{
	const uint32_t candidates[] = { crypto_current_key(keys), crypto_previous_key(keys) };
	uint8_t given[CRYPTO_HASH], mac[CRYPTO_HASH];
	bool genuine = false;
	size_t length;

	if (!crypto_from_base64url(last_dot + 1, given, sizeof(given), &length) ||
	    length != sizeof(given))
		return false;
	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]) && !genuine; i++)
		genuine = candidates[i] != 0 &&
		    crypto_token_mac(keys, candidates[i], text, (size_t)(last_dot - text), mac) &&
		    crypto_equal(mac, given, sizeof(mac));
	return genuine;
}

static bool
read_id(const json_t *object, const char *name, uint8_t id[16])
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL && text_parse_id(text, id);
}

static bool
read_moment(const json_t *claims, const char *name, int64_t *moment)
{
	const json_t *value = json_object_get(claims, name);
	json_int_t seconds = json_integer_value(value);

	if (!json_is_integer(value) || seconds < 0 || seconds > INT64_MAX / CLOCK_SECOND)
		return false;
	*moment = seconds * CLOCK_SECOND;
	return true;
}

/* Strict: every claim that we look at must be there in its one form. */
static bool
read_claims(const json_t *claims, struct access_token *token)
{
	const char *kind = json_string_value(json_object_get(claims, "auth_type"));

	token->of_session = json_object_get(claims, "session") != NULL;
	return kind != NULL && strcmp(kind, "Bearer") == 0 &&
	    read_id(claims, "session_id", token->id) &&
	    read_id(claims, token->of_session ? "session" : "credential", token->origin) &&
	    read_id(json_object_get(claims, "identity"), "company", token->workspace) &&
	    read_moment(claims, "iat", &token->issued) &&
	    read_moment(claims, "exp", &token->expires) &&
	    token->expires - token->issued <= ACCESS_TOKEN_SECONDS * CLOCK_SECOND;
}

const char *
access_token_read(struct arena *arena, const struct crypto_keys *keys, const char *text,
    int64_t now, struct access_token *token)
{
	const char *first_dot = strchr(text, '.'), *last_dot = strrchr(text, '.');
	size_t length = strlen(text);
	char *encoded, *body;
	json_t *claims;
	bool good;

	memset(token, 0, sizeof(*token));
	if (length > LENGTH_LIMIT || first_dot == NULL || first_dot == last_dot ||
	    memchr(first_dot + 1, '.', (size_t)(last_dot - first_dot - 1)) != NULL)
		return "not three parts";
	if ((size_t)(first_dot - text) != strlen(HEADER) ||
	    memcmp(text, HEADER, strlen(HEADER)) != 0)
		return "not a header of this server";
	if (!is_genuine(keys, text, last_dot))
		return "signature verification failed";
	encoded = arena_copy(arena, first_dot + 1, (size_t)(last_dot - first_dot - 1));
	body = arena_allocate(arena, length + 1);
	if (!crypto_from_base64url(encoded, body, length, &length))
		return "not a body of this server";
	claims = json_loadb(body, length, JSON_REJECT_DUPLICATES, NULL);
	good = json_is_object(claims) && read_claims(claims, token);
	json_decref(claims);
	if (!good)
		return "not a body of this server";
	if (token->expires <= now)
		return arena_format(arena, "expired on %s", clock_utc(arena, token->expires));
	return NULL;
}

static bool
is_revoked(struct db *db, const struct access_token *token)
{
	return db_next(db_query(db, "SELECT 1 FROM {token_revoked} WHERE session_id = ?",
	    db_bytes(token->id, sizeof(token->id))));
}

/* Using the token is using the session: it must not fall idle under the hands of its owner. */
static void
touch_session(struct db *db, const struct access_token *token, int64_t last_seen, int64_t now)
{
	if (last_seen + SEEN_EVERY > now)
		return;
	db_execute(db, NULL,
	    "UPDATE {session} SET last_seen = ? WHERE public_id = ? AND last_seen < ?",
	    db_time(now), db_bytes(token->origin, sizeof(token->origin)), db_time(now));
}

/* The rules of session_load(), for a session that is named by its public id. */
static bool
caller_of_session(struct db *db, const struct config *config, const struct access_token *token,
    int64_t now, struct credential_caller *caller, int64_t *proved)
{
	int64_t idle = now - config->session_idle_minutes * CLOCK_MINUTE;
	struct db_rows *rows = db_query(db,
	    "SELECT p.id, p.public_id, p.name, p.email, p.created, w.id, w.public_id, w.name,"
	    " w.personal, w.owner, w.members, m.role + 0, s.last_seen, s.authenticated"
	    " FROM {session} s JOIN {person} p ON p.id = s.person AND p.epoch = s.epoch"
	    " JOIN {workspace} w ON w.public_id = ?"
	    " JOIN {membership} m ON m.workspace = w.id AND m.person = p.id"
	    " WHERE s.public_id = ? AND s.expires > ? AND (s.kept = 1 OR s.last_seen > ?)"
	    " AND p.disabled IS NULL",
	    db_bytes(token->workspace, sizeof(token->workspace)),
	    db_bytes(token->origin, sizeof(token->origin)), db_time(now), db_time(idle));

	memset(caller, 0, sizeof(*caller));
	if (!db_next(rows))
		return false;
	caller->person = db_column_integer(rows, 0);
	db_column_copy(rows, 1, caller->person_public_id, sizeof(caller->person_public_id));
	caller->person_name = db_text(rows, 2);
	caller->person_email = db_text(rows, 3);
	caller->person_created = db_column_time(rows, 4);
	caller->workspace.id = db_column_integer(rows, 5);
	db_column_copy(rows, 6, caller->workspace.public_id, sizeof(caller->workspace.public_id));
	caller->workspace.name = db_text(rows, 7);
	caller->workspace.personal = db_column_integer(rows, 8) == 1;
	caller->workspace.owner = db_column_integer(rows, 9);
	caller->workspace.members = db_column_integer(rows, 10);
	caller->workspace.role = (enum role)(ROLE_OWNER + 1 - db_column_integer(rows, 11));
	caller->last_used_from = "";
	touch_session(db, token, db_column_time(rows, 12), now);
	*proved = db_column_time(rows, 13);
	return true;
}

const char *
access_token_caller(struct db *db, struct arena *arena, const struct config *config,
    const struct access_token *token, int64_t now, struct credential_caller *caller,
    int64_t *proved)
{
	enum credential_answer answer;

	*proved = 0;
	if (is_revoked(db, token))
		return "signed out";
	if (token->of_session) {
		return caller_of_session(db, config, token, now, caller, proved) ? NULL :
		    "the browser session it was made by has ended";
	}
	answer = credential_of_token(db, arena, token->origin, now, caller);
	if (answer == CREDENTIAL_EXPIRED)
		return "the credential it was made with has expired";
	return answer == CREDENTIAL_VALID ? NULL :
	    "the credential it was made with is revoked or not valid any more";
}

void
access_token_revoke(struct db *db, const struct audit_actor *actor,
    const struct access_token *token, int64_t workspace)
{
	if (db_execute(db, NULL, "INSERT INTO {token_revoked} (session_id, expires) VALUES (?, ?)",
	    db_bytes(token->id, sizeof(token->id)), db_time(token->expires)) != DB_DONE)
		return;
	audit_write(db, actor, &(struct audit_event){ .action = "token.revoke",
	    .object_kind = "token", .workspace = workspace });
}

bool
access_token_session(struct db *db, const uint8_t session_hash[32], uint8_t public_id[16])
{
	struct db_rows *rows = db_query(db, "SELECT public_id FROM {session} WHERE hash = ?",
	    db_bytes(session_hash, 32));

	if (!db_next(rows))
		return false;
	db_column_copy(rows, 0, public_id, 16);
	return true;
}
