/*
 * Asking for the password before a serious act, without losing the form (decisions 16): the posted form waits sealed in the
 * database, the same address shows the question, and its answer carries the form out.
 */
#ifndef VESTIBULE_WEB_PARK_H
#define VESTIBULE_WEB_PARK_H

#include <stdbool.h>

#include "web/request.h"

/* Whether the route asks and the last proof is too old. */
bool park_is_needed(const struct request *);

/* Parks the fields and draws the question. */
void park_ask(struct request *, const struct http_fields *, const char *workspace);

/*
 * The answer to the question came (a field "parked"). True: the password was right and *fields are now those of the parked form.
 * False: an outcome is decided (the question again, or that the form waited too long).
 */
bool park_answer(struct request *, struct http_fields *fields, const char *workspace);

#endif
