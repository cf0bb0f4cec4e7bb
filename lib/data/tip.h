/*
 * Which pro tip a person is shown after signing in (features C5, Q21): at most one in three days,
 * none at the first sign-in, none for who wants none; one after the other, then from the start.
 */
#ifndef VESTIBULE_DATA_TIP_H
#define VESTIBULE_DATA_TIP_H

#include <stddef.h>
#include <stdint.h>

#include "core/clock.h"
#include "core/config.h"
#include "data/db.h"
#include "data/person.h"

#define TIP_EVERY (3 * CLOCK_DAY)

/*
 * In the transaction of a sign-in. The person is as before it: last_sign_in 0 is the first one.
 * count: how many tips there are. Returns the number of the tip to show, from 1; 0: none.
 */
size_t tip_after_sign_in(struct db *, struct arena *, const struct config *, const struct person *,
    size_t count, int64_t now);

#endif
