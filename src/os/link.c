#include "os/link.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "os/file.h"
#include "os/signal.h"
#include "os/temp.h"

enum { COPY_STEP = 8 << 20 };

static const char *const type_names[] = {"reflink", "hardlink", "symlink", "copy"};

const char *link_type_name(enum link_type type) {
    return type_names[type];
}

bool link_type_from_name(enum link_type *out, const char *name) {
    for (size_t i = 0; i < COUNT_OF(type_names); i++) {
        if (str_eq(name, type_names[i])) {
            *out = (enum link_type)i;
            return true;
        }
    }
    return false;
}

static int copy_by_hand(int from, int to, off_t end) {
    char buf[64 << 10];
    for (off_t at = lseek(from, 0, SEEK_CUR); at < end;) {
        size_t left = end - at < (off_t)sizeof buf ? (size_t)(end - at) : sizeof buf;
        ssize_t n = fd_read(from, buf, left);
        if (n <= 0) {
            return n < 0 ? err_errno("cannot read") : 0;
        }
        at += n;
        int rc = file_write_all(to, buf, (size_t)n);
        if (!rc) {
            rc = cancel_check();
        }
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* Up to `end`, from where both stand. */
static int copy_extent(int from, int to, off_t at, off_t end) {
    for (bool begun = false; at < end; begun = true) {
        size_t step = end - at < COPY_STEP ? (size_t)(end - at) : COPY_STEP;
        ssize_t n = copy_file_range(from, NULL, to, NULL, step, 0);
        if (!begun && n <= 0) {
            /* Not for these file systems; and some (/proc, FUSE) answer 0 for a file that has
             * bytes. What is wrong with the descriptors shows again. */
            return copy_by_hand(from, to, end);
        }
        if (n < 0 && errno != EINTR) {
            return err_errno("cannot copy");
        }
        if (n == 0) {
            return 0; /* it became shorter */
        }
        at += n > 0 ? n : 0;
        int rc = cancel_check();
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* Moves both past the hole at `at`, if there is one; *end is that of the data that follows. True at
 * the end of the file. */
static bool next_extent(int from, int to, off_t *at, off_t *end) {
    off_t data = lseek(from, *at, SEEK_DATA);
    struct stat st;

    if (data < 0 && errno == ENXIO && !fstat(from, &st) && st.st_size > 0) {
        return true;
    }
    if (data < 0) { /* a file without size, as in /proc: read it as it comes */
        *end = INT64_MAX;
        return false;
    }
    *end = lseek(from, data, SEEK_HOLE);
    *end = *end < 0 ? INT64_MAX : *end;
    *at = data;
    (void)lseek(from, data, SEEK_SET);
    (void)lseek(to, data, SEEK_SET);
    return false;
}

/* A hole at the end is only a size. */
static int copy_size(int from, int to) {
    struct stat a, b;

    if (fstat(from, &a) || fstat(to, &b)) {
        return err_errno("cannot copy");
    }
    return S_ISREG(b.st_mode) && b.st_size < a.st_size && ftruncate(to, a.st_size)
               ? err_errno("cannot write")
               : 0;
}

int fd_copy(int from, int to) {
    off_t at = lseek(from, 0, SEEK_CUR), end;

    while (!next_extent(from, to, &at, &end)) {
        int rc = copy_extent(from, to, at, end);
        if (rc || end == INT64_MAX) {
            return rc;
        }
        if (lseek(from, 0, SEEK_CUR) < end) {
            break; /* it became shorter */
        }
        at = end;
    }
    return copy_size(from, to);
}

int fd_copy_part(int from, off_t at, off_t end, int to) {
    char buf[16384];

    while (at < end) {
        size_t want = end - at < (off_t)sizeof buf ? (size_t)(end - at) : sizeof buf;
        ssize_t n = fd_read_at(from, buf, want, (uint64_t)at);
        if (n <= 0) {
            return n < 0 ? err_errno("cannot read") : 0;
        }
        int rc = file_write_all(to, buf, (size_t)n);
        if (rc) {
            return rc;
        }
        at += n;
    }
    return 0;
}

bool fd_clone(int from, int to) {
    return ioctl(to, FICLONE, from) == 0;
}

/* The error of a link that has failed with errno. */
static int link_failed(enum link_type type, const char *name) {
    switch (errno) {
    case EXDEV:
    case EOPNOTSUPP:
    case ENOTTY:
    case EMLINK:
    case EPERM:
    case EINVAL:
    case ENOSYS: {
        char text[128];
        return err_set(ERR_UNSUPPORTED, "cannot make '%s' as a %s: %s", name, type_names[type],
                       strerror_r(errno, text, sizeof text));
    }
    default:
        return err_errno("cannot make '%s' as a %s", name, type_names[type]);
    }
}

#define MODE_OWN ((mode_t)-1)

/* That of a new file by the umask, with the x bits of the old one. */
static int own_mode(mode_t *mode, int from, int to) {
    struct stat was, is;
    if (fstat(from, &was) || fstat(to, &is)) {
        return err_errno("cannot look at the mode");
    }
    *mode = (is.st_mode & 07777) | (was.st_mode & 0111);
    return 0;
}

static int fill(enum link_type type, int from, int to, const char *name, mode_t mode) {
    if (type == LINK_REFLINK && !fd_clone(from, to)) {
        return link_failed(type, name);
    }
    int rc = type == LINK_COPY ? err_wrap(fd_copy(from, to), "'%s'", name) : 0;
    if (!rc && mode == MODE_OWN) {
        rc = own_mode(&mode, from, to);
    }
    if (!rc && fchmod(to, mode)) {
        rc = err_errno("cannot set the mode of '%s'", name);
    }
    return rc;
}

/* Onto a name that must be free, unless `replace`. */
static int make_copy(enum link_type type, int src_dirfd, const char *src, int dst_dirfd,
                     const char *name, mode_t mode, bool replace) {
    CLEANUP(fd_closep) int from = -1;
    int rc = file_open(&from, src_dirfd, src);
    if (rc) {
        return rc;
    }

    char temp[TEMP_NAME_MAX];
    int to;
    rc = temp_open(&to, temp, dst_dirfd, "");
    if (rc) {
        return err_wrap(rc, "'%s'", name);
    }
    rc = fill(type, from, to, name, mode);
    if (close(to) && !rc) {
        rc = err_errno("cannot write '%s'", name);
    }
    if (!rc && replace && renameat(dst_dirfd, temp, dst_dirfd, name)) {
        rc = err_errno("cannot replace '%s'", name);
    } else if (!rc && !replace) {
        rc = file_rename_new(dst_dirfd, temp, dst_dirfd, name);
    }
    if (rc) {
        (void)unlinkat(dst_dirfd, temp, 0);
    }
    return rc;
}

int link_break(bool *changed, int dirfd, const char *name) {
    struct stat st;
    *changed = false;
    if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW)) {
        return err_errno("'%s'", name);
    }
    bool shared = S_ISLNK(st.st_mode) || (S_ISREG(st.st_mode) && st.st_nlink > 1);
    if (!shared && (!S_ISREG(st.st_mode) || st.st_mode & S_IWUSR)) {
        return 0;
    }
    *changed = true;
    if (shared) {
        return make_copy(LINK_COPY, dirfd, name, dirfd, name, MODE_OWN, true);
    }
    CLEANUP(fd_closep) int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fchmod(fd, (st.st_mode & 07777) | S_IWUSR)) {
        return err_errno("cannot make '%s' writable", name);
    }
    return 0;
}

int link_make(enum link_type type, int src_dirfd, const char *src, int dst_dirfd, const char *name,
              mode_t mode) {
    switch (type) {
    case LINK_HARDLINK:
        return linkat(src_dirfd, src, dst_dirfd, name, 0) ? link_failed(type, name) : 0;
    case LINK_SYMLINK:
        return symlinkat(src, dst_dirfd, name) ? link_failed(type, name) : 0;
    case LINK_REFLINK:
    case LINK_COPY:
        break;
    }
    return make_copy(type, src_dirfd, src, dst_dirfd, name, mode, false);
}
