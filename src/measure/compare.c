#include "measure/compare.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "data/data.h"
#include "doc/diff.h"
#include "doc/integer.h"
#include "doc/node.h"
#include "doc/write.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "git/gittree.h"
#include "measure/collect.h"
#include "model/index.h"
#include "model/repo.h"

#define WORKSPACE "workspace"

bool measure_rev_failed(const struct measure_rev *rev) {
    for (size_t i = 0; i < rev->files.len; i++) {
        if (rev->files.at[i].error_type) {
            return true;
        }
    }
    return rev->error_type != NULL;
}

void measure_rev_errors(struct strv *out, struct arena *arena, const struct measure_rev *rev) {
    for (size_t i = 0; i < rev->files.len; i++) {
        if (rev->files.at[i].error_type) {
            vec_push(out, arena_printf(arena, "%s: %s", rev->name[0] ? rev->name : WORKSPACE,
                                       rev->files.at[i].error_text));
        }
    }
}

/* Fills rev->files; what cannot be read is noted, and is no error. */
static int load_rev(struct measure_rev *rev, struct arena *arena, struct data *d,
                    const char *commit, const struct measure_request *q) {
    struct index *index CLEANUP(index_freep) = NULL;
    int rc = index_load(&index, d->repo, commit);

    if (!rc) {
        rc = measure_collect(&rev->files, arena, d, index, q);
    }
    if (!rc || rc == ERR_INTERRUPTED) {
        return rc;
    }
    vec_release(&rev->files);
    rev->error_type = rc == ERR_INVALID ? "YAMLValidationError" : "DvcException";
    rev->error_text = arena_strdup(arena, err_text());
    log_warn("failed to load %s in revision '%s', %s",
             q->kind == MEASURE_METRICS ? "metrics" : "params", rev->name, err_text());
    err_clear();
    return 0;
}

static int add_rev(struct measure_revs *out, struct arena *arena, struct data *d, const char *name,
                   const char *commit, const struct measure_request *q) {
    struct measure_rev rev = {.name = name};
    bool is_dir = false;
    int rc;

    if (commit && d->repo->git_path[0] &&
        (!gittree_exists(d->repo->git, commit, d->repo->git_path, &is_dir) || !is_dir)) {
        return 0; /* from before there was a project here */
    }
    if (!(rc = load_rev(&rev, arena, d, commit, q))) {
        vec_push(out, rev);
    }
    return rc;
}

static const struct measure_file *find_file(const struct measure_rev *rev, const char *path) {
    for (size_t i = 0; i < rev->files.len; i++) {
        if (str_eq(rev->files.at[i].path, path)) {
            return &rev->files.at[i];
        }
    }
    return NULL;
}

static bool revs_equal(const struct measure_rev *a, const struct measure_rev *b) {
    if (measure_rev_failed(a) || measure_rev_failed(b) || a->files.len != b->files.len) {
        return false;
    }
    for (size_t i = 0; i < a->files.len; i++) {
        const struct measure_file *other = find_file(b, a->files.at[i].path);
        if (!other || !node_equal(a->files.at[i].data, other->data)) {
            return false;
        }
    }
    return true;
}

/* The workspace is the first; it goes when the branch that is checked out says the same. */
static void hide_workspace(struct measure_revs *revs, const char *branch) {
    for (size_t i = 1; branch && i < revs->len; i++) {
        if (str_eq(revs->at[i].name, branch) && revs_equal(&revs->at[0], &revs->at[i])) {
            vec_release(&revs->at[0].files);
            memmove(revs->at, revs->at + 1, --revs->len * sizeof *revs->at);
            return;
        }
    }
}

static int need_git(const struct repo *r) {
    if (r->git) {
        return 0;
    }
    err_set(ERR_FAILED, "this needs a Git repository");
    err_hint("if this is one, 'config core.no_scm false' lets it be used");
    return ERR_FAILED;
}

int measure_show(struct measure_revs *out, struct arena *arena, struct repo *r,
                 const struct measure_request *q) {
    unsigned sets = (q->all_branches ? GITREV_BRANCHES : 0) | (q->all_tags ? GITREV_TAGS : 0) |
                    (q->all_commits ? GITREV_COMMITS : 0);
    struct data *d CLEANUP(data_closep) = NULL;
    struct gitrevs revs = {0};
    int rc;

    if ((rc = data_open(&d, r, NULL)) || (sets && (rc = need_git(r)))) {
        return rc;
    }
    rc = add_rev(out, arena, d, sets ? WORKSPACE : "", NULL, q);
    if (rc || !sets || (rc = gitrev_list(&revs, r->git, arena, sets))) {
        return rc;
    }
    for (size_t i = 0; i < revs.len && !rc; i++) {
        rc = add_rev(out, arena, d, revs.at[i].name, revs.at[i].id, q);
    }
    vec_release(&revs);
    if (!rc) {
        hide_workspace(out, gitrepo_branch(r->git, arena));
    }
    return rc;
}

/* A revision by name; "workspace" is the workspace. */
static int load_named(struct measure_rev *rev, struct arena *arena, struct data *d,
                      const char *name, const struct measure_request *q) {
    struct gitrev found;
    int rc;

    rev->name = name;
    if (str_eq(name, WORKSPACE)) {
        return load_rev(rev, arena, d, NULL, q);
    }
    if ((rc = gitrev_find(&found, d->repo->git, arena, name))) {
        return rc;
    }
    return load_rev(rev, arena, d, arena_strdup(arena, found.id), q);
}

int measure_at(struct measure_revs *out, struct arena *arena, struct repo *r,
               const struct measure_request *q, const struct strv *names) {
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = data_open(&d, r, NULL);

    for (size_t i = 0; i < names->len && !rc; i++) {
        struct measure_rev rev = {0};

        if (!str_eq(names->at[i], WORKSPACE)) {
            rc = need_git(r);
        }
        if (!rc && !(rc = load_named(&rev, arena, d, names->at[i], q))) {
            vec_push(out, rev);
        }
    }
    return rc;
}

