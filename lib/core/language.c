/*
 * gettext, set up once a process.
 */
#include "core/language.h"

#include <locale.h>
#include <string.h>

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
}
