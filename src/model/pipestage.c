#include "model/pipestage.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "doc/read.h"
#include "model/content.h"
#include "model/interpolate.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"
#include "model/view.h"

#define OUT_FIELDS                                                                                 \
    {"cache", &schema_bool, false}, {"persist", &schema_bool, false},                              \
        {"checkpoint", &schema_bool, false}, {"remote", &schema_str, false},                       \
        {"push", &schema_bool, false}, {"desc", &schema_str, false}, {"type", &schema_str, false}, \
        {"labels", &schema_str_list, false}, {                                                     \
        "meta", &schema_any, false                                                                 \
    }

static const struct schema_field out_fields[] = {OUT_FIELDS, {0}};
static const struct schema out_props = {.kinds = SCHEMA_MAP, .fields = out_fields};
static const struct schema out_item = {.kinds = SCHEMA_STR | SCHEMA_MAP, .value = &out_props};
static const struct schema out_list = {.kinds = SCHEMA_LIST, .item = &out_item};

static const struct schema_field plot_fields[] = {
    OUT_FIELDS,
    {"template", &schema_str, false},
    {"x", &schema_str, false},
    {"y", &schema_str, false},
    {"x_label", &schema_str, false},
    {"y_label", &schema_str, false},
    {"title", &schema_str, false},
    {"header", &schema_bool, false},
    {0},
};
static const struct schema plot_props = {.kinds = SCHEMA_MAP, .fields = plot_fields};
static const struct schema plot_item = {.kinds = SCHEMA_STR | SCHEMA_MAP, .value = &plot_props};
static const struct schema plot_list = {.kinds = SCHEMA_LIST, .item = &plot_item};

static const struct schema str_or_list = {.kinds = SCHEMA_STR | SCHEMA_LIST};
static const struct schema str_or_map_list = {.kinds = SCHEMA_LIST, .item = &schema_str_or_map};
static const struct schema matrix_schema = {.kinds = SCHEMA_MAP, .value = &str_or_list};

static const struct schema_field stage_fields[] = {
    {"cmd", &str_or_list, true},
    {"wdir", &schema_str, false},
    {"deps", &schema_str_list, false},
    {"params", &str_or_map_list, false},
    {"outs", &out_list, false},
    {"metrics", &out_list, false},
    {"plots", &plot_list, false},
    {"vars", &str_or_map_list, false},
    {"matrix", &matrix_schema, false},
    {"frozen", &schema_bool, false},
    {"always_changed", &schema_bool, false},
    {"desc", &schema_str, false},
    {"meta", &schema_any, false},
    {0},
};
static const struct schema plain_stage = {.kinds = SCHEMA_MAP, .fields = stage_fields};

static const struct schema foreach_data = {.kinds = SCHEMA_STR | SCHEMA_LIST | SCHEMA_MAP};
static const struct schema_field foreach_fields[] = {
    {"foreach", &foreach_data, true},
    {"do", &plain_stage, true},
    {0},
};
static const struct schema foreach_stage = {.kinds = SCHEMA_MAP, .fields = foreach_fields};

static const struct schema *choose_form(const struct node *n) {
    return node_get(n, "foreach") || node_get(n, "do") ? &foreach_stage : &plain_stage;
}

const struct schema pipestage_schema = {.kinds = SCHEMA_MAP, .choose = choose_form};

/* Bytes of the line end at p, 0 if there is none: where Python's splitlines() splits. */
static size_t line_end(const char *p, const char *end) {
    const char *next = p;

    switch (utf8_next(&next, end)) {
    case '\r':
        return next < end && *next == '\n' ? 2 : 1;
    case '\n':
    case '\v':
    case '\f':
    case 0x1c:
    case 0x1d:
    case 0x1e:
    case 0x85:
    case 0x2028:
    case 0x2029:
        return (size_t)(next - p);
    default:
        return 0;
    }
}

/* DVC runs every line of a command in a shell of its own. */
static const char *const *split_lines(struct arena *arena, const char *text) {
    const char *end = text + strlen(text);
    size_t n = 0, lines = 1;

    for (const char *p = text; p < end; p++) {
        lines += line_end(p, end) > 0;
    }
    const char **at = arena_alloc(arena, (lines + 1) * sizeof *at);

    for (const char *start = text, *p = text; start < end;) {
        size_t stop = p < end ? line_end(p, end) : 1;

        if (stop == 0) {
            p++;
            continue;
        }
        at[n++] = arena_strndup(arena, start, (size_t)(p - start));
        p = start = p + stop;
    }
    return at;
}

static void load_cmd(struct stage *s, struct arena *arena, const struct node *cmd) {
    s->cmd_node = cmd;
    if (cmd->kind == NODE_STR) {
        s->cmd = cmd->str.text;
        s->cmds = split_lines(arena, s->cmd);
        return;
    }
    const char **at = arena_alloc(arena, (cmd->list.len + 1) * sizeof *at);

    for (size_t i = 0; i < cmd->list.len; i++) {
        struct str text CLEANUP(str_release) = STR_INIT;

        interpolate_text(&text, cmd->list.at[i]);
        at[i] = arena_strdup(arena, text.buf);
    }
    s->cmd_list = true;
    s->cmds = at;
}

