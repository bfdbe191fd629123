/*
 * commit: record what the workspace has.
 */
#ifndef DATA_COMMIT_H
#define DATA_COMMIT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/data.h"
#include "data/status.h"

struct arena;
struct stage;

/* What commit needs of the pipeline, which lies above this room; any may be NULL. */
struct commit_hooks {
    status_params_fn *params_status;
    int (*params_commit)(void *ctx, struct arena *arena,
                         struct dep *dep); /* records the current values */
    int (*recorded)(void *ctx, struct arena *arena,
                    const struct stage *s); /* the stage's outs are in the cache */
    void *ctx;
};

struct commit_request {
    struct strv targets;
    bool force, with_deps, recursive, no_relink, data_only;
    bool allow_missing;  /* an out that is not there keeps its record */
    confirm_fn *confirm; /* asked for each changed stage without force; may be NULL */
    void *confirm_ctx;
    struct commit_hooks hooks;
};

/* Records of DVC 2 (md5-dos2unix) made anew with today's hash: of outs, and of what stages of the
 * repository depend on. A stage whose files are not there, or not what is recorded, is left as it
 * is, with a warning. `files`: what was changed, or with `dry` would be, "dvc.yaml (dvc.lock)" for
 * stages; in the order of the index. Takes the repository lock unless dry. */
int data_commit_legacy(struct strv *files, struct arena *arena, struct data *d,
                       const struct commit_hooks *hooks, bool dry) MUST_CHECK;

/* Takes the repository lock. Without force or consent a stage whose deps, command or files changed
 * is refused ("Use `-f|--force` to force."); nothing is recorded then. Nothing is staged in Git,
 * nor asked to be. */
int data_commit(struct data *d, const struct commit_request *o) MUST_CHECK;

#endif
