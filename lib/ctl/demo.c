/*
 * `vestibule demo`: sample people, workspaces, groups, invitations and credentials, so that every
 * page can be looked at full, empty and at its limit. Made through the same functions as everything
 * else; only dates are moved afterwards. Nobody gets a password: sign in as one of them with
 * `vestibule person link`.
 */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "ctl/ctl.h"
#include "data/cloud_access.h"
#include "data/credential.h"
#include "data/invitation.h"
#include "data/member_list.h"
#include "data/person.h"
#include "data/user_group.h"

#define PEOPLE 60
#define FULL_CREDENTIALS 20
#define WORKSPACES 14	/* people whose workspace the first one is in, too */
#define INVITER 5	/* but for this one, who invites them */
#define EMAIL "%s.%s@example.test"

static const char *const given[] = { "ada", "bela", "chen", "dana", "emil", "fatima", "goran",
	"hana", "ivo", "jun" };
static const char *const family[] = { "adler", "brandt", "costa", "duarte", "eklund", "fischer" };
static const char *const labels[] = { "gpu-box-1", "Nightly training", "", "Laptop", "CI runner",
	"Notebook server" };
static const char *const groups[] = { "Data science", "Platform", "Reviewers" };

struct demo {
	struct ctl *ctl;
	struct audit_actor actor;
	int64_t people[PEOPLE];
	uint8_t ids[PEOPLE][16];
	size_t made;
	struct workspace home;		/* of the first person */
};

/* "ada" → "Ada". */
static const char *
capital(struct arena *arena, const char *word)
{
	char *text = arena_text(arena, word);

	text[0] = (char)(text[0] - 'a' + 'A');
	return text;
}

/* The first person is whoever is there already (the administrator of the sandbox). */
static bool
make_people(void *argument)
{
	struct demo *demo = argument;
	struct ctl *ctl = demo->ctl;
	struct db_rows *rows = db_query(ctl->db, "SELECT id FROM {person} ORDER BY id LIMIT 1");

	demo->made = 0;
	if (db_next(rows))
		demo->people[demo->made++] = db_column_integer(rows, 0);
	for (size_t i = 0; i < PEOPLE && demo->made < PEOPLE; i++) {
		const char *first = given[i % 10], *last = family[i / 10];
		int64_t id = person_create(ctl->db, &demo->actor, ctl->config,
		    arena_format(
		        ctl->arena, "%s %s", capital(ctl->arena, first), capital(ctl->arena, last)),
		    arena_format(ctl->arena, EMAIL, first, last), NULL, false);

		if (id == 0)
			return false;
		demo->people[demo->made++] = id;
	}
	for (size_t i = 0; i < demo->made; i++) {
		struct person person;

		person_by_id(ctl->db, ctl->arena, demo->people[i], &person);
		memcpy(demo->ids[i], person.public_id, 16);
	}
	return workspace_active(ctl->db, ctl->arena, demo->people[0], &demo->home);
}

/*
 * Everybody in the first workspace; the first person in a menu full of others, one of which has no
 * place left.
 */
static bool
make_members(void *argument)
{
	struct demo *demo = argument;
	struct db *db = demo->ctl->db;

	workspace_limit(db, &demo->actor, demo->home.id, PEOPLE + 4);
	for (size_t i = 1; i < demo->made; i++)
		workspace_join(db, &demo->actor, demo->home.id, demo->people[i],
		    i % 20 == 0 ? ROLE_ADMINISTRATOR : ROLE_MEMBER);
	for (size_t i = 1; i <= WORKSPACES; i++) {
		struct workspace other;

		if (i == INVITER ||
		    !workspace_active(db, demo->ctl->arena, demo->people[i], &other) ||
		    other.id == demo->home.id)
			continue;
		workspace_join(db, &demo->actor, other.id, demo->people[0], ROLE_MEMBER);
		if (i > 2)
			continue;
		workspace_join(db, &demo->actor, other.id, demo->people[i + 2], ROLE_MEMBER);
		workspace_limit(db, &demo->actor, other.id, i == 1 ? 3 : 10);
	}
	/* When people came and were seen last: some lately, some long ago, some never. */
	db_execute(db, NULL,
	    "UPDATE {person} SET"
	    " created = ? - INTERVAL IF(id MOD 10 = 3, 20, 130 + id MOD 150) DAY,"
	    " last_sign_in = CASE WHEN id MOD 10 = 3 THEN NULL"
	    " WHEN id MOD 5 = 0 THEN ? - INTERVAL 95 + id MOD 30 DAY"
	    " ELSE ? - INTERVAL 1 + id MOD 60 DAY END"
	    " WHERE id <> ?",
	    db_time(demo->actor.now), db_time(demo->actor.now), db_time(demo->actor.now),
	    db_integer(demo->people[0]));
	db_execute(db, NULL,
	    "UPDATE {membership} m JOIN {person} p ON p.id = m.person"
	    " SET m.joined = p.created + INTERVAL 1 DAY WHERE m.person <> ?",
	    db_integer(demo->people[0]));
	for (size_t i = 0; i < demo->made; i++)
		member_list_copy(db, demo->people[i]);
	return true;
}

