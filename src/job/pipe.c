#include "job/pipe.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "job/thread.h"
#include "os/signal.h"

struct block {
    char *data;
    size_t len;
};

struct ring {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct block *blocks;
    size_t count, block_size;
    size_t first; /* the oldest block that is filled */
    size_t filled;
    bool ended;   /* no more will be filled */
    bool stopped; /* one side has failed: what is filled is not wanted any more */
    pipe_use_fn *use;
    void *ctx;
    struct err_chain *use_failure;
};

static void ring_release(struct ring *ring) {
    for (size_t i = 0; i < ring->count; i++) {
        free(ring->blocks[i].data);
    }
    free(ring->blocks);
    (void)pthread_cond_destroy(&ring->changed);
    (void)pthread_mutex_destroy(&ring->lock);
}

/* Sets one of the ring's flags. */
static void ring_say(struct ring *ring, bool *flag) {
    (void)pthread_mutex_lock(&ring->lock);
    *flag = true;
    (void)pthread_cond_signal(&ring->changed);
    (void)pthread_mutex_unlock(&ring->lock);
}

/* A free block for the producer, NULL when it should stop. */
static struct block *ring_free(struct ring *ring) {
    (void)pthread_mutex_lock(&ring->lock);
    while (ring->filled == ring->count && !ring->stopped) {
        (void)pthread_cond_wait(&ring->changed, &ring->lock);
    }
    struct block *block =
        ring->stopped ? NULL : &ring->blocks[(ring->first + ring->filled) % ring->count];
    (void)pthread_mutex_unlock(&ring->lock);
    return block;
}

/* The oldest filled block for the consumer, NULL at the end. */
static struct block *ring_oldest(struct ring *ring) {
    (void)pthread_mutex_lock(&ring->lock);
    while (ring->filled == 0 && !ring->ended && !ring->stopped) {
        (void)pthread_cond_wait(&ring->changed, &ring->lock);
    }
    struct block *block = ring->filled == 0 || ring->stopped ? NULL : &ring->blocks[ring->first];
    (void)pthread_mutex_unlock(&ring->lock);
    return block;
}

static void ring_filled(struct ring *ring) {
    (void)pthread_mutex_lock(&ring->lock);
    ring->filled++;
    (void)pthread_cond_signal(&ring->changed);
    (void)pthread_mutex_unlock(&ring->lock);
}

static void ring_used(struct ring *ring) {
    (void)pthread_mutex_lock(&ring->lock);
    ring->first = (ring->first + 1) % ring->count;
    ring->filled--;
    (void)pthread_cond_signal(&ring->changed);
    (void)pthread_mutex_unlock(&ring->lock);
}

static void *consume(void *arg) {
    struct ring *ring = arg;
    const struct block *block;
    while ((block = ring_oldest(ring))) {
        int rc = ring->use(ring->ctx, block->data, block->len);
        if (rc) {
            ring->use_failure = err_take(rc);
            ring_say(ring, &ring->stopped);
            break;
        }
        ring_used(ring);
    }
    return NULL;
}

/* Fills one block; cancel is an error like any other. */
static int fill_block(struct ring *ring, struct block *block, pipe_fill_fn *fill) {
    block->len = 0;
    int rc = cancel_check();
    return rc ? rc : fill(ring->ctx, block->data, ring->block_size, &block->len);
}

static int produce(struct ring *ring, pipe_fill_fn *fill) {
    struct block *block;
    while ((block = ring_free(ring))) {
        int rc = fill_block(ring, block, fill);
        if (rc) {
            ring_say(ring, &ring->stopped);
            return rc;
        }
        if (block->len == 0) {
            ring_say(ring, &ring->ended);
            break;
        }
        ring_filled(ring);
    }
    return 0;
}

/* Without a second thread: one after the other. */
static int run_alone(struct ring *ring, pipe_fill_fn *fill) {
    struct block *block = &ring->blocks[0];
    for (;;) {
        int rc = fill_block(ring, block, fill);
        if (rc || block->len == 0) {
            return rc;
        }
        if ((rc = ring->use(ring->ctx, block->data, block->len))) {
            return rc;
        }
    }
}

int pipe_run(size_t block_size, int blocks, pipe_fill_fn *fill, pipe_use_fn *use, void *ctx) {
    CLEANUP(ring_release)
    struct ring ring = {.lock = PTHREAD_MUTEX_INITIALIZER,
                        .changed = PTHREAD_COND_INITIALIZER,
                        .blocks = mem_zalloc((size_t)blocks, sizeof(struct block)),
                        .count = (size_t)blocks,
                        .block_size = block_size,
                        .use = use,
                        .ctx = ctx};
    for (size_t i = 0; i < ring.count; i++) {
        ring.blocks[i].data = mem_alloc(block_size);
    }
    pthread_t thread;
    if (!thread_start(&thread, consume, &ring)) {
        return run_alone(&ring, fill);
    }
    int rc = produce(&ring, fill);
    (void)pthread_join(thread, NULL);

    /* When both have failed, the producer's error is told. */
    if (rc) {
        err_drop(ring.use_failure);
        return rc;
    }
    return err_give(ring.use_failure);
}
