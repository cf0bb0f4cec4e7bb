/*
 * join.c: what the invited see: a link or an offer, joining, declining, and making an account for
 * it (features H10, H11, Q27, Q61).
 *
 *	/invite				?code= of a link: into a cookie, and on
 *	/invite/accept			what the link is good for: JOIN, or signing in, or why not
 *	/invite/sign-up			an account for somebody who is invited
 *	/settings/invite/offer/<id>/join, /decline	the invitation in the app
 */
#include <string.h>

#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/email_change.h"
#include "data/invitation.h"
#include "data/mail.h"
#include "data/person_list.h"
#include "web/app.h"
#include "web/cookie.h"
#include "web/form.h"
#include "web/page.h"
#include "web/workspace_menu.h"

#define CODE_COOKIE 3600	/* seconds that a code waits for its button */

/* The fields of sign-in.c, to whom this form is sent. */
static const struct field sign_in_fields[] = {
	{ .name = "email",
	    .type = FIELD_EMAIL,
	    .label = N_("E-mail"),
	    .required = true,
	    .most = PERSON_EMAIL,
	    .autocomplete = "username" },
	{ .name = "password",
	    .type = FIELD_PASSWORD,
	    .label = N_("Password"),
	    .required = true,
	    .most = PERSON_PASSWORD,
	    .autocomplete = "current-password" },
	{ .name = "next", .type = FIELD_HIDDEN, .most = 200, .initial = "/invite/accept" },
};
static const struct form_table sign_in_form = FORM_TABLE(sign_in_fields);

/* Which invitation a page was about: the cookie may hold another one by now. */
#define NAMED_FIELD \
	{ .name = "invitation", .type = FIELD_HIDDEN, .label = N_("Invitation"), .most = 32 }

static const struct field accept_fields[] = { NAMED_FIELD };
static const struct form_table accept_form = FORM_TABLE(accept_fields);

static const struct field sign_up_fields[] = {
	NAMED_FIELD,
	{ .name = "name",
	    .type = FIELD_LINE,
	    .label = N_("Name"),
	    .required = true,
	    .most = PERSON_NAME,
	    .check = person_name_fault,
	    .autocomplete = "name",
	    .help = N_("Members of your workspaces see it.") },
	{ .name = "email",
	    .type = FIELD_EMAIL,
	    .label = N_("E-mail"),
	    .required = true,
	    .most = PERSON_EMAIL,
	    .autocomplete = "username",
	    .help = N_("If you were invited at an address, that one. You sign in with it.") },
	{ .name = "password",
	    .type = FIELD_PASSWORD,
	    .label = N_("Password"),
	    .required = true,
	    .most = PERSON_PASSWORD,
	    .autocomplete = "new-password",
	    .help = N_("At least 12 characters.") },
};
static const struct form_table sign_up_form = FORM_TABLE(sign_up_fields);

/* What these pages work with. */
struct joining {
	const char *code;
	enum invitation_state state;
	struct invitation_view view;
	char hash[CRYPTO_PASSWORD];	/* of the password of a new account */
};

static const struct {
	const char *title, *sentence;
	unsigned status;
} states[] = {
	[INVITATION_UNKNOWN] = { N_("This invitation is not known"),
	    N_("The link may have been replaced by a newer one or taken"
	       " back, or it was not copied whole. Ask the person who invited you for a new one."),
	    404 },
	[INVITATION_EXPIRED] = { N_("This invitation has expired"),
	    N_("Invitations are valid for a limited time. Ask the person"
	       " who invited you to renew it."),
	    410 },
	[INVITATION_USED_UP] = { N_("This invitation is used up"),
	    N_("As many people have joined with this link as it was made"
	       " for. Ask the person who invited you for a new one."),
	    410 },
	[INVITATION_FULL] = { N_("The workspace is full"),
	    N_("The workspace has the maximum number of users, so you cannot join now. Your "
	       "invitation stays as it is: ask the person who invited you to make room, then open "
	       "the link again."),
	    409 },
	[INVITATION_OTHER_ADDRESS] = { N_("This invitation is for somebody else"),
	    N_("The invitation is for other addresses than the one you are signed in with. If you "
	       "have another account, sign out and open the link again."),
	    403 },
	[INVITATION_MEMBER_ALREADY] = { N_("You are a member already"),
	    N_("There is nothing to accept: you are a member of this"
	       " workspace."),
	    0 },
	[INVITATION_TOO_OLD] = { N_("This invitation is too old"),
	    N_("You left this workspace, or were removed from it, after the"
	       " invitation was made. It cannot admit you again: ask for a new one."),
	    403 },
	[INVITATION_DECLINED] = { N_("You have declined this invitation"),
	    N_("It cannot be accepted any more. If you have changed your mind, ask the person who "
	       "invited you for a new one."),
	    410 },
};

