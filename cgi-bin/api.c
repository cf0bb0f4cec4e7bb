/*
 * api.c: what ClearML clients call (spec of the wire: lib/web/endpoint.h).
 *
 *	/api/[v<version>/]<service>.<action>	and the same without /api, by any method
 *
 * auth.*	tokens and credentials of the caller
 * login.*	how to sign in, and out
 * users.*	people of the caller's workspace, the caller's preferences and vaults
 * organization.*	the caller's workspaces
 * server.*, debug.*	who is there
 *
 * A caller is a person in one workspace: that of the credential, or the active one of a browser.
 */
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "data/person_list.h"
#include "data/preference_choice.h"
#include "data/preference_document.h"
#include "data/server_setting.h"
#include "data/telemetry.h"
#include "data/workspace_panel.h"
#include "web/endpoint.h"

#define DOWNLOAD_ITEMS 1000	/* rows that a web application may save at once */

static const char *
role_word(enum role role)
{
	return role >= ROLE_ADMINISTRATOR ? "admin" : "user";
}

static void
set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, call_made(value));
}

/* --- debug, server, login --------------------------------------------------------------------- */

static void
ping(struct call *call)
{
	json_t *data = call_made(json_pack("{s:s}", "msg", "ClearML server"));

	json_object_update(data, call->arguments);
	call_answer(call, data);
}

static json_t *
server_description(struct call *call)
{
	return call_made(json_pack("{s:s, s:s, s:s}", "version",
	    access_token_server_version(call->request->arena), "build", "", "commit", ""));
}

static void
server_info(struct call *call)
{
	call_answer(call, server_description(call));
}

static void
server_info_with_id(struct call *call)
{
	json_t *data = server_description(call);

	set(data, "uid", json_string(server_setting(call->request->db, "installation.id")));
	call_answer(call, data);
}

static void
server_info_with_version(struct call *call)
{
	json_t *data = server_description(call);

	set(data, "api_version", json_string(ACCESS_TOKEN_API_VERSION));
	call_answer(call, data);
}

static json_t *
describe_telemetry(struct call *call, const struct telemetry *telemetry)
{
	json_t *data = call_made(json_pack("{s:b, s:b, s:s}", "supported", 1,
	    "enabled", (int)telemetry->enabled, "current_version", VESTIBULE_VERSION));

	if (telemetry->at != 0) {
		set(data, "enabled_time",
		    json_string(clock_api(call->request->arena, telemetry->at)));
		set(data, "enabled_version", json_string(telemetry->version));
	}
	if (telemetry->by_id[0] != '\0')
		set(data, "enabled_user", json_string(telemetry->by_id));
	return data;
}

/* Whether usage data are sent (data/telemetry.h); with "enabled" it decides. */
static void
report_stats_option(struct call *call)
{
	struct request *r = call->request;
	struct telemetry telemetry;
	bool enabled = false, present;

	if (!call_boolean(call, "enabled", false, &enabled, &present))
		return;
	if (!r->config->switches[SWITCH_TELEMETRY]) {
		call_answer(call, json_pack("{s:b}", "supported", 0));
		return;
	}
	telemetry_load(r->db, r->config, call->caller.person, &telemetry, NULL);
	if (present && !telemetry.may_decide) {
		call_refuse(call, 403, 21, "Forbidden (modification not allowed)");
		return;
	}
	if (present) {
		telemetry_decide(r->db, r->arena, &r->actor, enabled);
		telemetry_load(r->db, r->config, call->caller.person, &telemetry, NULL);
	}
	call_answer(call, describe_telemetry(call, &telemetry));
}

/* Single sign-on is none of ours, and nobody is a guest. */
static void
supported_modes(struct call *call)
{
	call_answer(call, json_pack("{s:{s:b, s:{s:b}}, s:{}, s:[], s:{s:b, s:b}, s:b}",
	    "basic", "enabled", 1, "guest", "enabled", 0, "sso", "sso_providers",
	    "server_errors", "missed_es_upgrade", 0, "es_connection_error", 0,
	    "authenticated", (int)call->authenticated));
}

/* --- tokens ----------------------------------------------------------------------------------- */

