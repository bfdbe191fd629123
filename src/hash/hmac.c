#include "hash/hmac.h"

#include <string.h>

#include "base/attr.h"
#include "hash/digest.h"
#include "hash/hasher.h"

#define BLOCK 64

void hmac_sha256(uint8_t out[SHA256_LEN], const void *key, size_t key_len, const void *data,
                 size_t len) {
    struct hasher *h CLEANUP(hasher_freep) = hasher_new(HASH_SHA256);
    uint8_t inner[BLOCK] = {0}, outer[BLOCK];
    struct digest d;

    if (key_len > BLOCK) {
        hasher_add(h, key, key_len);
        hasher_end(h, &d);
        hasher_reset(h);
        memcpy(inner, d.byte, SHA256_LEN);
    } else if (key_len > 0) {
        memcpy(inner, key, key_len);
    }
    for (size_t i = 0; i < BLOCK; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }
    hasher_add(h, inner, BLOCK);
    hasher_add(h, data, len);
    hasher_end(h, &d);
    hasher_reset(h);
    hasher_add(h, outer, BLOCK);
    hasher_add(h, d.byte, SHA256_LEN);
    hasher_end(h, &d);
    memcpy(out, d.byte, SHA256_LEN);
}

const char *hmac_text(char out[SHA256_TEXT_MAX], const uint8_t mac[SHA256_LEN]) {
    struct digest d = {.algo = HASH_SHA256, .len = SHA256_LEN};
    char text[DIGEST_TEXT_MAX];

    memcpy(d.byte, mac, SHA256_LEN);
    memcpy(out, digest_text(text, &d), SHA256_TEXT_MAX);
    return out;
}

const char *sha256_text(char out[SHA256_TEXT_MAX], const void *data, size_t len) {
    struct digest d;

    hash_bytes(&d, HASH_SHA256, data, len);
    return hmac_text(out, d.byte);
}
