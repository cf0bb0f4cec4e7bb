/*
 * Finding the row of a path in a section's table.
 */
#ifndef VESTIBULE_WEB_ROUTE_H
#define VESTIBULE_WEB_ROUTE_H

#include "web/app.h"

/* The row whose path fits; fills request->ids. NULL when there is none. */
const struct route *route_find(struct request *);

/* The path of the request without a final slash. */
const char *route_path(const struct request *);

#endif