static void
login(struct call *call)
{
	struct request *r = call->request;
	int64_t seconds = r->config->token_days * (CLOCK_DAY / CLOCK_SECOND);
	const uint8_t *session = NULL;
	uint8_t public_id[16];
	bool present;

	if (!call_integer(call, "expiration_sec", false, 1, ACCESS_TOKEN_SECONDS, &seconds,
	    &present))
		return;
	if (call->by_token && call->token.of_session) {
		session = call->token.origin;
	} else if (call->by_cookie) {
		if (!access_token_session(r->db, r->session.hash, public_id)) {
			call_refuse(call, 401, 20, "Unauthorized (missing credentials)");
			return;
		}
		session = public_id;
	}
	call_answer(call, json_pack("{s:s}", "token",
	    access_token_make(r->arena, r->keys, &call->caller, session, r->now, seconds)));
}

/* Ends the token or the browser session that asks; a pair of keys has nothing to end. */
static void
logout(struct call *call)
{
	struct request *r = call->request;

	if (!call->authenticated)
		return;
	if (call->by_token)
		access_token_revoke(r->db, &r->actor, &call->token, call->caller.workspace.id);
	if (call->by_cookie) {
		session_end(r->db, &r->actor, &r->session);
		r->new_cookie = "";
	}
}

/* --- credentials ------------------------------------------------------------------------------ */

/* Whoever is signed in by browser must have proved lately who they are, as for the page. */
static bool
is_proved(struct call *call)
{
	const struct request *r = call->request;

	if (call->caller.credential != 0 || call->proved + SESSION_RECENT > r->now)
		return true;
	call_refuse(call, 403, 21, "Forbidden (modification not allowed)"
	    " (sign in again at %s/sign-in, or use the page)", r->config->web_server);
	return false;
}

static void
create_credentials(struct call *call)
{
	struct request *r = call->request;
	struct credential_pair pair;
	enum credential_outcome outcome;
	const char *label, *fault;
	json_t *shown;

	if (!call_text(call, "label", false, &label) || !is_proved(call))
		return;
	label = text_one_line(r->arena, label != NULL ? label : "");
	fault = credential_label_fault(label);
	if (fault != NULL) {
		call_refuse(call, 400, 12, "Validation error (label: %s)", fault);
		return;
	}
	outcome = credential_create(r->db, &r->actor, r->config, r->keys, call->caller.workspace.id,
	    call->caller.person, label, 0, &pair);
	if (outcome == CREDENTIAL_AT_MAXIMUM) {
		call_refuse(call, 400, 0, "Maximum number of credentials reached in this workspace:"
		    " revoke one that is not needed any more");
		call_detail_number(call, "max_credentials", r->config->credential_maximum);
		return;
	}
	if (outcome != CREDENTIAL_DONE) {
		call_refuse(call, 403, 21, "Forbidden (modification not allowed)");
		return;
	}
	shown = call_made(json_pack("{s:s, s:s}", "access_key", pair.access_key, "secret_key",
	    pair.secret_key));
	if (label[0] != '\0')
		set(shown, "label", json_string(label));
	call_answer(call, json_pack("{s:o}", "credentials", shown));
	crypto_wipe(&pair, sizeof(pair));
}

/* What is not known is left out: clients take no null here. */
static json_t *
describe_credential(struct call *call, const struct credential *credential)
{
	struct arena *arena = call->request->arena;
	json_t *object = call_made(json_pack("{s:s}", "access_key", credential->access_key));

	if (credential->label[0] != '\0')
		set(object, "label", json_string(credential->label));
	if (credential->last_used != 0) {
		set(object, "last_used", json_string(clock_api(arena, credential->last_used)));
		set(object, "last_used_from", json_string(credential->last_used_from));
	}
	if (credential->expires != 0)
		set(object, "expire", json_string(clock_api(arena, credential->expires)));
	return object;
}

static json_t *
own_credentials(struct call *call, int64_t workspace)
{
	struct request *r = call->request;
	json_t *list = call_made(json_array());
	struct credential *credentials;
	size_t count = credential_list_own(r->db, r->arena, workspace, call->caller.person,
	    &credentials);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, describe_credential(call, &credentials[i]));
	return list;
}