static void
show_invite(struct request *r)
{
	const char *code = request_query(r, "code");

	if (code[0] != '\0')
		cookie_set(r, "invitation",
		    http_header_fits(code) && strlen(code) == SESSION_COOKIE ? code : "unknown",
		    CODE_COOKIE);
	request_redirect(r, "/invite/accept");
}

static const struct person *
who(const struct request *r)
{
	return r->session.signed_in ? &r->session.person : NULL;
}

static void
load_invitation(struct request *r)
{
	struct joining *joining = r->object;
	const char *code = cookie_invitation(r);

	if (joining == NULL)
		r->object = joining = arena_allocate(r->arena, sizeof(*joining));
	joining->code = code != NULL ? code : "";
	joining->state = invitation_look(
	    r->db, r->arena, r->keys, joining->code, who(r), r->now, &joining->view);
}

static void
draw_ways_out(struct request *r, const struct joining *joining)
{
	if (joining->state == INVITATION_MEMBER_ALREADY) {
		workspace_menu_switch(
		    r, &joining->view.workspace, _("SWITCH TO WORKSPACE"), NULL, NULL);
	} else if (joining->state == INVITATION_OTHER_ADDRESS) {
		form_begin(r, "/sign-out", NULL, NULL);
		form_draw_buttons(r, _("Sign out"), _("Go to your settings"), "/settings", false);
		form_end(r);
	} else {
		xhtml_open(r->x, "p", NULL);
		if (r->session.signed_in)
			page_link(
			    r, "/settings", "settings", _("Go to your settings"), "action", NULL);
		else
			page_link(r, "/sign-in", "log-in", _("Sign in"), "action", NULL);
		xhtml_close(r->x, "p");
	}
}

/* Each refusal has its page; none of them names an address or a workspace to somebody whom they do
 * not concern. */
static void
draw_refusal(struct request *r, const struct joining *joining)
{
	bool asked = r->http.method != HTTP_POST; /* else the sentence is the message of the form */

	if (asked)
		r->status = states[joining->state].status;
	page_begin(r, _(states[joining->state].title),
	    asked ? _(states[joining->state].sentence) : NULL);
	if (joining->state == INVITATION_OTHER_ADDRESS && r->session.person.email[0] != '\0') {
		xhtml_open(r->x, "p", NULL);
		xhtml_textf(r->x, _("You are signed in as %s."), r->session.person.email);
		xhtml_close(r->x, "p");
	}
	draw_ways_out(r, joining);
}

/* Names the invitation that the page is about. */
static void
name_invitation(struct request *r, const struct joining *joining)
{
	form_set(r->form, "invitation", text_id(r->arena, joining->view.public_id));
}

/* False, with the reason: the form was drawn for another invitation than the one that was opened
 * last in this browser, which is the one that the page shows now. */
static bool
is_named(struct request *r, const struct joining *joining)
{
	if (joining->state == INVITATION_UNKNOWN ||
	    strcmp(form_value(r->form, "invitation"),
	        text_id(r->arena, joining->view.public_id)) == 0)
		return true;
	form_error(r->form, NULL,
	    _("Another invitation was opened in this browser meanwhile; this page shows that one "
	      "now. Nothing was done. To accept the other one, open its link again."));
	return false;
}

