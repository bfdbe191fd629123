#include "remote/objects.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "hash/digest.h"
#include "job/progress.h"
#include "os/file.h"
#include "os/stat.h"
#include "remote/files.h"
#include "remote/intake.h"
#include "remote/presence.h"
#include "store/cache.h"
#include "store/odb.h"

#define FILE_MAX ((size_t)64 << 20) /* of the run cache: texts of some kilobytes */

struct objects {
    struct odb odb;
    struct files *files;
    char layout[24]; /* "files/md5/" or "" */
    enum hash_algo algo;
};

static struct objects *objects_of(struct odb *o) {
    return (struct objects *)o;
}

static const char *object_key(struct arena *arena, const struct objects *o,
                              const struct digest *d) {
    char hex[DIGEST_TEXT_MAX];

    digest_text(hex, d);
    return arena_printf(arena, "%s%.2s/%s", o->layout, hex, hex + 2);
}

static int objects_exists(struct odb *odb, const struct digest *want, size_t n, bool *have,
                          struct progress *p) {
    struct objects *o = objects_of(odb);

    return presence_find(o->files, o->layout, o->algo, want, n, have, p);
}

/* The items of a batch that take part, as files. */
struct moving {
    struct objects *o;
    struct odb_item *items;
    struct cache *cache;
    struct arena *arena;
    size_t *index; /* of a file among the items */
    struct files_item *files;
    struct file_id *ids; /* put: as they were when they were opened */
    size_t n;
};

static void moving_init(struct moving *m, struct objects *o, struct cache *c,
                        struct odb_item *items, size_t n) {
    *m = (struct moving){.o = o, .items = items, .cache = c, .arena = arena_new()};
    m->index = mem_zalloc(n + 1, sizeof *m->index);
    m->files = mem_zalloc(n + 1, sizeof *m->files);
    for (size_t i = 0; i < n; i++) {
        if (items[i].rc) {
            continue;
        }
        m->index[m->n] = i;
        m->files[m->n] = (struct files_item){.key = object_key(m->arena, o, &items[i].digest),
                                             .size = items[i].size};
        if (items[i].digest.algo == HASH_MD5) {
            m->files[m->n].md5 = items[i].digest.byte;
        }
        m->n++;
    }
}

/* What happened to the files is what happened to the items. */
static void moving_release(struct moving *m) {
    for (size_t i = 0; i < m->n; i++) {
        struct odb_item *item = &m->items[m->index[i]];
        item->rc = m->files[i].rc;
        item->why = m->files[i].why;
        if (m->files[i].size != FILES_SIZE_UNKNOWN) {
            item->size = m->files[i].size;
        }
    }
    free(m->index);
    free(m->files);
    free(m->ids);
    arena_free(m->arena);
}

static int open_object(void *ctx, size_t i, int *fd) {
    struct moving *m = ctx;
    struct stat st;

    int rc = cache_open_object(fd, m->cache, &m->items[m->index[i]].digest);
    if (!rc && !fstat(*fd, &st)) {
        file_id_from_stat(&m->ids[i], &st);
    }
    return rc;
}

/* It was whole when it was verified; it still is if nobody has touched it. */
static int object_unchanged(void *ctx, size_t i, int fd) {
    struct moving *m = ctx;
    struct file_id id;
    struct stat st;

    if (fstat(fd, &st)) {
        return err_errno("cannot read an object of the cache");
    }
    file_id_from_stat(&id, &st);
    return file_id_same(&id, &m->ids[i])
               ? 0
               : err_set(ERR_FAILED, "it changed in the cache while it was sent");
}

static int objects_put(struct odb *odb, struct cache *from, struct odb_item *items, size_t n,
                       struct progress *p) {
    struct objects *o = objects_of(odb);
    struct moving m;

    if (!o->files->ops->put) {
        return err_set(ERR_UNSUPPORTED, "remote '%s' can only be read", odb->name);
    }
    int rc = cache_verify(from, items, n, NULL);
    if (rc) {
        return rc;
    }
    moving_init(&m, o, from, items, n);
    m.ids = mem_zalloc(m.n + 1, sizeof *m.ids);
    struct files_source src = {.open = open_object, .check = object_unchanged, .ctx = &m};
    rc = o->files->ops->put(o->files, m.files, m.n, &src, NULL, p);
    moving_release(&m);
    return rc;
}

static int objects_get(struct odb *odb, struct cache *to, struct odb_item *items, size_t n,
                       struct progress *p) {
    struct objects *o = objects_of(odb);
    struct moving m;

    for (size_t i = 0; i < n; i++) {
        items[i].rc = 0;
    }
    moving_init(&m, o, to, items, n); /* all of them, for none has failed */
    int rc = files_intake(o->files, m.files, to, items, n, NULL, p);
    moving_release(&m);
    return rc;
}

struct lister {
    const struct objects *o;
    odb_list_fn *fn;
    void *ctx;
};

static int tell_object(void *ctx, const struct files_item *item) {
    const struct lister *l = ctx;
    struct digest d;

    return presence_digest(&d, l->o->layout, l->o->algo, item->key) ? l->fn(l->ctx, &d, item->size)
                                                                    : 0;
}

