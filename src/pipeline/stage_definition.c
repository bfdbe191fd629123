#include "pipeline/stage_definition.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "model/repo.h"
#include "model/stage.h"
#include "pipeline/stage_add.h"

#define DEFAULT_PARAMS "params.yaml"

struct definition {
    struct arena *arena;
    const struct stage *stage;
    const struct stage_add_request *o;
    const struct node *old; /* what is replaced, or NULL */
    struct node *map;       /* what is made */
};

const char *stage_add_command(struct arena *arena, const struct strv *words) {
    struct str line CLEANUP(str_release) = STR_INIT;

    if (words->len == 1) {
        return words->at[0];
    }
    for (size_t i = 0; i < words->len; i++) {
        const char *word = words->at[i];
        bool quote = !word[0] || (strchr(word, ' ') && !strchr(word, '"'));

        str_addf(&line, "%s%s%s%s", i ? " " : "", quote ? "\"" : "", word, quote ? "\"" : "");
    }
    return arena_strdup(arena, line.buf);
}

/* What the user had written of an out in the definition that is replaced, beyond what the command
 * line can say. */
static void keep_flags(const struct definition *def, struct node *flags, const char *path,
                       const char *const *keys) {
    static const char *const lists[] = {"outs", "metrics", "plots"};

    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const struct node *list = node_get(def->old, lists[i]);

        for (size_t k = 0; list && list->kind == NODE_LIST && k < list->list.len; k++) {
            const struct node *old = node_get(list->list.at[k], path);

            for (size_t n = 0; old && keys[n]; n++) {
                const struct node *value = node_get(old, keys[n]);
                if (value) {
                    node_put(def->arena, flags, keys[n], node_clone(def->arena, value));
                }
            }
        }
    }
}

static struct node *out_node(const struct definition *def, const struct out *o) {
    static const char *const before[] = {"desc", "type", "labels", "meta", NULL};
    static const char *const after[] = {"remote", "push", NULL};
    struct node *flags = node_map(def->arena), *n;

    keep_flags(def, flags, o->written, before);
    if (!o->cache) {
        node_put(def->arena, flags, "cache", node_bool(def->arena, false));
    }
    if (o->persist) {
        node_put(def->arena, flags, "persist", node_bool(def->arena, true));
    }
    keep_flags(def, flags, o->written, after);
    if (!flags->map.len) {
        return node_str(def->arena, o->written);
    }
    n = node_map(def->arena);
    node_put(def->arena, n, o->written, flags);
    return n;
}

static int compare_written(const void *x, const void *y) {
    return strcmp((*(const struct out *const *)x)->written,
                  (*(const struct out *const *)y)->written);
}

static void put_list(const struct definition *def, const char *key, struct node *list) {
    if (list->list.len) {
        node_put(def->arena, def->map, key, list);
    }
}

static void put_outs(const struct definition *def) {
    static const char *const keys[] = {
        [OUT_PLAIN] = "outs", [OUT_METRIC] = "metrics", [OUT_PLOT] = "plots"};
    const struct stage *s = def->stage;
    const struct out **sorted = arena_alloc(def->arena, (s->nouts + 1) * sizeof *sorted);

    for (size_t i = 0; i < s->nouts; i++) {
        sorted[i] = &s->outs[i];
    }
    qsort(sorted, s->nouts, sizeof *sorted, compare_written);
    for (size_t kind = 0; kind < COUNT_OF(keys); kind++) {
        struct node *list = node_list(def->arena);

        for (size_t i = 0; i < s->nouts; i++) {
            if (sorted[i]->kind == kind) {
                node_append(def->arena, list, out_node(def, sorted[i]));
            }
        }
        put_list(def, keys[kind], list);
    }
}

