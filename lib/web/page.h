/*
 * The start of every page, and small pieces of markup that every section draws the same way.
 */
#ifndef VESTIBULE_WEB_PAGE_H
#define VESTIBULE_WEB_PAGE_H

#include "web/request.h"

/*
 * Names the page: title and last part of the breadcrumb; draws the result of the act that led here,
 * the problems of a refused form, <h1> and, when not NULL, a lead. Call first in show().
 */
void page_begin(struct request *, const char *title, const char *lead);

/* A result message: success, error, info or warning. Stands before page_begin(). */
void page_result(struct request *, const char *kind, const char *message);

/* A page for a refusal: heading, sentence, what to do; with the number of the request. */
void page_draw_refusal(struct request *, unsigned status, const char *sentence);

/* Pieces. */
void
page_icon(struct request *, const char *name); /* a Lucide icon of the sprite, decoration only */
void page_link(struct request *, const char *path, const char *icon, const char *label,
    const char *class_name, const char *into);
/* The same about one of many things, for those who do not see its row: "label: thing". */
void page_link_about(struct request *, const char *path, const char *icon, const char *label,
    const char *thing, const char *class_name, const char *into);
void page_time(struct request *, int64_t moment,
    bool relative); /* <time>; relative words with the moment as title */
void page_identity(struct request *, const uint8_t id[16]);	/* ID badge */
void page_badge(
    struct request *, const char *kind, const char *text); /* success, warning, error, info */
void
page_fact(struct request *, const char *term, const char *text); /* inside <dl class="facts"> */
/*
 * A table that scrolls where it must: the caption is for those who hear it; heads that are NULL are
 * left out; actions: a last column for what can be done with a row. Then its rows, then the end.
 */
void page_table(struct request *, const char *caption, const char *const *heads, size_t count,
    bool actions);
void page_table_end(struct request *);

void page_consequences(struct request *, const char *const *sentences);	/* NULL at the end */

/* What is said beside a preference that the operator has fixed; NULL: everybody chooses. */
const char *page_fixed(struct request *, enum config_preference);

#endif
