#include "os/link.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
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

static int copy_by_hand(int from, int to) {
    char buf[64 << 10];
    for (;;) {
        ssize_t n = read(from, buf, sizeof buf);
        if (n == 0) {
            return 0;
        }
        if (n < 0 && errno == EINTR) {
            n = 0;
        }
        if (n < 0) {
            return err_errno("cannot read");
        }
        int rc = file_write_all(to, buf, (size_t)n);
        if (!rc) {
            rc = cancel_check();
        }
        if (rc) {
            return rc;
        }
    }
}

int fd_copy(int from, int to) {
    for (bool begun = false;; begun = true) {
        ssize_t n = copy_file_range(from, NULL, to, NULL, COPY_STEP, 0);
        if (!begun && n <= 0) {
            /* Not for these file systems; and some (/proc, FUSE) answer 0 for a file that has
             * bytes. What is wrong with the descriptors shows again. */
            return copy_by_hand(from, to);
        }
        if (n < 0 && errno != EINTR) {
            return err_errno("cannot copy");
        }
        if (n == 0) {
            return 0;
        }
        int rc = cancel_check();
        if (rc) {
            return rc;
        }
    }
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
    /* O_NONBLOCK: a FIFO must not hold us. */
    CLEANUP(fd_closep)
    int from = openat(src_dirfd, src, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;
    if (from < 0 || fstat(from, &st)) {
        return err_errno("cannot read '%s'", src);
    }
    if (!S_ISREG(st.st_mode)) {
        return err_set(ERR_INVALID, "'%s' is not a regular file", src);
    }

    char temp[TEMP_NAME_MAX];
    int to;
    int rc = temp_open(&to, temp, dst_dirfd, "");
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
