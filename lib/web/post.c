/* post.c: the cycle of a POST. */
#include <string.h>

#include "core/buffer.h"
#include "core/language.h"
#include "core/log.h"
#include "core/text.h"
#include "web/form.h"
#include "web/origin.h"
#include "web/page.h"
#include "web/pages.h"
#include "web/park.h"
#include "web/post.h"
#include "web/route.h"
#include "web/token.h"

#define SEALED_COOKIE "form_nonce|cookie|%s"

const char *
post_field(const struct http_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->count; i++) {
		if (strcmp(fields->items[i].name, name) == 0)
			return fields->items[i].value;
	}
	return NULL;
}

/* The form again, with what was typed, the reason on top and a new token. */
static void
redraw(struct request *r, unsigned status, const char *sentence)
{
	if (r->route->show == NULL) {
		request_refuse(r, status, sentence);
		return;
	}
	if (sentence != NULL)
		form_error(r->form, NULL, sentence);
	r->status = 0;
	r->location = NULL;
	r->message = NULL;
	xhtml_abandon(r->x);
	xhtml_start(r->x, r->fragment);
	pages_draw(r);
	if (r->status == 0) {
		r->status = status;
	} else if (r->status == 303 && r->route->access != ACCESS_PUBLIC) {
		/* The address only leads to the page that has the form: leading there would look
		 * like success. */
		r->location = NULL;
		request_refuse(r, status,
		    sentence != NULL ? sentence : _("This was not accepted. Nothing was done."));
	}
}

/*
 * The session ended while somebody typed. Nothing is known of the person, so the form cannot be
 * drawn; what was typed is shown so that it can be copied.
 */
static void
show_lost_session(struct request *r)
{
	const struct field *field;

	r->frameless = true;
	r->status = 403;
	r->title = r->heading = _("You have been signed out");
	xhtml_leaf(r->x, "h1", r->title, NULL);
	xhtml_leaf(r->x, "p",
	    _("Your session ended before this form was sent. Nothing was saved. Sign in, open the "
	      "form again and enter what you typed:"),
	    "class", "lead", NULL);
	xhtml_open(r->x, "dl", "class", "facts", NULL);
	for (size_t i = 0; (field = form_field_at(r->form, i)) != NULL; i++) {
		if (!form_is_secret(field) && field->label != NULL &&
		    form_value(r->form, field->name)[0] != '\0')
			page_fact(r, _(field->label), form_value(r->form, field->name));
	}
	xhtml_close(r->x, "dl");
	xhtml_open(r->x, "p", NULL);
	page_link(r, "/sign-in", "log-in", _("Sign in"), "action", NULL);
	xhtml_close(r->x, "p");
}

/* Another body under the same token is another act. Keyed, because a body may hold a password. */
static void
digest_body(struct request *r, const struct http_fields *fields, uint8_t digest[CRYPTO_HASH])
{
	struct buffer text = { 0 };

	for (size_t i = 0; i < fields->count; i++) {
		if (strcmp(fields->items[i].name, "token") == 0)
			continue;
		buffer_format(&text, "%zu:%s=%zu:%s;", strlen(fields->items[i].name),
		    fields->items[i].name, strlen(fields->items[i].value), fields->items[i].value);
	}
	crypto_keyed_hash(r->keys, crypto_current_key(r->keys), CRYPTO_FORM,
	    text.bytes != NULL ? text.bytes : "", text.length, digest);
	buffer_release(&text);
}

/* "/path?done=…": where the result is shown. */
static const char *
with_done(struct request *r, const char *location)
{
	if (r->message == NULL)
		return location;
	return arena_format(r->arena, "%s%cdone=%s", location,
	    strchr(location, '?') != NULL ? '&' : '?', nonce_done(r->arena, &r->nonce));
}

/* A new session's cookie is kept sealed with the answer, so that a repeat gets it again. */
static void
write_answer(struct request *r)
{
	struct nonce_answer answer = {
		.status = r->status, .location = r->location, .message = r->message
	};

	if (r->new_cookie != NULL && r->new_cookie != r->cookie && r->new_cookie[0] != '\0') {
		const char *text = arena_format(
		    r->arena, "%d%s", r->new_cookie_kept, r->new_cookie);

		answer.result = crypto_seal(r->keys, r->arena,
		    arena_format(
		        r->arena, SEALED_COOKIE, crypto_hex(r->arena, r->nonce.hash, CRYPTO_HASH)),
		    text, strlen(text), &answer.result_length);
	}
	nonce_answer(r->db, &r->nonce, &answer);
}

