/*
 * What invitation.c and invitation_accept.c share.
 */
#ifndef VESTIBULE_DATA_INVITATION_PRIVATE_H
#define VESTIBULE_DATA_INVITATION_PRIVATE_H

#include "data/invitation.h"

bool invitation_hash(
    const struct crypto_keys *, uint32_t key_id, const char *code, uint8_t hash[CRYPTO_HASH]);

#endif
