#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/temp.h"

/* Open folders while a tree is removed: deeper is nothing that was made by hand. */
enum { DEPTH_MAX = 4000 };

/* Those that linux/magic.h does not have. */
enum { LUSTRE_MAGIC = 0x0bd00bd0, BEEGFS_MAGIC = 0x19830326, GPFS_MAGIC = 0x47504653 };

void fd_closep(int *fd) {
    if (*fd >= 0) {
        (void)close(*fd);
        *fd = -1;
    }
}

ssize_t fd_read(int fd, void *buf, size_t cap) {
    ssize_t n;
    do {
        n = read(fd, buf, cap);
    } while (n < 0 && errno == EINTR);
    return n;
}

ssize_t fd_read_at(int fd, void *buf, size_t cap, uint64_t at) {
    ssize_t n;
    do {
        n = pread(fd, buf, cap, (off_t)at);
    } while (n < 0 && errno == EINTR);
    return n;
}

int file_open(int *fd, int dirfd, const char *path) {
    struct stat st;

    /* O_NONBLOCK: a FIFO must not hold us. */
    *fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0 || fstat(*fd, &st)) {
        int rc = err_errno("cannot read '%s'", path);
        fd_closep(fd);
        return rc;
    }
    if (!S_ISREG(st.st_mode)) {
        fd_closep(fd);
        return err_set(ERR_INVALID, "'%s' is not a regular file", path);
    }
    return 0;
}

int file_read_open(struct str *out, int fd, const char *path, size_t max) {
    struct stat st;
    if (fstat(fd, &st)) {
        return err_errno("cannot read '%s'", path);
    }
    /* One byte more than it says, to see its end; files of /proc say 0. */
    size_t start = out->len, want = st.st_size > 0 ? (size_t)st.st_size + 1 : 4096;
    while (out->len - start <= max && (uintmax_t)st.st_size <= max) {
        str_reserve(out, want);
        ssize_t n = fd_read(fd, out->buf + out->len, out->cap - out->len - 1);
        if (n < 0) {
            return err_errno("cannot read '%s'", path);
        }
        if (n == 0) {
            return 0;
        }
        out->len += (size_t)n;
        out->buf[out->len] = '\0';
        want = 1;
    }
    return err_set(ERR_INVALID, "'%s' is larger than %zu bytes", path, max);
}

int file_read(struct str *out, int dirfd, const char *path, size_t max) {
    CLEANUP(fd_closep) int fd = -1;
    int rc = file_open(&fd, dirfd, path);

    return rc ? rc : file_read_open(out, fd, path, max);
}

int file_copy_small(const char *from, const char *to, size_t max) {
    struct str text CLEANUP(str_release) = STR_INIT;
    int rc = file_read(&text, AT_FDCWD, from, max);

    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    return rc ? rc : file_write_replace(AT_FDCWD, to, text.buf, text.len);
}

int file_create(int *fd, int dirfd, const char *path) {
    *fd = openat(dirfd, path, O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
    return *fd < 0 ? err_errno("cannot write '%s'", path) : 0;
}

int file_append(int dirfd, const char *path, const void *data, size_t len) {
    CLEANUP(fd_closep)
    int fd = openat(dirfd, path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);

    return fd < 0 ? err_errno("cannot write '%s'", path) : file_write_all(fd, data, len);
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

int file_write_at(int fd, const void *data, size_t len, uint64_t at) {
    const char *from = data;
    while (len > 0) {
        ssize_t n = pwrite(fd, from, len, (off_t)at);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_errno("cannot write");
        }
        from += n;
        at += (uint64_t)n;
        len -= (size_t)n;
    }
    return 0;
}

int file_take_mode(int fd, int dirfd, const char *path) {
    struct stat old;
    bool known = fstatat(dirfd, path, &old, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(old.st_mode);
    return known && fchmod(fd, old.st_mode & 07777) ? err_errno("cannot set the mode") : 0;
}

static int fill_temp(int fd, int dirfd, const char *path, const void *data, size_t len, bool sync) {
    int rc = file_write_all(fd, data, len);
    rc = rc ? rc : file_take_mode(fd, dirfd, path);
    if (!rc && sync && fsync(fd)) {
        rc = err_errno("cannot sync");
    }
    return rc;
}

enum renamed { RENAMED_SYNC = 1, RENAMED_FRESH = 2 };

static int write_renamed(int dirfd, const char *path, const char *temp_dir, const void *data,
                         size_t len, unsigned how) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    bool sync = (how & RENAMED_SYNC) != 0;
    char name[TEMP_NAME_MAX];
    int fd;
    int rc = temp_open_for(&fd, name, dirfd, temp_dir, path_base(path));
    if (rc) {
        return err_wrap(rc, "cannot write '%s'", path);
    }
    const char *temp = path_join(arena, temp_dir, name);
    rc = fill_temp(fd, dirfd, path, data, len, sync);
    if (!rc && how & RENAMED_FRESH) {
        rc = file_rename_new(dirfd, temp, dirfd, path);
    } else if (!rc && renameat(dirfd, temp, dirfd, path)) {
        rc = err_errno("cannot rename");
    }
    if (rc) {
        (void)unlinkat(dirfd, temp, 0);
    }
    /* With the name gone the lock may go; what was synced is not refused here any more. */
    if (close(fd) && !rc) {
        rc = err_errno("cannot write");
    }
    if (rc) {
        return err_wrap(rc, "cannot write '%s'", path);
    }
    return sync ? dir_sync(dirfd, path_dir(arena, path)) : 0;
}

int file_write_atomic(int dirfd, const char *path, const void *data, size_t len) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    return write_renamed(dirfd, path, path_dir(arena, path), data, len, RENAMED_SYNC);
}

