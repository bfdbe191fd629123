#include "measure/collect.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/read.h"
#include "doc/node.h"
#include "doc/read.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/pipefile.h"
#include "model/stage.h"
#include "model/target.h"
#include "model/view.h"
#include "measure/failure.h"

/* A file to read, and which of its keys. */
struct wanted {
    const char *path; /* repo-relative */
    struct strv keys;
    bool whole;
};
struct wanteds VEC_OF(struct wanted);

struct collector {
    struct measure_files *out;
    struct arena *arena;
    struct data *data;
    const struct index *index;
    const struct measure_request *q;
    struct wanteds wanted;
};

static struct wanted *want(struct collector *c, const char *path) {
    for (size_t i = 0; i < c->wanted.len; i++) {
        if (str_eq(c->wanted.at[i].path, path)) {
            return &c->wanted.at[i];
        }
    }
    vec_push(&c->wanted, ((struct wanted){.path = path}));
    return &c->wanted.at[c->wanted.len - 1];
}

static void want_whole(struct collector *c, const char *path) {
    want(c, path)->whole = true;
}

static void want_targets(struct collector *c) {
    for (size_t i = 0; i < c->q->targets.len; i++) {
        const char *typed = c->q->targets.at[i], *path;

        if (repo_path(&path, c->data->repo, typed, true)) {
            struct measure_file file = {.path = typed,
                                        .error_type = "FileNotFoundError",
                                        .error_text = arena_strdup(c->arena, err_text())};
            err_clear();
            vec_push(c->out, file);
            continue;
        }
        want_whole(c, path);
    }
}

static void want_metrics(struct collector *c) {
    const struct index *idx = c->index;

    for (size_t i = 0; i < idx->stages.len; i++) {
        const struct stage *s = idx->stages.at[i];

        for (size_t k = 0; k < s->nouts; k++) {
            if (s->outs[k].kind == OUT_METRIC) {
                want_whole(c, s->outs[k].path);
            }
        }
    }
    for (size_t i = 0; i < idx->pipes.len; i++) {
        for (size_t k = 0; k < idx->pipes.at[i].metrics.len; k++) {
            want_whole(c, idx->pipes.at[i].metrics.at[k]);
        }
    }
}

static void want_dep(struct collector *c, const struct dep *dep) {
    struct wanted *w;

    if (dep->kind != DEP_PARAMS) {
        return;
    }
    w = want(c, dep->path);
    w->whole |= dep->whole_file;
    for (size_t i = 0; i < dep->keys.len; i++) {
        vec_push(&w->keys, dep->keys.at[i]);
    }
}

static int want_params(struct collector *c) {
    struct stages named = {0};
    const struct index *idx = c->index;
    bool is_dir = false;
    int rc = c->q->stages.len ? target_stages(&named, idx, &c->q->stages, 0) : 0;
    const struct stages *from = c->q->stages.len ? &named : &idx->stages;

    for (size_t i = 0; !rc && i < from->len; i++) {
        for (size_t k = 0; k < from->at[i]->ndeps; k++) {
            want_dep(c, &from->at[i]->deps[k]);
        }
    }
    vec_release(&named);
    if (rc || c->q->deps_only || c->q->stages.len) {
        return rc;
    }
    for (size_t i = 0; i < idx->pipes.len; i++) {
        for (size_t k = 0; k < idx->pipes.at[i].params.len; k++) {
            want_whole(c, idx->pipes.at[i].params.at[k]);
        }
    }
    if (view_exists(&idx->view, "params.yaml", &is_dir) && !is_dir) {
        want_whole(c, "params.yaml");
    }
    return 0;
}

/* What can be a metric: numbers, texts and flags, in maps. NULL if nothing is left. */
static const struct node *only_metrics(struct arena *arena, const struct node *n) {
    struct node *map;

    switch (n->kind) {
    case NODE_NULL:
    case NODE_LIST:
        return NULL;
    case NODE_BOOL:
    case NODE_INT:
    case NODE_FLOAT:
    case NODE_STR:
        return n;
    case NODE_MAP:
        break;
    }
    map = node_map(arena);
    for (size_t i = 0; i < n->map.len; i++) {
        const char *key = node_text(n->map.at[i].key);
        const struct node *value = only_metrics(arena, n->map.at[i].value);

        if (key && value) {
            node_put(arena, map, key, node_clone(arena, value));
        }
    }
    return map->map.len ? map : NULL;
}

