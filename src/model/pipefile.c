#include "model/pipefile.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/read.h"
#include "model/config.h"
#include "model/context.h"
#include "model/foreach.h"
#include "model/interpolate.h"
#include "model/pipestage.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"
#include "model/view.h"

enum { INTERPOLATED_MAX = 256 << 20 }; /* bytes of text that the templates of one file may make */

static const struct schema vars_schema = {.kinds = SCHEMA_LIST, .item = &schema_str_or_map};

static const struct schema columns = {.kinds = SCHEMA_STR | SCHEMA_LIST, .item = &schema_str};
static const struct schema plot_x = {.kinds = SCHEMA_STR | SCHEMA_MAP, .value = &schema_str};
static const struct schema plot_y = {
    .kinds = SCHEMA_STR | SCHEMA_LIST | SCHEMA_MAP, .item = &schema_str, .value = &columns};
static const struct schema_field plot_fields[] = {
    {"x", &plot_x, false},
    {"y", &plot_y, false},
    {"x_label", &schema_str, false},
    {"y_label", &schema_str, false},
    {"title", &schema_str, false},
    {"template", &schema_str, false},
    {0},
};
static const struct schema plot_props = {.kinds = SCHEMA_NULL | SCHEMA_MAP, .fields = plot_fields};
static const struct schema plot_item = {.kinds = SCHEMA_STR | SCHEMA_MAP, .value = &plot_props};
static const struct schema plot_list = {.kinds = SCHEMA_LIST, .item = &plot_item};

static const struct schema_field artifact_fields[] = {
    {"path", &schema_str, true},         {"desc", &schema_str, false}, {"type", &schema_str, false},
    {"labels", &schema_str_list, false}, {"meta", &schema_any, false}, {0},
};
static const struct schema artifact = {.kinds = SCHEMA_MAP, .fields = artifact_fields};
static const struct schema artifacts = {.kinds = SCHEMA_MAP, .value = &artifact};

static const struct schema stages_schema = {.kinds = SCHEMA_MAP, .value = &pipestage_schema};
static const struct schema_field top_fields[] = {
    {"vars", &vars_schema, false},        {"stages", &stages_schema, false},
    {"params", &schema_str_list, false},  {"plots", &plot_list, false},
    {"metrics", &schema_str_list, false}, {"artifacts", &artifacts, false},
    {"datasets", &schema_any, false},     {0},
};
static const struct schema top_schema = {.kinds = SCHEMA_MAP, .fields = top_fields};

/* One parse. */
struct parse {
    struct pipefile *out;
    struct pipestage_file file;
    const char *dir;         /* folder of the dvc.yaml */
    struct context *context; /* NULL: nothing is interpolated */
    bool list_append, bool_optional;
    size_t budget;
};

static bool config_is(const struct repo *r, const char *name, const char *value) {
    return r->config && str_eq(config_get(r->config, CONFIG_MERGED, name), value);
}

static struct interpolation filling(struct parse *p, const char *where) {
    return (struct interpolation){
        .arena = p->file.arena,
        .context = p->context,
        .file = p->file.shown,
        .where = where,
        .list_append = p->list_append,
        .bool_optional = p->bool_optional,
        .budget = &p->budget,
    };
}

static bool has_stage_vars(const struct node *stages) {
    for (size_t i = 0; stages && i < stages->map.len; i++) {
        const struct node *stage = stages->map.at[i].value, *template = node_get(stage, "do");

        if (node_get(template ? template : stage, "vars")) {
            return true;
        }
    }
    return false;
}

/* The values to interpolate are read only where there is use for them: a params.yaml that does not
 * parse must not stop a pipeline without templates. */
