/*
 * AWS Signature Version 4 in the query of an address: a canonical request, a text to sign, a chain
 * of HMACs.
 */
#include "core/s3_signature.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "core/text.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define SERVICE "s3"

_Static_assert(crypto_auth_hmacsha256_BYTES == CRYPTO_HASH, "the MAC is HMAC-SHA-256");
_Static_assert(crypto_hash_sha256_BYTES == CRYPTO_HASH, "and the hash SHA-256");

/* crypto_auth_hmacsha256() takes keys of one length only; these are of any. */
static void
mac(const void *key, size_t key_length, const char *text, uint8_t out[CRYPTO_HASH])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, key_length);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)text, strlen(text));
	crypto_auth_hmacsha256_final(&state, out);
	crypto_wipe(&state, sizeof(state));
}

void
s3_signature_key(struct arena *arena, const char *secret_key, const char *day, const char *region,
    const char *service, uint8_t key[32])
{
	const char *first = arena_format(arena, "AWS4%s", secret_key);

	mac(first, strlen(first), day, key);
	mac(key, CRYPTO_HASH, region, key);
	mac(key, CRYPTO_HASH, service, key);
	mac(key, CRYPTO_HASH, "aws4_request", key);
}

char *
s3_signature_path(struct arena *arena, const char *name)
{
	const char *part = name, *slash;
	char *path = arena_text(arena, "");

	while ((slash = strchr(part, '/')) != NULL) {
		path = arena_format(arena, "%s%s/", path,
		    text_url_part(arena, arena_copy(arena, part, (size_t)(slash - part))));
		part = slash + 1;
	}
	return arena_format(arena, "%s%s", path, text_url_part(arena, part));
}

static char *
hash(struct arena *arena, const char *text)
{
	uint8_t bytes[CRYPTO_HASH];

	crypto_hash_sha256(bytes, (const uint8_t *)text, strlen(text));
	return crypto_hex(arena, bytes, sizeof(bytes));
}

/* All but the signature, in the order of their names, as it is signed and as it is sent. */
static char *
query(struct arena *arena, const struct s3_signature *what, const char *scope, const char *moment)
{
	bool temporary = what->token != NULL && what->token[0] != '\0';

	return arena_format(arena, "X-Amz-Algorithm=" ALGORITHM "&X-Amz-Credential=%s&X-Amz-Date=%s"
	    "&X-Amz-Expires=%u%s%s&X-Amz-SignedHeaders=host",
	    text_url_part(arena, arena_format(arena, "%s/%s", what->access_key, scope)), moment,
	    what->seconds, temporary ? "&X-Amz-Security-Token=" : "",
	    temporary ? text_url_part(arena, what->token) : "");
}

char *
s3_signature_link(struct arena *arena, const struct s3_signature *what)
{
	struct clock_parts parts = clock_parts(what->from);
	const char *host = strstr(what->origin, "://") + strlen("://");
	const char *day = arena_format(arena, "%04u%02u%02u", parts.year, parts.month, parts.day);
	const char *moment = arena_format(arena, "%sT%02u%02u%02uZ", day, parts.hour, parts.minute,
	    parts.second);
	const char *scope = arena_format(
	    arena, "%s/%s/" SERVICE "/aws4_request", day, what->region);
	const char *sent = query(arena, what, scope, moment);
	const char *canonical = arena_format(arena, "%s\n%s\n%s\nhost:%s\n\nhost\nUNSIGNED-PAYLOAD",
	    what->method, what->path, sent, host);
	const char *text = arena_format(arena, ALGORITHM "\n%s\n%s\n%s", moment, scope,
	    hash(arena, canonical));
	uint8_t key[CRYPTO_HASH], signature[CRYPTO_HASH];

	s3_signature_key(arena, what->secret_key, day, what->region, SERVICE, key);
	mac(key, sizeof(key), text, signature);
	crypto_wipe(key, sizeof(key));
	return arena_format(arena, "%s%s?%s&X-Amz-Signature=%s", what->origin, what->path, sent,
	    crypto_hex(arena, signature, sizeof(signature)));
}
