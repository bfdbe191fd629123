/*
 * Downloads over SFTP: a file is opened, then asked for its size and its first block at once, which
 * is all for a small one; the blocks of a large one are asked for many at a time.
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "job/progress.h"
#include "remote/ssh_batch.h"

enum { READS_MAX = 64, ATTEMPTS = 3 };

/* Tags of what is no read; reads have their offset. */
#define OPENED  (UINT64_MAX)
#define SIZED   (UINT64_MAX - 1)
#define CLOSED  (UINT64_MAX - 2)
#define TAG_MIN CLOSED

struct download {
    struct sftp_task task;
    struct ssh_batch *batch;
    const char *path;
    size_t item, block;
    struct sftp_handle handle;
    uint64_t size;        /* FILES_SIZE_UNKNOWN until it was told */
    uint64_t asked, came; /* bytes from the start; those of an earlier run count */
    uint64_t skip;        /* of an earlier run */
    int attempts;
    bool is_open;
    struct err_chain *failure; /* why it ends early, or NULL */
};

static void give_up(struct download *d, int rc) {
    if (d->failure) {
        err_clear(); /* the first reason counts */
        return;
    }
    d->failure = err_take(rc);
}

static uint64_t block_end(const struct download *d, uint64_t at) {
    uint64_t end = at - at % d->block + d->block;

    return end < d->size ? end : d->size;
}

static void ask_more(struct download *d) {
    bool known = d->size != FILES_SIZE_UNKNOWN;

    while (known && !d->failure && d->asked < d->size && d->task.waiting < READS_MAX) {
        uint64_t end = block_end(d, d->asked);
        sftp_read(&d->task, &d->handle, d->asked, (size_t)(end - d->asked), d->asked);
        d->asked = end;
    }
}

static const struct files_sink *sink_of(const struct download *d) {
    return d->batch->ctx;
}

static void sized(struct download *d, const struct sftp_reply *r) {
    const struct files_sink *sink = sink_of(d);

    if (r->type != SFTP_ATTRS || !r->attrs.has_size) {
        give_up(d, sftp_error(r, d->path));
        return;
    }
    d->size = r->attrs.size;
    int rc = sink->begin(sink->ctx, d->item, d->size, &d->skip);
    if (rc) {
        give_up(d, rc);
        return;
    }
    d->skip = d->skip > d->size ? 0 : d->skip;
    d->came = d->skip;
    /* The first block is on its way, from the start. */
    d->asked = d->skip > 0 ? d->skip : d->size < d->block ? d->size : d->block;
}

static void data_came(struct download *d, const struct sftp_reply *r, uint64_t at) {
    const struct files_sink *sink = sink_of(d);

    if (d->failure || (at == 0 && d->skip > 0)) {
        return;
    }
    if (r->type != SFTP_DATA) {
        bool end = r->type == SFTP_STATUS && r->status == SFTP_EOF;
        if (!(end && at >= d->size)) {
            give_up(d, end ? err_set(ERR_FAILED, "%s: it got shorter while it was read", d->path)
                           : sftp_error(r, d->path));
        }
        return;
    }
    uint64_t end = d->size > at ? block_end(d, at) : at;
    if (r->len == 0 || r->len > end - at) {
        give_up(d, err_set(ERR_INVALID, "%s: the SFTP server sent more or less than was asked",
                           d->path));
        return;
    }
    progress_add(d->batch->progress, 0, r->len);
    int rc = sink->write(sink->ctx, d->item, at, r->data, r->len);
    if (rc) {
        give_up(d, rc);
        return;
    }
    d->came += r->len;
    if (r->len < end - at) { /* servers may send less at a time */
        sftp_read(&d->task, &d->handle, at + r->len, (size_t)(end - at - r->len), at + r->len);
    }
}

static int begin_again(struct download *d, struct sftp_link *link) {
    d->size = FILES_SIZE_UNKNOWN;
    d->asked = d->came = d->skip = 0;
    d->is_open = false;
    d->block = sftp_read_max(link);
    sftp_begin(&d->task, link);
    sftp_open_read(&d->task, d->path, OPENED);
    return 0;
}

static int finish(struct download *d) {
    const struct files_sink *sink = sink_of(d);
    struct sftp_link *link = d->task.link;
    int rc = d->failure ? err_give(d->failure) : sink->end(sink->ctx, d->item);

    d->failure = NULL;
    sftp_end(&d->task);
    if (rc == ERR_CORRUPT && ++d->attempts < ATTEMPTS) {
        err_clear();
        return begin_again(d, link);
    }
    if (!rc) {
        d->batch->items[d->item].size = d->size;
    }
    return ssh_batch_end(d->batch, d->item, rc);
}

static int get_reply(struct sftp_task *t, struct sftp_reply *r, uint64_t tag) {
    struct download *d = (struct download *)t;

    if (r->type == SFTP_STATUS && r->status == SFTP_LOST) {
        err_drop(d->failure);
        ssh_batch_again(d->batch, d->item);
        return 0;
    }
    if (tag == OPENED) {
        d->is_open = sftp_take_handle(&d->handle, r);
        if (d->is_open) {
            sftp_fstat(t, &d->handle, SIZED);
            sftp_read(t, &d->handle, 0, d->block, 0);
        } else {
            give_up(d, sftp_error(r, d->path));
        }
    } else if (tag == SIZED) {
        sized(d, r);
    } else if (tag < TAG_MIN) {
        if (d->size == FILES_SIZE_UNKNOWN && !d->failure) {
            give_up(d, err_set(ERR_INVALID, "%s: answers came out of order", d->path));
        }
        data_came(d, r, tag);
    }
    ask_more(d);
    if (t->waiting > 0) {
        return 0;
    }
    if (d->is_open && tag != CLOSED) {
        sftp_close(t, &d->handle, CLOSED);
        return 0;
    }
    return finish(d);
}

static int get_begin(struct ssh_batch *b, struct sftp_link *link, size_t i) {
    struct download *d = arena_alloc(b->arena, sizeof *d);

    *d = (struct download){.task.reply = get_reply, .batch = b, .item = i};
    d->path = ssh_path(b->ssh, b->arena, b->items[i].key);
    return begin_again(d, link);
}

int ssh_get(struct files *f, struct files_item *items, size_t n, const struct files_sink *sink,
            struct progress *p) {
    struct ssh_batch b = {.ssh = (struct ssh *)f, .items = items, .n = n, .progress = p};

    b.begin = get_begin;
    b.ctx = (void *)(uintptr_t)sink;
    return ssh_batch_run(&b);
}
