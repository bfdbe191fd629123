#include "pipeline/runcache.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "data/data.h"
#include "data/output.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "hash/digest.h"
#include "hash/hasher.h"
#include "model/config.h"
#include "model/content.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/schema.h"
#include "model/stage.h"
#include "os/file.h"
#include "job/walk.h"
#include "store/cache.h"

/*
 * A name is the sha256 of the entry as Python's json.dumps(entry, sort_keys=True) writes it,
 * without the keys "size" and "nfiles" at any depth (also inside params). For the key, "outs" is
 * the list of their paths alone.
 */

#define ENTRY_MAX_BYTES (4u << 20)

static const struct schema_field item_fields[] = {{"path", &schema_str, true}, CONTENT_FIELDS, {0}};
static const struct schema item_schema = {.kinds = SCHEMA_MAP, .fields = item_fields};
static const struct schema items_schema = {.kinds = SCHEMA_LIST, .item = &item_schema};
static const struct schema_field entry_fields[] = {
    {"cmd", &schema_any, true},
    {"deps", &items_schema, false},
    {"params", &schema_any, false},
    {"outs", &items_schema, true},
    {0},
};
static const struct schema entry_schema = {.kinds = SCHEMA_MAP, .fields = entry_fields};

static struct node *without_sizes(struct arena *arena, const struct node *n) {
    struct node *copy;

    if (n->kind == NODE_LIST) {
        copy = node_list(arena);
        for (size_t i = 0; i < n->list.len; i++) {
            node_append(arena, copy, without_sizes(arena, n->list.at[i]));
        }
        return copy;
    }
    if (n->kind != NODE_MAP) {
        return node_clone(arena, n);
    }
    copy = node_clone(arena, n);
    node_drop(copy, "size");
    node_drop(copy, "nfiles");
    for (size_t i = 0; i < copy->map.len; i++) {
        copy->map.at[i].value = without_sizes(arena, copy->map.at[i].value);
    }
    return copy;
}

static void name_of(char out[RUNCACHE_NAME], const struct node *n) {
    struct str json CLEANUP(str_release) = STR_INIT;
    char text[DIGEST_TEXT_MAX];
    struct digest d;

    json_write_sorted(&json, n);
    hash_bytes(&d, HASH_SHA256, json.buf, json.len);
    memcpy(out, digest_text(text, &d), RUNCACHE_NAME);
}

void runcache_value(char out[RUNCACHE_NAME], const struct node *entry) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();

    name_of(out, without_sizes(scratch, entry));
}

void runcache_key(char out[RUNCACHE_NAME], const struct node *entry) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    struct node *n = without_sizes(scratch, entry);
    const struct node *outs = node_get(n, "outs");
    struct node *paths = node_list(scratch);

    for (size_t i = 0; outs && i < outs->list.len; i++) {
        struct node *path = node_get(outs->list.at[i], "path");
        if (path) {
            node_append(scratch, paths, path);
        }
    }
    node_put(scratch, n, "outs", paths);
    name_of(out, n);
}

static bool dep_fits(const struct dep *dep) {
    if (dep->kind == DEP_PARAMS) {
        return dep->recorded_params != NULL;
    }
    return dep->kind == DEP_FILE && digest_is_set(&dep->recorded.digest);
}

