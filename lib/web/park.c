/* park.c: the password, or a code, before a serious act. */
#include <string.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/parked_form.h"
#include "web/app.h"
#include "web/form.h"
#include "web/page.h"
#include "web/park.h"
#include "web/post.h"
#include "web/proof.h"
#include "web/route.h"

#define CODE_MOST 60	/* a recovery code with blanks */

/* Both are taken always, so that an answer sent again is read as before; what is drawn depends. */
static const struct field question_fields[] = {
	{ .name = "parked",
	    .type = FIELD_HIDDEN,
	    .label = N_("Parked form"),
	    .required = true,
	    .least = 32,
	    .most = 32 },
	{ .name = "password",
	    .type = FIELD_PASSWORD,
	    .label = N_("Password"),
	    .conditional = true,
	    .most = PERSON_PASSWORD,
	    .autocomplete = "current-password" },
	{ .name = "code",
	    .type = FIELD_CODE,
	    .label = N_("Code"),
	    .conditional = true,
	    .most = CODE_MOST,
	    .autocomplete = "one-time-code",
	    .help = N_("Six digits of your app, or a recovery code.") },
};
static const struct form_table question_form = FORM_TABLE(question_fields);

bool
park_is_needed(const struct request *r)
{
	return r->route->recent && r->session.authenticated + SESSION_RECENT < r->now &&
	    (r->route->has_proof == NULL || !r->route->has_proof(r));
}

/* Back to the form that was sent, empty. */
static const char *
way_back(struct request *r, const char *workspace)
{
	if (r->route->show == NULL)
		return "/settings";
	return workspace == NULL ? route_path(r) :
	    arena_format(r->arena, "%s?ws=%s", route_path(r), workspace);
}

/* The password, or a code where there is a second factor; one of both is enough. */
static void
draw_question(struct request *r, struct form *question, const char *workspace)
{
	bool password = r->session.has_password;
	bool code = second_factor_is_on(r->db, r->session.person.id);

	r->form = question;
	xhtml_abandon(r->x);
	xhtml_start(r->x, r->fragment);
	r->status = 422;
	if (!password && !code) {
		page_begin(r, _("Sign in again"),
		    _("This needs a fresh proof that it is you, and your account has no password "
		      "yet. Ask your operator for a new sign-in link, and choose a password when "
		      "you use it. Nothing was done."));
		return;
	}
	page_begin(r, _("Confirm that it is you"),
	    password && code ? _("You signed in a while ago. Enter your password or a code to go "
	                         "on. What you typed is kept.")
	        : code       ? _("You signed in a while ago. Enter a code to go on. What you typed "
	                         "is kept.")
	                     : _("You signed in a while ago. Enter your password to go on. What "
	                         "you typed is kept."));
	form_begin(r, route_path(r), workspace, "dialog");
	form_draw_field(r, question, "parked");
	if (password)
		form_draw_field(r, question, "password");
	if (code)
		form_draw_field(r, question, "code");
	form_draw_buttons(r, _("Continue"), _("CANCEL"), way_back(r, workspace), false);
	form_end(r);
}

/* name=value pairs in the form's own encoding. */
static const char *
encode(struct request *r, const struct http_fields *fields)
{
	struct buffer text = { 0 };
	const char *encoded;

	for (size_t i = 0; i < fields->count; i++)
		buffer_format(&text, "%s%s=%s", i > 0 ? "&" : "",
		    text_url_part(r->arena, fields->items[i].name),
		    text_url_part(r->arena, fields->items[i].value));
	encoded = arena_copy(r->arena, text.bytes != NULL ? text.bytes : "", text.length);
	buffer_release(&text);
	return encoded;
}

void
park_ask(struct request *r, const struct http_fields *fields, const char *workspace)
{
	struct form *question = form_fresh(r->arena, &question_form);

	form_set(question, "parked", parked_form_create(r->db, r->arena, r->keys, r->session.hash,
	    route_path(r), encode(r, fields), r->now));
	draw_question(r, question, workspace);
}

struct spending {
	struct request *r;
	const struct second_factor_code *code;
};

/* In one transaction: a twin that finds the code used finds the session proved, too. */
static bool
spend(void *argument)
{
	const struct spending *spending = argument;
	struct request *r = spending->r;

	if (!proof_code_spend(r, &r->session.person, spending->code))
		return false;
	session_authenticated(r->db, &r->session, r->now);
	return true;
}

static bool
check_code(struct request *r, struct form *question)
{
	int64_t person = r->session.person.id;
	struct second_factor_code code;
	struct spending spending = { .r = r, .code = &code };
	enum second_factor_answer answer = proof_code(r, question, "code", person, &code);

	if (answer == SECOND_FACTOR_REPLAYED && !session_is_recent(r->db, &r->session, r->now))
		proof_code_refused(r, person);
	if (answer != SECOND_FACTOR_RIGHT)
		return false;
	if (db_transaction(r->db, spend, &spending) == DB_COMMITTED)
		return true;
	form_error(question, "code",
	    _("This code was used already. Wait until your app shows the next one."));
	return false;
}

/* Leaves a message beside the field. */
static bool
check_proof(struct request *r, struct form *question)
{
	if (form_value(question, "password")[0] != '\0')
		return proof_password(r, question, "password");
	if (form_value(question, "code")[0] != '\0')
		return check_code(r, question);
	form_error(question, r->session.has_password ? "password" : "code", _("Enter a value."));
	return false;
}

/*
 * The same answer once more finds its code used up: by its twin, which was faster and has proved
 * the session. That counts here as it does in another tab, and what was carried out is not done
 * again in any case.
 */
static bool
is_proved(struct request *r, struct form *question)
{
	return !park_is_needed(r) || check_proof(r, question) ||
	    session_is_recent(r->db, &r->session, r->now);
}

/* The body of the parked form; NULL when there is none for this session and address. */
static const char *
open_parked(struct request *r, const char *id, bool *late)
{
	return parked_form_open(
	    r->db, r->arena, r->keys, r->session.hash, route_path(r), id, r->now, late);
}

enum park_outcome
park_answer(struct request *r, struct http_fields *fields, const char *workspace)
{
	struct form *question = form_fresh(r->arena, &question_form);
	const char *reason = NULL, *body;
	bool late = false;

	if (!form_read(question, r->arena, fields, &reason)) {
		request_refuse(r, 400, reason);
		return PARK_DECIDED;
	}
	body = open_parked(r, form_value(question, "parked"), &late);
	if (body == NULL) {
		request_refuse(r, 409,
		    _("The form that waited for your proof is not there any more."
		      " Nothing was done: open it again."));
		return PARK_DECIDED;
	}
	if (late)
		return http_read_fields(r->arena, body, strlen(body), fields, &reason) ?
		    PARK_TOO_LATE : PARK_DECIDED;
	/* Sent once more, the answer is as good as it was: the proof of then is fresh. */
	if (!form_valid(question) || !is_proved(r, question)) {
		draw_question(r, question, workspace);
		return PARK_DECIDED;
	}
	session_authenticated(r->db, &r->session, r->now);
	r->session.authenticated = r->now;
	return http_read_fields(r->arena, body, strlen(body), fields, &reason) ? PARK_GO_ON :
	    PARK_DECIDED;
}

bool
park_recall(struct request *r, struct http_fields *fields)
{
	const char *id = post_field(fields, "parked"), *reason, *body;
	bool late;

	body = r->session.present && id != NULL ? open_parked(r, id, &late) : NULL;
	return body != NULL && http_read_fields(r->arena, body, strlen(body), fields, &reason);
}
