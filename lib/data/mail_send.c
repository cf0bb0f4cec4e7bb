/* mail_send.c: sending what is in the outbox. */
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/mail_message.h"
#include "core/program.h"
#include "data/mail.h"
#include "data/mail_send.h"

#define ASIDE 3			/* mails after one request */
#define TOGETHER 20		/* read at a time */

/* "ml.example.org" of "https://ml.example.org:8443", "[::1]" of "http://[::1]:8080". */
static const char *
host_of(struct arena *arena, const struct config *config)
{
	const char *start = strstr(config->web_origin, "://");

	start = start != NULL ? start + 3 : config->web_origin;
	return arena_copy(arena, start,
	    start[0] == '[' ? strcspn(start, "]") + 1 : strcspn(start, ":/"));
}

/* NULL, or what went wrong. */
static const char *
send_one(struct arena *arena, const struct config *config, const struct mail *mail, int64_t now)
{
	const char *from = config->mail_from != NULL ? config->mail_from : "";
	struct mail_message message = {
		.from = from,
		.to = mail->recipient,
		.subject = mail->subject,
		.text = mail->text,
		/* The same each time, so that a second delivery is known as one. */
		.id = arena_format(arena, "%lld.%lld", (long long)mail->created,
		    (long long)mail->id),
		.host = host_of(arena, config),
		.date = now,
	};
	const char *with[] = { config->mail_program, "-i", "-f", from, "--", mail->recipient,
		NULL };
	const char *without[] = { config->mail_program, "-i", "--", mail->recipient, NULL };
	struct program_end end;
	const char *bytes;

	if (mail->text == NULL)
		return "its key is not in the key file any more";
	bytes = mail_message(arena, &message);
	if (bytes == NULL)
		return "it cannot be a mail: mail_from or the recipient is no address";
	if (program_run(from[0] != '\0' ? with : without, bytes, strlen(bytes), MAIL_SEND_SECONDS,
	    &end))
		return NULL;
	return arena_text(arena, end.said);
}

struct mail_sum
mail_send_due(struct db *db, struct arena *arena, const struct config *config,
    const struct crypto_keys *keys, size_t most)
{
	struct mail_sum sum = { 0, 0 };
	size_t count = 1;

	while (mail_is_on(config) && count > 0 && sum.sent + sum.failed < most && !db_failed(db)) {
		struct mail *list;
		size_t left = most - sum.sent - sum.failed;

		count = mail_due(db, arena, keys, clock_now(), left < TOGETHER ? left : TOGETHER,
		    &list);
		for (size_t i = 0; i < count; i++) {
			const char *error;

			if (!mail_claim(db, &list[i], clock_now()))
				continue;
			error = send_one(arena, config, &list[i], clock_now());
			if (error == NULL) {
				mail_sent(db, &list[i], clock_now());
				sum.sent++;
			} else {
				mail_failed(db, &list[i], error, clock_now());
				log_write(LOG_WARNING, "mail", 1, "failure", error);
				sum.failed++;
			}
		}
	}
	return sum;
}

struct aside {
	const struct config *config;
	const struct crypto_keys *keys;
	const char *program;
};

static void
work(void *argument)
{
	const struct aside *aside = argument;
	struct arena *arena = arena_create();
	struct db *db = db_create(aside->config, aside->program);

	db_begin_request(db, arena);
	mail_send_due(db, arena, aside->config, aside->keys, ASIDE);
	db_destroy(db);
	arena_destroy(arena);
}

void
mail_send_aside(const struct config *config, const struct crypto_keys *keys, const char *program)
{
	struct aside aside = { .config = config, .keys = keys, .program = program };

	program_aside(work, &aside, ASIDE * MAIL_SEND_SECONDS + 30);
}
