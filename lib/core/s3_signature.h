/*
 * Links that open one object of an S3-compatible store for a while: AWS Signature Version 4 in the
 * query of the address ("Authenticating Requests: Using Query Parameters" of the Amazon S3 API
 * reference). Google Cloud Storage takes the same with its HMAC keys.
 *
 * Only the host is signed, and the body is not, because the link is for a browser. Whoever has the
 * link has the object until it is over; the secret key is not in it and cannot be found from it.
 */
#ifndef VESTIBULE_CORE_S3_SIGNATURE_H
#define VESTIBULE_CORE_S3_SIGNATURE_H

#include <stdint.h>

#include "core/arena.h"

#define S3_SIGNATURE_LONGEST 604800	/* seconds that stores let a link live, at most */

struct s3_signature {
	const char *method;	/* "GET" */
	const char *origin;	/* "https://host[:port]", in lower case, without the usual port */
	const char *path;	/* encoded, as it stands in the address: s3_signature_path() */
	const char *region;
	const char *access_key;
	const char *secret_key;
	const char *token;	/* of temporary credentials; "" for none */
	int64_t from;		/* moment from which it is good */
	unsigned seconds;	/* how long */
};

/* The whole address. In the arena. */
char *s3_signature_link(struct arena *, const struct s3_signature *);

/*
 * The name of an object as part of an address: everything but letters, digits, "-._~" and "/" is
 * percent-encoded, byte by byte.
 */
char *s3_signature_path(struct arena *, const char *name);

/* The last step by itself: the key for one day, region and service, 32 bytes. */
void s3_signature_key(struct arena *, const char *secret_key, const char *day, const char *region,
    const char *service, uint8_t key[32]);

#endif
