/*
 * Inside of store/: what has to change in the workspace, found out and checked before the first
 * change.
 */
#ifndef STORE_PLACE_PLAN_H
#define STORE_PLACE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"
#include "os/stat.h"
#include "store/place.h"
#include "store/place_link.h"
#include "store/tree.h"

struct arena;
struct scan_file;

/* One file that is to be written, deleted, or linked anew. */
struct placement {
    const char *path;              /* below the out, "" for the out itself */
    const struct tree_entry *want; /* NULL: deleted */
    const struct scan_file *now;   /* NULL: added */
    struct file_id id;             /* once placed */
    bool same;                     /* content stays: only the link is made anew */
    bool missing;                  /* the cache lacks it: left out */
    bool done;
};
struct placements VEC_OF(struct placement);

struct place_plan {
    const struct place_spec *spec;
    struct arena *arena;
    struct tree want; /* one entry with path "" for a file */
    bool want_any;    /* something is to be there */
    bool want_dir;
    bool cut_link; /* the out is a symlink to a folder that has to go first, itself */
    bool set_exec; /* nothing but the x bit is missing */
    enum place_reflinks reflinks;
    struct placements changes; /* sorted by path */
};

/* Fills the plan; changes nothing. result->missing is filled. ERR_NOT_FOUND for missing objects
 * (not with spec->partial), ERR_EXISTS for what would be lost (not with spec->force). */
int place_plan_make(struct place_plan *plan, struct place_result *result, struct arena *arena,
                    const struct place_spec *spec) MUST_CHECK;
/* The plan of place_relink: only links. */
int place_plan_relink(struct place_plan *plan, struct place_result *result, struct arena *arena,
                      const struct place_spec *spec) MUST_CHECK;
void place_plan_release(struct place_plan *plan);

/* "out/path", or "out" for an empty path; in the arena. */
char *place_full_path(struct arena *arena, const struct place_spec *spec, const char *path);

#endif
