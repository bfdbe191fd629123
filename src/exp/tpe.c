#include "exp/tpe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "exp/prng.h"
#include "exp/space.h"

enum { CANDIDATES = 24, BEST_MAX = 25, RECENT = 25 };
#define BEST_SHARE 0.15
#define RANK_POWER 1.5

/* What a mixture is made of: the runs that it is to lead to, or those that it is to lead away from. */
enum side { SIDE_GOOD, SIDE_OTHER };

static const double log_sqrt_2pi = 0.91893853320467274178;

/* One dimension of the kernels of a mixture. */
struct axis {
    const struct space_dim *dim;
    double low, high;     /* half a step wider than the dimension; logarithms where it is log */
    double *mean, *sigma; /* of numbers */
    double *mass;         /* of numbers: what of the kernel lies in the range */
    double *share;        /* of choices: a row of probabilities per kernel */
};

/* `n` kernels, the last of which is the prior. */
struct mixture {
    size_t n, naxes;
    double *weight; /* they sum up to 1 */
    struct axis *axes;
};

static void mixture_release(struct mixture *m) {
    for (size_t d = 0; d < m->naxes; d++) {
        free(m->axes[d].mean);
        free(m->axes[d].sigma);
        free(m->axes[d].mass);
        free(m->axes[d].share);
    }
    free(m->axes);
    free(m->weight);
}

/* P(a < Z < b), exact in both tails. */
static double normal_mass(double a, double b) {
    return a > 0 ? (erfc(a * M_SQRT1_2) - erfc(b * M_SQRT1_2)) / 2
                 : (erfc(-b * M_SQRT1_2) - erfc(-a * M_SQRT1_2)) / 2;
}

static double inner(const struct axis *a, double value) {
    return a->dim->log ? log(value) : value;
}

/* ---- making a mixture */

/* Of the good runs, which come best first, the better counts more: the k-th last k^1.5, with the mean
 * 1. Of the others those of late count 1, and older ones less. */
static double weight_of(size_t i, size_t n, enum side side) {
    size_t old = n > RECENT ? n - RECENT : 0;
    double first = 1 / (double)n, rise = old > 1 ? (double)i / (double)(old - 1) : 0;

    if (side == SIDE_GOOD) {
        return pow((double)(n - i), RANK_POWER);
    }
    return i < old ? first + (1 - first) * rise : 1;
}

static void fill_weights(struct mixture *m, enum side side) {
    size_t n = m->n - 1;
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        m->weight[i] = weight_of(i, n, side);
        sum += m->weight[i];
    }
    m->weight[n] = side == SIDE_GOOD && n ? sum / (double)n : 1; /* the prior: one run's */
    sum += m->weight[n];
    for (size_t i = 0; i < m->n; i++) {
        m->weight[i] /= sum;
    }
}

/* A run says its choice, the prior all alike, and a share of the prior is in each. */
static void fill_shares(struct axis *a, size_t kernels, const double *seen, size_t stride) {
    size_t choices = a->dim->choices.len;
    double even = 1 / (double)kernels;

    a->share = mem_zalloc(kernels * choices, sizeof *a->share);
    for (size_t i = 0; i < kernels; i++) {
        bool is_run = i < kernels - 1;
        double sum = even * (double)choices + is_run;
        for (size_t k = 0; k < choices; k++) {
            bool chosen = is_run && k == (size_t)seen[i * stride];
            a->share[i * choices + k] = (even + chosen) / sum;
        }
    }
}

struct place {
    double value;
    size_t at;
};

static int compare_places(const void *a, const void *b) {
    const struct place *x = a, *y = b;

    return x->value != y->value ? (x->value > y->value) - (x->value < y->value)
                                : (x->at > y->at) - (x->at < y->at);
}

/* A kernel is as wide as the way to its farther neighbour; the ends of the range are neighbours of a
 * value that is alone. Neither too wide nor, with few values, too narrow; good values, of which there
 * are few, may draw closer together. */
