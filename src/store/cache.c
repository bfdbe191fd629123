#include "store/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "hash/batch.h"
#include "hash/hasher.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache_dir.h"
#include "store/ingest.h"
#include "store/staging.h"
#include "store/statcache.h"

const char *cache_layout(enum hash_algo algo) {
    switch (algo) {
    case HASH_MD5_DOS2UNIX:
        return "";
    case HASH_SHA256:
        return "files/sha256";
    case HASH_XXH128:
        return "files/xxh128";
    case HASH_NONE:
    case HASH_MD5:
        break;
    }
    return "files/md5";
}

int cache_open(struct cache **out, const struct cache_config *cfg) {
    struct cache *c = mem_zalloc(1, sizeof *c);
    struct str path = STR_INIT;

    c->algo = cfg->algo == HASH_NONE ? HASH_MD5 : cfg->algo;
    const char *layout = cache_layout(c->algo);
    c->flat = *layout == '\0';
    str_addf(&path, "%s%s%s", cfg->dir, c->flat ? "" : "/", layout);
    c->dir = mem_strdup(cfg->dir);
    c->label = mem_strdup(cfg->label);
    c->root_path = str_detach(&path);
    c->group_shared = cfg->group_shared;
    c->follow = cfg->follow;
    c->unsynced = cfg->unsynced;
    c->root = -1;
    c->state = cfg->state;
    *out = c;
    return 0;
}

void cache_close(struct cache *c) {
    if (!c) {
        return;
    }
    staging_close(c->staging);
    vec_release(&c->held);
    fd_closep(&c->root);
    free(c->dir);
    free(c->label);
    free(c->root_path);
    free(c);
}

void cache_closep(struct cache **c) {
    cache_close(*c);
    *c = NULL;
}

void cache_sweep(struct cache *c) {
    if (!c->swept && cache_root_ready(c)) {
        staging_sweep(c->root);
        c->swept = true;
    }
}

const char *cache_dir(const struct cache *c) {
    return c->dir;
}

const char *cache_objects(const struct cache *c) {
    return c->root_path;
}

void cache_path(const struct cache *c, const struct digest *d, struct str *out) {
    char name[OBJECT_NAME_MAX];

    str_addf(out, "%s/%s", c->root_path, object_name(name, d));
}

bool cache_has(struct cache *c, const struct digest *d) {
    struct file_id id;

    if (!cache_root_ready(c)) {
        return false;
    }
    cache_settle(c);
    return object_peek(c, d, &id);
}

static int not_there(const struct cache *c, const struct digest *d) {
    char hex[DIGEST_TEXT_MAX];

    return err_set(ERR_NOT_FOUND, "object %s is not in the %s", digest_text(hex, d), c->label);
}

int cache_open_object(int *fd, struct cache *c, const struct digest *d) {
    char hex[DIGEST_TEXT_MAX];

    *fd = cache_root_ready(c) ? object_open(c, d) : -1;
    if (*fd >= 0) {
        return 0;
    }
    if (c->root < 0 || errno == ENOENT || errno == ELOOP) {
        return not_there(c, d);
    }
    return err_errno("cannot read object %s of the %s", digest_text(hex, d), c->label);
}

static int read_whole(struct str *out, int fd, size_t max, const char *name) {
    struct stat st;

    if (fstat(fd, &st)) {
        return err_errno("cannot read object %s", name);
    }
    if (!S_ISREG(st.st_mode)) {
        return err_set(ERR_CORRUPT, "object %s is not a file", name);
    }
    return err_wrap(file_read_open(out, fd, name, max), "object");
}

int cache_read(struct str *out, struct cache *c, const struct digest *d, size_t max) {
    int fd CLEANUP(fd_closep) = -1;
    size_t before = out->len;
    char hex[DIGEST_TEXT_MAX];
    struct digest found;

    int rc = cache_open_object(&fd, c, d);
    if (!rc) {
        rc = read_whole(out, fd, max, digest_text(hex, d));
    }
    if (rc) {
        return rc;
    }
    hash_bytes(&found, d->algo, out->buf + before, out->len - before);
    found.is_dir = d->is_dir;
    if (!digest_equal(&found, d)) {
        str_truncate(out, before);
        object_set_aside(c, d);
        return err_set(ERR_CORRUPT, "object %s of the %s is damaged", hex, c->label);
    }
    return 0;
}

/* The end of the batch that starts at `from`. */
static size_t batch_end(const struct hash_item *items, size_t from, size_t n) {
    uint64_t bytes = 0;
    size_t end = from;

    while (end < n && end - from < INGEST_FILES && (end == from || bytes < INGEST_BYTES)) {
        bytes += items[end++].id.size;
    }
    return end;
}

int cache_ingest(struct cache *c, struct hash_item *items, size_t n, int dirfd,
                 struct progress *p) {
    struct hash_spec spec = {.dirfd = dirfd, .algo = cache_algo(c), .progress = p};
    int rc = cache_root_make(c);

    for (size_t from = 0; !rc && from < n;) {
        size_t end = batch_end(items, from, n);
        rc = ingest_files(c, items + from, end - from, &spec, NULL);
        from = end;
    }
    return rc;
}

int cache_remove(struct cache *c, const struct digest *d) {
    char name[OBJECT_NAME_MAX];

    if (!cache_root_ready(c)) {
        return 0;
    }
    object_name(name, d);
    if (unlinkat(c->root, name, 0) && errno != ENOENT) {
        return err_errno("cannot remove object '%s/%s'", c->root_path, name);
    }
    return 0;
}

struct listing {
    odb_list_fn *fn;
    void *ctx;
};

static int list_object(void *ctx, const struct digest *d, int fd, const char *name) {
    const struct listing *l = ctx;
    struct stat st;

    return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode)
               ? 0
               : l->fn(l->ctx, d, (uint64_t)st.st_size);
}

int cache_list(struct cache *c, odb_list_fn *fn, void *ctx) {
    struct listing l = {.fn = fn, .ctx = ctx};
    int rc = 0;

    if (!cache_root_ready(c)) {
        return 0;
    }
    for (int i = 0; !rc && i < FAN_OUT; i++) {
        rc = fan_each(c->root, c->root_path, cache_algo(c), (uint8_t)i, list_object, &l);
    }
    return rc;
}
