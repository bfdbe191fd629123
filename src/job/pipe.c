#include "job/pipe.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

struct block {
    char *data;
    size_t len;
};

struct ring {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct block *blocks;
    int count;
    int filled;   /* blocks that wait for the consumer */
    int first;    /* the oldest of them */
    bool ended;   /* no more will be filled */
    bool stopped; /* the consumer has failed */
    int rc;       /* of the consumer */
    struct err_chain *chain;
    pipe_use_fn *use;
    void *ctx;
};

static void *consume(void *arg) {
    struct ring *r = arg;

    (void)pthread_mutex_lock(&r->lock);
    for (;;) {
        struct block *b = &r->blocks[r->first];
        int rc;

        while (r->filled == 0 && !r->ended) {
            (void)pthread_cond_wait(&r->changed, &r->lock);
        }
        if (r->filled == 0) {
            break;
        }
        (void)pthread_mutex_unlock(&r->lock);
        rc = r->use(r->ctx, b->data, b->len);
        (void)pthread_mutex_lock(&r->lock);
        if (rc != 0) {
            r->rc = rc;
            r->chain = err_take();
            r->stopped = true;
            (void)pthread_cond_signal(&r->changed);
            break;
        }
        r->first = (r->first + 1) % r->count;
        r->filled--;
        (void)pthread_cond_signal(&r->changed);
    }
    (void)pthread_mutex_unlock(&r->lock);
    return NULL;
}

static int produce(struct ring *r, size_t block_size, pipe_fill_fn *fill) {
    int rc = 0;
    bool end = false;

    while (rc == 0 && !end) {
        struct block *b;

        (void)pthread_mutex_lock(&r->lock);
        while (r->filled == r->count && !r->stopped) {
            (void)pthread_cond_wait(&r->changed, &r->lock);
        }
        end = r->stopped;
        b = &r->blocks[(r->first + r->filled) % r->count];
        (void)pthread_mutex_unlock(&r->lock);
        if (end) {
            break;
        }
        rc = fill(r->ctx, b->data, block_size, &b->len);
        end = b->len == 0;
        if (rc == 0 && !end) {
            (void)pthread_mutex_lock(&r->lock);
            r->filled++;
            (void)pthread_cond_signal(&r->changed);
            (void)pthread_mutex_unlock(&r->lock);
        }
    }
    return rc;
}

/* Without a second thread: one after the other. */
static int run_alone(struct ring *r, size_t block_size, pipe_fill_fn *fill) {
    struct block *b = &r->blocks[0];
    int rc;

    while ((rc = fill(r->ctx, b->data, block_size, &b->len)) == 0 && b->len > 0) {
        if ((rc = r->use(r->ctx, b->data, b->len)) != 0) {
            break;
        }
    }
    return rc;
}

static bool start(pthread_t *thread, struct ring *r) {
    sigset_t all, old;
    bool started;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    started = pthread_create(thread, NULL, consume, r) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    return started;
}

int pipe_run(size_t block_size, int blocks, pipe_fill_fn *fill, pipe_use_fn *use, void *ctx) {
    struct ring r = {.lock = PTHREAD_MUTEX_INITIALIZER,
                     .changed = PTHREAD_COND_INITIALIZER,
                     .blocks = mem_zalloc((size_t)blocks, sizeof(struct block)),
                     .count = blocks,
                     .use = use,
                     .ctx = ctx};
    pthread_t thread;
    int i, rc;

    for (i = 0; i < blocks; i++) {
        r.blocks[i].data = mem_alloc(block_size);
    }
    if (start(&thread, &r)) {
        rc = produce(&r, block_size, fill);
        (void)pthread_mutex_lock(&r.lock);
        r.ended = true;
        (void)pthread_cond_signal(&r.changed);
        (void)pthread_mutex_unlock(&r.lock);
        (void)pthread_join(thread, NULL);
        if (rc == 0 && r.rc != 0) {
            rc = err_give(r.chain);
            rc = r.rc;
        } else if (r.chain != NULL) {
            /* The producer's error came first; the other is dropped. */
            struct err_chain *kept = err_take();

            (void)err_give(r.chain);
            err_clear();
            (void)err_give(kept);
        }
    } else {
        rc = run_alone(&r, block_size, fill);
    }
    for (i = 0; i < blocks; i++) {
        free(r.blocks[i].data);
    }
    free(r.blocks);
    return rc;
}
