/*
 * credentials.c: making, showing once, labelling, replacing and revoking API credentials
 * (features 1.F). How a new pair looks is lib/web/client_configuration_view.c.
 *
 *	/settings/credentials				the panel on the Workspace page
 *	/settings/credentials/new			a new pair
 *	/settings/credentials/created/<id>		the pair, once, with ready-made texts; its
 *							POST is UPDATE LABEL
 *	/settings/credentials/created/<id>/clearml.conf, /notebook.txt, /clearml.env
 *							the same as files to save
 *	/settings/credentials/created/<id>/done		ends the page
 *	/settings/credentials/<id>/label		EDIT LABEL
 *	/settings/credentials/<id>/rotate		a new pair now, the old one for some hours
 *							more
 *	/settings/credentials/<id>/revoke		final
 */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/client_configuration.h"
#include "data/credential.h"
#include "data/reveal.h"
#include "web/app.h"
#include "web/client_configuration_view.h"
#include "web/form.h"
#include "web/page.h"

#define REVEAL_KIND "credential"
#define OVERLAP "24"	/* hours, when nothing else is chosen */

static const struct field_choice lives[] = {
	{ "never", N_("Never") },
	{ "7", N_("7 days") },
	{ "30", N_("30 days") },
	{ "90", N_("90 days") },
	{ "days", N_("Another number of days") },
};

static const struct field new_fields[] = {
	{ .name = "label",
	    .type = FIELD_LINE,
	    .label = N_("Label"),
	    .most = CREDENTIAL_LABEL,
	    .check = credential_label_fault,
	    .help = N_("What these credentials are for, for example a machine or a pipeline.") },
	{ .name = "expiration",
	    .type = FIELD_CHOICE,
	    .label = N_("Expiration"),
	    .choices = lives,
	    .choice_count = 5,
	    .initial = "never",
	    .required = true },
	{ .name = "days",
	    .type = FIELD_NUMBER,
	    .label = N_("Days"),
	    .least = 1,
	    .most = CREDENTIAL_DAYS,
	    .conditional = true,
	    .help = N_("Only for another number of days: 1 to 3650.") },
};
static const struct form_table new_form = FORM_TABLE(new_fields);

static const struct field label_fields[] = {
	{ .name = "label",
	    .type = FIELD_LINE,
	    .label = N_("Label"),
	    .most = CREDENTIAL_LABEL,
	    .check = credential_label_fault,
	    .help = N_("Leave it empty to remove the label.") },
};
static const struct form_table label_form = FORM_TABLE(label_fields);

static const struct field created_fields[] = {
	{ .name = "label",
	    .type = FIELD_LINE,
	    .label = N_("Credentials label"),
	    .most = CREDENTIAL_LABEL,
	    .check = credential_label_fault },
};
static const struct form_table created_form = FORM_TABLE(created_fields);

static const struct field rotate_fields[] = {
	{ .name = "hours",
	    .type = FIELD_NUMBER,
	    .label = N_("Hours that the old pair stays valid"),
	    .required = true,
	    .least = 0,
	    .most = CREDENTIAL_OVERLAP,
	    .initial = OVERLAP,
	    .help = N_("0 to 168. With 0 the old pair stops at once.") },
};
static const struct form_table rotate_form = FORM_TABLE(rotate_fields);

static const char *
workspace_page(const struct request *r)
{
	return arena_format(r->arena, "/settings/workspace?ws=%s", request_workspace_id(r));
}

/* How a credential is called in sentences: its label, else its key. */
static const char *
name_of(const struct request *r, const struct credential *credential)
{
	if (credential->label[0] != '\0')
		return arena_format(r->arena, "%s (%s)", credential->label, credential->access_key);
	return credential->access_key;
}

static void
show_list(struct request *r)
{
	request_redirect(r, "%s", workspace_page(r));
}

static void
load_credential(struct request *r)
{
	struct credential *credential = arena_allocate(r->arena, sizeof(*credential));
	uint8_t id[16];

	if (!text_parse_id(r->ids[0], id) ||
	    !credential_find(
	        r->db, r->arena, &r->workspace, r->session.person.id, id, credential)) {
		request_not_found(r);
		return;
	}
	r->object = credential;
}

/* The pair as it is kept for the one-time page: key, blank, secret. Leads to the page. */
static void
reveal(struct request *r, const struct credential_pair *pair, const char *message)
{
	const char *payload = arena_format(r->arena, "%s %s", pair->access_key, pair->secret_key);
	const char *id = reveal_create(
	    r->db, r->arena, r->keys, r->session.hash, REVEAL_KIND, pair->id, payload, r->now);

	request_see(
	    r, message, "/settings/credentials/created/%s?ws=%s", id, request_workspace_id(r));
}

