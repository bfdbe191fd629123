/*
 * What dvc.lock records of a dataset: made, brought into one form, compared.
 */
#include "model/dataset.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "os/stat.h"
#include "doc/node.h"
#include "model/stage.h"
#include "model/versions.h"

#define NS_PER_S 1000000000

static const char *const kind_words[] = {
    [DATASET_GIT] = "dvc", [DATASET_URL] = "url", [DATASET_HOSTED] = "dc"};

bool dataset_kind_of(enum dataset_kind *out, const struct node *entry) {
    for (size_t i = 0; i < COUNT_OF(kind_words); i++) {
        if (str_eq(node_text(node_get(entry, "type")), kind_words[i])) {
            *out = (enum dataset_kind)i;
            return true;
        }
    }
    return false;
}

/* ---- the form in which they are compared and written */

/* What is as it would be without the key is not written. */
static void take(struct arena *arena, struct node *to, const struct node *from, const char *key,
                 bool truthy) {
    struct node *value = node_get(from, key);

    if (value && value->kind != NODE_NULL && (!truthy || node_truthy(value))) {
        node_put(arena, to, key, node_clone(arena, value));
    }
}

struct node *dataset_normal_definition(struct arena *arena, const struct node *entry) {
    struct node *out = node_map(arena);
    enum dataset_kind kind;

    take(arena, out, entry, "name", false);
    take(arena, out, entry, "url", false);
    take(arena, out, entry, "type", false);
    if (dataset_kind_of(&kind, entry) && kind == DATASET_GIT) {
        take(arena, out, entry, "path", true);
        take(arena, out, entry, "rev", false);
    }
    return out;
}

static struct node *normal_meta(struct arena *arena, const struct node *meta) {
    static const char *const keys[] = {"isdir",    "size", "nfiles", "isexec", "version_id", "etag",
                                       "checksum", "md5",  "inode",  "mtime",  "remote"};
    struct node *out = node_map(arena);

    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        take(arena, out, meta, keys[i], keys[i][0] == 'i' && keys[i][1] == 's');
    }
    return out;
}

static int compare_relpaths(const void *a, const void *b) {
    const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
    const char *p = node_text(node_get(x, "relpath")), *q = node_text(node_get(y, "relpath"));

    return strcmp(p ? p : "", q ? q : "");
}

static void normal_files(struct arena *arena, struct node *out, const struct node *files) {
    struct node *list = node_list(arena);

    if (!files || files->kind != NODE_LIST || files->list.len == 0) {
        return;
    }
    for (size_t i = 0; i < files->list.len; i++) {
        struct node *file = node_map(arena);

        take(arena, file, files->list.at[i], "relpath", false);
        node_put(arena, file, "meta", normal_meta(arena, node_get(files->list.at[i], "meta")));
        node_append(arena, list, file);
    }
    qsort(list->list.at, list->list.len, sizeof *list->list.at, compare_relpaths);
    node_put(arena, out, "files", list);
}

struct node *dataset_normal(struct arena *arena, const struct node *entry) {
    enum dataset_kind kind;

    if (!dataset_kind_of(&kind, entry)) {
        return NULL;
    }
    struct node *out = dataset_normal_definition(arena, entry);

    switch (kind) {
    case DATASET_GIT:
        take(arena, out, entry, "rev_lock", false);
        break;
    case DATASET_URL:
        node_put(arena, out, "meta", normal_meta(arena, node_get(entry, "meta")));
        normal_files(arena, out, node_get(entry, "files"));
        break;
    case DATASET_HOSTED:
        take(arena, out, entry, "version", false);
        take(arena, out, entry, "created_at", false);
        break;
    }
    return out;
}

static void put_text(struct arena *arena, struct node *map, const char *key, const char *text) {
    if (text) {
        node_put(arena, map, key, node_str(arena, text));
    }
}

struct node *dataset_definition(struct arena *arena, const struct dataset *ds) {
    struct node *out = node_map(arena);

    put_text(arena, out, "name", ds->name);
    put_text(arena, out, "url", ds->url);
    put_text(arena, out, "type", kind_words[ds->kind]);
    put_text(arena, out, "path", ds->path);
    put_text(arena, out, "rev", ds->rev);
    return out;
}

/* ---- made */

static void put_int(struct arena *arena, struct node *map, const char *key, int64_t value) {
    if (value >= 0) {
        node_put(arena, map, key, node_int(arena, value));
    }
}

static struct node *begin(struct arena *arena, struct dataset *ds) {
    struct node *lock = dataset_definition(arena, ds);

    ds->lock = lock;
    ds->outdated = false;
    return lock;
}

