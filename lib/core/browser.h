/*
 * What a browser calls itself, in words for people: "Firefox on Linux". For lists of sessions and
 * notices only: User-Agent is what the other side chooses to send.
 */
#ifndef VESTIBULE_CORE_BROWSER_H
#define VESTIBULE_CORE_BROWSER_H

#include "core/arena.h"

/* Never NULL and never a part of the header itself; "Unknown browser" for what is not known. */
const char *browser_name(struct arena *, const char *user_agent);

/*
 * The network of an address: itself for IPv4, the first 64 bits for IPv6, whose rest changes from
 * day to day. What is no address stays as it is.
 */
const char *browser_network(struct arena *, const char *address);

#endif
