/*
 * The addresses of the configuration: http or https, a host, perhaps a port and a path; nothing
 * else.
 *
 * They end up in clients' configuration files, in cookie paths and in redirects, so only what is
 * harmless in all of them is taken: no user, no query, no fragment, no blanks or percent signs, no
 * empty, "." or ".." part in the path (spec/features.md 4.1 rule 6). International names are
 * written in their ASCII form ("xn--…").
 */
#ifndef VESTIBULE_CORE_URL_H
#define VESTIBULE_CORE_URL_H

#include <stdbool.h>

#include "core/arena.h"

/*
 * Scheme and host in lower case, without the port that the scheme implies: as browsers write an
 * origin.
 */
struct url {
	const char *text;	/* "https://example.lan:8443/ml", without a final slash */
	const char *origin;	/* "https://example.lan:8443" */
	const char *host;	/* "example.lan", or "[::1]" */
	const char *path;	/* "/ml", or "" */
};

/* False, and half a sentence for the operator in reason, when the text is no such address. */
bool url_parse(struct arena *, const char *text, struct url *, const char **reason);

#endif
