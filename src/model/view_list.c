#include "model/view.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "git/gittree.h"
#include "model/ignore.h"
#include "model/repo.h"
#include "os/file.h"

#define ANY_X (S_IXUSR | S_IXGRP | S_IXOTH)

struct lister {
    struct view_entries *out;
    struct arena *arena;
    const struct view *view;
    struct ignore *rules;
    const char *path;
    bool sizes;
};

static int compare_entries(const void *a, const void *b) {
    return strcmp(((const struct view_entry *)a)->name, ((const struct view_entry *)b)->name);
}

static bool ignored(const struct lister *l, const char *name, bool is_dir) {
    return ignore_path(l->rules, path_join(l->arena, l->path, name), is_dir, NULL);
}

/* False for what vanished meanwhile. */
static bool look(struct view_entry *e, int dirfd, unsigned char type, bool sizes) {
    struct stat st;

    if (!sizes && type != DT_UNKNOWN) {
        e->is_dir = type == DT_DIR;
        return true;
    }
    if (fstatat(dirfd, e->name, &st, AT_SYMLINK_NOFOLLOW)) {
        return false;
    }
    e->is_dir = S_ISDIR(st.st_mode);
    e->isexec = S_ISREG(st.st_mode) && (st.st_mode & ANY_X) != 0;
    if (S_ISLNK(st.st_mode) && fstatat(dirfd, e->name, &st, 0)) {
        st.st_size = 0; /* leads nowhere */
    }
    e->size = (uint64_t)st.st_size;
    return true;
}

static int list_workspace(struct lister *l) {
    const struct repo *r = l->view->repo;
    const struct dirent *d;
    int fd = openat(r->root_fd, l->path[0] ? l->path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        int rc = err_errno("cannot read the folder '%s'", l->path);
        fd_closep(&fd);
        return rc;
    }
    while ((d = readdir(dir))) {
        struct view_entry e = {.name = d->d_name};

        if (strcmp(e.name, ".") == 0 || strcmp(e.name, "..") == 0 ||
            !look(&e, fd, d->d_type, l->sizes) || ignored(l, e.name, e.is_dir)) {
            continue;
        }
        e.name = arena_strdup(l->arena, e.name);
        vec_push(l->out, e);
    }
    (void)closedir(dir);
    return 0;
}

static int take_entry(void *ctx, const char *name, bool is_dir, unsigned mode, uint64_t size) {
    struct lister *l = ctx;

    if (!ignored(l, name, is_dir)) {
        struct view_entry e = {.name = arena_strdup(l->arena, name),
                               .is_dir = is_dir,
                               .isexec = S_ISREG(mode) && (mode & ANY_X),
                               .size = size};
        vec_push(l->out, e);
    }
    return 0;
}

int view_list(struct view_entries *out, struct arena *arena, const struct view *v,
              struct ignore *rules, const char *path, bool sizes) {
    struct lister l = {
        .out = out, .arena = arena, .view = v, .rules = rules, .path = path, .sizes = sizes};
    const char *git_path = path_join(arena, v->repo->git_path, path);
    int rc = v->commit ? gittree_list(v->repo->git, v->commit, git_path, sizes, take_entry, &l)
                       : list_workspace(&l);

    if (out->len > 1) {
        qsort(out->at, out->len, sizeof *out->at, compare_entries);
    }
    return rc;
}
