#include "model/context.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "doc/node.h"
#include "doc/read.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/schema.h"
#include "model/suggest.h"
#include "model/view.h"

/* Comparisons of keys that one dvc.yaml may cost: some seconds, far beyond any honest file. */
static const uint64_t work_max = UINT64_C(1000000000);

/* Where a part of the values came from. A file may be loaded whole, or in several goes by keys. */
struct source {
    const char *name; /* "params.yaml", "vars[0]", "train.vars[1]" */
    const char *path; /* repo-relative; NULL for values in place */
    const struct node *values;
    const struct strv *keys; /* NULL: the whole file */
};

enum { DEPTH_MAX = 128 };

struct context {
    struct arena *arena;
    const struct view *view;
    const char *file; /* the dvc.yaml, for messages */
    const struct node *root;
    const struct node *item, *key;
    struct source *sources;
    size_t nsources;
    uint64_t *work;
};

static int spend(struct context *c, size_t comparisons) {
    *c->work += comparisons + 1;
    if (*c->work > work_max) {
        return err_set(ERR_INVALID, "%s: too much to interpolate", c->file);
    }
    return 0;
}

/* The name of the source that defined the path first. */
static const char *defined_in(const struct context *c, const char *const *path, size_t depth) {
    for (size_t i = 0; i < c->nsources; i++) {
        const struct node *n = c->sources[i].values;

        for (size_t k = 0; n && k < depth; k++) {
            n = node_get(n, path[k]);
        }
        if (n) {
            return c->sources[i].name;
        }
    }
    return "vars";
}

static int redefined(const struct context *c, const char *const *path, size_t depth,
                     const struct node *at, const char *from) {
    struct str text CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < depth; i++) {
        str_addf(&text, "%s%s", i > 0 ? "." : "", path[i]);
    }
    return schema_error(at, c->file, "'%s' of %s is already defined in %s", text.buf, from,
                        defined_in(c, path, depth));
}

/* A map with the entries of both; shares what is the same. `path` leads to it, `from` and `at` are
 * for messages. */
static int merge(const struct node **out, struct context *c, const struct node *a,
                 const struct node *b, const char **path, size_t depth, const struct node *at,
                 const char *from) {
    if (a->map.len == 0 || b->map.len == 0) {
        *out = a->map.len == 0 ? b : a;
        return 0;
    }
    struct node *both = node_map(c->arena);
    struct node_pair *pairs = arena_alloc(c->arena, (a->map.len + b->map.len) * sizeof *pairs);
    size_t len = a->map.len;
    int rc = spend(c, a->map.len * b->map.len);

    memcpy(pairs, a->map.at, len * sizeof *pairs);
    for (size_t i = 0; rc == 0 && i < b->map.len; i++) {
        const char *key = node_text(b->map.at[i].key);
        const struct node *value = b->map.at[i].value, *merged;
        size_t k = 0;

        if (!key) {
            continue; /* cannot be named */
        }
        while (k < a->map.len && !str_eq(node_text(pairs[k].key), key)) {
            k++;
        }
        if (k == a->map.len) {
            pairs[len++] = b->map.at[i];
            continue;
        }
        path[depth] = key;
        if (pairs[k].value->kind != NODE_MAP || value->kind != NODE_MAP) {
            return redefined(c, path, depth + 1, at, from);
        }
        rc = merge(&merged, c, pairs[k].value, value, path, depth + 1, at, from);
        if (rc == 0) {
            pairs[k].value = (struct node *)merged;
        }
    }
    both->map.at = pairs;
    both->map.len = len;
    *out = both;
    return rc;
}

static int add_source(struct context *c, const struct source *s, const struct node *at) {
    const char *path[DEPTH_MAX];
    struct source *sources = arena_alloc(c->arena, (c->nsources + 1) * sizeof *sources);

    if ((c->item && node_get(s->values, "item")) || (c->key && node_get(s->values, "key"))) {
        return schema_error(at, c->file, "%s defines 'item' or 'key', which foreach and matrix set",
                            s->name);
    }
    int rc = merge(&c->root, c, c->root, s->values, path, 0, at, s->name);

    if (rc) {
        return rc;
    }
    if (c->nsources > 0) {
        memcpy(sources, c->sources, c->nsources * sizeof *sources);
    }
    sources[c->nsources++] = *s;
    c->sources = sources;
    return 0;
}

