/*
 * Mails on their way: a table that whoever acts writes into, within the same transaction, and that
 * data/mail_send.h empties (Q16). Without a mail_program in the configuration nothing is written:
 * pages then offer a link to copy instead, and say so.
 */
#ifndef VESTIBULE_DATA_MAIL_H
#define VESTIBULE_DATA_MAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/config.h"
#include "core/crypto.h"
#include "data/db.h"

#define MAIL_SUBJECT 200	/* characters */
#define MAIL_TEXT 12000		/* bytes */

bool mail_is_on(const struct config *);

/*
 * In a transaction. to must be an address (text_is_email()), subject one line, text UTF-8 with LF;
 * what is none of that is not queued, and logged. The text is kept sealed: it may hold a link that
 * works once.
 */
void mail_queue(struct db *, struct arena *, const struct config *, const struct crypto_keys *,
    int64_t now, const char *to, const char *subject, const char *text);

#define MAIL_BEARABLE 10	/* mails to one address in 24 hours that others cause */

/* Whether one more may go to an address whose owner has not asked for it. */
bool mail_is_bearable(struct db *, const char *to, int64_t now);

/* --- for data/mail_send.c --- */

struct mail {
	int64_t id;
	const char *recipient, *subject;
	const char *text;		/* NULL when it cannot be opened */
	int64_t created, next_try;
	int64_t tries;			/* before this one */
};

/* Those that are due, the oldest first. */
size_t mail_due(struct db *, struct arena *, const struct crypto_keys *, int64_t now, size_t most,
    struct mail **);

/* One conditional UPDATE: false when somebody else has taken it. It is due again when that dies. */
bool mail_claim(struct db *, const struct mail *, int64_t now);

void mail_sent(struct db *, const struct mail *, int64_t now);

/* Tried again later, with growing pauses; given up a day after it was written. */
void mail_failed(struct db *, const struct mail *, const char *error, int64_t now);

#endif