void measure_revs_release(struct measure_revs *revs) {
    for (size_t i = 0; i < revs->len; i++) {
        vec_release(&revs->at[i].files);
    }
    vec_release(revs);
}

void measure_flatten(struct measure_values *out, struct arena *arena, const struct node *data) {
    struct flat all = {0};

    node_flatten(&all, arena, data);
    for (size_t i = 0; i < all.len; i++) {
        struct measure_value item = {all.at[i].key, all.at[i].value};

        if (item.value->kind == NODE_MAP) {
            continue;
        }
        if (item.value->kind == NODE_LIST) {
            struct str text CLEANUP(str_release) = STR_INIT;

            python_write(&text, item.value);
            item.value = node_str(arena, text.buf);
        }
        vec_push(out, item);
    }
    vec_release(&all);
}

/* One value of one side. */
struct value {
    const char *path, *key;
    const struct node *node; /* NULL for null */
};
struct values VEC_OF(struct value);

static int compare_values(const void *a, const void *b) {
    const struct value *x = a, *y = b;
    int order = strcmp(x->path, y->path);

    return order ? order : strcmp(x->key, y->key);
}

/* "a" and "a.b" both asked for: the values below come twice. */
static void drop_repeated(struct values *v) {
    size_t kept = 0;

    for (size_t i = 0; i < v->len; i++) {
        if (!kept || compare_values(&v->at[kept - 1], &v->at[i])) {
            v->at[kept++] = v->at[i];
        }
    }
    v->len = kept;
}

static void list_values(struct values *out, struct arena *arena, const struct measure_rev *rev) {
    for (size_t i = 0; i < rev->files.len; i++) {
        const struct measure_file *f = &rev->files.at[i];
        struct measure_values flat = {0};

        if (!f->data) {
            continue;
        }
        measure_flatten(&flat, arena, f->data);
        for (size_t k = 0; k < flat.len; k++) {
            const struct node *n = flat.at[k].value;
            struct value v = {f->path, flat.at[k].key, n->kind == NODE_NULL ? NULL : n};

            vec_push(out, v);
        }
        vec_release(&flat);
    }
    if (out->len) {
        qsort(out->at, out->len, sizeof *out->at, compare_values);
    }
    drop_repeated(out);
}

static bool counts(const struct node *n) {
    return n && (node_is_number(n) || n->kind == NODE_BOOL);
}

static double as_float(const struct node *n) {
    return n->kind == NODE_BOOL ? n->boolean : node_number(n);
}

static const struct node *as_int(struct arena *arena, const struct node *n) {
    if (n->kind == NODE_BOOL) {
        return node_int(arena, n->boolean);
    }
    return n->kind == NODE_INT ? n : NULL;
}

/* new - old as Python computes it: a flag counts as 0 or 1, whole numbers stay whole. */
static const struct node *difference(struct arena *arena, const struct node *old,
                                     const struct node *new) {
    const struct node *a, *b;
    struct node *diff;

    if (!counts(old) || !counts(new)) {
        return NULL;
    }
    a = as_int(arena, old);
    b = as_int(arena, new);
    diff = node_float(arena, as_float(new) - as_float(old));
    if (a && b) {
        integer_subtract(diff, arena, b, a);
    }
    return diff;
}

static bool same_value(const struct node *a, const struct node *b) {
    return a && b ? node_equal(a, b) : a == b;
}

static void compare_revs(struct measure_changes *out, struct arena *arena,
                         const struct measure_rev *a, const struct measure_rev *b, bool all) {
    struct values old = {0}, new = {0};
    size_t i = 0, k = 0;

    list_values(&old, arena, a);
    list_values(&new, arena, b);
    while (i < old.len || k < new.len) {
        int order = i == old.len ? 1 : k == new.len ? -1 : compare_values(&old.at[i], &new.at[k]);
        const struct value *left = order <= 0 ? &old.at[i++] : NULL;
        const struct value *right = order >= 0 ? &new.at[k++] : NULL;
        const struct value *any = left ? left : right;
        struct measure_change c = {.path = any->path,
                                   .key = any->key,
                                   .old = left ? left->node : NULL,
                                   .new = right ? right->node : NULL};

        if (all || !same_value(c.old, c.new)) {
            c.diff = difference(arena, c.old, c.new);
            vec_push(out, c);
        }
    }
    vec_release(&old);
    vec_release(&new);
}

int measure_diff(struct measure_comparison *out, struct arena *arena, struct repo *r,
                 const struct measure_request *q, const char *a_rev, const char *b_rev, bool all) {
    const char *names[] = {a_rev ? a_rev : "HEAD", b_rev ? b_rev : WORKSPACE};
    const struct strv both = {.at = names, .len = COUNT_OF(names)};
    struct measure_revs revs = {0};
    int rc;

    if ((rc = need_git(r)) || !gitrepo_has_commits(r->git)) {
        return rc;
    }
    if (!(rc = measure_at(&revs, arena, r, q, &both))) {
        compare_revs(&out->changes, arena, &revs.at[0], &revs.at[1], all);
    }
    for (size_t i = 0; i < revs.len; i++) {
        if (measure_rev_failed(&revs.at[i])) {
            vec_push(&out->failed, revs.at[i].name);
            measure_rev_errors(&out->errors, arena, &revs.at[i]);
        }
    }
    measure_revs_release(&revs);
    return rc;
}

void measure_comparison_release(struct measure_comparison *c) {
    vec_release(&c->changes);
    vec_release(&c->failed);
    vec_release(&c->errors);
}
