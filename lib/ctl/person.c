/*
 * `vestibule person`: people, as the operator manages them. The first administrator is made here.
 */
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "ctl/ctl.h"
#include "ctl/people.h"
#include "data/invitation.h"
#include "data/one_time_link.h"
#include "data/person.h"
#include "data/second_factor.h"
#include "data/security_notice.h"
#include "data/workspace.h"

enum { ADD_EMAIL, ADD_NAME, ADD_PASSWORD, ADD_ADMINISTRATOR, ADD_LINK };

static const struct ctl_option add_options[] = {
	{ "email", "ADDRESS", "with which the person signs in" },
	{ "name", "NAME", "2 to 70 characters; default: the part of the address before the @" },
	{ "password-stdin", NULL, "reads the password from the first line of standard input" },
	{ "administrator", NULL, "administrator of the installation's workspace" },
	{ "link", NULL, "prints a one-time sign-in link" },
	{ NULL },
};

/* What a transaction of this file works with. */
struct work {
	struct ctl *ctl;
	const struct ctl_call *call;
	struct audit_actor actor;
	struct person person;
	const char *name;
	const char *email;
	const char *hash;
	const char *link;
	bool disable, even_last;
	const char *left_alone; /* workspace that nobody would administer, and its id */
	int64_t made;
};

/* The hash of the password on standard input; NULL after a message. */
static const char *
read_password(struct ctl *ctl, const char *name, const char *email)
{
	char *password = ctl_read_line(ctl->arena), *hash;
	const char *fault;

	if (password == NULL) {
		ctl_refuse("standard input has no password");
		return NULL;
	}
	fault = person_password_fault(password, name, email);
	hash = arena_allocate(ctl->arena, CRYPTO_PASSWORD);
	if (fault != NULL)
		ctl_refuse("%s", fault);
	else if (!crypto_password_hash(ctl->config->run_directory, password, hash))
		ctl_refuse("the password cannot be hashed: out of memory");
	crypto_wipe(password, strlen(password));
	return hash[0] != '\0' ? hash : NULL;
}

static bool
add_work(void *argument)
{
	struct work *work = argument;
	struct ctl *ctl = work->ctl;

	work->made = person_create(ctl->db, &work->actor, ctl->config, work->name, work->email,
	    work->hash, work->call->options[ADD_ADMINISTRATOR] != NULL);
	if (work->made != 0)
		invitation_tell(ctl->db, ctl->arena, work->made, work->actor.now);
	if (work->made != 0 && work->call->options[ADD_LINK] != NULL)
		work->link = one_time_link_create(
		    ctl->db, ctl->arena, &work->actor, ctl->config, ctl->keys, work->made);
	return work->made != 0;
}

/* Why nobody was made: the address is taken, or there is no place. */
static int
refuse_add(struct ctl *ctl, const char *email)
{
	struct person person;
	struct db_rows *rows;

	if (person_by_email(ctl->db, ctl->arena, email, &person))
		return ctl_refuse("%s is the address of somebody already", email);
	rows = db_query(ctl->db, "SELECT members, members_maximum FROM {workspace} WHERE id = ?",
	    db_integer(workspace_of_installation(ctl->db)));
	if (!db_next(rows))
		return db_failed(ctl->db) ? ctl_database_failed(ctl->db)
		                          : ctl_refuse("%s cannot be added; try again", email);
	return ctl_refuse("The workspace has the maximum number of users (%lld of %lld), so nobody"
	                  " is added; see \"vestibule workspace limit\"",
	    (long long)db_column_integer(rows, 0), (long long)db_column_integer(rows, 1));
}

static int
add(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .call = call, .actor = ctl_actor(ctl->arena) };
	const char *email = call->options[ADD_EMAIL], *name = call->options[ADD_NAME], *fault;

	if (email == NULL || !text_is_email(email))
		return ctl_wrong_use("--email needs an e-mail address");
	if (name == NULL)
		name = arena_copy(ctl->arena, email, strcspn(email, "@"));
	work.email = text_lower(ctl->arena, email);
	work.name = text_one_line(ctl->arena, name);
	fault = text_is_utf8(name, strlen(name)) ? person_name_fault(work.name)
	                                         : "the name is not UTF-8";
	if (fault != NULL)
		return ctl_refuse("%s", fault);
	if (call->options[ADD_PASSWORD] != NULL) {
		work.hash = read_password(ctl, work.name, work.email);
		if (work.hash == NULL)
			return CTL_REFUSED;
	}
	switch (db_transaction(ctl->db, add_work, &work)) {
	case DB_COMMITTED:
		break;
	case DB_ROLLED_BACK:
		return refuse_add(ctl, work.email);
	case DB_BROKEN:
		return ctl_database_failed(ctl->db);
	}
	if (work.link != NULL)
		puts(work.link);
	else
		printf("%s is added.\n", work.email);
	return CTL_DONE;
}

