/*
 * Sending usage figures, once a day at most.
 */
#ifndef VESTIBULE_CTL_TELEMETRY_H
#define VESTIBULE_CTL_TELEMETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "ctl/ctl.h"

/*
 * Sends today's report if the switch is on, an administrator or the operator agreed, an address is
 * configured, and nobody has tried today. True when it arrived; a failure is said on standard error
 * and noted for the page, and tried again tomorrow.
 */
bool telemetry_send(struct ctl *, int64_t now);

#endif
