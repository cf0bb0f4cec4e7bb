/*
 * Visible texts go through gettext from the first line: _("Profile"). English is the text itself.
 * N_() marks a text in a table that is translated where it is shown.
 */
#ifndef VESTIBULE_CORE_LANGUAGE_H
#define VESTIBULE_CORE_LANGUAGE_H

#include <libintl.h>

#define _(text) language_text(text)
#define N_(text) (text)

/* gettext(), but free of cost where no catalogue is installed: a page has a hundred texts. */
const char *language_text(const char *text) __attribute__((format_arg(1)));

/* Sets UTF-8, and the catalogue "vestibule" in the folder. */
void language_start(const char *locale_directory);

#endif
