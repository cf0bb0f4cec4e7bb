/*
 * `vestibule redact`: a log on standard input comes out with the values of one person's hidden
 * container arguments replaced.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "ctl/people.h"
#include "data/preference_choice.h"
#include "data/preference_document.h"
#include "data/redaction.h"

#define ROOM ((size_t)4 * REDACTION_PIECE)

enum { OF_EMAIL, OF_ALWAYS };

static const struct ctl_option options[] = {
	{ "email", "ADDRESS", "whose list" },
	{ "always", NULL, "hides also when this person has switched hiding off" },
	{ NULL },
};

/* Reads until the room is full or the input ends. False when it fails. */
static bool
fill(char *room, size_t *length, bool *last)
{
	while (!*last && *length < ROOM) {
		ssize_t count = read(STDIN_FILENO, room + *length, ROOM - *length);

		if (count < 0 && errno != EINTR)
			return false;
		*last = count == 0;
		*length += count > 0 ? (size_t)count : 0;
	}
	return true;
}

static int
copy(const struct redaction *redaction)
{
	struct redaction_state state = { 0 };
	struct buffer out = { 0 };
	char *room = memory_allocate(ROOM);
	size_t length = 0, used;
	bool last = false, good;

	do {
		good = fill(room, &length, &last);
		if (!good)
			break;
		used = redaction_piece(redaction, &state, room, length, last, &out);
		good = out.length == 0 || fwrite(out.bytes, 1, out.length, stdout) == out.length;
		length -= used;
		memmove(room, room + used, length);
		buffer_empty(&out);
	} while (good && !last);
	free(room);
	buffer_release(&out);
	return good ? CTL_DONE : ctl_refuse("the log could not be copied: %s", strerror(errno));
}

static int
redact(struct ctl *ctl, const struct ctl_call *call)
{
	struct person person;
	struct preference preference;
	const char *const *names;
	json_t *document;
	size_t count;
	int code;

	code = people_find(ctl, call->options[OF_EMAIL], &person);
	if (code != CTL_DONE)
		return code;
	preference_load(ctl->db, ctl->arena, person.id, &preference);
	if (db_failed(ctl->db))
		return ctl_database_failed(ctl->db);
	document = preference_document_read(preference.document);
	count = preference_choice_names(ctl->arena, ctl->config, document, &names);
	if (call->options[OF_ALWAYS] == NULL &&
	    !preference_choice(ctl->arena, ctl->config, document, PREFERENCE_HIDE_ARGUMENTS)) {
		fprintf(stderr, "vestibule: %s has switched hiding off, so nothing is hidden; see"
		    " --always\n", person.email);
		count = 0;
	}
	code = copy(redaction_create(ctl->arena, names, count));
	json_decref(document);
	return code;
}

const struct ctl_command ctl_redact[] = {
	{
		.name = "redact",
		.summary = "hides a person's container arguments in a log: redact --email A < log",
		.help = "Values of the arguments in this person's list become ********, as on the\n"
		    "page Configuration.",
		.options = options,
		.needs = CTL_DATABASE,
		.run = redact,
	},
	{ .name = NULL },
};
