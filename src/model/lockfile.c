/*
 * dvc.lock: `schema: '2.0'`, optionally `datasets`, and `stages`: per stage of the dvc.yaml beside
 * it the command that ran, what its deps, params and outs were, each entry known by the path as
 * dvc.yaml writes it. Stages stand in the order of their first run; entries of stages that are gone
 * stay.
 */
#include "model/lockfile.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "doc/read.h"
#include "model/content.h"
#include "model/pipefile.h"
#include "model/resolve.h"
#include "model/stage.h"

static const struct schema_field entry_fields[] = {
    CONTENT_FIELDS,
    {"path", &schema_str, true},
    {"dataset", &schema_map, false},
    {0},
};
static const struct schema entry_schema = {.kinds = SCHEMA_MAP, .fields = entry_fields};
static const struct schema entry_list = {.kinds = SCHEMA_LIST, .item = &entry_schema};
static const struct schema params_schema = {.kinds = SCHEMA_MAP, .value = &schema_map};
static const struct schema cmd_schema = {.kinds = SCHEMA_STR | SCHEMA_LIST};

static const struct schema_field stage_fields[] = {
    {"cmd", &cmd_schema, true},
    {"deps", &entry_list, false},
    {"params", &params_schema, false},
    {"outs", &entry_list, false},
    {0},
};
static const struct schema stage_schema = {.kinds = SCHEMA_MAP, .fields = stage_fields};
static const struct schema stages_schema = {.kinds = SCHEMA_MAP, .value = &stage_schema};
static const struct schema_field top_fields[] = {
    {"schema", &schema_any, false},
    {"datasets", &schema_any, false},
    {"stages", &stages_schema, false},
    {0},
};
static const struct schema top_schema = {.kinds = SCHEMA_MAP, .fields = top_fields};

const char *lockfile_path(struct arena *arena, const char *pipefile_path) {
    size_t len = strlen(pipefile_path);
    size_t stem = str_ends(pipefile_path, ".yaml") ? len - strlen(".yaml") : len;

    return arena_printf(arena, "%.*s.lock", (int)stem, pipefile_path);
}

static void index_entries(struct map *by_path, const struct node *list) {
    for (size_t i = 0; list && i < list->list.len; i++) {
        map_put(by_path, node_text(node_get(list->list.at[i], "path")), list->list.at[i]);
    }
}

/* What the lock has of the keys that the stage wants. */
static const struct node *wanted_params(struct arena *arena, const struct dep *d,
                                        const struct node *recorded) {
    struct map by_key CLEANUP(map_release) = MAP_INIT;
    struct node *some;

    if (!recorded || d->whole_file) {
        return recorded;
    }
    for (size_t i = 0; i < recorded->map.len; i++) {
        const char *key = node_text(recorded->map.at[i].key);

        if (key) {
            map_put(&by_key, key, &recorded->map.at[i]);
        }
    }
    some = node_map(arena);
    some->map.at = arena_alloc(arena, (d->keys.len + 1) * sizeof *some->map.at);
    for (size_t i = 0; i < d->keys.len; i++) {
        const struct node_pair *pair = map_get(&by_key, d->keys.at[i]);

        if (pair) {
            some->map.at[some->map.len++] = *pair;
            map_put(&by_key, d->keys.at[i], NULL); /* a key may be listed twice */
        }
    }
    return some;
}

static int fill_deps(struct stage *s, struct arena *arena, const struct node *entry,
                     const char *file) {
    struct map by_path CLEANUP(map_release) = MAP_INIT;
    const struct node *params = node_get(entry, "params");
    int rc = 0;

    index_entries(&by_path, node_get(entry, "deps"));
    for (size_t i = 0; rc == 0 && i < s->ndeps; i++) {
        struct dep *d = &s->deps[i];

        if (d->kind == DEP_PARAMS) {
            d->recorded_params = wanted_params(arena, d, node_get(params, d->written));
            continue;
        }
        d->record = map_get(&by_path, d->written);
        if (d->record) {
            rc = content_read(&d->recorded, arena, d->record, resolved_inside(d->path), file);
        }
    }
    return rc;
}

static int fill_outs(struct stage *s, struct arena *arena, const struct node *entry,
                     const char *file) {
    struct map by_path CLEANUP(map_release) = MAP_INIT;
    int rc = 0;

    index_entries(&by_path, node_get(entry, "outs"));
    for (size_t i = 0; rc == 0 && i < s->nouts; i++) {
        struct out *o = &s->outs[i];

        o->record = map_get(&by_path, o->written);
        if (o->record) {
            o->files = node_get(o->record, "files");
            rc = content_read(&o->recorded, arena, o->record, resolved_inside(o->path), file);
        }
    }
    return rc;
}

static int check_schema(const struct node *root, const char *file) {
    const struct node *version = node_get(root, "schema");

    if (root->kind == NODE_MAP && !str_eq(node_text(version), "2.0")) {
        int rc = schema_error(version ? version : root, file, "the schema is not '2.0'");

        err_hint("was it written by a DVC older than 2.0, or by one newer than is known here?");
        return rc;
    }
    return schema_check(root, &top_schema, file, NULL);
}

int lockfile_apply(struct pipefile *pipe, struct arena *arena, const char *path, const char *text,
                   size_t len) {
    struct map by_name CLEANUP(map_release) = MAP_INIT;
    const char *file = pipe->shown ? lockfile_path(arena, pipe->shown) : path;
    struct node *root;
    int rc = yaml_read(&root, arena, text, len, file);

    if (rc) {
        return rc;
    }
    if (!node_truthy(root)) {
        root = node_map(arena);
    }
    if ((rc = check_schema(root, file)) != 0) {
        return rc;
    }
    const struct node *stages = node_get(root, "stages");

    pipe->datasets_lock = node_get(root, "datasets");
    for (size_t i = 0; stages && i < stages->map.len; i++) {
        map_put(&by_name, stages->map.at[i].key->str.text, stages->map.at[i].value);
    }
    for (size_t i = 0; rc == 0 && i < pipe->stages.len; i++) {
        struct stage *s = pipe->stages.at[i];
        const struct node *entry = map_get(&by_name, s->name);

        if (!entry) {
            continue;
        }
        s->locked = true;
        s->locked_cmd = node_get(entry, "cmd");
        s->lock_entry = entry;
        rc = fill_deps(s, arena, entry, file);
        rc = rc ? rc : fill_outs(s, arena, entry, file);
    }
    return rc;
}