struct work {
	struct request *r;
	bool spent;
	const char *cookie;	/* what was set before the transaction */
};

/* One try of the transaction; everything of an earlier try is forgotten first. */
static bool
carry_out(void *argument)
{
	struct work *work = argument;
	struct request *r = work->r;

	r->status = 0;
	r->again = false;
	r->refusal = NULL;
	r->location = NULL;
	r->message = NULL;
	r->new_cookie = work->cookie;
	r->extra_cookie_count = 0;
	work->spent = false;
	form_forget_errors(r->form);
	if (nonce_spend(r->db, &r->nonce, r->now) == DB_DUPLICATE) {
		work->spent = true;
		return false;
	}
	if (r->route->load != NULL)
		r->route->load(r);
	if (r->status == 0)
		r->route->act(r);
	if (r->status != 303 || !form_valid(r->form) || db_failed(r->db))
		return false;
	r->location = with_done(r, r->location);
	write_answer(r);
	return true;
}

/* Whether the same form was carried out already: then its answer is this one's. */
static bool
was_carried_out(struct request *r)
{
	struct nonce_answer answer;
	char *sealed;
	size_t length;

	if (!nonce_repeat(r->db, r->arena, &r->nonce, &answer) || answer.status == 0)
		return false;
	r->status = answer.status;
	r->location = answer.location;
	if (answer.result == NULL)
		return true;
	sealed = crypto_open(r->keys, r->arena,
	    arena_format(r->arena, SEALED_COOKIE, crypto_hex(r->arena, r->nonce.hash, CRYPTO_HASH)),
	    answer.result, answer.result_length, &length);
	if (sealed != NULL && length > 1) {
		r->new_cookie_kept = sealed[0] == '1';
		r->new_cookie = sealed + 1;
	}
	return true;
}

/* The token is spent. The same form again: the same answer. Another body: nothing is done, and said
 * so. */
static void
repeat(struct request *r)
{
	if (!was_carried_out(r))
		redraw(r, 409,
		    _("This form was already sent once, with other values. Check what happened "
		      "before you send this one."));
}

/*
 * Nothing is known to be saved: the form comes back as it was, with the same token, so that
 * pressing again does it once and only once. A password is not repeated into a page.
 */
static void
offer_again(struct request *r, const struct http_fields *fields)
{
	const struct field *field;
	bool secret = false;

	for (size_t i = 0; (field = form_field_at(r->form, i)) != NULL; i++)
		secret = secret || form_is_secret(field);
	xhtml_abandon(r->x);
	xhtml_start(r->x, r->fragment);
	r->status = 503;
	r->refusal = NULL;
	r->frameless = true;
	r->title = r->heading = _("Please try again");
	xhtml_leaf(r->x, "h1", r->title, NULL);
	xhtml_leaf(r->x, "p",
	    secret ? _("The database cannot be reached at the moment. Go back and send the form "
	               "again in a few seconds: nothing is done twice.")
	           : _("The database cannot be reached at the moment. It may have been"
	               " saved. Press again in a few seconds: nothing is done twice."),
	    "class", "lead", NULL);
	if (secret)
		return;
	xhtml_open(r->x, "form", "class", "form", "method", "post", "action",
	    request_path(r, "%s", route_path(r)), NULL);
	for (size_t i = 0; i < fields->count; i++)
		xhtml_leaf(r->x, "input", NULL, "type", "hidden", "name", fields->items[i].name,
		    "value", fields->items[i].value, NULL);
	form_draw_buttons(r, _("Send again"), NULL, NULL, false);
	xhtml_close(r->x, "form");
}

/* Who sends what, so that a repeat of it is known. */
static void
prepare_nonce(struct request *r, const struct http_fields *fields)
{
	r->nonce.session_hash = r->session.hash;
	r->nonce.route = r->route->path;
	r->nonce.object = route_path(r);
	digest_body(r, fields, r->nonce.body_digest);
}

