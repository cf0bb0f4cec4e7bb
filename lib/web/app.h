/*
 * A section: one executable, one table of routes, one call: int main(void) { return
 * app_run(&section); }
 *
 * The cycle of a request is written once (app.c, with pages.c for forms and pages, endpoint.c for
 * the API): read with limits; session, person, workspace; find the row of the table; its access;
 * token and fields of a POST; one transaction of nonce, act and audit; send after COMMIT; forget
 * everything. A section only says what is special about it.
 */
#ifndef VESTIBULE_WEB_APP_H
#define VESTIBULE_WEB_APP_H

#include <stdbool.h>
#include <stddef.h>

#include "web/request.h"

/* Who may use a route. Checked before anything of the section runs. */
enum access {
	ACCESS_PUBLIC,
	ACCESS_SIGNED_IN,
	ACCESS_MEMBER,		/* of the workspace of this page: request->workspace is set */
	ACCESS_ADMINISTRATOR,	/* the same, owner or administrator there */
	ACCESS_OWNER
};

struct route {
	/* "/settings/credentials/:id/label": ":id" is 32 hex digits, found in request->ids. */
	const char *path;
	enum access access;

	/* The fields of its POST; NULL: the form has none. */
	const struct form_table *form;

	/* Finds what the path names, before show and act; calls request_not_found() when it is not
	 * there. May be NULL. */
	void (*load)(struct request *);

	/* Draws the page: for GET, and again for a POST that was refused. NULL: no GET. */
	void (*show)(struct request *);

	/*
	 * Before the transaction of a POST whose fields are right: what must stay counted when it
	 * is refused (a wrong password), and slow work (a hash). Leaves messages in the form to
	 * refuse. May be NULL.
	 */
	void (*prove)(struct request *);

	/* Carries out a POST, inside the transaction; may run again from the top. Ends with
	 * request_see() or form errors. NULL: no POST. */
	void (*act)(struct request *);

	/* The POST asks for the password when the last proof is older than 10 minutes (decisions
	 * 16). */
	bool recent;

	/* With recent: whether this form asks for a proof itself, which prove() checks. NULL: it
	 * does not. */
	bool (*has_proof)(const struct request *);

	/* Never answered as a fragment: what the page may load is in its headers. */
	bool whole;

	/* NEEDS(SWITCH_…) | …: where one of these is off the address is not there. 0: none. */
	unsigned needs;
};
#define NEEDS(switch) (1U << (switch))

/* A call of the API; see endpoint.h. */
struct endpoint;

enum section_kind {
	SECTION_PAGES,
	SECTION_API
};

struct section {
	const char *name;	/* file, URL, socket, database account, test: one word */
	const char *menu; /* a section with a row in the menu and a help page, for one that has
	                     none; NULL: itself */
	enum section_kind kind;
	bool shows_preferences;	/* the session brings the person's document, without a statement */
	const struct route *routes;
	size_t route_count;
	const struct endpoint *endpoints;
	size_t endpoint_count;
};

int app_run(const struct section *);

#endif
