/*
 * Keys for data in cloud storage (features 1.D, Q12): one row for a bucket at an endpoint, of one
 * person, or of the site for everybody. What opens objects with them is data/cloud_link.h.
 *
 * Key, secret and token are sealed at rest, each for its column, its owner and its row, so that
 * none can be moved to another place. Where the key file does not have their key any more they are
 * LOST: the row stays, and can be entered anew.
 */
#ifndef VESTIBULE_DATA_CLOUD_ACCESS_H
#define VESTIBULE_DATA_CLOUD_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/crypto.h"
#include "core/url.h"
#include "data/audit.h"
#include "data/db.h"

#define CLOUD_ACCESS_BUCKET 255		/* characters */
#define CLOUD_ACCESS_ENDPOINT 255
#define CLOUD_ACCESS_REGION 64
#define CLOUD_ACCESS_KEY 255
#define CLOUD_ACCESS_SECRET 4096	/* the token too */
#define CLOUD_ACCESS_MAXIMUM 100	/* rows of one owner */
#define CLOUD_ACCESS_SITE 0		/* as a person: the site */

/* The values that are sealed. */
enum cloud_access_part {
	CLOUD_ACCESS_PART_KEY,
	CLOUD_ACCESS_PART_SECRET,
	CLOUD_ACCESS_PART_TOKEN,
	CLOUD_ACCESS__PARTS
};

enum cloud_access_state {
	CLOUD_ACCESS_NONE,
	CLOUD_ACCESS_SET,
	CLOUD_ACCESS_LOST	/* cannot be decrypted */
};

struct cloud_access {
	int64_t id;
	uint8_t public_id[16];
	int64_t person;		/* CLOUD_ACCESS_SITE: everybody's, not theirs to change */
	const char *bucket;
	const char *endpoint;	/* as entered; "" for AWS S3 */
	const char *region;	/* "" for the default */
	int64_t changed;
	enum cloud_access_state states[CLOUD_ACCESS__PARTS];
	const char *values[CLOUD_ACCESS__PARTS];	/* "" unless SET. Never onto a page. */
};

/* What the shape of bucket and endpoint says about the store. */
enum cloud_access_kind {
	CLOUD_ACCESS_AWS,
	CLOUD_ACCESS_GOOGLE,
	CLOUD_ACCESS_AZURE,	/* the secret is a shared access signature */
	CLOUD_ACCESS_OTHER	/* S3-compatible */
};
enum cloud_access_kind cloud_access_kind(struct arena *, const char *bucket, const char *endpoint);

/*
 * The address of an endpoint: without a scheme, https where host and port end in 443, else http
 * (D8). False for "" and for what is no address.
 */
bool cloud_access_address(struct arena *, const char *endpoint, struct url *);

/* Whether browsers may refuse it on a page that came by https (D11). */
bool cloud_access_is_insecure(struct arena *, const char *endpoint);

/* "bucket at endpoint", for people; the bucket alone where there is no endpoint. */
const char *cloud_access_place(struct arena *, const struct cloud_access *);

/* Of checked lines: NULL, or the sentence that refuses it. */
const char *cloud_access_bucket_fault(const char *bucket);
const char *cloud_access_endpoint_fault(const char *endpoint);
const char *cloud_access_region_fault(const char *region);
/* Key, secret or token, without blanks around; whatever the store. */
const char *cloud_access_value_fault(const char *value);
/* A shared access signature, with or without its "?". */
const char *cloud_access_sas_fault(const char *sas);

/* The site's rows first, then the person's, each in the order they were added. One statement. */
size_t cloud_access_list(struct db *, struct arena *, const struct crypto_keys *, int64_t person,
    struct cloud_access **);

/* The first rows of that, without anything secret: values and states are empty. */
size_t cloud_access_outline(struct db *, struct arena *, int64_t person, size_t limit,
    struct cloud_access **);

/* One that this person may use: their own, or one of the site. */
bool cloud_access_find(struct db *, struct arena *, const struct crypto_keys *, int64_t person,
    const uint8_t public_id[16], struct cloud_access *);

/* What is to be stored, checked. A value that is NULL stays as it is, "" removes it. */
struct cloud_access_input {
	const char *bucket, *endpoint, *region;
	const char *values[CLOUD_ACCESS__PARTS];
};

enum cloud_access_outcome {
	CLOUD_ACCESS_ADDED,
	CLOUD_ACCESS_CHANGED,
	CLOUD_ACCESS_REPLACED,	/* another row had this bucket and endpoint; it is no more (D10) */
	CLOUD_ACCESS_AT_MAXIMUM,
	CLOUD_ACCESS_NOT_THERE
};

/* In a transaction. row NULL adds; else one of the person's own. */
enum cloud_access_outcome cloud_access_save(struct db *, struct arena *, const struct audit_actor *,
    const struct crypto_keys *, int64_t person, const struct cloud_access *row,
    const struct cloud_access_input *);

/* In a transaction. False when it is gone already. */
bool cloud_access_remove(struct db *, struct arena *, const struct audit_actor *,
    const struct cloud_access *);

/*
 * Seals what older keys have sealed anew with the current one, so that those keys can go. A row
 * that somebody changes meanwhile is left to them: they seal with the current key. Returns how many
 * rows were resealed; *lost gets how many have a value that cannot be decrypted.
 */
size_t cloud_access_reseal(struct db *, struct arena *, const struct crypto_keys *, size_t *lost);

#endif