int file_write_replace(int dirfd, const char *path, const void *data, size_t len) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    return write_renamed(dirfd, path, path_dir(arena, path), data, len, 0);
}

int file_write_from(int dirfd, const char *temp_dir, const char *path, const void *data, size_t len,
                    bool fresh) {
    return write_renamed(dirfd, path, temp_dir, data, len,
                         RENAMED_SYNC | (fresh ? RENAMED_FRESH : 0));
}

/* The mode of what is at path, 0 if there is nothing. "" is dirfd itself. */
static mode_t mode_at(int dirfd, const char *path, int flags) {
    struct stat st;
    return fstatat(dirfd, path[0] ? path : ".", &st, flags) ? 0 : st.st_mode;
}

bool file_exists(int dirfd, const char *path) {
    return mode_at(dirfd, path, 0) != 0;
}

bool file_is_dir(int dirfd, const char *path) {
    return S_ISDIR(mode_at(dirfd, path, 0));
}

bool file_is_link(int dirfd, const char *path) {
    return S_ISLNK(mode_at(dirfd, path, AT_SYMLINK_NOFOLLOW));
}

/* mkdirat for which a folder that exists is fine; 0 or -1 and errno. */
static int make_one(int dirfd, const char *path, mode_t mode) {
    if (mkdirat(dirfd, path, mode) == 0) {
        return 0;
    }
    int failed = errno;
    if (failed != ENOENT && file_is_dir(dirfd, path)) {
        return 0;
    }
    errno = failed;
    return -1;
}

int dir_make(int dirfd, const char *path, mode_t mode) {
    if (path[0] == '\0' || make_one(dirfd, path, mode) == 0) {
        return 0;
    }
    if (errno != ENOENT) {
        return err_errno("cannot make the folder '%s'", path);
    }

    CLEANUP(arena_freep) struct arena *arena = arena_new();
    char *parent = arena_strdup(arena, path);
    for (char *slash = parent; (slash = strchr(slash + 1, '/'));) {
        *slash = '\0';
        if (make_one(dirfd, parent, mode)) {
            return err_errno("cannot make the folder '%s'", parent);
        }
        *slash = '/';
    }
    return make_one(dirfd, path, mode) ? err_errno("cannot make the folder '%s'", path) : 0;
}

int file_remove(int dirfd, const char *path) {
    if (unlinkat(dirfd, path, 0) && errno != ENOENT) {
        return err_errno("cannot remove '%s'", path);
    }
    return 0;
}

/* Says errno. What is removed from NFS while it is open stays, as .nfs…, until it is closed. */
static int not_removed(int dirfd, const char *name) {
    bool in_use = errno == EBUSY || errno == ENOTEMPTY;
    int rc = err_errno("cannot remove '%s'", name);
    if (in_use && fs_is_network(dirfd)) {
        err_hint("a process may still have a file in it open: once it is closed, remove it again");
    }
    return rc;
}

static int remove_entry(int dirfd, const char *name, int depth);

/* Empties the folder fd (taken over), going down by descriptors, so that no link is ever
 * followed. */
static int empty_dir(int fd, int depth) {
    DIR *dir = fdopendir(fd);
    if (!dir) {
        fd_closep(&fd);
        return err_errno("cannot read");
    }
    int rc = 0;
    struct dirent *entry;
    while (!rc && (errno = 0, entry = readdir(dir))) {
        if (!str_eq(entry->d_name, ".") && !str_eq(entry->d_name, "..")) {
            rc = remove_entry(fd, entry->d_name, depth);
        }
    }
    if (!rc && errno) {
        rc = err_errno("cannot read");
    }
    (void)closedir(dir);
    return rc;
}

