/*
 * gettext, set up once a process.
 */
#include "core/language.h"

#include <glob.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Whether there is any catalogue; set once by language_start(). */
static bool translated;

static bool
has_catalogue(const char *locale_directory)
{
	char pattern[1024];
	glob_t found = { 0 };
	bool any;

	snprintf(pattern, sizeof(pattern), "%s/*/LC_MESSAGES/vestibule.mo", locale_directory);
	any = glob(pattern, GLOB_NOSORT, NULL, &found) == 0;
	globfree(&found);
	return any;
}

const char *
language_text(const char *text)
{
	return translated ? gettext(text) : text;
}

void
language_start(const char *locale_directory)
{
	const char *locale;

	/*
	 * Letters by UTF-8 whatever the environment says, messages in the language of the
	 * environment. Numbers, dates and sorting stay those of C: they go into URLs, JSON and SQL.
	 */
	setlocale(LC_CTYPE, "C.UTF-8");
	locale = setlocale(LC_MESSAGES, "");
	/* Under the plain C locale gettext would not even look at LANGUAGE. */
	if (locale == NULL || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
		setlocale(LC_MESSAGES, "C.UTF-8");
	bindtextdomain("vestibule", locale_directory);
	bind_textdomain_codeset("vestibule", "UTF-8");
	textdomain("vestibule");
	translated = has_catalogue(locale_directory);
}