static int load_deps(struct stage *s, const struct pipestage_file *f, const struct node *deps) {
    for (size_t i = 0; deps && i < deps->list.len; i++) {
        const struct node *n = deps->list.at[i];
        struct dep *d = &s->deps[s->ndeps];
        struct resolved where;
        int rc = resolve_dep(&where, f->arena, f->view->repo, s->wdir, n->str.text, n, f->shown);

        if (rc) {
            return rc;
        }
        d->kind = where.kind == RESOLVED_URL       ? DEP_URL
                  : where.kind == RESOLVED_DATASET ? DEP_DATASET
                                                   : DEP_FILE;
        d->written = where.written;
        d->path = where.path;
        d->node = n;
        content_clear(&d->recorded);
        s->ndeps++;
    }
    return 0;
}

/* The params deps of a stage while they are collected. */
struct params_list {
    struct stage *stage;
    struct pipestage_file *file;
    struct map by_path; /* path as written -> struct dep * */
};

/* The params dep of a file, made on first mention. */
static struct dep *params_dep(struct params_list *p, const char *written, const struct node *at) {
    struct dep *d = map_get(&p->by_path, written);
    struct resolved where;

    if (d) {
        return d;
    }
    resolve_path(&where, p->file->arena, p->file->view->repo, p->stage->wdir, written);
    d = &p->stage->deps[p->stage->ndeps++];
    d->kind = DEP_PARAMS;
    d->written = written;
    d->path = where.path;
    d->node = at;
    content_clear(&d->recorded);
    map_put(&p->by_path, written, d);
    return d;
}

/* The list lives in the arena, so it is grown by hand. */
static void add_key(struct dep *d, struct arena *arena, const char *key) {
    if (d->keys.len == d->keys.cap) {
        size_t cap = d->keys.cap ? d->keys.cap * 2 : 8;
        const char **at = arena_alloc(arena, cap * sizeof *at);

        if (d->keys.len > 0) {
            memcpy(at, d->keys.at, d->keys.len * sizeof *at);
        }
        d->keys.at = at;
        d->keys.cap = cap;
    }
    d->keys.at[d->keys.len++] = key;
}

/* The default params file of the stage's folder, NULL if there is none that reads as a mapping. */
static const struct node *default_params(struct pipestage_file *f, const char *wdir) {
    const char *path = path_join(f->arena, wdir, "params.yaml");
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *root;
    bool is_dir;

    if (f->params_path && strcmp(f->params_path, path) == 0) {
        return f->params;
    }
    f->params_path = path;
    f->params = NULL;
    if (path_is_absolute(path) || !view_exists(f->view, path, &is_dir) || is_dir) {
        return NULL;
    }
    if (view_read(&text, f->view, path, DOC_MAX_BYTES) != 0 ||
        yaml_read(&root, f->arena, text.buf, text.len, path) != 0) {
        err_clear(); /* it is read again, with its error, when a value of it is needed */
        return NULL;
    }
    f->params = root;
    return root;
}

/* `- prepare: [split, seed]` is written in many guides for prepare.split and prepare.seed of
 * params.yaml, while it names a file "prepare". It means the former where there is no such file and
 * params.yaml has such a key. */
static bool means_section(const struct stage *s, struct pipestage_file *f, const char *name) {
    struct resolved where;
    bool is_dir = false;

    resolve_path(&where, f->arena, f->view->repo, s->wdir, name);
    if (where.kind != RESOLVED_INSIDE || (view_exists(f->view, where.path, &is_dir) && !is_dir)) {
        return false;
    }
    return node_get(default_params(f, s->wdir), name) != NULL;
}

/* "file: [key, key]", or "file:" for all of it. */
static int load_params_of(struct params_list *p, const struct node *name, const struct node *keys) {
    struct pipestage_file *f = p->file;

    if (!node_text(name) || name->str.len == 0) {
        return schema_error(name, f->shown, "params of a file without a name");
    }
    if (!node_truthy(keys)) {
        params_dep(p, name->str.text, name)->whole_file = true;
        return 0;
    }
    if (keys->kind != NODE_LIST) {
        return schema_error(keys, f->shown, "the params of '%s' are a %s; expected a list",
                            name->str.text, node_kind_name(keys->kind));
    }
    bool section = means_section(p->stage, f, name->str.text);
    struct dep *d = params_dep(p, section ? "params.yaml" : name->str.text, name);

    for (size_t i = 0; i < keys->list.len; i++) {
        const char *key = node_text(keys->list.at[i]);

        if (!key) {
            return schema_error(keys->list.at[i], f->shown, "a param of '%s' is no text",
                                name->str.text);
        }
        add_key(d, f->arena, section ? arena_printf(f->arena, "%s.%s", name->str.text, key) : key);
    }
    return 0;
}

