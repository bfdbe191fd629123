/*
 * SHA-256 for signatures: the digest as text, and HMAC (RFC 2104) over it.
 */
#ifndef HASH_HMAC_H
#define HASH_HMAC_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN      32
#define SHA256_TEXT_MAX (2 * SHA256_LEN + 1)

void hmac_sha256(uint8_t out[SHA256_LEN], const void *key, size_t key_len, const void *data,
                 size_t len);

/* 64 lower-case hex digits. */
const char *sha256_text(char out[SHA256_TEXT_MAX], const void *data, size_t len);
const char *hmac_text(char out[SHA256_TEXT_MAX], const uint8_t mac[SHA256_LEN]);

#endif
