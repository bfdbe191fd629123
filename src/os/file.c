#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/temp.h"

#define READ_STEP 65536

void fd_closep(int *fd) {
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

static int read_regular(struct str *out, int fd, const char *path, size_t max) {
    struct stat st;
    size_t had = out->len;

    if (fstat(fd, &st) != 0) {
        return err_errno("cannot read '%s'", path);
    }
    if (!S_ISREG(st.st_mode)) {
        return err_set(ERR_INVALID, "'%s' is not a regular file", path);
    }
    if ((uintmax_t)st.st_size > max) {
        return err_set(ERR_INVALID, "'%s' has %jd bytes; the limit is %zu", path,
                       (intmax_t)st.st_size, max);
    }
    str_reserve(out, (size_t)st.st_size + 1);
    for (;;) {
        ssize_t n;

        str_reserve(out, out->cap - out->len > 1 ? out->cap - out->len - 1 : READ_STEP);
        n = read(fd, out->buf + out->len, out->cap - out->len - 1);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_errno("cannot read '%s'", path);
        }
        out->len += (size_t)n;
        out->buf[out->len] = '\0';
        if (n == 0) {
            return 0;
        }
        if (out->len - had > max) {
            return err_set(ERR_INVALID, "'%s' grew past %zu bytes", path, max);
        }
    }
}

int file_read(struct str *out, int dirfd, const char *path, size_t max) {
    /* O_NONBLOCK: a FIFO must not hold us. */
    CLEANUP(fd_closep) int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0) {
        return err_errno("cannot read '%s'", path);
    }
    return read_regular(out, fd, path, max);
}

int file_write_all(int fd, const void *data, size_t len) {
    const char *at = data;

    while (len > 0) {
        ssize_t n = write(fd, at, len);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_errno("cannot write");
        }
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Writes, gives the mode of the file that will be replaced, and closes. */
static int fill_temp(int fd, int dirfd, const char *path, const void *data, size_t len, bool sync) {
    struct stat st;
    int rc = file_write_all(fd, data, len);

    if (rc == 0 && fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
        fchmod(fd, st.st_mode & 07777) != 0) {
        rc = err_errno("cannot set the mode");
    }
    if (rc == 0 && sync && fsync(fd) != 0) {
        rc = err_errno("cannot sync");
    }
    if (close(fd) != 0 && rc == 0) {
        rc = err_errno("cannot write");
    }
    return rc;
}

static int write_renamed(int dirfd, const char *path, const void *data, size_t len, bool sync) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    const char *dir = path_dir(arena, path), *temp;
    char name[TEMP_NAME_MAX];
    int fd, rc;

    rc = temp_open(&fd, name, dirfd, dir);
    if (rc != 0) {
        return err_wrap(rc, "cannot write '%s'", path);
    }
    temp = path_join(arena, dir, name);
    rc = fill_temp(fd, dirfd, path, data, len, sync);
    if (rc == 0 && renameat(dirfd, temp, dirfd, path) != 0) {
        rc = err_errno("cannot replace it");
    }
    if (rc != 0) {
        (void)unlinkat(dirfd, temp, 0);
        return err_wrap(rc, "'%s'", path);
    }
    return sync ? dir_sync(dirfd, dir[0] != '\0' ? dir : ".") : 0;
}

int file_write_atomic(int dirfd, const char *path, const void *data, size_t len) {
    return write_renamed(dirfd, path, data, len, true);
}

int file_write_replace(int dirfd, const char *path, const void *data, size_t len) {
    return write_renamed(dirfd, path, data, len, false);
}

bool file_exists(int dirfd, const char *path) {
    struct stat st;

    return fstatat(dirfd, path, &st, 0) == 0;
}

