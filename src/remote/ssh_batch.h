/*
 * Inside of the ssh kind: what its operations share. An operation is a batch of items, each a task
 * of requests; items whose connection broke are begun again.
 */
#ifndef REMOTE_SSH_BATCH_H
#define REMOTE_SSH_BATCH_H

#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"
#include "net/sftp.h"
#include "remote/files.h"

struct arena;
struct progress;

struct ssh {
    struct files files;
    struct sftp *sftp;
    char *url;
    char *base; /* absolute path of the url, without a slash at its end; "" for the root */
};

struct ssh_batch {
    struct ssh *ssh;
    struct arena *arena; /* of the batch: tasks and paths */
    struct files_item *items;
    size_t n, next;
    VEC(size_t) again; /* items whose connection broke */
    struct progress *progress;
    /* Begins item i on the connection. */
    int (*begin)(struct ssh_batch *b, struct sftp_link *link, size_t i);
    void *ctx;
};

/* Runs all items. */
int ssh_batch_run(struct ssh_batch *b) MUST_CHECK;
/* The item is done: rc and its chain, if any, become its outcome. Errors after which nothing can go
 * on (a full disk here, Ctrl-C) are returned. */
int ssh_batch_end(struct ssh_batch *b, size_t item, int rc) MUST_CHECK;
/* The connection broke: once more. */
void ssh_batch_again(struct ssh_batch *b, size_t item);

/* Absolute, in the arena. */
const char *ssh_path(const struct ssh *s, struct arena *arena, const char *key);

int ssh_get(struct files *f, struct files_item *items, size_t n, const struct files_sink *sink,
            struct progress *p) MUST_CHECK;
int ssh_put(struct files *f, struct files_item *items, size_t n, const struct files_source *src,
            struct arena *arena, struct progress *p) MUST_CHECK;
int ssh_list(struct files *f, struct files_range *ranges, size_t n, files_list_fn *fn,
             void *ctx) MUST_CHECK;

#endif
