/*
 * Where the paths lead that stage files hold. Pure text: nothing is looked up on disk.
 */
#ifndef MODEL_RESOLVE_H
#define MODEL_RESOLVE_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct node;
struct repo;

enum resolved_kind {
    RESOLVED_INSIDE,  /* `path` is repo-relative and normal; "" is the root */
    RESOLVED_OUTSIDE, /* `path` is absolute and normal */
    RESOLVED_URL,     /* s3://, http://, remote://…: `path` is the text itself */
    RESOLVED_DATASET, /* ds://name */
};

struct resolved {
    enum resolved_kind kind;
    /* As DVC keeps it: an absolute path into the repository becomes relative to the wdir. */
    const char *written;
    const char *path;
};

/* `wdir` as in struct stage: repo-relative, or absolute if it lies outside. */
void resolve_path(struct resolved *out, struct arena *arena, const struct repo *r, const char *wdir,
                  const char *written);

/* Whether a path of the model lies in the repository: is no absolute one, no URL, and no
 * dataset. */
bool resolved_inside(const char *path);

/* The working directory of a stage of `file` (repo-relative) that has `wdir: written` (NULL:
 * none). */
const char *resolve_wdir(struct arena *arena, const struct repo *r, const char *file,
                         const char *written);

/* As resolve_path for an output or a dependency, refusing what must not be one (ERR_INVALID at the
 * node): nothing at all, stage files, and for outputs data sets, the repository's root, and names of
 * Git and DVC. Whether an output may lie outside is the caller's to say. `file` is used in messages. */
int resolve_out(struct resolved *out, struct arena *arena, const struct repo *r, const char *wdir,
                const char *written, const struct node *at, const char *file) MUST_CHECK;
int resolve_dep(struct resolved *out, struct arena *arena, const struct repo *r, const char *wdir,
                const char *written, const struct node *at, const char *file) MUST_CHECK;

#endif
