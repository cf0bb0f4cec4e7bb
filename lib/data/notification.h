/*
 * In-app notifications (A6, Q11): computed when a page is drawn, nothing is pushed. How many are
 * open comes with the session.
 */
#ifndef VESTIBULE_DATA_NOTIFICATION_H
#define VESTIBULE_DATA_NOTIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/db.h"

#define NOTIFICATION_SECURITY "security" /* sign-in from a new browser, changed security settings \
	                                  */
#define NOTIFICATION_REMOVED "removed" /* from a workspace; stands on every page until it is read \
	                                */
#define NOTIFICATION_NEWS "news"		/* somebody joined, declined … */

struct notification {
	int64_t id;
	uint8_t public_id[16];
	const char *kind;
	int64_t reference;
	const char *text;
	int64_t created, closed;	/* closed 0: open */
};

/* In a transaction. text: a whole sentence; reference 0: none. */
void notification_add(struct db *, int64_t person, const char *kind, int64_t reference,
    const char *text, int64_t now);

/* The newest of a person, open ones first; at most 50. */
size_t notification_list(struct db *, struct arena *, int64_t person, struct notification **);

/* Closes one of the person's; false when there is no such open one. */
bool notification_close(struct db *, int64_t person, const uint8_t public_id[16], int64_t now);

/* Closes all of the person's that can only be read: those of this kind. */
void notification_close_kind(struct db *, int64_t person, const char *kind, int64_t now);

/* Closes those of the person and kind that are about this. */
void notification_close_about(
    struct db *, int64_t person, const char *kind, int64_t reference, int64_t now);

/* What they were about is gone or settled: closes them for everybody. */
void notification_settle(struct db *, const char *kind, int64_t reference, int64_t now);

#endif