/*
 * In the person's other workspaces, by workspace; only for browsers, because a credential of one
 * workspace has no business in another.
 */
static json_t *
credentials_elsewhere(struct call *call)
{
	struct request *r = call->request;
	json_t *object = call_made(json_object());
	struct workspace *workspaces;
	size_t count = workspace_list(r->db, r->arena, call->caller.person, &workspaces);

	for (size_t i = 0; i < count; i++) {
		if (workspaces[i].id != call->caller.workspace.id)
			set(object, text_id(r->arena, workspaces[i].public_id),
			    own_credentials(call, workspaces[i].id));
	}
	return object;
}

static void
get_credentials(struct call *call)
{
	unsigned maximum = call->request->config->credential_maximum;
	json_t *data = call_made(json_object());

	set(data, "credentials", own_credentials(call, call->caller.workspace.id));
	if (call->caller.credential == 0)
		set(data, "additional_credentials", credentials_elsewhere(call));
	if (maximum != 0)
		set(data, "max_credentials", json_integer(maximum));
	call_answer(call, data);
}

/* The one that access_key names, if the caller may change it. */
static bool
find_credential(struct call *call, unsigned subcode, const char *refusal,
    struct credential *credential)
{
	struct request *r = call->request;
	const char *access_key;

	if (!call_text(call, "access_key", true, &access_key))
		return false;
	if (strlen(access_key) == CREDENTIAL_ACCESS_KEY &&
	    strspn(access_key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == CREDENTIAL_ACCESS_KEY &&
	    credential_find_key(r->db, r->arena, &call->caller.workspace, call->caller.person,
	    access_key, credential))
		return true;
	call_refuse(call, 400, subcode, "%s", refusal);
	call_detail(call, "access_key", access_key);
	return false;
}

static void
edit_credentials(struct call *call)
{
	static const char refusal[] = "Access key not found";
	struct request *r = call->request;
	struct credential credential;
	const char *label, *fault;

	if (!call_text(call, "label", false, &label) ||
	    !find_credential(call, 75, refusal, &credential))
		return;
	label = text_one_line(r->arena, label != NULL ? label : "");
	fault = credential_label_fault(label);
	if (fault != NULL)
		call_refuse(call, 400, 12, "Validation error (label: %s)", fault);
	else if (credential_relabel(r->db, &r->actor, &credential, label) != CREDENTIAL_DONE)
		call_refuse(call, 400, 75, "%s", refusal);
	else
		call_answer(call, json_pack("{s:i}", "updated", 1));
}

static void
revoke_credentials(struct call *call)
{
	static const char refusal[] = "Invalid user (failed to locate provided credentials)";
	struct request *r = call->request;
	struct credential credential;

	if (!find_credential(call, 300, refusal, &credential))
		return;
	if (credential_revoke(r->db, &r->actor, &credential) != CREDENTIAL_DONE)
		call_refuse(call, 400, 300, "%s", refusal);
	else
		call_answer(call, json_pack("{s:i}", "revoked", 1));
}

/* --- people ----------------------------------------------------------------------------------- */

static json_t *
describe_person(struct call *call, const uint8_t public_id[16], const char *name, enum role role,
    int64_t created)
{
	struct arena *arena = call->request->arena;

	return call_made(json_pack("{s:s, s:s, s:s, s:s, s:n, s:s, s:s}",
	    "id", text_id(arena, public_id), "name", name,
	    "given_name", person_given_name(arena, name), "family_name", person_family_name(name),
	    "avatar", "role", role_word(role), "created", clock_api(arena, created)));
}

static json_t *
describe_listed(struct call *call, const struct person_listed *person)
{
	json_t *user = describe_person(call, person->public_id, person->name, person->role,
	    person->created);

	set(user, "company", json_string(text_id(call->request->arena,
	    call->caller.workspace.public_id)));
	return user;
}

static void
get_current_user(struct call *call)
{
	const struct credential_caller *caller = &call->caller;
	json_t *user = describe_person(call, caller->person_public_id, caller->person_name,
	    caller->workspace.role, caller->person_created);

	if (caller->person_email[0] != '\0')
		set(user, "email", json_string(caller->person_email));
	set(user, "company", json_pack("{s:s, s:s}",
	    "id", text_id(call->request->arena, caller->workspace.public_id),
	    "name", caller->workspace.name));
	call_answer(call, json_pack("{s:o, s:n, s:{s:i}}", "user", user, "getting_started",
	    "settings", "max_download_items", DOWNLOAD_ITEMS));
}

/* The member of the caller's workspace that the argument user names. */
static bool
find_person(struct call *call, struct person_listed *person)
{
	struct request *r = call->request;
	uint8_t public_id[16];
	const char *id;

	if (!call_text(call, "user", true, &id))
		return false;
	if (text_parse_id(id, public_id) &&
	    person_list_find(r->db, call->caller.workspace.id, public_id, person))
		return true;
	call_refuse(call, 400, 301, "Invalid user id");
	call_detail(call, "id", id);
	call_detail(call, "company", text_id(r->arena, call->caller.workspace.public_id));
	return false;
}

static void
get_user(struct call *call)
{
	struct person_listed person;

	if (find_person(call, &person))
		call_answer(call, json_pack("{s:o}", "user", describe_listed(call, &person)));
}

/* The first field of order_by decides; "-" in front turns it round. */
static bool
read_order(struct call *call, enum person_order *order)
{
	json_t *list;

	*order = PERSON_ORDER_JOINED;
	if (!call_texts(call, "order_by", &list))
		return false;
	if (json_array_size(list) == 0)
		return true;
	if (person_list_order(json_string_value(json_array_get(list, 0)), order))
		return true;
	call_refuse(call, 400, 12, "Validation error (order_by: must be id, name or created)");
	return false;
}

static bool
read_query(struct call *call, struct person_query *query)
{
	int64_t page = 0;
	bool present;
	json_t *ids;

	memset(query, 0, sizeof(*query));
	query->limit = PERSON_LIST_LIMIT;
	if (!call_text(call, "name", false, &query->name) ||
	    !call_texts(call, "id", &ids) ||
	    !read_order(call, &query->order) ||
	    !call_integer(call, "page", false, 0, INT32_MAX, &page, &present) ||
	    !call_integer(call, "page_size", false, 1, INT32_MAX, &query->limit, &present))
		return false;
	if (query->limit > PERSON_LIST_LIMIT)
		query->limit = PERSON_LIST_LIMIT;
	query->offset = page * query->limit;
	query->ids = json_array_size(ids) > 0 ? ids : NULL;
	return true;
}

static void
get_all_users(struct call *call)
{
	struct request *r = call->request;
	struct person_query query;
	struct person_listed *people;
	json_t *list, *only, *user;
	size_t count;

	if (!read_query(call, &query) || !call_texts(call, "only_fields", &only))
		return;
	list = call_made(json_array());
	count = person_list(r->db, r->arena, call->caller.workspace.id, &query, &people);
	for (size_t i = 0; i < count; i++) {
		user = describe_listed(call, &people[i]);
		call_keep_fields(user, only);
		json_array_append_new(list, user);
	}
	call_answer(call, json_pack("{s:o}", "users", list));
}

/*
 * The new name: that given, else the old one with the parts given. fields gets what was asked for.
 * NULL after a refusal.
 */
static const char *
read_new_name(struct call *call, const char *old, json_t *fields)
{
	struct arena *arena = call->request->arena;
	const char *name, *given, *family, *fault;

	if (!call_text(call, "name", false, &name) ||
	    !call_text(call, "given_name", false, &given) ||
	    !call_text(call, "family_name", false, &family))
		return NULL;
	if (name == NULL)
		name = arena_format(arena, "%s %s",
		    given != NULL ? given : person_given_name(arena, old),
		    family != NULL ? family : person_family_name(old));
	name = text_one_line(arena, name);
	fault = person_name_fault(name);
	if (fault != NULL) {
		call_refuse(call, 400, 12, "Validation error (name: %s)", fault);
		return NULL;
	}
	set(fields, "name", json_string(name));
	if (given != NULL)
		set(fields, "given_name", json_string(person_given_name(arena, name)));
	if (family != NULL)
		set(fields, "family_name", json_string(person_family_name(name)));
	return name;
}

/* Oneself; or any member, for administrators of a workspace that is more than somebody's own. */
static bool
may_rename(const struct call *call, const struct person_listed *person)
{
	return person->id == call->caller.person ||
	    (call->caller.workspace.role >= ROLE_ADMINISTRATOR && !call->caller.workspace.personal);
}

static void
update_user(struct call *call)
{
	struct request *r = call->request;
	struct person_listed listed;
	struct person person;
	const char *name;
	json_t *fields;
	bool changed;

	if (!find_person(call, &listed))
		return;
	if (!may_rename(call, &listed)) {
		call_refuse(call, 403, 21, "Forbidden (modification not allowed)");
		call_detail(call, "user", text_id(r->arena, listed.public_id));
		return;
	}
	fields = call_made(json_object());
	name = read_new_name(call, listed.name, fields);
	if (name == NULL || !person_by_id(r->db, r->arena, listed.id, &person)) {
		json_decref(fields);
		return;
	}
	changed = strcmp(person.name, name) != 0;
	person_rename(r->db, &r->actor, &person, name);
	if (!changed)
		json_object_clear(fields);
	call_answer(call, json_pack("{s:i, s:o}", "updated", (int)changed, "fields", fields));
}

/* --- preferences and vaults ------------------------------------------------------------------- */

/* As they take effect: with what counts where nothing is stored, and what the operator fixed. */
static json_t *
effective_preferences(struct call *call, const json_t *document)
{
	return preference_choice_effective(call->request->arena, call->request->config, document);
}

static void
get_preferences(struct call *call)
{
	struct preference preference;
	json_t *document;

	preference_load(call->request->db, call->request->arena, call->caller.person, &preference);
	document = preference_document_read(preference.document);
	call_answer(call, json_pack("{s:o}", "preferences", effective_preferences(call, document)));
	json_decref(document);
}

static void
refuse_preferences(struct call *call, enum preference_document_outcome outcome, const char *key)
{
	switch (outcome) {
	case PREFERENCE_BAD_KEY:
		call_refuse(call, 400, 16, "Invalid value for fields"
		    " (a key must not be empty, start with $ or, below the top, contain a dot)");
		break;
	case PREFERENCE_NOT_AN_OBJECT:
		call_refuse(call, 400, 305, "Malformed key and/or value"
		    " (the path goes through a value that is no object)");
		break;
	case PREFERENCE_TOO_DEEP:
		call_refuse(call, 400, 305, "Malformed key and/or value"
		    " (nested more than %d levels deep)", PREFERENCE_DOCUMENT_DEPTH);
		break;
	default:
		call_refuse(call, 400, 12, "Validation error"
		    " (preferences: more than %d bytes in all)", PREFERENCE_LIMIT);
		return;
	}
	call_detail(call, "key", key);
}

static void
set_preferences(struct call *call)
{
	struct request *r = call->request;
	enum preference_document_outcome outcome;
	bool show = true, present;
	json_t *change, *document, *fields;
	const char *key;

	if (!call_object(call, "preferences", true, &change) ||
	    !call_boolean(call, "return_updated", false, &show, &present))
		return;
	outcome = preference_document_update(r->db, r->arena, &r->actor, call->caller.person,
	    change, &document, &key);
	if (outcome != PREFERENCE_CHANGED && outcome != PREFERENCE_UNCHANGED) {
		refuse_preferences(call, outcome, key);
		return;
	}
	fields = call_made(json_object());
	if (outcome == PREFERENCE_CHANGED && show && document != NULL)
		set(fields, "preferences", effective_preferences(call, document));
	json_decref(document);
	call_answer(call, json_pack("{s:i, s:o}", "updated", outcome == PREFERENCE_CHANGED ? 1 : 0,
	    "fields", fields));
}

/* This server keeps no vaults: for every caller and every filter there is none. */
static void
get_vaults(struct call *call)
{
	bool enabled, present;
	json_t *types;

	if (call_boolean(call, "enabled", false, &enabled, &present) &&
	    call_texts(call, "types", &types))
		call_answer(call, json_pack("{s:[]}", "vaults"));
}

/* --- the table -------------------------------------------------------------------------------- */

/* --- workspaces ------------------------------------------------------------------------------- */

static json_t *
describe_company(struct call *call, const struct workspace_company *company)
{
	struct arena *arena = call->request->arena;
	json_t *owners = call_made(json_array());

	if (company->owner[0] != '\0')
		json_array_append_new(owners,
		    call_made(json_pack("{s:s, s:s, s:n}", "id", text_id(arena, company->owner_id),
		        "name", company->owner, "avatar")));
	return call_made(json_pack("{s:s, s:s, s:I, s:o}", "id", text_id(arena, company->public_id),
	    "name", company->name, "allocated", (json_int_t)company->members, "owners", owners));
}

/* All workspaces of the person; the caller acts in the first one only. */
static void
get_user_companies(struct call *call)
{
	struct workspace_company *list;
	size_t count = workspace_companies(call->request->db, call->request->arena,
	    call->caller.person, call->caller.workspace.id, &list);
	json_t *companies = call_made(json_array());

	for (size_t i = 0; i < count; i++)
		json_array_append_new(companies, describe_company(call, &list[i]));
	call_answer(call, json_pack("{s:o}", "companies", companies));
}

#define ENDPOINT(endpoint_name, first_major, first_minor, who, changes, handler) \
	{ .name = endpoint_name, .major = first_major, .minor = first_minor, .access = who, \
	  .writes = changes, .handle = handler }

static const struct endpoint endpoints[] = {
	ENDPOINT("debug.ping", 1, 0, ENDPOINT_PUBLIC, false, ping),
	ENDPOINT("server.info", 1, 0, ENDPOINT_ANY, false, server_info),
	ENDPOINT("server.info", 2, 8, ENDPOINT_ANY, false, server_info_with_id),
	ENDPOINT("server.info", 2, 12, ENDPOINT_ANY, false, server_info_with_version),
	ENDPOINT("server.report_stats_option", 1, 0, ENDPOINT_ANY, true, report_stats_option),
	ENDPOINT("login.supported_modes", 1, 0, ENDPOINT_OPTIONAL, false, supported_modes),
	ENDPOINT("login.logout", 2, 13, ENDPOINT_OPTIONAL, true, logout),
	ENDPOINT("auth.login", 1, 0, ENDPOINT_ANY, false, login),
	ENDPOINT("auth.logout", 2, 2, ENDPOINT_ANY, true, logout),
	ENDPOINT("auth.create_credentials", 1, 0, ENDPOINT_ANY, true, create_credentials),
	ENDPOINT("auth.get_credentials", 1, 0, ENDPOINT_ANY, false, get_credentials),
	ENDPOINT("auth.edit_credentials", 2, 19, ENDPOINT_ANY, true, edit_credentials),
	ENDPOINT("auth.revoke_credentials", 1, 0, ENDPOINT_ANY, true, revoke_credentials),
	ENDPOINT("users.get_current_user", 1, 0, ENDPOINT_ANY, false, get_current_user),
	ENDPOINT("users.get_by_id", 1, 0, ENDPOINT_ANY, false, get_user),
	ENDPOINT("users.get_all", 1, 0, ENDPOINT_ANY, false, get_all_users),
	ENDPOINT("users.update", 1, 0, ENDPOINT_ANY, true, update_user),
	ENDPOINT("users.get_preferences", 1, 0, ENDPOINT_ANY, false, get_preferences),
	ENDPOINT("users.set_preferences", 1, 0, ENDPOINT_ANY, true, set_preferences),
	ENDPOINT("users.get_vaults", 1, 0, ENDPOINT_ANY, false, get_vaults),
	ENDPOINT("organization.get_user_companies", 1, 0, ENDPOINT_ANY, false, get_user_companies),
};
#undef ENDPOINT

static const struct section section = {
	.name = "api",
	.kind = SECTION_API,
	.endpoints = endpoints,
	.endpoint_count = sizeof(endpoints) / sizeof(endpoints[0]),
};

int
main(void)
{
	return app_run(&section);
}
