/*
 * What the sections about keys for cloud storage say alike (features 1.D).
 */
#ifndef VESTIBULE_WEB_CLOUD_ACCESS_VIEW_H
#define VESTIBULE_WEB_CLOUD_ACCESS_VIEW_H

#include "data/cloud_access.h"
#include "web/request.h"

/* What the keys are for, and where they are kept (D1, D12, Q12). */
const char *cloud_access_purpose(void);

/* Whether browsers may refuse what comes from the endpoint, and the sentence about it (D11). */
bool cloud_access_is_mixed(struct request *, const struct cloud_access *);
const char *cloud_access_mixed_warning(void);

#endif
