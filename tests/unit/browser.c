/*
 * Names of browsers, from what they really send.
 */
#include "unit.h"

#include "core/browser.h"

static struct arena *arena;

static void
test_what_they_send(void **state)
{
	static const struct {
		const char *agent, *name;
	} sent[] = {
		{ "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
		    "Firefox on Linux" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
		  "Gecko) Chrome/126.0.0.0"
		  " Safari/537.36 Edg/126.0.0.0",
		    "Edge on Windows" },
		{ "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "Chrome/126.0.0.0 Safari/537.36",
		    "Chrome on Linux" },
		{ "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Ubuntu "
		  "Chromium/80.0.3987.163"
		  " Chrome/80.0.3987.163 Safari/537.36",
		    "Chromium on Linux" },
		{ "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "HeadlessChrome/130.0.0.0"
		  " Safari/537.36",
		    "Chromium on Linux" },
		{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, "
		  "like Gecko) Version/17.5"
		  " Safari/605.1.15",
		    "Safari on macOS" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
		  "(KHTML, like Gecko)"
		  " Version/17.5 Mobile/15E148 Safari/604.1",
		    "Safari on iPhone" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
		  "(KHTML, like Gecko)"
		  " CriOS/126.0 Mobile/15E148 Safari/604.1",
		    "Chrome on iPhone" },
		{ "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "Chrome/126.0.0.0"
		  " Mobile Safari/537.36",
		    "Chrome on Android" },
		{ "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
		    "Firefox on Android" },
		{ "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
		  "Chrome/126.0.0.0"
		  " Safari/537.36",
		    "Chrome on ChromeOS" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
		  "Gecko) Chrome/126.0.0.0"
		  " Safari/537.36 OPR/112.0.0.0",
		    "Opera on Windows" },
		{ "Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.7.8", "Lynx" },
		{ "w3m/0.5.3+git20230121", "w3m" },
		{ "Links (2.28; Linux 6.1.0 x86_64; GNU C 12.2; text)", "Links on Linux" },
		{ "ELinks/0.13.2 (textmode; Linux 6.1.0 x86_64; 80x24-2)", "ELinks on Linux" },
		{ "curl/7.88.1", "curl" },
		{ "Wget/1.21.3", "Wget" },
		{ "Mozilla/5.0 (X11; FreeBSD amd64; rv:128.0) Gecko/20100101 Firefox/128.0",
		    "Firefox on FreeBSD" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(sent); i++)
		assert_string_equal(browser_name(arena, sent[i].agent), sent[i].name);
}

static void
test_what_nobody_knows(void **state)
{
	static const char *const sent[] = { "", "Mozilla/5.0 (tests)", "<script>alert(1)</script>",
		"MyFirefox/1.0", "Firefox", "\xf0\x9f\x98\x80", "%s%n" };

	(void)state;
	assert_string_equal(browser_name(arena, NULL), "Unknown browser");
	for (size_t i = 0; i < COUNT(sent); i++)
		assert_string_equal(browser_name(arena, sent[i]), "Unknown browser");
	assert_string_equal(browser_name(arena, "Something (Linux)"), "Unknown browser on Linux");
}

static void
test_networks(void **state)
{
	(void)state;
	assert_string_equal(browser_network(arena, "192.0.2.7"), "192.0.2.7");
	assert_string_equal(browser_network(arena, "2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
	assert_string_equal(browser_network(arena, "2001:db8:1:2::"), "2001:db8:1:2::/64");
	assert_string_equal(browser_network(arena, "::1"), "::/64");
	assert_string_equal(browser_network(arena, "::ffff:192.0.2.7"), "::ffff:192.0.2.7");
	assert_string_equal(browser_network(arena, ""), "");
	assert_string_equal(browser_network(arena, "unix:"), "unix:");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_they_send),
		cmocka_unit_test(test_what_nobody_knows),
		cmocka_unit_test(test_networks),
	};

	arena = arena_create();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
