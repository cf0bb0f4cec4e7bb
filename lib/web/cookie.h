/*
 * Cookies. https: __Host-vestibule; https under a sub-path: __Secure-vestibule with that path;
 * plain http: vestibule. Each mode reads only its own (architecture 11). All HttpOnly and
 * SameSite=Lax.
 */
#ifndef VESTIBULE_WEB_COOKIE_H
#define VESTIBULE_WEB_COOKIE_H

#include "web/request.h"

/* The session cookie that came, NULL when there is none or more than one. */
const char *cookie_session(const struct request *);

/* The code of a one-time link that waits for its button, NULL when there is none. */
const char *cookie_link(const struct request *);

/* The same for the code of an invitation. */
const char *cookie_invitation(const struct request *);

/* The same for the code that confirms an e-mail address. */
const char *cookie_email(const struct request *);

/* "light", "dark" or "system": what the browser remembers, for pages before sign-in only (decisions
 * 20). */
const char *cookie_theme(const struct request *);

/* Whether somebody chose the desktop's normal scale in this browser (Q17). */
bool cookie_disables_hidpi(const struct request *);

/*
 * Sets a cookie besides the session: value NULL ends it. name: "link", "invitation", "email",
 * "theme", "hidpi". seconds 0: until the browser closes.
 */
void cookie_set(struct request *, const char *name, const char *value, int64_t seconds);

/* Writes Set-Cookie for what was decided: the session cookie (request->new_cookie) and those of
 * cookie_set(). */
void cookie_write(struct request *);

#endif
