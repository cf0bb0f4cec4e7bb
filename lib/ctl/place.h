/*
 * Finding the workspace that a command is about, whoever owns it.
 */
#ifndef VESTIBULE_CTL_PLACE_H
#define VESTIBULE_CTL_PLACE_H

#include "ctl/ctl.h"
#include "data/workspace.h"

/*
 * The workspace of this id (32 hex digits), with the role of its owner: CTL_DONE, else the exit
 * code after a message.
 */
int place_find(struct ctl *, const char *id, struct workspace *);

#endif