static int open_context(struct parse *p, const struct node *root, const char *text, size_t len) {
    const struct repo *r = p->file.view->repo;

    p->list_append = config_is(r, "parsing.list", "append");
    p->bool_optional = config_is(r, "parsing.bool", "boolean_optional");
    p->budget = INTERPOLATED_MAX;
    if (!memmem(text, len, "${", 2) && !node_get(root, "vars") &&
        !has_stage_vars(node_get(root, "stages"))) {
        return 0;
    }
    return context_open(&p->context, p->file.arena, p->file.view, p->dir, node_get(root, "vars"),
                        p->file.shown);
}

/* The entries of a definition filled in, `vars` left out. */
static int fill_definition(const struct node **out, struct interpolation *t, const char *name,
                           const struct node *definition) {
    struct node_pair *at = arena_alloc(t->arena, (definition->map.len + 1) * sizeof *at);
    struct node *copy = arena_dup(t->arena, definition, sizeof *definition);
    size_t len = 0;

    for (size_t i = 0; i < definition->map.len; i++) {
        const char *key = definition->map.at[i].key->str.text;
        const struct node *value;

        if (strcmp(key, "vars") == 0) {
            continue;
        }
        t->in_cmd = strcmp(key, "cmd") == 0;
        t->typed = strcmp(key, "meta") == 0;
        t->where = arena_printf(t->arena, "stages.%s.%s", name, key);
        int rc = interpolate(&value, t, definition->map.at[i].value);

        if (rc) {
            return rc;
        }
        at[len++] = (struct node_pair){definition->map.at[i].key, (struct node *)value};
    }
    copy->map.at = at;
    copy->map.len = len;
    *out = copy;
    return 0;
}

/* The values of one stage: those of the file, and its own `vars`, which are relative to its working
 * directory. */
static int stage_context(struct interpolation *t, struct parse *p, const char *name,
                         const struct node *definition) {
    const struct node *vars = node_get(definition, "vars"), *wdir = node_get(definition, "wdir");
    struct str text CLEANUP(str_release) = STR_INIT;

    if (!vars) {
        return 0;
    }
    if (wdir) {
        t->where = arena_printf(t->arena, "stages.%s.wdir", name);
        int rc = interpolate(&wdir, t, wdir);

        if (rc) {
            return rc;
        }
        interpolate_text(&text, wdir);
    }
    const char *base = resolve_wdir(t->arena, p->file.view->repo, p->file.path, text.buf);

    return context_extend(&t->context, p->context, base, vars, name);
}

static int add_stage(struct parse *p, const char *name, const struct node *definition) {
    struct interpolation t = filling(p, NULL);
    struct stage *s;
    int rc;

    if (p->context) {
        const char *where = arena_printf(t.arena, "stages.%s", name);

        t.used = node_map(t.arena);
        if ((rc = stage_context(&t, p, name, definition)) != 0 ||
            (rc = fill_definition(&definition, &t, name, definition)) != 0 ||
            (rc = schema_check(definition, &pipestage_schema, p->file.shown, where)) != 0) {
            return rc;
        }
    }
    if ((rc = pipestage_load(&s, &p->file, name, definition)) != 0) {
        return rc;
    }
    s->template_params = t.used && t.used->map.len > 0 ? t.used : NULL;
    vec_push(&p->out->stages, s);
    return 0;
}

/* All stages of a foreach or matrix. */
static int add_group(struct parse *p, const char *name, const struct node *definition) {
    const struct node *foreach = node_get(definition, "foreach"),
                      *matrix = node_get(definition, "matrix");
    const struct node *template = foreach ? node_get(definition, "do") : definition;
    struct variants made = {0};
    size_t room = FOREACH_MAX - p->out->stages.len;
    struct interpolation t = filling(
        p, arena_printf(p->file.arena, "stages.%s.%s", name, foreach ? "foreach" : "matrix"));
    int rc;

    t.whole = t.typed = true;
    rc =
        foreach ? foreach_expand(&made, &t, foreach, room) : matrix_expand(&made, &t, matrix, room);
    if (rc == 0 && !foreach) {
        struct node *rest = node_clone(t.arena, definition);

        node_drop(rest, "matrix");
        template = rest;
    }
    for (size_t i = 0; rc == 0 && i < made.len; i++) {
        if (p->context) {
            context_set_item(p->context, made.at[i].item, made.at[i].key);
        }
        rc = add_stage(p, arena_printf(t.arena, "%s@%s", name, made.at[i].name), template);
    }
    if (p->context) {
        context_set_item(p->context, NULL, NULL);
    }
    vec_release(&made);
    return rc;
}