static bool shares_key(const struct strv *a, const struct strv *b) {
    for (size_t i = 0; i < a->len; i++) {
        for (size_t k = 0; k < b->len; k++) {
            if (strcmp(a->at[i], b->at[k]) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Whether the file may still be loaded: 1 if it is there already, as a whole. */
static int loaded_before(const struct context *c, const struct source *s, const struct node *at) {
    for (size_t i = 0; i < c->nsources; i++) {
        const struct source *old = &c->sources[i];

        if (!old->path || strcmp(old->path, s->path) != 0) {
            continue;
        }
        if (!old->keys && !s->keys) {
            return 1;
        }
        if (!old->keys || !s->keys || shares_key(old->keys, s->keys)) {
            return schema_error(at, c->file, "'%s' is loaded already, %s", s->name,
                                old->keys ? "in part" : "as a whole");
        }
    }
    return 0;
}

static int read_values(const struct node **out, struct context *c, const char *path,
                       const struct node *at) {
    const struct repo *r = c->view->repo;
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *root;
    bool is_dir = false;

    if (!view_exists(c->view, path, &is_dir) || is_dir) {
        return schema_error(at, c->file, "'%s' %s", repo_shown(r, path),
                            is_dir ? "is a folder" : "does not exist");
    }
    int rc = view_read(&text, c->view, path, DOC_MAX_BYTES);

    rc = rc ? rc : doc_read(&root, c->arena, text.buf, text.len, repo_shown(r, path));
    if (rc) {
        return rc;
    }
    if (root->kind == NODE_NULL) {
        root = node_map(c->arena);
    }
    if (root->kind != NODE_MAP) {
        return schema_error(root, repo_shown(r, path), "a %s; values to interpolate are a mapping",
                            node_kind_name(root->kind));
    }
    *out = root;
    return 0;
}

/* Only the named keys of what was read. */
static int select_keys(struct source *s, struct context *c, const struct node *at) {
    struct node *some = node_map(c->arena);

    for (size_t i = 0; i < s->keys->len; i++) {
        struct node *value = node_get(s->values, s->keys->at[i]);

        if (!value) {
            return schema_error(at, c->file, "'%s' has no key '%s'", s->name, s->keys->at[i]);
        }
        node_put(c->arena, some, s->keys->at[i], value);
    }
    s->values = some;
    return 0;
}

/* "a,b" */
static const struct strv *split_keys(struct arena *arena, const char *text) {
    struct strv *keys = arena_alloc(arena, sizeof *keys);
    size_t room = 1;

    for (const char *p = text; *p; p++) {
        room += *p == ',';
    }
    keys->at = arena_alloc(arena, room * sizeof *keys->at);
    while (*text) {
        size_t n = strcspn(text, ",");

        if (n > 0) {
            keys->at[keys->len++] = arena_strndup(arena, text, n);
        }
        text += n + (text[n] == ',');
    }
    return keys->len > 0 ? keys : NULL;
}

/* One line of `vars`: "file" or "file:key,key". */
static int add_file(struct context *c, const char *wdir, const char *written,
                    const struct node *at) {
    size_t n = strcspn(written, ":");
    struct source s = {.keys = written[n] ? split_keys(c->arena, written + n + 1) : NULL};
    struct resolved where;
    int rc;

    resolve_path(&where, c->arena, c->view->repo, wdir, arena_strndup(c->arena, written, n));
    if (where.kind != RESOLVED_INSIDE) {
        return schema_error(at, c->file, "'%s' lies outside the repository", written);
    }
    s.path = where.path;
    s.name = repo_shown(c->view->repo, s.path);
    if ((rc = loaded_before(c, &s, at)) != 0) {
        return rc < 0 ? rc : 0;
    }
    rc = read_values(&s.values, c, s.path, at);
    rc = rc == 0 && s.keys ? select_keys(&s, c, at) : rc;
    return rc ? rc : add_source(c, &s, at);
}

static bool holds_template(const struct node *n) {
    switch (n->kind) {
    case NODE_STR:
        return strstr(n->str.text, "${") != NULL;
    case NODE_LIST:
        for (size_t i = 0; i < n->list.len; i++) {
            if (holds_template(n->list.at[i])) {
                return true;
            }
        }
        return false;
    case NODE_MAP:
        for (size_t i = 0; i < n->map.len; i++) {
            if (holds_template(n->map.at[i].key) || holds_template(n->map.at[i].value)) {
                return true;
            }
        }
        return false;
    case NODE_NULL:
    case NODE_BOOL:
    case NODE_INT:
    case NODE_FLOAT:
        return false;
    }
    return false;
}

static int add_vars(struct context *c, const char *wdir, const struct node *vars,
                    const char *stage) {
    for (size_t i = 0; vars && i < vars->list.len; i++) {
        const struct node *n = vars->list.at[i];
        int rc;

        if (holds_template(n)) {
            return schema_error(n, c->file, "vars cannot be interpolated");
        }
        if (n->kind == NODE_STR) {
            rc = add_file(c, wdir, n->str.text, n);
        } else {
            struct source s = {.values = n};

            s.name =
                arena_printf(c->arena, "%s%svars[%zu]", stage ? stage : "", stage ? "." : "", i);
            rc = add_source(c, &s, n);
        }
        if (rc) {
            return rc;
        }
    }
    return 0;
}

int context_open(struct context **out, struct arena *arena, const struct view *view,
                 const char *dir, const struct node *vars, const char *file) {
    struct context *c = arena_alloc(arena, sizeof *c);
    const char *params = path_join(arena, dir, "params.yaml");
    bool is_dir;
    int rc = 0;

    *c = (struct context){.arena = arena, .view = view, .file = file, .root = node_map(arena)};
    c->work = arena_alloc(arena, sizeof *c->work);
    if (view_exists(view, params, &is_dir)) {
        rc = add_file(c, dir, "params.yaml", NULL);
    }
    rc = rc ? rc : add_vars(c, dir, vars, NULL);
    *out = c;
    return rc;
}

int context_extend(struct context **out, const struct context *base, const char *wdir,
                   const struct node *vars, const char *stage) {
    struct context *c = arena_dup(base->arena, base, sizeof *base);

    *out = c;
    return add_vars(c, wdir, vars, stage);
}

void context_set_item(struct context *c, const struct node *item, const struct node *key) {
    c->item = item;
    c->key = key;
}

bool context_has(const struct context *c, const char *name) {
    return node_get(c->root, name) != NULL;
}

/* The parts of a path, without the spaces around them. */
struct parts {
    char *at[DEPTH_MAX];
    size_t len;
};

static int bad_expression(const char *text) {
    return err_set(ERR_INVALID, "'${%s}' is no name; expected something like ${a.b[0]}", text);
}

/* word ( "." word | "[" word "]" )*, where a word is anything without ".", "[" and "]". */
static int split_expression(struct parts *p, struct arena *arena, const char *expression,
                            size_t len) {
    char *text = arena_strndup(arena, expression, len);
    const char *at = text;
    char close = 0;

    p->len = 0;
    for (;;) {
        size_t n = strcspn(at, ".[]");
        size_t lead = strspn(at, " \t\n\r");
        size_t end = n;

        while (end > lead && strchr(" \t\n\r", at[end - 1])) {
            end--;
        }
        if (n == 0 || p->len == DEPTH_MAX || lead >= n) {
            return bad_expression(text);
        }
        p->at[p->len++] = arena_strndup(arena, at + lead, end - lead);
        at += n;
        if (close) {
            if (*at != close) {
                return bad_expression(text);
            }
            at++;
            at += strspn(at, " \t\n\r");
        }
        if (*at == '\0') {
            return 0;
        }
        if (*at != '.' && *at != '[') {
            return bad_expression(text);
        }
        close = *at == '[' ? ']' : 0;
        at++;
    }
}

/* One step down; NULL if there is nothing. */
static const struct node *step(const struct node *n, const char *part) {
    int64_t index;

    if (n->kind == NODE_MAP) {
        return node_get(n, part);
    }
    if (n->kind != NODE_LIST || !num_int(&index, part + (part[0] == '+'))) {
        return NULL;
    }
    if (index < 0) {
        index += (int64_t)n->list.len;
    }
    return index >= 0 && (uint64_t)index < n->list.len ? n->list.at[index] : NULL;
}

static int not_defined(const struct context *c, const struct parts *p, const char *expression,
                       size_t len) {
    struct strv names CLEANUP(strv_release) = {0};
    int rc = err_set(ERR_INVALID, "'%.*s' is not defined", (int)len, expression);

    if (p->len == 1) {
        for (size_t i = 0; i < c->root->map.len; i++) {
            const char *name = node_text(c->root->map.at[i].key);

            if (name) {
                vec_push(&names, name);
            }
        }
        const char *near = suggest_name(p->at[0], &names);

        if (near) {
            err_hint("did you mean '%s'?", near);
        }
    }
    return rc;
}

static void find_source(const char **source, const char **path, const struct context *c,
                        const struct parts *p) {
    for (size_t i = 0; i < c->nsources; i++) {
        const struct node *n = c->sources[i].path ? c->sources[i].values : NULL;

        for (size_t k = 0; n && k < p->len; k++) {
            n = step(n, p->at[k]);
        }
        if (n) {
            struct str text CLEANUP(str_release) = STR_INIT;

            for (size_t k = 0; k < p->len; k++) {
                str_addf(&text, "%s%s", k > 0 ? "." : "", p->at[k]);
            }
            *source = c->sources[i].path;
            *path = arena_strdup(c->arena, text.buf);
            return;
        }
    }
}

int context_find(const struct node **value, const char **source, const char **path,
                 struct context *c, const char *expression, size_t len) {
    struct parts p;
    const struct node *n = c->root;
    size_t at = 0;
    int rc = split_expression(&p, c->arena, expression, len);

    if (rc) {
        return rc;
    }
    bool own = (c->item && strcmp(p.at[0], "item") == 0) || (c->key && strcmp(p.at[0], "key") == 0);

    if (own) {
        n = p.at[0][0] == 'i' ? c->item : c->key;
        at = 1;
    }
    for (; n && at < p.len; at++) {
        if ((rc = spend(c, n->kind == NODE_MAP ? n->map.len : 0)) != 0) {
            return rc;
        }
        n = step(n, p.at[at]);
    }
    if (!n) {
        return not_defined(c, &p, expression, len);
    }
    *value = n;
    if (source && path) {
        *source = *path = NULL;
        if (!own && n->kind != NODE_MAP) {
            find_source(source, path, c, &p);
        }
    }
    return 0;
}
