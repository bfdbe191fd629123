/*
 * A cache seen as a remote: what a folder on a disk or a mounted share is to push and pull.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "job/walk.h"
#include "store/cache.h"
#include "store/odb.h"

#define FILE_MAX ((size_t)64 << 20) /* of the run cache: texts of some kilobytes */

struct cache_odb {
    struct odb odb;
    struct cache *cache;
    char *name, *url;
};

static struct cache *cache_of(struct odb *o) {
    return ((struct cache_odb *)o)->cache;
}

static int odb_exists(struct odb *o, const struct digest *want, size_t n, bool *have,
                      struct progress *p) {
    (void)p;
    return cache_has_many(cache_of(o), want, n, have);
}

static int odb_put(struct odb *o, struct cache *from, struct odb_item *items, size_t n,
                   struct progress *p) {
    return err_wrap(cache_copy(cache_of(o), from, items, n, true, p), "remote '%s'", o->name);
}

static int odb_get(struct odb *o, struct cache *to, struct odb_item *items, size_t n,
                   struct progress *p) {
    return cache_copy(to, cache_of(o), items, n, false, p);
}

static int verify_in_place(struct odb *o, struct odb_item *items, size_t n, struct progress *p) {
    return cache_rehash(cache_of(o), items, n, false, p);
}

static int odb_list(struct odb *o, odb_list_fn *fn, void *ctx) {
    return cache_list(cache_of(o), fn, ctx);
}

static int odb_remove(struct odb *o, const struct digest *d, size_t n) {
    int rc = 0;

    for (size_t i = 0; !rc && i < n; i++) {
        rc = cache_remove(cache_of(o), &d[i]);
    }
    return rc;
}

/* The path below the remote's folder; only what cannot leave it. */
static int full_path(struct str *out, struct odb *o, const char *path) {
    if (*path == '\0' || path_is_absolute(path) || path_is_hostile(path)) {
        return err_set(ERR_FAILED, "'%s' is no path inside the remote '%s'", path, o->name);
    }
    str_addf(out, "%s/%s", cache_dir(cache_of(o)), path);
    return 0;
}

static int copy_text(const char *from, const char *to) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;

    int rc = file_read(&text, AT_FDCWD, from, FILE_MAX);
    if (!rc) {
        rc = dir_make(AT_FDCWD, path_dir(arena, to), 0777);
    }
    return rc ? rc : file_write_atomic(AT_FDCWD, to, text.buf, text.len);
}

static int odb_read_file(struct odb *o, const char *path, const char *local_path) {
    struct str full CLEANUP(str_release) = STR_INIT;
    int rc = full_path(&full, o, path);

    return rc ? rc : copy_text(full.buf, local_path);
}

static int odb_write_file(struct odb *o, const char *path, const char *local_path) {
    struct str full CLEANUP(str_release) = STR_INIT;
    int rc = full_path(&full, o, path);

    return rc ? rc : copy_text(local_path, full.buf);
}

static int odb_list_files(struct odb *o, const char *prefix, int (*fn)(void *ctx, const char *path),
                          void *ctx) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str full CLEANUP(str_release) = STR_INIT;
    struct walk w = {0};

    int rc = full_path(&full, o, prefix);
    if (rc || !file_is_dir(AT_FDCWD, full.buf)) {
        return rc;
    }
    rc = walk_tree(&w, arena, AT_FDCWD, full.buf, NULL, NULL);
    for (size_t i = 0; !rc && i < w.len; i++) {
        if (!w.at[i].link) {
            rc = fn(ctx, path_join(arena, prefix, w.at[i].path));
        }
    }
    walk_release(&w);
    return rc;
}

static void odb_close(struct odb *o) {
    struct cache_odb *co = (struct cache_odb *)o;

    cache_close(co->cache);
    free(co->name);
    free(co->url);
    free(co);
}

static const struct odb_ops local_ops = {
    .scheme = "local",
    .exists = odb_exists,
    .put = odb_put,
    .get = odb_get,
    .verify = verify_in_place,
    .list = odb_list,
    .remove = odb_remove,
    .read_file = odb_read_file,
    .write_file = odb_write_file,
    .list_files = odb_list_files,
    .close = odb_close,
};

struct odb *cache_as_odb(struct cache *c, const char *name, const char *url) {
    struct cache_odb *co = mem_zalloc(1, sizeof *co);

    co->cache = c;
    co->name = mem_strdup(name);
    co->url = mem_strdup(url);
    co->odb = (struct odb){.ops = &local_ops, .name = co->name, .url = co->url};
    return &co->odb;
}

struct cache *odb_as_cache(struct odb *o) {
    return o->ops == &local_ops ? ((struct cache_odb *)o)->cache : NULL;
}
