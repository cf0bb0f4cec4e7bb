/*
 * The link of a new or renewed invitation, shown once on a page of its own:
 * /settings/invite/created/<id> (features H6, Q6, Q60). It can be read again by the same session
 * for ten minutes, or until it is ended.
 */
#ifndef VESTIBULE_WEB_INVITATION_LINK_H
#define VESTIBULE_WEB_INVITATION_LINK_H

#include "web/request.h"

/* Instead of an enum invitation_report: an address that was invited before, with a new link. */
#define INVITATION_LINK_AGAIN '9'

/*
 * From act: keeps the link and leads to the page, with the message. rows: a line for each address,
 * which is the digit of its report, a blank and the address; "" for a link without addresses.
 */
void invitation_link_reveal(struct request *, const char *link, int64_t expires, const char *rows,
    const char *message);

/* load and show of the page. */
void invitation_link_load(struct request *);
void invitation_link_show(struct request *);

/* From act: the page is over. */
void invitation_link_end(struct request *);

#endif