static int remove_entry(int dirfd, const char *name, int depth) {
    if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT) {
        return 0;
    }
    /* Of a folder, Linux says EISDIR and POSIX EPERM; what else is refused may not be opened
     * either. */
    int failed = errno;
    int fd = failed == EISDIR || failed == EPERM
                 ? openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                 : -1;
    if (fd < 0) {
        errno = failed == EISDIR ? errno : failed;
        return not_removed(dirfd, name);
    }
    if (depth == 0) {
        (void)close(fd);
        return err_set(ERR_FAILED, "cannot remove '%s': too deep", name);
    }
    int rc = err_wrap(empty_dir(fd, depth - 1), "'%s'", name);
    if (!rc && unlinkat(dirfd, name, AT_REMOVEDIR) && errno != ENOENT) {
        rc = not_removed(dirfd, name);
    }
    return rc;
}

int dir_remove_tree(int dirfd, const char *path) {
    return remove_entry(dirfd, path, DEPTH_MAX);
}

void dir_prune(int dirfd, const char *path) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    while (path[0] && unlinkat(dirfd, path, AT_REMOVEDIR) == 0) {
        path = path_dir(arena, path);
    }
}

int file_make_executable(int dirfd, const char *path) {
    struct stat st;
    if (fstatat(dirfd, path, &st, 0) ||
        fchmodat(dirfd, path, (st.st_mode & 07777) | (st.st_mode & 0444) >> 2, 0)) {
        return err_errno("cannot make '%s' executable", path);
    }
    return 0;
}

int rename_new(int from_dir, const char *from, int to_dir, const char *to) {
    if (renameat2(from_dir, from, to_dir, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return -1;
    }
    if (faccessat(to_dir, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return -1;
    }
    return renameat(from_dir, from, to_dir, to);
}

int file_rename_new(int from_dir, const char *from, int to_dir, const char *to) {
    return rename_new(from_dir, from, to_dir, to) ? err_errno("cannot make '%s'", to) : 0;
}

int dir_names(struct strv *out, struct arena *arena, int dirfd, const char *path) {
    int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return 0;
    }
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        int rc = err_errno("cannot read the folder '%s'", path);
        fd_closep(&fd);
        return rc;
    }
    struct dirent *entry;
    while ((errno = 0, entry = readdir(dir))) {
        if (!str_eq(entry->d_name, ".") && !str_eq(entry->d_name, "..")) {
            vec_push(out, arena_strdup(arena, entry->d_name));
        }
    }
    int rc = errno ? err_errno("cannot read the folder '%s'", path) : 0;
    (void)closedir(dir);
    strv_sort(out);
    return rc;
}

int dir_sync(int dirfd, const char *path) {
    CLEANUP(fd_closep)
    int fd = openat(dirfd, path[0] ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* Some file systems cannot sync a folder, and say so by EINVAL. */
    if (fd < 0 || (fsync(fd) && errno != EINVAL)) {
        return err_errno("cannot sync the folder '%s'", path);
    }
    return 0;
}

bool fs_is_network(int fd) {
    static const uint32_t magic[] = {
        NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,   CIFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, NCP_SUPER_MAGIC,
        V9FS_MAGIC,       FUSE_SUPER_MAGIC,  CEPH_SUPER_MAGIC, AFS_SUPER_MAGIC,  AFS_FS_MAGIC,
        CODA_SUPER_MAGIC, OCFS2_SUPER_MAGIC, BEEGFS_MAGIC,     GPFS_MAGIC,       LUSTRE_MAGIC,
    };
    struct statfs fs;
    if (fstatfs(fd, &fs)) {
        return false;
    }
    for (size_t i = 0; i < COUNT_OF(magic); i++) {
        if ((uint32_t)fs.f_type == magic[i]) {
            return true;
        }
    }
    return false;
}

int fs_sync(int fd) {
    if (fs_is_network(fd)) {
        return 0;
    }
    return syncfs(fd) ? err_errno("cannot sync the file system") : 0;
}

uint64_t fs_free_bytes(int fd) {
    struct statvfs fs;
    return fstatvfs(fd, &fs) ? UINT64_MAX : (uint64_t)fs.f_bavail * fs.f_frsize;
}

char *file_real_path(struct arena *arena, const char *path) {
    char real[PATH_MAX];
    return realpath(path, real) ? arena_strdup(arena, real) : NULL;
}

char *dir_current(struct arena *arena) {
    char path[PATH_MAX];
    return getcwd(path, sizeof path) ? arena_strdup(arena, path) : NULL;
}

void file_touch(int dirfd, const char *path) {
    (void)!utimensat(dirfd, path, NULL, 0);
}
