/*
 * gettext, set up once a process.
 */
#include "core/language.h"

#include <locale.h>

void
language_start(const char *locale_directory)
{
	/*
	 * Letters by UTF-8 whatever the environment says, messages in the language of the
	 * environment. Numbers, dates and sorting stay those of C: they go into URLs, JSON and SQL.
	 */
	setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "");
	bindtextdomain("vestibule", locale_directory);
	bind_textdomain_codeset("vestibule", "UTF-8");
	textdomain("vestibule");
}
