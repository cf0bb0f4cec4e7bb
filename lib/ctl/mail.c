/*
 * `vestibule mail`: the mails on their way, and sending them now. Sections send what they write by
 * themselves; what failed is tried again here and by `vestibule sweep`.
 */
#include "ctl/mail.h"

#include <stdio.h>

#include "core/clock.h"
#include "data/mail.h"

#define ALL 1000	/* at a time */

struct mail_sum
mail_send(struct ctl *ctl)
{
	const struct crypto_keys *keys = ctl->keys;
	struct mail_sum none = { 0, 0 };
	char message[512];

	if (!mail_is_on(ctl->config))
		return none;
	if (keys == NULL)
		keys = crypto_keys_load(ctl->config->key_file, message, sizeof(message));
	if (keys == NULL) {
		ctl_refuse("%s: no mail is sent", message);
		return none;
	}
	return mail_send_due(ctl->db, ctl->arena, ctl->config, keys, ALL);
}

static int
send_now(struct ctl *ctl, const struct ctl_call *call)
{
	struct mail_sum sum;

	(void)call;
	if (!mail_is_on(ctl->config))
		return ctl_refuse(
		    "mail_program is not set in the configuration: no mail is written or sent");
	sum = mail_send(ctl);
	printf("%zu sent, %zu failed\n", sum.sent, sum.failed);
	if (db_failed(ctl->db))
		return ctl_database_failed(ctl->db);
	return sum.failed == 0 ? CTL_DONE :
	    ctl_refuse("what failed is tried again later; vestibule mail list says why");
}

/* Never the text: it may hold a link that works. */
static int
list(struct ctl *ctl, const struct ctl_call *call)
{
	struct db_rows *rows = db_query(ctl->db,
	    "SELECT id, created, recipient, subject, sent, failed, tries, next_try, last_error"
	    " FROM {mail_outbox} ORDER BY id");

	(void)call;
	while (db_next(rows)) {
		const char *state = !db_is_null(rows, 4) ? "sent" :
		    !db_is_null(rows, 5) ? "given up" : "waiting";

		printf("%lld\t%s\t%s\t%s\t%s\t%lld\t%s\n", (long long)db_column_integer(rows, 0),
		    clock_utc(ctl->arena, db_column_time(rows, 1)), db_text(rows, 2), state,
		    db_text(rows, 3), (long long)db_column_integer(rows, 6),
		    db_text(rows, 8)[0] != '\0' ? db_text(rows, 8) : "-");
	}
	return db_failed(ctl->db) ? ctl_database_failed(ctl->db) : CTL_DONE;
}

const struct ctl_command ctl_mail[] = {
	{
		.name = "mail list",
		.summary = "lists the mails of the last week: state, tries, last error",
		.needs = CTL_DATABASE,
		.run = list,
	},
	{
		.name = "mail send",
		.summary = "sends the mails that wait and are due",
		.help = "Sections send what they write by themselves, and vestibule sweep tries\n"
		    "again what failed: after 1, 2, 4 ... minutes, at most an hour, for a day.",
		.needs = CTL_ALL,
		.run = send_now,
	},
	{ .name = NULL },
};
