/*
 * Wrong passwords and secrets, counted (decisions 27): 5 free failures per account and address,
 * then a pause that doubles from 1 s to 60 s; 50 free ones per address alone. Nobody is locked out:
 * another address is not affected, and no worker sleeps. A success of an account from an address
 * forgets that pair. After 15 quiet minutes all is forgotten.
 */
#ifndef VESTIBULE_DATA_THROTTLE_H
#define VESTIBULE_DATA_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "data/db.h"

/* When the next try is allowed; 0: now. One statement. */
int64_t throttle_until(struct db *, const char *account, const char *address, int64_t now);

void throttle_failed(struct db *, const char *account, const char *address, int64_t now);
void throttle_succeeded(struct db *, const char *account, const char *address);

#endif
