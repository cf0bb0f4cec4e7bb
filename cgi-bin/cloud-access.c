/*
 * cloud-access.c: keys with which pages show what is kept in cloud storage (features 1.D, Q12).
 *
 *	/settings/cloud-access			the site's rows, then one's own
 *	/settings/cloud-access/new		+ ADD ACCESS KEYS
 *	/settings/cloud-access/<id>/edit	changes a row; an empty box keeps what is set
 *	/settings/cloud-access/<id>/remove	Remove
 *	/settings/cloud-access/entries.json	the rows, for a viewer of the same session
 *
 * Key, secret and token never go onto a page: "set" stands for them. The one way out is the JSON of
 * one's own. Showing an object is a section of its own, cloud-object.c.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/language.h"
#include "core/text.h"
#include "data/cloud_access.h"
#include "web/app.h"
#include "web/cloud_access_view.h"
#include "web/form.h"
#include "web/page.h"

#define MAIN "/settings/cloud-access"
#define OBJECT MAIN "/object"
#define HINT 4			/* last characters of a key that tell one from another */
#define HINT_LEAST 16		/* shorter ones are not told from */

#define ROW_FIELDS \
	{ .name = "bucket", .type = FIELD_LINE, .label = N_("Bucket"), .required = true, \
	  .most = CLOUD_ACCESS_BUCKET, .check = cloud_access_bucket_fault, \
	  .help = N_("Its name. For Azure Storage the word azure; then Key is azure too.") }, \
	{ .name = "key", .type = FIELD_PASSWORD, .label = N_("Key"), .most = CLOUD_ACCESS_KEY, \
	  .conditional = true, .autocomplete = "off", .check = cloud_access_value_fault, \
	  .help = N_("The access key.") }, \
	{ .name = "secret", .type = FIELD_PASSWORD, .label = N_("Secret / SAS"), \
	  .most = CLOUD_ACCESS_SECRET, .conditional = true, .autocomplete = "off", \
	  .check = cloud_access_value_fault, \
	  .help = N_("The secret key; for Azure Storage, and elsewhere if required, the shared" \
	  " access signature, with or without its question mark.") }, \
	{ .name = "session_token", .type = FIELD_PASSWORD, .label = N_("Token"), \
	  .most = CLOUD_ACCESS_SECRET, .autocomplete = "off", .check = cloud_access_value_fault, \
	  .help = N_("The session key of temporary S3 credentials.") }, \
	{ .name = "region", .type = FIELD_LINE, .label = N_("AWS Region"), \
	  .most = CLOUD_ACCESS_REGION, .placeholder = N_("us-east-2"), \
	  .check = cloud_access_region_fault, \
	  .help = N_("For AWS S3. When it is empty, us-east-1 is used.") }, \
	{ .name = "endpoint", .type = FIELD_LINE, .label = N_("Host (Endpoint)"), \
	  .most = CLOUD_ACCESS_ENDPOINT, .placeholder = N_("Leave empty for AWS S3"), \
	  .check = cloud_access_endpoint_fault, \
	  .help = N_("For other S3 servers, like minio.example.lan:9000: without a scheme it is" \
	  " https:// when it ends in 443, else http://. For Google Cloud with HMAC keys:" \
	  " https://storage.googleapis.com") }

static const struct field new_fields[] = { ROW_FIELDS };
static const struct form_table new_form = FORM_TABLE(new_fields);

static const struct field edit_fields[] = {
	ROW_FIELDS,
	{ .name = "clear_key", .type = FIELD_CHECK, .label = N_("Clear the key") },
	{ .name = "clear_secret", .type = FIELD_CHECK, .label = N_("Clear the secret") },
	{ .name = "clear_token", .type = FIELD_CHECK, .label = N_("Clear the token") },
};
static const struct form_table edit_form = FORM_TABLE(edit_fields);

/* In the order of enum cloud_access_part. */
static const struct {
	const char *name, *clear, *entry, *label;	/* entry: its name in entries.json */
} parts[CLOUD_ACCESS__PARTS] = {
	{ "key", "clear_key", "key", N_("Key") },
	{ "secret", "clear_secret", "secret", N_("Secret / SAS") },
	{ "session_token", "clear_token", "token", N_("Token") },
};

