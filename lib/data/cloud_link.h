/*
 * Links that open one object in cloud storage for a while, made with a row of data/cloud_access.h:
 * signed for S3-compatible stores (core/s3_signature.h), with the shared access signature behind it
 * for Azure. A signed link shows nothing of the secret; one of Azure is the secret, as Azure has
 * it.
 *
 * An object is named by its path in the bucket, or by its whole address as other programs write it:
 * s3://bucket/path, s3://host:port/bucket/path, gs://bucket/path, azure://account…/container/path,
 * https://….
 */
#ifndef VESTIBULE_DATA_CLOUD_LINK_H
#define VESTIBULE_DATA_CLOUD_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/clock.h"
#include "data/cloud_access.h"

#define CLOUD_LINK_OBJECT 1024	/* bytes of a path, as S3 has it */
#define CLOUD_LINK_LIFE (10 * CLOCK_MINUTE)

struct cloud_link {
	const char *address;
	const char *origin;	/* of it: scheme, host and port */
	const char *object;	/* the path in the bucket, decoded */
	bool is_signed;		/* false: nothing to sign with, it works for public objects */
	bool is_picture;	/* by its name */
};

/*
 * NULL, and the link, good from a moment on; or the sentence for people that says why there is
 * none. The texts are in the arena.
 */
const char *cloud_link_make(struct arena *, const struct cloud_access *, const char *object,
    int64_t from, struct cloud_link *);

#endif
