/*
 * `vestibule keys`: the key file. Programs read it when they start, so they are restarted after a
 * rotation.
 */
#include <stdio.h>

#include "ctl/ctl.h"
#include "data/cloud_access.h"
#include "data/second_factor.h"

/* Ids rise by one with each rotation; a file that somebody has numbered higher is not listed. */
#define LISTED_MAXIMUM 100000

struct use {
	uint32_t key;
	int64_t credentials;
	int64_t links;
	int64_t sealed;
};

static int
rotate(struct ctl *ctl, const struct ctl_call *call)
{
	char message[1024];

	(void)call;
	if (!crypto_keys_rotate(ctl->config->key_file, message, sizeof(message)))
		return ctl_refuse("%s", message);
	puts("A new key is the current one. Restart the sections, then run\n"
	     "\"vestibule keys reseal\", and keep a copy of the file. Older keys still verify\n"
	     "what was made with them: remove none that \"vestibule keys list\" shows in use.");
	return CTL_DONE;
}

/* What stays sealed for long. Sections that still run with the old file could not read it. */
static int
reseal(struct ctl *ctl, const struct ctl_call *call)
{
	size_t lost_seeds, lost_rows;
	size_t seeds = second_factor_reseal(ctl->db, ctl->arena, ctl->keys, &lost_seeds);
	size_t rows = cloud_access_reseal(ctl->db, ctl->arena, ctl->keys, &lost_rows);

	(void)call;
	if (db_failed(ctl->db))
		return ctl_database_failed(ctl->db);
	printf("%zu second factors and %zu rows of cloud access are sealed anew\n", seeds, rows);
	if (lost_seeds + lost_rows > 0)
		return ctl_refuse("%zu second factors and %zu rows of cloud access need a key that "
		    "is missing; put it back from a copy", lost_seeds, lost_rows);
	return CTL_DONE;
}

/* How many rows need which key. */
static struct use *
read_uses(struct ctl *ctl, size_t *count)
{
	struct db_rows *rows = db_query(ctl->db,
	    "SELECT key_id, SUM(credentials), SUM(links), SUM(sealed) FROM ("
	    "SELECT key_id, COUNT(*) AS credentials, 0 AS links, 0 AS sealed FROM {credential}"
	    " WHERE secret_hash IS NOT NULL GROUP BY key_id"
	    " UNION ALL "
	    "SELECT key_id, 0, COUNT(*), 0 FROM {one_time_link} WHERE used IS NULL GROUP BY key_id"
	    " UNION ALL "
	    "SELECT key_id, 0, COUNT(*), 0 FROM {email_change}"
	    " WHERE used IS NULL AND expires > UTC_TIMESTAMP(6) GROUP BY key_id"
	    /* A sealed value says with which key: bytes 2 to 5 (core/crypto.h). */
	    " UNION ALL "
	    "SELECT CAST(CONV(HEX(SUBSTRING(seed, 2, 4)), 16, 10) AS UNSIGNED), 0, 0, COUNT(*)"
	    " FROM {second_factor} GROUP BY 1"
	    " UNION ALL "
	    "SELECT CAST(CONV(HEX(SUBSTRING(COALESCE(secret_key, access_key, token), 2, 4)), 16,"
	    " 10) AS UNSIGNED), 0, 0, COUNT(*) FROM {cloud_access}"
	    " WHERE COALESCE(secret_key, access_key, token) IS NOT NULL GROUP BY 1"
	    ") uses GROUP BY key_id ORDER BY key_id");
	struct use *uses = arena_allocate(ctl->arena, (db_count(rows) + 1) * sizeof(*uses));

	*count = 0;
	while (db_next(rows))
		uses[(*count)++] = (struct use){
			.key = (uint32_t)db_column_integer(rows, 0),
			.credentials = db_column_integer(rows, 1),
			.links = db_column_integer(rows, 2),
			.sealed = db_column_integer(rows, 3),
		};
	return uses;
}

static const char *
place(const struct crypto_keys *keys, uint32_t key)
{
	if (!crypto_has_key(keys, key))
		return "MISSING";
	if (key == crypto_current_key(keys))
		return "current";
	return key == crypto_previous_key(keys) ? "previous" : "older";
}

static int
list(struct ctl *ctl, const struct ctl_call *call)
{
	uint32_t last = crypto_current_key(ctl->keys);
	bool missing = false;
	size_t count, next = 0;
	struct use *uses = read_uses(ctl, &count);

	(void)call;
	if (db_failed(ctl->db))
		return ctl_database_failed(ctl->db);
	if (count > 0 && uses[count - 1].key > last)
		last = uses[count - 1].key;
	printf("%-10s %-9s %12s %12s %12s\n", "KEY", "PLACE", "CREDENTIALS", "LINKS", "SEALED");
	for (uint32_t key = 1; key <= last && key <= LISTED_MAXIMUM; key++) {
		bool used = next < count && uses[next].key == key;
		struct use use = used ? uses[next++] : (struct use){ .key = key };

		if (!used && !crypto_has_key(ctl->keys, key))
			continue;
		missing = missing || !crypto_has_key(ctl->keys, key);
		printf("%-10u %-9s %12lld %12lld %12lld\n", key, place(ctl->keys, key),
		    (long long)use.credentials, (long long)use.links, (long long)use.sealed);
	}
	if (missing)
		return ctl_refuse("what needs a missing key cannot be verified any more; "
		    "put the key back from a copy");
	return CTL_DONE;
}

const struct ctl_command ctl_keys[] = {
	{
		.name = "keys list",
		.summary = "lists the keys and what still needs them",
		.needs = CTL_ALL,
		.run = list,
	},
	{
		.name = "keys rotate",
		.summary = "adds a new key, which becomes the current one",
		.help = "What was made with older keys stays valid while they are in the file.",
		.needs = CTL_CONFIG,
		.run = rotate,
	},
	{
		.name = "keys reseal",
		.summary = "seals second factors and cloud access with the current key",
		.help = "After a rotation, when the sections have been restarted: then older keys\n"
		    "are needed by fewer things.",
		.needs = CTL_ALL,
		.run = reseal,
	},
	{ .name = NULL },
};
