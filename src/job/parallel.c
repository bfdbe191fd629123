#include "job/parallel.h"

#include <stdatomic.h>

#include "base/err.h"
#include "job/thread.h"
#include "os/cpu.h"
#include "os/signal.h"

enum {
    WORKERS_MAX = 256,
    CLAIM_MAX = 64, /* items taken at once */
};

struct loop {
    parallel_fn *fn;
    void *ctx;
    size_t count, claim;
    atomic_size_t next;
    atomic_bool stop;
    struct err_chain *failure; /* of the worker that has set `stop` */
};

struct worker {
    struct loop *loop;
    int index;
    pthread_t thread;
};

/* The first to fail keeps its error for the caller. */
static void loop_fail(struct loop *loop, int rc) {
    if (atomic_exchange(&loop->stop, true)) {
        err_clear();
        return;
    }
    loop->failure = err_take(rc);
}

static void loop_work(struct loop *loop, int worker) {
    for (;;) {
        size_t item = atomic_fetch_add(&loop->next, loop->claim);
        if (item >= loop->count) {
            return;
        }
        size_t end = loop->claim < loop->count - item ? item + loop->claim : loop->count;
        for (; item < end; item++) {
            if (atomic_load_explicit(&loop->stop, memory_order_relaxed)) {
                return;
            }
            int rc = cancel_check();
            if (!rc) {
                rc = loop->fn(loop->ctx, item, worker);
            }
            if (rc) {
                loop_fail(loop, rc);
                return;
            }
        }
    }
}

static void *worker_main(void *arg) {
    struct worker *worker = arg;
    loop_work(worker->loop, worker->index);
    return NULL;
}

static int at_most(int workers, size_t items) {
    if (workers > WORKERS_MAX) {
        workers = WORKERS_MAX;
    }
    if ((size_t)workers > items) {
        workers = (int)items;
    }
    return workers > 0 ? workers : 1;
}

int parallel_workers(size_t n) {
    return at_most(cpu_count(), n);
}

int parallel_for_jobs(size_t n, int jobs, parallel_fn *fn, void *ctx) {
    int count = at_most(jobs, n);
    struct loop loop = {.fn = fn, .ctx = ctx, .count = n};
    /* Several at once keep the counter cool; not so many that the last worker is left with a long
     * rest. */
    loop.claim = n / ((size_t)count * CLAIM_MAX);
    loop.claim = loop.claim < 1 ? 1 : loop.claim > CLAIM_MAX ? CLAIM_MAX : loop.claim;

    struct worker workers[WORKERS_MAX];
    int started = 1; /* 0 is the calling thread; with fewer threads it only takes longer */
    for (; started < count; started++) {
        struct worker *worker = &workers[started];
        *worker = (struct worker){.loop = &loop, .index = started};
        if (!thread_start(&worker->thread, worker_main, worker)) {
            break;
        }
    }
    loop_work(&loop, 0);
    for (int i = 1; i < started; i++) {
        (void)pthread_join(workers[i].thread, NULL);
    }
    return err_give(loop.failure);
}

int parallel_for(size_t n, parallel_fn *fn, void *ctx) {
    return parallel_for_jobs(n, parallel_workers(n), fn, ctx);
}
