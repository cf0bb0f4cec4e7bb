/*
 * Visible texts go through gettext from the first line: _("Profile"). English is the text itself.
 * N_() marks a text in a table that is translated where it is shown.
 */
#ifndef VESTIBULE_CORE_LANGUAGE_H
#define VESTIBULE_CORE_LANGUAGE_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) (text)

/* Sets UTF-8, and the catalogue "vestibule" in the folder. */
void language_start(const char *locale_directory);

#endif