static void put_deps(const struct definition *def) {
    struct strv written CLEANUP(strv_release) = {0};
    struct node *list = node_list(def->arena);

    for (size_t i = 0; i < def->stage->ndeps; i++) {
        vec_push(&written, def->stage->deps[i].written);
    }
    strv_sort(&written);
    for (size_t i = 0; i < written.len; i++) {
        node_append(def->arena, list, node_str(def->arena, written.at[i]));
    }
    put_list(def, "deps", list);
}

/* "file:a,b" or "a,b": the keys of one file, collected over all options. */
struct params_file {
    const char *file;
    struct strv keys;
};
struct params_files VEC_OF(struct params_file);

static void take_params(struct params_files *files, struct arena *arena, const char *typed) {
    const char *colon = strrchr(typed, ':');
    const char *file = colon && colon > typed ? arena_strndup(arena, typed, (size_t)(colon - typed))
                                              : DEFAULT_PARAMS;
    char *keys = arena_strdup(arena, colon ? colon + 1 : typed), *key, *rest = keys;
    struct params_file *into = NULL;

    for (size_t i = 0; i < files->len; i++) {
        into = str_eq(files->at[i].file, file) ? &files->at[i] : into;
    }
    if (!into) {
        vec_push(files, ((struct params_file){.file = file}));
        into = &files->at[files->len - 1];
    }
    while ((key = strsep(&rest, ","))) {
        if (key[0]) {
            vec_push(&into->keys, key);
        }
    }
}

static int compare_files(const void *x, const void *y) {
    return strcmp(((const struct params_file *)x)->file, ((const struct params_file *)y)->file);
}

/* Keys of the default file come first and bare, other files follow as maps; a file without keys is
 * taken whole. */
static void put_params(const struct definition *def) {
    struct params_files files = {0};
    struct node *list = node_list(def->arena), *others = node_list(def->arena);

    for (size_t i = 0; i < def->o->params.len; i++) {
        take_params(&files, def->arena, def->o->params.at[i]);
    }
    if (files.len) {
        qsort(files.at, files.len, sizeof *files.at, compare_files);
    }
    for (size_t i = 0; i < files.len; i++) {
        struct params_file *f = &files.at[i];
        bool bare = f->keys.len && str_eq(f->file, DEFAULT_PARAMS);
        struct node *keys = bare          ? list
                            : f->keys.len ? node_list(def->arena)
                                          : node_null(def->arena);
        struct node *entry = node_map(def->arena);

        strv_sort(&f->keys);
        for (size_t k = 0; k < f->keys.len; k++) {
            node_append(def->arena, keys, node_str(def->arena, f->keys.at[k]));
        }
        if (!bare) {
            node_put(def->arena, entry, f->file, keys);
            node_append(def->arena, others, entry);
        }
        vec_release(&f->keys);
    }
    for (size_t i = 0; i < others->list.len; i++) {
        node_append(def->arena, list, others->list.at[i]);
    }
    vec_release(&files);
    put_list(def, "params", list);
}

const struct node *stage_definition(struct arena *arena, const struct repo *r,
                                    const struct stage_add_request *o, const struct stage *s,
                                    const struct node *old) {
    struct definition def = {arena, s, o, old, node_map(arena)};
    const struct node *old_desc = node_get(old, "desc"), *meta = node_get(old, "meta");

    if (o->desc && o->desc[0]) {
        node_put(arena, def.map, "desc", node_str(arena, o->desc));
    } else if (old_desc) {
        node_put(arena, def.map, "desc", node_clone(arena, old_desc));
    }
    node_put(arena, def.map, "cmd", node_str(arena, stage_add_command(arena, &o->command)));
    if (!str_eq(s->wdir, r->cwd)) {
        node_put(arena, def.map, "wdir", node_str(arena, path_shown(arena, r->cwd, s->wdir)));
    }
    put_deps(&def);
    put_params(&def);
    put_outs(&def);
    if (o->always_changed) {
        node_put(arena, def.map, "always_changed", node_bool(arena, true));
    }
    if (meta) {
        node_put(arena, def.map, "meta", node_clone(arena, meta));
    }
    return def.map;
}
