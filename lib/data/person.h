/*
 * People. In labels and in the API they are called users.
 */
#ifndef VESTIBULE_DATA_PERSON_H
#define VESTIBULE_DATA_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/audit.h"
#include "data/db.h"

#define PERSON_NAME_LEAST 2	/* characters, after trimming (Q52) */
#define PERSON_NAME 70
#define PERSON_EMAIL 254	/* bytes */
#define PERSON_PASSWORD_LEAST 12	/* characters (ASVS 6.2.1) */
#define PERSON_PASSWORD 128

struct person {
	int64_t id;
	uint8_t public_id[16];
	const char *name;
	const char *email;		/* "" for none */
	const char
	    *password; /* hash, NULL for none; only person_by_email() and person_by_id() fill it */
	const char *theme;		/* "light", "dark", "system" */
	const char *time_zone;		/* "" for that of the installation; only with the session */
	int64_t created, last_sign_in, disabled;
	uint32_t epoch;
};

bool person_by_email(struct db *, struct arena *, const char *email, struct person *);
bool person_by_id(struct db *, struct arena *, int64_t id, struct person *);

/*
 * In a transaction: a new person with what the edition gives: a personal workspace "<name>'s
 * workspace", or a place in the installation's workspace (decisions 11, 12). administrator: role
 * administrator there. email NULL: none. Returns the id; 0: the e-mail is taken, or the workspace
 * is full, and the transaction has to be rolled back.
 */
int64_t person_create(struct db *, const struct audit_actor *, const struct config *,
    const char *name, const char *email, const char *password_hash, bool administrator);

/* In a transaction: the address is known to be theirs. What the operator gives is so from the
 * start; a new address is not, unless a mail confirmed it. */
void person_prove_email(struct db *, int64_t person);

/* In a transaction. Setting the name that is there is a success without a write. */
void
person_rename(struct db *, const struct audit_actor *, const struct person *, const char *name);

/* In a transaction. zone: a name of the zone database, "" for that of the installation. */
void person_set_time_zone(
    struct db *, const struct audit_actor *, const struct person *, const char *zone);

/* In a transaction: stores the hash and ends all sessions but keep (NULL: all). */
void person_set_password(struct db *, const struct audit_actor *, int64_t person,
    const char *password_hash, const uint8_t keep[32]);

/* A stronger hash of the same password: no event, sessions stay. */
void person_rehash(struct db *, int64_t person, const char *old_hash, const char *new_hash);

/* In a transaction: ends sessions, and API credentials stop. */
void person_disable(struct db *, const struct audit_actor *, int64_t person, bool disabled);

void person_signed_in(struct db *, int64_t person, int64_t now);

/*
 * Whether a text may be a name: NULL, or the sentence that says why not. Give it one line
 * (text_one_line()).
 */
const char *person_name_fault(const char *name);

/* Whether a new password is good enough: length, not a well-known one, not made of the person's or
 * product's words. */
const char *person_password_fault(const char *password, const char *name, const char *email);

#endif
