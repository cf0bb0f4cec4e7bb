/* access_token.c: what a token says, and that nothing else is taken for one. */
#include "unit.h"

#include <jansson.h>

#include "core/clock.h"
#include "core/text.h"
#include "data/access_token.h"

#define NOW ((int64_t)1795528019 * CLOCK_SECOND)

struct state {
	char folder[128], file[160];
	const struct crypto_keys *keys;
	struct arena *arena;
	struct credential_caller caller;
};

static void
load_keys(struct state *state)
{
	char message[256];

	state->keys = crypto_keys_load(state->file, message, sizeof(message));
	if (state->keys == NULL)
		fail_msg("%s", message);
}

static int
set_up(void **data)
{
	struct state *state = calloc(1, sizeof(*state));
	char message[256];

	assert_non_null(state);
	assert_true(crypto_start());
	unit_folder(state->folder, sizeof(state->folder));
	snprintf(state->file, sizeof(state->file), "%s/keys", state->folder);
	assert_true(crypto_keys_create(state->file, message, sizeof(message)));
	load_keys(state);
	state->arena = arena_create();
	memset(state->caller.person_public_id, 0xaa, 16);
	memset(state->caller.credential_public_id, 0xcc, 16);
	memset(state->caller.workspace.public_id, 0xbb, 16);
	state->caller.person_name = "Zoë \"Z\" Ünal";
	state->caller.workspace.name = "Zoë's workspace";
	state->caller.workspace.role = ROLE_OWNER;
	*data = state;
	return 0;
}

static int
tear_down(void **data)
{
	struct state *state = *data;

	unlink(state->file);
	rmdir(state->folder);
	arena_destroy(state->arena);
	free(state);
	return 0;
}

