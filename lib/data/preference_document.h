/*
 * The inside of the preference document (features 3.3, spec/api.md 8): a JSON object, changed by
 * dotted paths. Documents are of jansson here; data/preference.h keeps their text.
 *
 * A change is an object. Each of its names is a path, "views.theme"; objects on the way are made. A
 * value replaces what was there, an object too; null is stored; nothing is ever deleted. No part of
 * a path and no name inside a value may be empty or start with "$"; no name inside a value may have
 * a ".". Nothing is nested deeper than PREFERENCE_DOCUMENT_DEPTH, and the text has at most
 * PREFERENCE_LIMIT bytes, so what is stored can always be read again.
 */
#ifndef VESTIBULE_DATA_PREFERENCE_DOCUMENT_H
#define VESTIBULE_DATA_PREFERENCE_DOCUMENT_H

#include <jansson.h>
#include <stdbool.h>

#include "core/arena.h"
#include "data/preference.h"

#define PREFERENCE_DOCUMENT_DEPTH 32	/* objects and lists inside each other */

enum preference_document_outcome {
	PREFERENCE_CHANGED,
	PREFERENCE_UNCHANGED,		/* everything was so already */
	PREFERENCE_BAD_KEY,		/* "$", "." or nothing where it must not be */
	PREFERENCE_NOT_AN_OBJECT,	/* the path goes through something else */
	PREFERENCE_TOO_DEEP,
	PREFERENCE_TOO_LARGE
};

/* A new reference. A text that is no object, which nobody has stored, is read as {}. */
json_t *preference_document_read(const char *text);

/* The text to store, in the arena. */
const char *preference_document_write(struct arena *, const json_t *document);

/*
 * Applies the change in the order of its names. Unless CHANGED or UNCHANGED, *key is the name that
 * is wrong (in the change or the arena), and the document is to be thrown away.
 */
enum preference_document_outcome preference_document_change(struct arena *, json_t *document,
    const json_t *change, const char **key);

/* The value at a path, borrowed; NULL when there is none. */
const json_t *preference_document_get(struct arena *, const json_t *document, const char *path);

/* What views.theme says: "light", "dark", or "system" for everything else. */
const char *preference_document_theme(struct arena *, const json_t *document);

/*
 * In a transaction: stores the document if nobody was faster since it was read, with what stands
 * beside it. False: read again.
 */
bool preference_document_store(struct db *, struct arena *, const struct audit_actor *,
    int64_t person, const struct preference *read, const json_t *document);

/*
 * In a transaction: reads the person's document, applies the change and stores it; again from what
 * somebody else has stored meanwhile. *document is the result, a new reference, NULL unless CHANGED
 * or UNCHANGED.
 */
enum preference_document_outcome preference_document_update(struct db *, struct arena *,
    const struct audit_actor *, int64_t person, const json_t *change, json_t **document,
    const char **key);

#endif
