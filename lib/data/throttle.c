/* throttle.c: wrong passwords, counted; nobody is locked out. */
#include <string.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "core/crypto.h"
#include "core/text.h"
#include "data/throttle.h"

#define FREE_OF_PAIR 5
#define FREE_OF_ADDRESS 50
#define LONGEST 60		/* seconds */
#define FORGOTTEN (15 * CLOCK_MINUTE)

/* account NULL: the address alone. */
static void
hash_subject(const char *account, const char *address, uint8_t subject[CRYPTO_HASH])
{
	struct arena *arena = arena_create();
	const char *text = account != NULL
	    ? arena_format(arena, "pair|%s|%s", address, text_lower(arena, account))
	    : arena_format(arena, "address|%s", address);

	crypto_digest(text, strlen(text), subject);
	arena_destroy(arena);
}

int64_t
throttle_until(struct db *db, const char *account, const char *address, int64_t now)
{
	uint8_t pair[CRYPTO_HASH], alone[CRYPTO_HASH];
	struct db_rows *rows;
	int64_t until;

	hash_subject(account, address, pair);
	hash_subject(NULL, address, alone);
	rows = db_query(db, "SELECT MAX(blocked_until) FROM {throttle} WHERE subject IN (?, ?)",
	    db_bytes(pair, sizeof(pair)), db_bytes(alone, sizeof(alone)));
	if (!db_next(rows))
		return 0;
	until = db_column_time(rows, 0);
	return until > now ? until : 0;
}

static void
count(struct db *db, const uint8_t subject[CRYPTO_HASH], int64_t free_failures, int64_t now)
{
	db_execute(db, NULL,
	    "INSERT INTO {throttle} (subject, failures, last) VALUES (?, 1, ?)"
	    " ON DUPLICATE KEY UPDATE failures = IF(last < ?, 1, failures + 1), last = ?,"
	    " blocked_until = IF(failures > ?, ? + INTERVAL LEAST(?, POW(2, LEAST(failures - ? - "
	    "1, 20))) SECOND, NULL)",
	    db_bytes(subject, CRYPTO_HASH), db_time(now), db_time(now - FORGOTTEN), db_time(now),
	    db_integer(free_failures), db_time(now), db_integer(LONGEST),
	    db_integer(free_failures));
}

void
throttle_failed(struct db *db, const char *account, const char *address, int64_t now)
{
	uint8_t subject[CRYPTO_HASH];

	hash_subject(account, address, subject);
	count(db, subject, FREE_OF_PAIR, now);
	hash_subject(NULL, address, subject);
	count(db, subject, FREE_OF_ADDRESS, now);
}

void
throttle_succeeded(struct db *db, const char *account, const char *address)
{
	uint8_t subject[CRYPTO_HASH];

	hash_subject(account, address, subject);
	db_execute(db, NULL, "DELETE FROM {throttle} WHERE subject = ?",
	    db_bytes(subject, sizeof(subject)));
}
