/*
 * dvc.yaml: definitions of stages, and the lists of params, metrics and plots at its top.
 */
#ifndef MODEL_PIPEFILE_H
#define MODEL_PIPEFILE_H

#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct node;
struct out;
struct repo;
struct stage;
struct view;

struct stages VEC_OF(struct stage *);

struct pipefile {
    const char *path;        /* repo-relative */
    const char *shown;       /* relative to the working directory, for messages */
    const struct node *root; /* the whole file */
    struct stages stages;    /* in order; foreach and matrix expanded */
    struct strv params,
        metrics; /* top level lists; paths of the model (absolute outside the repository) */
    const struct node *plots;         /* the top level list, interpolated; NULL if there is none */
    const struct node *artifacts;     /* the map of the registry's names, the same */
    const struct node *datasets;      /* the list that model/dataset reads, the same; of any form */
    const struct node *datasets_lock; /* that of dvc.lock: see lockfile_apply */
};
void pipefile_release(struct pipefile *p); /* the vecs; the values stay in the arena */

/* Parses, validates against DVC's schema, interpolates. Default params (params.yaml beside it) and
 * vars files are read through `view`. */
int pipefile_parse(struct pipefile *out, struct arena *arena, const struct view *view,
                   const char *path, const char *text, size_t len) MUST_CHECK;

/* Adds a stage definition, or replaces that of the same name by changing what differs; makes the
 * file if there is none. */
int pipefile_put_stage(struct repo *r, const char *path, const char *name,
                       const struct node *definition) MUST_CHECK;
/* Removes a stage and its entry in dvc.lock; with the last one the files themselves. ERR_FAILED for
 * a stage that a foreach or matrix made, here and below. */
int pipefile_remove_stage(struct repo *r, const char *path, const char *name) MUST_CHECK;
/* Sets or drops one key of a stage definition (frozen). */
int pipefile_set_key(struct repo *r, const char *path, const char *name, const char *key,
                     const struct node *value) MUST_CHECK;

/* Replaces the entry at *at of the list of datasets, which reads as `was` once it is interpolated, or
 * appends one with `at` NULL; makes the file if there is none. Keys that `definition` does not know
 * stay. ERR_FAILED where the entry is a template. */
int pipefile_put_dataset(struct repo *r, const char *path, const size_t *at, const struct node *was,
                         const struct node *definition) MUST_CHECK;

/* Sets the pairs of the map `set` in the definition of the out and drops the keys `unset`; an out of
 * another kind moves to the stage's plots. ERR_FAILED where the definition is a template. */
int pipefile_set_plot(struct repo *r, const struct out *o, const struct node *set,
                      const struct strv *unset) MUST_CHECK;

#endif
