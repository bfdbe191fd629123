#include "measure/plot_definitions.h"

#include <regex.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/stagefile.h"
#include "model/view.h"
#include "data/data.h"
#include "data/read.h"
#include "measure/plots.h"

struct collector {
    struct plot_configs *out;
    struct arena *arena;
    struct data *data;
    const struct index *index;
    const struct plots_request *q;
    VEC(regex_t) patterns; /* of the targets that are regular expressions */
    struct strv plain;     /* the other targets */
    struct node *props;    /* of the command line */
};

void plot_definition_sources(struct strv *out, const char *id, const struct node *props) {
    const struct node *y = node_get(props, "y"), *x = node_get(props, "x");

    if (y && y->kind == NODE_MAP) {
        for (size_t i = 0; i < y->map.len; i++) {
            vec_push(out, node_text(y->map.at[i].key));
        }
    } else {
        vec_push(out, id);
    }
    if (x && x->kind == NODE_MAP && x->map.len) {
        const char *file = node_text(x->map.at[0].key);

        for (size_t i = 0; i < out->len; i++) {
            if (str_eq(out->at[i], file)) {
                return;
            }
        }
        vec_push(out, file);
    }
}

/* Targets */

static void compile_targets(struct collector *c) {
    for (size_t i = 0; i < c->q->targets.len; i++) {
        regex_t pattern;
        const char *text = arena_printf(c->arena, "^(%s)", c->q->targets.at[i]);

        if (regcomp(&pattern, text, REG_EXTENDED | REG_NOSUB) == 0) {
            vec_push(&c->patterns, pattern);
        } else {
            vec_push(&c->plain, c->q->targets.at[i]);
        }
    }
}

