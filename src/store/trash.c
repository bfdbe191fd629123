#include "store/trash.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache_dir.h"
#include "store/folder.h"

#define TRASH ".trash"

const char *trash_name(char out[TRASH_NAME_MAX], int64_t made_ns, int64_t until) {
    (void)snprintf(out, TRASH_NAME_MAX, "%" PRId64 ".%" PRId64, made_ns, until);
    return out;
}

/* Whether it is the name of a batch, and what it says. */
static bool read_name(const char *name, int64_t *made_ns, int64_t *until) {
    const char *dot = strchr(name, '.');
    char made[TRASH_NAME_MAX];

    if (!dot || strlen(name) >= sizeof made) {
        return false;
    }
    memcpy(made, name, (size_t)(dot - name));
    made[dot - name] = '\0';
    return num_int(made_ns, made) && num_int(until, dot + 1);
}

/* -1 if there is no trash. */
static int open_trash(struct cache *c) {
    return cache_root_ready(c)
               ? openat(c->root, TRASH, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
               : -1;
}

int trash_open(int *fd, struct cache *c, const char *batch) {
    int trash CLEANUP(fd_closep) = -1;
    int rc = folder_open(&trash, c->root, TRASH, cache_folder_mode(c), c->root_path);

    return rc ? rc : folder_open(fd, trash, batch, cache_folder_mode(c), c->root_path);
}

int trash_put(int batch, struct cache *c, const struct digest *d) {
    char name[OBJECT_NAME_MAX], fan[3];

    object_name(name, d);
    for (int tried = 0;; tried++) {
        if (renameat(c->root, name, batch, name) == 0) {
            return 0;
        }
        struct file_id id;
        bool gone = errno == ENOENT && !file_id_peek(&id, c->root, name);
        if (gone) {
            return 0;
        }
        if (errno != ENOENT || tried > 0) {
            return err_errno("cannot move object '%s/%s' to the trash", c->root_path, name);
        }
        int made CLEANUP(fd_closep) = -1;
        int rc = folder_open(&made, batch, fan_name(fan, d->byte[0]), cache_folder_mode(c),
                             c->root_path);
        if (rc) {
            return rc;
        }
    }
}

bool trash_newest(char out[TRASH_NAME_MAX], struct cache *c) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};
    int fd CLEANUP(fd_closep) = open_trash(c);
    int64_t newest = INT64_MIN, made, until;

    if (fd >= 0) {
        folder_names(&names, arena, fd);
    }
    for (size_t i = 0; i < names.len; i++) {
        if (read_name(names.at[i], &made, &until) && made > newest) {
            newest = made;
            trash_name(out, made, until);
        }
    }
    return newest != INT64_MIN;
}

struct restore {
    struct cache *cache;
    bool listings;
    uint64_t *objects, *bytes;
};

/* What has come again meanwhile is not replaced. */
static int restore_one(void *ctx, const struct digest *d, int fd, const char *name) {
    const struct restore *r = ctx;
    char object[OBJECT_NAME_MAX];
    struct file_id id;

    if ((d->is_dir != 0) != r->listings || !file_id_peek(&id, fd, name)) {
        return 0;
    }
    object_name(object, d);
    if (object_peek(r->cache, d, &(struct file_id){0})) {
        return file_remove(fd, name);
    }
    int rc = cache_fan_make(r->cache, d->byte[0]);
    if (rc) {
        return rc;
    }
    if (renameat(fd, name, r->cache->root, object)) {
        return err_errno("cannot bring back object '%s/%s'", r->cache->root_path, object);
    }
    *r->objects += 1;
    *r->bytes += id.size;
    return 0;
}

int trash_restore(uint64_t *objects, uint64_t *bytes, struct cache *c, const char *batch) {
    int trash CLEANUP(fd_closep) = open_trash(c), fd CLEANUP(fd_closep) = -1;
    int rc = 0;

    if (trash < 0) {
        return 0;
    }
    fd = openat(trash, batch, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? 0 : err_errno("cannot open '%s/" TRASH "'", c->root_path);
    }
    cache_settle(c);
    struct restore r = {.cache = c, .objects = objects, .bytes = bytes};
    for (int pass = 0; pass < 2; pass++) {
        r.listings = pass == 1;
        for (int i = 0; !rc && i < FAN_OUT; i++) {
            rc = fan_each(fd, c->root_path, cache_algo(c), (uint8_t)i, restore_one, &r);
        }
    }
    if (!rc) {
        rc = dir_remove_tree(trash, batch);
        unlinkat(c->root, TRASH, AT_REMOVEDIR);
    }
    return rc;
}

int trash_expire(struct cache *c, int64_t now) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};
    int fd CLEANUP(fd_closep) = open_trash(c);
    int64_t made, until;
    int rc = 0;

    if (fd < 0) {
        return 0;
    }
    folder_names(&names, arena, fd);
    for (size_t i = 0; !rc && i < names.len; i++) {
        if (read_name(names.at[i], &made, &until) && until <= now) {
            rc = dir_remove_tree(fd, names.at[i]);
        }
    }
    unlinkat(c->root, TRASH, AT_REMOVEDIR);
    return rc;
}
