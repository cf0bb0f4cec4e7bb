/*
 * The cycle of a section of pages (section kind SECTION_PAGES), decisions 3, 5, 7, 13, 16, 18.
 */
#ifndef VESTIBULE_WEB_PAGES_H
#define VESTIBULE_WEB_PAGES_H

#include "web/app.h"

/* Runs one request up to the answer, which is then in request->answer. Used by app.c. */
void pages_handle(struct request *);

/* For post.c. The workspace named in a query or form ("": the active one); false after a refusal.
 */
bool pages_find_workspace(struct request *, const char *named);
bool pages_needs_workspace(const struct route *);
/* Whether the person's role in the workspace is enough for the route; false after a refusal. */
bool pages_may_use(struct request *);
/* load and show. */
void pages_draw(struct request *);

#endif
