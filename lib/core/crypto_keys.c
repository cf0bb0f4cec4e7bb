/*
 * The key file: reading, creating, rotating.
 *
 * Only the subkeys are kept, in memory of their own that is locked, read-only and left out of core
 * dumps. A file is always put in place as a whole, so that a full disk or a crash never leaves half
 * a key behind.
 */
#include "core/crypto_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"

#define MASTER_KEY crypto_kdf_KEYBYTES
#define KEYS_MAXIMUM 64
#define FILE_SIZE 16384
#define CONTEXT "vestibul"	/* exactly crypto_kdf_CONTEXTBYTES */
#define FOLDER_SIZE 4096

_Static_assert(sizeof(CONTEXT) - 1 == crypto_kdf_CONTEXTBYTES, "length of the context");
_Static_assert(MASTER_KEY == 32, "64 hex digits a key");

struct key {
	uint64_t id;
	uint8_t subkeys[CRYPTO_TOKEN + 1][CRYPTO_SUBKEY];	/* by purpose; 0 is unused */
};

struct crypto_keys {
	uint64_t count;
	struct key keys[KEYS_MAXIMUM];
};

/* The text of a key file. Wiped after use. */
struct content {
	char bytes[FILE_SIZE + 1];
	size_t length;
	struct stat status;
};

static bool __attribute__((format(printf, 3, 4)))
refuse(char *message, size_t size, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	vsnprintf(message, size, format, values);
	va_end(values);
	return false;
}

static const struct key *
find(const struct crypto_keys *keys, uint32_t key_id)
{
	uint64_t i;

	for (i = 0; i < keys->count; i++)
		if (keys->keys[i].id == key_id)
			return &keys->keys[i];
	return NULL;
}

const uint8_t *
crypto_subkey(const struct crypto_keys *keys, uint32_t key_id, enum crypto_purpose purpose)
{
	const struct key *key = find(keys, key_id);

	return key == NULL ? NULL : key->subkeys[purpose];
}

uint32_t
crypto_current_key(const struct crypto_keys *keys)
{
	return (uint32_t)keys->keys[keys->count - 1].id;
}

uint32_t
crypto_previous_key(const struct crypto_keys *keys)
{
	return keys->count < 2 ? 0 : (uint32_t)keys->keys[keys->count - 2].id;
}

bool
crypto_has_key(const struct crypto_keys *keys, uint32_t key_id)
{
	return find(keys, key_id) != NULL;
}

static bool
check_rights(const char *path, const struct stat *status, char *message, size_t size)
{
	if (!S_ISREG(status->st_mode))
		return refuse(message, size, "%s is not a plain file", path);
	if ((status->st_mode & 07177) != 0)
		return refuse(message, size, "%s has mode %04o, which must be 0400 or 0600", path,
		    (unsigned)(status->st_mode & 07777));
	/*
	 * Root is the operator, whose command reads the file of the account that the sections run
	 * under.
	 */
	if (geteuid() != 0 && status->st_uid != geteuid() && status->st_uid != 0)
		return refuse(message, size, "%s belongs to user %u, but this program runs as %u",
		    path, (unsigned)status->st_uid, (unsigned)geteuid());
	return true;
}

static bool
read_content(const char *path, struct content *content, char *message, size_t size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	ssize_t count;
	bool right;

	content->length = 0;
	if (file < 0 && errno == ELOOP)
		return refuse(message, size, "%s is not a plain file", path);
	if (file < 0)
		return refuse(message, size, "%s cannot be opened: %s", path, strerror(errno));
	/* Asked of the open file, so that it cannot be exchanged in between. */
	right = fstat(file, &content->status) == 0 &&
	    check_rights(path, &content->status, message, size);
	if (!right) {
		close(file);
		return false;
	}
	do {
		count = read(file, content->bytes + content->length, FILE_SIZE - content->length);
		if (count > 0)
			content->length += (size_t)count;
	} while (count > 0 || (count < 0 && errno == EINTR));
	if (count < 0)
		right = refuse(message, size, "%s cannot be read: %s", path, strerror(errno));
	else if (content->length == FILE_SIZE)
		right = refuse(message, size, "%s is too long", path);
	close(file);
	content->bytes[content->length] = '\0';
	if (right && strlen(content->bytes) != content->length)
		return refuse(message, size, "%s has a NUL byte", path);
	return right;
}