/* --- the list --------------------------------------------------------------------------------- */

static const char *
state_text(struct request *r, const struct cloud_access *row, enum cloud_access_part part)
{
	size_t length = strlen(row->values[part]);

	if (row->states[part] == CLOUD_ACCESS_NONE)
		return _("not set");
	if (row->states[part] == CLOUD_ACCESS_LOST)
		return _("cannot be decrypted");
	if (part == CLOUD_ACCESS_PART_KEY && row->person != CLOUD_ACCESS_SITE &&
	    length >= HINT_LEAST && text_characters(row->values[part]) == length)
		return arena_format(r->arena, _("set (…%s)"), row->values[part] + length - HINT);
	return _("set");
}

static bool
is_azure(struct request *r, const struct cloud_access *row)
{
	return cloud_access_kind(r->arena, row->bucket, row->endpoint) == CLOUD_ACCESS_AZURE;
}

static void
draw_cell(struct request *r, const char *head, const char *text)
{
	xhtml_leaf(r->x, "td", text, "data-head", head, NULL);
}

static void
draw_actions(struct request *r, const struct cloud_access *row)
{
	const char *id = text_id(r->arena, row->public_id);
	const char *place = cloud_access_place(r->arena, row);

	xhtml_open(r->x, "td", "class", "actions", NULL);
	page_link_about(r, arena_format(r->arena, OBJECT "?entry=%s", id), "eye",
	    _("Show an object"), place, "action", NULL);
	if (row->person != CLOUD_ACCESS_SITE) {
		page_link_about(r, arena_format(r->arena, MAIN "/%s/edit", id), "pencil", _("Edit"),
		    place, "action", "dialog");
		page_link_about(r, arena_format(r->arena, MAIN "/%s/remove", id), "trash-2",
		    _("Remove"), place, "action danger", "dialog");
	}
	xhtml_close(r->x, "td");
}

static void
draw_row(struct request *r, const struct cloud_access *row)
{
	xhtml_open(r->x, "tr", NULL);
	xhtml_open(r->x, "th", "scope", "row", "data-head", _("Bucket"), NULL);
	xhtml_text(r->x, row->bucket);
	if (row->person == CLOUD_ACCESS_SITE) {
		xhtml_text(r->x, " ");
		page_badge(r, "info", _("From this site, read-only"));
	}
	xhtml_close(r->x, "th");
	for (unsigned part = 0; part < CLOUD_ACCESS__PARTS; part++) {
		xhtml_open(r->x, "td", "data-head", _(parts[part].label), NULL);
		if (row->states[part] == CLOUD_ACCESS_LOST)
			page_badge(r, "error", state_text(r, row, part));
		else
			xhtml_leaf(r->x, "span", state_text(r, row, part), "class",
			    row->states[part] == CLOUD_ACCESS_NONE ? "muted" : NULL, NULL);
		xhtml_close(r->x, "td");
	}
	draw_cell(r, _("AWS Region"),
	    row->region[0] != '\0' ? row->region : is_azure(r, row) ? "–" : _("default"));
	xhtml_open(r->x, "td", "data-head", _("Host (Endpoint)"), NULL);
	xhtml_leaf(r->x, "span",
	    row->endpoint[0] != '\0' ? row->endpoint : is_azure(r, row) ? _("Azure Storage") :
	                                                                  _("AWS S3"),
	    NULL);
	if (cloud_access_is_mixed(r, row)) {
		xhtml_text(r->x, " ");
		page_badge(r, "warning", _("http://, may be refused"));
	}
	xhtml_close(r->x, "td");
	draw_actions(r, row);
	xhtml_close(r->x, "tr");
}

