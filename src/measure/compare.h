/*
 * Params and metrics of a revision, and two revisions compared.
 */
#ifndef MEASURE_COMPARE_H
#define MEASURE_COMPARE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "model/view.h"

struct arena;
struct node;
struct repo;

/* One file of numbers at one revision. */
struct measure_file {
    const char *path;        /* as shown */
    const struct node *data; /* NULL if it could not be read */
    const char *error_type;  /* Python's name of the error that DVC shows in JSON: "FileNotFoundError" */
    const char *error_text;
};
struct measure_files VEC_OF(struct measure_file);

struct measure_rev {
    const char *name; /* "", "workspace", branch names, or a full id */
    struct measure_files files;
};
struct measure_revs VEC_OF(struct measure_rev);

enum measure_kind { MEASURE_METRICS, MEASURE_PARAMS };

struct measure_request {
    enum measure_kind kind;
    struct strv targets;
    bool recursive, all_branches, all_tags, all_commits;
    bool deps_only; /* params diff --deps: only keys that stages depend on */
};

/* metrics show. */
int measure_show(struct measure_revs *out, struct arena *arena, struct repo *r, const struct measure_request *q) MUST_CHECK;

struct measure_change {
    const char *path, *key;
    const struct node *old, *new; /* NULL: absent on that side */
    bool has_diff;                /* both numbers */
    double diff;
    bool diff_is_int;
};
struct measure_changes VEC_OF(struct measure_change);

/* metrics diff, params diff: sorted by path and key; rev names NULL mean HEAD and the workspace. `all`: unchanged too. */
int measure_diff(struct measure_changes *out, struct arena *arena, struct repo *r, const struct measure_request *q,
                 const char *a_rev, const char *b_rev, bool all) MUST_CHECK;

#endif
