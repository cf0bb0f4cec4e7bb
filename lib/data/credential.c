/* credential.c: API credentials, how they are made, shown, changed and ended. */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/credential.h"

const char *
credential_label_fault(const char *label)
{
	if (text_characters(label) > CREDENTIAL_LABEL)
		return _("A label has at most 100 characters.");
	if (text_has_hidden(label))
		return _("A label must not contain control characters or invisible marks.");
	return NULL;
}

static bool
sees_everybody(const struct workspace *workspace)
{
	return workspace->role >= ROLE_ADMINISTRATOR;
}

/* Columns: id, public_id, workspace, person, name, access_key, label, created, expires, last_used,
 * last_used_from, retiring. */
static void
read_credential(struct db_rows *rows, struct credential *credential)
{
	credential->id = db_column_integer(rows, 0);
	db_column_copy(rows, 1, credential->public_id, sizeof(credential->public_id));
	credential->workspace = db_column_integer(rows, 2);
	credential->person = db_column_integer(rows, 3);
	credential->person_name = db_text(rows, 4);
	credential->access_key = db_text(rows, 5);
	credential->label = db_text(rows, 6);
	credential->created = db_column_time(rows, 7);
	credential->expires = db_column_time(rows, 8);
	credential->last_used = db_column_time(rows, 9);
	credential->last_used_from = db_text(rows, 10);
	credential->retiring = db_column_integer(rows, 11) != 0;
}

size_t
credential_read_list(struct db_rows *rows, struct arena *arena, struct credential **list)
{
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows))
		read_credential(rows, &(*list)[count++]);
	return count;
}

static size_t
list_all(struct db *db, struct arena *arena, int64_t workspace, struct credential **list)
{
	return credential_read_list(db_query(db,
	                                "SELECT c.id, c.public_id, c.workspace, c.person, p.name, "
	                                "c.access_key, c.label, c.created, c.expires,"
	                                " c.last_used, c.last_used_from, c.retiring"
	                                " FROM {credential} c JOIN {person} p ON p.id = c.person"
	                                " WHERE c.workspace = ? AND c.revoked IS NULL ORDER BY "
	                                "c.created DESC, c.id DESC LIMIT ?",
	                                db_integer(workspace), db_integer(CREDENTIAL_LISTED)),
	    arena, list);
}

size_t
credential_list_own(struct db *db, struct arena *arena, int64_t workspace, int64_t person,
    struct credential **list)
{
	return credential_read_list(
	    db_query(db,
	        "SELECT c.id, c.public_id, c.workspace, c.person, '', c.access_key, c.label, "
	        "c.created, c.expires,"
	        " c.last_used, c.last_used_from, c.retiring"
	        " FROM {credential} c"
	        " WHERE c.workspace = ? AND c.person = ? AND c.revoked IS NULL ORDER BY c.created "
	        "DESC, c.id DESC LIMIT ?",
	        db_integer(workspace), db_integer(person), db_integer(CREDENTIAL_LISTED)),
	    arena, list);
}

bool
credential_sees_others(const struct workspace *workspace)
{
	return sees_everybody(workspace) && workspace->members > 1;
}

size_t
credential_list(struct db *db, struct arena *arena, const struct workspace *workspace,
    int64_t person, struct credential **list)
{
	if (credential_sees_others(workspace))
		return list_all(db, arena, workspace->id, list);
	return credential_list_own(db, arena, workspace->id, person, list);
}

bool
credential_find(struct db *db, struct arena *arena, const struct workspace *workspace,
    int64_t person, const uint8_t public_id[16], struct credential *credential)
{
	struct db_rows *rows = db_query(db,
	    "SELECT c.id, c.public_id, c.workspace, c.person, p.name, c.access_key, c.label, "
	    "c.created, c.expires,"
	    " c.last_used, c.last_used_from, c.retiring"
	    " FROM {credential} c JOIN {person} p ON p.id = c.person"
	    " WHERE c.public_id = ? AND c.workspace = ? AND c.revoked IS NULL AND (c.person = ? OR "
	    "? = 1)",
	    db_bytes(public_id, 16), db_integer(workspace->id), db_integer(person),
	    db_integer(sees_everybody(workspace)));

	(void)arena;
	memset(credential, 0, sizeof(*credential));
	if (!db_next(rows))
		return false;
	read_credential(rows, credential);
	return true;
}

