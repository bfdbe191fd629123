#include "data/get_url.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "data/url_source.h"
#include "job/progress.h"
#include "job/walk.h"
#include "os/beneath.h"
#include "os/file.h"
#include "os/link.h"
#include "os/stat.h"
#include "os/temp.h"
#include "remote/files.h"
#include "store/landing.h"

/* Files into the folder root_fd; `name` there is the file or the folder that the url means. */
struct getting {
    struct arena *arena;
    struct url_source *source;
    int root_fd;
    const char *name;
    struct progress *progress;
    struct landing *landing;
    struct walk walk; /* of a folder here */
};

static const char *target(const struct getting *g, const char *below) {
    return below[0] ? path_join(g->arena, g->name, below) : g->name;
}

/* ---- across a network */

static int begin(void *ctx, size_t i, uint64_t size, uint64_t *from) {
    struct getting *g = ctx;

    *from = 0;
    return landing_begin(g->landing, i, size);
}

static int write_part(void *ctx, size_t i, uint64_t at, const void *data, size_t len) {
    return landing_write(((struct getting *)ctx)->landing, i, at, data, len);
}

static int end(void *ctx, size_t i) {
    return landing_end(((struct getting *)ctx)->landing, i);
}

static int get_files(struct getting *g) {
    struct url_source *s = g->source;
    size_t n = s->files.len;
    struct files_item *items CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *items);
    const char **paths = arena_alloc(g->arena, (n + 1) * sizeof *paths);
    const struct files_sink sink = {begin, write_part, end, g};
    uint64_t bytes = 0;

    for (size_t i = 0; i < n; i++) {
        const struct url_file *f = &s->files.at[i];
        items[i] = (struct files_item){.key = f->path, .version = f->version, .size = f->size};
        paths[i] = target(g, f->path);
        bytes += f->size == UINT64_MAX ? 0 : f->size;
    }
    progress_phase(g->progress, "Fetching", n, bytes);
    int rc = landing_open(&g->landing, g->root_fd, paths, n);
    if (rc) {
        return rc;
    }
    rc = s->place.files->ops->get(s->place.files, items, n, &sink, g->progress);
    landing_close(g->landing);
    rc = rc ? rc : url_source_failure(s, items);
    files_release(items, n);
    return rc;
}

/* ---- here */

static int copy_bytes(int from_fd, const char *from, int to) {
    int fd CLEANUP(fd_closep) = openat(from_fd, from, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return err_errno("cannot read '%s'", from);
    }
    return fd_clone(fd, to) ? 0 : fd_copy(fd, to);
}

/* A copy beside its name, then its name. */
static int copy_file(struct getting *g, int from_fd, const char *from, const char *to) {
    int folder CLEANUP(fd_closep) = -1, fd CLEANUP(fd_closep) = -1;
    char name[TEMP_NAME_MAX];
    int rc = beneath_parent(&folder, g->root_fd, to, true);

    if (rc || (rc = temp_open(&fd, name, folder, ""))) {
        return rc;
    }
    rc = copy_bytes(from_fd, from, fd);
    if (!rc && renameat(folder, name, folder, path_base(to))) {
        rc = err_errno("cannot write '%s'", to);
    }
    if (rc) {
        struct err_chain *outer CLEANUP(err_restore) = err_hold();
        if (file_remove(folder, name)) {
            err_clear();
        }
    }
    return rc;
}

static int copy_entry(struct getting *g, int from_fd, const char *below) {
    if (path_is_hostile(below)) {
        return err_set(ERR_FAILED, "'%s' has a file '%s', which cannot be one elsewhere",
                       g->source->url, below);
    }
    return copy_file(g, from_fd, below, target(g, below));
}

static int copy_all(struct getting *g) {
    const char *from = g->source->place.path;
    int rc;

    if (!g->source->is_dir) {
        progress_phase(g->progress, "Copying", 1, 0);
        return copy_file(g, AT_FDCWD, from, g->name);
    }
    int from_fd CLEANUP(fd_closep) = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (from_fd < 0) {
        return err_errno("cannot read the folder '%s'", from);
    }
    if ((rc = walk_tree(&g->walk, g->arena, from_fd, "", NULL, NULL))) {
        return rc;
    }
    progress_phase(g->progress, "Copying", g->walk.len, 0);
    rc = beneath_mkdir(g->root_fd, g->name);
    for (size_t i = 0; !rc && i < g->walk.len; i++) {
        rc = copy_entry(g, from_fd, g->walk.at[i].path);
        progress_add(g->progress, 1, g->walk.at[i].id.size);
    }
    return rc;
}

/* Splits the target into a folder, which is made, and a name in it. */
static int open_target(struct getting *g, const struct url_asked *a, const char *out, bool force) {
    const char *path = out ? path_join(g->arena, a->from, out) : a->from;
    const char *own = url_source_name(g->source);
    struct file_id id;
    int rc;

    if (!out || file_is_dir(AT_FDCWD, path)) {
        if (!*own) {
            return err_set(ERR_FAILED, "'%s' says no name for what is there: name the output",
                           g->source->url);
        }
        path = path_join(g->arena, path, own);
    }
    path = path_normal(g->arena, path);
    if (!force && file_id_peek(&id, AT_FDCWD, path)) {
        return err_set(ERR_EXISTS, "'%s' is there already. Use `-f` to force.", out ? out : own);
    }
    const char *folder = path_dir(g->arena, path);
    folder = folder[0] ? folder : "/";
    g->name = path_base(path);
    if ((rc = dir_make(AT_FDCWD, folder, 0777))) {
        return rc;
    }
    g->root_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return g->root_fd < 0 ? err_errno("cannot open the folder '%s'", folder) : 0;
}

int data_get_url(struct repo *r, const struct url_asked *a, const char *out, bool force,
                 struct progress *p) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct url_source source CLEANUP(url_source_release) = {0};
    struct getting g = {.arena = arena, .source = &source, .root_fd = -1, .progress = p};
    int rc = url_source_open(&source, arena, r, a);

    rc = rc ? rc : url_source_look(&source);
    if (!rc && !source.exists) {
        rc = url_source_missing(&source);
    }
    rc = rc ? rc : open_target(&g, a, out, force);
    if (!rc) {
        rc = source.place.path ? copy_all(&g) : get_files(&g);
    }
    walk_release(&g.walk);
    fd_closep(&g.root_fd);
    return rc;
}
