#include "model/stage.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"
#include "model/content.h"
#include "model/dvcfile.h"
#include "model/resolve.h"

bool out_file(const struct out *o, size_t i, const char **path, struct digest *digest) {
    if (!o->files || o->files->kind != NODE_LIST || i >= o->files->list.len) {
        return false;
    }
    const struct node *entry = o->files->list.at[i];
    const char *md5 = node_text(node_get(entry, "md5"));

    *path = node_text(node_get(entry, "relpath"));
    *digest = (struct digest){0};
    if (*path && md5 && !digest_from_text(digest, HASH_MD5, md5)) {
        *digest = (struct digest){0};
    }
    *path = *path ? *path : "";
    return true;
}

void dep_options(struct strv *out, struct arena *arena, const struct dep *d) {
    const struct node *map = node_get(d->node, "fs_config");

    for (size_t i = 0; map && map->kind == NODE_MAP && i < map->map.len; i++) {
        const char *key = node_text(map->map.at[i].key);
        const struct node *value = map->map.at[i].value;
        struct str text CLEANUP(str_release) = STR_INIT;
        if (node_text(value)) {
            str_adds(&text, node_text(value));
        } else {
            json_write(&text, value); /* true, 8 */
        }
        if (key) {
            vec_push(out, arena_printf(arena, "%s=%s", key, text.buf));
        }
    }
}

bool stage_is_data(const struct stage *s) {
    return !s->name && s->ndeps == 0 && !s->cmd_node;
}

bool stage_is_import(const struct stage *s) {
    return !s->cmd_node && s->ndeps == 1 && s->nouts == 1;
}

bool stage_is_repo_import(const struct stage *s) {
    return stage_is_import(s) && s->deps[0].kind == DEP_REPO;
}

const char *stage_address(const struct stage *s, struct arena *arena, const char *cwd) {
    const char *file = path_shown(arena, cwd, s->file);

    if (!s->name) {
        return file;
    }
    if (strcmp(file, "dvc.yaml") == 0) {
        return s->name;
    }
    return arena_printf(arena, "%s:%s", file, s->name);
}

const char *stage_place(const struct stage *s, const struct node *at, struct arena *arena,
                        const char *cwd) {
    const char *file = path_shown(arena, cwd, s->file);

    return at && at->line ? arena_printf(arena, "%s:%u:%u", file, at->line, at->column) : file;
}

bool stage_runs_always(const struct stage *s) {
    return s->always_changed || (s->cmd_node && s->ndeps == 0 && s->nouts == 0);
}

bool stage_command_changed(const struct stage *s) {
    return s->locked && s->cmd_node && !node_equal(s->locked_cmd, s->cmd_node);
}

bool stage_checksum_changed(const struct stage *s) {
    char text[DIGEST_TEXT_MAX];
    struct digest now;

    if (s->name || stage_is_data(s)) {
        return false;
    }
    dvcfile_checksum(&now, s->node);
    return !str_eq(s->md5, digest_text(text, &now));
}

bool stage_name_valid(const char *name) {
    if (name[0] == '\0') {
        return false;
    }
    return name[strcspn(name, "!\"#$%&'()*+,./:;<=>?@[\\]^`{|}~")] == '\0';
}

bool paths_overlap(const char *a, const char *b) {
    return path_inside(a, b) || path_inside(b, a);
}

/* The order of entries in dvc.lock: by the path as written; entries of one path keep theirs. */
struct entry {
    const char *written;
    size_t at;
};

