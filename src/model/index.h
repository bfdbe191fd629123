/*
 * All stages and outs of a view.
 */
#ifndef MODEL_INDEX_H
#define MODEL_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/map.h"
#include "model/pipefile.h"
#include "model/view.h"

struct arena;
struct index_seen;
struct out;
struct stage;

struct index {
    struct view view;
    struct arena *arena; /* owns everything below */
    struct stages
        stages; /* .dvc files and dvc.yaml stages, in the order of the walk (see index_load.c) */
    VEC(struct pipefile) pipes;
    VEC(struct out *) outs; /* sorted by path */
    struct map by_out;      /* path -> struct out *: the first that claims it */
    struct map by_stage;    /* "file" or "file:name" -> struct stage * */
};

/* Walks the view for *.dvc and dvc.yaml (not into outs, folders that DVC or Git ignore, and other
 * repositories) and parses them. A file that does not parse fails the whole. `commit` is a full id,
 * or NULL for the workspace. */
int index_load(struct index **out, struct repo *r, const char *commit) MUST_CHECK;
/* The same, leaving out files that do not parse: for listings. */
int index_load_sound(struct index **out, struct repo *r, const char *commit) MUST_CHECK;
/* The same as index_load for what must not miss anything: a folder that cannot be searched, a
 * dvc.lock that is a dead link, and a stage file that is a symlink in a commit are errors, where
 * else they hold nothing. */
int index_load_whole(struct index **out, struct repo *r, const char *commit) MUST_CHECK;
/* The same of a commit, but only with the stage files in which it differs from those that `seen` has
 * met: for what all of them together name. `whole`: as index_load_whole. */
int index_load_new(struct index **out, struct repo *r, const char *commit, struct index_seen *seen,
                   bool whole) MUST_CHECK;
void index_free(struct index *idx);
void index_freep(struct index **idx);

/* The out that is `path`, or the folder out that holds it; NULL if none. */
struct out *index_find_out(const struct index *idx, const char *path);
/* Stage by its file and name (NULL for .dvc). */
struct stage *index_find_stage(const struct index *idx, const char *file, const char *name);
/* The pipefile at a repo-relative path, NULL if there is none. */
const struct pipefile *index_find_pipe(const struct index *idx, const char *path);

/* Two stages that claim overlapping outs, and stage files within an out, are ERR_FAILED. */
int index_check_overlaps(const struct index *idx) MUST_CHECK;

#endif
