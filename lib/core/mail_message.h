/*
 * A mail as bytes for sendmail(8): headers and a text, nothing that its parts could break out of.
 *
 * Addresses are checked here again, the subject is one line (RFC 2047 words when it is not plain
 * ASCII), the text is UTF-8 in quoted-printable, so that every relay takes it. Lines end with LF,
 * as sendmail(8) reads them. Marked as made by a program (RFC 3834), so that nobody's absence note
 * answers it.
 */
#ifndef VESTIBULE_CORE_MAIL_MESSAGE_H
#define VESTIBULE_CORE_MAIL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

struct mail_message {
	const char *from;	/* address, or "": the program that sends it knows */
	const char *to;
	const char *subject;	/* one line, at most 200 characters */
	const char *text;	/* UTF-8, lines end with LF */
	const char *id;		/* what stands before the @ of Message-ID: letters, digits, ".-" */
	const char *host;	/* and behind it */
	int64_t date;
};

/* The whole message; NULL when a part is not what it must be. */
char *mail_message(struct arena *, const struct mail_message *);

/* For tests: the pieces. */
char *mail_message_subject(struct arena *, const char *text);
char *mail_message_text(struct arena *, const char *text);
char *mail_message_date(struct arena *, int64_t moment);

#endif
