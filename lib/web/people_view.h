/*
 * What the pages under Users & Groups draw alike.
 */
#ifndef VESTIBULE_WEB_PEOPLE_VIEW_H
#define VESTIBULE_WEB_PEOPLE_VIEW_H

#include "web/request.h"

enum people_page {
	PEOPLE_USERS,
	PEOPLE_GROUPS
};

/* Links between Users and User groups; nothing where groups are switched off. */
void people_tabs(struct request *, enum people_page current);

/* From act: who acts has lost the right since the form came. */
void people_not_allowed(struct request *);

#endif