bool file_is_dir(int dirfd, const char *path) {
    struct stat st;

    return fstatat(dirfd, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

bool file_is_link(int dirfd, const char *path) {
    struct stat st;

    return fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
}

int dir_make(int dirfd, const char *path, mode_t mode) {
    CLEANUP(arena_freep) struct arena *arena = NULL;
    char *copy, *slash;

    if (path[0] == '\0' || mkdirat(dirfd, path, mode) == 0) {
        return 0;
    }
    if (errno == EEXIST) {
        return file_is_dir(dirfd, path) ? 0 : err_errno("cannot make the folder '%s'", path);
    }
    if (errno != ENOENT) {
        return err_errno("cannot make the folder '%s'", path);
    }
    arena = arena_new();
    copy = arena_strdup(arena, path);
    for (slash = copy + (copy[0] == '/'); (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        if (mkdirat(dirfd, copy, mode) != 0 && errno != EEXIST && errno != EROFS &&
            errno != EISDIR) {
            return err_errno("cannot make the folder '%s'", copy);
        }
        *slash = '/';
    }
    if (mkdirat(dirfd, path, mode) != 0 && errno != EEXIST) {
        return err_errno("cannot make the folder '%s'", path);
    }
    return 0;
}

int file_remove(int dirfd, const char *path) {
    if (unlinkat(dirfd, path, 0) != 0 && errno != ENOENT) {
        return err_errno("cannot remove '%s'", path);
    }
    return 0;
}

/* Empties the folder `fd` (taken over), going down by descriptors, so that no link is ever followed. */
static int empty_dir(int fd, const char *path, int depth) {
    DIR *dir = fdopendir(fd);
    struct dirent *e;
    int rc = 0;

    if (dir == NULL) {
        rc = err_errno("cannot read the folder '%s'", path);
        (void)close(fd);
        return rc;
    }
    while (rc == 0 && (e = readdir(dir)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
            continue;
        }
        if (unlinkat(dirfd(dir), e->d_name, 0) == 0 || errno == ENOENT) {
            continue;
        }
        if (errno != EISDIR && errno != EPERM) {
            rc = err_errno("cannot remove '%s/%s'", path, e->d_name);
        } else if (depth > 4000) {
            rc = err_set(ERR_FAILED, "'%s' is too deep to be removed", path);
        } else {
            int sub =
                openat(dirfd(dir), e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

            rc = sub < 0 ? err_errno("cannot remove '%s/%s'", path, e->d_name)
                         : empty_dir(sub, path, depth + 1);
            if (rc == 0 && unlinkat(dirfd(dir), e->d_name, AT_REMOVEDIR) != 0 && errno != ENOENT) {
                rc = err_errno("cannot remove '%s/%s'", path, e->d_name);
            }
        }
    }
    (void)closedir(dir);
    return rc;
}

int dir_remove_tree(int dirfd, const char *path) {
    int fd, rc;

    if (unlinkat(dirfd, path, 0) == 0 || errno == ENOENT) {
        return 0;
    }
    fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return err_errno("cannot remove '%s'", path);
    }
    rc = empty_dir(fd, path, 0);
    if (rc == 0 && unlinkat(dirfd, path, AT_REMOVEDIR) != 0 && errno != ENOENT) {
        rc = err_errno("cannot remove '%s'", path);
    }
    return rc;
}

void dir_prune(int dirfd, const char *path) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();

    while (path[0] != '\0' && unlinkat(dirfd, path, AT_REMOVEDIR) == 0) {
        path = path_dir(arena, path);
    }
}

int dir_sync(int dirfd, const char *path) {
    CLEANUP(fd_closep) int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0) {
        return err_errno("cannot sync the folder '%s'", path);
    }
    /* Some file systems cannot sync a folder and say so by EINVAL. */
    if (fsync(fd) != 0 && errno != EINVAL) {
        return err_errno("cannot sync the folder '%s'", path);
    }
    return 0;
}

bool fs_is_network(int fd) {
    /* From statfs(2): NFS, SMB (three generations), 9P, FUSE, Lustre, Ceph, AFS, GPFS, BeeGFS, OCFS2. */
    static const unsigned long magic[] = {0x6969,     0x517b,     0xff534d42, 0xfe534d42,
                                          0x01021997, 0x65735546, 0x0bd00bd0, 0x00c36400,
                                          0x5346414f, 0x47504653, 0x19830326, 0x7461636f};
    struct statfs fs;
    size_t i;

    if (fstatfs(fd, &fs) != 0) {
        return false;
    }
    for (i = 0; i < COUNT_OF(magic); i++) {
        if (((unsigned long)fs.f_type & 0xffffffffUL) == magic[i]) {
            return true;
        }
    }
    return false;
}

int fs_sync(int fd) {
    if (fs_is_network(fd)) {
        return 0;
    }
    return syncfs(fd) != 0 ? err_errno("cannot sync the file system") : 0;
}

uint64_t fs_free_bytes(int fd) {
    struct statvfs fs;

    return fstatvfs(fd, &fs) == 0 ? (uint64_t)fs.f_bavail * fs.f_frsize : UINT64_MAX;
}

char *file_real_path(struct arena *arena, const char *path) {
    char buf[PATH_MAX];

    return realpath(path, buf) != NULL ? arena_strdup(arena, buf) : NULL;
}

char *dir_current(struct arena *arena) {
    char buf[PATH_MAX];

    return getcwd(buf, sizeof buf) != NULL ? arena_strdup(arena, buf) : NULL;
}
