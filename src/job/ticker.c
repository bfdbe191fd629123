#include "job/ticker.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "job/thread.h"

struct ticker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    bool stop;
    int first_ms, every_ms;
    void (*fn)(void *ctx);
    void *ctx;
};

static struct timespec in_ms(int ms) {
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000L;
    if (t.tv_nsec >= 1000000000L) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000L;
    }
    return t;
}

static void *ticker_main(void *arg) {
    struct ticker *t = arg;
    struct timespec next = in_ms(t->first_ms);
    (void)pthread_mutex_lock(&t->lock);
    while (!t->stop) {
        if (pthread_cond_timedwait(&t->stopped, &t->lock, &next) != ETIMEDOUT) {
            continue;
        }
        (void)pthread_mutex_unlock(&t->lock);
        t->fn(t->ctx);
        next = in_ms(t->every_ms);
        (void)pthread_mutex_lock(&t->lock);
    }
    (void)pthread_mutex_unlock(&t->lock);
    return NULL;
}

static void ticker_free(struct ticker *t) {
    (void)pthread_cond_destroy(&t->stopped);
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

struct ticker *ticker_start(int first_ms, int every_ms, void (*fn)(void *ctx), void *ctx) {
    struct ticker *t = mem_zalloc(1, sizeof *t);
    t->first_ms = first_ms;
    t->every_ms = every_ms;
    t->fn = fn;
    t->ctx = ctx;
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&t->stopped, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_init(&t->lock, NULL);
    if (!thread_start(&t->thread, ticker_main, t)) {
        ticker_free(t);
        return NULL;
    }
    return t;
}

void ticker_stop(struct ticker *t) {
    if (!t) {
        return;
    }
    (void)pthread_mutex_lock(&t->lock);
    t->stop = true;
    (void)pthread_cond_signal(&t->stopped);
    (void)pthread_mutex_unlock(&t->lock);
    (void)pthread_join(t->thread, NULL);
    ticker_free(t);
}
