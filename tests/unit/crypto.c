/*
 * Secrets. Known answers come from another implementation (hashlib of Python); seals, key files and
 * passwords are tried with everything that must be refused.
 */
#include "unit.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>

#include "core/crypto.h"

#define MASTER "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

static char folder[256], path[300], message[512];
static struct arena *arena;

static int
start(void **state)
{
	(void)state;
	if (!crypto_start())
		return 1;
	arena = arena_create();
	unit_folder(folder, sizeof(folder));
	snprintf(path, sizeof(path), "%s/keys", folder);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	arena_destroy(arena);
	unlink(path);
	return rmdir(folder);
}

static const struct crypto_keys *
keys_of(const char *text)
{
	const struct crypto_keys *keys;

	unit_write(path, text, strlen(text), 0400);
	keys = crypto_keys_load(path, message, sizeof(message));
	if (keys == NULL)
		fail_msg("%s", message);
	return keys;
}

static void
assert_hex(const void *bytes, size_t length, const char *expected)
{
	assert_string_equal(crypto_hex(arena, bytes, length), expected);
}

static void
test_known_answers(void **state)
{
	static const struct {
		enum crypto_purpose purpose;
		const char *hash;
	} cases[] = {
		{ CRYPTO_CREDENTIAL,
		    "a5a1c2196a6f650b09ec02f31d6f8d191ebbeb64574004c28f94fad813c9e59a" },
		{ CRYPTO_LINK, "31ea4292e695bd56e1644f360b0668082268ed03080c385ed43166d71fbe700f" },
		{ CRYPTO_FORM, "578822740240b30a778aa41ab580c4b473187fa441ad843f9b8eac6687b9d0b9" },
	};
	const struct crypto_keys *keys = keys_of("7 " MASTER "\n");
	uint8_t hash[CRYPTO_HASH];
	size_t i;

	(void)state;
	crypto_digest("abc", 3, hash);
	assert_hex(
	    hash, sizeof(hash), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	crypto_digest(NULL, 0, hash);
	assert_hex(
	    hash, sizeof(hash), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	for (i = 0; i < COUNT(cases); i++) {
		assert_true(crypto_keyed_hash(keys, 7, cases[i].purpose, "a secret", 8, hash));
		assert_hex(hash, sizeof(hash), cases[i].hash);
	}
	assert_true(crypto_token_mac(keys, 7, "header.claims", 13, hash));
	assert_hex(
	    hash, sizeof(hash), "c0c4efd672be631ad030a2575c86cb7f76aa32ee34b75c31247a43fe860205da");
}

static void
test_unknown_keys_give_zeros(void **state)
{
	static const uint8_t zeros[CRYPTO_HASH];
	const struct crypto_keys *keys = keys_of("7 " MASTER "\n");
	uint8_t hash[CRYPTO_HASH];
	uint32_t id;

	(void)state;
	for (id = 0; id < 7; id++) {
		memset(hash, 'x', sizeof(hash));
		assert_false(crypto_keyed_hash(keys, id, CRYPTO_LINK, "a", 1, hash));
		assert_memory_equal(hash, zeros, sizeof(hash));
		memset(hash, 'x', sizeof(hash));
		assert_false(crypto_token_mac(keys, id, "a", 1, hash));
		assert_memory_equal(hash, zeros, sizeof(hash));
		assert_false(crypto_has_key(keys, id));
	}
	assert_true(crypto_has_key(keys, 7));
}

static void
test_purposes_and_keys_are_apart(void **state)
{
	const struct crypto_keys *keys = keys_of("1 " MASTER "\n2 " OTHER "\n");
	uint8_t hashes[2 * CRYPTO_TOKEN + 1][CRYPTO_HASH];
	size_t count = 0, i, j;
	uint32_t id, purpose;

	(void)state;
	for (id = 1; id <= 2; id++)
		for (purpose = CRYPTO_CREDENTIAL; purpose <= CRYPTO_TOKEN; purpose++)
			assert_true(
			    crypto_keyed_hash(keys, id, purpose, "same", 4, hashes[count++]));
	crypto_digest("same", 4, hashes[count++]);
	for (i = 0; i < count; i++)
		for (j = 0; j < i; j++)
			assert_memory_not_equal(hashes[i], hashes[j], CRYPTO_HASH);
}

static void
test_which_keys_are_current(void **state)
{
	const struct crypto_keys *keys = keys_of(
	    "# comment\n\n3 " MASTER "\n# more\n4294967295 " OTHER);

	(void)state;
	assert_int_equal(crypto_current_key(keys), 4294967295U);
	assert_int_equal(crypto_previous_key(keys), 3);
	keys = keys_of("3 " MASTER "\n");
	assert_int_equal(crypto_current_key(keys), 3);
	assert_int_equal(crypto_previous_key(keys), 0);
}

static void
test_every_rights_of_the_key_file(void **state)
{
	unsigned mode;

	(void)state;
	for (mode = 0; mode <= 07777; mode++) {
		bool readable = geteuid() == 0 || (mode & 0400) != 0;
		bool right = (mode & ~0600U) == 0 && readable;
		const struct crypto_keys *keys;

		/* Loading locks memory, so the many good ones are tried once each. */
		unit_write(path, "1 " MASTER "\n", 67, mode);
		message[0] = '\0';
		keys = crypto_keys_load(path, message, sizeof(message));
		if ((keys != NULL) != right)
			fail_msg("mode %04o", mode);
		if (!right)
			assert_non_null(strstr(message, path));
	}
	unit_write(path, "1 " MASTER "\n", 67, 0640);
	assert_null(crypto_keys_load(path, message, sizeof(message)));
	assert_non_null(strstr(message, "0640"));
}

/* Whether a process of this user can load the file. */
static bool
loads_as(uid_t user)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (setgid(user) != 0 || setuid(user) != 0)
			_exit(2);
		_exit(crypto_keys_load(path, message, sizeof(message)) == NULL ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 2);
	return WEXITSTATUS(status) == 0;
}

static void
test_whose_the_key_file_is(void **state)
{
	struct stat status;

	(void)state;
	assert_int_equal(chmod(folder, 0711), 0);
	unit_write(path, "1 " MASTER "\n", 67, 0400);
	assert_false(loads_as(12345));
	assert_int_equal(chown(path, 12345, 12346), 0);
	assert_true(loads_as(12345));
	assert_false(loads_as(12347));

	/*
	 * The operator's command reads and changes the file of the sections, and leaves it theirs.
	 */
	assert_non_null(crypto_keys_load(path, message, sizeof(message)));
	assert_true(crypto_keys_rotate(path, message, sizeof(message)));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_uid, 12345);
	assert_int_equal(status.st_gid, 12346);
	assert_int_equal(status.st_mode & 07777, 0400);
	assert_true(loads_as(12345));
	assert_false(loads_as(12347));
}

