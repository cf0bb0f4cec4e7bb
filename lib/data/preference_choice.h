/*
 * What the product itself knows in a person's preferences (features 1.C, 3.3): where each choice
 * stands in the document, what it is when nothing stands there, and what the operator has fixed
 * (core/config.h). The outcome is called effective: pages act on it, and users.get_preferences
 * serves it, so that every client sees the same.
 *
 * What people store is kept where the operator has fixed something else, and counts again when it
 * is no longer fixed. Values of a kind that does not fit count as absent.
 *
 * Not in the document: PREFERENCE_DISABLE_HIDPI, which is a cookie because a screen belongs to a
 * device (Q17), and PREFERENCE_TELEMETRY, which is of the installation (data/telemetry.h).
 */
#ifndef VESTIBULE_DATA_PREFERENCE_CHOICE_H
#define VESTIBULE_DATA_PREFERENCE_CHOICE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/config.h"

#define PREFERENCE_NAME 128	/* characters of a container argument's name, as a page takes it */
#define PREFERENCE_NAMES 100	/* of them at most, as a page takes them */

/* The effective value of a switch that stands in the document. */
bool preference_choice(struct arena *, const struct config *, const json_t *document,
    enum config_preference);

/* The same of one that stands elsewhere: what was fixed, else what is stored. */
bool preference_choice_or(const struct config *, enum config_preference, bool stored);

/* The effective names of hidden container arguments; their number. In the arena or the document. */
size_t preference_choice_names(struct arena *, const struct config *, const json_t *document,
    const char *const **names);

/* The names that count when nobody has chosen any. */
size_t preference_choice_default_names(const char *const **names);

/*
 * Whether a text may be a name in the list that a page stores: a letter or "_", then letters,
 * digits, "_", "." and "-", at most PREFERENCE_NAME (Q19). What other clients store may be any
 * text.
 */
bool preference_choice_is_name(const char *text);

/* Adds to a change (data/preference_document.h) what sets a switch, or the list of names. */
void preference_choice_set(struct arena *, json_t *change, const json_t *document,
    enum config_preference, bool on);
void preference_choice_set_names(json_t *change, const char *const *names, size_t count);

/* A new document: this one with all effective values, everything else as it is. */
json_t *preference_choice_effective(struct arena *, const struct config *, const json_t *document);

#endif
