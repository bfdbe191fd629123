/*
 * What a sweep is to do: from the command line, from a sweep file with the keys of Weights & Biases, or
 * from both, the command line counting first.
 *
 *   method: bayes                       grid, random or bayes
 *   metric: {name: "metrics.json:loss", goal: minimize}
 *   run_cap: 50                         --count
 *   parameters: …                       exp/space.h
 *   early_terminate: …                  exp/asha.h
 *
 * A sweep that has begun is kept as .dvc/tmp/exps/sweeps/<name>.json: the request with all that was
 * left open filled in, so that the same plan comes of it again.
 */
#ifndef EXP_SWEEP_PLAN_H
#define EXP_SWEEP_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "exp/asha.h"
#include "exp/space.h"

struct arena;
struct node;
struct repo;

enum sweep_method { SWEEP_GRID, SWEEP_RANDOM, SWEEP_BAYES };
const char *sweep_method_name(enum sweep_method method);

enum { SWEEP_RUNS_MAX = 1000000, SWEEP_FILE_MAX = 1 << 20 };

/* As asked; NULL, 0 and -1 leave it to the file, or to the default. */
struct sweep_request {
    const struct node *document; /* the sweep file, or NULL */
    struct strv set;             /* -S */
    struct strv gpus, copy;      /* --gpus, -C */
    const char *method, *metric, *goal;
    int64_t count; /* 0: all of a grid */
    int64_t seed;  /* -1: drawn */
    int64_t jobs;  /* 0: one at a time, or one per GPU */
};
void sweep_request_release(struct sweep_request *q); /* the lists; zeroed is fine */

struct sweep_plan {
    struct sweep_request request; /* with nothing left open */
    struct space space;
    enum sweep_method method;
    const char *metric_file,
        *metric_key; /* file NULL: whichever metrics file has it; key NULL: none */
    bool maximize;
    struct asha early; /* which runs are stopped early */
    uint64_t count;    /* runs in all, numbered from 1 */
    const char *name, *wdir;
    char baseline[41]; /* the commit that its runs start from */
};
void sweep_plan_release(struct sweep_plan *p); /* for CLEANUP; zeroed is fine. Leaves the request */

/* ERR_INVALID for what is no sweep: nothing varies, a method or goal that is not known, a count that
 * is missing, no metric for bayes. Name, folder and commit are left empty. Strings of the request must
 * live as long. */
int sweep_plan_make(struct sweep_plan *out, struct arena *arena,
                    const struct sweep_request *q) MUST_CHECK;

/* Reads a sweep file: YAML, or by its name JSON, TOML or Python. */
int sweep_plan_read_file(const struct node **out, struct arena *arena, const char *path) MUST_CHECK;

/* Keeps a new sweep, ERR_EXISTS if there is one of that name; forgets it; reads it back. Release
 * out->request too after a load. ERR_NOT_FOUND, ERR_INVALID. */
int sweep_plan_keep(const struct sweep_plan *p, const struct repo *r) MUST_CHECK;
int sweep_plan_forget(const struct repo *r, const char *name) MUST_CHECK;
int sweep_plan_load(struct sweep_plan *out, struct arena *arena, const struct repo *r,
                    const char *name) MUST_CHECK;
/* Appends the names of all that are kept, sorted. */
int sweep_plan_names(struct strv *out, struct arena *arena, const struct repo *r) MUST_CHECK;
/* A file of the sweep beside the one above: "lock", "stop". Absolute. */
const char *sweep_plan_file(struct arena *arena, const struct repo *r, const char *name,
                            const char *suffix);

#endif