static void
test_only_plain_files(void **state)
{
	char other[320];

	(void)state;
	unlink(path);
	assert_null(crypto_keys_load(path, message, sizeof(message)));
	assert_non_null(strstr(message, "No such file"));
	assert_null(crypto_keys_load(folder, message, sizeof(message)));
	assert_non_null(strstr(message, "plain file"));

	snprintf(other, sizeof(other), "%s/real", folder);
	unit_write(other, "1 " MASTER "\n", 67, 0400);
	assert_int_equal(symlink(other, path), 0);
	assert_null(crypto_keys_load(path, message, sizeof(message)));
	assert_non_null(strstr(message, "plain file"));
	unlink(path);
	unlink(other);

	/* A pipe without a writer must not keep the program waiting. */
	assert_int_equal(mkfifo(path, 0400), 0);
	assert_null(crypto_keys_load(path, message, sizeof(message)));
	assert_non_null(strstr(message, "plain file"));
}

static void
test_malformed_key_files(void **state)
{
	static const char *const bad[] = { "", "\n\n# nothing\n", "1\n", MASTER "\n",
		"1 " MASTER "0\n", "1 " MASTER "00\n", "1 00\n", "0 " MASTER "\n",
		"-1 " MASTER "\n", "4294967296 " MASTER "\n", "1  " MASTER "\n", " 1 " MASTER "\n",
		"1 " MASTER " \n", "1 " MASTER "\r\n", "1\t" MASTER "\n",
		"2 " MASTER "\n1 " OTHER "\n", "2 " MASTER "\n2 " OTHER "\n", "1 " MASTER " x\n",
		"x " MASTER "\n",
		"1 g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n" };
	static char much[20000];
	size_t i, length = 0;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		unit_write(path, bad[i], strlen(bad[i]), 0400);
		message[0] = '\0';
		if (crypto_keys_load(path, message, sizeof(message)) != NULL)
			fail_msg("%s", bad[i]);
		assert_non_null(strstr(message, path));
		/* No key may be shown. */
		assert_null(strstr(message, "0102030405"));
	}
	unit_write(path, "1 " MASTER "\n# \0\n", 71, 0400);
	assert_null(crypto_keys_load(path, message, sizeof(message)));
	assert_non_null(strstr(message, "NUL"));

	for (i = 1; i <= 65; i++)
		length += (size_t)snprintf(
		    much + length, sizeof(much) - length, "%zu %s\n", i, MASTER);
	unit_write(path, much, length, 0400);
	assert_null(crypto_keys_load(path, message, sizeof(message)));
	assert_non_null(strstr(message, ":65:"));
	memset(much, '#', sizeof(much));
	unit_write(path, much, sizeof(much), 0400);
	assert_null(crypto_keys_load(path, message, sizeof(message)));
	assert_non_null(strstr(message, "too long"));
}

