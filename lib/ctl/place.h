/*
 * Finding the workspace that a command is about, whoever owns it.
 */
#ifndef VESTIBULE_CTL_PLACE_H
#define VESTIBULE_CTL_PLACE_H

#include "ctl/ctl.h"
#include "data/workspace.h"

/* The workspace of this id (32 hex digits), with the role of its owner; false after a message. */
bool place_find(struct ctl *, const char *id, struct workspace *);

#endif
