/* Values of the whole installation that are not for the operator to choose, by name. */
#ifndef VESTIBULE_DATA_SERVER_SETTING_H
#define VESTIBULE_DATA_SERVER_SETTING_H

#include "data/db.h"

/* Names: "installation.id", 32 hex digits, made by the first migration. "" when there is none. */
const char *server_setting(struct db *, const char *name);

#endif
