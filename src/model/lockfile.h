/*
 * dvc.lock: what each stage of the dvc.yaml beside it last saw and made.
 */
#ifndef MODEL_LOCKFILE_H
#define MODEL_LOCKFILE_H

#include <stddef.h>

#include "base/attr.h"

struct arena;
struct node;
struct pipefile;
struct repo;
struct stage;

/* Parses and validates the text (schema '2.0') and fills the recorded contents of the stages of
 * `pipe`, and its datasets_lock. */
int lockfile_apply(struct pipefile *pipe, struct arena *arena, const char *path, const char *text,
                   size_t len) MUST_CHECK;

/* Writes the entries of these stages (all of one dvc.yaml) from their recorded contents: existing
 * ones replaced in place, new ones appended, all others byte for byte as they were. Touches the
 * file. */
int lockfile_save(struct repo *r, struct stage *const *stages, size_t n) MUST_CHECK;

/* The same without saying so: the caller has. */
int lockfile_save_quietly(struct repo *r, struct stage *const *stages, size_t n) MUST_CHECK;

/* The same for entries as stage_lock_entry makes them; `path` is the dvc.lock. */
struct lockfile_entry {
    const char *name; /* of the stage */
    struct node *entry;
};
int lockfile_save_entries(struct repo *r, const char *path, const struct lockfile_entry *entries,
                          size_t n) MUST_CHECK;

/* Writes the entry of a dataset, replacing the one of its name; all others stay. `path` is the
 * dvc.lock. Touches the file. */
int lockfile_put_dataset(struct repo *r, const char *path, const char *name,
                         const struct node *entry) MUST_CHECK;

int lockfile_remove_stage(struct repo *r, const char *pipefile_path, const char *name) MUST_CHECK;

/* "sub/dvc.lock" for "sub/dvc.yaml". */
const char *lockfile_path(struct arena *arena, const char *pipefile_path);

#endif
