/*
 * Inside of net/: one attempt at a call as libcurl sees it: its options, and where its bytes come
 * from and go. Used by multi.
 */
#ifndef NET_ATTEMPT_H
#define NET_ATTEMPT_H

#include <stdbool.h>

#include "base/attr.h"
#include "net/curl_lib.h"
#include "net/multi.h"

struct http_call;

/* What all attempts have in common; owned by multi. */
struct attempt_setup {
    const struct curl_lib *curl;
    double connect_timeout, read_timeout; /* seconds */
    char *ca_file, *cert, *key, *user, *password;
    char *origin; /* url of the first call: user and password are for its host */
    bool insecure;
    enum multi_auth auth;
};

/* Sets all options of a fresh handle. The call keeps its header lines until it is grounded. */
void attempt_prepare(struct attempt_setup *a, CURL *easy, struct http_call *c);

/* Calls `start` of the call once in this attempt; false if it failed (noted in the call). */
bool attempt_start(struct http_call *c);

#endif
