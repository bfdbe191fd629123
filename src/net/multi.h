/*
 * The one loop that moves data over HTTP: many calls under way at once on reused connections. How
 * many adapts to what the link and the server bear, unless `jobs` says so. What fails in passing
 * (408, 429, 5xx, resets, timeouts) is sent again after a while with jitter, as long as the budget
 * lasts: some calls may need many tries, but not all of them, or the server is down.
 *
 * One thread: all callbacks run on the caller's. Ctrl-C ends a run with ERR_INTERRUPTED.
 */
#ifndef NET_MULTI_H
#define NET_MULTI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct http_call;
struct multi;
struct progress;

enum multi_auth { MULTI_AUTH_NONE, MULTI_AUTH_BASIC, MULTI_AUTH_DIGEST };

/* Texts are copied. Zeros are sensible. */
struct multi_config {
    int jobs;               /* calls at a time; 0: adapts */
    double connect_timeout; /* seconds; 0: 60 */
    double read_timeout;    /* seconds without a byte; 0: 60 */
    const char *ca_file;    /* trusted instead of the system's; NULL: SSL_CERT_FILE and such, else
                                the system's */
    bool insecure;          /* certificates are not checked: the user said so */
    const char *cert, *key; /* of the client */
    enum multi_auth auth;   /* with user and password; sent to the first host only */
    const char *user, *password;
    struct progress *progress; /* counts the requests; may be NULL */
};

struct multi_stats {
    uint64_t requests, retries; /* attempts in all, and those that repeat one */
    int peak;                   /* calls at a time */
};

int multi_open(struct multi **out, const struct multi_config *cfg) MUST_CHECK;
void multi_close(struct multi *m); /* NULL is fine */

/* Queues a call, which the run owns from now on; before a run or from `next` and `done`. */
void multi_add(struct multi *m, struct http_call *c);

/* Runs until all calls are done. `next` is asked whenever there is room for one more: it adds calls
 * and returns 1, or returns 0 when it has none at this moment (it is asked again while others are
 * under way), or an error, which ends the run; it may be NULL. After an error no call of the run is left. */
int multi_run(struct multi *m, int (*next)(void *ctx), void *ctx) MUST_CHECK;

/* One call by itself; the caller frees it. Its outcome is in the call; an error only when the run
 * could not go on. */
int multi_one(struct multi *m, struct http_call *c) MUST_CHECK;

const struct multi_stats *multi_stats(const struct multi *m);

#endif
