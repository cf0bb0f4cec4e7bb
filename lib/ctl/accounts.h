/*
 * The database accounts of the programs: a password file each, an account each, and the rights of
 * grants.sql.
 */
#ifndef VESTIBULE_CTL_ACCOUNTS_H
#define VESTIBULE_CTL_ACCOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

#include "ctl/ctl.h"
#include "ctl/schema.h"

/* Whose the files become. */
struct accounts_owner {
	bool given;
	uid_t user;
	gid_t group;
};

/* Looks up --owner; NULL gives none. False: there is no such user. */
bool accounts_find_owner(const char *name, struct accounts_owner *);

/* Gives a file to the owner; true when there is none to give it to. */
bool accounts_give(const char *path, const struct accounts_owner *);

/*
 * Makes the password files that are missing, and the accounts with those passwords. Returns an exit
 * code.
 */
int accounts_make(
    struct ctl *, struct db *administrator, const struct schema *, const struct accounts_owner *);

/* Gives every account its rights. Returns an exit code. */
int accounts_grant(struct ctl *, struct db *administrator, const struct schema *);

#endif