static void
test_create_and_rotate(void **state)
{
	const struct crypto_keys *keys, *rotated;
	uint8_t before[CRYPTO_HASH], after[CRYPTO_HASH];
	char other[320];
	struct stat status;
	char *first, *second;

	(void)state;
	unlink(path);
	assert_true(crypto_keys_create(path, message, sizeof(message)));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0400);
	assert_int_equal(status.st_nlink, 1);
	first = unit_read(path);
	/* A second time it refuses, and leaves the file as it is. */
	assert_false(crypto_keys_create(path, message, sizeof(message)));
	assert_non_null(strstr(message, "exists"));
	second = unit_read(path);
	assert_string_equal(first, second);
	free(second);

	keys = crypto_keys_load(path, message, sizeof(message));
	assert_non_null(keys);
	assert_int_equal(crypto_current_key(keys), 1);
	assert_true(crypto_keyed_hash(keys, 1, CRYPTO_LINK, "x", 1, before));

	assert_true(crypto_keys_rotate(path, message, sizeof(message)));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0400);
	second = unit_read(path);
	/* What was there stays, one line is added. */
	assert_memory_equal(first, second, strlen(first));
	assert_int_equal(strlen(second), strlen(first) + 67);
	free(first);
	free(second);
	rotated = crypto_keys_load(path, message, sizeof(message));
	assert_non_null(rotated);
	assert_int_equal(crypto_current_key(rotated), 2);
	assert_int_equal(crypto_previous_key(rotated), 1);
	assert_true(crypto_keyed_hash(rotated, 1, CRYPTO_LINK, "x", 1, after));
	assert_memory_equal(before, after, CRYPTO_HASH);
	assert_true(crypto_keyed_hash(rotated, 2, CRYPTO_LINK, "x", 1, after));
	assert_memory_not_equal(before, after, CRYPTO_HASH);

	/* Two new files never hold the same key. */
	snprintf(other, sizeof(other), "%s/other", folder);
	assert_true(crypto_keys_create(other, message, sizeof(message)));
	first = unit_read(path);
	second = unit_read(other);
	first[strlen(second)] = '\0';
	assert_string_not_equal(first, second);
	free(first);
	free(second);
	unlink(other);
}

static void
test_rotate_refuses(void **state)
{
	char missing[320];
	char *text;

	(void)state;
	unlink(path);
	assert_false(crypto_keys_rotate(path, message, sizeof(message)));
	unit_write(path, "1 " MASTER "\n", 67, 0444);
	assert_false(crypto_keys_rotate(path, message, sizeof(message)));
	unit_write(path, "4294967295 " MASTER "\n", 76, 0400);
	assert_false(crypto_keys_rotate(path, message, sizeof(message)));
	text = unit_read(path);
	assert_string_equal(text, "4294967295 " MASTER "\n");
	free(text);
	/* A last line without its end. */
	unit_write(path, "1 " MASTER, 66, 0400);
	assert_true(crypto_keys_rotate(path, message, sizeof(message)));
	assert_non_null(crypto_keys_load(path, message, sizeof(message)));

	snprintf(missing, sizeof(missing), "%s/none/keys", folder);
	assert_false(crypto_keys_create(missing, message, sizeof(message)));
	assert_non_null(strstr(message, "/none"));
	assert_false(crypto_keys_rotate(missing, message, sizeof(message)));
}