static void fill_sigmas(struct axis *a, size_t n, enum side side) {
    double range = a->high - a->low, parts = pow((double)n + 2, side == SIDE_GOOD ? 1.5 : 1);
    struct place *p CLEANUP(mem_freep) = mem_zalloc(n + 2, sizeof *p);

    for (size_t i = 0; i < n; i++) {
        p[i + 1] = (struct place){a->mean[i], i};
    }
    qsort(p + 1, n, sizeof *p, compare_places);
    parts = parts < 100 ? parts : 100;
    p[0].value = a->low;
    p[n + 1].value = a->high;
    for (size_t i = 1; i <= n; i++) {
        double left = p[i].value - p[i - 1].value, right = p[i + 1].value - p[i].value;
        bool leftmost = n >= 2 && i == 1, rightmost = n >= 2 && i == n;
        double width = leftmost || (right > left && !rightmost) ? right : left;
        width = width > range ? range : width;
        a->sigma[p[i].at] = width < range / parts ? range / parts : width;
    }
    a->sigma[n] = range; /* the prior */
}

static void fill_numbers(struct axis *a, size_t kernels, const double *seen, size_t stride,
                         enum side side) {
    double half = a->dim->step / 2;

    a->low = inner(a, a->dim->low - half);
    a->high = inner(a, a->dim->high + half);
    a->mean = mem_zalloc(kernels, sizeof *a->mean);
    a->sigma = mem_zalloc(kernels, sizeof *a->sigma);
    a->mass = mem_zalloc(kernels, sizeof *a->mass);
    for (size_t i = 0; i < kernels - 1; i++) {
        a->mean[i] = inner(a, seen[i * stride]);
    }
    a->mean[kernels - 1] = (a->low + a->high) / 2;
    fill_sigmas(a, kernels - 1, side);
    for (size_t i = 0; i < kernels; i++) {
        a->mass[i] =
            normal_mass((a->low - a->mean[i]) / a->sigma[i], (a->high - a->mean[i]) / a->sigma[i]);
    }
}

static void mixture_make(struct mixture *m, const struct space *s, const double *seen, size_t n,
                         enum side side) {
    m->n = n + 1;
    m->naxes = s->dims.len;
    m->weight = mem_zalloc(m->n, sizeof *m->weight);
    m->axes = mem_zalloc(m->naxes, sizeof *m->axes);
    fill_weights(m, side);
    for (size_t d = 0; d < m->naxes; d++) {
        struct axis *a = &m->axes[d];
        a->dim = &s->dims.at[d];
        if (a->dim->kind == SPACE_CHOICE) {
            fill_shares(a, m->n, seen + d, m->naxes);
        } else {
            fill_numbers(a, m->n, seen + d, m->naxes, side);
        }
    }
}

/* ---- its density */

/* Of one kernel: its density, or its part of the step around the value, or of the choice. */
static double log_kernel(const struct axis *a, size_t i, double value) {
    double half = a->dim->step / 2;

    if (a->share) {
        return log(a->share[i * a->dim->choices.len + (size_t)value]);
    }
    if (half > 0) {
        return log(normal_mass((inner(a, value - half) - a->mean[i]) / a->sigma[i],
                               (inner(a, value + half) - a->mean[i]) / a->sigma[i]) /
                   a->mass[i]);
    }
    double z = (inner(a, value) - a->mean[i]) / a->sigma[i];
    return -z * z / 2 - log_sqrt_2pi - log(a->sigma[i] * a->mass[i]);
}

/* In many dimensions kernels fall below what a double holds, so their logarithms are added up. */
static double log_density(const struct mixture *m, const double *at) {
    double most = -INFINITY, sum = 0;

    for (size_t i = 0; i < m->n; i++) {
        double part = log(m->weight[i]);
        for (size_t d = 0; d < m->naxes; d++) {
            part += log_kernel(&m->axes[d], i, at[d]);
        }
        if (part > most) {
            sum = sum * exp(most - part) + 1;
            most = part;
        } else {
            sum += exp(part - most);
        }
    }
    return sum > 0 ? most + log(sum) : most;
}