/* The body of a token as JSON; json_decref() it. */
static json_t *
claims_of(struct state *state, const char *token)
{
	const char *start = strchr(token, '.') + 1;
	char *part = arena_copy(state->arena, start, (size_t)(strchr(start, '.') - start));
	char body[4096];
	json_t *claims;
	size_t length;

	assert_true(crypto_from_base64url(part, body, sizeof(body), &length));
	claims = json_loadb(body, length, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(claims);
	return claims;
}

/* A token of any header and body, signed with our own key. */
static const char *
signed_token(struct state *state, const char *header, const char *body)
{
	const char *start = arena_format(state->arena, "%s.%s",
	    crypto_base64url(state->arena, header, strlen(header)),
	    crypto_base64url(state->arena, body, strlen(body)));
	uint8_t mac[CRYPTO_HASH];

	assert_true(crypto_token_mac(state->keys, crypto_current_key(state->keys), start,
	    strlen(start), mac));
	return arena_format(state->arena, "%s.%s", start,
	    crypto_base64url(state->arena, mac, sizeof(mac)));
}

static const char *
made(struct state *state)
{
	return access_token_make(state->arena, state->keys, &state->caller, NULL, NOW, 3600);
}

static void
is_refused(struct state *state, const char *text, const char *reason)
{
	struct access_token token;
	const char *said = access_token_read(state->arena, state->keys, text, NOW, &token);

	if (said == NULL || strcmp(said, reason) != 0)
		fail_msg("%s\nsays: %s\nnot: %s", text, said != NULL ? said : "good", reason);
}

static const char *
string_at(json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value != NULL ? value : "(none)";
}

static void
says_what_clients_read(void **data)
{
	struct state *state = *data;
	const char *token = made(state);
	json_t *claims = claims_of(state, token), *identity = json_object_get(claims, "identity");

	assert_memory_equal(token, "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.", 37);
	assert_string_equal(string_at(claims, "auth_type"), "Bearer");
	assert_string_equal(string_at(identity, "user"), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	assert_string_equal(string_at(identity, "company"), "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
	assert_string_equal(string_at(identity, "role"), "admin");
	assert_string_equal(string_at(identity, "user_name"), state->caller.person_name);
	assert_string_equal(string_at(identity, "company_name"), "Zoë's workspace");
	assert_int_equal(json_integer_value(json_object_get(claims, "iat")), 1795528019);
	assert_int_equal(json_integer_value(json_object_get(claims, "exp")), 1795528019 + 3600);
	assert_string_equal(string_at(claims, "env"), "default");
	assert_true(text_is_id(string_at(claims, "session_id")));
	assert_string_equal(string_at(claims, "api_version"), "2.34");
	assert_string_equal(string_at(claims, "feature_set"), "advanced");
	assert_string_equal(string_at(claims, "server_build"), "");
	assert_string_equal(string_at(claims, "credential"), "cccccccccccccccccccccccccccccccc");
	assert_null(json_object_get(claims, "session"));
	assert_int_equal(strspn(string_at(claims, "server_version"), "0123456789."),
	    strlen(string_at(claims, "server_version")));
	json_decref(claims);
}

static void
members_have_the_role_user(void **data)
{
	struct state *state = *data;
	json_t *claims;

	state->caller.workspace.role = ROLE_MEMBER;
	claims = claims_of(state, made(state));
	assert_string_equal(string_at(json_object_get(claims, "identity"), "role"), "user");
	json_decref(claims);
}

static void
is_read_back(void **data)
{
	struct state *state = *data;
	struct access_token token, other;
	uint8_t session[16];

	assert_null(access_token_read(state->arena, state->keys, made(state), NOW, &token));
	assert_false(token.of_session);
	assert_memory_equal(token.origin, state->caller.credential_public_id, 16);
	assert_memory_equal(token.workspace, state->caller.workspace.public_id, 16);
	assert_true(token.issued == NOW && token.expires == NOW + CLOCK_HOUR);
	memset(session, 0xdd, sizeof(session));
	assert_null(access_token_read(state->arena, state->keys, access_token_make(state->arena,
	    state->keys, &state->caller, session, NOW, ACCESS_TOKEN_SECONDS), NOW, &other));
	assert_true(other.of_session);
	assert_memory_equal(other.origin, session, 16);
	assert_memory_not_equal(other.id, token.id, 16);
}

static void
says_when_it_expired(void **data)
{
	struct state *state = *data;
	struct access_token token;
	const char *text = made(state);

	assert_null(access_token_read(state->arena, state->keys, text,
	    NOW + CLOCK_HOUR - CLOCK_SECOND, &token));
	assert_string_equal(access_token_read(state->arena, state->keys, text, NOW + CLOCK_HOUR,
	    &token), "expired on 2026-11-24T14:46:59Z");
}

static void
the_previous_key_still_verifies(void **data)
{
	struct state *state = *data;
	const char *text = made(state);
	char message[256];
	struct access_token token;

	assert_true(crypto_keys_rotate(state->file, message, sizeof(message)));
	load_keys(state);
	assert_null(access_token_read(state->arena, state->keys, text, NOW, &token));
	assert_true(crypto_keys_rotate(state->file, message, sizeof(message)));
	load_keys(state);
	is_refused(state, text, "signature verification failed");
}

static void
another_servers_key_does_not(void **data)
{
	struct state *state = *data;
	const char *text = made(state);
	char message[256];

	unlink(state->file);
	assert_true(crypto_keys_create(state->file, message, sizeof(message)));
	load_keys(state);
	is_refused(state, text, "signature verification failed");
}

static void
no_changed_byte_is_taken(void **data)
{
	struct state *state = *data;
	char *text = arena_text(state->arena, made(state));
	struct access_token token;
	size_t taken = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		char kept = text[i];

		text[i] = kept == 'A' ? 'B' : 'A';
		if (access_token_read(state->arena, state->keys, text, NOW, &token) == NULL)
			taken++;
		text[i] = kept;
	}
	assert_int_equal(taken, 0);
	assert_null(access_token_read(state->arena, state->keys, text, NOW, &token));
}

static void
forms_that_are_none(void **data)
{
	struct state *state = *data;
	const char *text = made(state);
	char *body = arena_text(state->arena, strchr(text, '.') + 1);
	char *signature = strchr(body, '.');
	char *long_text = arena_allocate(state->arena, 9000);

	*signature++ = '\0';
	is_refused(state, "", "not three parts");
	is_refused(state, "x", "not three parts");
	is_refused(state, "x.y", "not three parts");
	is_refused(state, "..", "not a header of this server");
	is_refused(state, arena_format(state->arena, "%s.", text), "not three parts");
	is_refused(state, arena_format(state->arena, "%s.x", text), "not three parts");
	is_refused(state, arena_format(state->arena, ".%s", text), "not three parts");
	is_refused(state, arena_format(state->arena, "%s ", text), "signature verification failed");
	is_refused(state, arena_format(state->arena, "%s=", text), "signature verification failed");
	is_refused(state,
	    arena_format(state->arena, "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.%s.", body),
	    "signature verification failed");
	is_refused(state, arena_format(state->arena, "%s.eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.%s",
	    body, signature), "not a header of this server");
	memset(long_text, 'a', 8999);
	is_refused(state, arena_format(state->arena, "%s.%s", text, long_text), "not three parts");
}

static void
no_other_header_is_taken(void **data)
{
	static const char *const headers[] = {
		"{\"typ\":\"JWT\",\"alg\":\"none\"}", "{\"typ\":\"JWT\",\"alg\":\"None\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\"}", "{\"typ\":\"JWT\",\"alg\":\"RS256\"}",
		"{\"typ\":\"JWT\",\"alg\":\"HS256\",\"kid\":\"../../dev/null\"}",
		"{\"typ\":\"JWT\",\"alg\":\"HS256\",\"jku\":\"http://example.org/\"}",
		"{\"typ\":\"JWT\",\"alg\":\"HS256\"} ", "",
	};
	struct state *state = *data;
	json_t *claims = claims_of(state, made(state));
	char *body = json_dumps(claims, JSON_COMPACT);

	for (size_t i = 0; i < COUNT(headers); i++)
		is_refused(state, signed_token(state, headers[i], body),
		    "not a header of this server");
	free(body);
	json_decref(claims);
}

/* Even with our signature: bodies that this server has never written. */
static void
no_other_body_is_taken(void **data)
{
	static const struct {
		const char *name, *value;
	} changes[] = {
		{ "exp", "9223372036854775807" }, { "exp", "1795531619.5" }, { "exp", "-1" },
		{ "exp", "\"1795531619\"" }, { "exp", "null" }, { "exp", "1e10" },
		{ "exp", "1890000000" },	/* more than a year */
		{ "iat", "9223372036854775807" }, { "iat", "\"x\"" },
		{ "auth_type", "\"Basic\"" }, { "auth_type", "null" },
		{ "session_id", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"" }, { "session_id", "7" },
		{ "credential", "\"cc\"" }, { "credential", "null" },
		{ "session", "\"x\"" }, { "session", "null" },
		{ "identity", "null" }, { "identity", "[]" }, { "identity", "{}" },
	};
	static const char header[] = "{\"typ\":\"JWT\",\"alg\":\"HS256\"}";
	struct state *state = *data;
	json_t *claims, *value;
	char *body;

	for (size_t i = 0; i < COUNT(changes); i++) {
		claims = claims_of(state, made(state));
		value = json_loads(changes[i].value, JSON_DECODE_ANY, NULL);
		assert_non_null(value);
		assert_int_equal(json_object_set_new(claims, changes[i].name, value), 0);
		body = json_dumps(claims, JSON_COMPACT);
		is_refused(state, signed_token(state, header, body), "not a body of this server");
		free(body);
		json_decref(claims);
	}
	is_refused(state, signed_token(state, header, "{\"exp\":9223372036854775808}"),
	    "not a body of this server");
	is_refused(state, signed_token(state, header, "{\"exp\":1,\"exp\":2}"),
	    "not a body of this server");
	is_refused(state, signed_token(state, header, "[]"), "not a body of this server");
	is_refused(state, signed_token(state, header, ""), "not a body of this server");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(says_what_clients_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(members_have_the_role_user, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_read_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_when_it_expired, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_previous_key_still_verifies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_servers_key_does_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_changed_byte_is_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(forms_that_are_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_other_header_is_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_other_body_is_taken, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("access_token", tests, NULL, NULL);
}
