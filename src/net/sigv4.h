/*
 * AWS Signature Version 4, checked against AWS's published vectors. Signs the call as it is: the
 * path of its url has to be escaped as it will be sent, its query may be in any order.
 */
#ifndef NET_SIGV4_H
#define NET_SIGV4_H

#include <stdbool.h>
#include <stdint.h>

#include "hash/hmac.h"

struct http_call;

struct sigv4 {
    const char *access, *secret;
    const char *token; /* of temporary keys, or NULL */
    const char *region, *service;
    /* The key of the day; begins zeroed, and again when one of the above changes. */
    char day[9];
    uint8_t key[SHA256_LEN];
};

#define SIGV4_UNSIGNED "UNSIGNED-PAYLOAD"
#define SIGV4_EMPTY    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* Sets x-amz-date, x-amz-security-token and Authorization. All headers there are signed, but those
 * that proxies change. `payload` is the SHA-256 of the body as text, or SIGV4_UNSIGNED. `seconds`
 * since the epoch. */
void sigv4_sign(struct sigv4 *s, struct http_call *c, const char *payload, int64_t seconds);

#endif
