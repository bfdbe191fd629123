#include "git/gitstatus.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/gitexclude.h"
#include "git/gitlib.h"
#include "os/file.h"
#include "os/signal.h"

static int note_change(const char *path, unsigned status, void *ctx) {
    (void)path;
    *(bool *)ctx |= status != GIT_STATUS_CURRENT;
    return *(bool *)ctx; /* one is enough */
}

int gitstatus_changed(struct gitrepo *g, bool *yes) {
    git_status_options options = {.version = GIT_STATUS_OPTIONS_VERSION,
                                  .show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR,
                                  .flags = GIT_STATUS_OPT_NO_REFRESH};
    int rc = gitlib_index(g);

    *yes = false;
    if (rc) {
        return rc;
    }
    if (git_status_foreach_ext(g->repo, &options, note_change, yes) < 0) {
        return gitlib_error(ERR_FAILED, "cannot compare the work tree of '%s' with Git", g->root);
    }
    return 0;
}

struct untracked {
    struct gitrepo *g;
    struct arena *arena;
    struct strv *out;
    struct str path; /* of the folder being read, then of its entry */
};

static int walk_folder(struct untracked *u, int fd);

/* Symlinks are files to Git, whatever they lead to. */
static int kind_of(int dirfd, const struct dirent *e, bool *is_dir, bool *is_file) {
    struct stat st;
    unsigned type = e->d_type;

    if (type == DT_UNKNOWN) {
        if (fstatat(dirfd, e->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
            return errno == ENOENT ? 0 : err_errno("cannot look at '%s'", e->d_name);
        }
        type = IFTODT(st.st_mode);
    }
    *is_dir = type == DT_DIR;
    *is_file = type == DT_REG || type == DT_LNK;
    return 0;
}

static int walk_below(struct untracked *u, int dirfd, const char *name) {
    int fd CLEANUP(fd_closep) =
        openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0) {
        return errno == ENOENT || errno == EACCES ? 0 : err_errno("cannot read '%s'", u->path.buf);
    }
    return file_exists(fd, ".git") ? 0 : walk_folder(u, fd);
}

static int take_entry(struct untracked *u, int dirfd, const struct dirent *e) {
    bool is_dir = false, is_file = false, ignored;
    int rc = kind_of(dirfd, e, &is_dir, &is_file);

    if (rc || (!is_dir && !is_file) ||
        (is_file && git_index_get_bypath(u->g->index, u->path.buf, 0))) {
        return rc;
    }
    if ((rc = gitexclude_match(u->g, u->path.buf, is_dir, &ignored)) || ignored) {
        return rc;
    }
    if (is_dir) {
        return walk_below(u, dirfd, e->d_name);
    }
    vec_push(u->out, arena_strdup(u->arena, u->path.buf));
    return 0;
}

/* Recursion ends with the longest path a file can have. */
static int walk_folder(struct untracked *u, int fd) {
    size_t len = u->path.len;
    int copy = dup(fd), rc = cancel_check();
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    const struct dirent *e;

    if (!dir) {
        if (copy >= 0) {
            (void)close(copy);
        }
        return err_errno("cannot read the folder '%s'", u->path.buf);
    }
    while (!rc && (e = readdir(dir))) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            strcmp(e->d_name, ".git") == 0) {
            continue;
        }
        str_addf(&u->path, "%s%s", len ? "/" : "", e->d_name);
        rc = u->path.len < PATH_MAX ? take_entry(u, fd, e) : 0;
        str_truncate(&u->path, len);
    }
    (void)closedir(dir);
    return rc;
}

int gitstatus_untracked(struct strv *out, struct gitrepo *g, struct arena *arena) {
    struct untracked u = {.g = g, .arena = arena, .out = out, .path = STR_INIT};
    int rc = gitlib_index(g);

    if (rc) {
        return rc;
    }
    int fd CLEANUP(fd_closep) = open(g->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    rc = fd < 0 ? err_errno("cannot read the folder '%s'", g->root) : walk_folder(&u, fd);
    str_release(&u.path);
    strv_sort(out);
    return rc;
}
