#include "store/cache_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache.h"
#include "store/folder.h"
#include "store/staging.h"
#include "store/statcache.h"

enum fan_state { FAN_UNKNOWN, FAN_PRESENT, FAN_ABSENT, FAN_UNUSABLE };

enum hash_algo cache_algo(const struct cache *c) {
    return c->algo;
}

const char *object_name(char out[OBJECT_NAME_MAX], const struct digest *d) {
    char hex[DIGEST_TEXT_MAX];

    digest_text(hex, d);
    out[0] = hex[0];
    out[1] = hex[1];
    out[2] = '/';
    memcpy(out + 3, hex + 2, strlen(hex + 2) + 1);
    return out;
}

mode_t cache_folder_mode(const struct cache *c) {
    return c->group_shared ? 02775 : 0777;
}

static int open_root(struct cache *c, bool make) {
    const char *layout = c->flat ? "" : cache_layout(c->algo);
    mode_t mode = make ? cache_folder_mode(c) : 0;
    struct str rest CLEANUP(str_release) = STR_INIT;

    if (c->follow && file_is_dir(AT_FDCWD, c->dir)) {
        return folder_open_below(&c->root, c->dir, layout, mode);
    }
    const char *base = path_base(c->dir);
    char *parent CLEANUP(mem_freep) = mem_strndup(c->dir, (size_t)(base - c->dir));
    str_addf(&rest, "%s%s%s", base, *layout ? "/" : "", layout);
    int rc = folder_open_below(&c->root, *parent ? parent : ".", rest.buf, mode);
    if (rc == ERR_FAILED && file_is_link(AT_FDCWD, c->dir)) {
        err_hint("if this link is yours, name the folder behind it: cairn cache dir <folder>");
    }
    return rc;
}

bool cache_root_ready(struct cache *c) {
    if (c->root >= 0) {
        return true;
    }
    int rc = open_root(c, false);
    if (rc) {
        if (rc != ERR_NOT_FOUND) {
            log_warn("the %s cannot be read: %s", c->label, err_text());
        }
        err_clear();
        return false;
    }
    c->network = fs_is_network(c->root);
    return true;
}

int cache_root_make(struct cache *c) {
    if (c->root < 0) {
        int rc = open_root(c, true);
        if (rc) {
            return err_wrap(rc, "%s", c->label);
        }
        c->network = fs_is_network(c->root);
        memset(c->fan, FAN_UNKNOWN, sizeof c->fan);
    }
    cache_sweep(c);
    return c->staging ? 0 : staging_open(&c->staging, c->root, c->root_path);
}

const char *fan_name(char out[3], uint8_t first_byte) {
    (void)snprintf(out, 3, "%02x", first_byte);
    return out;
}

static int read_fan(DIR *dir, const char *shown, enum hash_algo algo, uint8_t first_byte,
                    fan_fn *fn, void *ctx) {
    char text[OBJECT_NAME_MAX], again[DIGEST_TEXT_MAX];
    const struct dirent *e;
    int rc = 0;

    fan_name(text, first_byte);
    while (!rc && (errno = 0, e = readdir(dir))) {
        size_t len = strlen(e->d_name);
        struct digest d;

        if (len + 3 > DIGEST_TEXT_MAX || (e->d_type != DT_REG && e->d_type != DT_UNKNOWN)) {
            continue;
        }
        memcpy(text + 2, e->d_name, len + 1);
        if (digest_from_text(&d, algo, text) && strcmp(digest_text(again, &d), text) == 0) {
            rc = fn(ctx, &d, dirfd(dir), e->d_name);
        }
    }
    return rc || !errno ? rc : err_errno("cannot list '%s/%.2s'", shown, text);
}

int fan_each(int root, const char *shown, enum hash_algo algo, uint8_t first_byte, fan_fn *fn,
             void *ctx) {
    char name[3];
    int fd =
        openat(root, fan_name(name, first_byte), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0) {
        return errno == ENOENT || errno == ELOOP || errno == ENOTDIR
                   ? 0
                   : err_errno("cannot list '%s/%s'", shown, name);
    }
    DIR *dir = fdopendir(fd);
    if (!dir) {
        int rc = err_errno("cannot list '%s/%s'", shown, name);
        close(fd);
        return rc;
    }
    int rc = read_fan(dir, shown, algo, first_byte, fn, ctx);
    closedir(dir);
    return rc;
}

static enum fan_state fan_look(struct cache *c, uint8_t first_byte) {
    enum fan_state state = atomic_load_explicit(&c->fan[first_byte], memory_order_relaxed);
    struct stat st;
    char name[3];

    if (state != FAN_UNKNOWN) {
        return state;
    }
    if (fstatat(c->root, fan_name(name, first_byte), &st, AT_SYMLINK_NOFOLLOW)) {
        state = FAN_ABSENT;
    } else if (S_ISDIR(st.st_mode)) {
        state = FAN_PRESENT;
    } else {
        log_warn("'%s/%s' is not a folder; what is behind it is not used", c->root_path, name);
        state = FAN_UNUSABLE;
    }
    atomic_store_explicit(&c->fan[first_byte], (uint8_t)state, memory_order_relaxed);
    return state;
}