enum { ONE_EMAIL, ONE_SECOND, ONE_EVEN_LAST };

static const struct ctl_option passwd_options[] = {
	{ "email", "ADDRESS", "whose password" },
	{ "password-stdin", NULL, "reads it from the first line of standard input (always)" },
	{ NULL },
};
static const struct ctl_option one_options[] = {
	{ "email", "ADDRESS", "who" },
	{ NULL },
};
static const struct ctl_option disable_options[] = {
	{ "email", "ADDRESS", "who" },
	{ "undo", NULL, "lets the person in again" },
	{ "even-last", NULL, "also the last administrator of a workspace" },
	{ NULL },
};

static bool
passwd_work(void *argument)
{
	struct work *work = argument;

	person_set_password(work->ctl->db, &work->actor, work->person.id, work->hash, NULL);
	return true;
}

static int
passwd(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .call = call, .actor = ctl_actor(ctl->arena) };
	int code;

	code = people_find(ctl, call->options[ONE_EMAIL], &work.person);
	if (code != CTL_DONE)
		return code;
	work.hash = read_password(ctl, work.person.name, work.person.email);
	if (work.hash == NULL)
		return CTL_REFUSED;
	if (db_transaction(ctl->db, passwd_work, &work) != DB_COMMITTED)
		return ctl_database_failed(ctl->db);
	printf("The password of %s is changed; their sessions have ended.\n", work.person.email);
	return CTL_DONE;
}

static bool
link_work(void *argument)
{
	struct work *work = argument;
	struct ctl *ctl = work->ctl;

	work->link = one_time_link_create(ctl->db, ctl->arena, &work->actor, ctl->config, ctl->keys,
	    work->person.id);
	return true;
}

static int
make_link(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .call = call, .actor = ctl_actor(ctl->arena) };
	int code;

	code = people_find(ctl, call->options[ONE_EMAIL], &work.person);
	if (code != CTL_DONE)
		return code;
	if (work.person.disabled != 0)
		return ctl_refuse("%s is disabled", work.person.email);
	if (db_transaction(ctl->db, link_work, &work) != DB_COMMITTED)
		return ctl_database_failed(ctl->db);
	puts(work.link);
	return CTL_DONE;
}

/*
 * A workspace that would be left without an administrator who can sign in: one with other people
 * in it, or that of the installation. NULL: none.
 */
static const char *
left_alone(struct work *work)
{
	struct db *db = work->ctl->db;
	int64_t person = work->person.id;
	struct db_rows *rows = db_query(db,
	    "SELECT w.id, w.public_id, w.name, w.owner IS NULL FROM {membership} m"
	    " JOIN {workspace} w ON w.id = m.workspace"
	    " WHERE m.person = ? AND m.role <> 'member' ORDER BY w.id",
	    db_integer(person));

	while (db_next(rows)) {
		int64_t workspace = db_column_integer(rows, 0);
		uint8_t id[16];

		workspace_guard(db, &work->actor, workspace, ROLE_NONE);
		if (workspace_administrators(db, workspace, person) > 0)
			continue;
		db_column_copy(rows, 1, id, sizeof(id));
		if (db_column_integer(rows, 3) != 0 ||
		    db_next(db_query(db,
		        "SELECT 1 FROM {membership} m JOIN {person} p ON p.id = m.person WHERE"
		        " m.workspace = ? AND m.person <> ? AND p.disabled IS NULL LIMIT 1",
		        db_integer(workspace), db_integer(person))))
			return arena_format(work->ctl->arena, "%s (%s)", db_text(rows, 2),
			    text_id(work->ctl->arena, id));
	}
	return NULL;
}

static bool
disable_work(void *argument)
{
	struct work *work = argument;

	if (work->disable && work->person.disabled == 0 && !work->even_last) {
		work->left_alone = left_alone(work);
		if (work->left_alone != NULL)
			return false;
	}
	person_disable(work->ctl->db, &work->actor, work->person.id, work->disable);
	return true;
}

