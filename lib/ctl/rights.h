/*
 * What an account may do, compared with what grants.sql gives it.
 */
#ifndef VESTIBULE_CTL_RIGHTS_H
#define VESTIBULE_CTL_RIGHTS_H

#include "ctl/ctl.h"
#include "ctl/schema.h"

struct rights {
	unsigned wanted, missing, excess;
	const char *first_missing,
	    *first_excess; /* "UPDATE on person (name)"; NULL when there is none */
};

/* db is signed in as program; it may have failed afterwards. */
struct rights rights_compare(struct ctl *, struct db *, const struct schema *, const char *program);

#endif
