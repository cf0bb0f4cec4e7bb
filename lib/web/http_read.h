/*
 * For web/http.c only: a request read from parameters, as both FastCGI and CGI hand them
 * over. What is read and what is refused is told in web/http.h.
 */
#ifndef VESTIBULE_WEB_HTTP_READ_H
#define VESTIBULE_WEB_HTTP_READ_H

#include <stdbool.h>

#include "core/arena.h"
#include "web/http.h"

/*
 * Reads everything but the body out of "NAME=value" texts, NULL at the end, into a request
 * of zeros. Returns the announced length of the body as sent, or NULL; it lives as long as the
 * parameters.
 */
const char *http_read_parameters(struct arena *, const char *const *parameters,
    const char *base_path, struct http_request *);

/* Refuses the request, unless it is refused already. The reason must live as long as it. */
void http_read_refuse(struct http_request *, unsigned status, const char *reason);

/* Whether the text has a control byte. */
bool http_read_has_control(const char *text);

#endif
