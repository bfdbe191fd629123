/*
 * One HTTP request and what came of it, as a value. Made by http_call_new, filled by who asks,
 * handed to net/multi, which sends it (again and again where that helps), calls `done`, and frees
 * it. Everything it points to lives in its arena or outlives it.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"
#include "base/vec.h"

struct arena;
struct http_call;
struct multi;

struct http_header {
    const char *name, *value;
    bool secret; /* not sent to another host that a redirect names, never shown */
};

/* What to do after an answer. */
enum http_verdict {
    HTTP_FINAL, /* this is the outcome, good or bad */
    HTTP_RETRY, /* the same again after a while, within the budget */
    HTTP_AGAIN  /* the same again at once, once: something was learned (a region, a new token) */
};

/* What the calls to one service have in common. All may be NULL. */
struct http_rules {
    /* Before each attempt: signs what is in the call now (set headers anew: http_header_set). */
    int (*sign)(void *ctx, struct http_call *c);
    /* After each answer: final or not. NULL: http_judge. */
    enum http_verdict (*judge)(void *ctx, struct http_call *c);
    void *ctx;
};

/* The body that is sent: `len` bytes at `data`, or else from offset of a file. */
struct http_body {
    const void *data;
    int fd; /* not closed by the call */
    uint64_t offset, len;
};

struct http_call {
    struct arena *arena;
    const char *method; /* "GET" … */
    const char *url;    /* escaped as it is to be sent */
    VEC(struct http_header) headers;
    bool has_body;
    struct http_body body;
    const struct http_rules *rules;
    bool follow;       /* redirects are followed; a 307 or 308 sends the body again */
    bool keep;         /* freed by who made it, not by net/multi */
    bool once;         /* not sent a second time after it may have had an effect */
    uint64_t expected; /* bytes that will probably come back: sizes the buffer */

    /* Where the body of a 2xx answer goes; NULL: into `text`. `start` is called when the first byte
     * of each attempt comes (or at its end when there is none). An error ends the call, not the run. */
    int (*start)(struct http_call *c);
    int (*write)(struct http_call *c, const void *data, size_t len);
    /* The outcome is there: status, or rc when no answer came. May add calls to the run. An error
     * returned ends the run. NULL: nothing to do. */
    int (*done)(struct multi *m, struct http_call *c);
    void *ctx;
    size_t item; /* of ctx, for who asks */
    uint64_t at; /* likewise: where its part begins */
    void *extra; /* likewise */

    int status;        /* 0: no answer; then rc and why */
    int rc;            /* ERR_… of the network, of start or write */
    char *why, *hint;  /* words for rc, and what to do about it or NULL; in the arena */
    struct str head;   /* header lines of the last answer */
    struct str text;   /* its body when it did not go to `write`, at most text.max */
    uint64_t received; /* body bytes of the last attempt that went to `write` */

    /* Of net/multi. */
    struct http_flight {
        void *easy;
        struct curl_slist *lines;
        uint64_t sent; /* of the body, in this attempt */
        int tries, redirects;
        bool started, again;
        int64_t not_before;
        struct http_call *next;
    } flight;
};

#define HTTP_TEXT_MAX ((size_t)64 << 20) /* of an answer kept in memory */

struct http_call *http_call_new(const char *method, const char *url);
void http_call_free(struct http_call *c);

/* Adds or replaces by name; both texts are copied. NULL value: taken off. */
void http_header_set(struct http_call *c, const char *name, const char *value);
void http_header_secret(struct http_call *c, const char *name, const char *value);

/* A header of the answer, in the call's arena; NULL if absent. Names in any case. */
const char *http_answer(const struct http_call *c, const char *name);
/* A date of a header in ns since the epoch; 0 if it is none, or NULL. */
int64_t http_time_ns(const char *text);
int64_t http_iso_time_ns(const char *text); /* the same for "2013-05-24T00:00:00.000Z" */
/* Without its quotes, as DVC records it; NULL for NULL. In the arena. */
const char *http_plain_etag(struct arena *arena, const char *etag);
/* The chain of this thread becomes the outcome of the call. */
void http_fails(struct http_call *c, int rc);
bool http_ok(const struct http_call *c); /* 2xx */

/* Retry for 408, 425, 429, 500, 502, 503, 504; final else. */
enum http_verdict http_judge(const struct http_call *c);

/* The outcome as an error, "cannot <doing>: 404 Not Found"; `detail` (what the server says) may be
 * NULL. 404 and 410 give
 * ERR_NOT_FOUND, 403 ERR_DENIED. 0 for a 2xx. */
int http_error(const struct http_call *c, const char *detail) MUST_CHECK;

#endif
