/* form_view.c: drawing a form by its table of fields. */
#include <assert.h>
#include <string.h>

#include "core/language.h"
#include "core/text.h"
#include "web/form.h"
#include "web/page.h"
#include "web/token.h"

void
form_begin(struct request *r, const char *path, const char *workspace, const char *into)
{
	xhtml_open(r->x, "form", "class", "form", "method", "post", "action",
	    request_path(r, "%s", path), "accept-charset", "utf-8", "data-into", into, NULL);
	xhtml_leaf(r->x, "input", NULL, "type", "hidden", "name", "token", "value",
	    token_make(r, path, workspace), NULL);
	if (workspace != NULL)
		xhtml_leaf(
		    r->x, "input", NULL, "type", "hidden", "name", "ws", "value", workspace, NULL);
}

void
form_end(struct request *r)
{
	xhtml_close(r->x, "form");
}

/* Ids of the help and the message, for aria-describedby; NULL when there is neither. */
static const char *
described_by(struct request *r, const struct field *field, const char *message)
{
	if (message != NULL && field->help != NULL)
		return arena_format(r->arena, "%s-message %s-help", field->name, field->name);
	if (message != NULL)
		return arena_format(r->arena, "%s-message", field->name);
	if (field->help != NULL)
		return arena_format(r->arena, "%s-help", field->name);
	return NULL;
}

void
form_draw_message(struct request *r, const char *name, const char *message)
{
	xhtml_open(r->x, "small", "class", "message", "id",
	    arena_format(r->arena, "%s-message", name), NULL);
	page_icon(r, "circle-alert");
	xhtml_text(r->x, message);
	xhtml_close(r->x, "small");
}

static void
draw_notes(struct request *r, const struct field *field, const char *message)
{
	if (message != NULL)
		form_draw_message(r, field->name, message);
	if (field->help == NULL)
		return;
	xhtml_text(r->x, " ");
	xhtml_leaf(r->x, "small", _(field->help), "class", "help", "id",
	    arena_format(r->arena, "%s-help", field->name), NULL);
}

static void
draw_input(struct request *r, const struct field *field, const char *value, const char *message)
{
	static const char *const types[] = {
		[FIELD_LINE] = "text",
		[FIELD_CODE] = "text",
		[FIELD_EMAIL] = "email",
		[FIELD_PASSWORD] = "password",
		[FIELD_NUMBER] = "text",
	};
	bool counted = field->type != FIELD_NUMBER && field->most != 0;

	xhtml_open(r->x, "input", "type", types[field->type], "id", field->name, "name",
	    field->name, "value",
	    form_is_secret(field) ? NULL : value, "size",
	    field->type == FIELD_NUMBER ? "6" : "40", /* text browsers */
	    "placeholder", field->placeholder != NULL ? _(field->placeholder) : NULL,
	    "autocomplete", field->autocomplete != NULL ? field->autocomplete : "off", "inputmode",
	    field->type == FIELD_NUMBER ? "numeric" : NULL, "required",
	    field->required ? "required" : NULL, "spellcheck",
	    field->type == FIELD_LINE || field->type == FIELD_CODE ? "false" : NULL, "aria-invalid",
	    message != NULL ? "true" : NULL, "aria-describedby", described_by(r, field, message),
	    NULL);
	/* Twice the length, because the browser counts UTF-16 units; the program counts characters.
	 */
	if (counted)
		xhtml_attrf(r->x, "maxlength", "%lld", (long long)field->most * 2);
	xhtml_close(r->x, "input");
}

static void
draw_label(struct request *r, const struct field *field)
{
	xhtml_open(r->x, "label", "for", field->name, NULL);
	xhtml_text(r->x, _(field->label));
	if (!field->required && !field->conditional) {
		xhtml_text(r->x, " ");
		xhtml_leaf(r->x, "span", _("(optional)"), "class", "optional", NULL);
	}
	xhtml_close(r->x, "label");
}

static void
draw_choices(struct request *r, const struct field *field, const char *value, const char *message)
{
	xhtml_open(r->x, "fieldset", "class", message != NULL ? "field bad" : "field", "id",
	    field->name, "aria-describedby", described_by(r, field, message), NULL);
	xhtml_leaf(r->x, "legend", _(field->label), NULL);
	for (size_t i = 0; i < field->choice_count; i++) {
		const struct field_choice *choice = &field->choices[i];

		xhtml_open(r->x, "label", NULL);
		xhtml_leaf(r->x, "input", NULL, "type", "radio", "name", field->name, "value",
		    choice->value, "checked", strcmp(choice->value, value) == 0 ? "checked" : NULL,
		    NULL);
		xhtml_textf(r->x, " %s", _(choice->label));
		xhtml_close(r->x, "label");
	}
	draw_notes(r, field, message);
	xhtml_close(r->x, "fieldset");
}

