#include "os/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "os/file.h"
#include "os/write_round.h"

/* Known once a walk has succeeded where openat2 was refused: an old kernel, or a container's
 * filter. */
static atomic_bool openat2_missing;

int beneath_check(const char *path) {
    if (path_is_hostile(path)) {
        return err_set(ERR_FAILED, "'%s' is not a path that may be written in this repository",
                       path);
    }
    return 0;
}

/* openat of one component; a link gives ELOOP, whatever `flags` ask for. */
static int open_component(int at, const char *name, int flags, mode_t mode) {
    int fd = openat(at, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0 && errno == ENOTDIR) {
        errno = file_is_link(at, name) ? ELOOP : ENOTDIR;
    }
    return fd;
}

/* The folder made of the first `len` bytes of path, component by component, as O_PATH; makes
 * missing ones if `make`. -1 and errno. */
static int walk_down(int root_fd, const char *path, size_t len, bool make) {
    int at = openat(root_fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (const char *rest = path; at >= 0 && rest < path + len;) {
        char name[NAME_MAX + 1];
        size_t n = strcspn(rest, "/");
        int next = -1;
        if (n > NAME_MAX) {
            errno = ENAMETOOLONG;
        } else {
            memcpy(name, rest, n);
            name[n] = '\0';
            if (!make || mkdirat(at, name, 0777) == 0 || errno == EEXIST) {
                next = open_component(at, name, O_PATH | O_DIRECTORY, 0);
            }
        }
        int kept = errno;
        (void)close(at);
        errno = kept;
        at = next;
        rest += n + 1;
    }
    return at;
}

static int walk_open(int root_fd, const char *path, int flags, mode_t mode) {
    const char *base = path_base(path);
    CLEANUP(fd_closep) int parent = walk_down(root_fd, path, (size_t)(base - path), false);
    return parent < 0 ? -1 : open_component(parent, base, flags, mode);
}

/* As open(2): -1 and errno. */
static int open_below(int root_fd, const char *path, int flags, mode_t mode) {
    struct open_how how = {
        .flags = (uint64_t)(flags | O_NOFOLLOW | O_CLOEXEC),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    if (atomic_load_explicit(&openat2_missing, memory_order_relaxed)) {
        return walk_open(root_fd, path, flags, mode);
    }
    int fd;
    do {
        fd = (int)syscall(SYS_openat2, root_fd, path, &how, sizeof how);
    } while (fd < 0 && (errno == EAGAIN || errno == EINTR));
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
        fd = walk_open(root_fd, path, flags, mode);
        if (fd >= 0) {
            atomic_store_explicit(&openat2_missing, true, memory_order_relaxed);
        }
    }
    return fd;
}

/* The error of an open of `path` that has failed with errno. */
static int refused(int root_fd, const char *path) {
    int failed = errno;
    bool link = failed == ENOTDIR && file_is_link(root_fd, path);
    if (link || failed == ELOOP || failed == EXDEV) {
        return err_set(ERR_FAILED,
                       "'%s' leads through a symbolic link, and nothing is changed behind one",
                       path);
    }
    errno = failed;
    return err_errno("'%s'", path);
}

int beneath_open(int *fd, int root_fd, const char *path, int flags, mode_t mode) {
    int rc = beneath_check(path);
    if (rc) {
        return rc;
    }
    *fd = open_below(root_fd, path, flags, mode);
    return *fd < 0 ? refused(root_fd, path) : 0;
}

int beneath_parent(int *fd, int root_fd, const char *path, bool make) {
    int rc = beneath_check(path);
    if (rc) {
        return rc;
    }
    const char *base = path_base(path);
    if (base == path) {
        *fd = openat(root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return *fd < 0 ? err_errno("'%s'", path) : 0;
    }

    char dir[PATH_MAX];
    size_t len = (size_t)(base - path) - 1;
    if (len >= sizeof dir) {
        errno = ENAMETOOLONG;
        return err_errno("'%s'", path);
    }
    memcpy(dir, path, len);
    dir[len] = '\0';
    *fd = open_below(root_fd, dir, O_RDONLY | O_DIRECTORY, 0);
    if (*fd < 0 && errno == ENOENT && make) {
        CLEANUP(fd_closep) int made = walk_down(root_fd, dir, len, true);
        *fd = made < 0 ? -1 : openat(made, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    return *fd < 0 ? refused(root_fd, dir) : 0;
}

int beneath_mkdir(int root_fd, const char *path) {
    int rc = beneath_check(path);
    if (rc) {
        return rc;
    }
    CLEANUP(fd_closep) int fd = open_below(root_fd, path, O_PATH | O_DIRECTORY, 0);
    if (fd < 0 && errno == ENOENT) {
        fd = walk_down(root_fd, path, strlen(path), true);
    }
    return fd < 0 ? refused(root_fd, path) : 0;
}

/* Calls `remove` on the last component of path in its folder; fine if that is not there. */
static int remove_below(int root_fd, const char *path, int (*remove)(int dirfd, const char *name)) {
    CLEANUP(fd_closep) int parent = -1;
    int rc = beneath_parent(&parent, root_fd, path, false);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    if (rc) {
        return rc;
    }
    return err_wrap(remove(parent, path_base(path)), "'%s'", path);
}

int beneath_remove(int root_fd, const char *path) {
    return remove_below(root_fd, path, file_remove);
}

int beneath_remove_tree(int root_fd, const char *path) {
    return remove_below(root_fd, path, dir_remove_tree);
}

int beneath_rename(int root_fd, const char *from, const char *to) {
    CLEANUP(fd_closep) int from_dir = -1;
    CLEANUP(fd_closep) int to_dir = -1;
    int rc = beneath_parent(&from_dir, root_fd, from, false);
    rc = rc ? rc : beneath_parent(&to_dir, root_fd, to, true);
    rc = rc ? rc : file_rename_new(from_dir, path_base(from), to_dir, path_base(to));
    return err_wrap(rc, "'%s'", from);
}

int beneath_write(int root_fd, const char *path, const void *data, size_t len) {
    CLEANUP(fd_closep) int parent = -1;
    int rc = beneath_parent(&parent, root_fd, path, true);
    if (rc) {
        return rc;
    }
    return err_wrap(file_write_atomic(parent, path_base(path), data, len), "'%s'", path);
}

int beneath_write_round(struct write_round *w, int root_fd, const char *path, const void *data,
                        size_t len) {
    CLEANUP(fd_closep) int parent = -1;
    int rc = beneath_parent(&parent, root_fd, path, true);
    if (rc) {
        return rc;
    }
    return err_wrap(write_round_add(w, parent, path_base(path), data, len), "'%s'", path);
}
