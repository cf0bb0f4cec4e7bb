/*
 * Random values, hashes, seals and passwords; libsodium behind one small face.
 *
 * The key file has one line a key, oldest first: "<key id> <64 hex digits>", key id 1..4294967295
 * rising; "#" opens a comment. It must be a plain file, mode 0400 or 0600 at most, owned by the
 * user of the process or root (root itself reads anybody's). The last line is the current key;
 * older ones still verify what was made with them (decisions 15). Each purpose has a subkey of its
 * own, derived with crypto_kdf, so no value made for one purpose is ever valid for another.
 *
 * Key policy: credential = hash of API secrets; link = hash of one-time links; form = MAC of form
 * tokens; seal = encryption of what is kept for a while or at rest; token = HMAC of API tokens
 * (JWT).
 */
#ifndef VESTIBULE_CORE_CRYPTO_H
#define VESTIBULE_CORE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

#define CRYPTO_HASH 32		/* bytes of every hash and MAC */
#define CRYPTO_PASSWORD 128	/* room for a password hash, with its NUL */

enum crypto_purpose {
	CRYPTO_CREDENTIAL = 1,
	CRYPTO_LINK,
	CRYPTO_FORM,
	CRYPTO_SEAL,
	CRYPTO_TOKEN
};

struct crypto_keys;

/* Must be called once at start. False when libsodium cannot start. */
bool crypto_start(void);

/*
 * Reads a key file. NULL with a sentence for the operator in message on failure. Lives as long as
 * the process.
 */
const struct crypto_keys *crypto_keys_load(const char *path, char *message, size_t message_size);

/*
 * Writes a new key file with one random key, mode 0400; false with a sentence when it exists or
 * cannot be made.
 */
bool crypto_keys_create(const char *path, char *message, size_t message_size);

/* Adds a new current key to the file (written beside it and renamed). */
bool crypto_keys_rotate(const char *path, char *message, size_t message_size);

uint32_t crypto_current_key(const struct crypto_keys *);
/* The key before the current one, 0 when there is none. */
uint32_t crypto_previous_key(const struct crypto_keys *);
bool crypto_has_key(const struct crypto_keys *, uint32_t key_id);

/* Keyed BLAKE2b-256. False, and a hash of zeros, when the key id is not in the file. */
bool crypto_keyed_hash(const struct crypto_keys *, uint32_t key_id, enum crypto_purpose,
    const void *bytes, size_t length, uint8_t hash[CRYPTO_HASH]);

/* HMAC-SHA-256 with the subkey for tokens. */
bool crypto_token_mac(const struct crypto_keys *, uint32_t key_id, const void *bytes, size_t length,
    uint8_t mac[CRYPTO_HASH]);

/* Plain BLAKE2b-256, for values that are 256 random bits themselves, and for digests. */
void crypto_digest(const void *bytes, size_t length, uint8_t hash[CRYPTO_HASH]);

/* Constant time. */
bool crypto_equal(const void *, const void *, size_t length);
void crypto_wipe(void *, size_t length);

void crypto_random(void *bytes, size_t length);
/* 0 <= result < bound */
uint32_t crypto_random_below(uint32_t bound);

/*
 * XChaCha20-Poly1305. The blob is: version byte 1 | key id (4 bytes, big end first) | nonce (24) |
 * cipher text and tag. context is the associated data: say what the blob is and whose
 * ("reveal|<session hash>|<id>"); opening with another context fails. crypto_open() returns NULL
 * when the blob was changed, the context differs or the key is not there; the opened bytes have a
 * NUL behind them.
 */
void *crypto_seal(const struct crypto_keys *, struct arena *, const char *context,
    const void *bytes, size_t length, size_t *sealed_length);
char *crypto_open(const struct crypto_keys *, struct arena *, const char *context,
    const void *blob, size_t length, size_t *opened_length);

/*
 * URL-safe base64 without padding. Decoding is strict: no other characters, no non-zero spare bits.
 */
char *crypto_base64url(struct arena *, const void *bytes, size_t length);
bool crypto_from_base64url(const char *text, void *bytes, size_t room, size_t *length);
char *crypto_hex(struct arena *, const void *bytes, size_t length);

/*
 * Standard base64 as in "Authorization: Basic": lenient as the real server is (skips other
 * characters). NULL when not decodable.
 */
char *crypto_from_base64(struct arena *, const char *text, size_t *length);

/*
 * Passwords: argon2id, 46 MiB, one pass. One at a time on the machine: lock_directory holds the
 * lock file "password.lock" that is waited for; NULL takes no lock. Both take about 20 ms.
 * crypto_password_check() with hash NULL does the same work against a dummy and returns false.
 */
bool crypto_password_hash(const char *lock_directory, const char *password,
    char hash[CRYPTO_PASSWORD]);
bool crypto_password_check(const char *lock_directory, const char *hash, const char *password);
bool crypto_password_outdated(const char *hash);

#endif
