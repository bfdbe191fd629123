/*
 * Stopping runs that do not promise much, by asynchronous successive halving (Li and others, 2020): when
 * a run has gone on for `first` steps, and then for `factor` times as many, and so on, it goes on only if
 * it is among the best `factor`-th of all runs that have come so far.
 */
#ifndef EXP_ASHA_H
#define EXP_ASHA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct node;

struct asha {
    int64_t first, factor; /* factor 0: no run is stopped */
};

/* The metric of a run over its steps, which count from 0. */
struct asha_point {
    int64_t step;
    double value;
};
struct asha_curve VEC_OF(struct asha_point);

/* `early_terminate` of a sweep file: {type: hyperband, min_iter: 3, eta: 3}, or max_iter and s in place of
 * min_iter, as in Weights & Biases; the type may also be asha. ERR_INVALID. */
int asha_parse(struct asha *out, const struct node *n) MUST_CHECK;

/* A file as DVCLive writes them: a line of titles, among them step, and a line per step with the value
 * last. Lines that are not whole, or no numbers, are passed over: the file may be being written. */
void asha_read_curve(struct asha_curve *out, const char *text, size_t len);

/* How many of the halts a run has come to; 0 for none. */
int asha_halts(const struct asha *rule, const struct asha_curve *curve);
/* Whether the run of `curves[mine]` should end at that halt (from 1), which it has come to. */
bool asha_is_hopeless(const struct asha *rule, const struct asha_curve *const *curves, size_t n,
                      size_t mine, int halt, bool maximize);

#endif
