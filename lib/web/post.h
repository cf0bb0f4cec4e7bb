/*
 * The cycle of a POST (decisions 3): content type, fields, origin and token, access, the table of
 * fields, the password when it is asked for, one transaction of nonce, act and audit. Every refusal
 * draws the form again with what was typed and a new token.
 */
#ifndef VESTIBULE_WEB_POST_H
#define VESTIBULE_WEB_POST_H

#include "web/request.h"

/* After the route is found; leaves an outcome in the request. Used by pages.c. */
void post_handle(struct request *);

/* The value of a field as sent, NULL when it is absent. */
const char *post_field(const struct http_fields *, const char *name);

#endif