/*
 * One line "<id> <64 hex digits>" into the next key. False when it is none, or the id does not
 * rise.
 */
static bool
parse_line(struct crypto_keys *keys, char *line)
{
	char *blank = strchr(line, ' ');
	uint8_t master[MASTER_KEY];
	const char *end;
	struct key *key;
	size_t length;
	int64_t id, above = keys->count == 0 ? 0 : crypto_current_key(keys);
	uint32_t purpose;
	bool whole;

	if (blank == NULL || keys->count == KEYS_MAXIMUM)
		return false;
	*blank++ = '\0';
	if (!text_integer(line, above + 1, UINT32_MAX, &id))
		return false;
	whole = sodium_hex2bin(master, sizeof(master), blank, strlen(blank), NULL, &length,
	    &end) == 0 && length == sizeof(master) && *end == '\0';
	if (whole) {
		key = &keys->keys[keys->count++];
		key->id = (uint64_t)id;
		for (purpose = CRYPTO_CREDENTIAL; purpose <= CRYPTO_TOKEN; purpose++)
			crypto_kdf_derive_from_key(key->subkeys[purpose], CRYPTO_SUBKEY, purpose,
			    CONTEXT, master);
	}
	sodium_memzero(master, sizeof(master));
	return whole;
}

/* Takes the content apart, destroying it. */
static bool
parse_content(const char *path, struct content *content, struct crypto_keys *keys, char *message,
    size_t size)
{
	char *line = content->bytes;
	unsigned number = 0;

	keys->count = 0;
	while (*line != '\0') {
		size_t length = strcspn(line, "\n");
		char *next = line + length + (line[length] == '\n');

		line[length] = '\0';
		number++;
		if (*line != '\0' && *line != '#' && !parse_line(keys, line))
			return refuse(message, size, "%s:%u: expected a key id above the last, "
			    "a blank and 64 hex digits, in at most %d lines", path, number,
			    KEYS_MAXIMUM);
		line = next;
	}
	if (keys->count == 0)
		return refuse(message, size, "%s has no key", path);
	return true;
}

const struct crypto_keys *
crypto_keys_load(const char *path, char *message, size_t size)
{
	struct content content = { 0 };
	struct crypto_keys *keys;
	bool loaded;

	if (!read_content(path, &content, message, size)) {
		sodium_memzero(&content, sizeof(content));
		return NULL;
	}
	keys = sodium_malloc(sizeof(*keys));
	if (keys == NULL) {
		sodium_memzero(&content, sizeof(content));
		refuse(message, size, "no memory for the keys: %s", strerror(errno));
		return NULL;
	}
	loaded = parse_content(path, &content, keys, message, size);
	sodium_memzero(&content, sizeof(content));
	if (!loaded) {
		sodium_free(keys);
		return NULL;
	}
	sodium_mprotect_readonly(keys);
	return keys;
}

/*
 * Opens the folder of the path and locks it against a second change of keys. -1 with a sentence on
 * failure.
 */
static int
lock_folder(const char *path, char *message, size_t size)
{
	const char *slash = strrchr(path, '/');
	char name[FOLDER_SIZE];
	int folder;

	if (slash == NULL)
		snprintf(name, sizeof(name), ".");
	else
		snprintf(name, sizeof(name), "%.*s", slash == path ? 1 : (int)(slash - path), path);
	folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		refuse(message, size, "%s cannot be opened: %s", name, strerror(errno));
		return -1;
	}
	while (flock(folder, LOCK_EX) != 0 && errno == EINTR)
		;
	return folder;
}

