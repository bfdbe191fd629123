#include "os/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "os/file.h"

int beneath_check(const char *path) {
    if (path[0] == '\0' || path_is_absolute(path) || path_is_hostile(path)) {
        return err_set(ERR_FAILED, "'%s' is not a path that may be written in this repository",
                       path);
    }
    return 0;
}

/* Component by component, where the kernel (or a container's filter) has no openat2. */
static int walk_open(int root_fd, const char *path, int flags, mode_t mode) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    char *rest = arena_strdup(arena, path), *slash;
    int at = root_fd, next;

    while ((slash = strchr(rest, '/')) != NULL) {
        *slash = '\0';
        next = openat(at, rest, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (at != root_fd) {
            int kept = errno;

            (void)close(at);
            errno = kept;
        }
        if (next < 0) {
            return -1;
        }
        at = next;
        rest = slash + 1;
    }
    next = openat(at, rest, flags, mode);
    if (at != root_fd) {
        int kept = errno;

        (void)close(at);
        errno = kept;
    }
    return next;
}

/* As open(2): -1 and errno. */
static int open_below(int root_fd, const char *path, int flags, mode_t mode) {
    struct open_how how = {
        .flags = (uint64_t)(flags | O_NOFOLLOW | O_CLOEXEC),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int fd;

    do {
        fd = (int)syscall(SYS_openat2, root_fd, path, &how, sizeof how);
    } while (fd < 0 && (errno == EAGAIN || errno == EINTR));
    if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
        fd = walk_open(root_fd, path, flags | O_NOFOLLOW | O_CLOEXEC, mode);
    }
    return fd;
}

static int refused(const char *path) {
    if (errno == ELOOP || errno == EXDEV) {
        return err_set(
            ERR_FAILED,
            "'%s' leads through a symbolic link; nothing is written or deleted behind one", path);
    }
    return err_errno("'%s'", path);
}

int beneath_open(int *fd, int root_fd, const char *path, int flags, mode_t mode) {
    int rc = beneath_check(path);

    if (rc != 0) {
        return rc;
    }
    *fd = open_below(root_fd, path, flags, mode);
    return *fd < 0 ? refused(path) : 0;
}

int beneath_mkdir(int root_fd, const char *path) {
    CLEANUP(fd_closep) int fd = -1;
    CLEANUP(fd_closep) int parent = -1;
    int rc = beneath_check(path);

    if (rc != 0) {
        return rc;
    }
    fd = open_below(root_fd, path, O_PATH | O_DIRECTORY, 0);
    if (fd >= 0) {
        return 0;
    }
    if (errno != ENOENT) {
        return refused(path);
    }
    rc = beneath_parent(&parent, root_fd, path, true);
    if (rc == 0 && mkdirat(parent, path_base(path), 0777) != 0 && errno != EEXIST) {
        rc = err_errno("cannot make the folder '%s'", path);
    }
    return rc;
}

int beneath_parent(int *fd, int root_fd, const char *path, bool make) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const char *dir = path_dir(arena, path);
    int rc = beneath_check(path);

    if (rc != 0) {
        return rc;
    }
    if (dir[0] == '\0') {
        *fd = openat(root_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        return *fd < 0 ? err_errno("'%s'", path) : 0;
    }
    *fd = open_below(root_fd, dir, O_RDONLY | O_DIRECTORY, 0);
    if (*fd < 0 && errno == ENOENT && make) {
        rc = beneath_mkdir(root_fd, dir);
        if (rc != 0) {
            return rc;
        }
        *fd = open_below(root_fd, dir, O_RDONLY | O_DIRECTORY, 0);
    }
    return *fd < 0 ? refused(path) : 0;
}

/* Opens the parent for a removal; *gone when there is nothing to remove. */
static int parent_of_gone(int *fd, int root_fd, const char *path, bool *gone) {
    int rc = beneath_parent(fd, root_fd, path, false);

    *gone = rc == ERR_NOT_FOUND;
    if (*gone) {
        err_clear();
        rc = 0;
    }
    return rc;
}

int beneath_remove(int root_fd, const char *path) {
    CLEANUP(fd_closep) int parent = -1;
    bool gone;
    int rc = parent_of_gone(&parent, root_fd, path, &gone);

    if (rc != 0 || gone) {
        return rc;
    }
    return err_wrap(file_remove(parent, path_base(path)), "'%s'", path);
}

int beneath_remove_tree(int root_fd, const char *path) {
    CLEANUP(fd_closep) int parent = -1;
    bool gone;
    int rc = parent_of_gone(&parent, root_fd, path, &gone);

    if (rc != 0 || gone) {
        return rc;
    }
    return err_wrap(dir_remove_tree(parent, path_base(path)), "'%s'", path);
}

int beneath_write(int root_fd, const char *path, const void *data, size_t len) {
    CLEANUP(fd_closep) int parent = -1;
    int rc = beneath_parent(&parent, root_fd, path, true);

    if (rc != 0) {
        return rc;
    }
    return err_wrap(file_write_atomic(parent, path_base(path), data, len), "'%s'", path);
}