/* "Ada invites you". */
static const char *
invites_title(struct request *r, const struct joining *joining)
{
	if (joining->view.inviter[0] == '\0')
		return _("You are invited");
	return arena_format(
	    r->arena, _("%s invites you"), person_given_name(r->arena, joining->view.inviter));
}

static void
draw_sign_in(struct request *r, const struct joining *joining)
{
	struct form *form = form_fresh(r->arena, &sign_in_form);

	page_begin(r, invites_title(r, joining),
	    arena_format(r->arena, _("Sign in to join the team of the workspace “%s”."),
	        joining->view.workspace.name));
	form_begin(r, "/sign-in", NULL, NULL);
	form_draw_all(r, form);
	form_draw_buttons(r, _("Sign in"), NULL, NULL, false);
	form_end(r);
	xhtml_open(r->x, "p", "class", "aside", NULL);
	if (r->config->switches[SWITCH_SIGN_UP]) {
		xhtml_text(r->x, _("No account yet? "));
		xhtml_leaf(
		    r->x, "a", _("Make one"), "href", request_path(r, "/invite/sign-up"), NULL);
	} else {
		xhtml_text(
		    r->x, _("No account yet? The operator of this site can make one for you."));
	}
	xhtml_close(r->x, "p");
}

static void
show_accept(struct request *r)
{
	const struct joining *joining = r->object;

	r->frameless = true;
	if (joining->state != INVITATION_OPEN) {
		draw_refusal(r, joining);
		return;
	}
	if (!r->session.signed_in) {
		draw_sign_in(r, joining);
		return;
	}
	page_begin(r, invites_title(r, joining),
	    arena_format(r->arena,
	        _("Join the workspace “%s” as %s. You keep your own"
	          " workspace, and can switch between them in the account menu."),
	        joining->view.workspace.name, r->session.person.name));
	name_invitation(r, joining);
	form_begin(r, "/invite/accept", NULL, NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(r, _("JOIN"), _("CANCEL"), "/settings", false);
	form_end(r);
}

/* To the new workspace, with what a newcomer should know (H10). */
static void
welcome(struct request *r, const struct workspace *workspace)
{
	request_see(r,
	    arena_format(r->arena,
	        _("Welcome to “%s”. What is shared there is yours to see now, and it is your active"
	          " workspace. Use credentials made for it. You can switch in the account menu, "
	          "and leave on this page."),
	        workspace->name),
	    "/settings/workspace?ws=%s", text_id(r->arena, workspace->public_id));
}

/* What an accepted invitation leads to; anything else is a refusal. */
static void
conclude(struct request *r, enum invitation_state state, const struct workspace *workspace)
{
	if (state == INVITATION_OPEN) {
		welcome(r, workspace);
	} else if (state == INVITATION_MEMBER_ALREADY && r->session.signed_in) {
		workspace_activate(r->db, &r->actor, workspace, r->session.person.id);
		request_see(r,
		    arena_format(
		        r->arena, _("“%s” is your active workspace now."), workspace->name),
		    "/settings/workspace?ws=%s", text_id(r->arena, workspace->public_id));
	} else {
		form_error(r->form, NULL, _(states[state].sentence));
	}
}

static void
act_accept(struct request *r)
{
	struct joining *joining = r->object;

	if (!r->session.signed_in) {
		form_error(r->form, NULL, _("Sign in first. Nothing was done."));
		return;
	}
	if (!is_named(r, joining))
		return;
	joining->state = invitation_accept(
	    r->db, r->arena, &r->actor, r->keys, joining->code, &r->session.person, &joining->view);
	cookie_set(r, "invitation", NULL, 0);
	conclude(r, joining->state, &joining->view.workspace);
}

/* --- making an account --- */

static void
show_sign_up(struct request *r)
{
	const struct joining *joining = r->object;

	r->frameless = true;
	if (joining->state != INVITATION_OPEN) {
		draw_refusal(r, joining);
		return;
	}
	if (r->session.signed_in && r->http.method != HTTP_POST) {
		request_redirect(r, "/invite/accept");
		return;
	}
	page_begin(r, invites_title(r, joining),
	    arena_format(r->arena, _("Make an account and join the workspace “%s”."),
	        joining->view.workspace.name));
	name_invitation(r, joining);
	form_begin(r, "/invite/sign-up", NULL, NULL);
	form_draw_all(r, r->form);
	form_draw_buttons(
	    r, _("JOIN"), _("I have an account"), "/sign-in?next=%2Finvite%2Faccept", false);
	form_end(r);
}

static void
prove_sign_up(struct request *r)
{
	const char *email = form_value(r->form, "email"),
	           *password = form_value(r->form, "password"), *fault;
	struct joining *joining;

	load_invitation(r);
	joining = r->object;
	if (r->session.signed_in)
		form_error(r->form, NULL,
		    _("You are signed in already. Join with that account, or sign out first."));
	else if (joining->state != INVITATION_OPEN)
		form_error(r->form, NULL, _(states[joining->state].sentence));
	else if (is_named(r, joining) &&
	    !invitation_admits_address(r->db, &joining->view, email, r->now))
		form_error(r->form, "email",
		    joining->view.link
		        ? _("No account can be made with this address by this link. If you were "
		            "invited at it, open that link; if you have an account, sign in.")
		        : _("This is not an address that was invited with this link."));
	fault = person_password_fault(password, form_value(r->form, "name"), email);
	if (fault != NULL)
		form_error(r->form, "password", fault);
	if (form_valid(r->form) &&
	    !crypto_password_hash(r->config->run_directory, password, joining->hash))
		form_error(
		    r->form, NULL, _("The password cannot be stored at the moment. Try again."));
}

static void
start_session(struct request *r, const struct audit_actor *actor)
{
	uint8_t bytes[32], hash[CRYPTO_HASH];
	size_t length;

	r->new_cookie = session_create(r->db, r->arena, r->config, actor, actor->person,
	    SESSION_PASSWORD, false, r->http.user_agent != NULL ? r->http.user_agent : "",
	    r->session.present ? r->session.hash : NULL);
	r->new_cookie_kept = false;
	crypto_from_base64url(r->new_cookie, bytes, sizeof(bytes), &length);
	crypto_digest(bytes, sizeof(bytes), hash);
	nonce_move(r->db, &r->nonce, hash);
}

/* Where mail is sent, one has to confirm the address; where none is, being invited at it counts. */
static void
prove_address(struct request *r, const struct audit_actor *actor, const struct person *person,
    const struct invitation_view *view)
{
	if (mail_is_on(r->config))
		email_change_ask(
		    r->db, r->arena, actor, r->config, r->keys, person, person->email);
	else if (!view->link)
		person_prove_email(r->db, person->id);
}

static void
act_sign_up(struct request *r)
{
	struct joining *joining = r->object;
	struct audit_actor actor = r->actor;
	struct person person;
	int64_t id;

	if (joining->hash[0] == '\0' || joining->state != INVITATION_OPEN) {
		form_error(r->form, NULL,
		    _(states[joining->state != INVITATION_OPEN ? joining->state
		                                               : INVITATION_UNKNOWN]
		            .sentence));
		return;
	}
	id = person_create(r->db, &actor, r->config, form_value(r->form, "name"),
	    form_value(r->form, "email"), joining->hash, false);
	if (id == 0 || !person_by_id(r->db, r->arena, id, &person)) {
		form_error(r->form, "email",
		    _("No account can be made with this address. If you have one already, sign in "
		      "with it."));
		return;
	}
	actor.person = id;
	joining->state = invitation_accept(
	    r->db, r->arena, &actor, r->keys, joining->code, &person, &joining->view);
	if (joining->state == INVITATION_OPEN) {
		prove_address(r, &actor, &person, &joining->view);
		start_session(r, &actor);
		cookie_set(r, "invitation", NULL, 0);
	}
	conclude(r, joining->state, &joining->view.workspace);
}

/* --- in the app --- */

static void
load_offer(struct request *r)
{
	struct invitation_offer *list;
	size_t count = invitation_offers(r->db, r->arena, r->session.person.id, r->now, &list);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(text_id(r->arena, list[i].public_id), r->ids[0]) == 0) {
			r->object = &list[i];
			return;
		}
	}
	request_refuse(r, 404,
	    _("This invitation is not there any more. It may have been taken back, have expired, "
	      "or be answered already."));
}

