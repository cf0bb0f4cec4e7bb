/*
 * API credentials: access key and secret key of a person in a workspace (features 1.F, 4.1;
 * decisions 23).
 *
 * The secret is kept only as a keyed hash and compared in constant time. What a member may see and
 * change: their own; owner and administrators: everybody's in that workspace. Every statement
 * carries the workspace.
 */
#ifndef VESTIBULE_DATA_CREDENTIAL_H
#define VESTIBULE_DATA_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/clock.h"
#include "core/config.h"
#include "core/crypto.h"
#include "data/audit.h"
#include "data/db.h"
#include "data/workspace.h"

#define CREDENTIAL_LABEL 100	/* characters (Q31) */
#define CREDENTIAL_ACCESS_KEY 30
#define CREDENTIAL_SECRET 67
#define CREDENTIAL_DAYS 3650	/* longest expiry, in days */
#define CREDENTIAL_OVERLAP 168	/* longest overlap of a rotation, in hours; default 24 */
#define CREDENTIAL_WARNING (7 * CLOCK_DAY)	/* before expiry */

struct credential {
	int64_t id;
	uint8_t public_id[16];
	int64_t workspace, person;
	const char *person_name;	/* "" in lists of one's own */
	const char *access_key;
	const char *label;		/* "" for none */
	int64_t created, expires, last_used;	/* 0: never */
	const char *last_used_from;	/* "" */
	bool retiring;			/* replaced, valid until expires */
};

/* A pair as it is shown once. */
struct credential_pair {
	int64_t id;
	char access_key[CREDENTIAL_ACCESS_KEY + 1];
	char secret_key[CREDENTIAL_SECRET + 1];
};

enum credential_outcome {
	CREDENTIAL_DONE,
	CREDENTIAL_AT_MAXIMUM,
	CREDENTIAL_NOT_THERE,	/* no such, revoked, or not of this workspace */
	CREDENTIAL_NOT_ALLOWED,	/* rotate: somebody else's */
	CREDENTIAL_OVER		/* rotate: expired or already replaced */
};

/* Whether the label may be one: NULL, or why not. Give it one line. */
const char *credential_label_fault(const char *label);

#define CREDENTIAL_LISTED 500	/* rows of one of these lists, at most */

/* Whether there can be credentials of others that the member who asked for the workspace sees. */
bool credential_sees_others(const struct workspace *);

/*
 * Those that this member may see in the workspace, newest first: everybody's for owner and
 * administrators. Revoked ones are never listed, expired ones are.
 */
size_t credential_list(
    struct db *, struct arena *, const struct workspace *, int64_t person, struct credential **);

/* Those of one person in the workspace. */
size_t credential_list_own(
    struct db *, struct arena *, int64_t workspace, int64_t person, struct credential **);

/* Rows of a statement that has the columns of these lists. */
size_t credential_read_list(struct db_rows *, struct arena *, struct credential **);

/* One that this member may see. */
bool credential_find(struct db *, struct arena *, const struct workspace *, int64_t person,
    const uint8_t public_id[16], struct credential *);

/* The same by access key, as clients name it. */
bool credential_find_key(struct db *, struct arena *, const struct workspace *, int64_t person,
    const char *access_key, struct credential *);

/* How many of the person's count towards the maximum: not revoked, not expired, not retiring. */
int64_t credential_counted(struct db *, int64_t workspace, int64_t person, int64_t now);

/* In a transaction. expires 0: never. label may be "". */
enum credential_outcome credential_create(struct db *, const struct audit_actor *,
    const struct config *, const struct crypto_keys *, int64_t workspace, int64_t person,
    const char *label, int64_t expires, struct credential_pair *);

/* In a transaction: a new pair now, the old one valid for hours more (decisions 23). Only for the
 * creator. */
enum credential_outcome credential_rotate(struct db *, const struct audit_actor *,
    const struct config *, const struct crypto_keys *, const struct credential *, int64_t person,
    int64_t hours, struct credential_pair *);

/* In a transaction. An empty label removes it. */
enum credential_outcome credential_relabel(
    struct db *, const struct audit_actor *, const struct credential *, const char *label);

/* In a transaction. Final: the hash goes. */
enum credential_outcome
credential_revoke(struct db *, const struct audit_actor *, const struct credential *);

/* Who calls with a pair or a token. */
struct credential_caller {
	int64_t credential;
	uint8_t credential_public_id[16];
	int64_t person;
	uint8_t person_public_id[16];
	const char *person_name, *person_email;
	int64_t person_created;
	struct workspace workspace;	/* with the caller's role */
	int64_t expires;		/* of the credential; 0: never */
	int64_t last_used;
	const char *last_used_from;
};
enum credential_answer {
	CREDENTIAL_VALID,
	CREDENTIAL_INVALID, /* unknown key, wrong secret, revoked, person disabled, no member any
	                       more */
	CREDENTIAL_EXPIRED /* said only after the secret matched, or the token was genuine */
};

/* One statement. Constant time; does the same work for an unknown key. */
enum credential_answer
credential_authenticate(struct db *, struct arena *, const struct crypto_keys *,
    const char *access_key, const char *secret_key, int64_t now, struct credential_caller *);

/* The same for the credential that a token names. */
enum credential_answer credential_of_token(struct db *, struct arena *, const uint8_t public_id[16],
    int64_t now, struct credential_caller *);

/* Writes last use when older than a minute or from another worker (decisions 10). */
void
credential_used(struct db *, const struct credential_caller *, const char *worker, int64_t now);

#endif
