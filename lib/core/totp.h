/*
 * Codes of a second factor: six digits that an app on the phone computes from a seed and the time
 * (TOTP, RFC 6238, with SHA-1 and half a minute, which is what every app does); and recovery codes
 * for when the phone is lost.
 *
 * A step is the number of half minutes since 1970. Which step a code was for is what keeps it from
 * being used twice: remember it, and take only later ones (RFC 6238 5.2).
 */
#ifndef VESTIBULE_CORE_TOTP_H
#define VESTIBULE_CORE_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

#define TOTP_SEED 20		/* bytes, as RFC 4226 recommends */
#define TOTP_DIGITS 6
#define TOTP_SECONDS 30

/* A new random seed, in base32: 32 capital letters and digits 2 to 7. */
char *totp_seed(struct arena *);

/*
 * Whether the code is that of now, of the half minute before or of the one after (clocks differ);
 * then *step says which. False too for a seed that is no base32 or a code that is not six digits.
 */
bool totp_check(const char *seed, const char *code, int64_t now, int64_t *step);

/* What a QR code for the app says. issuer and account are shown there. */
char *totp_address(struct arena *, const char *issuer, const char *account, const char *seed);

/* "ABCD EFGH …": a seed to be typed. */
char *totp_groups(struct arena *, const char *seed);

/* What somebody typed as a code: without blanks and hyphens, letters in lower case. */
char *totp_typed(struct arena *, const char *typed);

/*
 * Recovery codes: 24 letters and digits in six groups, 120 random bits, so that a plain hash is
 * enough (ASVS 6.5.2 asks for 112) and they work when the key file is lost.
 */
#define TOTP_RECOVERY_CODES 10	/* made at a time */
char *totp_recovery_code(struct arena *);
/*
 * What is hashed of a typed one: nothing but its 24 characters, with "o" read as "0", "i" and "l"
 * as "1", because neither letter is used. NULL when it cannot be one.
 */
char *totp_recovery_normal(struct arena *, const char *typed);

#endif