bool runcache_fits(const struct stage *s) {
    if (!s->cmds || !s->ndeps || !s->nouts || s->always_changed) {
        return false;
    }
    for (size_t i = 0; i < s->ndeps; i++) {
        if (!dep_fits(&s->deps[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < s->nouts; i++) {
        if (s->outs[i].persist || !resolved_inside(s->outs[i].path)) {
            return false;
        }
    }
    return true;
}

static const char *runs_folder(struct arena *arena, struct data *d, const struct node *entry) {
    char key[RUNCACHE_NAME];

    runcache_key(key, entry);
    return arena_printf(arena, "%s/runs/%.2s/%s", data_cache_dir(d), key, key);
}

/* Reads one file of the run cache; NULL if there is none or it is damaged. */
static const struct node *load_entry(struct arena *arena, const char *path) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *entry;

    if (file_read(&text, AT_FDCWD, path, ENTRY_MAX_BYTES)) {
        err_clear();
        return NULL;
    }
    if (yaml_read(&entry, arena, text.buf, text.len, path) ||
        schema_check(entry, &entry_schema, path, NULL)) {
        err_clear();
        log_warn("corrupted cache file '%s'.", path);
        if (file_remove(AT_FDCWD, path)) {
            err_clear();
        }
        return NULL;
    }
    return entry;
}

static bool is_name(const char *text) {
    return strlen(text) == RUNCACHE_NAME - 1 &&
           strspn(text, "0123456789abcdef") == RUNCACHE_NAME - 1;
}

/* The newest run below the folder of a key. */
static const struct node *newest_entry(struct arena *arena, const char *folder) {
    struct walk files CLEANUP(walk_release) = {0};
    const struct walk_entry *newest = NULL;

    if (!file_is_dir(AT_FDCWD, folder)) {
        return NULL;
    }
    if (walk_tree(&files, arena, AT_FDCWD, folder, NULL, NULL)) {
        err_clear();
        return NULL;
    }
    for (size_t i = 0; i < files.len; i++) {
        if (is_name(files.at[i].path) &&
            (!newest || files.at[i].id.mtime_ns > newest->id.mtime_ns)) {
            newest = &files.at[i];
        }
    }
    return newest ? load_entry(arena, path_join(arena, folder, newest->path)) : NULL;
}

/* What the entry says of one out. False: nothing, or nothing that can be used. */
static bool content_of(struct content *c, struct arena *arena, const struct node *entry,
                       const struct out *o) {
    const struct node *outs = node_get(entry, "outs");

    for (size_t i = 0; i < outs->list.len; i++) {
        const struct node *item = outs->list.at[i];

        if (!str_eq(node_text(node_get(item, "path")), o->written)) {
            continue;
        }
        if (content_read(c, arena, item, true, "run cache")) {
            err_clear();
            return false;
        }
        return digest_is_set(&c->digest);
    }
    return false;
}

int runcache_find(bool *found, struct content *outs, struct arena *arena, struct data *d,
                  const struct stage *s) {
    const struct node *entry =
        newest_entry(arena, runs_folder(arena, d, stage_lock_entry(arena, s)));

    *found = false;
    if (!entry) {
        return 0;
    }
    for (size_t i = 0; i < s->nouts; i++) {
        if (!content_of(&outs[i], arena, entry, &s->outs[i])) {
            return 0;
        }
    }
    *found = true;
    return 0;
}

bool runcache_has_any(struct data *d) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};

    if (dir_names(&names, scratch, AT_FDCWD, path_join(scratch, data_cache_dir(d), "runs"))) {
        err_clear();
        return true;
    }
    return names.len > 0;
}

int runcache_take(struct arena *arena, struct data *d, const struct stage *s) {
    for (size_t i = 0; i < s->nouts; i++) {
        enum hash_algo algo = content_algo(&s->outs[i].recorded);
        struct scan now;
        int rc = s->outs[i].cache ? 0 : output_scan(&now, arena, d, s->outs[i].path, algo, true);

        if (rc) {
            return rc;
        }
    }
    return 0;
}

int runcache_write(struct arena *arena, struct data *d, const struct stage *s) {
    const char *shared = config_get(d->repo->config, CONFIG_MERGED, "cache.shared");
    const struct node *entry = stage_lock_entry(arena, s);
    const char *folder = runs_folder(arena, d, entry);
    struct str text CLEANUP(str_release) = STR_INIT;
    char value[RUNCACHE_NAME];
    const char *path;
    int rc;

    runcache_value(value, entry);
    path = path_join(arena, folder, value);
    if (file_exists(AT_FDCWD, path) && load_entry(arena, path)) {
        return 0;
    }
    yaml_write(&text, entry);
    if ((rc = dir_make(AT_FDCWD, folder, str_eq(shared, "group") ? 02775 : 0777))) {
        return rc;
    }
    return file_write_replace(AT_FDCWD, path, text.buf, text.len);
}

int runcache_save(struct arena *arena, struct data *d, const struct stage *s) {
    int rc = runcache_take(arena, d, s);

    return rc ? rc : runcache_write(arena, d, s);
}