static void
run(struct request *r, const struct http_fields *fields)
{
	struct work work = { .r = r, .cookie = r->new_cookie };

	prepare_nonce(r, fields);
	/* What is proved may be true only once: the current password, before it is changed. */
	if (r->route->prove != NULL && was_carried_out(r))
		return;
	if (r->route->prove != NULL)
		r->route->prove(r);
	if (!form_valid(r->form)) {
		/* Its twin may have been faster while this one waited for its turn to hash. */
		if (!was_carried_out(r))
			redraw(r, 422, NULL);
		return;
	}
	switch (db_transaction(r->db, carry_out, &work)) {
	case DB_COMMITTED:
		break;
	case DB_ROLLED_BACK:
		r->new_cookie = work.cookie;
		if (work.spent)
			repeat(r);
		else if (r->status < 400)
			redraw(r, r->again ? 200 : 422, NULL);
		break;
	case DB_BROKEN:
		log_write(LOG_ERROR, "request", 3, "request", r->http.request_id, "path",
		    r->http.raw_path, "failure", "transaction");
		r->new_cookie = NULL;
		offer_again(r, fields);
		break;
	}
}

static bool
refuse_token(struct request *r, enum token_state state)
{
	switch (state) {
	case TOKEN_GOOD:
		return false;
	case TOKEN_EXPIRED:
		redraw(r, 422,
		    _("This form was open for too long. Check what you typed and send it again."));
		return true;
	case TOKEN_MISSING:
	case TOKEN_BAD:
		break;
	}
	redraw(r, 403,
	    _("This form was not drawn for you by this site, or it is from before you signed in. "
	      "Nothing was done. Check what you typed and send it again."));
	return true;
}

/* The workspace that the form is about; false after a refusal, or when the same form was carried
 * out and ended the membership. */
static bool
find_form_workspace(struct request *r, const struct http_fields *fields, const char *workspace,
    enum token_state state)
{
	if (!pages_needs_workspace(r->route))
		return true;
	if (workspace == NULL) {
		request_refuse(r, state == TOKEN_GOOD ? 400 : 403,
		    _("The form does not say which workspace it is about, so it was not drawn by "
		      "this site."));
		return false;
	}
	if (pages_find_workspace(r, workspace))
		return pages_may_use(r);
	prepare_nonce(r, fields);
	if (state == TOKEN_GOOD && !was_carried_out(r))
		request_not_a_member(r);
	return false;
}

/* Reads the fields into the form of the route; false after a refusal. */
static bool
read_form(struct request *r, const struct http_fields *fields)
{
	const char *reason = NULL;

	r->form = form_fresh(r->arena, r->route->form);
	if (form_read(r->form, r->arena, fields, &reason))
		return true;
	request_refuse(r, 400, reason);
	return false;
}

/* Our text types: an absent type is what plain scripts send. */
static bool
read_fields(struct request *r, struct http_fields *fields)
{
	const char *reason = NULL;

	if (strcmp(r->http.content_type, "application/x-www-form-urlencoded") != 0) {
		request_refuse(
		    r, 415, _("Forms are taken as application/x-www-form-urlencoded only."));
		return false;
	}
	if (!http_read_fields(r->arena, r->http.body, r->http.body_length, fields, &reason)) {
		request_refuse(r, 400, reason);
		return false;
	}
	return true;
}

void
post_handle(struct request *r)
{
	struct http_fields fields;
	const char *workspace;
	enum token_state state;
	bool answer;

	if (!read_fields(r, &fields))
		return;
	workspace = post_field(&fields, "ws");
	answer = post_field(&fields, "parked") != NULL;
	if (!answer && !read_form(r, &fields))
		return;
	if (r->route->access != ACCESS_PUBLIC && !r->session.signed_in) {
		if (answer && (!park_recall(r, &fields) || !read_form(r, &fields)))
			r->form = form_fresh(r->arena, r->route->form);
		show_lost_session(r);
		return;
	}
	session_touch(r->db, &r->session, r->now);
	state = origin_is_ours(r)
	    ? token_check(r, post_field(&fields, "token"), route_path(r), workspace, r->nonce.hash)
	    : TOKEN_BAD;
	if (!find_form_workspace(r, &fields, workspace, state))
		return;
	if (answer && state == TOKEN_GOOD) {
		enum park_outcome outcome = park_answer(r, &fields, workspace);

		if (outcome == PARK_DECIDED || !read_form(r, &fields))
			return;
		if (outcome == PARK_TOO_LATE) {
			redraw(r, 409,
			    _("This form waited too long for your proof, so nothing was done."
			      " Check what you typed and send it again."));
			return;
		}
		state = token_check(
		    r, post_field(&fields, "token"), route_path(r), workspace, r->nonce.hash);
	} else if (answer) {
		r->form = form_fresh(r->arena, r->route->form);
	}
	if (refuse_token(r, state))
		return;
	if (!form_valid(r->form))
		redraw(r, 422, NULL);
	else if (park_is_needed(r))
		park_ask(r, &fields, workspace);
	else
		run(r, &fields);
}