/* Ten programs rotate at once: ten keys more, none lost, ids rising. */
static void
test_rotations_at_once(void **state)
{
	const struct crypto_keys *keys;
	pid_t children[10];
	int status;
	size_t i;

	(void)state;
	unlink(path);
	assert_true(crypto_keys_create(path, message, sizeof(message)));
	for (i = 0; i < COUNT(children); i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(crypto_keys_rotate(path, message, sizeof(message)) ? 0 : 1);
	}
	for (i = 0; i < COUNT(children); i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	keys = crypto_keys_load(path, message, sizeof(message));
	assert_non_null(keys);
	assert_int_equal(crypto_current_key(keys), 11);
	for (i = 1; i <= 11; i++)
		assert_true(crypto_has_key(keys, (uint32_t)i));
}

static void
test_equal_and_random(void **state)
{
	uint8_t one[64] = { 0 }, two[64] = { 0 };
	unsigned seen[10] = { 0 };
	size_t i;

	(void)state;
	assert_true(crypto_equal(one, two, sizeof(one)));
	for (i = 0; i < sizeof(one); i++) {
		one[i] ^= 0x80;
		assert_false(crypto_equal(one, two, sizeof(one)));
		one[i] ^= 0x80;
	}
	crypto_random(one, sizeof(one));
	crypto_random(two, sizeof(two));
	assert_memory_not_equal(one, two, sizeof(one));
	crypto_wipe(one, sizeof(one));
	memset(two, 0, sizeof(two));
	assert_memory_equal(one, two, sizeof(one));
	for (i = 0; i < 10000; i++) {
		uint32_t number = crypto_random_below(10);

		assert_in_range(number, 0, 9);
		seen[number]++;
	}
	/* 1,000 each, and nine standard deviations to either side. */
	for (i = 0; i < 10; i++)
		assert_in_range(seen[i], 730, 1270);
	assert_int_equal(crypto_random_below(1), 0);
}

static void
test_seals_open(void **state)
{
	const struct crypto_keys *keys = keys_of("258 " MASTER "\n");
	uint8_t bytes[2000];
	size_t length, sealed_length, opened_length;
	uint8_t *blob;
	char *opened;

	(void)state;
	crypto_random(bytes, sizeof(bytes));
	for (length = 0; length <= sizeof(bytes); length = length * 2 + 1) {
		blob = crypto_seal(keys, arena, "context", bytes, length, &sealed_length);
		/* 1 version, 4 key id, 24 nonce, 16 tag. */
		assert_int_equal(sealed_length, length + 45);
		assert_memory_equal(blob, "\x01\x00\x00\x01\x02", 5);
		opened = crypto_open(keys, arena, "context", blob, sealed_length, &opened_length);
		assert_non_null(opened);
		assert_int_equal(opened_length, length);
		assert_memory_equal(opened, bytes, length);
		assert_int_equal(opened[length], '\0');
	}
	blob = crypto_seal(keys, arena, "", NULL, 0, &sealed_length);
	assert_string_equal(crypto_open(keys, arena, "", blob, sealed_length, NULL), "");
}

static void
test_changed_seals_do_not_open(void **state)
{
	const struct crypto_keys *keys = keys_of("1 " MASTER "\n2 " OTHER "\n");
	static const char secret[] = "n3Yk_0aB the secret key";
	size_t length, opened_length = 99, i;
	uint8_t *blob, longer[256];
	unsigned bit;

	(void)state;
	blob = crypto_seal(keys, arena, "reveal|a|1", secret, strlen(secret), &length);
	for (i = 0; i < length; i++) {
		for (bit = 0; bit < 8; bit++) {
			blob[i] ^= (uint8_t)(1U << bit);
			if (crypto_open(keys, arena, "reveal|a|1", blob, length, &opened_length) !=
			    NULL)
				fail_msg("byte %zu, bit %u", i, bit);
			blob[i] ^= (uint8_t)(1U << bit);
		}
	}
	for (i = 0; i < length; i++)
		assert_null(crypto_open(keys, arena, "reveal|a|1", blob, i, &opened_length));
	memcpy(longer, blob, length);
	longer[length] = 0;
	assert_null(crypto_open(keys, arena, "reveal|a|1", longer, length + 1, &opened_length));
	assert_null(crypto_open(keys, arena, "reveal|a|2", blob, length, &opened_length));
	assert_null(crypto_open(keys, arena, "reveal|a|1 ", blob, length, &opened_length));
	assert_null(crypto_open(keys, arena, "", blob, length, &opened_length));
	assert_int_equal(opened_length, 99);
	assert_string_equal(crypto_open(keys, arena, "reveal|a|1", blob, length, NULL), secret);
}

static void
test_seals_never_repeat_and_outlive_rotation(void **state)
{
	const struct crypto_keys *old = keys_of("1 " MASTER "\n");
	const struct crypto_keys *rotated = keys_of("1 " MASTER "\n2 " OTHER "\n");
	const struct crypto_keys *later = keys_of("2 " OTHER "\n");
	const struct crypto_keys *stranger = keys_of("1 " OTHER "\n");
	size_t length, again_length;
	uint8_t *blob, *again;

	(void)state;
	blob = crypto_seal(old, arena, "c", "secret", 6, &length);
	again = crypto_seal(old, arena, "c", "secret", 6, &again_length);
	assert_int_equal(length, again_length);
	assert_memory_not_equal(blob + 5, again + 5, length - 5);
	assert_string_equal(crypto_open(rotated, arena, "c", blob, length, NULL), "secret");
	assert_null(crypto_open(later, arena, "c", blob, length, NULL));
	assert_null(crypto_open(stranger, arena, "c", blob, length, NULL));
	blob = crypto_seal(rotated, arena, "c", "secret", 6, &length);
	assert_int_equal(blob[4], 2);
	assert_string_equal(crypto_open(later, arena, "c", blob, length, NULL), "secret");
}

static void
test_base64url(void **state)
{
	static const struct {
		const char *bytes, *text;
	} vectors[] = {
		/* RFC 4648, 10. */
		{ "", "" },
		{ "f", "Zg" },
		{ "fo", "Zm8" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg" },
		{ "fooba", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xfe", "-__-" },
	};
	static const char *const bad[] = { "Zg==", "Zg=", "Z", "Zm9vY", "Zh", "Zm9", "Zm8 ", " Zm8",
		"Zm\n8", "+//+", "Zm8.", "Zm9v.", "Zm9v=",
		"\xc3\xa9"
		"Zg",
		"Zm9vYmF5Z",
		"\x80"
		"A",
		"Z\xff", "Zm9\xf6" };
	uint8_t bytes[64], back[64];
	size_t i, length;
	char *text;

	(void)state;
	for (i = 0; i < COUNT(vectors); i++) {
		length = strlen(vectors[i].bytes);
		assert_string_equal(
		    crypto_base64url(arena, vectors[i].bytes, length), vectors[i].text);
		assert_true(crypto_from_base64url(vectors[i].text, back, sizeof(back), &length));
		assert_int_equal(length, strlen(vectors[i].bytes));
		assert_memory_equal(back, vectors[i].bytes, length);
	}
	for (i = 0; i < COUNT(bad); i++)
		if (crypto_from_base64url(bad[i], back, sizeof(back), &length))
			fail_msg("%s", bad[i]);
	for (i = 0; i <= sizeof(bytes); i++) {
		crypto_random(bytes, i);
		text = crypto_base64url(arena, bytes, i);
		assert_true(crypto_from_base64url(text, back, i, &length));
		assert_int_equal(length, i);
		assert_memory_equal(bytes, back, i);
		/* One byte too little room. */
		if (i > 0)
			assert_false(crypto_from_base64url(text, back, i - 1, &length));
	}
	assert_string_equal(crypto_hex(arena, "\x00\x7f\xff", 3), "007fff");
}

/* Every last digit: only the one with spare bits of zero is taken. */
static void
test_base64url_spare_bits(void **state)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char two[] = "A?", three[] = "AA?";
	uint8_t back[8];
	size_t i, length;

	(void)state;
	for (i = 0; i < 64; i++) {
		two[1] = digits[i];
		assert_int_equal(
		    crypto_from_base64url(two, back, sizeof(back), &length), i % 16 == 0);
		three[2] = digits[i];
		assert_int_equal(
		    crypto_from_base64url(three, back, sizeof(back), &length), i % 4 == 0);
	}
}

/* What base64.b64decode() of Python 3.11 answers. */
static void
test_lenient_base64(void **state)
{
	static const struct {
		const char *text, *bytes;
		size_t length;
	} good[] = {
		{ "", "", 0 },
		{ "!!!!", "", 0 },
		{ "YWJj", "abc", 3 },
		{ "YWJ=", "ab", 2 },
		{ "YWI=", "ab", 2 },
		{ "YQ==", "a", 1 },
		{ "Y=Q==", "a", 1 },
		{ "YWJj=", "abc", 3 },
		{ "=", "", 0 },
		{ "==", "", 0 },
		{ "====", "", 0 },
		{ "YQ==YWJj", "a", 1 },
		{ "Y Q\n= =", "a", 1 },
		{ "YWJjZA==", "abcd", 4 },
		{ "-_-_", "", 0 },
		{ "+/+/", "\xfb\xff\xbf", 3 },
		{ "AA==A", "\0", 1 },
		{ "YQ=!=", "a", 1 },
		{ "\xc3\xa9 YWJj", "abc", 3 },
		{ "YWI==", "ab", 2 },
		{ "AB=C=D==", "\x00\x10", 2 },
		{ "a2V5OnNlYzpyZXQ=", "key:sec:ret", 11 },
	};
	static const char *const bad[] = { "YWI", "Y", "YQ=", "A", "YWJj=A", "YWJjZ", "YQ",
		"a2V5OnNlYw" };
	size_t i, length;
	char *bytes;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		bytes = crypto_from_base64(arena, good[i].text, &length);
		if (bytes == NULL)
			fail_msg("%s", good[i].text);
		assert_int_equal(length, good[i].length);
		assert_memory_equal(bytes, good[i].bytes, length);
		assert_int_equal(bytes[length], '\0');
	}
	for (i = 0; i < COUNT(bad); i++)
		if (crypto_from_base64(arena, bad[i], &length) != NULL)
			fail_msg("%s", bad[i]);
}

static void
test_passwords(void **state)
{
	/* 19 MiB, two passes, from the reference implementation's command. */
	static const char weaker[] = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
	                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	char hash[CRYPTO_PASSWORD], again[CRYPTO_PASSWORD];

	(void)state;
	assert_true(crypto_password_hash(NULL, "correct horse", hash));
	assert_memory_equal(hash, "$argon2id$v=19$m=47104,t=1,p=1$", 31);
	assert_true(crypto_password_hash(NULL, "correct horse", again));
	assert_string_not_equal(hash, again);
	assert_true(crypto_password_check(NULL, hash, "correct horse"));
	assert_true(crypto_password_check(NULL, again, "correct horse"));
	assert_false(crypto_password_check(NULL, hash, "correct horse "));
	assert_false(crypto_password_check(NULL, hash, "Correct horse"));
	assert_false(crypto_password_check(NULL, hash, ""));
	assert_false(crypto_password_check(NULL, "", "correct horse"));
	assert_false(crypto_password_check(NULL, "plain", "plain"));
	assert_false(crypto_password_check(NULL, NULL, "correct horse"));
	assert_false(crypto_password_check(NULL, NULL, ""));
	assert_true(crypto_password_hash(NULL, "", again));
	assert_true(crypto_password_check(NULL, again, ""));

	assert_false(crypto_password_outdated(hash));
	assert_true(crypto_password_outdated(weaker));
	assert_true(crypto_password_outdated("garbage"));
	assert_true(crypto_password_outdated(""));
}

static double
seconds_for(const char *hash)
{
	struct timespec begin, end;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	crypto_password_check(NULL, hash, "a wrong password");
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

/* Somebody unknown costs what somebody known does. */
static void
test_the_dummy_costs_the_same(void **state)
{
	char hash[CRYPTO_PASSWORD];
	double known = 1e9, unknown = 1e9;
	int i;

	(void)state;
	assert_true(crypto_password_hash(NULL, "correct horse", hash));
	for (i = 0; i < 7; i++) {
		double one = seconds_for(hash), other = seconds_for(NULL);

		known = one < known ? one : known;
		unknown = other < unknown ? other : unknown;
	}
	assert_true(unknown > known * 0.7 && unknown < known * 1.4);
}

static void
test_passwords_wait_for_the_lock(void **state)
{
	char lock_path[320];
	struct timespec pause = { .tv_nsec = 300000000 };
	int lock, status;
	pid_t child;

	(void)state;
	snprintf(lock_path, sizeof(lock_path), "%s/password.lock", folder);
	lock = open(lock_path, O_RDONLY | O_CREAT | O_CLOEXEC, 0640);
	assert_true(lock >= 0);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	child = fork();
	if (child == 0) {
		close(lock);
		_exit(crypto_password_check(folder, NULL, "x") ? 1 : 0);
	}
	nanosleep(&pause, NULL);
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	close(lock);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	unlink(lock_path);
}

/* The lock that root's command makes is open to the account that the folder belongs to. */
static void
test_the_lock_belongs_to_the_folder(void **state)
{
	char place[320], lock_path[340], hash[CRYPTO_PASSWORD];
	struct stat status;

	(void)state;
	snprintf(place, sizeof(place), "%s/run", folder);
	snprintf(lock_path, sizeof(lock_path), "%s/password.lock", place);
	assert_int_equal(mkdir(place, 0750), 0);
	assert_int_equal(chown(place, 12345, 12346), 0);
	assert_true(crypto_password_hash(place, "x", hash));
	assert_int_equal(stat(lock_path, &status), 0);
	assert_int_equal(status.st_uid, 12345);
	assert_int_equal(status.st_gid, 12346);
	assert_int_equal(status.st_mode & 0777, 0640);
	unlink(lock_path);
	rmdir(place);
}

/* A missing folder is told to the log and keeps nobody out. */
static void
test_passwords_without_the_lock_folder(void **state)
{
	char hash[CRYPTO_PASSWORD], log_path[320], missing[320], *log;
	int kept;
	bool right;

	(void)state;
	snprintf(log_path, sizeof(log_path), "%s/log", folder);
	snprintf(missing, sizeof(missing), "%s/none", folder);
	kept = unit_catch(log_path);
	right = crypto_password_hash(missing, "open", hash) &&
	    crypto_password_check(missing, hash, "open");
	unit_restore(kept);
	assert_true(right);
	log = unit_read(log_path);
	assert_non_null(strstr(log, "\"event\":\"password_lock\""));
	assert_null(strstr(log, hash));
	free(log);
	unlink(log_path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_unknown_keys_give_zeros),
		cmocka_unit_test(test_purposes_and_keys_are_apart),
		cmocka_unit_test(test_which_keys_are_current),
		cmocka_unit_test(test_every_rights_of_the_key_file),
		cmocka_unit_test(test_only_plain_files),
		cmocka_unit_test(test_malformed_key_files),
		cmocka_unit_test(test_create_and_rotate),
		cmocka_unit_test(test_rotate_refuses),
		cmocka_unit_test(test_rotations_at_once),
		cmocka_unit_test(test_equal_and_random),
		cmocka_unit_test(test_seals_open),
		cmocka_unit_test(test_changed_seals_do_not_open),
		cmocka_unit_test(test_seals_never_repeat_and_outlive_rotation),
		cmocka_unit_test(test_base64url),
		cmocka_unit_test(test_base64url_spare_bits),
		cmocka_unit_test(test_lenient_base64),
		cmocka_unit_test(test_passwords),
		cmocka_unit_test(test_the_dummy_costs_the_same),
		cmocka_unit_test(test_passwords_wait_for_the_lock),
		cmocka_unit_test(test_passwords_without_the_lock_folder),
		/* These give files away, which only root can do. */
		cmocka_unit_test(test_whose_the_key_file_is),
		cmocka_unit_test(test_the_lock_belongs_to_the_folder),
	};
	size_t count = geteuid() == 0 ? COUNT(tests) : COUNT(tests) - 2;

	return _cmocka_run_group_tests("crypto", tests, count, start, stop);
}
