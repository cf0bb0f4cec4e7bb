/*
 * Asking for a proof before a serious act, without losing the form (decisions 16): the posted form
 * waits sealed in the database, the same address shows the question, and its answer, the password
 * or a code of the second factor, carries the form out.
 */
#ifndef VESTIBULE_WEB_PARK_H
#define VESTIBULE_WEB_PARK_H

#include <stdbool.h>

#include "web/request.h"

/* Whether the route asks and the last proof is too old. */
bool park_is_needed(const struct request *);

/* Parks the fields and draws the question. */
void park_ask(struct request *, const struct http_fields *, const char *workspace);

enum park_outcome {
	PARK_GO_ON, /* proved: *fields are now those of the parked form */
	PARK_DECIDED, /* the question again, or a refusal */
	PARK_TOO_LATE /* it waited too long: *fields are those of the parked form, to be looked over
	                 and sent again */
};

/* The answer to the question came (a field "parked"). */
enum park_outcome park_answer(struct request *, struct http_fields *fields, const char *workspace);

/* The session has ended meanwhile: what was typed into the parked form, so that it can be copied.
 * False when it is not there. */
bool park_recall(struct request *, struct http_fields *fields);

#endif
