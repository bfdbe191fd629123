#include "model/dataset.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "doc/node.h"
#include "model/index.h"
#include "model/lockfile.h"
#include "model/pipefile.h"
#include "model/schema.h"
#include "model/suggest.h"

/* ---- reading */

/* The text of a key that has to be there, or may be with `optional`: then an empty one is none. */
static int read_text(const char **out, const struct node *entry, const char *key, bool optional,
                     const char *file) {
    const struct node *value = node_get(entry, key);

    *out = node_text(value);
    if (optional && !node_truthy(value)) {
        *out = NULL;
        return 0;
    }
    return *out ? 0
                : schema_error(value ? value : entry, file, "a dataset needs a text as '%s'", key);
}

static void find_lock(struct dataset *out, struct arena *arena, const struct pipefile *pipe) {
    const struct node *list = pipe->datasets_lock;
    const struct node *mine = dataset_normal_definition(arena, out->definition);

    for (size_t i = 0; list && list->kind == NODE_LIST && i < list->list.len; i++) {
        const struct node *entry = list->list.at[i];
        struct node *lock;

        if (!str_eq(node_text(node_get(entry, "name")), out->name)) {
            continue;
        }
        if ((lock = dataset_normal(arena, entry)) != NULL) {
            out->outdated = !node_equal(dataset_normal_definition(arena, entry), mine);
            out->lock = out->outdated ? NULL : lock;
        }
        return;
    }
}

/* The definition alone stays where it was read. */
static void keep_texts(struct dataset *ds, struct arena *arena) {
    const char **const texts[] = {&ds->name, &ds->url, &ds->path, &ds->rev, &ds->file};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        *texts[i] = *texts[i] ? arena_strdup(arena, *texts[i]) : NULL;
    }
}

int dataset_read(struct dataset *out, struct arena *arena, const struct pipefile *pipe, size_t at) {
    const struct node *entry = pipe->datasets->list.at[at];
    int rc;

    *out = (struct dataset){.file = pipe->path, .at = at, .definition = entry};
    if ((rc = read_text(&out->name, entry, "name", false, pipe->shown)) ||
        (rc = read_text(&out->url, entry, "url", false, pipe->shown))) {
        return rc;
    }
    if (!dataset_kind_of(&out->kind, entry)) {
        const struct node *type = node_get(entry, "type");
        return schema_error(type ? type : entry, pipe->shown,
                            "the type of dataset '%s' is none of dvc, url and dc", out->name);
    }
    if (out->kind == DATASET_GIT &&
        ((rc = read_text(&out->path, entry, "path", true, pipe->shown)) ||
         (rc = read_text(&out->rev, entry, "rev", true, pipe->shown)))) {
        return rc;
    }
    find_lock(out, arena, pipe);
    keep_texts(out, arena);
    return 0;
}

/* The names of the file's list, in its order. */
static int list_names(struct strv *out, const struct pipefile *pipe) {
    const struct node *list = pipe->datasets;
    int rc = 0;

    if (!node_truthy(list)) {
        return 0;
    }
    if (list->kind != NODE_LIST) {
        return schema_error(list, pipe->shown, "'datasets' is no list");
    }
    for (size_t i = 0; !rc && i < list->list.len; i++) {
        const char *name;

        rc = read_text(&name, list->list.at[i], "name", false, pipe->shown);
        vec_push(out, name);
    }
    return rc;
}

int dataset_look(bool *found, struct dataset *out, struct arena *arena, const struct index *idx,
                 const char *name) {
    const struct pipefile *file = NULL;
    size_t at = 0;

    for (size_t i = 0; i < idx->pipes.len; i++) {
        struct strv names CLEANUP(strv_release) = {0};
        int rc = list_names(&names, &idx->pipes.at[i]);

        if (rc) {
            return rc;
        }
        for (size_t k = 0; k < names.len; k++) {
            if (strcmp(names.at[k], name) == 0) {
                file = &idx->pipes.at[i];
                at = k;
            }
        }
    }
    *found = file != NULL;
    return file ? dataset_read(out, arena, file, at) : 0;
}

/* The error about a name that there is not. */
static int unknown(const struct index *idx, const char *name) {
    struct strv names CLEANUP(strv_release) = {0};

    for (size_t i = 0; i < idx->pipes.len; i++) {
        int rc = list_names(&names, &idx->pipes.at[i]);

        if (rc) {
            return rc;
        }
    }
    const char *meant = suggest_name(name, &names);
    int rc = err_set(ERR_FAILED, "there is no dataset '%s'", name);

    if (meant) {
        err_hint("did you mean '%s'?", meant);
    }
    return rc;
}

int dataset_find(struct dataset *out, struct arena *arena, const struct index *idx,
                 const char *name) {
    bool found;
    int rc = dataset_look(&found, out, arena, idx, name);

    return rc || found ? rc : unknown(idx, name);
}

/* ---- writing */

int dataset_save(struct repo *r, const struct dataset *ds, const struct dataset *before) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct node *now = dataset_definition(arena, ds);
    int rc = 0;

    if (!before || !node_equal(now, dataset_definition(arena, before))) {
        rc =
            pipefile_put_dataset(r, ds->file, ds->definition ? &ds->at : NULL, ds->definition, now);
    }
    if (rc || (before && before->lock && node_equal(before->lock, ds->lock))) {
        return rc;
    }
    return lockfile_put_dataset(r, lockfile_path(arena, ds->file), ds->name, ds->lock);
}