static bool
at_maximum(struct request *r)
{
	return r->config->credential_maximum != 0 &&
	    credential_counted(r->db, r->workspace.id, r->session.person.id, r->now) >=
	    (int64_t)r->config->credential_maximum;
}

static const char *
maximum_reached(const struct request *r)
{
	return arena_format(r->arena,
	    ngettext("You have the maximum of %u credential in this workspace. Revoke one first.",
	        "You have the maximum of %u credentials in this workspace. Revoke one first.",
	        r->config->credential_maximum),
	    r->config->credential_maximum);
}

static void
show_new(struct request *r)
{
	if (form_is_fresh(r->form) && at_maximum(r))
		form_error(r->form, NULL, maximum_reached(r));
	page_begin(r, _("CREATE CREDENTIALS"),
	    arena_format(r->arena,
	        _("An access key and a secret key for %s. The secret is"
	          " shown once, on the next page: have the place ready where you want to keep it."),
	        r->workspace.name));
	form_begin(r, "/settings/credentials/new", request_workspace_id(r), "dialog");
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("Create new credentials"), _("Cancel"), workspace_page(r), false);
	form_end(r);
}

/* When the pair expires; 0: never. */
static int64_t
chosen_expiry(struct request *r)
{
	const char *choice = form_value(r->form, "expiration");
	int64_t days = 0;

	if (strcmp(choice, "days") == 0)
		days = form_number(r->form, "days");
	else if (strcmp(choice, "never") != 0)
		text_integer(choice, 1, CREDENTIAL_DAYS, &days);
	return days > 0 ? r->now + days * CLOCK_DAY : 0;
}

static void
act_new(struct request *r)
{
	struct credential_pair pair;

	if (strcmp(form_value(r->form, "expiration"), "days") == 0 &&
	    form_value(r->form, "days")[0] == '\0') {
		form_error(r->form, "days", _("Enter the number of days, 1 to 3650."));
		return;
	}
	switch (credential_create(r->db, &r->actor, r->config, r->keys, r->workspace.id,
	    r->session.person.id, form_value(r->form, "label"), chosen_expiry(r), &pair)) {
	case CREDENTIAL_DONE:
		reveal(r, &pair,
		    _("The credentials are created. Copy them now: the secret key is shown only on "
		      "this page."));
		break;
	case CREDENTIAL_AT_MAXIMUM:
		form_error(r->form, NULL, maximum_reached(r));
		break;
	default:
		request_not_a_member(r);
	}
	crypto_wipe(&pair, sizeof(pair));
}

/* What the one-time page works with. */
struct created {
	int64_t credential;
	int64_t until;
	struct credential row;
	struct client_configuration client;
};

static bool
find_row(struct request *r, struct created *created)
{
	struct credential *list;
	size_t count = credential_list_own(
	    r->db, r->arena, r->workspace.id, r->session.person.id, &list);

	for (size_t i = 0; i < count; i++) {
		if (list[i].id == created->credential) {
			created->row = list[i];
			return true;
		}
	}
	return false;
}

static void
load_created(struct request *r)
{
	struct created *created = arena_allocate(r->arena, sizeof(*created));
	const char *payload = reveal_open(r->db, r->arena, r->keys, r->session.hash, REVEAL_KIND,
	    r->ids[0], r->now, &created->credential, &created->until);
	const char *blank = payload != NULL ? strchr(payload, ' ') : NULL;

	if (blank == NULL || !find_row(r, created)) {
		request_refuse(r, 404,
		    _("This page showed credentials once and is over. A secret key cannot be shown "
		      "again: if you have not kept it, revoke the credentials and create new "
		      "ones."));
		return;
	}
	created->client = (struct client_configuration){
		.config = r->config,
		.workspace = r->config->switches[SWITCH_WORKSPACES] ? r->workspace.name : NULL,
		.label = created->row.label,
		.access_key = arena_copy(r->arena, payload, (size_t)(blank - payload)),
		.secret_key = blank + 1,
	};
	r->object = created;
}

