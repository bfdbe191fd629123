#include "model/versions.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "doc/node.h"
#include "model/content.h"
#include "model/stage.h"

void version_files_release(struct version_files *files) {
    vec_release(files);
}

/* ---- read */

static const char *text_of(const struct node *map, const char *key) {
    return node_text(node_get(map, key));
}

/* `versions` has etag and version_id, `entry` the rest. */
static void read_file(struct version_files *files, const char *path, const struct node *entry,
                      const struct node *versions) {
    const struct node *size = node_get(entry, "size"), *exec = node_get(entry, "isexec");
    const char *md5 = text_of(entry, "md5"), *etag = text_of(versions, "etag");
    struct version_file f = {.path = path, .size = UINT64_MAX, .isexec = exec && exec->boolean};

    if (md5 && !digest_from_text(&f.digest, HASH_MD5, md5)) {
        f.digest = (struct digest){0};
    }
    if (size && size->kind == NODE_INT && size->integer >= 0) {
        f.size = (uint64_t)size->integer;
    }
    f.etag = etag ? etag : text_of(versions, "checksum");
    f.version = text_of(versions, "version_id");
    vec_push(files, f);
}

/* Of a remote, or of the entry itself, which has those of files whose remote is not named. */
static const struct node *versions_in(const struct node *entry, const char *remote) {
    const struct node *cloud = node_get(entry, "cloud");

    return remote && cloud ? node_get(cloud, remote) : entry;
}

static void read_entry(struct version_files *files, const struct node *entry, const char *remote,
                       bool is_dir) {
    const struct node *list = node_get(entry, "files");

    if (list && list->kind == NODE_LIST) {
        for (size_t i = 0; i < list->list.len; i++) {
            const struct node *item = list->list.at[i];
            read_file(files, text_of(item, "relpath"), item, versions_in(item, remote));
        }
    } else if (entry && !is_dir) {
        read_file(files, "", entry, versions_in(entry, remote));
    }
}

void versions_of_out(struct version_files *files, const struct out *o, const char *remote) {
    read_entry(files, o->record, remote, o->recorded.digest.is_dir);
}

const char *versions_remote_of_out(const struct out *o) {
    const struct node *list = node_get(o->record, "files"), *entry = o->record;

    if (list && list->kind == NODE_LIST && list->list.len > 0) {
        entry = list->list.at[0];
    }
    const struct node *cloud = node_get(entry, "cloud");
    if (cloud && cloud->kind == NODE_MAP && cloud->map.len > 0) {
        return node_text(cloud->map.at[0].key);
    }
    return node_get(entry, "version_id") ? "" : NULL;
}

void versions_of_dep(struct version_files *files, const struct dep *d) {
    read_entry(files, d->record, NULL, d->recorded.digest.is_dir);
}

/* ---- write */

static void put_text(struct arena *arena, struct node *map, const char *key, const char *text) {
    if (text) {
        node_put(arena, map, key, node_str(arena, text));
    }
}

static void put_facts(struct arena *arena, struct node *map, const struct version_file *f) {
    char hex[DIGEST_TEXT_MAX];

    if (digest_is_set(&f->digest)) {
        put_text(arena, map, "md5", digest_text(hex, &f->digest));
    }
    if (f->size != UINT64_MAX) {
        node_put(arena, map, "size", node_int(arena, (int64_t)f->size));
    }
    if (f->isexec) {
        node_put(arena, map, "isexec", node_bool(arena, true));
    }
}

static void put_cloud(struct arena *arena, struct node *map, const char *remote,
                      const struct version_file *f) {
    if (!f->version) {
        return;
    }
    struct node *cloud = node_map(arena), *versions = node_map(arena);
    put_text(arena, versions, "etag", f->etag);
    put_text(arena, versions, "version_id", f->version);
    node_put(arena, cloud, remote, versions);
    node_put(arena, map, "cloud", cloud);
}

static void put_source(struct arena *arena, struct node *map, const char *key,
                       const struct version_file *f) {
    put_text(arena, map, key, f->etag);
    put_facts(arena, map, f);
    put_text(arena, map, "version_id", f->version);
}

/* What the files mean as a content is what reading the entry gives; it was made here, so it reads. */
static void take_entry(struct content *recorded, const struct node **record, struct arena *arena,
                       struct node *entry, bool inside) {
    node_put(arena, entry, "hash", node_str(arena, "md5"));
    *record = entry;
    if (content_read(recorded, arena, entry, inside, "")) {
        err_clear();
    }
}

static bool is_file(const struct version_files *files) {
    return files->len == 1 && files->at[0].path[0] == '\0';
}

void versions_record_out(struct out *o, struct arena *arena, const char *remote,
                         const struct version_files *files) {
    struct node *entry = node_map(arena), *list = node_list(arena);

    if (is_file(files)) {
        put_facts(arena, entry, &files->at[0]);
        put_cloud(arena, entry, remote, &files->at[0]);
        take_entry(&o->recorded, &o->record, arena, entry, true);
        return;
    }
    for (size_t i = 0; i < files->len; i++) {
        struct node *item = node_map(arena);
        put_text(arena, item, "relpath", files->at[i].path);
        put_facts(arena, item, &files->at[i]);
        put_cloud(arena, item, remote, &files->at[i]);
        node_append(arena, list, item);
    }
    node_put(arena, entry, "files", list);
    o->files = list;
    take_entry(&o->recorded, &o->record, arena, entry, true);
}

void versions_refresh_out(struct out *o, struct arena *arena, const struct version_files *files) {
    struct node *entry = node_map(arena), *list = node_list(arena);
    struct map old = MAP_INIT;
    char hex[DIGEST_TEXT_MAX];

    for (size_t i = 0; o->files && i < o->files->list.len; i++) {
        struct node *item = o->files->list.at[i];
        map_put(&old, text_of(item, "relpath"), item);
    }
    for (size_t i = 0; i < files->len; i++) {
        const struct version_file *f = &files->at[i];
        const struct node *was = map_get(&old, f->path), *cloud = node_get(was, "cloud");
        struct node *item = node_map(arena);
        put_text(arena, item, "relpath", f->path);
        put_facts(arena, item, f);
        if (cloud && str_eq(text_of(was, "md5"), digest_text(hex, &f->digest))) {
            node_put(arena, item, "cloud", node_clone(arena, cloud));
        }
        node_append(arena, list, item);
    }
    map_release(&old);
    node_put(arena, entry, "files", list);
    o->files = list;
    take_entry(&o->recorded, &o->record, arena, entry, true);
}

void versions_record_dep(struct dep *d, struct arena *arena, const char *key,
                         const struct version_files *files) {
    struct node *entry = node_map(arena), *list = node_list(arena);

    if (is_file(files)) {
        put_source(arena, entry, key, &files->at[0]);
        take_entry(&d->recorded, &d->record, arena, entry, false);
        return;
    }
    for (size_t i = 0; i < files->len; i++) {
        struct node *item = node_map(arena);
        put_text(arena, item, "relpath", files->at[i].path);
        put_source(arena, item, key, &files->at[i]);
        node_append(arena, list, item);
    }
    node_put(arena, entry, "files", list);
    take_entry(&d->recorded, &d->record, arena, entry, false);
}
