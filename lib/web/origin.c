/* origin.c: our own addresses, or another site. */
#include <string.h>

#include "core/text.h"
#include "web/origin.h"

/* scheme://host[:port] of a URL, without a default port. */
static const char *
origin_of(struct arena *arena, const char *url)
{
	const char *host = strstr(url, "://");
	size_t length;

	if (host == NULL)
		return NULL;
	length = (size_t)(host - url) + 3 + strcspn(host + 3, "/?#");
	return text_lower(arena, arena_copy(arena, url, length));
}

bool
origin_is_ours(const struct request *r)
{
	const char *origin;

	if (r->http.fetch_site != NULL && strcmp(r->http.fetch_site, "same-origin") != 0)
		return false;
	if (r->http.origin != NULL)
		return config_serves_origin(r->config, r->http.origin);
	if (r->http.referer == NULL)
		return true;
	origin = origin_of(r->arena, r->http.referer);
	return origin != NULL && config_serves_origin(r->config, origin);
}

bool
origin_host_is_ours(const struct request *r)
{
	const char *scheme = r->config->plain_http ? "http" : "https";
	const char *port = r->config->plain_http ? ":80" : ":443";
	char *host;
	size_t length, port_length = strlen(port);

	if (r->http.host[0] == '\0')
		return true;
	host = text_lower(r->arena, r->http.host);
	length = strlen(host);
	if (length > port_length && strcmp(host + length - port_length, port) == 0)
		host[length - port_length] = '\0';
	return config_serves_origin(r->config, arena_format(r->arena, "%s://%s", scheme, host));
}
