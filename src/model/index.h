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
struct out;
struct stage;

struct index {
    struct view view;
    struct arena *arena;        /* owns everything below */
    struct stages stages;       /* .dvc files and dvc.yaml stages, in the order of the walk (DVC's: see index.c) */
    VEC(struct pipefile) pipes;
    VEC(struct out *) outs;     /* sorted by path */
    struct map by_out;          /* path -> struct out * */
};

/* Walks the view for *.dvc and dvc.yaml (not into outs, ignored folders and other repositories) and parses them. A file
 * that does not parse fails the whole. */
int index_load(struct index **out, struct repo *r, const char *commit) MUST_CHECK;
void index_free(struct index *idx);
void index_freep(struct index **idx);

/* The out that is `path`, or the folder out that holds it; NULL if none. */
struct out *index_find_out(const struct index *idx, const char *path);
/* Stage by its file and name (NULL for .dvc). */
struct stage *index_find_stage(const struct index *idx, const char *file, const char *name);
/* Parses one more .dvc file that was just written, replacing its stage. */
int index_check_overlaps(const struct index *idx) MUST_CHECK; /* two stages that claim overlapping outs: ERR_FAILED */

#endif
