/*
 * Params and metrics of a revision, and two revisions compared.
 */
#ifndef MEASURE_COMPARE_H
#define MEASURE_COMPARE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct node;
struct repo;

/* One file of numbers at one revision. */
struct measure_file {
    const char *path;        /* as shown */
    const struct node *data; /* NULL if it could not be read */
    const char
        *error_type; /* Python's name of the error that DVC shows in JSON: "FileNotFoundError" */
    const char *error_text;
};
struct measure_files VEC_OF(struct measure_file);

struct measure_rev {
    const char *name; /* "", "workspace", branch names, or a full id */
    struct measure_files files;
    const char *error_type,
        *error_text; /* set when its stage files could not be read; then there are no files */
};
struct measure_revs VEC_OF(struct measure_rev);

enum measure_kind { MEASURE_METRICS, MEASURE_PARAMS };

struct measure_request {
    enum measure_kind kind;
    struct strv targets; /* as typed: files, or folders of them */
    bool all_branches, all_tags, all_commits;
    bool deps_only;     /* params diff --deps: only keys that stages depend on */
    struct strv stages; /* of params those that these stages depend on, and no other; none: all */
    bool from_root;     /* paths are shown relative to the repository's root */
};

/* metrics show: the workspace, or the workspace ("workspace", unless the checked-out branch says
 * the same) and the commits asked for. Lists and nulls are no metrics and left out. */
int measure_show(struct measure_revs *out, struct arena *arena, struct repo *r,
                 const struct measure_request *q) MUST_CHECK;
/* The revisions of these names ("workspace", or what Git knows), in that order. */
int measure_at(struct measure_revs *out, struct arena *arena, struct repo *r,
               const struct measure_request *q, const struct strv *names) MUST_CHECK;
void measure_revs_release(struct measure_revs *revs);

/* Whether a file, or the whole, could not be read. */
bool measure_rev_failed(const struct measure_rev *rev);
/* Appends what is wrong with its files, a line of words each; in the arena. */
void measure_rev_errors(struct strv *out, struct arena *arena, const struct measure_rev *rev);

struct measure_change {
    const char *path, *key; /* path as shown */
    const struct node *old,
        *new; /* NULL: absent on that side, or null; lists as Python's text of them */
    const struct node *diff; /* new - old, NULL unless both are numbers */
};
struct measure_changes VEC_OF(struct measure_change);

struct measure_comparison {
    struct measure_changes changes; /* sorted by path and key */
    struct strv failed;             /* names of revisions of which something could not be read */
    struct strv errors;             /* see measure_rev_errors */
};

/* metrics diff, params diff. Rev names NULL mean HEAD and the workspace; nothing to compare in a
 * repository without commits. `all`: unchanged values too. */
int measure_diff(struct measure_comparison *out, struct arena *arena, struct repo *r,
                 const struct measure_request *q, const char *a_rev, const char *b_rev,
                 bool all) MUST_CHECK;
void measure_comparison_release(struct measure_comparison *c);

/* The values of a file as dotted keys, in its order, as tables show them: lists as Python's text of
 * them, empty maps left out; a value that is no map has the key "". */
struct measure_value {
    const char *key;
    const struct node *value;
};
struct measure_values VEC_OF(struct measure_value);
void measure_flatten(struct measure_values *out, struct arena *arena, const struct node *data);

#endif
