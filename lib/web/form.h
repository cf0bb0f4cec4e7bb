/*
 * Forms: one table of fields says name, label, type and limits; reading, checking, messages and
 * drawing follow from it. A handler never sees a value that was not checked; a refused form is
 * drawn again with everything typed.
 *
 * A field that is not in the table is 400, a doubled one too unless the row says many. Known to
 * every form besides: token, ws (workspace), parked (re-authentication).
 */
#ifndef VESTIBULE_WEB_FORM_H
#define VESTIBULE_WEB_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/http.h"
#include "web/request.h"

enum field_type {
	FIELD_LINE, /* one line: folded and trimmed by text_one_line(), hidden characters refused */
	FIELD_LINES, /* many lines: CRLF becomes LF */
	FIELD_EMAIL, /* trimmed, lower case */
	FIELD_PASSWORD, /* bytes as typed; never drawn again */
	FIELD_NUMBER, /* whole number between least and most */
	FIELD_CHOICE, /* one of choices: radio buttons */
	FIELD_SELECT, /* one line out of options(): a list to unfold; check() decides */
	FIELD_CODE, /* one line, seen while typed, never drawn again */
	FIELD_CHECK, /* "1" or absent */
	FIELD_HIDDEN, /* one line, drawn hidden */
	FIELD_BUTTON /* name of submit buttons: "act" */
};

struct field_choice {
	const char *value;
	const char *label;	/* marked N_() */
};

/* One of a list that is not known before it is drawn. */
struct field_option {
	const char *group;	/* heading, NULL for none; those of one group stand together */
	const char *value;
	const char *label;
};

struct field {
	const char *name;
	enum field_type type;
	const char *label;	/* marked N_(), as are the other texts */
	const char *help;
	const char *placeholder;
	const char *autocomplete;
	const char *initial;	/* value of a fresh form */
	bool required;
	bool conditional; /* needed in some cases only, which its help names: not marked optional */
	bool many;		/* may stand more than once; at most FORM_MANY times */
	int64_t least, most;	/* characters; for numbers the bounds */
	const struct field_choice *choices;
	size_t choice_count;
	size_t (*options)(struct arena *, struct field_option **);
	/* NULL, or the sentence that refuses the checked value. */
	const char *(*check)(const char *value);
};

struct form_table {
	const struct field *fields;
	size_t count;
};
#define FORM_TABLE(array) { (array), sizeof(array) / sizeof((array)[0]) }
#define FORM_MANY 1050	/* how often a field may stand, at most; values are joined by newlines */

struct form;

/* A fresh form with the initial values. table may be NULL: no fields. */
struct form *form_fresh(struct arena *, const struct form_table *);

/*
 * Reads and checks. False with a sentence when the post is none of ours (unknown or doubled field):
 * 400. Bad values are no such thing: they leave messages, ask form_valid().
 */
bool form_read(struct form *, struct arena *, const struct http_fields *, const char **reason);

bool form_is_fresh(const struct form *);
bool form_valid(const struct form *);

/* Values: never NULL; the name must be in the table. */
const char *form_value(const struct form *, const char *name);
int64_t form_number(const struct form *, const char *name);
bool form_checked(const struct form *, const char *name);
void form_set(struct form *, const char *name, const char *value);

/* A message beside the field, or (name NULL) for the whole form. */
void form_error(struct form *, const char *name, const char *message);
const char *form_message(const struct form *, const char *name); /* NULL when there is none */
void form_forget_errors(struct form *);

/* Whether its value is never put into a page again. */
bool form_is_secret(const struct field *);

/* The table's rows, for pages that go through all fields. */
const struct field *form_field_at(const struct form *, size_t index);	/* NULL behind the last */

/* What was sent, field by field, in the order of the table; for digests and for asking again. */
struct http_fields form_sent(const struct form *);

/*
 * Drawing, on request->x. form_begin() opens the form that posts to path (without base path) with
 * token and ws: the workspace (32 hex) that the act is about, NULL for acts without one. "into" is
 * where script puts the answer: "main", "dialog" or NULL.
 */
void form_begin(struct request *, const char *path, const char *workspace, const char *into);
void form_draw_field(struct request *, const struct form *, const char *name);
void form_draw_all(struct request *, const struct form *);
/* The message of a field that a section draws itself, with the id "name-message". */
void form_draw_message(struct request *, const char *name, const char *message);
/* Buttons: one submit, and a link back (cancel NULL: none). danger: the button does something
 * final. */
void form_draw_buttons(struct request *, const char *submit, const char *cancel_label,
    const char *cancel_path, bool danger);
void form_end(struct request *);

/* The summary "There is a problem" with links to the fields; nothing when there is none. */
void form_draw_problems(struct request *, const struct form *);

#endif