static bool
write_all(int file, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t count = write(file, bytes, length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		bytes += count;
		length -= (size_t)count;
	}
	return true;
}

/*
 * A new file beside the path with the content and a further key, mode 0400, on the disk. temporary
 * is its name, to be linked or renamed. owner is whose it becomes, NULL for ours.
 */
static bool
write_beside(const char *path, char temporary[PATH_MAX], const struct content *content,
    uint32_t key_id, const struct stat *owner, char *message, size_t size)
{
	uint8_t master[MASTER_KEY];
	char hex[2 * MASTER_KEY + 1], line[sizeof(hex) + 16];
	bool done;
	int file;

	if (snprintf(temporary, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX)
		return refuse(message, size, "%s is too long a path", path);
	file = mkstemp(temporary);
	if (file < 0)
		return refuse(message, size, "%s cannot be made: %s", temporary, strerror(errno));
	crypto_kdf_keygen(master);
	sodium_bin2hex(hex, sizeof(hex), master, sizeof(master));
	snprintf(line, sizeof(line), "%u %s\n", key_id, hex);
	done = fcntl(file, F_SETFD, FD_CLOEXEC) == 0 && fchmod(file, 0400) == 0 &&
	    (owner == NULL || fchown(file, owner->st_uid, owner->st_gid) == 0) &&
	    write_all(file, content->bytes, content->length) &&
	    (content->length == 0 || content->bytes[content->length - 1] == '\n' ||
	    write_all(file, "\n", 1)) &&
	    write_all(file, line, strlen(line)) && fsync(file) == 0;
	if (!done) {
		refuse(message, size, "%s cannot be written: %s", temporary, strerror(errno));
		unlink(temporary);
	}
	close(file);
	sodium_memzero(master, sizeof(master));
	sodium_memzero(hex, sizeof(hex));
	sodium_memzero(line, sizeof(line));
	return done;
}

bool
crypto_keys_create(const char *path, char *message, size_t size)
{
	static const char comment[] =
	    "# Keys of Vestibule. Keep a copy, apart from the database's.\n";
	struct content content = { .length = sizeof(comment) - 1 };
	char temporary[PATH_MAX];
	int folder = lock_folder(path, message, size);
	bool done;

	if (folder < 0)
		return false;
	memcpy(content.bytes, comment, sizeof(comment));
	done = write_beside(path, temporary, &content, 1, NULL, message, size);
	if (done) {
		/* Unlike rename(2), this refuses to replace a file. */
		done = link(temporary, path) == 0;
		if (!done)
			refuse(message, size, "%s cannot be made: %s", path, strerror(errno));
		unlink(temporary);
		fsync(folder);
	}
	close(folder);
	return done;
}

bool
crypto_keys_rotate(const char *path, char *message, size_t size)
{
	struct content content = { 0 };
	const struct crypto_keys *keys;
	char temporary[PATH_MAX];
	int folder = lock_folder(path, message, size);
	uint32_t last;
	bool done = false;

	if (folder < 0)
		return false;
	keys = crypto_keys_load(path, message, size);
	if (keys != NULL &&
	    (keys->count == KEYS_MAXIMUM || crypto_current_key(keys) == UINT32_MAX)) {
		refuse(message, size, "%s has as many keys as it can hold: remove old ones", path);
	} else if (keys != NULL) {
		last = crypto_current_key(keys);
		done = read_content(path, &content, message, size) &&
		    write_beside(path, temporary, &content, last + 1, &content.status, message,
		    size);
		sodium_memzero(&content, sizeof(content));
	}
	if (done && rename(temporary, path) != 0) {
		done = refuse(message, size, "%s cannot be replaced: %s", path, strerror(errno));
		unlink(temporary);
	}
	if (done)
		fsync(folder);
	sodium_free((void *)(uintptr_t)keys);
	close(folder);
	return done;
}
