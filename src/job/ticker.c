#include "job/ticker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"

struct ticker {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stop;
    int first_ms, every_ms;
    void (*fn)(void *ctx);
    void *ctx;
};

static void add_ms(struct timespec *t, int ms) {
    t->tv_sec += ms / 1000;
    t->tv_nsec += ms % 1000 * 1000000L;
    if (t->tv_nsec >= 1000000000L) {
        t->tv_sec++;
        t->tv_nsec -= 1000000000L;
    }
}

static void *tick(void *arg) {
    struct ticker *t = arg;
    struct timespec next = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &next);
    add_ms(&next, t->first_ms);
    (void)pthread_mutex_lock(&t->lock);
    while (!t->stop) {
        if (pthread_cond_timedwait(&t->changed, &t->lock, &next) != ETIMEDOUT) {
            continue;
        }
        (void)pthread_mutex_unlock(&t->lock);
        t->fn(t->ctx);
        (void)pthread_mutex_lock(&t->lock);
        (void)clock_gettime(CLOCK_MONOTONIC, &next);
        add_ms(&next, t->every_ms);
    }
    (void)pthread_mutex_unlock(&t->lock);
    return NULL;
}

struct ticker *ticker_start(int first_ms, int every_ms, void (*fn)(void *ctx), void *ctx) {
    struct ticker *t = mem_zalloc(1, sizeof *t);
    pthread_condattr_t attr;
    sigset_t all, old;
    bool started;

    t->first_ms = first_ms;
    t->every_ms = every_ms;
    t->fn = fn;
    t->ctx = ctx;
    (void)pthread_mutex_init(&t->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&t->changed, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    started = pthread_create(&t->thread, NULL, tick, t) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (!started) {
        free(t);
        return NULL;
    }
    return t;
}

void ticker_stop(struct ticker *t) {
    if (t == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&t->lock);
    t->stop = true;
    (void)pthread_cond_signal(&t->changed);
    (void)pthread_mutex_unlock(&t->lock);
    (void)pthread_join(t->thread, NULL);
    (void)pthread_cond_destroy(&t->changed);
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}