bool
credential_find_key(struct db *db, struct arena *arena, const struct workspace *workspace,
    int64_t person, const char *access_key, struct credential *credential)
{
	struct db_rows *rows = db_query(db,
	    "SELECT c.id, c.public_id, c.workspace, c.person, p.name, c.access_key, c.label, "
	    "c.created, c.expires,"
	    " c.last_used, c.last_used_from, c.retiring"
	    " FROM {credential} c JOIN {person} p ON p.id = c.person"
	    " WHERE c.access_key = ? AND c.workspace = ? AND c.revoked IS NULL AND (c.person = ? "
	    "OR ? = 1)",
	    db_text_value(access_key), db_integer(workspace->id), db_integer(person),
	    db_integer(sees_everybody(workspace)));

	(void)arena;
	memset(credential, 0, sizeof(*credential));
	if (!db_next(rows))
		return false;
	read_credential(rows, credential);
	return true;
}

int64_t
credential_counted(struct db *db, int64_t workspace, int64_t person, int64_t now)
{
	struct db_rows *rows = db_query(db,
	    "SELECT COUNT(*) FROM {credential} WHERE workspace = ? AND person = ? AND revoked IS "
	    "NULL"
	    " AND retiring = 0 AND (expires IS NULL OR expires > ?)",
	    db_integer(workspace), db_integer(person), db_time(now));

	return db_next(rows) ? db_column_integer(rows, 0) : 0;
}

/* Random key and secret in the forms that clients expect (F12): 30 of A-Z0-9; 67 URL-safe
 * characters, the first a letter or digit. */
static void
make_pair(struct arena *arena, struct credential_pair *pair)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	uint8_t bytes[50];
	const char *secret;

	for (size_t i = 0; i < CREDENTIAL_ACCESS_KEY; i++)
		pair->access_key[i] = alphabet[crypto_random_below(sizeof(alphabet) - 1)];
	pair->access_key[CREDENTIAL_ACCESS_KEY] = '\0';
	do {
		crypto_random(bytes, sizeof(bytes));
		secret = crypto_base64url(arena, bytes, sizeof(bytes));
	} while (secret[0] == '-' || secret[0] == '_');
	memcpy(pair->secret_key, secret, CREDENTIAL_SECRET + 1);
	crypto_wipe(bytes, sizeof(bytes));
}

/* Writes the membership first: whoever counts this person's credentials here waits. False: no
 * member. */
static bool
guard(struct db *db, int64_t workspace, int64_t person)
{
	uint64_t found = 0;

	db_execute(db, &found,
	    "UPDATE {membership} SET revision = revision + 1 WHERE workspace = ? AND person = ?",
	    db_integer(workspace), db_integer(person));
	return found == 1;
}

static void
insert(struct db *db, const struct audit_actor *actor, const struct crypto_keys *keys,
    int64_t workspace, int64_t person, const char *label, int64_t expires, int64_t rotated_from,
    struct credential_pair *pair)
{
	struct arena *arena = arena_create();
	uint8_t hash[CRYPTO_HASH], public_id[16];
	uint32_t key_id = crypto_current_key(keys);

	make_pair(arena, pair);
	crypto_random(public_id, sizeof(public_id));
	crypto_keyed_hash(
	    keys, key_id, CRYPTO_CREDENTIAL, pair->secret_key, CREDENTIAL_SECRET, hash);
	db_execute(db, NULL,
	    "INSERT INTO {credential} (public_id, workspace, person, access_key, key_id, "
	    "secret_hash, label,"
	    " created, expires, rotated_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    db_bytes(public_id, sizeof(public_id)), db_integer(workspace), db_integer(person),
	    db_text_value(pair->access_key), db_integer(key_id), db_bytes(hash, sizeof(hash)),
	    label[0] != '\0' ? db_text_value(label) : db_null(), db_time(actor->now),
	    db_time(expires), rotated_from != 0 ? db_integer(rotated_from) : db_null());
	pair->id = db_inserted_id(db);
	audit_write(db, actor,
	    &(struct audit_event){
	        .action = rotated_from != 0 ? "credential.rotate" : "credential.create",
	        .object_kind = "credential",
	        .object_id = pair->id,
	        .workspace = workspace,
	        .after = audit_json(arena, "access_key", pair->access_key) });
	arena_destroy(arena);
}

