/*
 * dataset add and update: what a dataset of dvc.yaml is now, recorded in dvc.lock; and dependencies of
 * stages on it (ds://name). No data is fetched: that is for the stages to do.
 */
#ifndef DATA_DATASET_H
#define DATA_DATASET_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/output.h"
#include "model/dataset.h"

struct arena;
struct data;
struct dep;

struct dataset_request {
    enum dataset_kind kind;
    const char *name, *url; /* as typed; paths start in the working directory */
    const char *path, *rev; /* of DATASET_GIT; may be NULL */
    bool force;             /* replace a dataset of this name */
};

/* Takes the repository lock. Asks the source and writes dvc.yaml and dvc.lock of the working
 * directory. ERR_FAILED for a name that is taken: even with `force` if another dvc.yaml has it.
 * ERR_UNSUPPORTED for the hosted kind. Nothing is written unless the source has answered. */
int data_dataset_add(struct data *d, const struct dataset_request *o) MUST_CHECK;

struct dataset_update {
    struct dataset before, after;
    bool changed;
    struct strv modified, added, deleted; /* files of a URL, of those with versions */
};
void dataset_update_release(struct dataset_update *u); /* for CLEANUP: the lists, not the texts */

/* Takes the repository lock. What the source is now, at `rev` (which the definition follows from then
 * on) if that is not NULL. Texts live in the arena. Release also after an error. */
int data_dataset_update(struct dataset_update *out, struct arena *arena, struct data *d,
                        const char *name, const char *rev) MUST_CHECK;

/* Whether the stage saw another state of the dataset than dvc.lock records: CHANGE_NEW if it saw none,
 * CHANGE_UNSYNCED if dvc.lock has none. The source is not asked. */
int dataset_dep_change(enum change *c, struct arena *arena, const struct dep *dep) MUST_CHECK;
/* Records that state for the stage. ERR_FAILED if there is none, with a hint on how to get it. */
int dataset_dep_commit(struct arena *arena, struct dep *dep) MUST_CHECK;

#endif
