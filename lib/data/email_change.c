/* email_change.c: changing one's e-mail address. */
#include <string.h>

#include "core/language.h"
#include "core/text.h"
#include "data/email_change.h"
#include "data/invitation.h"
#include "data/mail.h"
#include "data/member_list.h"
#include "data/security_notice.h"

#define CODE_BYTES 32

static bool
asked_too_often(struct db *db, const struct person *person, int64_t now)
{
	struct db_rows *rows;

	/* Written first: of two at once, the second sees what the first has asked. */
	db_execute(db, NULL, "UPDATE {person} SET email = email WHERE id = ?",
	    db_integer(person->id));
	rows = db_query(db,
	    "SELECT COUNT(*) FROM {email_change} WHERE person = ? AND created > ?",
	    db_integer(person->id), db_time(now - CLOCK_HOUR));
	return db_next(rows) && db_column_integer(rows, 0) >= EMAIL_CHANGE_MAXIMUM;
}

static bool
is_taken(struct db *db, const char *email, int64_t person)
{
	return db_next(db_query(db, "SELECT 1 FROM {person} WHERE email = ? AND id <> ?",
	    db_text_value(email), db_integer(person)));
}

static void
write_mail(struct db *db, struct arena *arena, const struct config *config,
    const struct crypto_keys *keys, int64_t now, const struct person *person, const char *email,
    const char *link)
{
	/* Whose address it is already learns of it, and gets nothing that works. */
	if (is_taken(db, email, person->id)) {
		mail_queue(db, arena, config, keys, now, email,
		    _("Your e-mail address was entered at Vestibule"),
		    arena_format(arena,
		        _("Somebody asked to use this address for another account at"
		          " %s.\n\nYou have an account with it already, so nothing changes, and "
		          "there is"
		          " nothing to do.\n"),
		        config->web_server));
		return;
	}
	mail_queue(db, arena, config, keys, now, email, _("Confirm your e-mail address"),
	    arena_format(arena,
	        _("Somebody, probably you, wants to use this address for their"
	          " account at\n%s.\n\nOpen this link where you are signed in, and press the "
	          "button on its"
	          " page:\n\n%s\n\nIt works once and for 24 hours. If it was not you, do nothing: "
	          "without"
	          " the link\nnothing changes.\n"),
	        config->web_server, link));
}

const char *
email_change_ask(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct config *config, const struct crypto_keys *keys, const struct person *person,
    const char *email)
{
	uint8_t bytes[CODE_BYTES], hash[CRYPTO_HASH];
	uint32_t key = crypto_current_key(keys);
	const char *code, *link;

	if (asked_too_often(db, person, actor->now))
		return NULL;
	crypto_random(bytes, sizeof(bytes));
	code = crypto_base64url(arena, bytes, sizeof(bytes));
	crypto_wipe(bytes, sizeof(bytes));
	crypto_keyed_hash(keys, key, CRYPTO_LINK, code, strlen(code), hash);
	db_execute(db, NULL,
	    "UPDATE {email_change} SET expires = ? WHERE person = ? AND used IS NULL AND expires > "
	    "?",
	    db_time(actor->now), db_integer(person->id), db_time(actor->now));
	db_execute(db, NULL,
	    "INSERT INTO {email_change} (hash, key_id, person, email, created, expires)"
	    " VALUES (?, ?, ?, ?, ?, ?)",
	    db_bytes(hash, sizeof(hash)), db_integer(key), db_integer(person->id),
	    db_text_value(email), db_time(actor->now), db_time(actor->now + EMAIL_CHANGE_LIFE));
	audit_write(db, actor, &(struct audit_event){ .action = "email-change.create",
	    .object_kind = "person", .object_id = person->id,
	    .after = audit_json(arena, "email", email) });
	link = arena_format(arena, "%s/settings/profile/email/confirm?code=%s", config->web_server,
	    code);
	write_mail(db, arena, config, keys, actor->now, person, email, link);
	return link;
}

/* The row of a good code: hash and address. */
static struct db_rows *
find(struct db *db, const struct crypto_keys *keys, int64_t person, const char *code, int64_t now,
    uint8_t hash[CRYPTO_HASH])
{
	uint32_t tried[2] = { crypto_current_key(keys), crypto_previous_key(keys) };

	for (size_t i = 0; i < 2; i++) {
		struct db_rows *rows;

		if (tried[i] == 0 || !crypto_keyed_hash(keys, tried[i], CRYPTO_LINK, code,
		    strlen(code), hash))
			continue;
		rows = db_query(db, "SELECT email FROM {email_change}"
		    " WHERE hash = ? AND person = ? AND used IS NULL AND expires > ?",
		    db_bytes(hash, CRYPTO_HASH), db_integer(person), db_time(now));
		if (db_next(rows))
			return rows;
	}
	return NULL;
}

const char *
email_change_look(struct db *db, struct arena *arena, const struct crypto_keys *keys,
    int64_t person, const char *code, int64_t now)
{
	uint8_t hash[CRYPTO_HASH];
	struct db_rows *rows = find(db, keys, person, code, now, hash);

	return rows != NULL ? arena_text(arena, db_text(rows, 0)) : NULL;
}

enum email_change_outcome
email_change_confirm(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct config *config, const struct crypto_keys *keys, const struct person *person,
    const char *code)
{
	uint8_t hash[CRYPTO_HASH];
	struct db_rows *rows = find(db, keys, person->id, code, actor->now, hash);
	uint64_t found = 0;
	const char *email;

	if (rows == NULL)
		return EMAIL_CHANGE_DEAD;
	email = arena_text(arena, db_text(rows, 0));
	db_execute(db, &found,
	    "UPDATE {email_change} SET used = ? WHERE hash = ? AND used IS NULL AND expires > ?",
	    db_time(actor->now), db_bytes(hash, sizeof(hash)), db_time(actor->now));
	if (found == 0)
		return EMAIL_CHANGE_DEAD;
	if (db_execute(db, NULL, "UPDATE {person} SET email = ?, email_proved = ? WHERE id = ?",
	    db_text_value(email), db_integer(mail_is_on(config)),
	    db_integer(person->id)) == DB_DUPLICATE)
		return EMAIL_CHANGE_TAKEN;
	member_list_copy(db, person->id);
	invitation_end_where_member(db, person->id, actor->now);
	if (mail_is_on(config))
		invitation_tell(db, arena, person->id, actor->now);
	audit_write(db, actor, &(struct audit_event){ .action = "person.email",
	    .object_kind = "person", .object_id = person->id,
	    .before = audit_json(arena, "email", person->email),
	    .after = audit_json(arena, "email", email) });
	security_notice(db, arena, actor, config, keys, person, SECURITY_EMAIL, email);
	return EMAIL_CHANGE_DONE;
}

const char *
email_change_waiting(struct db *db, int64_t person, int64_t now)
{
	struct db_rows *rows = db_query(db, "SELECT email FROM {email_change}"
	    " WHERE person = ? AND used IS NULL AND expires > ? ORDER BY created DESC LIMIT 1",
	    db_integer(person), db_time(now));

	return db_next(rows) ? db_text(rows, 0) : NULL;
}
