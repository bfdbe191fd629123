/*
 * Which commit gave a file, a parameter or a line of dvc.yaml the value it has: as `git log` would
 * find it, but for the value, not for the file that holds it.
 */
#ifndef PIPELINE_LAST_CHANGE_H
#define PIPELINE_LAST_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;
struct dep;
struct history;
struct out;
struct repo;
struct stage;

struct last_change {
    bool uncommitted; /* HEAD has another value, or none */
    /* Of the commit; NULL: not known (no Git, no commits, not tracked, or too far back) */
    const char *commit; /* full id */
    const char *author, *summary;
    int64_t time; /* seconds */
};

/* What is handed out lives as long as the history. */
struct history *history_new(struct repo *r);
void history_free(struct history *h);
void history_freep(struct history **h);

/* A file or folder by its path of the model. What Git does not track is neither uncommitted nor has
 * it a commit. */
int last_change_path(struct last_change *out, struct history *h, const char *path) MUST_CHECK;

/* A key of a params file, with NULL the whole file. */
int last_change_param(struct last_change *out, struct history *h, const char *path,
                      const char *key) MUST_CHECK;

/* Of the stage's definition in its dvc.yaml, templates filled in: its command (`written` NULL), or
 * that it lists a dependency or output of that name. */
int last_change_stage(struct last_change *out, struct history *h, const struct stage *s,
                      const char *written) MUST_CHECK;

#endif