/* Another process may have added objects since the last batch. */
void cache_settle(struct cache *c) {
    for (size_t i = 0; i < FAN_OUT; i++) {
        if (atomic_load_explicit(&c->fan[i], memory_order_relaxed) == FAN_ABSENT) {
            atomic_store_explicit(&c->fan[i], FAN_UNKNOWN, memory_order_relaxed);
        }
    }
}

static bool has_table(struct cache *c) {
    if (!c->objects && c->state) {
        c->objects = statcache_objects(c->state, c->root_path);
    }
    return c->objects != NULL;
}

void cache_settle_trust(struct cache *c) {
    cache_settle(c);
    if (has_table(c)) {
        stat_table_settle(c->objects);
    }
}

int cache_fan_make(struct cache *c, uint8_t first_byte) {
    struct str shown CLEANUP(str_release) = STR_INIT;
    int fd CLEANUP(fd_closep) = -1;
    char name[3];

    if (fan_look(c, first_byte) == FAN_PRESENT) {
        return 0;
    }
    fan_name(name, first_byte);
    str_addf(&shown, "%s/%s", c->root_path, name);
    int rc = folder_open(&fd, c->root, name, cache_folder_mode(c), shown.buf);
    if (!rc) {
        atomic_store_explicit(&c->fan[first_byte], FAN_PRESENT, memory_order_relaxed);
    }
    return rc;
}

bool object_peek(struct cache *c, const struct digest *d, struct file_id *id) {
    char name[OBJECT_NAME_MAX];
    struct stat st;

    if (c->root < 0 || d->len == 0 || fan_look(c, d->byte[0]) != FAN_PRESENT) {
        return false;
    }
    if (fstatat(c->root, object_name(name, d), &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode)) {
        return false;
    }
    file_id_from_stat(id, &st);
    return true;
}

bool object_trusted(const struct cache *c, const struct digest *d, const struct file_id *id) {
    return c->objects && stat_table_has(c->objects, d, id);
}

void object_note(struct cache *c, const struct digest *d, const struct file_id *id) {
    if (has_table(c)) {
        stat_table_put(c->objects, "", id, d);
    }
}

int object_open(struct cache *c, const struct digest *d) {
    char name[OBJECT_NAME_MAX];

    if (c->root < 0 || fan_look(c, d->byte[0]) != FAN_PRESENT) {
        errno = ENOENT;
        return -1;
    }
    return openat(c->root, object_name(name, d), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

bool object_holds(struct cache *c, const struct digest *d, const void *data, size_t len) {
    int fd CLEANUP(fd_closep) = object_open(c, d);
    const char *want = data;
    char block[16384];
    size_t at = 0;

    if (fd < 0) {
        return false;
    }
    for (;;) {
        ssize_t got = fd_read(fd, block, sizeof block);
        if (got <= 0) {
            return got == 0 && at == len;
        }
        if ((size_t)got > len - at || memcmp(block, want + at, (size_t)got) != 0) {
            return false;
        }
        at += (size_t)got;
    }
}

void object_set_aside(struct cache *c, const struct digest *d) {
    char name[OBJECT_NAME_MAX], aside[OBJECT_NAME_MAX];

    object_name(name, d);
    memcpy(aside, name, sizeof name);
    memcpy(aside + strlen(name), ".corrupt", sizeof ".corrupt");
    if (renameat(c->root, name, c->root, aside)) {
        log_warn("object %s/%s is damaged and cannot be set aside: %s", c->root_path, name,
                 strerror(errno));
    } else {
        log_warn("object %s/%s is damaged; it was renamed to %s", c->root_path, name,
                 path_base(aside));
    }
}

int object_publish(struct cache *c, const struct digest *d, uint64_t number) {
    char name[OBJECT_NAME_MAX], buf[STAGING_NAME_MAX];
    const char *staged = staging_name(buf, number);

    object_name(name, d);
    for (int i = 0;; i++) {
        int rc = cache_fan_make(c, d->byte[0]);
        if (rc) {
            return rc;
        }
        if (!renameat(staging_fd(c->staging), staged, c->root, name)) {
            return 0;
        }
        if (errno != ENOENT || i > 0) {
            return err_errno("cannot store object '%s/%s'", c->root_path, name);
        }
        /* The folder we saw was removed meanwhile. */
        atomic_store_explicit(&c->fan[d->byte[0]], FAN_UNKNOWN, memory_order_relaxed);
    }
}

int cache_sync_folders(struct cache *c, const bool touched[FAN_OUT]) {
    char name[3];

    if (!c->network) {
        return fs_sync(c->root);
    }
    for (size_t i = 0; i < FAN_OUT; i++) {
        int rc = touched[i] ? dir_sync(c->root, fan_name(name, (uint8_t)i)) : 0;
        if (rc) {
            return rc;
        }
    }
    return dir_sync(c->root, ".");
}
