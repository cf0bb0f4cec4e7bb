/*
 * The tables of a section as JSON: its routes with their access, and the fields of their forms with
 * their limits. Tests walk over them, so that no section can forget anything; the program prints
 * them when VESTIBULE_DESCRIBE is set, and does nothing else.
 */
#ifndef VESTIBULE_WEB_DESCRIBE_H
#define VESTIBULE_WEB_DESCRIBE_H

#include "web/app.h"

/* Prints to standard output. */
void describe(const struct section *);

#endif