static bool matches_id(const struct collector *c, const char *id) {
    for (size_t i = 0; i < c->patterns.len; i++) {
        if (regexec(&c->patterns.at[i], id, 0, NULL, 0) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < c->plain.len; i++) {
        if (str_starts(id, c->plain.at[i])) {
            return true;
        }
    }
    return false;
}

static bool is_wanted(const struct collector *c, const char *config, const char *id) {
    return !c->q->targets.len || matches_id(c, id) ||
           matches_id(c, arena_printf(c->arena, "%s::%s", config, id));
}

/* Definitions */

static struct plot_config *config_of(struct collector *c, const char *path) {
    for (size_t i = 0; i < c->out->len; i++) {
        if (str_eq(c->out->at[i].path, path)) {
            return &c->out->at[i];
        }
    }
    vec_push(c->out, ((struct plot_config){.path = path}));
    return &c->out->at[c->out->len - 1];
}

/* Into `into`: maps key by key, lists one behind the other, other values replaced. */
static void merge_props(struct arena *arena, struct node *into, const struct node *more) {
    for (size_t i = 0; more && more->kind == NODE_MAP && i < more->map.len; i++) {
        const struct node *value = more->map.at[i].value;
        const char *key = node_text(more->map.at[i].key);
        struct node *old = key ? node_get(into, key) : NULL;

        if (!key) {
            continue;
        }
        if (old && old->kind == NODE_MAP && value->kind == NODE_MAP) {
            merge_props(arena, old, value);
        } else if (old && old->kind == NODE_LIST && value->kind == NODE_LIST) {
            for (size_t k = 0; k < value->list.len; k++) {
                node_append(arena, old, value->list.at[k]);
            }
        } else {
            node_put(arena, into, key, node_clone(arena, value));
        }
    }
}

/* `own` with what the command line says in its place. */
static struct node *with_options(const struct collector *c, const struct node *own) {
    struct node *props = node_map(c->arena);

    for (size_t i = 0; own && own->kind == NODE_MAP && i < own->map.len; i++) {
        const char *key = node_text(own->map.at[i].key);

        if (key) {
            node_put(c->arena, props, key, node_clone(c->arena, own->map.at[i].value));
        }
    }
    for (size_t i = 0; i < c->props->map.len; i++) {
        node_put(c->arena, props, c->props->map.at[i].key->str.text, c->props->map.at[i].value);
    }
    return props;
}

static void define(struct collector *c, struct plot_config *config, const char *id,
                   struct node *props) {
    uintptr_t place = (uintptr_t)map_get(&config->by_id, id);

    if (place) {
        merge_props(c->arena, config->plots.at[place - 1].props, props);
        return;
    }
    vec_push(&config->plots, ((struct plot_definition){id, props}));
    map_put(&config->by_id, id, (void *)(uintptr_t)config->plots.len);
}

/* What DVC keeps its definitions and its own files in is no data. */
static bool is_listed(const char *path) {
    return !path_is_hostile(path) && !stagefile_is_any(path) &&
           !str_eq(path_base(path), ".dvcignore");
}

/* The files at or below a path as written, each written alike; a path that is not there is one. */
static int list_files(struct strv *out, const struct collector *c, const char *written) {
    struct strv found CLEANUP(strv_release) = {0};
    size_t len = strlen(written);
    bool is_dir = false;
    const char *path;
    int rc;

    if (repo_path(&path, c->data->repo, written, true)) {
        err_clear();
        vec_push(out, written);
        return 0;
    }
    if (view_exists(&c->index->view, path, &is_dir) && !is_dir) {
        vec_push(out, written);
        return 0;
    }
    if ((rc = data_read_expand(&found, c->arena, c->data, c->index, path))) {
        return rc;
    }
    while (len > 1 && written[len - 1] == '/') {
        len--;
    }
    for (size_t i = 0; i < found.len; i++) {
        if (str_eq(found.at[i], path)) {
            vec_push(out, written);
        } else if (is_listed(found.at[i])) {
            vec_push(out, arena_printf(c->arena, "%.*s/%s", (int)len, written,
                                       path_below(path, found.at[i])));
        }
    }
    return 0;
}

/* A file in several folders that are listed belongs to the nearest of them. */
static bool belongs_to(const char *file, const char *folder, const struct strv *parents) {
    size_t best = 0;

    for (size_t i = 0; i < parents->len; i++) {
        size_t common = path_common(file, parents->at[i]);

        best = common > best ? common : best;
    }
    return best == strlen(folder) && strncmp(file, folder, best) == 0;
}

static int define_path(struct collector *c, const char *config, const char *path,
                       const struct node *props, const struct strv *parents) {
    struct strv files CLEANUP(strv_release) = {0};
    /* A list that names the whole folder of the project names nothing, as in DVC. */
    int rc = path[0] ? list_files(&files, c, path) : 0;

    for (size_t i = 0; i < files.len && !rc; i++) {
        if (!parents || belongs_to(files.at[i], path, parents)) {
            define(c, config_of(c, config), files.at[i], with_options(c, props));
        }
    }
    return rc;
}

/* The files that x or y are taken from, relative to the dvc.yaml. */
static void move_axis(struct arena *arena, struct node *props, const char *axis, const char *dir) {
    const struct node *old = node_get(props, axis);
    struct node *moved = node_map(arena);

    if (!old || old->kind != NODE_MAP) {
        return;
    }
    for (size_t i = 0; i < old->map.len; i++) {
        const char *file = node_text(old->map.at[i].key);

        if (file) {
            node_put(arena, moved, path_normal(arena, path_join(arena, dir, file)),
                     old->map.at[i].value);
        }
    }
    node_put(arena, props, axis, moved);
}

/* Top-level lists */

/* An entry is a path, or a name with its properties; of a name that comes again the last counts. */
static void list_entries(struct node *out, struct arena *arena, const struct node *list) {
    for (size_t i = 0; list && list->kind == NODE_LIST && i < list->list.len; i++) {
        const struct node *item = list->list.at[i];
        const char *id = node_text(item);
        struct node *props = NULL;

        if (item->kind == NODE_MAP && item->map.len) {
            id = node_text(item->map.at[0].key);
            props = item->map.at[0].value;
        }
        if (id && id[0]) {
            node_put(arena, out, id, props ? props : node_null(arena));
        }
    }
}

static int define_pipe(struct collector *c, const struct pipefile *pipe) {
    struct strv parents CLEANUP(strv_release) = {0};
    const char *config = repo_shown(c->data->repo, pipe->path), *dir = path_dir(c->arena, config);
    struct node *entries = node_map(c->arena);
    int rc = 0;

    list_entries(entries, c->arena, pipe->plots);
    for (size_t i = 0; i < entries->map.len; i++) {
        const char *id = entries->map.at[i].key->str.text;

        vec_push(&parents, path_normal(c->arena, path_join(c->arena, dir, id)));
    }
    (void)config_of(c, config);
    for (size_t i = 0; i < entries->map.len && !rc; i++) {
        const char *id = entries->map.at[i].key->str.text;
        const struct node *own = entries->map.at[i].value, *y = node_get(own, "y");

        if (!is_wanted(c, config, id)) {
            continue;
        }
        if (!y || y->kind != NODE_MAP) {
            rc = define_path(c, config, parents.at[i], own, &parents);
            continue;
        }
        struct node *props = node_clone(c->arena, own);

        move_axis(c->arena, props, "x", dir);
        move_axis(c->arena, props, "y", dir);
        define(c, config_of(c, config), id, with_options(c, props));
    }
    return rc;
}

/* Stages and targets */

/* What the definition of an out says of its plot. */
static struct node *out_props(struct arena *arena, const struct out *o) {
    static const char *const keys[] = {"template", "x",     "y",     "x_label",
                                       "y_label",  "title", "header"};
    struct node *props = node_map(arena);

    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        struct node *value = node_get(o->node, keys[i]);

        if (value) {
            node_put(arena, props, keys[i], value);
        }
    }
    return props;
}