static void
show_join(struct request *r)
{
	const struct invitation_offer *offer = r->object;

	page_begin(r, arena_format(r->arena, _("Join %s"), offer->workspace_name),
	    _("It becomes your active workspace. You keep"
	      " your own, and can switch between them in the account menu."));
	form_begin(
	    r, arena_format(r->arena, "/settings/invite/offer/%s/join", r->ids[0]), NULL, NULL);
	form_draw_buttons(r, _("JOIN"), _("CANCEL"), "/settings/workspace", false);
	form_end(r);
}

static void
act_join(struct request *r)
{
	const struct invitation_offer *offer = r->object;
	struct invitation_view view;
	enum invitation_state state = invitation_join_offer(
	    r->db, r->arena, &r->actor, &r->session.person, offer->public_id, &view);

	conclude(r, state, &view.workspace);
}

static void
show_decline(struct request *r)
{
	const struct invitation_offer *offer = r->object;

	page_begin(r,
	    arena_format(r->arena, _("Decline the invitation to %s"), offer->workspace_name),
	    _("The person who invited"
	      " you is told. You can be invited again."));
	form_begin(
	    r, arena_format(r->arena, "/settings/invite/offer/%s/decline", r->ids[0]), NULL, NULL);
	form_draw_buttons(r, _("DECLINE"), _("CANCEL"), "/settings/workspace", false);
	form_end(r);
}

