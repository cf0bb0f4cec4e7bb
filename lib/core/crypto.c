/*
 * The small face of libsodium: hashes, seals, encodings and passwords. The key file is in
 * crypto_keys.c.
 */
#include "core/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/crypto_keys.h"
#include "core/log.h"

_Static_assert(CRYPTO_HASH == crypto_generichash_BYTES, "hashes are BLAKE2b-256");
_Static_assert(CRYPTO_HASH == crypto_auth_hmacsha256_BYTES, "MACs are HMAC-SHA-256");
_Static_assert(CRYPTO_PASSWORD >= crypto_pwhash_STRBYTES, "room for a password hash");
_Static_assert(CRYPTO_SUBKEY == crypto_generichash_KEYBYTES, "subkeys fit the keyed hash");
_Static_assert(CRYPTO_SUBKEY == crypto_auth_hmacsha256_KEYBYTES, "subkeys fit the HMAC");
_Static_assert(CRYPTO_SUBKEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "subkeys fit");

/* OWASP ASVS 5, appendix C: argon2id, 46 MiB, one pass. */
#define PASSWORD_MEMORY ((size_t)46 * 1024 * 1024)
#define PASSWORD_PASSES 1

#define BASE64URL_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

#define SEAL_VERSION 1
#define SEAL_HEADER 5		/* version and key id */
#define SEAL_NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEAL_TAG crypto_aead_xchacha20poly1305_ietf_ABYTES

bool
crypto_start(void)
{
	return sodium_init() >= 0;
}

bool
crypto_keyed_hash(const struct crypto_keys *keys, uint32_t key_id, enum crypto_purpose purpose,
    const void *bytes, size_t length, uint8_t hash[CRYPTO_HASH])
{
	const uint8_t *subkey = crypto_subkey(keys, key_id, purpose);

	if (subkey == NULL) {
		memset(hash, 0, CRYPTO_HASH);
		return false;
	}
	crypto_generichash(hash, CRYPTO_HASH, bytes, length, subkey, CRYPTO_SUBKEY);
	return true;
}

bool
crypto_token_mac(const struct crypto_keys *keys, uint32_t key_id, const void *bytes, size_t length,
    uint8_t mac[CRYPTO_HASH])
{
	const uint8_t *subkey = crypto_subkey(keys, key_id, CRYPTO_TOKEN);

	if (subkey == NULL) {
		memset(mac, 0, CRYPTO_HASH);
		return false;
	}
	crypto_auth_hmacsha256(mac, bytes, length, subkey);
	return true;
}

void
crypto_digest(const void *bytes, size_t length, uint8_t hash[CRYPTO_HASH])
{
	crypto_generichash(hash, CRYPTO_HASH, bytes, length, NULL, 0);
}

bool
crypto_equal(const void *one, const void *other, size_t length)
{
	return sodium_memcmp(one, other, length) == 0;
}

void
crypto_wipe(void *bytes, size_t length)
{
	sodium_memzero(bytes, length);
}

void
crypto_random(void *bytes, size_t length)
{
	randombytes_buf(bytes, length);
}

uint32_t
crypto_random_below(uint32_t bound)
{
	return randombytes_uniform(bound);
}

/* What the tag covers besides the cipher text: version, key id and context. */
static uint8_t *
associated(struct arena *arena, const uint8_t header[SEAL_HEADER], const char *context,
    size_t *length)
{
	size_t context_length = strlen(context);
	uint8_t *data = arena_allocate(arena, SEAL_HEADER + context_length);

	memcpy(data, header, SEAL_HEADER);
	memcpy(data + SEAL_HEADER, context, context_length);
	*length = SEAL_HEADER + context_length;
	return data;
}

void *
crypto_seal(const struct crypto_keys *keys, struct arena *arena, const char *context,
    const void *bytes, size_t length, size_t *sealed_length)
{
	uint32_t key_id = crypto_current_key(keys);
	size_t size = SEAL_HEADER + SEAL_NONCE + length + SEAL_TAG;
	uint8_t *blob = arena_allocate(arena, size);
	uint8_t *nonce = blob + SEAL_HEADER;
	size_t associated_length;
	const uint8_t *data;

	blob[0] = SEAL_VERSION;
	blob[1] = (uint8_t)(key_id >> 24);
	blob[2] = (uint8_t)(key_id >> 16);
	blob[3] = (uint8_t)(key_id >> 8);
	blob[4] = (uint8_t)key_id;
	crypto_random(nonce, SEAL_NONCE);
	data = associated(arena, blob, context, &associated_length);
	crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + SEAL_NONCE, NULL, bytes, length,
	    data, associated_length, NULL, nonce, crypto_subkey(keys, key_id, CRYPTO_SEAL));
	*sealed_length = size;
	return blob;
}

