/*
 * Taking an address apart, from left to right.
 */
#include "core/url.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#include "core/text.h"

#define LONGEST 255

#define HOST_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-._"
#define PATH_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/"

static bool
is_host(const char *host, size_t length)
{
	size_t i;

	if (length == 0 || host[0] == '-' || host[0] == '.' || host[length - 1] == '-')
		return false;
	for (i = 0; i < length; i++)
		if (strchr(HOST_CHARACTERS, host[i]) == NULL ||
		    (host[i] == '.' && host[i - 1] == '.'))
			return false;
	return true;
}

/* Length of the host at the start of the text, which is in lower case; 0 when there is none. */
static size_t
host_length(struct arena *arena, const char *text)
{
	struct in6_addr address;
	const char *end;
	size_t length;

	if (*text != '[') {
		length = strcspn(text, ":/");
		return is_host(text, length) ? length : 0;
	}
	end = strchr(text, ']');
	if (end == NULL)
		return 0;
	if (inet_pton(AF_INET6, arena_copy(arena, text + 1, (size_t)(end - text - 1)),
	    &address) != 1)
		return 0;
	return (size_t)(end - text) + 1;
}

static bool
is_path(const char *path)
{
	if (path[strspn(path, PATH_CHARACTERS)] != '\0')
		return false;
	/* Each part begins behind a slash. */
	while (*path != '\0') {
		size_t length = strcspn(path + 1, "/");

		/* "", "." and ".." */
		if (length <= 2 && strspn(path + 1, ".") == length)
			return false;
		path += length + 1;
	}
	return true;
}

bool
url_parse(struct arena *arena, const char *text, struct url *url, const char **reason)
{
	const char *lower = text_lower(arena, text);
	bool secure = text_starts(lower, "https://");
	size_t scheme = secure ? strlen("https://") : strlen("http://");
	size_t host, port, path, length = strlen(text);
	int64_t number = secure ? 443 : 80;

	if (!secure && !text_starts(lower, "http://")) {
		*reason = "it does not start with https:// or http://";
		return false;
	}
	if (length > LONGEST) {
		*reason = "it is too long";
		return false;
	}
	if (text[strcspn(text, "?#@")] != '\0') {
		*reason = "it has a user, a query or a fragment";
		return false;
	}
	host = host_length(arena, lower + scheme);
	port = scheme + host;
	path = port + strcspn(text + port, "/");
	if (host == 0) {
		*reason = "its host is none";
		return false;
	}
	if (path > port && (text[port] != ':' || !text_integer(
	    arena_copy(arena, text + port + 1, path - port - 1), 1, 65535, &number))) {
		*reason = "its port is no number from 1 to 65535";
		return false;
	}
	if (text[length - 1] == '/')
		length--;
	url->path = arena_copy(arena, text + path, length > path ? length - path : 0);
	if (!is_path(url->path)) {
		*reason = "its path has a part or a character that is not allowed";
		return false;
	}
	url->host = arena_copy(arena, lower + scheme, host);
	url->origin = number == (secure ? 443 : 80) ?
	    arena_copy(arena, lower, port) :
	    arena_format(arena, "%.*s:%d", (int)port, lower, (int)number);
	url->text = arena_format(arena, "%s%s", url->origin, url->path);
	return true;
}
