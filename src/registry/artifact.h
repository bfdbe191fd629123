/*
 * Artifacts: the names that dvc.yaml files give to data, models and prompts (`artifacts:` with path,
 * type, desc, labels, meta). One in the dvc.yaml of a folder is called "folder:name"; folders count
 * from the top of the Git work tree, as in the tags. What the artifacts.yaml there defines, which
 * GTO had before (description and custom for desc and meta), counts where dvc.yaml has no such name.
 */
#ifndef REGISTRY_ARTIFACT_H
#define REGISTRY_ARTIFACT_H

#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct node;
struct repo;

struct artifact {
    const char *name;
    const char *file;        /* its dvc.yaml or the artifacts.yaml, repo-relative */
    const char *path;        /* repo-relative; absolute outside the repository */
    const char *type, *desc; /* NULL: not given */
    const struct node *meta; /* the same */
    const char *meta_text;   /* it as JSON */
    const char *const *labels;
    size_t nlabels;
};
struct artifacts VEC_OF(struct artifact);

/* `commit` is a full id, or NULL for the workspace. "folder/dvc.yaml:name" is understood as DVC
 * does. ERR_NOT_FOUND, with a near name as hint, if no dvc.yaml there defines it. */
int artifact_find(struct artifact *out, struct arena *arena, struct repo *r, const char *commit,
                  const char *name) MUST_CHECK;

/* Appends all of them, sorted by name; files that do not parse are passed over. */
int artifact_list(struct artifacts *out, struct arena *arena, struct repo *r,
                  const char *commit) MUST_CHECK;

/* The name as tags have it: "folder:name" for "folder/dvc.yaml:name", else itself. */
const char *artifact_tag_name(struct arena *arena, const char *name);

#endif