char *
crypto_open(const struct crypto_keys *keys, struct arena *arena, const char *context,
    const void *blob, size_t length, size_t *opened_length)
{
	const uint8_t *bytes = blob;
	const uint8_t *subkey, *data, *nonce;
	size_t associated_length, opened;
	uint8_t *plain;

	if (length < SEAL_HEADER + SEAL_NONCE + SEAL_TAG || bytes[0] != SEAL_VERSION)
		return NULL;
	subkey = crypto_subkey(keys, (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 |
	    (uint32_t)bytes[3] << 8 | bytes[4], CRYPTO_SEAL);
	if (subkey == NULL)
		return NULL;
	nonce = bytes + SEAL_HEADER;
	opened = length - SEAL_HEADER - SEAL_NONCE - SEAL_TAG;
	plain = arena_allocate(arena, opened + 1);
	data = associated(arena, bytes, context, &associated_length);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, nonce + SEAL_NONCE,
	    opened + SEAL_TAG, data, associated_length, nonce, subkey) != 0)
		return NULL;
	if (opened_length != NULL)
		*opened_length = opened;
	return (char *)plain;
}

char *
crypto_base64url(struct arena *arena, const void *bytes, size_t length)
{
	size_t size = sodium_base64_encoded_len(length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

	return sodium_bin2base64(arena_allocate(arena, size), size, bytes, length,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool
crypto_from_base64url(const char *text, void *bytes, size_t room, size_t *length)
{
	size_t text_length = strlen(text);
	const char *end;

	/* Where char is signed, libsodium 1.0.18 takes every byte from 0x80 on for a digit. */
	if (strspn(text, BASE64URL_DIGITS) != text_length)
		return false;
	return sodium_base642bin(bytes, room, text, text_length, NULL, length, &end,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 && end == text + text_length;
}

char *
crypto_hex(struct arena *arena, const void *bytes, size_t length)
{
	return sodium_bin2hex(arena_allocate(arena, 2 * length + 1), 2 * length + 1, bytes, length);
}

static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/*
 * The real server reads with Python's base64 module, which skips what is no digit, stops at the
 * padding that completes a group of four, and refuses a group that is left incomplete (spec/api.md
 * 4: "!!!!" is an empty text, not an error).
 */
char *
crypto_from_base64(struct arena *arena, const char *text, size_t *length)
{
	char *bytes = arena_allocate(arena, strlen(text) / 4 * 3 + 4);
	unsigned place = 0, padding = 0, held = 0;
	size_t count = 0;

	for (; *text != '\0'; text++) {
		int digit = base64_digit(*text);

		if (*text == '=' && place >= 2 && place + ++padding >= 4) {
			place = 0;
			break;
		}
		if (digit < 0)
			continue;
		padding = 0;
		if (place > 0)
			bytes[count++] = (char)(held << (2 * place) |
			    (unsigned)digit >> (6 - 2 * place));
		held = (unsigned)digit;
		place = (place + 1) % 4;
	}
	if (place != 0)
		return NULL;
	bytes[count] = '\0';
	*length = count;
	return bytes;
}

/*
 * One password at a time on the machine: each takes 46 MiB, and a crowd of attempts must not take
 * the machine's memory. Without the lock the work is done all the same: a missing folder must not
 * keep everybody out. -1 then.
 */
static int
lock_passwords(const char *directory)
{
	char path[PATH_MAX];
	struct stat status;
	int length, lock = -1;

	if (directory == NULL)
		return -1;
	errno = ENAMETOOLONG;
	length = snprintf(path, sizeof(path), "%s/password.lock", directory);
	if (length > 0 && (size_t)length < sizeof(path))
		lock = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (lock < 0) {
		log_write(LOG_WARNING, "password_lock", 2, "path", path, "reason", strerror(errno));
		return -1;
	}
	/* Made by the operator's command as root, it must be open to the sections all the same. */
	if (geteuid() == 0 && stat(directory, &status) == 0 &&
	    fchown(lock, status.st_uid, status.st_gid) != 0)
		log_write(LOG_WARNING, "password_lock", 2, "path", path, "reason", strerror(errno));
	while (flock(lock, LOCK_EX) != 0 && errno == EINTR)
		;
	return lock;
}

static void
unlock_passwords(int lock)
{
	if (lock >= 0)
		close(lock);
}

bool
crypto_password_hash(const char *lock_directory, const char *password, char hash[CRYPTO_PASSWORD])
{
	int lock = lock_passwords(lock_directory);
	int result = crypto_pwhash_str_alg(hash, password, strlen(password), PASSWORD_PASSES,
	    PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13);

	unlock_passwords(lock);
	if (result != 0)
		log_write(LOG_ERROR, "password_hash", 1, "reason", strerror(errno));
	return result == 0;
}

bool
crypto_password_check(const char *lock_directory, const char *hash, const char *password)
{
	/*
	 * Of random bytes that nobody kept, with the parameters above: costs what a real one costs.
	 */
	static const char dummy[] = "$argon2id$v=19$m=47104,t=1,p=1$"
	    "kM/F1ima/GkBFsa3eUNamQ$bgabVFZV30ktFcHxmCI+DsoGnWRH3xvlTOcbg0IYjeM";
	int lock = lock_passwords(lock_directory);
	int result = crypto_pwhash_str_verify(hash == NULL ? dummy : hash, password,
	    strlen(password));

	unlock_passwords(lock);
	return result == 0 && hash != NULL;
}

bool
crypto_password_outdated(const char *hash)
{
	return crypto_pwhash_str_needs_rehash(hash, PASSWORD_PASSES, PASSWORD_MEMORY) != 0;
}
