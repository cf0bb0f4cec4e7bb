/*
 * One JSON document of preferences a person, shared with other clients of the API (features 3.3,
 * decisions 20). Unknown keys survive. Here the document is a text; its inside is json's business.
 */
#ifndef VESTIBULE_DATA_PREFERENCE_H
#define VESTIBULE_DATA_PREFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/config.h"
#include "data/audit.h"
#include "data/db.h"

#define PREFERENCE_LIMIT (64 * 1024)	/* bytes of the document */

struct session;

struct preference {
	const char *document;	/* "{}" when there is none */
	int64_t revision;	/* 0 when there is none */
};

void preference_load(struct db *, struct arena *, int64_t person, struct preference *);

/*
 * What stands beside the document too, for every page: views.theme and
 * rootProjects.blockUserScript.
 */
struct preference_columns {
	const char *theme;		/* "system" when the document says nothing */
	bool blocks_scripts;
};

/*
 * In a transaction: writes the document if the revision is still the one that was read; false when
 * somebody was faster (read again).
 */
bool preference_store(struct db *, const struct audit_actor *, int64_t person,
    const struct preference *read, const char *document, const struct preference_columns *);

/*
 * Whether content of users and of third parties is kept out of this person's pages (C6, Q18): what
 * the operator has fixed, else what the person chose. The headers of pages follow it; a section
 * that would show such content shows a note instead. Before sign-in it is only the operator's word.
 */
bool preference_blocks_scripts(const struct config *, const struct session *);

#endif
