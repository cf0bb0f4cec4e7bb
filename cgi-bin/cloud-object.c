/*
 * cloud-object.c: showing one object of cloud storage with the access keys of cloud-access.c.
 *
 *	/settings/cloud-access/object		which keys, which object
 *	/settings/cloud-access/object/<id>	the link, for 10 minutes, and the picture
 *
 * The link is made on the server, so that the secret stays there. What was asked for is kept
 * sealed for the session, and the page makes the same link each time it is loaded.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/cloud_access.h"
#include "data/cloud_link.h"
#include "data/preference.h"
#include "data/reveal.h"
#include "web/app.h"
#include "web/cloud_access_view.h"
#include "web/form.h"
#include "web/page.h"

#define MAIN "/settings/cloud-access"
#define OBJECT MAIN "/object"
#define REVEAL_KIND "cloud-object"
#define TYPED 2048	/* bytes: a whole address is longer than the path in it */

static const char *
object_fault(const char *text)
{
	return strlen(text) > TYPED ? _("This is too long for the path of an object.") : NULL;
}

static const char *
entry_fault(const char *text)
{
	return text_is_id(text) ? NULL : _("Choose one of your access keys.");
}

static const struct field object_fields[] = {
	{ .name = "entry",
	    .type = FIELD_HIDDEN,
	    .label = N_("Access keys"),
	    .most = 32,
	    .check = entry_fault },
	{ .name = "object",
	    .type = FIELD_LINE,
	    .label = N_("Object"),
	    .required = true,
	    .most = TYPED,
	    .check = object_fault,
	    .help = N_("Its path in the bucket, or its whole address: s3://…, gs://…, azure://… or "
	               "https://…") },
};
static const struct form_table object_form = FORM_TABLE(object_fields);

/* --- asking ----------------------------------------------------------------------------------- */

static void
draw_option(struct request *r, const char *value, const char *text)
{
	xhtml_leaf(r->x, "option", text, "value", value,
	    "selected", text_equal(value, form_value(r->form, "entry")) ? "selected" : NULL, NULL);
}

/* The choice is among rows of the database, so the table of fields cannot draw it. */
static void
draw_entries(struct request *r, const struct cloud_access *list, size_t count)
{
	const char *message = form_message(r->form, "entry");

	xhtml_open(r->x, "div", "class", message != NULL ? "field bad" : "field", NULL);
	xhtml_leaf(r->x, "label", _("Access keys"), "for", "entry", NULL);
	xhtml_open(r->x, "select", "id", "entry", "name", "entry", "aria-describedby",
	    message != NULL ? "entry-message entry-help" : "entry-help", "aria-invalid",
	    message != NULL ? "true" : NULL, NULL);
	draw_option(r, "", _("Those that fit the address"));
	for (size_t i = 0; i < count; i++)
		draw_option(r, text_id(r->arena, list[i].public_id),
		    cloud_access_place(r->arena, &list[i]));
	xhtml_close(r->x, "select");
	if (message != NULL)
		form_draw_message(r, "entry", message);
	xhtml_leaf(r->x, "small",
	    _("A path alone needs the keys of its bucket; a whole address finds them."), "class",
	    "help", "id", "entry-help", NULL);
	xhtml_close(r->x, "div");
}

static void
show_object(struct request *r)
{
	struct cloud_access *list;
	size_t count = cloud_access_list(r->db, r->arena, r->keys, r->session.person.id, &list);

	if (form_is_fresh(r->form) && text_is_id(request_query(r, "entry")))
		form_set(r->form, "entry", request_query(r, "entry"));
	page_begin(r, _("Show an object"),
	    _("You get a link that opens the object for 10 minutes. The secret stays on this"
	      " server."));
	if (count == 0) {
		xhtml_leaf(r->x, "p", _("There are no access keys yet."), "class", "empty", NULL);
		xhtml_open(r->x, "p", NULL);
		page_link(r, MAIN, NULL, _("WEB APP CLOUD ACCESS"), "action", NULL);
		xhtml_close(r->x, "p");
		return;
	}
	form_begin(r, OBJECT, NULL, NULL);
	draw_entries(r, list, count);
	form_draw_field(r, r->form, "object");
	form_draw_buttons(r, _("Show"), _("CANCEL"), MAIN, false);
	form_end(r);
}

/* The chosen row, or the first that fits; NULL after a message. */
static const struct cloud_access *
find_entry(struct request *r, const struct cloud_access *list, size_t count)
{
	const char *entry = form_value(r->form, "entry"), *object = form_value(r->form, "object");
	struct cloud_link link;

	for (size_t i = 0; i < count; i++) {
		if (entry[0] != '\0' ? text_equal(text_id(r->arena, list[i].public_id), entry)
		                     : strstr(object, "://") != NULL &&
		            cloud_link_make(r->arena, &list[i], object, r->now, &link) == NULL)
			return &list[i];
	}
	if (entry[0] != '\0')
		form_error(r->form, "entry",
		    _("These access keys are not there any more. Choose others."));
	else if (count == 1)
		return &list[0];
	else
		form_error(r->form, "entry", strstr(object, "://") == NULL ?
		    _("Choose the access keys of the bucket that this path is in.") :
		    _("None of your access keys fit this address."));
	return NULL;
}

