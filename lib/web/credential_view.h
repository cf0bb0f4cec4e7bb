/*
 * App Credentials of one workspace, as the Workspace page shows them: the table with edit, rotate
 * and revoke, and the button that makes a new pair (features 1.F).
 */
#ifndef VESTIBULE_WEB_CREDENTIAL_VIEW_H
#define VESTIBULE_WEB_CREDENTIAL_VIEW_H

#include <stddef.h>

#include "data/credential.h"
#include "web/request.h"

/*
 * Heading, table and button. The list is what the person may see there; who made each is a column
 * as soon as one is somebody else's. At the maximum a sentence stands for the button.
 */
void credential_view_draw(
    struct request *, const struct workspace *, const struct credential *list, size_t count);

#endif