static int objects_list(struct odb *odb, odb_list_fn *fn, void *ctx) {
    struct objects *o = objects_of(odb);
    struct lister l = {.o = o, .fn = fn, .ctx = ctx};

    if (!o->files->ops->list) {
        return err_set(ERR_UNSUPPORTED, "remote '%s' cannot tell what it holds", odb->name);
    }
    return presence_list(o->files, o->layout, tell_object, &l);
}

static int objects_remove(struct odb *odb, const struct digest *d, size_t n) {
    struct objects *o = objects_of(odb);
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct files_item *items CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *items);

    if (!o->files->ops->remove) {
        return err_set(ERR_UNSUPPORTED, "remote '%s' cannot remove anything", odb->name);
    }
    for (size_t i = 0; i < n; i++) {
        items[i].key = object_key(arena, o, &d[i]);
    }
    int rc = o->files->ops->remove(o->files, items, n, NULL);
    for (size_t i = 0; !rc && i < n; i++) {
        if (items[i].rc && items[i].rc != ERR_NOT_FOUND) {
            rc = err_set((enum err_code)items[i].rc, "remote '%s': %s", odb->name, items[i].why);
        }
    }
    files_release(items, n);
    return rc;
}

/* ---- files outside the layout, one at a time */

static int text_begin(void *ctx, size_t i, uint64_t size, uint64_t *from) {
    (void)i;
    (void)size;
    *from = 0;
    str_clear(ctx);
    return 0;
}

static int text_write(void *ctx, size_t i, uint64_t at, const void *data, size_t len) {
    struct str *text = ctx;

    (void)i;
    if (at != text->len) {
        return err_set(ERR_FAILED, "it is too large for a file of the run cache");
    }
    str_add(text, data, len);
    return text->overflow ? err_set(ERR_FAILED, "it is too large") : 0;
}

static int text_end(void *ctx, size_t i) {
    (void)ctx;
    (void)i;
    return 0;
}

static int settle_item(struct files_item *item, int rc) {
    if (!rc && item->rc) {
        rc = err_set((enum err_code)item->rc, "%s", item->why);
    }
    files_release(item, 1);
    return rc;
}

static int objects_read_file(struct odb *odb, const char *path, const char *local_path) {
    struct objects *o = objects_of(odb);
    struct files_item item = {.key = path, .size = FILES_SIZE_UNKNOWN};
    struct str text CLEANUP(str_release) = STR_INIT;
    struct files_sink sink = {text_begin, text_write, text_end, &text};

    text.max = FILE_MAX;
    int rc = settle_item(&item, o->files->ops->get(o->files, &item, 1, &sink, NULL));
    return rc ? rc : file_write_atomic(AT_FDCWD, local_path, text.buf, text.len);
}

static int open_local(void *ctx, size_t i, int *fd) {
    const char *path = ctx;

    (void)i;
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    return *fd < 0 ? err_errno("cannot read '%s'", path) : 0;
}

static int objects_write_file(struct odb *odb, const char *path, const char *local_path) {
    struct objects *o = objects_of(odb);
    struct files_item item = {.key = path};
    struct files_source src = {.open = open_local, .ctx = (void *)(uintptr_t)local_path};

    if (!o->files->ops->put) {
        return err_set(ERR_UNSUPPORTED, "remote '%s' can only be read", odb->name);
    }
    return settle_item(&item, o->files->ops->put(o->files, &item, 1, &src, NULL, NULL));
}

struct path_lister {
    int (*fn)(void *ctx, const char *path);
    void *ctx;
};

static int tell_path(void *ctx, const struct files_item *item) {
    const struct path_lister *l = ctx;

    return path_is_hostile(item->key) ? 0 : l->fn(l->ctx, item->key);
}

static int objects_list_files(struct odb *odb, const char *prefix,
                              int (*fn)(void *ctx, const char *path), void *ctx) {
    struct objects *o = objects_of(odb);
    struct path_lister l = {fn, ctx};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct files_range range = {.prefix = arena_printf(arena, "%s/", prefix)};

    return o->files->ops->list ? o->files->ops->list(o->files, &range, 1, tell_path, &l) : 0;
}

static void objects_close(struct odb *odb) {
    files_close(objects_of(odb)->files);
    free(odb);
}

static const struct odb_ops objects_ops = {
    .exists = objects_exists,
    .put = objects_put,
    .get = objects_get,
    .list = objects_list,
    .remove = objects_remove,
    .read_file = objects_read_file,
    .write_file = objects_write_file,
    .list_files = objects_list_files,
    .close = objects_close,
};

struct odb *objects_open(struct files *f, enum hash_algo algo) {
    struct objects *o = mem_zalloc(1, sizeof *o);

    o->odb = (struct odb){.ops = &objects_ops, .name = f->name, .url = f->url, .far = true};
    o->files = f;
    o->algo = algo == HASH_NONE ? HASH_MD5 : algo;
    const char *layout = cache_layout(o->algo);
    (void)snprintf(o->layout, sizeof o->layout, "%s%s", layout, *layout ? "/" : "");
    return &o->odb;
}
