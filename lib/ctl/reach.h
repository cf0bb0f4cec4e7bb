/*
 * One GET over plain http, to see whether the web server answers.
 */
#ifndef VESTIBULE_CTL_REACH_H
#define VESTIBULE_CTL_REACH_H

#include "core/arena.h"

/*
 * Asks for url (http only) and returns the first bytes of the answer, status line first; NULL with
 * half a sentence in reason.
 */
const char *reach_get(struct arena *, const char *url, const char **reason);

#endif
