/*
 * .dvcignore: Git's pattern rules in every folder, lines stripped on both sides, as DVC reads them (see ignore.c for where
 * that differs from Git), plus .git, .hg and .dvc, which nothing takes back. Folders that are repositories of their own
 * (hold .dvc) are left out too.
 */
#ifndef MODEL_IGNORE_H
#define MODEL_IGNORE_H

#include <stdbool.h>

#include "base/attr.h"

#define IGNORE_FILE ".dvcignore"

struct arena;
struct ignore;
struct repo;

/* Which rule decided: for check-ignore. */
struct ignore_match {
    const char *file; /* repo-relative path of the .dvcignore, NULL for a built-in rule */
    int line;
    const char *pattern; /* as written; NULL: no rule matched */
    bool negated;
    bool other_repo; /* not a rule: the folder is a repository of its own, `pattern` its name */
};

/* The rules of the workspace, or of a commit (full id; NULL: the workspace). */
int ignore_open(struct ignore **out, struct repo *r, const char *commit) MUST_CHECK;
void ignore_close(struct ignore *ig); /* NULL is fine; the values are the repo's */

/* Whether the path (repo-relative) or a folder above it is ignored. `match` may be NULL. Reads the .dvcignore files on
 * the way when first needed. */
bool ignore_path(struct ignore *ig, const char *path, bool is_dir, struct ignore_match *match);

/* The same for a path as typed, for check-ignore: what lies outside the repository is not ignored, and which of several
 * rules in a row is named is DVC's choice, the first. */
bool ignore_explain(struct ignore *ig, const char *typed, struct ignore_match *match);

/* For walking below `top` (repo-relative): as walk_skip_fn with ctx = the struct filled here. The parents of what is
 * asked were not ignored, so only the last component is judged: cheap. */
struct ignore_walk {
    struct ignore *ignore;
    const char *top;
};
bool ignore_skip(void *ctx, const char *path, bool is_dir);

#endif
