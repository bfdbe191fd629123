#include "data/cat.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/source.h"
#include "data/source_files.h"
#include "git/gittree.h"
#include "model/repo.h"
#include "os/file.h"
#include "os/stat.h"
#include "store/cache.h"

#define PART           ((size_t)256 << 10)
#define FILE_MAX_BYTES ((size_t)4 << 30) /* of a file in Git */

static int pass_on(int fd, const char *shown, cat_fn *fn, void *ctx) {
    char *part CLEANUP(mem_freep) = mem_alloc(PART);

    for (;;) {
        ssize_t n = fd_read(fd, part, PART);
        if (n <= 0) {
            return n < 0 ? err_errno("cannot read '%s'", shown) : 0;
        }
        int rc = fn(ctx, part, (size_t)n);
        if (rc) {
            return rc;
        }
    }
}

static int cat_object(struct data *d, const struct source_file *file, cat_fn *fn, void *ctx) {
    struct cache *cache = data_cache_for(d, (enum hash_algo)file->digest.algo);
    int fd CLEANUP(fd_closep) = -1;
    int rc = cache_open_object(&fd, cache, &file->digest);

    return rc ? rc : pass_on(fd, file->at, fn, ctx);
}

static int cat_plain(const struct source *s, const struct source_file *file, cat_fn *fn,
                     void *ctx) {
    struct str bytes CLEANUP(str_release) = STR_INIT;
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const struct repo *r = s->repo;

    if (s->commit) {
        int rc = gittree_read(&bytes, r->git, s->commit, path_join(arena, r->git_path, file->at),
                              FILE_MAX_BYTES);
        return rc ? rc : fn(ctx, bytes.buf, bytes.len);
    }
    int fd CLEANUP(fd_closep) = openat(r->root_fd, file->at, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? err_errno("cannot read '%s'", file->at) : pass_on(fd, file->at, fn, ctx);
}

/* A file whose name has a colon is meant by that name. */
static const char *split(struct arena *arena, const char *what, const char **rev) {
    const char *colon = strchr(what, ':');
    struct file_id id;

    *rev = NULL;
    if (!colon || colon == what || file_id_peek(&id, AT_FDCWD, what)) {
        return what;
    }
    *rev = arena_strndup(arena, what, (size_t)(colon - what));
    return colon + 1;
}

int data_cat(struct data *d, const char *what, cat_fn *fn, void *ctx) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct source_spec spec CLEANUP(source_spec_release) = {.url = d->repo->root};
    struct source s CLEANUP(source_release) = {0};
    struct source_files files CLEANUP(source_files_release) = {0};
    struct source_moved moved = {0};
    const char *path = split(arena, what, &spec.rev);
    int rc;

    source_spec_here(&spec, arena);
    if ((rc = source_open(&s, &spec, d->progress)) || (rc = source_path(&path, arena, &s, path)) ||
        (rc = source_look(&files, arena, &s, path))) {
        return rc;
    }
    if (files.is_dir) {
        return err_set(ERR_FAILED, "'%s' is a folder", path);
    }
    const struct source_file *file = &files.all.at[0];
    if (!file->out) {
        return cat_plain(&s, file, fn, ctx);
    }
    rc = source_fetch(&moved, arena, &s, &files, NULL, d);
    return rc ? rc : cat_object(d, file, fn, ctx);
}
