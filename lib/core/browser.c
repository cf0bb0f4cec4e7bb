/* browser.c: names of browsers. */
#include "core/browser.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "core/language.h"

struct sign {
	const char *part, *name;
};

/* In this order: most name the ones below them too. */
static const struct sign browsers[] = {
	{ "Edg/", "Edge" },
	{ "Edge/", "Edge" },
	{ "EdgA/", "Edge" },
	{ "EdgiOS/", "Edge" },
	{ "OPR/", "Opera" },
	{ "Chromium/", "Chromium" },
	{ "HeadlessChrome/", "Chromium" },
	{ "Chrome/", "Chrome" },
	{ "CriOS/", "Chrome" },
	{ "FxiOS/", "Firefox" },
	{ "Firefox/", "Firefox" },
	{ "Safari/", "Safari" },
	{ "Lynx/", "Lynx" },
	{ "w3m/", "w3m" },
	{ "ELinks/", "ELinks" },
	{ "Links (", "Links" },
	{ "Links/", "Links" },
	{ "NetSurf/", "NetSurf" },
	{ "Dillo/", "Dillo" },
	{ "curl/", "curl" },
	{ "Wget/", "Wget" },
};

static const struct sign systems[] = {
	{ "Android", "Android" },
	{ "iPhone", "iPhone" },
	{ "iPad", "iPad" },
	{ "Windows", "Windows" },
	{ "Mac OS X", "macOS" },
	{ "Macintosh", "macOS" },
	{ "CrOS", "ChromeOS" },
	{ "Linux", "Linux" },
	{ "linux", "Linux" },
	{ "FreeBSD", "FreeBSD" },
	{ "OpenBSD", "OpenBSD" },
	{ "NetBSD", "NetBSD" },
};

/* The part at the start of a word: "MyFirefox/" is no Firefox. */
static bool
has_word(const char *text, const char *part)
{
	for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
		if (at == text || strchr(" (;,", at[-1]) != NULL)
			return true;
	return false;
}

static const char *
find(const struct sign *signs, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (has_word(text, signs[i].part))
			return signs[i].name;
	return NULL;
}

const char *
browser_name(struct arena *arena, const char *user_agent)
{
	const char *agent = user_agent != NULL ? user_agent : "";
	const char *browser = find(browsers, sizeof(browsers) / sizeof(browsers[0]), agent);
	const char *system = find(systems, sizeof(systems) / sizeof(systems[0]), agent);

	if (browser == NULL)
		browser = _("Unknown browser");
	/* TRANSLATORS: a browser and an operating system */
	return system == NULL ? browser : arena_format(arena, _("%s on %s"), browser, system);
}

const char *
browser_network(struct arena *arena, const char *address)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr bytes;

	if (inet_pton(AF_INET6, address, &bytes) != 1 || IN6_IS_ADDR_V4MAPPED(&bytes))
		return address;
	memset(bytes.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &bytes, text, sizeof(text));
	return arena_format(arena, "%s/64", text);
}
