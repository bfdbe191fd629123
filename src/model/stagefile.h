/*
 * What .dvc files, dvc.yaml and dvc.lock have in common as files: their names, and reading and
 * writing them whole.
 */
#ifndef MODEL_STAGEFILE_H
#define MODEL_STAGEFILE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct repo;
struct str;

/* What a stage file would become: for who wants to know without changing the user's workspace. Set
 * repo->drafts to an empty list; strings live in the repository's arena. */
struct stagefile_draft {
    const char *path; /* repo-relative */
    const char *text;
    size_t len;
};
struct stagefile_drafts VEC_OF(struct stagefile_draft);

bool stagefile_is_dvc(const char *path);  /* "data.dvc" */
bool stagefile_is_pipe(const char *path); /* "dvc.yaml" in any folder */
bool stagefile_is_any(const char *path);  /* either: what is searched for stages */

/* ERR_FAILED if Git ignores the file: what it says would be lost to everybody else. */
int stagefile_check_ignored(const struct repo *r, const char *path) MUST_CHECK;

/* Appends the file; a missing one is empty. */
int stagefile_read(struct str *out, const struct repo *r, const char *path) MUST_CHECK;

/* Replaces what was read by `now`, if that is different, and notes the file for Git in either
 * case. */
int stagefile_write(struct repo *r, const char *path, const struct str *before,
                    const struct str *now) MUST_CHECK;

/* Deletes the file and notes it for Git. */
int stagefile_delete(struct repo *r, const char *path) MUST_CHECK;

#endif
