/*
 * Datasets: names that dvc.yaml gives to data elsewhere (`datasets:`), and what dvc.lock records that
 * they were when they were last updated. Stages depend on them as ds://name.
 */
#ifndef MODEL_DATASET_H
#define MODEL_DATASET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct content;
struct dep;
struct file_id;
struct index;
struct node;
struct pipefile;
struct repo;
struct strv;
struct version_files;

enum dataset_kind {
    DATASET_GIT,    /* type dvc: a path of another repository, at a commit */
    DATASET_URL,    /* type url: data at a URL */
    DATASET_HOSTED, /* type dc: of DataChain; known here, but neither added nor updated */
};

struct dataset {
    enum dataset_kind kind;
    const char *name, *url;
    const char *path, *rev; /* of DATASET_GIT; NULL: the whole repository, its default branch */
    const char *file;       /* the dvc.yaml, repo-relative */
    size_t at;              /* where it stands in the list, SIZE_MAX for a new one */
    const struct node *
        definition; /* as it stands there, interpolated, in the arena of the file; NULL for a new one */
    /* The entry of dvc.lock in DVC's order, without what says nothing; NULL if there is none for this
     * definition. */
    const struct node *lock;
    bool outdated; /* there is one, for another definition */
};

/* The `at`th of the file's list. An entry without the keys that its type needs is ERR_INVALID with
 * file:line:column. Texts live in the arena. */
int dataset_read(struct dataset *out, struct arena *arena, const struct pipefile *pipe,
                 size_t at) MUST_CHECK;

/* Whether there is one of this name, and that; of several the last, as in DVC. */
int dataset_look(bool *found, struct dataset *out, struct arena *arena, const struct index *idx,
                 const char *name) MUST_CHECK;

/* The same; ERR_FAILED, with what may have been meant as hint, if there is none. */
int dataset_find(struct dataset *out, struct arena *arena, const struct index *idx,
                 const char *name) MUST_CHECK;

/* Writes the definition (if `before`, which may be NULL, has another one) and the lock entry, both into
 * their places if the dataset has one. Touches the files. */
int dataset_save(struct repo *r, const struct dataset *ds, const struct dataset *before) MUST_CHECK;

/* ---- dataset_lock.c */

bool dataset_kind_of(enum dataset_kind *out,
                     const struct node *entry); /* false: none that is known */
/* name, url, type, and path and rev of DATASET_GIT if they are there: of the dataset, or as an entry of
 * dvc.yaml or dvc.lock says it. */
struct node *dataset_definition(struct arena *arena, const struct dataset *ds);
struct node *dataset_normal_definition(struct arena *arena, const struct node *entry);
/* An entry of dvc.lock, or what a stage recorded of a dataset, in the form of `lock` above; NULL if it
 * is none. */
struct node *dataset_normal(struct arena *arena, const struct node *entry);

/* What it is now, as its `lock`: a commit; a file (known by its inode and time, `id`) or
 * a folder (by size and count alone, `id` is NULL) of this machine; files in a store that keeps versions, or one with path "". */
void dataset_lock_commit(struct dataset *ds, struct arena *arena, const char *commit);
void dataset_lock_content(struct dataset *ds, struct arena *arena, const struct content *now,
                          const struct file_id *id);
void dataset_lock_versions(struct dataset *ds, struct arena *arena,
                           const struct version_files *files);

const char *dataset_commit(const struct dataset *ds); /* that is recorded; "" if none is */
bool dataset_same_lock(const struct dataset *a, const struct dataset *b);
/* Adds the files that `from` records and `to` does not, and those (`changed`, may be NULL) that both
 * do, differently. Texts are lent. */
void dataset_files_gone(struct strv *out, struct strv *changed, const struct dataset *from,
                        const struct dataset *to);

/* "name" of a dependency ds://name. */
const char *dataset_dep_name(struct arena *arena, const struct dep *dep);
/* Whether the stage saw it as it is recorded now; *known: whether it saw it at all. */
bool dataset_dep_same(bool *known, struct arena *arena, const struct dep *dep,
                      const struct dataset *ds);
/* Makes that what the stage saw; ds->lock is set. */
void dataset_dep_record(struct dep *dep, struct arena *arena, const struct dataset *ds);

#endif
