/* mail.c: the outbox. */
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"
#include "data/mail.h"

#define GIVEN_UP CLOCK_DAY
#define LONGEST_PAUSE (60 * CLOCK_MINUTE)

static const char *
seal_context(struct arena *arena, const char *recipient, const char *subject)
{
	return arena_format(arena, "mail_outbox|%s|%s", recipient, subject);
}

bool
mail_is_on(const struct config *config)
{
	return config->mail_program != NULL;
}

bool
mail_is_bearable(struct db *db, const char *to, int64_t now)
{
	struct db_rows *rows = db_query(db,
	    "SELECT COUNT(*) FROM {mail_outbox} WHERE recipient = ? AND created > ?",
	    db_text_value(to), db_time(now - CLOCK_DAY));

	return db_next(rows) && db_column_integer(rows, 0) < MAIL_BEARABLE;
}

void
mail_queue(struct db *db, struct arena *arena, const struct config *config,
    const struct crypto_keys *keys, int64_t now, const char *to, const char *subject,
    const char *text)
{
	const void *sealed;
	size_t length;

	if (!mail_is_on(config))
		return;
	if (!text_is_email(to) || text_has_hidden(subject) || strpbrk(subject, "\r\n") != NULL ||
	    text_characters(subject) > MAIL_SUBJECT || strlen(text) > MAIL_TEXT) {
		log_write(LOG_ERROR, "mail", 1, "refused", subject);
		return;
	}
	sealed = crypto_seal(keys, arena, seal_context(arena, to, subject), text, strlen(text),
	    &length);
	db_execute(db, NULL,
	    "INSERT INTO {mail_outbox} (recipient, subject, body, created, next_try)"
	    " VALUES (?, ?, ?, ?, ?)",
	    db_text_value(to), db_text_value(subject), db_bytes(sealed, length), db_time(now),
	    db_time(now));
	db_mark_mail(db);
}

size_t
mail_due(struct db *db, struct arena *arena, const struct crypto_keys *keys, int64_t now,
    size_t most, struct mail **list)
{
	struct db_rows *rows = db_query(db,
	    "SELECT id, recipient, subject, body, created, next_try, tries FROM {mail_outbox}"
	    " WHERE sent IS NULL AND failed IS NULL AND next_try <= ? ORDER BY next_try, id LIMIT "
	    "?",
	    db_time(now), db_integer((int64_t)most));
	size_t count = 0;

	*list = arena_allocate(arena, (db_count(rows) + 1) * sizeof(**list));
	while (db_next(rows)) {
		struct mail *mail = &(*list)[count++];
		const uint8_t *sealed;
		size_t length;

		mail->id = db_column_integer(rows, 0);
		mail->recipient = db_text(rows, 1);
		mail->subject = db_text(rows, 2);
		sealed = db_column_bytes(rows, 3, &length);
		mail->text = crypto_open(keys, arena, seal_context(arena, mail->recipient,
		    mail->subject), sealed, length, &length);
		mail->created = db_column_time(rows, 4);
		mail->next_try = db_column_time(rows, 5);
		mail->tries = db_column_integer(rows, 6);
	}
	return count;
}

/* 1, 2, 4 … minutes, at most an hour: longer than any try takes. */
static int64_t
pause_after(int64_t tries)
{
	int64_t pause = CLOCK_MINUTE << (tries < 6 ? tries : 6);

	return pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE;
}

bool
mail_claim(struct db *db, const struct mail *mail, int64_t now)
{
	uint64_t found = 0;

	db_execute(db, &found,
	    "UPDATE {mail_outbox} SET tries = tries + 1, next_try = ?"
	    " WHERE id = ? AND tries = ? AND next_try = ? AND sent IS NULL AND failed IS NULL",
	    db_time(now + pause_after(mail->tries)), db_integer(mail->id), db_integer(mail->tries),
	    db_time(mail->next_try));
	return found == 1;
}

/* The text has done its work, and may hold a link. */
void
mail_sent(struct db *db, const struct mail *mail, int64_t now)
{
	db_execute(db, NULL,
	    "UPDATE {mail_outbox} SET sent = ?, body = '', last_error = NULL WHERE id = ?",
	    db_time(now), db_integer(mail->id));
}

void
mail_failed(struct db *db, const struct mail *mail, const char *error, int64_t now)
{
	bool over = mail->text == NULL || mail->created + GIVEN_UP <= now;

	db_execute(db, NULL,
	    "UPDATE {mail_outbox} SET last_error = LEFT(?, 255), failed = ?,"
	    " body = IF(?, '', body) WHERE id = ? AND sent IS NULL",
	    db_text_value(error), over ? db_time(now) : db_null(), db_integer(over),
	    db_integer(mail->id));
}
