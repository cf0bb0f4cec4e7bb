/*
 * The USERS table: members of a workspace, a page at a time (K1 to K11, Q45).
 *
 * A page costs the same for ten members and for ten thousand, in every order: membership carries
 * copies of what the table shows of a person, with an index for each order, and a page is read from
 * there alone (schema/0008). A search, or the filter for the inactive, looks through the
 * memberships of the one workspace: 3 to 5 ms of database time for ten thousand. Nothing here grows
 * with the installation.
 *
 * The copies are this module's: member_list_copy() is the only one who writes them.
 */
#ifndef VESTIBULE_DATA_MEMBER_LIST_H
#define VESTIBULE_DATA_MEMBER_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/db.h"
#include "data/workspace.h"

#define MEMBER_PAGE 50
#define MEMBER_SEARCH 100	/* characters of a search text, at most */
#define MEMBER_ID_SHOWN 8	/* digits of an ID that a search needs */

struct member {
	int64_t person;
	uint8_t public_id[16];
	const char *name, *email;
	enum role role;
	int64_t joined, last_sign_in, last_api_use;	/* 0: never */
};

enum member_order {
	MEMBER_BY_NAME,
	MEMBER_BY_EMAIL,
	MEMBER_BY_JOIN,		/* newest first */
	MEMBER_BY_SIGN_IN	/* longest ago first */
};

struct member_filter {
	/* Part of name or e-mail, or an ID, or its first 8 digits; "" for all, never NULL. */
	const char *search;
	bool names_only;	/* for who may not see addresses: they are not searched either */
	bool inactive;		/* neither signed in nor used the API for 90 days */
	enum member_order order;
	int64_t page;		/* from 0; behind the last one it becomes the last one */
	int64_t members;	/* how many the workspace has, as it counts them itself */
	int64_t now;
};

/* The page; *total: how many fit on all pages together. */
size_t member_list(struct db *, struct arena *, int64_t workspace, struct member_filter *,
    struct member **, int64_t *total);

bool member_find(
    struct db *, struct arena *, int64_t workspace, const uint8_t public_id[16], struct member *);

/*
 * In a transaction, after the name, the address or the last sign-in of the person changed, or a
 * membership came: writes the copies in all memberships of the person. The row of the person must
 * have been written in this transaction before: then whoever changes it and whoever joins wait for
 * each other, and the later of them copies what is true.
 */
void member_list_copy(struct db *, int64_t person);

#endif
