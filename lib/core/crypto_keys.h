/*
 * What crypto.c and the key file (crypto_keys.c) share; nothing for other modules.
 */
#ifndef VESTIBULE_CORE_CRYPTO_KEYS_H
#define VESTIBULE_CORE_CRYPTO_KEYS_H

#include <stdint.h>

#include "core/crypto.h"

#define CRYPTO_SUBKEY 32	/* bytes of a subkey */

/* The key for one purpose; NULL when the key id is not in the file. */
const uint8_t *crypto_subkey(const struct crypto_keys *, uint32_t key_id, enum crypto_purpose);

#endif
