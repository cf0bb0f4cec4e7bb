/*
 * Proving again who one is: the password, or a code of the second factor. Both are counted
 * (data/throttle.h); codes by person wherever they come from, because they are short. Called before
 * the transaction, so that a wrong one stays counted.
 */
#ifndef VESTIBULE_WEB_PROOF_H
#define VESTIBULE_WEB_PROOF_H

#include <stdbool.h>

#include "data/second_factor.h"
#include "web/form.h"
#include "web/request.h"

/* Whether the field holds the password of who is signed in; else a message is beside it. */
bool proof_password(struct request *, struct form *, const char *field);

/*
 * Whether the field holds a code of the person, of the app or for recovery; else a message is
 * beside it. Spend it then. A replayed one is not counted here: the same form pressed twice finds
 * its code used up, and only the caller knows that.
 */
enum second_factor_answer proof_code(struct request *, struct form *, const char *field,
    int64_t person, struct second_factor_code *);
/* Counts a replayed code that nothing else explains. */
void proof_code_refused(struct request *, int64_t person);

/* False when somebody was faster. The person is told of a recovery code that is used up. */
bool proof_code_spend(struct request *, const struct person *, const struct second_factor_code *);

#endif
