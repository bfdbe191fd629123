#include "store/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "os/file.h"

#define OPEN_FOLDER (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static int folder_make(int at, const char *name, mode_t mode, const char *shown) {
    if (mkdirat(at, name, mode & 0777)) {
        return errno == EEXIST ? 0 : err_errno("cannot make folder '%s'", shown);
    }
    /* A symlink put in its place meanwhile would be followed here: harmless bits, and the open
     * refuses it. */
    if (mode > 0777 && fchmodat(at, name, mode, 0)) {
        return err_errno("cannot set the mode of '%s'", shown);
    }
    return 0;
}

int folder_open(int *fd, int at, const char *name, mode_t mode, const char *shown) {
    *fd = openat(at, name, OPEN_FOLDER);
    if (*fd < 0 && errno == ENOENT && mode != 0) {
        int rc = folder_make(at, name, mode, shown);
        if (rc) {
            return rc;
        }
        *fd = openat(at, name, OPEN_FOLDER);
    }
    if (*fd >= 0) {
        return 0;
    }
    if (errno == ELOOP || errno == ENOTDIR) {
        struct stat st;
        bool link = !fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISLNK(st.st_mode);
        return err_set(ERR_FAILED, "'%s' is %s", shown,
                       link ? "a symlink and is not followed" : "not a folder");
    }
    return err_errno("cannot open folder '%s'", shown);
}

int folder_open_below(int *fd, const char *dir, const char *rest, mode_t mode) {
    struct str path CLEANUP(str_release) = STR_INIT;
    int at CLEANUP(fd_closep) = -1;

    *fd = -1;
    if (mode != 0) {
        int rc = dir_make(AT_FDCWD, dir, mode & 0777);
        if (rc) {
            return rc;
        }
    }
    at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0) {
        return err_errno("cannot open folder '%s'", dir);
    }
    str_adds(&path, dir);
    while (*rest != '\0') {
        size_t len = strcspn(rest, "/");
        int next;

        str_addc(&path, '/');
        size_t start = path.len;
        str_add(&path, rest, len);
        int rc = folder_open(&next, at, path.buf + start, mode, path.buf);
        if (rc) {
            return rc;
        }
        close(at);
        at = next;
        rest += len + (rest[len] == '/');
    }
    *fd = at;
    at = -1;
    return 0;
}

void folder_names(struct strv *names, struct arena *arena, int fd) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();

    if (dir_names(names, arena, fd, ".")) {
        err_clear();
    }
}
