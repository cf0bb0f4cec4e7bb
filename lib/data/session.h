/*
 * Sessions of browsers. The cookie is 256 random bits; the table has its hash. A cookie without a
 * row is a pre-session: it carries form tokens before sign-in and nothing else.
 *
 * Limits (architecture 11): 30 minutes idle, 12 hours in all; 30 days when kept; at most 20 a
 * person, the oldest ends.
 */
#ifndef VESTIBULE_DATA_SESSION_H
#define VESTIBULE_DATA_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/clock.h"
#include "core/config.h"
#include "data/db.h"
#include "data/person.h"
#include "data/workspace.h"

#define SESSION_COOKIE 43	/* characters: 32 bytes in base64url */
#define SESSION_MAXIMUM 20
#define SESSION_RECENT (10 * CLOCK_MINUTE)	/* how long a proof of identity is recent */

enum session_way {
	SESSION_PASSWORD,
	SESSION_LINK
};

struct session {
	bool present;			/* a cookie of the right form came */
	bool signed_in;
	uint8_t hash[32];		/* of the cookie */
	enum session_way way;
	bool kept;
	int64_t created, authenticated, last_seen, expires;
	bool has_password;
	int64_t notifications;		/* open ones */
	const char *removed; /* the open one that says that the person was removed from a workspace;
	                        NULL: none */
	int64_t memberships; /* in how many workspaces: with one, no list need be asked for */
	bool blocks_scripts;		/* as stored: ask preference_blocks_scripts() */
	const char *document;		/* of the preferences, when it was asked for; else NULL */
	int64_t document_revision;	/* 0: none is stored */
	struct person person;
	struct workspace workspace;	/* the active one; id 0 when there is none */
};

/*
 * One statement: session, person, theme and active workspace; with_document: the preferences too,
 * for a section that shows them. A dead session (idle, expired, older epoch, disabled person) is
 * present but not signed in. cookie NULL: not present.
 */
void session_load(struct db *, struct arena *, const struct config *, const char *cookie,
    int64_t now, bool with_document, struct session *);

/* Writes last_seen when it is older than a minute. */
void session_touch(struct db *, const struct session *, int64_t now);

/*
 * In a transaction: a new session for the person; the old one of that browser (hash, may be NULL)
 * ends. Returns the cookie.
 */
const char *
session_create(struct db *, struct arena *, const struct config *, const struct audit_actor *,
    int64_t person, enum session_way, bool kept, const char *agent, const uint8_t old_hash[32]);

/* In a transaction: ends it, with everything that hangs on it. */
void session_end(struct db *, const struct audit_actor *, const struct session *);

/* Whether the person has proved who they are lately, as the table says now. */
bool session_is_recent(struct db *, const struct session *, int64_t now);

/* The person proved again who they are. */
void session_authenticated(struct db *, const struct session *, int64_t now);

#endif
