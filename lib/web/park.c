/* park.c: the password before a serious act. */
#include <string.h>

#include "core/buffer.h"
#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/parked_form.h"
#include "data/throttle.h"
#include "web/app.h"
#include "web/form.h"
#include "web/page.h"
#include "web/park.h"
#include "web/post.h"
#include "web/route.h"

static const struct field question_fields[] = {
	{ .name = "parked", .type = FIELD_HIDDEN, .label = N_("Parked form"), .required = true, .least = 32, .most = 32 },
	{ .name = "password", .type = FIELD_PASSWORD, .label = N_("Password"), .required = true, .most = 128,
	  .autocomplete = "current-password" },
};
static const struct form_table question_form = FORM_TABLE(question_fields);

bool
park_is_needed(const struct request *r)
{
	return r->route->recent && r->session.authenticated + SESSION_RECENT < r->now;
}

static void
draw_question(struct request *r, struct form *question, const char *workspace)
{
	r->form = question;
	xhtml_abandon(r->x);
	xhtml_start(r->x, r->fragment);
	r->status = 422;
	if (!r->session.has_password) {
		page_begin(r, _("Sign in again"), _("This needs a fresh proof that it is you, and your account has no password"
		    " yet. Ask your operator for a new sign-in link, and choose a password when you use it. Nothing was done."));
		return;
	}
	page_begin(r, _("Confirm that it is you"), _("You signed in a while ago. Enter your password to go on. What you typed"
	    " is kept."));
	form_begin(r, route_path(r), workspace, "dialog");
	form_draw_all(r, question);
	form_draw_buttons(r, _("Continue"), _("CANCEL"), "/settings", false);
	form_end(r);
}

/* name=value pairs in the form's own encoding. */
static const char *
encode(struct request *r, const struct http_fields *fields)
{
	struct buffer text = { 0 };
	const char *encoded;

	for (size_t i = 0; i < fields->count; i++)
		buffer_format(&text, "%s%s=%s", i > 0 ? "&" : "", text_url_part(r->arena, fields->items[i].name),
		    text_url_part(r->arena, fields->items[i].value));
	encoded = arena_copy(r->arena, text.bytes != NULL ? text.bytes : "", text.length);
	buffer_release(&text);
	return encoded;
}

void
park_ask(struct request *r, const struct http_fields *fields, const char *workspace)
{
	struct form *question = form_fresh(r->arena, &question_form);

	form_set(question, "parked", parked_form_create(r->db, r->arena, r->keys, r->session.hash, route_path(r),
	    encode(r, fields), r->now));
	draw_question(r, question, workspace);
}

/* Checks the password with the throttle; leaves the message beside the field. */
static bool
check_password(struct request *r, struct form *question)
{
	struct person person;
	int64_t until = throttle_until(r->db, r->session.person.email, r->http.address, r->now);

	if (until != 0) {
		form_error(question, "password", arena_format(r->arena,
		    _("Too many wrong passwords. Try again in %lld seconds."),
		    (long long)((until - r->now) / CLOCK_SECOND + 1)));
		return false;
	}
	if (!person_by_id(r->db, r->arena, r->session.person.id, &person))
		return false;
	if (!crypto_password_check(r->config->run_directory, person.password, form_value(question, "password"))) {
		throttle_failed(r->db, person.email, r->http.address, r->now);
		audit_write(r->db, &r->actor, &(struct audit_event){ .action = "session.authenticate",
		    .object_kind = "person", .object_id = person.id, .result = "refused" });
		form_error(question, "password", _("This is not your password."));
		return false;
	}
	throttle_succeeded(r->db, person.email, r->http.address);
	return true;
}

bool
park_answer(struct request *r, struct http_fields *fields, const char *workspace)
{
	struct form *question = form_fresh(r->arena, &question_form);
	const char *reason = NULL, *body;

	if (!form_read(question, r->arena, fields, &reason)) {
		request_refuse(r, 400, reason);
		return false;
	}
	body = parked_form_open(r->db, r->arena, r->keys, r->session.hash, route_path(r),
	    form_value(question, "parked"), r->now);
	if (body == NULL) {
		request_refuse(r, 409, _("The form waited too long for your password. Nothing was done: open it again."));
		return false;
	}
	if (!form_valid(question) || !check_password(r, question)) {
		draw_question(r, question, workspace);
		return false;
	}
	session_authenticated(r->db, &r->session, r->now);
	r->session.authenticated = r->now;
	return http_read_fields(r->arena, body, strlen(body), fields, &reason);
}
