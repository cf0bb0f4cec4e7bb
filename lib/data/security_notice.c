/* security_notice.c: telling people what happened to their account. */
#include "core/clock.h"
#include "core/language.h"
#include "core/text.h"
#include "data/mail.h"
#include "data/notification.h"
#include "data/security_notice.h"

static const struct {
	const char *subject, *sentence;
} events[] = {
	[SECURITY_SIGN_IN] = { N_("New sign-in to your account"),
	    N_("You signed in from a browser that was not seen before: %s.") },
	[SECURITY_PASSWORD] = { N_("Your password was changed"),
	    N_("Your password was changed, and your other sessions ended.") },
	[SECURITY_EMAIL] = { N_("Your e-mail address was changed"),
	    N_("Your e-mail address was changed to %s.") },
	[SECURITY_FACTOR_ON] = { N_("Second factor switched on"),
	    N_("A second factor was switched on: signing in now asks for a code.") },
	[SECURITY_FACTOR_OFF] = { N_("Second factor switched off"),
	    N_("Your second factor was switched off: the password alone is enough to sign in.") },
	[SECURITY_FACTOR_RESET] = { N_("Second factor switched off"),
	    N_("The operator of this site switched your second factor off.") },
	[SECURITY_RECOVERY_CODES] = { N_("New recovery codes"),
	    N_("New recovery codes were made for you; the old ones stopped working.") },
	[SECURITY_RECOVERY_USED] = { N_("A recovery code was used"),
	    N_("One of your recovery codes was used.") },
	[SECURITY_WRONG_CODES] = { N_("Wrong codes for your account"),
	    N_("Somebody who knows your password, or has a sign-in link of yours, entered wrong "
	       "codes several times. If it was not you, change your password.") },
	[SECURITY_SESSION_ENDED] = { N_("One of your sessions was ended"),
	    N_("One of your sessions was ended: %s.") },
	[SECURITY_SESSIONS_ENDED] = { N_("Your other sessions were ended"),
	    N_("All your sessions but one were ended.") },
};

/* In the form of the log, because a mail may be read anywhere. */
static const char *
moment(struct arena *arena, int64_t now)
{
	struct clock_parts parts = clock_parts(now);

	return arena_format(arena, "%04u-%02u-%02u %02u:%02u UTC", parts.year, parts.month,
	    parts.day, parts.hour, parts.minute);
}

void
security_notice(struct db *db, struct arena *arena, const struct audit_actor *actor,
    const struct config *config, const struct crypto_keys *keys, const struct person *person,
    enum security_event event, const char *detail)
{
	const char *format = _(events[event].sentence);
	/* Each has at most one %s. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	const char *sentence = detail != NULL ? arena_format(arena, format, detail) : format;
#pragma GCC diagnostic pop

	notification_add(db, person->id, NOTIFICATION_SECURITY, 0,
	    actor->address[0] == '\0' ? sentence :
	    arena_format(arena, _("%s From %s."), sentence, actor->address), actor->now);
	if (person->email[0] == '\0')
		return;
	mail_queue(db, arena, config, keys, actor->now, person->email, _(events[event].subject),
	    arena_format(arena, _("Hello %s,\n\n%s\n\nWhen:    %s\nFrom:    %s\nAccount: %s\n\n"
	    "If this was you, there is nothing to do. If not, change your password and end your\n"
	    "sessions at once:\n\n%s/settings/profile\n"), person->name, sentence,
	    moment(arena, actor->now),
	    actor->address[0] != '\0' ? actor->address : _("the operator's command"), person->email,
	    config->web_server));
}
