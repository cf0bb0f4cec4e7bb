/*
 * One JSON document of preferences a person, shared with other clients of the API (features 3.3, decisions 20).
 * Unknown keys survive. Here the document is a text; its inside is json's business.
 */
#ifndef VESTIBULE_DATA_PREFERENCE_H
#define VESTIBULE_DATA_PREFERENCE_H

#include <stdint.h>

#include "data/audit.h"
#include "data/db.h"

#define PREFERENCE_LIMIT (64 * 1024)	/* bytes of the document */

struct preference {
	const char *document;	/* "{}" when there is none */
	int64_t revision;	/* 0 when there is none */
};

void preference_load(struct db *, struct arena *, int64_t person, struct preference *);

/*
 * In a transaction: writes the document if the revision is still the one that was read; false when somebody was faster (read again).
 * theme is what the document says under views.theme, "system" when nothing.
 */
bool preference_store(struct db *, const struct audit_actor *, int64_t person, const struct preference *read,
    const char *document, const char *theme);

#endif