static void
show_created(struct request *r)
{
	const struct created *created = r->object;
	const char *path = arena_format(r->arena, "/settings/credentials/created/%s", r->ids[0]);

	if (form_is_fresh(r->form))
		form_set(r->form, "label", created->row.label);
	page_begin(r, _("CREATE CREDENTIALS"), NULL);
	xhtml_open(r->x, "div", "class", "reveal", NULL);
	xhtml_open(r->x, "p", "class", "lead", NULL);
	xhtml_textf(r->x,
	    _("The secret key cannot be shown again after you leave this page, at the latest at "
	      "%s."),
	    clock_show(r->arena, created->until));
	xhtml_close(r->x, "p");
	client_configuration_draw(r, &created->client, created->row.expires);
	xhtml_close(r->x, "div");
	form_begin(r, path, request_workspace_id(r), NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("UPDATE LABEL"), NULL, NULL, false);
	form_end(r);
	form_begin(r, arena_format(r->arena, "%s/done", path), request_workspace_id(r), NULL);
	form_draw_buttons(r, _("Done"), NULL, NULL, false);
	form_end(r);
}

static void
act_created(struct request *r)
{
	const struct created *created = r->object;

	if (credential_relabel(r->db, &r->actor, &created->row, form_value(r->form, "label")) !=
	    CREDENTIAL_DONE) {
		request_not_found(r);
		return;
	}
	request_see(r, _("The label is updated."), "/settings/credentials/created/%s?ws=%s",
	    r->ids[0], request_workspace_id(r));
}

static void
show_section(struct request *r)
{
	const struct created *created = r->object;

	request_download(r, "text/plain; charset=utf-8", "clearml.conf",
	    client_configuration_section(r->arena, &created->client));
}

static void
show_notebook(struct request *r)
{
	const struct created *created = r->object;

	request_download(r, "text/plain; charset=utf-8", "notebook.txt",
	    client_configuration_notebook(r->arena, &created->client));
}

static void
show_environment(struct request *r)
{
	const struct created *created = r->object;

	request_download(r, "text/plain; charset=utf-8", "clearml.env",
	    client_configuration_environment(r->arena, &created->client, CLIENT_DOTENV));
}

static void
show_done(struct request *r)
{
	request_redirect(
	    r, "/settings/credentials/created/%s?ws=%s", r->ids[0], request_workspace_id(r));
}

static void
act_done(struct request *r)
{
	reveal_end(r->db, r->session.hash, r->ids[0]);
	request_see(r, _("Done. The secret key is not shown any more."), "%s", workspace_page(r));
}

static void
show_label(struct request *r)
{
	const struct credential *credential = r->object;

	if (form_is_fresh(r->form))
		form_set(r->form, "label", credential->label);
	page_begin(r, _("EDIT LABEL"), NULL);
	xhtml_open(r->x, "p", NULL);
	xhtml_leaf(r->x, "code", credential->access_key, NULL);
	xhtml_close(r->x, "p");
	form_begin(r, arena_format(r->arena, "/settings/credentials/%s/label", r->ids[0]),
	    request_workspace_id(r), "dialog");
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("SAVE"), _("CANCEL"), workspace_page(r), false);
	form_end(r);
}

static void
act_label(struct request *r)
{
	const struct credential *credential = r->object;
	const char *label = form_value(r->form, "label");

	if (credential_relabel(r->db, &r->actor, credential, label) != CREDENTIAL_DONE) {
		request_not_found(r);
		return;
	}
	request_see(r,
	    label[0] != '\0'
	        ? arena_format(
	              r->arena, _("The label of %s is now “%s”."), credential->access_key, label)
	        : arena_format(r->arena, _("The label of %s is removed."), credential->access_key),
	    "%s", workspace_page(r));
}

/* LAST USED and WORKER/IP, so that nobody cuts off a machine unawares. */
static void
draw_use(struct request *r, const struct credential *credential)
{
	xhtml_open(r->x, "dl", "class", "facts", NULL);
	page_fact(r, _("LABEL"), credential->label[0] != '\0' ? credential->label : _("No label"));
	page_fact(r, _("KEY"), credential->access_key);
	if (credential->person != r->session.person.id)
		page_fact(r, _("CREATED BY"), credential->person_name);
	page_fact(r, _("LAST USED"),
	    credential->last_used == 0 ? _("Never") : clock_show(r->arena, credential->last_used));
	page_fact(r, _("WORKER/IP"),
	    credential->last_used_from[0] != '\0' ? credential->last_used_from
	                                          : _("Not available"));
	xhtml_close(r->x, "dl");
}

static void
show_rotate(struct request *r)
{
	const struct credential *credential = r->object;

	if (credential->person != r->session.person.id) {
		request_refuse(
		    r, 403, _("Only the person who created these credentials can replace them."));
		return;
	}
	page_begin(r, _("ROTATE CREDENTIALS"),
	    _("You get a new pair now. The old pair goes on working for a while, so that"
	      " running jobs can be moved over one by one; then it stops by itself."));
	draw_use(r, credential);
	form_begin(r, arena_format(r->arena, "/settings/credentials/%s/rotate", r->ids[0]),
	    request_workspace_id(r), "dialog");
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("Rotate"), _("CANCEL"), workspace_page(r), false);
	form_end(r);
}

