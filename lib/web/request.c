/* request.c: outcomes, and small questions about a request. */
#include <stdarg.h>
#include <string.h>

#include "core/language.h"
#include "core/text.h"
#include "web/request.h"

void
request_refuse(struct request *r, unsigned status, const char *sentence)
{
	r->status = status;
	r->refusal = sentence;
}

void
request_not_found(struct request *r)
{
	request_refuse(r, 404,
	    _("There is nothing at this address. It may have been removed, or it is not yours to "
	      "see."));
}

void
request_not_a_member(struct request *r)
{
	request_refuse(
	    r, 403, _("You are no longer a member of this workspace. Nothing was changed."));
}

void
request_see(struct request *r, const char *message, const char *path_format, ...)
{
	va_list values;

	va_start(values, path_format);
	r->location = arena_format_list(r->arena, path_format, values);
	va_end(values);
	r->message = message;
	r->status = 303;
}

void
request_redirect(struct request *r, const char *path_format, ...)
{
	va_list values;

	va_start(values, path_format);
	r->location = arena_format_list(r->arena, path_format, values);
	va_end(values);
	r->message = NULL;
	r->status = 303;
}

void
request_show_again(struct request *r)
{
	r->again = true;
}

void
request_download(struct request *r, const char *type, const char *name, const char *bytes)
{
	r->status = 200;
	r->download_type = type;
	r->download_name = name;
	r->download = bytes;
}

const char *
request_query(const struct request *r, const char *name)
{
	for (size_t i = 0; i < r->http.query.count; i++) {
		if (strcmp(r->http.query.items[i].name, name) == 0)
			return r->http.query.items[i].value;
	}
	return "";
}

const char *
request_path(const struct request *r, const char *path_format, ...)
{
	const char *path;
	va_list values;

	va_start(values, path_format);
	path = arena_format_list(r->arena, path_format, values);
	va_end(values);
	return r->config->base_path[0] == '\0'
	    ? path
	    : arena_format(r->arena, "%s%s", r->config->base_path, path);
}

const char *
request_workspace_id(const struct request *r)
{
	return text_id(r->arena, r->workspace.public_id);
}

bool
request_is_fragment(const struct request *r)
{
	return r->http.fragment != NULL && strcmp(r->http.fragment, "1") == 0;
}

size_t
request_workspaces(struct request *r)
{
	if (r->workspaces != NULL)
		return r->workspace_count;
	if (r->session.memberships > 1) {
		r->workspace_count = workspace_list(
		    r->db, r->arena, r->session.person.id, &r->workspaces);
		return r->workspace_count;
	}
	r->workspaces = &r->session.workspace;
	r->workspace_count = r->session.workspace.id != 0;
	return r->workspace_count;
}
