/*
 * What an installation must have besides its tables: its own number, and the workspaces that its
 * edition gives to everybody (decisions 12). A change of edition makes what is missing and deletes
 * nothing.
 */
#ifndef VESTIBULE_CTL_EDITION_H
#define VESTIBULE_CTL_EDITION_H

#include "ctl/ctl.h"

/* Returns an exit code. Again is harmless. */
int edition_settle(struct ctl *, struct db *);

#endif