void dataset_lock_commit(struct dataset *ds, struct arena *arena, const char *commit) {
    put_text(arena, begin(arena, ds), "rev_lock", commit);
}

void dataset_lock_content(struct dataset *ds, struct arena *arena, const struct content *now,
                          const struct file_id *id) {
    struct node *lock = begin(arena, ds), *meta = node_map(arena);

    if (!id) {
        node_put(arena, meta, "isdir", node_bool(arena, true));
    }
    put_int(arena, meta, "size", now->size);
    put_int(arena, meta, "nfiles", id ? -1 : now->nfiles);
    if (now->isexec) {
        node_put(arena, meta, "isexec", node_bool(arena, true));
    }
    if (id) { /* the time is computed as Python does, to the last bit */
        int64_t seconds = id->mtime_ns / NS_PER_S, rest = id->mtime_ns % NS_PER_S;

        put_int(arena, meta, "inode", (int64_t)id->inode);
        node_put(arena, meta, "mtime", node_float(arena, (double)seconds + 1e-9 * (double)rest));
    }
    node_put(arena, lock, "meta", meta);
}

static struct node *file_meta(struct arena *arena, const struct version_file *f) {
    struct node *meta = node_map(arena);

    put_int(arena, meta, "size", f->size == UINT64_MAX ? -1 : (int64_t)f->size);
    put_text(arena, meta, "version_id", f->version);
    put_text(arena, meta, "etag", f->etag);
    return meta;
}

void dataset_lock_versions(struct dataset *ds, struct arena *arena,
                           const struct version_files *files) {
    struct node *lock = begin(arena, ds), *meta = node_map(arena), *list = node_list(arena);
    int64_t size = 0;

    if (files->len == 1 && files->at[0].path[0] == '\0') {
        node_put(arena, lock, "meta", file_meta(arena, &files->at[0]));
        return;
    }
    for (size_t i = 0; i < files->len; i++) {
        const struct version_file *f = &files->at[i];
        struct node *file = node_map(arena);

        put_text(arena, file, "relpath", f->path);
        node_put(arena, file, "meta", file_meta(arena, f));
        node_append(arena, list, file);
        size += f->size == UINT64_MAX ? 0 : (int64_t)f->size;
    }
    node_put(arena, meta, "isdir", node_bool(arena, true));
    put_int(arena, meta, "size", size);
    put_int(arena, meta, "nfiles", (int64_t)files->len);
    node_put(arena, lock, "meta", meta);
    if (list->list.len > 0) {
        node_put(arena, lock, "files", list);
    }
}

/* ---- compared */

const char *dataset_commit(const struct dataset *ds) {
    const char *commit = node_text(node_get(ds->lock, "rev_lock"));

    return commit ? commit : "";
}

bool dataset_same_lock(const struct dataset *a, const struct dataset *b) {
    return a->lock && b->lock ? node_equal(a->lock, b->lock) : a->lock == b->lock;
}

static void map_files(struct map *out, const struct node *files) {
    for (size_t i = 0; files && i < files->list.len; i++) {
        const char *path = node_text(node_get(files->list.at[i], "relpath"));

        if (path) {
            map_put(out, path, files->list.at[i]);
        }
    }
}

void dataset_files_gone(struct strv *out, struct strv *changed, const struct dataset *from,
                        const struct dataset *to) {
    const struct node *files = node_get(from->lock, "files");
    struct map there CLEANUP(map_release) = MAP_INIT;

    map_files(&there, node_get(to->lock, "files"));
    for (size_t i = 0; files && i < files->list.len; i++) {
        const char *path = node_text(node_get(files->list.at[i], "relpath"));
        const struct node *other = path ? map_get(&there, path) : NULL;

        if (path && !other) {
            vec_push(out, path);
        } else if (other && changed && !node_equal(other, files->list.at[i])) {
            vec_push(changed, path);
        }
    }
}

/* ---- what stages record */

/* As a URL has its host. */
const char *dataset_dep_name(struct arena *arena, const struct dep *dep) {
    const char *name = dep->written + strlen("ds://");

    return arena_strndup(arena, name, strcspn(name, "/?#"));
}

bool dataset_dep_same(bool *known, struct arena *arena, const struct dep *dep,
                      const struct dataset *ds) {
    const struct node *recorded = dataset_normal(arena, node_get(dep->record, "dataset"));

    *known = recorded != NULL;
    return recorded && ds->lock && node_equal(recorded, ds->lock);
}

void dataset_dep_record(struct dep *dep, struct arena *arena, const struct dataset *ds) {
    struct node *record = node_map(arena);

    put_text(arena, record, "path", dep->written);
    node_put(arena, record, "dataset", node_clone(arena, ds->lock));
    dep->record = record;
}
