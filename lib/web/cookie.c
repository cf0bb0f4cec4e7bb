/* cookie.c: the cookies of the product. */
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "web/cookie.h"
#include "web/http.h"

/* suffix "" for the session, "-theme" and so on for the others. */
static const char *
cookie_name(const struct request *r, const char *suffix)
{
	const char *prefix = r->config->plain_http ? ""
	    : r->config->base_path[0] == '\0'      ? "__Host-"
	                                           : "__Secure-";

	return arena_format(r->arena, "%svestibule%s", prefix, suffix);
}

static const char *
read_cookie(const struct request *r, const char *suffix)
{
	if (r->http.cookie == NULL)
		return NULL;
	return http_cookie(r->arena, r->http.cookie, cookie_name(r, suffix));
}

const char *
cookie_session(const struct request *r)
{
	return read_cookie(r, "");
}

const char *
cookie_link(const struct request *r)
{
	return read_cookie(r, "-link");
}

const char *
cookie_invitation(const struct request *r)
{
	return read_cookie(r, "-invitation");
}

const char *
cookie_email(const struct request *r)
{
	return read_cookie(r, "-email");
}

const char *
cookie_theme(const struct request *r)
{
	const char *value = read_cookie(r, "-theme");

	if (text_equal(value, "light") || text_equal(value, "dark"))
		return value;
	return "system";
}

bool
cookie_disables_hidpi(const struct request *r)
{
	return text_equal(read_cookie(r, "-hidpi"), "off");
}

/* seconds: -1 ends the cookie, 0 until the browser closes. */
static const char *
cookie_line(const struct request *r, const char *suffix, const char *value, int64_t seconds)
{
	const char *path = r->config->base_path[0] == '\0' ? "/" : r->config->base_path;
	const char *secure = r->config->plain_http ? "" : "; Secure";

	if (seconds == 0)
		return arena_format(r->arena, "%s=%s; Path=%s; HttpOnly; SameSite=Lax%s",
		    cookie_name(r, suffix), value, path, secure);
	return arena_format(r->arena, "%s=%s; Path=%s; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
	    cookie_name(r, suffix), value, path, (long long)(seconds > 0 ? seconds : 0), secure);
}

void
cookie_set(struct request *r, const char *name, const char *value, int64_t seconds)
{
	if (r->extra_cookie_count == REQUEST_COOKIES)
		return;
	r->extra_cookies[r->extra_cookie_count++] = cookie_line(r,
	    arena_format(r->arena, "-%s", name), value != NULL ? value : "",
	    value != NULL ? seconds : -1);
}

void
cookie_write(struct request *r)
{
	if (r->new_cookie != NULL) {
		int64_t seconds = r->new_cookie[0] == '\0' ? -1
		    : r->new_cookie_kept ? r->config->session_keep_days * (CLOCK_DAY / CLOCK_SECOND)
		                         : 0;

		http_header(&r->answer, "Set-Cookie", cookie_line(r, "", r->new_cookie, seconds));
	}
	for (unsigned i = 0; i < r->extra_cookie_count; i++)
		http_header(&r->answer, "Set-Cookie", r->extra_cookies[i]);
}
