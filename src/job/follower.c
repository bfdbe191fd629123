#include "job/follower.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "job/thread.h"

struct follower {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t mark, step;
    bool ended;   /* the mark is the last one */
    bool stopped; /* and what is left is not wanted */
    follower_fn *fn;
    void *ctx;
    struct err_chain *failure;
};

/* Where the next step ends; `done` itself when there is none any more. */
static uint64_t next_end(struct follower *f, uint64_t done) {
    (void)pthread_mutex_lock(&f->lock);
    while (f->mark == done && !f->ended && !f->stopped) {
        (void)pthread_cond_wait(&f->changed, &f->lock);
    }
    uint64_t left = f->stopped ? 0 : f->mark - done;
    (void)pthread_mutex_unlock(&f->lock);
    return done + (left < f->step ? left : f->step);
}

static void *follow(void *arg) {
    struct follower *f = arg;
    uint64_t done = 0, to;

    while ((to = next_end(f, done)) > done) {
        int rc = f->fn(f->ctx, done, to);
        if (rc) {
            f->failure = err_take(rc);
            break;
        }
        done = to;
    }
    return NULL;
}

static void follower_free(struct follower *f) {
    (void)pthread_cond_destroy(&f->changed);
    (void)pthread_mutex_destroy(&f->lock);
    free(f);
}

struct follower *follower_start(follower_fn *fn, void *ctx, uint64_t step) {
    struct follower *f = mem_zalloc(1, sizeof *f);

    f->fn = fn;
    f->ctx = ctx;
    f->step = step;
    (void)pthread_cond_init(&f->changed, NULL);
    (void)pthread_mutex_init(&f->lock, NULL);
    if (!thread_start(&f->thread, follow, f)) {
        follower_free(f);
        return NULL;
    }
    return f;
}

void follower_mark(struct follower *f, uint64_t to) {
    (void)pthread_mutex_lock(&f->lock);
    if (to > f->mark) {
        f->mark = to;
        (void)pthread_cond_signal(&f->changed);
    }
    (void)pthread_mutex_unlock(&f->lock);
}

/* Ends the thread, and gives back how it failed. */
static struct err_chain *finish(struct follower *f, bool all) {
    (void)pthread_mutex_lock(&f->lock);
    f->ended = true;
    f->stopped = !all;
    (void)pthread_cond_signal(&f->changed);
    (void)pthread_mutex_unlock(&f->lock);
    (void)pthread_join(f->thread, NULL);
    struct err_chain *failure = f->failure;
    follower_free(f);
    return failure;
}

int follower_end(struct follower *f) {
    return err_give(finish(f, true));
}

void follower_drop(struct follower *f) {
    err_drop(finish(f, false));
}
