/*
 * Addresses of the configuration: what is taken and how it is written, and what is refused.
 */
#include "unit.h"

#include <stdbool.h>

#include "core/url.h"

static void
test_good_addresses(void **state)
{
	static const struct {
		const char *given, *text, *origin, *host, *path;
	} cases[] = {
		{ "https://ml.example.lan", "https://ml.example.lan", "https://ml.example.lan",
		    "ml.example.lan", "" },
		{ "https://ml.example.lan/", "https://ml.example.lan", "https://ml.example.lan",
		    "ml.example.lan", "" },
		{ "HTTPS://ML.Example.LAN/Ml", "https://ml.example.lan/Ml",
		    "https://ml.example.lan", "ml.example.lan", "/Ml" },
		{ "http://localhost:8080/", "http://localhost:8080", "http://localhost:8080",
		    "localhost", "" },
		{ "https://a:443", "https://a", "https://a", "a", "" },
		{ "http://a:80/b", "http://a/b", "http://a", "a", "/b" },
		{ "http://a:443", "http://a:443", "http://a:443", "a", "" },
		{ "https://a:80", "https://a:80", "https://a:80", "a", "" },
		{ "https://a:08443/x", "https://a:8443/x", "https://a:8443", "a", "/x" },
		{ "https://a:65535", "https://a:65535", "https://a:65535", "a", "" },
		{ "https://a/b/c/", "https://a/b/c", "https://a", "a", "/b/c" },
		{ "https://a/~x/.y/z-_1", "https://a/~x/.y/z-_1", "https://a", "a", "/~x/.y/z-_1" },
		{ "http://127.0.0.1:8080/...", "http://127.0.0.1:8080/...", "http://127.0.0.1:8080",
		    "127.0.0.1", "/..." },
		{ "http://[::1]:8080", "http://[::1]:8080", "http://[::1]:8080", "[::1]", "" },
		{ "https://[2001:DB8::1]/x", "https://[2001:db8::1]/x", "https://[2001:db8::1]",
		    "[2001:db8::1]", "/x" },
		{ "https://under_score.example", "https://under_score.example",
		    "https://under_score.example", "under_score.example", "" },
		{ "https://xn--bcher-kva.example", "https://xn--bcher-kva.example",
		    "https://xn--bcher-kva.example", "xn--bcher-kva.example", "" },
	};
	struct arena *arena = arena_create();
	const char *reason;
	struct url url;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		if (!url_parse(arena, cases[i].given, &url, &reason))
			fail_msg("%s: %s", cases[i].given, reason);
		assert_string_equal(url.text, cases[i].text);
		assert_string_equal(url.origin, cases[i].origin);
		assert_string_equal(url.host, cases[i].host);
		assert_string_equal(url.path, cases[i].path);
		/* What it writes, it reads as the same. */
		assert_true(url_parse(arena, url.text, &url, &reason));
		assert_string_equal(url.text, cases[i].text);
	}
	arena_destroy(arena);
}

static void
test_bad_addresses(void **state)
{
	static const struct {
		const char *given, *reason;
	} cases[] = {
		{ "", "start" },
		{ "ml.example.lan", "start" },
		{ "//ml.example.lan", "start" },
		{ "ftp://a", "start" },
		{ "javascript:alert(1)", "start" },
		{ "https:/a", "start" },
		{ "https:a", "start" },
		{ " https://a", "start" },
		{ "https://", "host" },
		{ "https:///x", "host" },
		{ "https://:8080", "host" },
		{ "https://a b", "host" },
		{ "https://a\tb", "host" },
		{ "https://-a", "host" },
		{ "https://a-", "host" },
		{ "https://.a", "host" },
		{ "https://a..b", "host" },
		{ "https://a%41", "host" },
		{ "https://b\xc3\xbc"
		  "cher",
		    "host" },
		{ "https://a\"b", "host" },
		{ "https://a\\b", "host" },
		{ "https://[::1", "host" },
		{ "https://[]", "host" },
		{ "https://[1.2.3.4]", "host" },
		{ "https://[::1%eth0]", "host" },
		{ "https://[::g]", "host" },
		{ "https://user@a", "user" },
		{ "https://user:word@a", "user" },
		{ "https://a?b", "query" },
		{ "https://a/?b=c", "query" },
		{ "https://a#b", "fragment" },
		{ "https://a/x#", "fragment" },
		{ "https://a:", "port" },
		{ "https://a:/", "port" },
		{ "https://a:0", "port" },
		{ "https://a:65536", "port" },
		{ "https://a:+1", "port" },
		{ "https://a:8x", "port" },
		{ "https://a:1:2", "port" },
		{ "https://[::1]x", "port" },
		{ "https://a//", "path" },
		{ "https://a//b", "path" },
		{ "https://a/b//c", "path" },
		{ "https://a/.", "path" },
		{ "https://a/./b", "path" },
		{ "https://a/..", "path" },
		{ "https://a/../b", "path" },
		{ "https://a/b/..", "path" },
		{ "https://a/b c", "path" },
		{ "https://a/b%20c", "path" },
		{ "https://a/b;c", "path" },
		{ "https://a/b,c", "path" },
		{ "https://a/b$c", "path" },
		{ "https://a/{b}", "path" },
		{ "https://a/\"b", "path" },
		{ "https://a/\xc3\xa9", "path" },
		{ "https://a/b\n", "path" },
	};
	struct arena *arena = arena_create();
	char text[400];
	struct url url;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		const char *reason = "";

		if (url_parse(arena, cases[i].given, &url, &reason))
			fail_msg("%s", cases[i].given);
		if (strstr(reason, cases[i].reason) == NULL)
			fail_msg("%s: %s", cases[i].given, reason);
	}
	/* 255 bytes are taken, 256 are not. */
	memset(text, 'a', sizeof(text));
	memcpy(text, "https://a/", 10);
	for (i = 255; i <= 256; i++) {
		const char *reason;

		text[i] = '\0';
		assert_int_equal(url_parse(arena, text, &url, &reason), i == 255);
		text[i] = 'a';
	}
	arena_destroy(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_addresses),
		cmocka_unit_test(test_bad_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
