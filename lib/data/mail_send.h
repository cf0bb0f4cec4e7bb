/*
 * Sending what is in the outbox, by the mail_program of the configuration, a sendmail(8): the
 * recipient is an argument and never read from a header, and no shell is in between. By `vestibule
 * sweep`, `vestibule mail send`, and after each request that wrote one. Any number may send at
 * once.
 */
#ifndef VESTIBULE_DATA_MAIL_SEND_H
#define VESTIBULE_DATA_MAIL_SEND_H

#include <stddef.h>

#include "core/config.h"
#include "core/crypto.h"
#include "data/db.h"

#define MAIL_SEND_SECONDS 30	/* for one mail */

struct mail_sum {
	size_t sent, failed;
};

/* Sends those that are due, at most so many. Nothing where mail is off. */
struct mail_sum mail_send_due(struct db *, struct arena *, const struct config *,
    const struct crypto_keys *, size_t most);

/*
 * The same for the mails of a request, in a process of its own with a connection of its own as this
 * program: nobody waits.
 */
void mail_send_aside(const struct config *, const struct crypto_keys *, const char *program);

#endif
