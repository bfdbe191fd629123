/*
 * The run cache: what the outs of a stage were when it last ran from the same command, dependencies
 * and params. One file per run, <cache>/runs/<2>/<key>/<value>, that holds the stage's entry of
 * dvc.lock; key and value are named by DVC's rules (runcache.c), so that either tool finds the runs
 * of the other.
 */
#ifndef PIPELINE_RUNCACHE_H
#define PIPELINE_RUNCACHE_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct content;
struct data;
struct node;
struct stage;

#define RUNCACHE_NAME 65 /* 64 hex, NUL */

/* The names of an entry of dvc.lock: by what went in (key), and with what came out (value). */
void runcache_key(char out[RUNCACHE_NAME], const struct node *entry);
void runcache_value(char out[RUNCACHE_NAME], const struct node *entry);

/* Whether runs of the stage can be kept: it has a command, deps with recorded contents, and outs,
 * all inside the repository and none of them kept between runs. */
bool runcache_fits(const struct stage *s);

/* Whether there is any run of any stage. */
bool runcache_has_any(struct data *d);

/* Looks for the newest run with the stage's recorded deps and params: *found, and outs[i] is what
 * s->outs[i] was, whether or not the cache has it. A damaged file is dropped with a warning. */
int runcache_find(bool *found, struct content *outs, struct arena *arena, struct data *d,
                  const struct stage *s) MUST_CHECK;

/* Keeps the run that the stage's recorded contents tell of; metrics and plots that are not cached
 * otherwise get into the cache too. */
int runcache_save(struct arena *arena, struct data *d, const struct stage *s) MUST_CHECK;
/* The two halves of it, for when objects are named later: what has to be in the cache, and the
 * record. */
int runcache_take(struct arena *arena, struct data *d, const struct stage *s) MUST_CHECK;
int runcache_write(struct arena *arena, struct data *d, const struct stage *s) MUST_CHECK;

#endif
