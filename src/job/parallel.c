#include "job/parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "os/cpu.h"
#include "os/signal.h"

#define STACK_BYTES (1u << 20)
#define JOBS_MAX    256

struct shared {
    parallel_fn *fn;
    void *ctx;
    size_t n, step;
    atomic_size_t next;
    atomic_bool stop;
    atomic_bool failed; /* `chain` is taken */
    struct err_chain *chain;
    int rc;
};

struct worker {
    struct shared *shared;
    int index;
    pthread_t thread;
};

static void fail(struct shared *s, int rc) {
    struct err_chain *chain = err_take();

    atomic_store(&s->stop, true);
    if (!atomic_exchange(&s->failed, true)) {
        s->rc = rc;
        s->chain = chain;
    } else {
        (void)err_give(chain);
        err_clear();
    }
}

static void work(struct shared *s, int index) {
    size_t i, end;
    int rc;

    while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
        i = atomic_fetch_add(&s->next, s->step);
        if (i >= s->n) {
            return;
        }
        end = i + s->step < s->n ? i + s->step : s->n;
        for (; i < end; i++) {
            if ((rc = cancel_check()) != 0 || (rc = s->fn(s->ctx, i, index)) != 0) {
                fail(s, rc);
                return;
            }
        }
    }
}

static void *thread_main(void *arg) {
    struct worker *w = arg;

    work(w->shared, w->index);
    err_clear();
    return NULL;
}

int parallel_workers(size_t n) {
    int cores = cpu_count();

    return n < (size_t)cores ? (n > 0 ? (int)n : 1) : cores;
}

/* Starts workers 1…count-1 with all signals blocked, so that the main thread gets them; returns how many run. */
static int start_threads(struct worker *workers, int count) {
    pthread_attr_t attr;
    sigset_t all, old;
    int started = 1;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    (void)pthread_attr_init(&attr);
    (void)pthread_attr_setstacksize(&attr, STACK_BYTES);
    while (started < count &&
           pthread_create(&workers[started].thread, &attr, thread_main, &workers[started]) == 0) {
        started++;
    }
    (void)pthread_attr_destroy(&attr);
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    return started;
}

int parallel_for_jobs(size_t n, int jobs, parallel_fn *fn, void *ctx) {
    struct shared s = {.fn = fn, .ctx = ctx, .n = n, .rc = 0};
    struct worker workers[JOBS_MAX];
    int i, started;

    if (jobs > JOBS_MAX) {
        jobs = JOBS_MAX;
    }
    if (jobs < 1 || n == 0) {
        jobs = 1;
    }
    if ((size_t)jobs > n && n > 0) {
        jobs = (int)n;
    }
    /* Steps of several items keep the counter cool; few enough that the last worker does not run on alone. */
    s.step = n / ((size_t)jobs * 64);
    s.step = s.step < 1 ? 1 : s.step > 64 ? 64 : s.step;
    for (i = 0; i < jobs; i++) {
        workers[i] = (struct worker){.shared = &s, .index = i};
    }
    started = start_threads(workers, jobs);
    work(&s, 0);
    for (i = 1; i < started; i++) {
        (void)pthread_join(workers[i].thread, NULL);
    }
    if (s.chain != NULL) {
        (void)err_give(s.chain);
    }
    return s.rc;
}

int parallel_for(size_t n, parallel_fn *fn, void *ctx) {
    return parallel_for_jobs(n, parallel_workers(n), fn, ctx);
}