static int compare_entries(const void *a, const void *b) {
    const struct entry *x = a, *y = b;
    int order = strcmp(x->written, y->written);

    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static struct node *lock_deps(struct arena *arena, const struct stage *s) {
    struct entry *order = arena_alloc(arena, (s->ndeps + 1) * sizeof *order);
    struct node *list = node_list(arena);
    size_t n = 0;

    for (size_t i = 0; i < s->ndeps; i++) {
        if (s->deps[i].kind != DEP_PARAMS) {
            order[n++] = (struct entry){s->deps[i].written, i};
        }
    }
    qsort(order, n, sizeof *order, compare_entries);
    for (size_t i = 0; i < n; i++) {
        const struct dep *d = &s->deps[order[i].at];
        struct node *entry = node_map(arena);

        if (d->kind == DEP_DATASET) {
            entry = d->record ? node_clone(arena, d->record) : entry;
            node_put(arena, entry, "path", node_str(arena, d->written));
        } else {
            content_put_lock(arena, entry, &d->recorded, d->written, d->record,
                             resolved_inside(d->path));
        }
        node_append(arena, list, entry);
    }
    return list;
}

static struct node *lock_outs(struct arena *arena, const struct stage *s) {
    struct entry *order = arena_alloc(arena, (s->nouts + 1) * sizeof *order);
    struct node *list = node_list(arena);

    for (size_t i = 0; i < s->nouts; i++) {
        order[i] = (struct entry){s->outs[i].written, i};
    }
    qsort(order, s->nouts, sizeof *order, compare_entries);
    for (size_t i = 0; i < s->nouts; i++) {
        const struct out *o = &s->outs[order[i].at];
        struct node *entry = node_map(arena);

        content_put_lock(arena, entry, &o->recorded, o->written, o->record,
                         resolved_inside(o->path));
        node_append(arena, list, entry);
    }
    return list;
}

static int compare_pairs(const void *a, const void *b) {
    const struct node_pair *x = a, *y = b;
    const char *p = node_text(x->key), *q = node_text(y->key);

    return strcmp(p ? p : "", q ? q : "");
}

/* Keys sorted at the top only, as DVC writes params. */
static struct node *sorted_map(struct arena *arena, const struct node *map) {
    struct node *copy = node_map(arena);

    copy->map.len = map->map.len;
    copy->map.at = arena_dup(arena, map->map.at, map->map.len * sizeof *map->map.at);
    if (map->map.len > 0) {
        qsort(copy->map.at, map->map.len, sizeof *map->map.at, compare_pairs);
    }
    return copy;
}

static struct node *lock_params(struct arena *arena, const struct stage *s) {
    struct entry *order = arena_alloc(arena, (s->ndeps + 1) * sizeof *order);
    struct node *params = node_map(arena);
    size_t n = 0;

    for (size_t i = 0; i < s->ndeps; i++) {
        if (s->deps[i].kind == DEP_PARAMS) {
            order[n++] = (struct entry){s->deps[i].written, i};
        }
    }
    qsort(order, n, sizeof *order, compare_entries);
    for (int pass = 0; pass < 2; pass++) { /* the default file comes first */
        for (size_t i = 0; i < n; i++) {
            const struct dep *d = &s->deps[order[i].at];

            if ((strcmp(d->written, "params.yaml") == 0) != (pass == 0)) {
                continue;
            }
            if (d->recorded_params && d->recorded_params->map.len > 0) {
                node_put(arena, params, d->written, sorted_map(arena, d->recorded_params));
            } else if (d->whole_file) {
                node_put(arena, params, d->written, node_map(arena));
            }
        }
    }
    return params;
}

struct node *stage_lock_entry(struct arena *arena, const struct stage *s) {
    struct node *entry = node_map(arena);
    struct node *deps = lock_deps(arena, s), *params = lock_params(arena, s),
                *outs = lock_outs(arena, s);

    node_put(arena, entry, "cmd", s->cmd_node ? node_clone(arena, s->cmd_node) : node_null(arena));
    if (deps->list.len > 0) {
        node_put(arena, entry, "deps", deps);
    }
    if (params->map.len > 0) {
        node_put(arena, entry, "params", params);
    }
    if (outs->list.len > 0) {
        node_put(arena, entry, "outs", outs);
    }
    return entry;
}
