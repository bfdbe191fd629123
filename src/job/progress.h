/*
 * Counters that workers bump and show/progress_bar reads; nothing is drawn here.
 */
#ifndef JOB_PROGRESS_H
#define JOB_PROGRESS_H

#include <stdatomic.h>
#include <stdint.h>

struct progress {
    atomic_uint_fast64_t items, items_total;
    atomic_uint_fast64_t bytes, bytes_total;
    _Atomic(const char *) phase; /* static text: "Hashing"; NULL = nothing to show */
    _Atomic int64_t started_ns;  /* clock_monotonic_ns() at the start of the phase */
};

/* All functions take NULL and then do nothing. */
void progress_phase(struct progress *p, const char *phase, uint64_t items_total,
                    uint64_t bytes_total);
void progress_add(struct progress *p, uint64_t items, uint64_t bytes);
void progress_done(struct progress *p);

#endif