double tpe_log_density(const struct space *s, const double *seen, size_t n, const double *at) {
    struct mixture m CLEANUP(mixture_release) = {0};

    mixture_make(&m, s, seen, n, SIDE_OTHER);
    return log_density(&m, at);
}

/* ---- drawing */

/* The index at which the running sum of weights passes a random number. */
static size_t pick(const double *weight, size_t n, struct prng *random) {
    double unit = prng_unit(random), sum = weight[0];
    size_t i = 0;

    while (i + 1 < n && unit >= sum) {
        sum += weight[++i];
    }
    return i;
}

/* Of a normal density whose middle lies in the range, and that is no wider, at least a third does:
 * few draws are in vain. */
static double draw_number(const struct axis *a, size_t i, struct prng *random) {
    double x;

    do {
        x = a->mean[i] + a->sigma[i] * prng_normal(random);
    } while (x < a->low || x > a->high);
    return space_round(a->dim, a->dim->log ? exp(x) : x);
}

static void draw(double *at, const struct mixture *m, struct prng *random) {
    size_t i = pick(m->weight, m->n, random);

    for (size_t d = 0; d < m->naxes; d++) {
        const struct axis *a = &m->axes[d];
        size_t choices = a->dim->choices.len;
        at[d] = a->share ? (double)pick(a->share + i * choices, choices, random)
                         : draw_number(a, i, random);
    }
}

/* Points of the best runs first, the best of all in front, then those of the others, in the order in
 * which they ran. */
static size_t split(double *parts, const double *seen, const double *loss, size_t n, size_t dims) {
    size_t share = (size_t)ceil(BEST_SHARE * (double)n), best = share < BEST_MAX ? share : BEST_MAX;
    size_t others = best;
    struct place *p CLEANUP(mem_freep) = mem_zalloc(n, sizeof *p);
    bool *is_good CLEANUP(mem_freep) = mem_zalloc(n, sizeof *is_good);

    for (size_t i = 0; i < n; i++) {
        p[i] = (struct place){loss[i], i};
    }
    qsort(p, n, sizeof *p, compare_places);
    for (size_t i = 0; i < best; i++) {
        is_good[p[i].at] = true;
        memcpy(parts + dims * i, seen + dims * p[i].at, dims * sizeof *parts);
    }
    for (size_t i = 0; i < n; i++) {
        if (!is_good[i]) {
            memcpy(parts + dims * others++, seen + dims * i, dims * sizeof *parts);
        }
    }
    return best;
}

void tpe_suggest(double *at, const struct space *s, const double *seen, const double *loss,
                 size_t n, struct prng *random) {
    struct mixture below CLEANUP(mixture_release) = {0}, above CLEANUP(mixture_release) = {0};
    size_t dims = s->dims.len;
    double best_gain = -INFINITY;

    for (size_t d = 0; d < dims; d++) {
        at[d] = space_sample(&s->dims.at[d], random);
    }
    if (n < TPE_STARTUP) {
        return;
    }
    double *parts CLEANUP(mem_freep) = mem_zalloc(n * dims, sizeof *parts);
    double *candidate CLEANUP(mem_freep) = mem_zalloc(dims, sizeof *candidate);
    size_t best = split(parts, seen, loss, n, dims);
    mixture_make(&below, s, parts, best, SIDE_GOOD);
    mixture_make(&above, s, parts + best * dims, n - best, SIDE_OTHER);
    for (int i = 0; i < CANDIDATES; i++) {
        draw(candidate, &below, random);
        double gain = log_density(&below, candidate) - log_density(&above, candidate);
        if (gain > best_gain) {
            best_gain = gain;
            memcpy(at, candidate, dims * sizeof *at);
        }
    }
}