static int define_stages(struct collector *c) {
    int rc = 0;

    for (size_t i = 0; i < c->index->stages.len; i++) {
        const struct stage *s = c->index->stages.at[i];
        const char *config = repo_shown(c->data->repo, s->file);

        for (size_t k = 0; k < s->nouts && !rc; k++) {
            const struct out *o = &s->outs[k];
            const char *shown;

            if (o->kind != OUT_PLOT) {
                continue;
            }
            shown = repo_shown(c->data->repo, o->path);
            if (is_wanted(c, config, shown)) {
                rc = define_path(c, "", shown, out_props(c->arena, o), NULL);
            }
        }
    }
    return rc;
}

static bool target_exists(const struct collector *c, const char *typed) {
    const char *path;
    bool is_dir;

    if (repo_path(&path, c->data->repo, typed, true)) {
        err_clear();
        return false;
    }
    return view_exists(&c->index->view, path, &is_dir) || index_find_out(c->index, path);
}

/* Paths that nothing defines are plots too; a path that is not there only if nothing else is. */
static int define_targets(struct collector *c) {
    int rc = 0;

    for (size_t i = 0; i < c->q->targets.len && !rc; i++) {
        const char *typed = c->q->targets.at[i];

        if (c->out->len && !target_exists(c, typed)) {
            continue;
        }
        rc = define_path(c, "", path_is_absolute(typed) ? repo_shown(c->data->repo, typed) : typed,
                         NULL, NULL);
    }
    return rc;
}

struct node *plot_options_node(struct arena *arena, const struct plot_options *o) {
    const char *const given[][2] = {
        {"template", o->template}, {"x", o->x},         {"y", o->y}, {"x_label", o->x_label},
        {"y_label", o->y_label},   {"title", o->title},
    };
    struct node *props = node_map(arena);

    for (size_t i = 0; i < COUNT_OF(given); i++) {
        if (given[i][1]) {
            node_put(arena, props, given[i][0], node_str(arena, given[i][1]));
        }
    }
    if (o->no_header) {
        node_put(arena, props, "header", node_bool(arena, false));
    }
    return props;
}

int plot_definitions_collect(struct plot_configs *out, struct arena *arena, struct data *d,
                             const struct index *idx, const struct plots_request *q) {
    struct collector c = {.out = out, .arena = arena, .data = d, .index = idx, .q = q};
    int rc = 0;

    c.props = plot_options_node(arena, &q->o);
    compile_targets(&c);
    for (size_t i = 0; i < idx->pipes.len && !rc; i++) {
        if (idx->pipes.at[i].plots) {
            rc = define_pipe(&c, &idx->pipes.at[i]);
        }
    }
    rc = rc ? rc : define_stages(&c);
    rc = rc ? rc : define_targets(&c);
    for (size_t i = 0; i < c.patterns.len; i++) {
        regfree(&c.patterns.at[i]);
    }
    vec_release(&c.patterns);
    vec_release(&c.plain);
    return rc;
}

void plot_configs_release(struct plot_configs *configs) {
    for (size_t i = 0; i < configs->len; i++) {
        vec_release(&configs->at[i].plots);
        map_release(&configs->at[i].by_id);
    }
    vec_release(configs);
}