static const struct node *only_keys(struct arena *arena, const struct node *root,
                                    const struct wanted *w) {
    struct node *map = node_map(arena);

    for (size_t i = 0; i < w->keys.len; i++) {
        struct node *value = node_query(root, w->keys.at[i]);
        if (value) {
            node_put(arena, map, w->keys.at[i], value);
        }
    }
    return map;
}

static int read_values(const struct node **out, struct str *text, struct collector *c,
                       const char *path, const struct wanted *w) {
    struct node *root;
    int rc;

    if ((rc = data_read_content(text, c->arena, c->data, c->index, path, DOC_MAX_BYTES)) ||
        (rc = doc_read(&root, c->arena, text->buf, text->len, repo_shown(c->data->repo, path)))) {
        return rc;
    }
    if (c->q->kind == MEASURE_METRICS) {
        *out = only_metrics(c->arena, root);
    } else {
        *out = w->whole ? root : only_keys(c->arena, root, w);
    }
    if (!*out || !node_truthy(*out)) {
        *out = node_map(c->arena);
    }
    return 0;
}

static const char *shown(const struct collector *c, const char *path) {
    return c->q->from_root ? arena_strdup(c->arena, path) : repo_shown(c->data->repo, path);
}

static int read_file(struct collector *c, const char *path, const struct wanted *w) {
    struct measure_file file = {.path = shown(c, path)};
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = read_values(&file.data, &text, c, path, w);

    if (rc == ERR_INTERRUPTED) {
        return rc;
    }
    if (rc) {
        file.data = NULL;
        file.error_type = failure_type(rc, path, text.buf, text.len);
        file.error_text = arena_strdup(c->arena, err_text());
        log_debug("%s", err_text());
        err_clear();
    }
    vec_push(c->out, file);
    return 0;
}

static int read_wanted(struct collector *c) {
    struct map seen = MAP_INIT;
    int rc = 0;

    for (size_t i = 0; i < c->wanted.len && !rc; i++) {
        struct strv paths CLEANUP(strv_release) = {0};

        rc = data_read_expand(&paths, c->arena, c->data, c->index, c->wanted.at[i].path);
        for (size_t k = 0; k < paths.len && !rc; k++) {
            if (map_add(&seen, paths.at[k], c)) {
                rc = read_file(c, paths.at[k], &c->wanted.at[i]);
            }
        }
    }
    map_release(&seen);
    return rc;
}

/* What templates took from files that are not among the params. */
static void add_template_params(struct collector *c) {
    struct map files = MAP_INIT; /* path -> struct node * */
    const struct index *idx = c->index;

    for (size_t i = 0; i < idx->stages.len; i++) {
        const struct node *used = idx->stages.at[i]->template_params;

        for (size_t k = 0; used && k < used->map.len; k++) {
            const char *path = node_text(used->map.at[k].key);
            const struct node *values = used->map.at[k].value;
            struct node *all = map_get(&files, path);

            if (!all) {
                map_put(&files, path, all = node_map(c->arena));
            }
            for (size_t n = 0; n < values->map.len; n++) {
                node_put(c->arena, all, node_text(values->map.at[n].key),
                         node_clone(c->arena, values->map.at[n].value));
            }
        }
    }
    for (size_t i = 0; i < files.len; i++) {
        struct measure_file file = {.path = shown(c, files.at[i].key), .data = files.at[i].value};
        bool there = false;

        for (size_t k = 0; k < c->out->len; k++) {
            there |= str_eq(c->out->at[k].path, file.path);
        }
        if (!there) {
            vec_push(c->out, file);
        }
    }
    map_release(&files);
}

int measure_collect(struct measure_files *out, struct arena *arena, struct data *d,
                    const struct index *idx, const struct measure_request *q) {
    struct collector c = {.out = out, .arena = arena, .data = d, .index = idx, .q = q};
    int rc = 0;

    if (q->targets.len) {
        want_targets(&c);
    } else if (q->kind == MEASURE_METRICS) {
        want_metrics(&c);
    } else {
        rc = want_params(&c);
    }
    rc = rc ? rc : read_wanted(&c);
    if (!rc && q->kind == MEASURE_PARAMS && !q->targets.len && !q->stages.len) {
        add_template_params(&c);
    }
    for (size_t i = 0; i < c.wanted.len; i++) {
        vec_release(&c.wanted.at[i].keys);
    }
    vec_release(&c.wanted);
    return rc;
}