static void
act_rotate(struct request *r)
{
	const struct credential *credential = r->object;
	struct credential_pair pair;
	int64_t hours = form_number(r->form, "hours");

	switch (credential_rotate(
	    r->db, &r->actor, r->config, r->keys, credential, r->session.person.id, hours, &pair)) {
	case CREDENTIAL_DONE:
		reveal(r, &pair,
		    hours == 0
		        ? _("The new pair is created. The old pair has stopped.")
		        : arena_format(r->arena,
		              ngettext(
		                  "The new pair is created. The old pair works for %lld hour more.",
		                  "The new pair is created. The old pair works for %lld hours "
		                  "more.",
		                  (unsigned long)hours),
		              (long long)hours));
		break;
	case CREDENTIAL_NOT_ALLOWED:
		request_refuse(
		    r, 403, _("Only the person who created these credentials can replace them."));
		break;
	case CREDENTIAL_OVER:
		form_error(r->form, NULL,
		    _("These credentials have expired or were replaced already. Create new ones."));
		break;
	default:
		request_not_a_member(r);
	}
	crypto_wipe(&pair, sizeof(pair));
}

static void
show_revoke(struct request *r)
{
	const struct credential *credential = r->object;
	const char *const consequences[] = {
		_("Every SDK, Agent and notebook that uses this pair is refused from its next call "
		  "on."),
		_("Tokens that were made with it stop at once."),
		_("What was logged with it stays."),
		_("Revoked credentials cannot be recovered; you can create new ones."),
		NULL,
	};

	page_begin(r, _("Are you sure?"),
	    arena_format(
	        r->arena, _("You are about to revoke %s. This is final."), name_of(r, credential)));
	page_consequences(r, consequences);
	draw_use(r, credential);
	form_begin(r, arena_format(r->arena, "/settings/credentials/%s/revoke", r->ids[0]),
	    request_workspace_id(r), "dialog");
	form_draw_buttons(r, _("Revoke"), _("Cancel"), workspace_page(r), true);
	form_end(r);
}

static void
act_revoke(struct request *r)
{
	const struct credential *credential = r->object;

	if (credential_revoke(r->db, &r->actor, credential) != CREDENTIAL_DONE) {
		request_not_found(r);
		return;
	}
	request_see(r,
	    arena_format(r->arena, _("The credentials %s are revoked."), name_of(r, credential)),
	    "%s", workspace_page(r));
}

static const struct route routes[] = {
	{ .path = "/settings/credentials", .access = ACCESS_MEMBER, .show = show_list },
	{ .path = "/settings/credentials/new",
	    .access = ACCESS_MEMBER,
	    .form = &new_form,
	    .show = show_new,
	    .act = act_new,
	    .recent = true },
	{ .path = "/settings/credentials/created/:id",
	    .access = ACCESS_MEMBER,
	    .form = &created_form,
	    .load = load_created,
	    .show = show_created,
	    .act = act_created },
	{ .path = "/settings/credentials/created/:id/clearml.conf",
	    .access = ACCESS_MEMBER,
	    .load = load_created,
	    .show = show_section },
	{ .path = "/settings/credentials/created/:id/notebook.txt",
	    .access = ACCESS_MEMBER,
	    .load = load_created,
	    .show = show_notebook },
	{ .path = "/settings/credentials/created/:id/clearml.env",
	    .access = ACCESS_MEMBER,
	    .load = load_created,
	    .show = show_environment },
	{ .path = "/settings/credentials/created/:id/done",
	    .access = ACCESS_MEMBER,
	    .show = show_done,
	    .act = act_done },
	{ .path = "/settings/credentials/:id/label",
	    .access = ACCESS_MEMBER,
	    .form = &label_form,
	    .load = load_credential,
	    .show = show_label,
	    .act = act_label },
	{ .path = "/settings/credentials/:id/rotate",
	    .access = ACCESS_MEMBER,
	    .form = &rotate_form,
	    .load = load_credential,
	    .show = show_rotate,
	    .act = act_rotate,
	    .recent = true },
	{ .path = "/settings/credentials/:id/revoke",
	    .access = ACCESS_MEMBER,
	    .load = load_credential,
	    .show = show_revoke,
	    .act = act_revoke },
};

static const struct section section = {
	.name = "credentials",
	.menu = "workspace",
	.kind = SECTION_PAGES,
	.routes = routes,
	.route_count = sizeof(routes) / sizeof(routes[0]),
};

int
main(void)
{
	return app_run(&section);
}
