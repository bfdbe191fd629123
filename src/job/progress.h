/*
 * Counters that workers bump and show/progress_bar and show/progress_json read; nothing is drawn
 * here.
 */
#ifndef JOB_PROGRESS_H
#define JOB_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum progress_turn { PROGRESS_BEGINS, PROGRESS_ENDS };

struct progress {
    atomic_uint_fast64_t items, items_total;
    atomic_uint_fast64_t bytes, bytes_total;
    _Atomic(const char *) phase; /* static text: "Hashing"; NULL = nothing to show */
    _Atomic int64_t started_ns;  /* clock_monotonic_ns() at the start of the phase */
    /* To servers, and those of them that repeat one; counted on over all phases. */
    atomic_uint_fast64_t requests, repeats;
    /* Told when a phase has begun, and when it ends, with its last counters still there; on the
     * thread that makes the phases. NULL: nobody wants to know. */
    void (*watch)(void *ctx, enum progress_turn turn);
    void *watch_ctx;
};

/* All functions take NULL and then do nothing. */
void progress_phase(struct progress *p, const char *phase, uint64_t items_total,
                    uint64_t bytes_total);
void progress_add(struct progress *p, uint64_t items, uint64_t bytes);
void progress_request(struct progress *p, bool repeats);
void progress_done(struct progress *p);

#endif
