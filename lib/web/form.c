/* form.c: reading and checking a form by its table of fields. */
#include <assert.h>
#include <string.h>

#include "core/buffer.h"
#include "core/language.h"
#include "core/text.h"
#include "web/form.h"

struct entry {
	const struct field *field;
	const char *value; /* checked form of what was typed; many: joined by newlines */
	int64_t number;
	const char *message;		/* NULL: fine */
	unsigned times;			/* how often it was sent */
	size_t length, room;		/* of a joined value */
};

struct form {
	struct arena *arena;
	struct entry *entries;
	size_t count;
	const char *message;		/* for the whole form */
	bool fresh;
	struct http_fields sent;
};

static struct entry *
find(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->count; i++) {
		if (strcmp(form->entries[i].field->name, name) == 0)
			return &form->entries[i];
	}
	return NULL;
}

/* For names that the section itself writes: an unknown one is a mistake in the program. */
static struct entry *
find_known(const struct form *form, const char *name)
{
	struct entry *entry = find(form, name);

	assert(entry != NULL);
	return entry;
}

struct form *
form_fresh(struct arena *arena, const struct form_table *table)
{
	struct form *form = arena_allocate(arena, sizeof(*form));

	form->arena = arena;
	form->count = table != NULL ? table->count : 0;
	form->entries = arena_allocate(arena, (form->count + 1) * sizeof(*form->entries));
	form->fresh = true;
	for (size_t i = 0; i < form->count; i++) {
		form->entries[i].field = &table->fields[i];
		form->entries[i].value = table->fields[i].initial != NULL ? table->fields[i].initial
		                                                          : "";
	}
	return form;
}

static const char *
check_length(struct form *form, const struct entry *entry)
{
	const struct field *field = entry->field;
	int64_t length = (int64_t)text_characters(entry->value);

	if (length < field->least)
		return arena_format(form->arena,
		    ngettext("Enter at least %lld character.", "Enter at least %lld characters.",
		        (unsigned long)field->least),
		    (long long)field->least);
	if (field->most != 0 && length > field->most)
		return arena_format(form->arena,
		    ngettext("Enter at most %lld character; this has %lld.",
		        "Enter at most %lld characters; this has %lld.",
		        (unsigned long)field->most),
		    (long long)field->most, (long long)length);
	return NULL;
}

static const char *
check_choice(const struct entry *entry)
{
	for (size_t i = 0; i < entry->field->choice_count; i++) {
		if (strcmp(entry->field->choices[i].value, entry->value) == 0)
			return NULL;
	}
	return _("Choose one of the options.");
}

static const char *
check_number(struct form *form, struct entry *entry)
{
	if (!text_integer(entry->value, entry->field->least, entry->field->most, &entry->number))
		return arena_format(form->arena, _("Enter a whole number from %lld to %lld."),
		    (long long)entry->field->least, (long long)entry->field->most);
	return NULL;
}

/* The message for a value that is there. */
static const char *
check_value(struct form *form, struct entry *entry)
{
	switch (entry->field->type) {
	case FIELD_CHOICE:
		return check_choice(entry);
	case FIELD_NUMBER:
		return check_number(form, entry);
	case FIELD_CHECK:
		return strcmp(entry->value, "1") == 0 ? NULL : _("Choose it or leave it.");
	case FIELD_EMAIL:
		if (!text_is_email(entry->value))
			return _("Enter an e-mail address like name@example.com.");
		return NULL;
	case FIELD_LINES:
		if (text_has_hidden_lines(entry->value))
			return _("Control characters and invisible marks are not allowed here.");
		return check_length(form, entry);
	case FIELD_LINE:
	case FIELD_CODE:
	case FIELD_SELECT:
	case FIELD_HIDDEN:
	case FIELD_BUTTON:
		if (text_has_hidden(entry->value))
			return _("Control characters and invisible marks are not allowed here.");
		return check_length(form, entry);
	case FIELD_PASSWORD:
		return check_length(form, entry);
	}
	return NULL;
}

/* Each of the values of a field that may stand more than once. */
static void
check_each(struct form *form, struct entry *entry)
{
	const char *all = entry->value, *at = all;

	while (*at != '\0' && entry->message == NULL) {
		size_t length = strcspn(at, "\n");

		entry->value = arena_copy(form->arena, at, length);
		entry->message = check_value(form, entry);
		if (entry->message == NULL && entry->field->check != NULL)
			entry->message = entry->field->check(entry->value);
		at += length + (at[length] == '\n');
	}
	entry->value = all;
}

static void
check_entry(struct form *form, struct entry *entry)
{
	const struct field *field = entry->field;

	if (entry->value[0] == '\0') {
		if (field->required && field->type != FIELD_CHECK)
			entry->message = field->type == FIELD_CHOICE
			    ? _("Choose one of the options.")
			    : _("Enter a value.");
		else if (field->required)
			entry->message = _("This must be chosen.");
		return;
	}
	if (field->many) {
		check_each(form, entry);
		return;
	}
	entry->message = check_value(form, entry);
	if (entry->message == NULL && field->check != NULL)
		entry->message = field->check(entry->value);
}

