/* totp.c: codes of a second factor. */
#include "core/totp.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "core/text.h"

#define RECOVERY_BYTES 15
#define RECOVERY_LENGTH 24

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/* Without i, l, o and u: what is read aloud or from paper is not mistaken. */
static const char readable[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* Five bytes are eight characters; length is a multiple of five. */
static char *
encode(struct arena *arena, const uint8_t *bytes, size_t length, const char *alphabet)
{
	char *text = arena_allocate(arena, length / 5 * 8 + 1), *to = text;

	for (size_t i = 0; i < length; i += 5) {
		uint64_t group = 0;

		for (size_t j = 0; j < 5; j++)
			group = group << 8 | bytes[i + j];
		for (int shift = 35; shift >= 0; shift -= 5)
			*to++ = alphabet[group >> shift & 31];
	}
	return text;
}

/* "abcd-efgh-…" */
static char *
group(struct arena *arena, const char *text, char between)
{
	char *grouped = arena_allocate(arena, strlen(text) * 5 / 4 + 2), *to = grouped;

	for (size_t i = 0; text[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			*to++ = between;
		*to++ = text[i];
	}
	return grouped;
}

char *
totp_seed(struct arena *arena)
{
	uint8_t bytes[TOTP_SEED];
	char *seed;

	crypto_random(bytes, sizeof(bytes));
	seed = encode(arena, bytes, sizeof(bytes), base32);
	crypto_wipe(bytes, sizeof(bytes));
	return seed;
}

bool
totp_check(const char *seed, const char *code, int64_t now, int64_t *step)
{
	char *secret = NULL;
	size_t length = 0;
	int64_t current = now / CLOCK_SECOND / TOTP_SECONDS;
	bool right = false;

	if (strlen(code) != TOTP_DIGITS || strspn(code, "0123456789") != TOTP_DIGITS || now < 0 ||
	    oath_base32_decode(seed, strlen(seed), &secret, &length) != OATH_OK)
		return false;
	/* All three are computed whatever comes, so that the time says nothing. */
	for (int64_t tried = current - 1; tried <= current + 1; tried++) {
		char expected[TOTP_DIGITS + 1];

		if (oath_totp_generate(secret, length, (time_t)(tried * TOTP_SECONDS), TOTP_SECONDS,
		        0, TOTP_DIGITS, expected) == OATH_OK &&
		    crypto_equal(expected, code, TOTP_DIGITS)) {
			*step = tried;
			right = true;
		}
	}
	crypto_wipe(secret, length);
	free(secret);
	return right;
}

char *
totp_address(struct arena *arena, const char *issuer, const char *account, const char *seed)
{
	return arena_format(arena, "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1"
	    "&digits=%d&period=%d", text_url_part(arena, issuer), text_url_part(arena, account),
	    seed, text_url_part(arena, issuer), TOTP_DIGITS, TOTP_SECONDS);
}

char *
totp_groups(struct arena *arena, const char *seed)
{
	return group(arena, seed, ' ');
}

char *
totp_typed(struct arena *arena, const char *typed)
{
	char *text = text_lower(arena, typed), *to = text;

	for (const char *from = text; *from != '\0'; from++)
		if (strchr(" -\t", *from) == NULL)
			*to++ = *from;
	*to = '\0';
	return text;
}

char *
totp_recovery_code(struct arena *arena)
{
	uint8_t bytes[RECOVERY_BYTES];
	char *code;

	crypto_random(bytes, sizeof(bytes));
	code = group(arena, encode(arena, bytes, sizeof(bytes), readable), '-');
	crypto_wipe(bytes, sizeof(bytes));
	return code;
}

char *
totp_recovery_normal(struct arena *arena, const char *typed)
{
	char *text = totp_typed(arena, typed);

	if (strlen(text) != RECOVERY_LENGTH)
		return NULL;
	for (char *at = text; *at != '\0'; at++) {
		if (*at == 'o')
			*at = '0';
		else if (*at == 'i' || *at == 'l')
			*at = '1';
		if (strchr(readable, *at) == NULL)
			return NULL;
	}
	return text;
}
