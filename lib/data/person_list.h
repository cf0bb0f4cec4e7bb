/*
 * The people of one workspace, as its other members may see them: no e-mail address, no secret.
 * Every statement starts at the membership of that workspace, so nobody from outside is ever seen.
 */
#ifndef VESTIBULE_DATA_PERSON_LIST_H
#define VESTIBULE_DATA_PERSON_LIST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/db.h"
#include "data/workspace.h"

#define PERSON_LIST_LIMIT 500	/* people of one answer, at most */

struct person_listed {
	int64_t id;
	uint8_t public_id[16];
	const char *name;
	int64_t created;
	enum role role;			/* in that workspace */
};

enum person_order {
	PERSON_ORDER_JOINED,		/* oldest account first */
	PERSON_ORDER_ID,
	PERSON_ORDER_ID_DOWN,
	PERSON_ORDER_NAME,
	PERSON_ORDER_NAME_DOWN,
	PERSON_ORDER_CREATED,
	PERSON_ORDER_CREATED_DOWN
};

struct person_query {
	const char *name;		/* part of the name, taken literally, any case; NULL: all */
	const json_t *ids;		/* a list of texts: what is no id names nobody; NULL: all */
	enum person_order order;
	int64_t offset, limit;
};

/* "name", "-created" …; false for what is none. */
bool person_list_order(const char *text, enum person_order *);

size_t person_list(struct db *, struct arena *, int64_t workspace, const struct person_query *,
    struct person_listed **);

/* The member with this public id; false when there is none in this workspace. */
bool person_list_find(struct db *, int64_t workspace, const uint8_t public_id[16],
    struct person_listed *);

/*
 * A name is one line here. The two parts that other clients know are all words but the last one,
 * and the last one; "" for what is not there.
 */
const char *person_given_name(struct arena *, const char *name);
const char *person_family_name(const char *name);

#endif