/* CRLF and CR become LF. */
static const char *
unify_lines(struct arena *arena, const char *text)
{
	char *out = arena_text(arena, text), *to = out;

	for (const char *from = text; *from != '\0'; from++) {
		if (*from == '\r') {
			*to++ = '\n';
			if (from[1] == '\n')
				from++;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return out;
}

static const char *
normal_form(struct arena *arena, const struct field *field, const char *value)
{
	switch (field->type) {
	case FIELD_PASSWORD:
		return value;
	case FIELD_LINES:
		return unify_lines(arena, value);
	case FIELD_EMAIL:
		return text_lower(arena, text_trim(arena, value));
	case FIELD_NUMBER:
		return text_trim(arena, value);
	default:
		return text_one_line(arena, value);
	}
}

/* Fields that belong to the cycle, not to the table. */
static bool
is_of_the_cycle(const char *name)
{
	return strcmp(name, "token") == 0 || strcmp(name, "ws") == 0;
}

/* One value more behind a newline; the room doubles, so that many values cost no more than their
 * sum. */
static void
join(struct arena *arena, struct entry *entry, const char *value)
{
	size_t before = entry->room == 0 ? strlen(entry->value) : entry->length,
	       more = strlen(value) + 1;
	char *joined = (char *)(uintptr_t)entry->value;

	if (before + more + 1 > entry->room) {
		entry->room = (before + more + 1) * 2;
		joined = arena_allocate(arena, entry->room);
		memcpy(joined, entry->value, before);
	}
	joined[before] = '\n';
	memcpy(joined + before + 1, value, more);
	entry->value = joined;
	entry->length = before + more;
}

static bool
take(struct form *form, const struct http_field *sent, const char **reason)
{
	struct entry *entry = find(form, sent->name);
	const char *value;

	if (entry == NULL) {
		*reason = _("The form has a field that does not belong to it.");
		return false;
	}
	if (++entry->times > (entry->field->many ? FORM_MANY : 1)) {
		*reason = _("The form has a field more often than allowed.");
		return false;
	}
	value = normal_form(form->arena, entry->field, sent->value);
	if (entry->times > 1)
		join(form->arena, entry, value);
	else
		entry->value = value;
	return true;
}

bool
form_read(
    struct form *form, struct arena *arena, const struct http_fields *fields, const char **reason)
{
	unsigned tokens = 0, workspaces = 0;

	(void)arena;
	form->fresh = false;
	form->sent = *fields;
	for (size_t i = 0; i < form->count; i++)
		form->entries[i].value = "";
	for (size_t i = 0; i < fields->count; i++) {
		const struct http_field *sent = &fields->items[i];

		if (is_of_the_cycle(sent->name)) {
			if ((sent->name[0] == 't' ? ++tokens : ++workspaces) > 1) {
				*reason = _("The form has a field more often than allowed.");
				return false;
			}
		} else if (!take(form, sent, reason)) {
			return false;
		}
	}
	for (size_t i = 0; i < form->count; i++)
		check_entry(form, &form->entries[i]);
	return true;
}

bool
form_is_fresh(const struct form *form)
{
	return form->fresh;
}

bool
form_valid(const struct form *form)
{
	if (form->message != NULL)
		return false;
	for (size_t i = 0; i < form->count; i++) {
		if (form->entries[i].message != NULL)
			return false;
	}
	return true;
}

const char *
form_value(const struct form *form, const char *name)
{
	return find_known(form, name)->value;
}

int64_t
form_number(const struct form *form, const char *name)
{
	return find_known(form, name)->number;
}

bool
form_checked(const struct form *form, const char *name)
{
	return strcmp(find_known(form, name)->value, "1") == 0;
}

void
form_set(struct form *form, const char *name, const char *value)
{
	find_known(form, name)->value = value;
}

void
form_error(struct form *form, const char *name, const char *message)
{
	if (name == NULL)
		form->message = message;
	else
		find_known(form, name)->message = message;
}

const char *
form_message(const struct form *form, const char *name)
{
	return name == NULL ? form->message : find_known(form, name)->message;
}

void
form_forget_errors(struct form *form)
{
	form->message = NULL;
	for (size_t i = 0; i < form->count; i++)
		form->entries[i].message = NULL;
}

bool
form_is_secret(const struct field *field)
{
	return field->type == FIELD_PASSWORD || field->type == FIELD_CODE;
}

const struct field *
form_field_at(const struct form *form, size_t index)
{
	return index < form->count ? form->entries[index].field : NULL;
}

struct http_fields
form_sent(const struct form *form)
{
	return form->sent;
}