static int
disable(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .call = call, .actor = ctl_actor(ctl->arena),
		.disable = call->options[ONE_SECOND] == NULL,
		.even_last = call->options[ONE_EVEN_LAST] != NULL };
	int code;

	code = people_find(ctl, call->options[ONE_EMAIL], &work.person);
	if (code != CTL_DONE)
		return code;
	switch (db_transaction(ctl->db, disable_work, &work)) {
	case DB_COMMITTED:
		break;
	case DB_ROLLED_BACK:
		return ctl_refuse("%s is the last administrator of %s who can sign in. Make"
		                  " somebody else one first, with \"vestibule group member --group"
		                  " Admins\", or say --even-last",
		    work.person.email, work.left_alone);
	case DB_BROKEN:
		return ctl_database_failed(ctl->db);
	}
	printf(work.disable
	        ? "%s cannot sign in any more; sessions and API credentials have stopped.\n"
	        : "%s may sign in again.\n",
	    work.person.email);
	return CTL_DONE;
}

static bool
reset_work(void *argument)
{
	struct work *work = argument;
	struct ctl *ctl = work->ctl;

	if (!second_factor_switch_off(
	        ctl->db, &work->actor, work->person.id, "second-factor.reset"))
		return false;
	security_notice(ctl->db, ctl->arena, &work->actor, ctl->config, ctl->keys, &work->person,
	    SECURITY_FACTOR_RESET, NULL);
	return true;
}

static int
reset_second_factor(struct ctl *ctl, const struct ctl_call *call)
{
	struct work work = { .ctl = ctl, .call = call, .actor = ctl_actor(ctl->arena) };
	int code = people_find(ctl, call->options[ONE_EMAIL], &work.person);

	if (code != CTL_DONE)
		return code;
	switch (db_transaction(ctl->db, reset_work, &work)) {
	case DB_COMMITTED:
		break;
	case DB_ROLLED_BACK:
		return ctl_refuse("%s has no second factor", work.person.email);
	case DB_BROKEN:
		return ctl_database_failed(ctl->db);
	}
	printf("The second factor of %s is off; the password alone lets them in.\n",
	    work.person.email);
	return CTL_DONE;
}

static int
list(struct ctl *ctl, const struct ctl_call *call)
{
	struct db_rows *rows = db_query(ctl->db,
	    "SELECT email, name, password IS NOT NULL, last_sign_in, disabled FROM {person} ORDER "
	    "BY email, id");

	(void)call;
	while (db_next(rows)) {
		int64_t last = db_column_time(rows, 3);

		printf("%s\t%s\t%s\t%s\t%s\n", db_text(rows, 0)[0] != '\0' ? db_text(rows, 0) : "-",
		    db_text(rows, 1), db_column_integer(rows, 2) != 0 ? "password" : "no password",
		    last != 0 ? clock_utc(ctl->arena, last) : "never",
		    db_is_null(rows, 4) ? "active" : "disabled");
	}
	return db_failed(ctl->db) ? ctl_database_failed(ctl->db) : CTL_DONE;
}

int
people_find(struct ctl *ctl, const char *email, struct person *person)
{
	if (email == NULL)
		return ctl_wrong_use("--email ADDRESS is missing; it says who");
	if (person_by_email(ctl->db, ctl->arena, email, person))
		return CTL_DONE;
	if (db_failed(ctl->db))
		return ctl_database_failed(ctl->db);
	return ctl_refuse("nobody has the address %s", email);
}

const struct ctl_command ctl_person[] = {
	{
	    .name = "person add",
	    .summary = "adds a person, with the workspace that the edition gives",
	    .options = add_options,
	    .needed = 1,
	    .needs = CTL_ALL,
	    .run = add,
	},
	{
	    .name = "person passwd",
	    .summary = "sets a password and ends the person's sessions",
	    .options = passwd_options,
	    .needed = 1,
	    .needs = CTL_ALL,
	    .run = passwd,
	},
	{
	    .name = "person link",
	    .summary = "prints a one-time sign-in link",
	    .help = "The person's older links stop. With the new one they sign in once and may "
	            "choose a password.",
	    .options = one_options,
	    .needed = 1,
	    .needs = CTL_ALL,
	    .run = make_link,
	},
	{
	    .name = "person disable",
	    .summary = "keeps a person out: sessions, tokens and API credentials stop",
	    .help = "The last administrator of a workspace with other people in it, or of the\n"
	            "installation, is disabled only with --even-last.",
	    .options = disable_options,
	    .needed = 1,
	    .needs = CTL_ALL,
	    .run = disable,
	},
	{
	    .name = "person second-factor-reset",
	    .summary = "switches a second factor off, for who has lost phone and codes",
	    .help =
	        "Make sure that it is them who ask: the password alone lets them in afterwards.\n"
	        "They are told of it.",
	    .options = one_options,
	    .needed = 1,
	    .needs = CTL_ALL,
	    .run = reset_second_factor,
	},
	{
	    .name = "person list",
	    .summary = "lists everybody: e-mail, name, password, last sign-in, state",
	    .needs = CTL_ALL,
	    .run = list,
	},
	{ .name = NULL },
};