static void
act_object(struct request *r)
{
	const char *object = form_value(r->form, "object"), *fault, *id;
	struct cloud_access *list;
	size_t count = cloud_access_list(r->db, r->arena, r->keys, r->session.person.id, &list);
	const struct cloud_access *row = find_entry(r, list, count);
	struct cloud_link link;

	if (row == NULL)
		return;
	fault = cloud_link_make(r->arena, row, object, r->now, &link);
	if (fault != NULL) {
		form_error(r->form, "object", fault);
		return;
	}
	id = reveal_create(r->db, r->arena, r->keys, r->session.hash, REVEAL_KIND, row->id,
	    arena_format(
	        r->arena, "%" PRId64 " %s %s", r->now, text_id(r->arena, row->public_id), object),
	    r->now);
	request_see(r, NULL, OBJECT "/%s", id);
}

/* --- showing ---------------------------------------------------------------------------------- */

struct shown {
	struct cloud_access row;
	struct cloud_link link;
	int64_t until;
};

/* The payload is what act_object() wrote: moment, row, object. */
static bool
read_payload(struct request *r, const char *payload, struct shown *shown, const char **object)
{
	uint8_t id[16];
	char *end;

	shown->until = strtoll(payload, &end, 10);
	if (*end != ' ' || !text_parse_id(arena_copy(r->arena, end + 1, strnlen(end + 1, 32)), id))
		return false;
	*object = end + 1 + 32 + 1;
	return cloud_access_find(r->db, r->arena, r->keys, r->session.person.id, id, &shown->row);
}

static void
load_shown(struct request *r)
{
	struct shown *shown = arena_allocate(r->arena, sizeof(*shown));
	const char *object;
	int64_t row, until;
	const char *payload = reveal_open(r->db, r->arena, r->keys, r->session.hash, REVEAL_KIND,
	    r->ids[0], r->now, &row, &until);

	if (payload == NULL || !read_payload(r, payload, shown, &object)) {
		request_refuse(r, 404,
		    _("This link is over: it was good for 10 minutes. Ask for the object again "
		      "under Configuration, Show an object."));
		return;
	}
	if (cloud_link_make(r->arena, &shown->row, object, shown->until, &shown->link) != NULL) {
		request_refuse(
		    r, 404, _("The access keys have changed meanwhile. Ask for the object again."));
		return;
	}
	shown->until += CLOUD_LINK_LIFE;
	r->object = shown;
}

static bool
may_show_pictures(const struct request *r, const char *origin)
{
	for (size_t i = 0; r->config->image_endpoints[i] != NULL; i++) {
		if (text_equal(r->config->image_endpoints[i], origin))
			return true;
	}
	return false;
}

static void
draw_note(struct request *r, const char *sentence)
{
	xhtml_leaf(r->x, "p", sentence, "class", "empty", NULL);
}

static void
draw_picture(struct request *r, const struct cloud_link *link)
{
	if (!link->is_picture) {
		draw_note(
		    r, _("Only pictures are shown on this page. The link opens everything else."));
	} else if (preference_blocks_scripts(r->config, &r->session)) {
		draw_note(r,
		    _("The picture is not displayed here, because running user's scripts in the "
		      "browser is blocked under Configuration. The link opens it by itself."));
	} else if (!may_show_pictures(r, link->origin)) {
		draw_note(r,
		    arena_format(r->arena,
		        _("The operator of this site has not listed %s as a place from which"
		          " pictures are shown on this page. The link opens it by itself."),
		        link->origin));
	} else {
		r->extra_img_src = link->origin;
		xhtml_open(r->x, "figure", "class", "picture", NULL);
		xhtml_leaf(r->x, "img", NULL, "src", link->address, "alt",
		    arena_format(r->arena, _("The picture %s"), link->object), NULL);
		xhtml_close(r->x, "figure");
	}
}

static void
show_shown(struct request *r)
{
	const struct shown *shown = r->object;
	const struct cloud_link *link = &shown->link;

	page_begin(r, _("Show an object"), NULL);
	if (cloud_access_is_mixed(r, &shown->row))
		page_result(r, "warning", cloud_access_mixed_warning());
	if (!link->is_signed)
		page_result(r, "warning",
		    _("The access keys have no key or no secret, so the link is not signed: it "
		      "only opens public objects."));
	xhtml_open(r->x, "section", "class", "panel", NULL);
	xhtml_open(r->x, "dl", "class", "facts", NULL);
	page_fact(r, _("Bucket"), cloud_access_place(r->arena, &shown->row));
	page_fact(r, _("Object"), link->object);
	page_fact(r, _("Link valid until"), clock_show(r->arena, shown->until));
	xhtml_close(r->x, "dl");
	xhtml_open(r->x, "p", "class", "buttons", NULL);
	xhtml_open(r->x, "a", "class", "primary", "role", "button", "id", "link", "rel",
	    "noreferrer", "href", link->address, NULL);
	page_icon(r, "external-link");
	xhtml_textf(r->x, " %s", _("Open the object"));
	xhtml_close(r->x, "a");
	xhtml_text(r->x, " ");
	xhtml_leaf(r->x, "a", _("Another object"), "class", "secondary", "role", "button", "href",
	    request_path(r, OBJECT "?entry=%s", text_id(r->arena, shown->row.public_id)), NULL);
	xhtml_close(r->x, "p");
	draw_picture(r, link);
	xhtml_close(r->x, "section");
}

/* Pictures of another origin are allowed by a header, so both are whole pages. */
#define SECTION_ROUTE \
	.access = ACCESS_SIGNED_IN, .needs = NEEDS(SWITCH_CLOUD_ACCESS), .whole = true

static const struct route routes[] = {
	{ .path = OBJECT,
	    SECTION_ROUTE,
	    .form = &object_form,
	    .show = show_object,
	    .act = act_object },
	{ .path = OBJECT "/:id", SECTION_ROUTE, .load = load_shown, .show = show_shown },
};

static const struct section section = {
	.name = "cloud-object",
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