static void
act_decline(struct request *r)
{
	const struct invitation_offer *offer = r->object;

	if (!invitation_decline_offer(r->db, &r->actor, &r->session.person, offer->public_id)) {
		request_not_found(r);
		return;
	}
	request_see(r,
	    arena_format(
	        r->arena, _("You have declined the invitation to “%s”."), offer->workspace_name),
	    "/settings/workspace");
}

static const struct route routes[] = {
	{ .path = "/invite",
	    .access = ACCESS_PUBLIC,
	    .show = show_invite,
	    .needs = NEEDS(SWITCH_INVITATIONS) },
	{ .path = "/invite/accept",
	    .access = ACCESS_PUBLIC,
	    .form = &accept_form,
	    .load = load_invitation,
	    .show = show_accept,
	    .act = act_accept,
	    .needs = NEEDS(SWITCH_INVITATIONS) },
	{ .path = "/invite/sign-up",
	    .access = ACCESS_PUBLIC,
	    .form = &sign_up_form,
	    .load = load_invitation,
	    .show = show_sign_up,
	    .prove = prove_sign_up,
	    .act = act_sign_up,
	    .needs = NEEDS(SWITCH_INVITATIONS) | NEEDS(SWITCH_SIGN_UP) },
	{ .path = "/settings/invite/offer/:id/join",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_offer,
	    .show = show_join,
	    .act = act_join,
	    .needs = NEEDS(SWITCH_INVITATIONS) },
	{ .path = "/settings/invite/offer/:id/decline",
	    .access = ACCESS_SIGNED_IN,
	    .load = load_offer,
	    .show = show_decline,
	    .act = act_decline,
	    .needs = NEEDS(SWITCH_INVITATIONS) },
};

static const struct section section = {
	.name = "join",
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
