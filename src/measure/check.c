#include "measure/check.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "doc/node.h"
#include "measure/check_parse.h"
#include "measure/compare.h"
#include "model/repo.h"
#include "model/suggest.h"

static const char workspace[] = "workspace";

struct checker {
    struct arena *arena;
    struct repo *repo;
    struct strv paths; /* of files that conditions name, as shown */
    bool any_file;     /* a condition names none */
    struct strv names; /* of `revs` */
    struct measure_revs revs;
};

/* One value of one revision. */
struct found {
    const char *path;
    const struct node *value;
};

static const char *shown_path(const struct checker *c, const char *typed) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    const char *path;

    if (repo_path(&path, c->repo, typed, true)) {
        err_clear();
        return typed;
    }
    return repo_shown(c->repo, path);
}

static void add_name(struct strv *names, const char *name) {
    for (size_t i = 0; i < names->len; i++) {
        if (str_eq(names->at[i], name)) {
            return;
        }
    }
    vec_push(names, name);
}

static void note_term(struct checker *c, const struct check_term *t) {
    switch (t->kind) {
    case CHECK_NUMBER:
        return;
    case CHECK_METRIC:
        add_name(&c->paths, shown_path(c, t->path));
        return;
    case CHECK_REVISION:
        add_name(&c->names, t->revision);
        return;
    case CHECK_ADD:
    case CHECK_SUB:
    case CHECK_MUL:
    case CHECK_DIV:
        note_term(c, t->left);
        note_term(c, t->right);
        return;
    }
}

static void note_check(struct checker *c, const struct check *check) {
    if (check->path) {
        add_name(&c->paths, shown_path(c, check->path));
    } else {
        c->any_file = true;
    }
    note_term(c, check->limit);
}

/* The files that are named, and, for bare keys, those that are metrics anyway. */
static int load(struct checker *c) {
    struct measure_request named = {.kind = MEASURE_METRICS, .targets = c->paths};
    struct measure_request all = {.kind = MEASURE_METRICS};
    struct measure_revs more = {0};
    int rc = 0;

    if (c->paths.len) {
        rc = measure_at(&c->revs, c->arena, c->repo, &named, &c->names);
    }
    if (rc || !c->any_file) {
        return rc;
    }
    if (!c->paths.len) {
        return measure_at(&c->revs, c->arena, c->repo, &all, &c->names);
    }
    rc = measure_at(&more, c->arena, c->repo, &all, &c->names);
    for (size_t i = 0; i < more.len && !rc; i++) {
        for (size_t k = 0; k < more.at[i].files.len; k++) {
            vec_push(&c->revs.at[i].files, more.at[i].files.at[k]);
        }
    }
    measure_revs_release(&more);
    return rc;
}

static const struct node *find_key(const struct checker *c, const struct measure_file *f,
                                   const char *key, struct strv *keys) {
    struct measure_values values = {0};
    const struct node *found = NULL;

    if (f->data) {
        measure_flatten(&values, c->arena, f->data);
    }
    for (size_t i = 0; i < values.len; i++) {
        vec_push(keys, values.at[i].key);
        if (str_eq(values.at[i].key, key)) {
            found = values.at[i].value;
        }
    }
    vec_release(&values);
    return found;
}

static int not_there(const char *path, const char *key, const char *rev, const struct strv *keys) {
    const char *near = suggest_name(key, keys);

    err_set(ERR_FAILED, "no metric '%s'%s%s%s%s%s", key, path ? " in '" : "", path ? path : "",
            path ? "'" : "", str_eq(rev, workspace) ? "" : " of ",
            str_eq(rev, workspace) ? "" : rev);
    if (near) {
        err_hint("did you mean '%s'?", near);
    }
    return ERR_FAILED;
}

/* By file and key, or by the key alone if one file has it. */
static int find(struct found *out, const struct checker *c, const char *rev, const char *path,
                const char *key) {
    struct strv keys CLEANUP(strv_release) = {0};
    size_t i = 0;

    *out = (struct found){0};
    while (!str_eq(c->names.at[i], rev)) {
        i++;
    }
    for (size_t k = 0; k < c->revs.at[i].files.len; k++) {
        const struct measure_file *f = &c->revs.at[i].files.at[k];
        const struct node *value;

        if (path && !str_eq(path, f->path)) {
            continue;
        }
        if (path && f->error_text && str_eq(rev, workspace)) {
            return err_set(ERR_FAILED, "%s", f->error_text);
        }
        if (!(value = find_key(c, f, key, &keys))) {
            continue;
        }
        if (out->value && !str_eq(out->path, f->path)) {
            err_set(ERR_FAILED, "metric '%s' is in '%s' and in '%s'", key, out->path, f->path);
            err_hint("name the file: %s:%s", f->path, key);
            return ERR_FAILED;
        }
        *out = (struct found){.path = f->path, .value = value};
    }
    return out->value ? 0 : not_there(path, key, rev, &keys);
}