static int load_params(struct stage *s, struct pipestage_file *f, const struct node *params) {
    struct params_list p = {.stage = s, .file = f};
    int rc = 0;

    for (size_t i = 0; params && rc == 0 && i < params->list.len; i++) {
        const struct node *n = params->list.at[i];

        if (n->kind == NODE_STR) {
            add_key(params_dep(&p, "params.yaml", n), f->arena, n->str.text);
            continue;
        }
        for (size_t k = 0; rc == 0 && k < n->map.len; k++) {
            rc = load_params_of(&p, n->map.at[k].key, n->map.at[k].value);
        }
    }
    for (size_t i = 0; i < s->ndeps; i++) {
        if (s->deps[i].whole_file) {
            s->deps[i].keys = (struct strv){0}; /* all of it says more than some of it */
        }
    }
    map_release(&p.by_path);
    return rc;
}

/* One entry of outs, metrics or plots. The same path twice in a list is one out with the flags of
 * both. */
static int load_out(struct stage *s, const struct pipestage_file *f, enum out_kind kind,
                    struct map *seen, const struct node *path, const struct node *props) {
    struct out *o = map_get(seen, path->str.text);
    struct resolved where;
    int rc;

    if (!o) {
        rc = resolve_out(&where, f->arena, f->view->repo, s->wdir, path->str.text, path, f->shown);
        if (rc) {
            return rc;
        }
        o = &s->outs[s->nouts++];
        *o = (struct out){.kind = kind, .stage = s, .written = where.written, .path = where.path};
        o->cache = o->push = true;
        content_clear(&o->recorded);
        map_put(seen, path->str.text, o);
    }
    if (props || !o->node) {
        o->node = props ? props : path;
    }
    o->cache = schema_flag(props, "cache", o->cache);
    o->persist = schema_flag(props, "persist", o->persist);
    o->push = schema_flag(props, "push", o->push);
    if (!resolved_inside(o->path) && o->cache) {
        s->unsupported = "a cached output outside of the repository";
    } else if (!resolved_inside(o->path) && !path_is_absolute(o->path) && kind != OUT_PLAIN) {
        s->unsupported = "a metric or plot that is a URL";
    }
    if (node_get(props, "remote")) {
        o->remote = node_text(node_get(props, "remote"));
    }
    return 0;
}

static int load_outs(struct stage *s, const struct pipestage_file *f, enum out_kind kind,
                     const struct node *list) {
    struct map seen CLEANUP(map_release) = MAP_INIT;
    int rc = 0;

    for (size_t i = 0; list && rc == 0 && i < list->list.len; i++) {
        const struct node *n = list->list.at[i];

        if (n->kind == NODE_STR) {
            rc = load_out(s, f, kind, &seen, n, NULL);
            continue;
        }
        for (size_t k = 0; rc == 0 && k < n->map.len; k++) {
            rc = load_out(s, f, kind, &seen, n->map.at[k].key, n->map.at[k].value);
        }
    }
    return rc;
}

/* Entries of a list, counting each key of its mappings. */
static size_t count_entries(const struct node *list) {
    size_t n = 0;

    for (size_t i = 0; list && i < list->list.len; i++) {
        n += list->list.at[i]->kind == NODE_MAP ? list->list.at[i]->map.len : 1;
    }
    return n;
}

int pipestage_load(struct stage **out, struct pipestage_file *f, const char *name,
                   const struct node *definition) {
    const struct node *deps = node_get(definition, "deps"),
                      *params = node_get(definition, "params");
    const struct node *outs = node_get(definition, "outs"),
                      *metrics = node_get(definition, "metrics");
    const struct node *plots = node_get(definition, "plots");
    struct stage *s = arena_alloc(f->arena, sizeof *s);
    int rc;

    s->file = f->path;
    s->name = name;
    s->node = definition;
    s->wdir =
        resolve_wdir(f->arena, f->view->repo, f->path, node_text(node_get(definition, "wdir")));
    s->desc = node_text(node_get(definition, "desc"));
    s->frozen = schema_flag(definition, "frozen", false);
    s->always_changed = schema_flag(definition, "always_changed", false);
    s->deps =
        arena_alloc(f->arena, (count_entries(deps) + count_entries(params) + 1) * sizeof *s->deps);
    s->outs = arena_alloc(
        f->arena, (count_entries(outs) + count_entries(metrics) + count_entries(plots) + 1) *
                      sizeof *s->outs);
    load_cmd(s, f->arena, node_get(definition, "cmd"));
    if ((rc = load_deps(s, f, deps)) != 0 || (rc = load_params(s, f, params)) != 0 ||
        (rc = load_outs(s, f, OUT_PLAIN, outs)) != 0 ||
        (rc = load_outs(s, f, OUT_METRIC, metrics)) != 0 ||
        (rc = load_outs(s, f, OUT_PLOT, plots)) != 0) {
        return rc;
    }
    *out = s;
    return 0;
}
