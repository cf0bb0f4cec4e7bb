/*
 * Where a request came from: our own addresses, or another site.
 */
#ifndef VESTIBULE_WEB_ORIGIN_H
#define VESTIBULE_WEB_ORIGIN_H

#include <stdbool.h>

#include "web/request.h"

/*
 * Whether what the browser says about the origin of a POST fits: Sec-Fetch-Site "same-origin",
 * Origin one of ours, else Referer of one of ours. A header that is absent says nothing (text
 * browsers, plain http): the token decides then (design/security.md 0.9).
 */
bool origin_is_ours(const struct request *);

/* Whether the Host header names one of our addresses (decisions 13); an absent one does. */
bool origin_host_is_ours(const struct request *);

#endif
