/*
 * A new pair of keys as the one-time page shows it: the keys, when they expire, and the texts to
 * paste or to save (features F6, F7, F15).
 */
#ifndef VESTIBULE_WEB_CLIENT_CONFIGURATION_VIEW_H
#define VESTIBULE_WEB_CLIENT_CONFIGURATION_VIEW_H

#include <stdint.h>

#include "data/client_configuration.h"
#include "web/request.h"

/*
 * expires: 0 for never. The files are below /settings/credentials/created/, under the first id of
 * the request.
 */
void client_configuration_draw(
    struct request *, const struct client_configuration *, int64_t expires);

#endif