static void
draw_table(struct request *r, const struct cloud_access *list, size_t count)
{
	const char *const heads[] = { _("Bucket"), _("Key"), _("Secret / SAS"), _("Token"),
		_("AWS Region"), _("Host (Endpoint)") };

	page_table(r, _("WEB APP CLOUD ACCESS"), heads, sizeof(heads) / sizeof(heads[0]), true);
	for (size_t i = 0; i < count; i++)
		draw_row(r, &list[i]);
	page_table_end(r);
}

static bool
any_lost(const struct cloud_access *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (unsigned part = 0; part < CLOUD_ACCESS__PARTS; part++) {
			if (list[i].person != CLOUD_ACCESS_SITE &&
			    list[i].states[part] == CLOUD_ACCESS_LOST)
				return true;
		}
	}
	return false;
}

static bool
any_mixed(struct request *r, const struct cloud_access *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (cloud_access_is_mixed(r, &list[i]))
			return true;
	}
	return false;
}

static void
show_list(struct request *r)
{
	struct cloud_access *list;
	size_t count = cloud_access_list(r->db, r->arena, r->keys, r->session.person.id, &list);

	page_begin(r, _("WEB APP CLOUD ACCESS"),
	    cloud_access_purpose());
	if (any_lost(list, count))
		page_result(r, "warning",
		    _("Some of your access keys cannot be decrypted, because the key file of this "
		      "site has changed. Enter them anew: Edit keeps the rest of the row."));
	if (any_mixed(r, list, count))
		page_result(r, "warning", cloud_access_mixed_warning());
	xhtml_open(r->x, "section", "class", "panel", NULL);
	if (count > 0)
		draw_table(r, list, count);
	else
		xhtml_leaf(r->x, "p",
		    _("There are no access keys yet. Add a row for each bucket that you want to "
		      "look into."),
		    "class", "empty", NULL);
	xhtml_open(r->x, "p", "class", "buttons", NULL);
	xhtml_open(r->x, "a", "class", "primary", "role", "button", "data-into", "dialog", "id",
	    "add", "href", request_path(r, MAIN "/new"), NULL);
	xhtml_textf(r->x, "+ %s", _("ADD ACCESS KEYS"));
	xhtml_close(r->x, "a");
	if (count > 0) {
		xhtml_text(r->x, " ");
		xhtml_leaf(r->x, "a", _("Show an object"), "class", "secondary", "role", "button",
		    "href", request_path(r, OBJECT), NULL);
	}
	xhtml_close(r->x, "p");
	xhtml_close(r->x, "section");
}

/* --- adding, changing, removing --------------------------------------------------------------- */

/* One of one's own; those of the site are shown and not changed here. */
static void
load_own(struct request *r)
{
	struct cloud_access *row = arena_allocate(r->arena, sizeof(*row));
	uint8_t id[16];

	if (!text_parse_id(r->ids[0], id) ||
	    !cloud_access_find(r->db, r->arena, r->keys, r->session.person.id, id, row))
		request_not_found(r);
	else if (row->person == CLOUD_ACCESS_SITE)
		request_refuse(r, 403,
		    _("These access keys are given by this site to everybody. Only its operator "
		      "can change them."));
	r->object = row;
}

/* The row of the form; row NULL: a new one. False after a message. */
static bool
read_input(struct request *r, const struct cloud_access *row, struct cloud_access_input *input)
{
	*input = (struct cloud_access_input){ .bucket = form_value(r->form, "bucket"),
		.endpoint = form_value(r->form, "endpoint"),
		.region = form_value(r->form, "region") };
	for (unsigned part = 0; part < CLOUD_ACCESS__PARTS; part++) {
		const char *value = text_trim(r->arena, form_value(r->form, parts[part].name));
		bool clear = row != NULL && form_checked(r->form, parts[part].clear);

		if (clear && value[0] != '\0')
			form_error(r->form, parts[part].clear,
			    _("Enter a new one or clear it, not both."));
		input->values[part] = row != NULL && !clear && value[0] == '\0' ? NULL : value;
	}
	if (cloud_access_kind(r->arena, input->bucket, input->endpoint) == CLOUD_ACCESS_AZURE &&
	    input->values[CLOUD_ACCESS_PART_SECRET] != NULL &&
	    input->values[CLOUD_ACCESS_PART_SECRET][0] != '\0')
		form_error(r->form, "secret",
		    cloud_access_sas_fault(input->values[CLOUD_ACCESS_PART_SECRET]));
	return form_valid(r->form);
}

