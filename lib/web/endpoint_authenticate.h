/*
 * For web/endpoint.c only: who calls. Sets the call's caller and the actor of the request.
 */
#ifndef VESTIBULE_WEB_ENDPOINT_AUTHENTICATE_H
#define VESTIBULE_WEB_ENDPOINT_AUTHENTICATE_H

#include "web/endpoint.h"

/*
 * Looks at what the call came with: Authorization, else the session cookie. The header wins, even a
 * bad one. False when the call is refused; *account is then the name under which that is to be
 * counted, or NULL.
 */
bool endpoint_authenticate(struct call *, const char **account);

/*
 * Counts and audits a refusal, unless this address has had so many already that nobody would read
 * them.
 */
void endpoint_record_refusal(struct call *, const char *account);

#endif