static int add_stages(struct parse *p, const struct node *stages) {
    for (size_t i = 0; stages && i < stages->map.len; i++) {
        const struct node *key = stages->map.at[i].key, *definition = stages->map.at[i].value;
        int rc;

        if (strchr(key->str.text, '@')) {
            return schema_error(key, p->file.shown,
                                "a stage name with '@', which only foreach and matrix make");
        }
        if (key->str.len == 0) {
            return schema_error(key, p->file.shown, "a stage without a name");
        }
        if (p->out->stages.len >= FOREACH_MAX) {
            return schema_error(key, p->file.shown, "more than %u stages", FOREACH_MAX);
        }
        if (node_get(definition, "foreach") || node_get(definition, "matrix")) {
            rc = add_group(p, key->str.text, definition);
        } else {
            rc = add_stage(p, key->str.text, definition);
        }
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* A top-level section filled in; *out is NULL without one. */
static int fill_section(const struct node **out, struct parse *p, const struct node *root,
                        const char *key) {
    struct interpolation t = filling(p, key);

    *out = node_get(root, key);
    if (!*out || !p->context) {
        return 0;
    }
    t.whole = t.typed = true;
    return interpolate(out, &t, *out);
}

static int add_paths(struct strv *paths, struct parse *p, const struct node *root,
                     const char *key) {
    const struct node *list;
    int rc = fill_section(&list, p, root, key);

    for (size_t i = 0; rc == 0 && list && i < list->list.len; i++) {
        const char *written = node_text(list->list.at[i]);
        struct resolved where;

        if (!written) {
            return schema_error(list->list.at[i], p->file.shown, "an entry of '%s' is no path",
                                key);
        }
        resolve_path(&where, p->file.arena, p->file.view->repo, p->dir, written);
        vec_push(paths, where.path);
    }
    return rc;
}

int pipefile_parse(struct pipefile *out, struct arena *arena, const struct view *view,
                   const char *path, const char *text, size_t len) {
    struct parse p = {.out = out};
    struct node *root;
    int rc;

    memset(out, 0, sizeof *out);
    out->path = arena_strdup(arena, path);
    out->shown = path_shown(arena, view->repo->cwd, path);
    p.dir = path_dir(arena, path);
    p.file = (struct pipestage_file){
        .arena = arena, .view = view, .path = out->path, .shown = out->shown};
    if ((rc = yaml_read(&root, arena, text, len, p.file.shown)) != 0) {
        return rc;
    }
    if (!node_truthy(root)) {
        root = node_map(arena);
    }
    out->root = root;
    if ((rc = schema_check(root, &top_schema, p.file.shown, NULL)) != 0 ||
        (rc = open_context(&p, root, text, len)) != 0 ||
        (rc = add_stages(&p, node_get(root, "stages"))) != 0 ||
        (rc = add_paths(&out->params, &p, root, "params")) != 0 ||
        (rc = add_paths(&out->metrics, &p, root, "metrics")) != 0 ||
        (rc = fill_section(&out->plots, &p, root, "plots")) != 0 ||
        (rc = fill_section(&out->artifacts, &p, root, "artifacts")) != 0 ||
        (rc = fill_section(&out->datasets, &p, root, "datasets")) != 0) {
        pipefile_release(out);
    }
    return rc;
}

void pipefile_release(struct pipefile *p) {
    vec_release(&p->stages);
    strv_release(&p->params);
    strv_release(&p->metrics);
}