static int as_number(double *out, const struct found *f, const char *key) {
    if (f->value->kind == NODE_BOOL) {
        *out = f->value->boolean;
        return 0;
    }
    if (!node_is_number(f->value)) {
        return err_set(ERR_FAILED, "metric '%s' of '%s' is a %s, expected a number", key, f->path,
                       node_kind_name(f->value->kind));
    }
    *out = node_number(f->value);
    return 0;
}

/* `left`: the metric that is judged. Depth is limited by CHECK_TEXT_MAX. */
static int evaluate(double *out, const struct checker *c, const struct check_term *t,
                    const struct found *left, const char *key) {
    double a = 0, b = 0;
    struct found f;
    int rc;

    switch (t->kind) {
    case CHECK_NUMBER:
        *out = t->number;
        return 0;
    case CHECK_METRIC:
        rc = find(&f, c, workspace, shown_path(c, t->path), t->key);
        return rc ? rc : as_number(out, &f, t->key);
    case CHECK_REVISION:
        rc = find(&f, c, t->revision, left->path, key);
        return rc ? rc : as_number(out, &f, key);
    case CHECK_ADD:
    case CHECK_SUB:
    case CHECK_MUL:
    case CHECK_DIV:
        break;
    }
    if ((rc = evaluate(&a, c, t->left, left, key)) || (rc = evaluate(&b, c, t->right, left, key))) {
        return rc;
    }
    *out = t->kind == CHECK_ADD   ? a + b
           : t->kind == CHECK_SUB ? a - b
           : t->kind == CHECK_MUL ? a * b
                                  : a / b;
    return 0;
}

/* NaN on either side holds for "!=" alone. */
static bool holds(double value, enum check_op op, double limit) {
    switch (op) {
    case CHECK_LT:
        return value < limit;
    case CHECK_LE:
        return value <= limit;
    case CHECK_GT:
        return value > limit;
    case CHECK_GE:
        return value >= limit;
    case CHECK_EQ:
        return value == limit;
    case CHECK_NE:
        return value != limit;
    }
    return false;
}

static int judge(struct check_results *out, const struct checker *c, const struct check *check) {
    const char *path = check->path ? shown_path(c, check->path) : NULL;
    struct check_result r = {.key = check->key,
                             .op = check_op_text(check->op),
                             .limit_text = check->limit_text,
                             .plain = check->limit->kind == CHECK_NUMBER};
    struct found left;
    double value = 0;
    int rc = find(&left, c, workspace, path, check->key);

    if (rc || (rc = as_number(&value, &left, check->key)) ||
        (rc = evaluate(&r.limit, c, check->limit, &left, check->key))) {
        return rc;
    }
    r.path = left.path;
    r.value = left.value;
    r.holds = holds(value, check->op, r.limit);
    vec_push(out, r);
    return 0;
}

int measure_check(struct check_results *out, struct arena *arena, struct repo *r,
                  const struct strv *conditions) {
    struct check *checks = arena_alloc(arena, (conditions->len + 1) * sizeof *checks);
    struct checker c = {.arena = arena, .repo = r};
    int rc = 0;

    vec_push(&c.names, workspace);
    for (size_t i = 0; i < conditions->len && !rc; i++) {
        if (!(rc = check_parse(&checks[i], arena, conditions->at[i]))) {
            note_check(&c, &checks[i]);
        }
    }
    if (!rc && (rc = load(&c)) == ERR_NOT_FOUND) {
        err_hint("in a condition there are blanks around + - * and /");
    }
    for (size_t i = 0; i < conditions->len && !rc; i++) {
        rc = judge(out, &c, &checks[i]);
    }
    strv_release(&c.paths);
    strv_release(&c.names);
    measure_revs_release(&c.revs);
    return rc;
}

void check_results_release(struct check_results *results) {
    vec_release(results);
}