static void
save(struct request *r, const struct cloud_access *row)
{
	struct cloud_access_input input;
	const char *message = NULL, *place;

	if (!read_input(r, row, &input))
		return;
	place = cloud_access_place(
	    r->arena, &(struct cloud_access){ .bucket = input.bucket, .endpoint = input.endpoint });
	switch (cloud_access_save(
	    r->db, r->arena, &r->actor, r->keys, r->session.person.id, row, &input)) {
	case CLOUD_ACCESS_ADDED:
		message = arena_format(r->arena, _("The access keys for %s are added."), place);
		break;
	case CLOUD_ACCESS_CHANGED:
		message = arena_format(r->arena, _("The access keys for %s are changed."), place);
		break;
	case CLOUD_ACCESS_REPLACED:
		message = arena_format(r->arena,
		    _("The access keys for %s are replaced: there was a row for this bucket and"
		      " endpoint already."),
		    place);
		break;
	case CLOUD_ACCESS_AT_MAXIMUM:
		form_error(r->form, NULL,
		    arena_format(r->arena, _("You have the maximum of %d rows. Remove one first."),
		        CLOUD_ACCESS_MAXIMUM));
		return;
	case CLOUD_ACCESS_NOT_THERE:
		request_not_found(r);
		return;
	}
	if (cloud_access_is_mixed(r, &(struct cloud_access){ .endpoint = input.endpoint }))
		message = arena_format(r->arena, "%s %s", message, cloud_access_mixed_warning());
	request_see(r, message, MAIN);
}

static void
draw_replace_note(struct request *r)
{
	xhtml_leaf(r->x, "p",
	    _("A bucket at an endpoint has one row: saving the same pair again replaces it."),
	    "class", "help", NULL);
}

static void
show_new(struct request *r)
{
	page_begin(r, _("ADD ACCESS KEYS"), NULL);
	form_begin(r, MAIN "/new", NULL, "dialog");
	form_draw_all(r, r->form);
	draw_replace_note(r);
	form_draw_buttons(r, _("SAVE"), _("CANCEL"), MAIN, false);
	form_end(r);
}

static void
act_new(struct request *r)
{
	save(r, NULL);
}

/* A value that is set: says so, and can be cleared. */
static void
draw_part(struct request *r, const struct cloud_access *row, enum cloud_access_part part)
{
	const char *state = state_text(r, row, part);

	form_draw_field(r, r->form, parts[part].name);
	if (row->states[part] == CLOUD_ACCESS_NONE)
		return;
	xhtml_open(r->x, "p", "class", "help state", NULL);
	if (row->states[part] == CLOUD_ACCESS_LOST)
		xhtml_textf(r->x, _("It %s. Enter it anew, or clear it."), state);
	else
		xhtml_textf(r->x, _("It is %s. Leave the box empty to keep it."), state);
	xhtml_close(r->x, "p");
	form_draw_field(r, r->form, parts[part].clear);
}

static void
show_edit(struct request *r)
{
	const struct cloud_access *row = r->object;

	if (form_is_fresh(r->form)) {
		form_set(r->form, "bucket", row->bucket);
		form_set(r->form, "region", row->region);
		form_set(r->form, "endpoint", row->endpoint);
	}
	page_begin(r, _("EDIT ACCESS KEYS"), NULL);
	if (cloud_access_is_mixed(r, row))
		page_result(r, "warning", cloud_access_mixed_warning());
	form_begin(r, arena_format(r->arena, MAIN "/%s/edit", r->ids[0]), NULL, "dialog");
	form_draw_field(r, r->form, "bucket");
	for (unsigned part = 0; part < CLOUD_ACCESS__PARTS; part++)
		draw_part(r, row, part);
	form_draw_field(r, r->form, "region");
	form_draw_field(r, r->form, "endpoint");
	draw_replace_note(r);
	form_draw_buttons(r, _("SAVE"), _("CANCEL"), MAIN, false);
	form_end(r);
}

