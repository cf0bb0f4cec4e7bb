/* token.c: form tokens. */
#include <string.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "web/token.h"

#define NONCE 16

/* As sent, before base64url. */
struct token_bytes {
	uint8_t nonce[NONCE];
	uint8_t expiry[4];	/* seconds, big end first */
	uint8_t key_id[4];
	uint8_t mac[CRYPTO_HASH];
};
_Static_assert(sizeof(struct token_bytes) == NONCE + 4 + 4 + CRYPTO_HASH, "no padding");

static void
put_number(uint8_t bytes[4], uint32_t number)
{
	for (unsigned i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}

static uint32_t
get_number(const uint8_t bytes[4])
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	    bytes[3];
}

/* False when the key is not in the file any more. */
static bool
compute_mac(const struct request *r, const struct token_bytes *token, const char *path,
    const char *workspace, uint8_t mac[CRYPTO_HASH])
{
	const char *text = arena_format(r->arena, "%s|%s|%s|%s|%u|%u",
	    crypto_hex(r->arena, r->session.hash, sizeof(r->session.hash)),
	    workspace != NULL ? workspace : "", path, crypto_hex(r->arena, token->nonce, NONCE),
	    get_number(token->expiry), get_number(token->key_id));

	return crypto_keyed_hash(
	    r->keys, get_number(token->key_id), CRYPTO_FORM, text, strlen(text), mac);
}

/* A browser that was never here gets a random cookie: forms before sign-in are covered too (login
 * CSRF). */
static void
make_pre_session(struct request *r)
{
	uint8_t bytes[32];

	crypto_random(bytes, sizeof(bytes));
	crypto_digest(bytes, sizeof(bytes), r->session.hash);
	r->cookie = crypto_base64url(r->arena, bytes, sizeof(bytes));
	r->new_cookie = r->cookie;
	r->session.present = true;
	crypto_wipe(bytes, sizeof(bytes));
}

const char *
token_make(struct request *r, const char *path, const char *workspace)
{
	struct token_bytes token;

	if (!r->session.present)
		make_pre_session(r);
	crypto_random(token.nonce, NONCE);
	put_number(token.expiry, (uint32_t)(r->now / CLOCK_SECOND + TOKEN_HOURS * 3600));
	put_number(token.key_id, crypto_current_key(r->keys));
	compute_mac(r, &token, path, workspace, token.mac);
	return crypto_base64url(r->arena, &token, sizeof(token));
}

enum token_state
token_check(const struct request *r, const char *text, const char *path, const char *workspace,
    uint8_t nonce_hash[32])
{
	struct token_bytes token;
	uint8_t mac[CRYPTO_HASH];
	size_t length;

	if (text == NULL || text[0] == '\0')
		return TOKEN_MISSING;
	if (!r->session.present ||
	    !crypto_from_base64url(text, &token, sizeof(token), &length) || length != sizeof(token))
		return TOKEN_BAD;
	if (!compute_mac(r, &token, path, workspace, mac) ||
	    !crypto_equal(mac, token.mac, sizeof(mac)))
		return TOKEN_BAD;
	crypto_digest(token.nonce, NONCE, nonce_hash);
	if ((int64_t)get_number(token.expiry) * CLOCK_SECOND < r->now)
		return TOKEN_EXPIRED;
	return TOKEN_GOOD;
}
