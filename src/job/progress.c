#include "job/progress.h"

#include <stddef.h>

#include "os/cpu.h"

void progress_phase(struct progress *p, const char *phase, uint64_t items_total,
                    uint64_t bytes_total) {
    if (!p) {
        return;
    }
    atomic_store(&p->phase, NULL); /* not drawn while the counters change */
    atomic_store(&p->items, 0);
    atomic_store(&p->bytes, 0);
    atomic_store(&p->items_total, items_total);
    atomic_store(&p->bytes_total, bytes_total);
    atomic_store(&p->started_ns, clock_monotonic_ns());
    atomic_store(&p->phase, phase);
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

void progress_done(struct progress *p) {
    if (p) {
        atomic_store(&p->phase, NULL);
    }
}
