/*
 * Finding who a command is about.
 */
#ifndef VESTIBULE_CTL_PEOPLE_H
#define VESTIBULE_CTL_PEOPLE_H

#include "ctl/ctl.h"
#include "data/person.h"

/* The person with this address: CTL_DONE, else the exit code after a message. */
int people_find(struct ctl *, const char *email, struct person *);

#endif