static void
act_edit(struct request *r)
{
	save(r, r->object);
}

static void
show_remove(struct request *r)
{
	const struct cloud_access *row = r->object;
	const char *const consequences[] = {
		_("These pages can then no longer show you objects of this bucket."),
		_("Nothing changes in the storage itself, and the keys stay valid there."),
		_("They cannot be recovered here; you can enter them again."),
		NULL,
	};

	page_begin(r, _("Are you sure?"),
	    arena_format(r->arena, _("You are about to remove the access keys for %s."),
	        cloud_access_place(r->arena, row)));
	page_consequences(r, consequences);
	form_begin(r, arena_format(r->arena, MAIN "/%s/remove", r->ids[0]), NULL, "dialog");
	form_draw_buttons(r, _("Remove"), _("CANCEL"), MAIN, true);
	form_end(r);
}

static void
act_remove(struct request *r)
{
	const struct cloud_access *row = r->object;

	if (!cloud_access_remove(r->db, r->arena, &r->actor, row)) {
		request_not_found(r);
		return;
	}
	request_see(r,
	    arena_format(r->arena, _("The access keys for %s are removed."),
	        cloud_access_place(r->arena, row)),
	    MAIN);
}

/* --- for a viewer application ----------------------------------------------------------------- */

static json_t *
describe_row(const struct cloud_access *row)
{
	json_t *described = json_pack("{s:s, s:s, s:s, s:b}", "bucket", row->bucket, "region",
	    row->region, "endpoint", row->endpoint, "read_only", row->person == CLOUD_ACCESS_SITE);

	/* The site's are used on the server only. What is lost is null. */
	for (unsigned part = 0; row->person != CLOUD_ACCESS_SITE && part < CLOUD_ACCESS__PARTS;
	     part++)
		json_object_set_new(described, parts[part].entry,
		    row->states[part] == CLOUD_ACCESS_LOST ? json_null()
		                                           : json_string(row->values[part]));
	return described;
}

static void
show_entries(struct request *r)
{
	const char *site = r->http.fetch_site;
	json_t *entries = json_array(), *answer;
	struct cloud_access *list;
	size_t count;
	char *text;

	/* Browsers say who asks: pages of ours, or a person who typed the address. */
	if (site != NULL && !text_equal(site, "same-origin") && !text_equal(site, "none")) {
		json_decref(entries);
		request_refuse(r, 403, _("These are only for pages of this site."));
		return;
	}
	count = cloud_access_list(r->db, r->arena, r->keys, r->session.person.id, &list);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(entries, describe_row(&list[i]));
	answer = json_pack("{s:o}", "entries", entries);
	text = json_dumps(answer, JSON_INDENT(1));
	request_download(r, "application/json", "entries.json", arena_text(r->arena, text));
	crypto_wipe(text, strlen(text));
	free(text);
	json_decref(answer);
}

#define SECTION_ROUTE .access = ACCESS_SIGNED_IN, .needs = NEEDS(SWITCH_CLOUD_ACCESS)

static const struct route routes[] = {
	{ .path = MAIN, SECTION_ROUTE, .show = show_list },
	{ .path = MAIN "/new",
	    SECTION_ROUTE,
	    .form = &new_form,
	    .show = show_new,
	    .act = act_new,
	    .recent = true },
	{ .path = MAIN "/:id/edit",
	    SECTION_ROUTE,
	    .form = &edit_form,
	    .load = load_own,
	    .show = show_edit,
	    .act = act_edit,
	    .recent = true },
	{ .path = MAIN "/:id/remove",
	    SECTION_ROUTE,
	    .load = load_own,
	    .show = show_remove,
	    .act = act_remove },
	{ .path = MAIN "/entries.json", SECTION_ROUTE, .show = show_entries },
};

static const struct section section = {
	.name = "cloud-access",
	.menu = "configuration",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
