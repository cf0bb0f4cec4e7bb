/*
 * What invitation.c, invitation_accept.c and invitation_end.c share.
 */
#ifndef VESTIBULE_DATA_INVITATION_PRIVATE_H
#define VESTIBULE_DATA_INVITATION_PRIVATE_H

#include "data/invitation.h"

bool invitation_hash(
    const struct crypto_keys *, uint32_t key_id, const char *code, uint8_t hash[CRYPTO_HASH]);

/* Ends a pending row: "accepted", "declined" or "revoked"; its notice is closed. */
void invitation_settle(struct db *, int64_t address, const char *status, int64_t now);

/* Tells somebody of an address row that is for them. */
void invitation_notice(struct db *, struct arena *, int64_t person, int64_t address,
    const char *workspace, int64_t now);

#endif
