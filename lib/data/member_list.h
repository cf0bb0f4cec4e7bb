/*
 * The USERS table: members of a workspace, a page at a time (K1 to K11, Q45). Every query carries
 * the workspace, and costs the same for ten members and for ten thousand.
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
	const char *search;	/* part of the name or e-mail, or an ID; "" for all */
	bool names_only;	/* for who may not see addresses: they are not searched either */
	bool inactive;		/* neither signed in nor used the API for 90 days */
	enum member_order order;
	int64_t page;		/* from 0 */
	int64_t now;
};

/* The page; *more: there is another one behind it. */
size_t member_list(struct db *, struct arena *, int64_t workspace, const struct member_filter *,
    struct member **, bool *more);

bool member_find(
    struct db *, struct arena *, int64_t workspace, const uint8_t public_id[16], struct member *);

/* The first few by join, for the Members block (E10). */
size_t member_first(struct db *, struct arena *, int64_t workspace, size_t count, struct member **);

#endif
