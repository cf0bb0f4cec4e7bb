/*
 * Pro tips on pages: the one that follows a sign-in ("?tip=3" behind any address, so that it is
 * gone with the next page), and all of them. The file is read when a worker starts; a wrong one is
 * named in the log, and there are no tips.
 */
#ifndef VESTIBULE_WEB_TIP_VIEW_H
#define VESTIBULE_WEB_TIP_VIEW_H

#include "web/request.h"

void tip_view_start(const struct config *);

/* How many there are; 0: no switch, no menu entry, no page. */
size_t tip_view_count(void);

/* The box of the tip that the query names; nothing when it names none. Called by page_begin(). */
void tip_view_draw(struct request *);

/* All tips, as parts of a page. */
void tip_view_draw_all(struct request *);

#endif