static bool
make_groups(void *argument)
{
	struct demo *demo = argument;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		int64_t id;

		user_group_create(demo->ctl->db, &demo->actor, demo->home.id, groups[i],
		    i == 0 ? "Trains and evaluates the models" : "",
		    (const uint8_t(*)[16])demo->ids[1 + i * 9], i == 2 ? 0 : 9, &id);
	}
	return true;
}

static void
make_credentials_of(struct demo *demo, size_t person, size_t count)
{
	struct db *db = demo->ctl->db;

	for (size_t i = 0; i < count; i++) {
		struct credential_pair pair;
		int64_t days = i == 3 ? 5 : i == 4 ? 30 : 0;

		if (credential_create(db, &demo->actor, demo->ctl->config, demo->ctl->keys,
		        demo->home.id, demo->people[person], labels[i % 6],
		        days != 0 ? demo->actor.now + days * CLOCK_DAY : 0,
		        &pair) != CREDENTIAL_DONE)
			return;
		db_execute(db, NULL,
		    "UPDATE {credential} SET created = created - INTERVAL ? DAY, last_used = IF(? "
		    "MOD 3 = 0, NULL,"
		    " ? - INTERVAL ? HOUR), last_used_from = IF(? MOD 3 = 0, NULL, ?) WHERE "
		    "id = ?",
		    db_integer((int64_t)i * 6 + 1), db_integer((int64_t)i),
		    db_time(demo->actor.now), db_integer((int64_t)i * 7 + 1),
		    db_integer((int64_t)i),
		    db_text_value(i % 2 == 0 ? "worker-7" : "10.0.4.31"), db_integer(pair.id));
	}
}

/* 0, 1 and 20 of a person; of the first one some that are expired, about to expire, and being
 * replaced. */
static bool
make_credentials(void *argument)
{
	struct demo *demo = argument;
	struct db *db = demo->ctl->db;
	struct credential *list;
	struct credential_pair pair;
	size_t count;

	make_credentials_of(demo, 0, 6);
	make_credentials_of(demo, 1, 1);
	make_credentials_of(demo, 2, FULL_CREDENTIALS);
	count = credential_list_own(db, demo->ctl->arena, demo->home.id, demo->people[0], &list);
	if (count < 6)
		return count > 0;
	db_execute(db, NULL, "UPDATE {credential} SET expires = ? WHERE id = ?",
	    db_time(demo->actor.now - 2 * CLOCK_DAY), db_integer(list[4].id));
	db_execute(db, NULL,
	    "UPDATE {membership} m SET m.last_api_use = (SELECT MAX(c.last_used) FROM {credential} "
	    "c WHERE c.workspace = m.workspace AND c.person = m.person) WHERE m.workspace = ?",
	    db_integer(demo->home.id));
	credential_rotate(db, &demo->actor, demo->ctl->config, demo->ctl->keys, &list[0],
	    demo->people[0], 48, &pair);
	return true;
}

