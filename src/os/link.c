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
#include "os/file.h"
#include "os/signal.h"
#include "os/temp.h"

#define COPY_STEP (8u << 20)

static const char *const names[] = {"reflink", "hardlink", "symlink", "copy"};

const char *link_type_name(enum link_type type) {
    return names[type];
}

bool link_type_from_name(enum link_type *out, const char *name) {
    size_t i;

    for (i = 0; i < COUNT_OF(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum link_type)i;
            return true;
        }
    }
    return false;
}

bool fd_clone(int from, int to) {
    return ioctl(to, FICLONE, from) == 0;
}

static int copy_by_hand(int from, int to) {
    char buf[65536];
    int rc;

    for (;;) {
        ssize_t n = read(from, buf, sizeof buf);

        if (n == 0) {
            return 0;
        }
        if (n < 0 && errno != EINTR) {
            return err_errno("cannot read");
        }
        if (n > 0 &&
            ((rc = file_write_all(to, buf, (size_t)n)) != 0 || (rc = cancel_check()) != 0)) {
            return rc;
        }
    }
}

int fd_copy(int from, int to) {
    bool any = false;
    int rc;

    for (;;) {
        ssize_t n = copy_file_range(from, NULL, to, NULL, COPY_STEP, 0);

        if (n == 0) {
            /* Some file systems (proc, some FUSE) answer 0 for a file that has bytes. */
            return any ? 0 : copy_by_hand(from, to);
        }
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && !any &&
            (errno == EXDEV || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP ||
             errno == EPERM || errno == EBADF)) {
            return copy_by_hand(from, to);
        }
        if (n < 0) {
            return err_errno("cannot copy");
        }
        any = true;
        if ((rc = cancel_check()) != 0) {
            return rc;
        }
    }
}

/* errno of a link that these file systems cannot make. */
static bool cannot(int code) {
    return code == EXDEV || code == EOPNOTSUPP || code == ENOTTY || code == EMLINK ||
           code == EPERM || code == EINVAL || code == ENOSYS || code == EACCES;
}

static int link_failed(enum link_type type, const char *name) {
    if (cannot(errno)) {
        return err_set(ERR_UNSUPPORTED, "cannot make '%s' as a %s: %s", name, names[type],
                       strerror(errno));
    }
    return err_errno("cannot make '%s' as a %s", name, names[type]);
}

static int fill(enum link_type type, int from, int to, const char *name, mode_t mode) {
    if (type == LINK_REFLINK) {
        if (!fd_clone(from, to)) {
            return link_failed(type, name);
        }
    } else {
        int rc = fd_copy(from, to);

        if (rc != 0) {
            return err_wrap(rc, "'%s'", name);
        }
    }
    return fchmod(to, mode) != 0 ? err_errno("cannot set the mode of '%s'", name) : 0;
}

static int make_copy(enum link_type type, int src_dirfd, const char *src, int dst_dirfd,
                     const char *name, mode_t mode) {
    CLEANUP(fd_closep) int from = openat(src_dirfd, src, O_RDONLY | O_CLOEXEC);
    char temp[TEMP_NAME_MAX];
    int to, rc;

    if (from < 0) {
        return err_errno("cannot read '%s'", src);
    }
    rc = temp_open(&to, temp, dst_dirfd, "");
    if (rc != 0) {
        return err_wrap(rc, "'%s'", name);
    }
    rc = fill(type, from, to, name, mode);
    if (close(to) != 0 && rc == 0) {
        rc = err_errno("cannot write '%s'", name);
    }
    if (rc == 0 && renameat(dst_dirfd, temp, dst_dirfd, name) != 0) {
        rc = err_errno("cannot name '%s'", name);
    }
    if (rc != 0) {
        (void)unlinkat(dst_dirfd, temp, 0);
    }
    return rc;
}

int link_make(enum link_type type, int src_dirfd, const char *src, int dst_dirfd, const char *name,
              mode_t mode) {
    switch (type) {
    case LINK_HARDLINK:
        return linkat(src_dirfd, src, dst_dirfd, name, 0) != 0 ? link_failed(type, name) : 0;
    case LINK_SYMLINK:
        return symlinkat(src, dst_dirfd, name) != 0 ? link_failed(type, name) : 0;
    case LINK_REFLINK:
    case LINK_COPY:
        return make_copy(type, src_dirfd, src, dst_dirfd, name, mode);
    }
    return err_set(ERR_FAILED, "no such kind of link");
}