enum credential_outcome
credential_create(struct db *db, const struct audit_actor *actor, const struct config *config,
    const struct crypto_keys *keys, int64_t workspace, int64_t person, const char *label,
    int64_t expires, struct credential_pair *pair)
{
	memset(pair, 0, sizeof(*pair));
	if (!guard(db, workspace, person))
		return CREDENTIAL_NOT_THERE;
	if (config->credential_maximum != 0 &&
	    credential_counted(db, workspace, person, actor->now) >=
	        (int64_t)config->credential_maximum)
		return CREDENTIAL_AT_MAXIMUM;
	insert(db, actor, keys, workspace, person, label, expires, 0, pair);
	return CREDENTIAL_DONE;
}

enum credential_outcome
credential_rotate(struct db *db, const struct audit_actor *actor, const struct config *config,
    const struct crypto_keys *keys, const struct credential *old, int64_t person, int64_t hours,
    struct credential_pair *pair)
{
	int64_t until = actor->now + hours * CLOCK_HOUR, expires = 0;
	uint64_t found = 0;

	(void)config; /* the old one stops counting in the same moment: the maximum cannot be passed
	               */
	memset(pair, 0, sizeof(*pair));
	if (old->person != person)
		return CREDENTIAL_NOT_ALLOWED;
	if (!guard(db, old->workspace, person))
		return CREDENTIAL_NOT_THERE;
	db_execute(db, &found,
	    "UPDATE {credential} SET retiring = 1, expires = LEAST(COALESCE(expires, ?), ?)"
	    " WHERE id = ? AND workspace = ? AND person = ? AND revoked IS NULL AND retiring = 0"
	    " AND (expires IS NULL OR expires > ?)",
	    db_time(until), db_time(until), db_integer(old->id), db_integer(old->workspace),
	    db_integer(person), db_time(actor->now));
	if (found == 0)
		return CREDENTIAL_OVER;
	/* The same rule of expiry: as many days as the old one was given. */
	if (old->expires != 0)
		expires = actor->now + (old->expires - old->created);
	insert(db, actor, keys, old->workspace, person, old->label, expires, old->id, pair);
	return CREDENTIAL_DONE;
}

enum credential_outcome
credential_relabel(struct db *db, const struct audit_actor *actor,
    const struct credential *credential, const char *label)
{
	struct arena *arena;
	uint64_t found = 0;

	if (text_equal(credential->label, label))
		return CREDENTIAL_DONE;
	db_execute(db, &found,
	    "UPDATE {credential} SET label = ? WHERE id = ? AND workspace = ? AND revoked IS NULL",
	    label[0] != '\0' ? db_text_value(label) : db_null(), db_integer(credential->id),
	    db_integer(credential->workspace));
	if (found == 0)
		return CREDENTIAL_NOT_THERE;
	arena = arena_create();
	audit_write(db, actor,
	    &(struct audit_event){ .action = "credential.label",
	        .object_kind = "credential",
	        .object_id = credential->id,
	        .workspace = credential->workspace,
	        .before = audit_json(arena, "label", credential->label),
	        .after = audit_json(arena, "label", label) });
	arena_destroy(arena);
	return CREDENTIAL_DONE;
}

enum credential_outcome
credential_revoke(
    struct db *db, const struct audit_actor *actor, const struct credential *credential)
{
	struct arena *arena;
	uint64_t found = 0;

	db_execute(db, &found,
	    "UPDATE {credential} SET revoked = ?, revoked_by = ?, secret_hash = NULL"
	    " WHERE id = ? AND workspace = ? AND revoked IS NULL",
	    db_time(actor->now), actor->person != 0 ? db_integer(actor->person) : db_null(),
	    db_integer(credential->id), db_integer(credential->workspace));
	if (found == 0)
		return CREDENTIAL_NOT_THERE;
	arena = arena_create();
	audit_write(db, actor,
	    &(struct audit_event){ .action = "credential.revoke",
	        .object_kind = "credential",
	        .object_id = credential->id,
	        .workspace = credential->workspace,
	        .before = audit_json(arena, "access_key", credential->access_key) });
	arena_destroy(arena);
	return CREDENTIAL_DONE;
}
