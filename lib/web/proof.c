/* proof.c: the password or a code, counted. */
#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/security_notice.h"
#include "data/throttle.h"
#include "web/proof.h"

/* Puts the message beside the field; false when trying is allowed. */
static bool
refuse_for_now(struct request *r, struct form *form, const char *field, const char *account,
    const char *address)
{
	int64_t until = throttle_until(r->db, account, address, r->now);
	int64_t seconds = (until - r->now) / CLOCK_SECOND + 1;

	if (until == 0)
		return false;
	form_error(form, field, arena_format(r->arena,
	    ngettext("Too many wrong tries. Try again in %lld second.",
	    "Too many wrong tries. Try again in %lld seconds.", (unsigned long)seconds),
	    (long long)seconds));
	return true;
}

static void
audit_refusal(struct request *r, int64_t person)
{
	audit_write(r->db, &r->actor, &(struct audit_event){ .action = "session.authenticate",
	    .object_kind = "person", .object_id = person, .result = "refused" });
}

/* The one that sign-in counts under, where there is an address. */
static const char *
account_of(struct request *r)
{
	const struct person *person = &r->session.person;

	return person->email[0] != '\0' ? person->email : text_id(r->arena, person->public_id);
}

bool
proof_password(struct request *r, struct form *form, const char *field)
{
	const char *account = account_of(r);
	struct person person;

	if (refuse_for_now(r, form, field, account, r->http.address) ||
	    !person_by_id(r->db, r->arena, r->session.person.id, &person))
		return false;
	if (crypto_password_check(r->config->run_directory, person.password,
	    form_value(form, field))) {
		throttle_succeeded(r->db, account, r->http.address);
		return true;
	}
	throttle_failed(r->db, account, r->http.address, r->now);
	audit_refusal(r, person.id);
	form_error(form, field, _("This is not your password."));
	return false;
}

/* Codes are counted by person, wherever they come from. */
static const char *
code_account(struct request *r, int64_t person)
{
	return arena_format(r->arena, "person %lld", (long long)person);
}

void
proof_code_refused(struct request *r, int64_t person)
{
	throttle_failed(r->db, "code", code_account(r, person), r->now);
	audit_refusal(r, person);
}

enum second_factor_answer
proof_code(struct request *r, struct form *form, const char *field, int64_t person,
    struct second_factor_code *code)
{
	static const char *const messages[] = {
		[SECOND_FACTOR_WRONG] = N_("This is neither the code that your app shows now nor a"
		                           " recovery code of yours."),
		[SECOND_FACTOR_REPLAYED] = N_(
		    "This code was used already. Wait until your app shows"
		    " the next one."),
		[SECOND_FACTOR_UNREADABLE] = N_(
		    "Codes of your app cannot be checked, because a key of this site is missing. "
		    "Use a recovery code, or ask the operator of this site to reset your second "
		    "factor."),
	};
	const char *account = code_account(r, person);
	enum second_factor_answer answer;

	if (refuse_for_now(r, form, field, "code", account))
		return SECOND_FACTOR_UNCHECKED;
	answer = second_factor_check(r->db, r->arena, r->keys, person, form_value(form, field),
	    r->now, code);
	if (answer == SECOND_FACTOR_RIGHT) {
		throttle_succeeded(r->db, "code", account);
		return answer;
	}
	if (answer == SECOND_FACTOR_WRONG)
		proof_code_refused(r, person);
	form_error(form, field, _(messages[answer]));
	return answer;
}

bool
proof_code_spend(struct request *r, const struct person *person,
    const struct second_factor_code *code)
{
	if (!second_factor_spend(r->db, &r->actor, person->id, code))
		return false;
	if (code->is_recovery)
		security_notice(r->db, r->arena, &r->actor, r->config, r->keys, person,
		    SECURITY_RECOVERY_USED, NULL);
	return true;
}
