/*
 * Members to choose from in a form (features L5, Q8): those who are chosen already, and those who
 * fit a search besides them. Each is one statement, however many are chosen.
 */
#ifndef VESTIBULE_DATA_MEMBER_PICKER_H
#define VESTIBULE_DATA_MEMBER_PICKER_H

#include <stddef.h>
#include <stdint.h>

#include "data/db.h"
#include "data/member_list.h"

#define MEMBER_PICKER_OFFERED 50	/* who can be chosen without a narrower search */

/* Those of the public ids who are members, by name. Each id once. */
size_t member_picker_chosen(struct db *, struct arena *, int64_t workspace,
    const uint8_t (*ids)[16], size_t count, struct member **);

/*
 * The first members by name who are not among the ids and have the search text ("": all) in name or
 * e-mail. *more: how many fit besides these.
 */
size_t member_picker_offered(struct db *, struct arena *, int64_t workspace,
    const uint8_t (*ids)[16], size_t count, const char *search, struct member **, int64_t *more);

/* A JSON list of the ids, for statements that take many at once. */
const char *member_picker_json(struct arena *, const uint8_t (*ids)[16], size_t count);

#endif
