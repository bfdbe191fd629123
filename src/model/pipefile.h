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
struct repo;
struct stage;
struct view;

struct stages VEC_OF(struct stage *);

struct pipefile {
    const char *path;        /* repo-relative */
    const struct node *root; /* the whole file */
    struct stages stages;    /* in order; foreach and matrix expanded */
    struct strv params, metrics; /* top level lists, repo-relative paths */
};

/* Parses, validates against DVC's schema, interpolates. Default params (params.yaml beside it) and vars files are read
 * through `view`. */
int pipefile_parse(struct pipefile *out, struct arena *arena, const struct view *view, const char *path,
                   const char *text, size_t len) MUST_CHECK;

/* Adds or replaces (`force`) a stage definition; makes the file if there is none. */
int pipefile_put_stage(struct repo *r, const char *path, const char *name, const struct node *definition) MUST_CHECK;
/* Removes a stage; the last one removes dvc.yaml and dvc.lock. Its dvc.lock entry goes too. */
int pipefile_remove_stage(struct repo *r, const char *path, const char *name) MUST_CHECK;
/* Sets or drops one key of a stage definition (frozen). */
int pipefile_set_key(struct repo *r, const char *path, const char *name, const char *key,
                     const struct node *value) MUST_CHECK;

#endif