/* Pending, expired and declined ones, a bare link, and one that waits for the first person. */
static bool
make_invitations(void *argument)
{
	struct demo *demo = argument;
	struct ctl *ctl = demo->ctl;
	static const char *const waiting[] = { "noor@partner.example", "olga@partner.example" };
	static const char *const late[] = { "late@partner.example" };
	static const char *const declined[] = { "pavel@partner.example" };
	enum invitation_report reports[2];
	struct workspace other;
	struct person first;
	const char *link;
	uint8_t id[16];

	demo->actor.person = demo->people[0];
	invitation_create(ctl->db, ctl->arena, &demo->actor, ctl->config, ctl->keys, &demo->home,
	    late, 1, NULL, 0, reports, &link, id);
	db_execute(ctl->db, NULL,
	    "UPDATE {invitation} SET created = created - INTERVAL 10 DAY, expires = expires - "
	    "INTERVAL 10 DAY"
	    " WHERE public_id = ?",
	    db_bytes(id, 16));
	db_execute(ctl->db, NULL,
	    "UPDATE {invitation_address} SET added = added - INTERVAL 10 DAY WHERE email = ?",
	    db_text_value(late[0]));
	invitation_create(ctl->db, ctl->arena, &demo->actor, ctl->config, ctl->keys, &demo->home,
	    declined, 1, NULL, 0, reports, &link, id);
	db_execute(ctl->db, NULL,
	    "UPDATE {invitation_address} SET status = 'declined', pending = NULL, settled = added"
	    " WHERE email = ?",
	    db_text_value(declined[0]));
	invitation_create(ctl->db, ctl->arena, &demo->actor, ctl->config, ctl->keys, &demo->home,
	    waiting, 2, NULL, 0, reports, &link, id);
	invitation_create_link(ctl->db, ctl->arena, &demo->actor, ctl->config, ctl->keys,
	    &demo->home, 1, NULL, 0, &link, id);
	if (person_by_id(ctl->db, ctl->arena, demo->people[0], &first) && first.email[0] != '\0' &&
	    workspace_active(ctl->db, ctl->arena, demo->people[INVITER], &other)) {
		const char *const address[] = { first.email };

		demo->actor.person = demo->people[INVITER];
		invitation_create(ctl->db, ctl->arena, &demo->actor, ctl->config, ctl->keys, &other,
		    address, 1, NULL, 0, reports, &link, id);
	}
	demo->actor.person = 0;
	return true;
}

/* One row for everybody, and some of the first person; none of these keys is one. */
static bool
make_cloud_access(void *argument)
{
	static const struct cloud_access_input site = { .bucket = "company-samples",
		.endpoint = "https://minio.example.test:9000", .region = "",
		.values = { "SAMPLEKEYOFTHESITE01", "a-sample-and-no-secret", "" } };
	static const struct cloud_access_input own[] = {
		{ .bucket = "my-experiments", .endpoint = "", .region = "us-east-2",
		  .values = { "SAMPLEKEYOFMINE00001", "a-sample-and-no-secret", "" } },
		{ .bucket = "azure", .endpoint = "", .region = "",
		  .values = { "azure", "sv=sample&sig=no-signature", "" } },
		{ .bucket = "lab-pictures", .endpoint = "https://storage.googleapis.com",
		  .region = "", .values = { "SAMPLEKEYOFGOOGLE001", "", "" } },
	};
	struct demo *demo = argument;
	struct ctl *ctl = demo->ctl;

	cloud_access_save(ctl->db, ctl->arena, &demo->actor, ctl->keys, CLOUD_ACCESS_SITE, NULL,
	    &site);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		cloud_access_save(ctl->db, ctl->arena, &demo->actor, ctl->keys, demo->people[0],
		    NULL, &own[i]);
	return true;
}

static int
run(struct ctl *ctl, const struct ctl_call *call)
{
	struct demo demo = { .ctl = ctl, .actor = ctl_actor(ctl->arena) };
	bool (*const steps[])(void *) = { make_people, make_members, make_groups, make_credentials,
		make_cloud_access, make_invitations };
	size_t count = ctl->config->switches[SWITCH_INVITATIONS] ? 6 : 5;

	(void)call;
	if (db_next(db_query(
	        ctl->db, "SELECT 1 FROM {person} WHERE email LIKE '%@example.test' LIMIT 1"))) {
		puts("The sample people are there already.");
		return CTL_DONE;
	}
	for (size_t i = 0; i < count; i++) {
		if (db_transaction(ctl->db, steps[i], &demo) == DB_BROKEN)
			return ctl_database_failed(ctl->db);
	}
	printf("%zu sample people are made. Sign in as one of them with: vestibule person link "
	       "--email ada.adler@example.test\n",
	    demo.made);
	return CTL_DONE;
}

const struct ctl_command ctl_demo[] = {
	{
	    .name = "demo",
	    .summary = "makes sample people, groups, invitations, credentials and the like",
	    .help =
	        "For looking at the product. Made once; never for an installation that people use.",
	    .needs = CTL_ALL,
	    .run = run,
	},
	{ .name = NULL },
};
