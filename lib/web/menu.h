/*
 * The sections that people see, in the order of the menu (features A7, A8): one row each. Only the
 * rows of sections that exist are here; a row whose switch is off is absent from the menu, and its
 * URLs answer 404.
 */
#ifndef VESTIBULE_WEB_MENU_H
#define VESTIBULE_WEB_MENU_H

#include <stdbool.h>

#include "core/config.h"
#include "web/request.h"

struct menu_row {
	const char *section;	/* one word; the path is /settings/<section> */
	const char *label;	/* marked N_() */
	const char *icon;
	bool administrators;	/* under ADMINISTRATOR SETTINGS */
	unsigned any;		/* NEEDS(SWITCH_…) | …: one of them must be on; 0: always there */
};

/* Draws the side navigation, current marked. */
void menu_draw(struct request *, const char *current);

/* The row of a section; NULL when there is none. */
const struct menu_row *menu_find(const char *section);

/* Whether the installation has the section switched on; true for sections without a row. */
bool menu_is_on(const struct config *, const char *section);

/*
 * Whether a text may be a place to go to after sign-in: "/settings/<section>" of a row that is
 * switched on, with simple parts behind it and at most "?ws=<32 hex>" (features Q54; never another
 * host); or "/invite/accept", where an invitation waits.
 */
bool menu_knows(const struct config *, const char *target);

#endif