/* With the value that is there, also when the list does not have it. */
static void
draw_select(struct request *r, const struct field *field, const char *value, const char *message)
{
	struct field_option *options;
	size_t count = field->options(r->arena, &options);
	const char *group = NULL;
	bool chosen = false;

	xhtml_open(r->x, "select", "id", field->name, "name", field->name,
	    "aria-invalid", message != NULL ? "true" : NULL,
	    "aria-describedby", described_by(r, field, message), NULL);
	for (size_t i = 0; i < count; i++)
		chosen = chosen || strcmp(options[i].value, value) == 0;
	if (!chosen)
		xhtml_leaf(r->x, "option", value, "value", value, "selected", "selected", NULL);
	for (size_t i = 0; i < count; i++) {
		if (!text_equal(options[i].group, group)) {
			if (group != NULL)
				xhtml_close(r->x, "optgroup");
			group = options[i].group;
			if (group != NULL)
				xhtml_open(r->x, "optgroup", "label", group, NULL);
		}
		xhtml_leaf(r->x, "option", options[i].label, "value", options[i].value,
		    "selected", strcmp(options[i].value, value) == 0 ? "selected" : NULL, NULL);
	}
	if (group != NULL)
		xhtml_close(r->x, "optgroup");
	xhtml_close(r->x, "select");
}

static void
draw_check(struct request *r, const struct field *field, const char *value, const char *message)
{
	xhtml_open(r->x, "div", "class", message != NULL ? "field check bad" : "field check", NULL);
	xhtml_open(r->x, "label", NULL);
	xhtml_leaf(r->x, "input", NULL, "type", "checkbox", "id", field->name, "name", field->name,
	    "value", "1", "checked", strcmp(value, "1") == 0 ? "checked" : NULL, "aria-describedby",
	    described_by(r, field, message), NULL);
	xhtml_textf(r->x, " %s", _(field->label));
	xhtml_close(r->x, "label");
	draw_notes(r, field, message);
	xhtml_close(r->x, "div");
}

#define SHORT_TEXT 1000 /* a few sentences, not a document */

static void
draw_lines(struct request *r, const struct field *field, const char *value, const char *message)
{
	xhtml_leaf(r->x, "textarea", value, "id", field->name, "name", field->name, "rows",
	    field->most > SHORT_TEXT ? "8" : "3", "placeholder",
	    field->placeholder != NULL ? _(field->placeholder) : NULL, "spellcheck", "false",
	    "required", field->required ? "required" : NULL, "aria-invalid",
	    message != NULL ? "true" : NULL, "aria-describedby",
	    described_by(r, field, message), NULL);
}

void
form_draw_field(struct request *r, const struct form *form, const char *name)
{
	const char *value = form_value(form, name), *message = form_message(form, name);
	const struct field *field = NULL;

	for (size_t i = 0;
	     (field = form_field_at(form, i)) != NULL && strcmp(field->name, name) != 0; i++)
		continue;
	/* form_value() has found the name already. */
	assert(field != NULL);
	switch (field->type) {
	case FIELD_BUTTON:
		return;
	case FIELD_HIDDEN:
		xhtml_leaf(
		    r->x, "input", NULL, "type", "hidden", "name", name, "value", value, NULL);
		return;
	case FIELD_CHOICE:
		draw_choices(r, field, value, message);
		return;
	case FIELD_CHECK:
		draw_check(r, field, value, message);
		return;
	default:
		break;
	}
	xhtml_open(r->x, "div", "class", message != NULL ? "field bad" : "field", NULL);
	draw_label(r, field);
	if (field->type == FIELD_LINES)
		draw_lines(r, field, value, message);
	else if (field->type == FIELD_SELECT)
		draw_select(r, field, value, message);
	else
		draw_input(r, field, value, message);
	draw_notes(r, field, message);
	xhtml_close(r->x, "div");
}

void
form_draw_all(struct request *r, const struct form *form)
{
	const struct field *field;

	for (size_t i = 0; (field = form_field_at(form, i)) != NULL; i++)
		form_draw_field(r, form, field->name);
}

void
form_draw_buttons(struct request *r, const char *submit, const char *cancel_label,
    const char *cancel_path, bool danger)
{
	xhtml_open(r->x, "div", "class", "buttons", NULL);
	xhtml_leaf(
	    r->x, "button", submit, "type", "submit", "class", danger ? "danger" : NULL, NULL);
	if (cancel_path != NULL) {
		xhtml_text(r->x, " ");	/* text browsers */
		xhtml_leaf(r->x, "a", cancel_label, "class", "secondary", "role", "button",
		    "href", request_path(r, "%s", cancel_path), "data-close", "1", NULL);
	}
	xhtml_close(r->x, "div");
}

void
form_draw_problems(struct request *r, const struct form *form)
{
	const struct field *field;

	if (form == NULL || form_valid(form))
		return;
	xhtml_open(r->x, "div", "class", "problem", "role", "alert", "aria-labelledby",
	    "problem-title", "tabindex", "-1", NULL);
	xhtml_open(r->x, "h2", "id", "problem-title", NULL);
	page_icon(r, "circle-alert");
	xhtml_text(r->x, _("There is a problem"));
	xhtml_close(r->x, "h2");
	xhtml_open(r->x, "ul", NULL);
	if (form_message(form, NULL) != NULL)
		xhtml_leaf(r->x, "li", form_message(form, NULL), NULL);
	for (size_t i = 0; (field = form_field_at(form, i)) != NULL; i++) {
		const char *message = form_message(form, field->name);

		if (message == NULL)
			continue;
		if (field->label != NULL)
			message = arena_format(r->arena, "%s: %s", _(field->label), message);
		xhtml_open(r->x, "li", NULL);
		if (field->type == FIELD_HIDDEN || field->type == FIELD_BUTTON)
			xhtml_text(r->x, message);
		else
			xhtml_leaf(r->x, "a", message, "href",
			    arena_format(r->arena, "#%s", field->name), NULL);
		xhtml_close(r->x, "li");
	}
	xhtml_close(r->x, "ul");
	xhtml_close(r->x, "div");
}
