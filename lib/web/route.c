/* route.c: finding the row of a path. */
#include <string.h>

#include "core/text.h"
#include "web/route.h"

#define ID 32	/* hex digits */

const char *
route_path(const struct request *r)
{
	size_t length = strlen(r->http.path);

	if (length > 1 && r->http.path[length - 1] == '/')
		return arena_copy(r->arena, r->http.path, length - 1);
	return r->http.path;
}

static bool
fits(struct request *r, const char *pattern, const char *path)
{
	unsigned ids = 0;

	memset(r->ids, 0, sizeof(r->ids));
	while (*pattern != '\0' && *path != '\0') {
		if (strncmp(pattern, ":id", 3) == 0) {
			char *id = arena_copy(r->arena, path, strnlen(path, ID));

			if (ids == REQUEST_IDS || !text_is_id(id))
				return false;
			r->ids[ids++] = id;
			pattern += 3;
			path += ID;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return *pattern == '\0' && *path == '\0';
}

const struct route *
route_find(struct request *r)
{
	const char *path = route_path(r);

	for (size_t i = 0; i < r->section->route_count; i++) {
		if (fits(r, r->section->routes[i].path, path))
			return &r->section->routes[i];
	}
	return NULL;
}
