/*
 * Seals over the audit events (decisions 17): every range of events gets a hash over its rows and
 * the hash of the range before, so that a row that was changed, removed or slipped in later shows.
 *
 * The hash has no key, or the loss of a key file would end the chain: somebody who may write both
 * tables can compute all seals anew. Against that the operator keeps the newest hash elsewhere, and
 * asks for it with --seal.
 */
#ifndef VESTIBULE_CTL_AUDIT_SEAL_H
#define VESTIBULE_CTL_AUDIT_SEAL_H

#include <stdint.h>

#include "ctl/ctl.h"

/*
 * Seals what is old enough that no transaction can still add to it, in ranges of 1,000 at most.
 * Returns how many events; the database may have failed.
 */
uint64_t audit_seal_events(struct ctl *, int64_t now);

/*
 * Removes the events of ranges that were sealed before a moment; their seals stay. Returns how
 * many.
 */
uint64_t audit_remove_events(struct ctl *, int64_t before);

#endif
