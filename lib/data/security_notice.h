/*
 * Telling people what happened to the safety of their account: in the app, and by mail to the
 * address they had before (ASVS 6.3.5, 6.3.7). In the transaction of the act.
 */
#ifndef VESTIBULE_DATA_SECURITY_NOTICE_H
#define VESTIBULE_DATA_SECURITY_NOTICE_H

#include <stdint.h>

#include "core/config.h"
#include "core/crypto.h"
#include "data/audit.h"
#include "data/db.h"
#include "data/person.h"

enum security_event {
	SECURITY_SIGN_IN,		/* from a browser not seen before; detail: its name */
	SECURITY_PASSWORD,
	SECURITY_EMAIL,			/* detail: the new address */
	SECURITY_FACTOR_ON,
	SECURITY_FACTOR_OFF,
	SECURITY_FACTOR_RESET,		/* by the operator */
	SECURITY_RECOVERY_CODES,	/* new ones */
	SECURITY_RECOVERY_USED,
	SECURITY_WRONG_CODES,		/* after the right password */
	SECURITY_SESSION_ENDED,		/* detail: its browser */
	SECURITY_SESSIONS_ENDED		/* all others */
};

/* person: as they were before the act. detail: NULL where there is none. */
void security_notice(struct db *, struct arena *, const struct audit_actor *,
    const struct config *, const struct crypto_keys *, const struct person *,
    enum security_event, const char *detail);

#endif
