#include "job/progress.h"

#include <stddef.h>

#include "os/cpu.h"

static void tell(struct progress *p, enum progress_turn turn) {
    if (p->watch) {
        p->watch(p->watch_ctx, turn);
    }
}

void progress_phase(struct progress *p, const char *phase, uint64_t items_total,
                    uint64_t bytes_total) {
    if (!p) {
        return;
    }
    progress_done(p); /* not drawn while the counters change */
    atomic_store(&p->items, 0);
    atomic_store(&p->bytes, 0);
    atomic_store(&p->items_total, items_total);
    atomic_store(&p->bytes_total, bytes_total);
    atomic_store(&p->started_ns, clock_monotonic_ns());
    atomic_store(&p->phase, phase);
    tell(p, PROGRESS_BEGINS);
}

void progress_add(struct progress *p, uint64_t items, uint64_t bytes) {
    if (!p) {
        return;
    }
    if (items) {
        atomic_fetch_add_explicit(&p->items, items, memory_order_relaxed);
    }
    if (bytes) {
        atomic_fetch_add_explicit(&p->bytes, bytes, memory_order_relaxed);
    }
}

void progress_request(struct progress *p, bool repeats) {
    if (p) {
        atomic_fetch_add_explicit(&p->requests, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&p->repeats, repeats, memory_order_relaxed);
    }
}

void progress_done(struct progress *p) {
    if (p && atomic_load(&p->phase)) {
        tell(p, PROGRESS_ENDS);
        atomic_store(&p->phase, NULL);
    }
}
