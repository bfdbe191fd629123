/*
 * RS256: what a service account signs its claims with.
 */
#ifndef HASH_RSA_H
#define HASH_RSA_H

#include <stddef.h>

#include "base/attr.h"

struct str;

/* Appends the signature (RSA, PKCS #1 v1.5, SHA-256) of the data. `pem` is a private key without a
 * passphrase. ERR_INVALID if it is none. */
int rsa_sign_sha256(struct str *out, const char *pem, const void *data, size_t len) MUST_CHECK;

#endif
