/*
 * `vestibule sweep`: removes what is over, seals the audit events. For a timer, every hour or so;
 * two at once do no harm. In steps of 1,000 rows, so that nobody waits for a long lock.
 */
#include <stdio.h>

#include "core/clock.h"
#include "ctl/audit_seal.h"
#include "ctl/ctl.h"
#include "ctl/mail.h"
#include "ctl/telemetry.h"

#define STEP 1000

enum kind {
	SESSIONS,
	FORMS,
	PARKED_FORMS,
	LINKS,
	HALF_SIGN_INS,
	EMAIL_CHANGES,
	MAILS,
	BROWSERS,
	REVEALS,
	TOKENS,
	THROTTLES,
	KINDS
};

static const char *const kind_names[KINDS] = {
	[SESSIONS] = "sessions",
	[FORMS] = "posted forms",
	[PARKED_FORMS] = "forms waiting for a password",
	[LINKS] = "one-time links",
	[HALF_SIGN_INS] = "sign-ins that waited for a code",
	[EMAIL_CHANGES] = "requests for a new e-mail address",
	[MAILS] = "mails, sent or given up a week ago",
	[BROWSERS] = "known browsers, not seen for a year",
	[REVEALS] = "secrets to be shown",
	[TOKENS] = "signed-out tokens",
	[THROTTLES] = "counted wrong passwords",
};

/* Removes STEP rows at most; returns how many. */
static uint64_t
remove_some(struct db *db, enum kind kind, int64_t now)
{
	uint64_t removed = 0;

	switch (kind) {
	case SESSIONS:
		db_execute(db, &removed, "DELETE FROM {session} WHERE expires < ?"
		    " ORDER BY expires LIMIT 1000", db_time(now));
		break;
	case FORMS:
		/*
		 * Forms expire after 12 hours; a day leaves room for the last answer to be
		 * repeated.
		 */
		db_execute(db, &removed,
		    "DELETE FROM {form_nonce} WHERE at < ? ORDER BY at LIMIT 1000",
		    db_time(now - CLOCK_DAY));
		break;
	case PARKED_FORMS:
		/* An hour more, in which what was typed is given back. */
		db_execute(db, &removed, "DELETE FROM {parked_form} WHERE expires < ?"
		    " ORDER BY expires LIMIT 1000", db_time(now - CLOCK_HOUR));
		break;
	case LINKS:
		db_execute(db, &removed, "DELETE FROM {one_time_link} WHERE expires < ?"
		    " ORDER BY expires LIMIT 1000", db_time(now));
		break;
	case HALF_SIGN_INS:
		db_execute(db, &removed, "DELETE FROM {pending_sign_in} WHERE expires < ?"
		    " ORDER BY expires LIMIT 1000", db_time(now));
		break;
	case EMAIL_CHANGES:
		/* How many somebody has asked for within an hour is counted here. */
		db_execute(db, &removed, "DELETE FROM {email_change} WHERE expires < ?"
		    " ORDER BY expires LIMIT 1000", db_time(now - CLOCK_DAY));
		break;
	case MAILS:
		db_execute(db, &removed,
		    "DELETE FROM {mail_outbox} WHERE created < ?"
		    " AND (sent IS NOT NULL OR failed IS NOT NULL) ORDER BY created LIMIT 1000",
		    db_time(now - 7 * CLOCK_DAY));
		break;
	case BROWSERS:
		db_execute(db, &removed, "DELETE FROM {known_browser} WHERE last_seen < ?"
		    " ORDER BY last_seen LIMIT 1000", db_time(now - 365 * CLOCK_DAY));
		break;
	case REVEALS:
		db_execute(db, &removed, "DELETE FROM {one_time_reveal} WHERE expires < ?"
		    " ORDER BY expires LIMIT 1000", db_time(now));
		break;
	case TOKENS:
		db_execute(db, &removed, "DELETE FROM {token_revoked} WHERE expires < ?"
		    " ORDER BY expires LIMIT 1000", db_time(now));
		break;
	case THROTTLES:
		/* A pause lasts a minute at most. */
		db_execute(db, &removed,
		    "DELETE FROM {throttle} WHERE last < ? ORDER BY last LIMIT 1000",
		    db_time(now - CLOCK_DAY));
		break;
	case KINDS:
		break;
	}
	return removed;
}

struct removal {
	struct db *db;
	int64_t before;
	size_t removed;
};

/* Credentials that were revoked long ago. Their successors do not name them any more. */
static bool
remove_credentials(void *argument)
{
	struct removal *removal = argument;
	struct db *db = removal->db;
	struct db_rows *rows = db_query(db,
	    "SELECT id, workspace FROM {credential} WHERE revoked < ? ORDER BY revoked LIMIT 1000",
	    db_time(removal->before));

	removal->removed = db_count(rows);
	while (db_next(rows)) {
		int64_t id = db_column_integer(rows, 0);

		db_execute(db, NULL,
		    "UPDATE {credential} SET rotated_from = NULL"
		    " WHERE workspace = ? AND rotated_from = ?",
		    db_integer(db_column_integer(rows, 1)), db_integer(id));
		db_execute(db, NULL, "DELETE FROM {credential} WHERE id = ?", db_integer(id));
	}
	return removal->removed > 0;
}

static void
tell(const char *done, uint64_t count, const char *what)
{
	if (count > 0)
		printf("%-8s %8llu %s\n", done, (unsigned long long)count, what);
}

static int
sweep(struct ctl *ctl, const struct ctl_call *call)
{
	int64_t now = clock_now();
	int64_t history = now - (int64_t)ctl->config->audit_days * CLOCK_DAY;
	struct removal removal = { .db = ctl->db, .before = history };
	uint64_t credentials = 0;

	(void)call;
	for (enum kind kind = 0; kind < KINDS; kind++) {
		uint64_t removed, sum = 0;

		do {
			removed = remove_some(ctl->db, kind, now);
			sum += removed;
		} while (removed == STEP);
		tell("removed", sum, kind_names[kind]);
	}
	do {
		if (db_transaction(ctl->db, remove_credentials, &removal) != DB_COMMITTED)
			break;
		credentials += removal.removed;
	} while (removal.removed == STEP);
	tell("removed", credentials, "credentials, revoked long ago");
	tell("sealed", audit_seal_events(ctl, now), "audit events");
	tell("removed", audit_remove_events(ctl, history), "audit events, older than audit_days");
	tell("sent", mail_send(ctl).sent, "mails");
	tell("sent", telemetry_send(ctl, now), "report of usage data");
	return db_failed(ctl->db) ? ctl_database_failed(ctl->db) : CTL_DONE;
}

const struct ctl_command ctl_sweep[] = {
	{
		.name = "sweep",
		.summary = "removes what has expired and seals audit events; for a timer",
		.help = "Removes expired sessions, links, forms and tokens, and after audit_days\n"
		    "revoked credentials and audit events. Prints what it did, and nothing when\n"
		    "there was nothing. Sends the mails that wait; and usage data once a day\n"
		    "where somebody agreed, see vestibule telemetry.",
		.needs = CTL_DATABASE,
		.run = sweep,
	},
	{ .name = NULL },
};
