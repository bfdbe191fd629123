/*
 * Inside of remote/: items of one entry on their way through net/multi. Used by the web*.c files.
 */
#ifndef REMOTE_WEB_BATCH_H
#define REMOTE_WEB_BATCH_H

#include <stddef.h>

#include "base/attr.h"

struct files_item;
struct http_call;
struct progress;
struct web;

struct web_batch {
    struct web *w;
    struct files_item *items;
    size_t n, next;
    struct progress *progress;
    size_t good, bad; /* items that came to an end */
};

void web_batch_init(struct web_batch *b, struct web *w, struct files_item *items, size_t n,
                    struct progress *p);

/* Queues a call for an item: rules and what `done` needs to find its way. */
void web_batch_add(struct web_batch *b, struct http_call *c, size_t item);

/* What came of an answer: 0 for a 2xx, else an error in words. */
int web_error(struct web *w, const struct http_call *c) MUST_CHECK;

/* The item has come to its end, with the chain of this thread if rc is set. Returns an error, which
 * ends the batch, when all fails from the start: no login, no such place. */
int web_batch_end(struct web_batch *b, size_t item, int rc) MUST_CHECK;

#endif
