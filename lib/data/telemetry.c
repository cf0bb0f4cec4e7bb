/* telemetry.c: the setting of the installation, and what a report says. */
#include "data/telemetry.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/crypto.h"
#include "core/text.h"
#include "data/preference_choice.h"
#include "data/server_setting.h"
#include "data/workspace.h"

/* One row: what it is, and its value. */
static void
read_row(const char *name, const char *value, struct telemetry *telemetry)
{
	const struct {
		const char *name;
		const char **text;
	} texts[] = {
		{ "by", &telemetry->by },
		{ "telemetry.by", &telemetry->by_id },
		{ "telemetry.version", &telemetry->version },
		{ "telemetry.day", &telemetry->day },
		{ "telemetry.result", &telemetry->result },
		{ "administrators", &telemetry->administrators },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (text_equal(name, texts[i].name))
			*texts[i].text = value;
	}
	if (text_equal(name, "telemetry.enabled"))
		telemetry->enabled = text_equal(value, "1");
	else if (text_equal(name, "telemetry.at"))
		text_integer(value, 0, INT64_MAX, &telemetry->at);
	else if (text_equal(name, "role"))
		telemetry->may_decide = text_equal(value, role_name(ROLE_OWNER)) ||
		    text_equal(value, role_name(ROLE_ADMINISTRATOR));
}

void
telemetry_load(struct db *db, const struct config *config, int64_t person,
    struct telemetry *telemetry, struct preference *preference)
{
	struct db_rows *rows = db_query(db,
	    "SELECT name, value, 0 FROM {server_setting} WHERE name LIKE 'telemetry.%'"
	    " UNION ALL SELECT 'by', p.name, 0 FROM {server_setting} s"
	    " JOIN {person} p ON p.public_id = UNHEX(s.value) WHERE s.name = 'telemetry.by'"
	    " UNION ALL SELECT 'role', m.role, 0 FROM {workspace} w"
	    " JOIN {membership} m ON m.workspace = w.id WHERE w.owner IS NULL AND m.person = ?"
	    " UNION ALL SELECT 'administrators',"
	    " GROUP_CONCAT(p.name ORDER BY p.name SEPARATOR ', ' LIMIT 5), 0 FROM {workspace} w"
	    " JOIN {membership} m ON m.workspace = w.id AND m.role <> 'member'"
	    " JOIN {person} p ON p.id = m.person AND p.disabled IS NULL WHERE w.owner IS NULL"
	    " UNION ALL SELECT 'preference', document, revision FROM {preference} WHERE person = ?",
	    db_integer(person), db_integer(person));

	*telemetry = (struct telemetry){ .by = "", .by_id = "", .version = "", .day = "",
		.result = "", .administrators = "" };
	if (preference != NULL)
		*preference = (struct preference){ .document = "{}" };
	while (db_next(rows)) {
		if (!text_equal(db_text(rows, 0), "preference")) {
			read_row(db_text(rows, 0), db_text(rows, 1), telemetry);
		} else if (preference != NULL) {
			preference->document = db_text(rows, 1);
			preference->revision = db_column_integer(rows, 2);
		}
	}
	telemetry->enabled = preference_choice_or(config, PREFERENCE_TELEMETRY, telemetry->enabled);
	telemetry->may_decide = telemetry->may_decide &&
	    !config->preferences[PREFERENCE_TELEMETRY].fixed;
}

void
telemetry_decide(struct db *db, struct arena *arena, const struct audit_actor *actor, bool enabled)
{
	db_execute(db, NULL,
	    "INSERT INTO {server_setting} (name, value, updated) VALUES"
	    " ('telemetry.enabled', ?, ?), ('telemetry.at', ?, ?), ('telemetry.version', ?, ?),"
	    " ('telemetry.by',"
	    " COALESCE((SELECT LOWER(HEX(public_id)) FROM {person} WHERE id = ?), ''), ?)"
	    " ON DUPLICATE KEY UPDATE value = VALUES(value), updated = VALUES(updated)",
	    db_text_value(enabled ? "1" : "0"), db_time(actor->now),
	    db_text_value(arena_format(arena, "%lld", (long long)actor->now)), db_time(actor->now),
	    db_text_value(VESTIBULE_VERSION), db_time(actor->now), db_integer(actor->person),
	    db_time(actor->now));
	audit_write(db, actor, &(struct audit_event){ .action = "telemetry.decide",
	    .object_kind = "installation",
	    .after = audit_json(arena, "enabled", enabled ? "on" : "off") });
}

/* "2026-11-24" */
static const char *
day_of(struct arena *arena, int64_t now)
{
	struct clock_parts parts = clock_parts(now);

	return arena_format(arena, "%04u-%02u-%02u", parts.year, parts.month, parts.day);
}

/* The installation's number is known to its clients; this one is not. */
static const char *
anonymous_number(struct db *db, struct arena *arena)
{
	const char *id = arena_format(arena, "telemetry|%s", server_setting(db, "installation.id"));
	uint8_t digest[CRYPTO_HASH];

	crypto_digest(id, strlen(id), digest);
	return text_id(arena, digest);
}

const char *
telemetry_report(struct db *db, struct arena *arena, const struct config *config, int64_t now)
{
	struct db_rows *rows = db_query(db,
	    "SELECT (SELECT COUNT(*) FROM {person} WHERE disabled IS NULL),"
	    " (SELECT COUNT(*) FROM {workspace}),"
	    " (SELECT COUNT(id) FROM {credential} WHERE revoked IS NULL)");
	const char *text;
	json_t *report;
	char *dumped;

	if (!db_next(rows))
		return "{}";
	report = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "installation",
	    anonymous_number(db, arena), "day", day_of(arena, now), "version", VESTIBULE_VERSION,
	    "edition", config_edition_name(config->edition),
	    "users", (json_int_t)db_column_integer(rows, 0),
	    "workspaces", (json_int_t)db_column_integer(rows, 1),
	    "credentials", (json_int_t)db_column_integer(rows, 2));
	dumped = json_dumps(report, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	if (dumped == NULL)
		abort();
	text = arena_text(arena, dumped);
	free(dumped);
	json_decref(report);
	return text;
}

bool
telemetry_claim_day(struct db *db, struct arena *arena, int64_t now)
{
	const char *day = day_of(arena, now);
	uint64_t found = 0;

	db_execute(db, &found, "UPDATE {server_setting} SET value = ?, updated = ?"
	    " WHERE name = 'telemetry.day' AND value < ?", db_text_value(day), db_time(now),
	    db_text_value(day));
	if (found > 0)
		return true;
	return db_execute(db, NULL,
	    "INSERT INTO {server_setting} (name, value, updated) VALUES ('telemetry.day', ?, ?)",
	    db_text_value(day), db_time(now)) == DB_DONE;
}

void
telemetry_note(struct db *db, const char *result, int64_t now)
{
	db_execute(db, NULL, "INSERT INTO {server_setting} (name, value, updated)"
	    " VALUES ('telemetry.result', LEFT(?, 200), ?)"
	    " ON DUPLICATE KEY UPDATE value = VALUES(value), updated = VALUES(updated)",
	    db_text_value(result), db_time(now));
}
