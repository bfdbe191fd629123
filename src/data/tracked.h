/*
 * One side of a comparison: the data that is tracked at a time. Either what .dvc files and dvc.yaml
 * record (in the workspace or a commit), or what the workspace holds in the places they name.
 * Values live in an arena of the caller.
 */
#ifndef DATA_TRACKED_H
#define DATA_TRACKED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct arena;
struct data;
struct index;
struct out;
struct repo;
struct tree;

struct tracked_out {
    const char *path;        /* repo-relative */
    struct digest digest;    /* unset: nothing is recorded yet */
    enum hash_algo algo;     /* of its digests, also while none is known */
    int64_t size;            /* bytes as recorded, -1 unknown */
    const struct tree *tree; /* the files of a folder if they are known, else NULL */
    const char *remote;      /* bound to this remote, or NULL */
    bool push;               /* belongs on a remote */
};
struct tracked VEC_OF(struct tracked_out); /* by path_compare, each path once */

void tracked_release(struct tracked *t); /* for CLEANUP */

/* Whether the commit has this project at all: one below the root of a Git repository may be younger
 * than that. */
bool tracked_project_at(const struct repo *r, const char *commit);

/* The cached outs of the index; with `paths` (repo-relative) only those that hold one of them or
 * lie below one. */
void tracked_recorded(struct tracked *t, struct arena *arena, const struct index *idx,
                      const struct strv *paths);

/* What the workspace has at the places of `recorded`; what is not there is left out. Unchanged
 * files are not read. Records of folders that are as recorded get their listing from here. */
int tracked_present(struct tracked *t, struct arena *arena, struct data *d,
                    struct tracked *recorded) MUST_CHECK;

/* Asks the remotes for the listings of folders that the cache lacks, and keeps them in `tree`, not
 * in the cache. What cannot be had, for whatever reason, stays unknown; only being interrupted is an
 * error. */
int tracked_lend(struct tracked *t, struct arena *arena, struct data *d) MUST_CHECK;

/* The files of a folder out: those of the workspace, or the listing from the cache. NULL and success
 * if it cannot be had. */
int tracked_listing(const struct tree **out, struct arena *arena, struct data *d,
                    const struct tracked_out *o) MUST_CHECK;

/* Targets as typed to paths; ERR_FAILED for one outside the repository. */
int tracked_paths(struct strv *paths, const struct repo *r, const struct strv *typed) MUST_CHECK;

/* Whether the path is one of `paths` or lies below one; true when there are none. */
bool tracked_asked(const struct strv *paths, const char *path);

#endif
