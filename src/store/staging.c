#include "store/staging.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vec.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/stat.h"
#include "os/temp.h"
#include "store/folder.h"

#define LOCK_NAME "lock"
#define NAME_LEN  (TEMP_NAME_MAX - 1)
#define DAY_NS    (86400 * INT64_C(1000000000))

struct staging {
    int parent, fd, lock;
    char name[TEMP_NAME_MAX];
    char *shown;
    mode_t masked; /* mode bits that the umask takes away from new files */
    _Atomic uint64_t next;
};

static bool name_is_ours(const char *name) {
    return strlen(name) == NAME_LEN && name[0] == '.' &&
           memcmp(name + NAME_LEN - 4, ".tmp", 4) == 0;
}

/* All files but the lock. What stays is litter, no reason to touch a failure on its way up. */
static void empty_folder(int fd) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};
    struct err_chain *outer CLEANUP(err_restore) = err_hold();

    folder_names(&names, arena, fd);
    for (size_t i = 0; i < names.len; i++) {
        if (strcmp(names.at[i], LOCK_NAME) != 0 && dir_remove_tree(fd, names.at[i])) {
            err_clear();
        }
    }
}

/* With the lock held: the lock file goes last, for without it the folder has no owner to ask for.
 * It is closed before the folder goes: across a network an open file keeps a name until then. */
static void remove_folder(int parent, const char *name, int fd, int *lock) {
    empty_folder(fd);
    unlinkat(fd, LOCK_NAME, 0);
    fd_closep(lock);
    unlinkat(parent, name, AT_REMOVEDIR);
}

static void sweep_one(int parent, const char *name, bool network) {
    int fd CLEANUP(fd_closep) =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (fd < 0) {
        return;
    }
    int lock CLEANUP(fd_closep) = openat(fd, LOCK_NAME, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (lock < 0) {
        /* Just made, or left by a sweeper that died: only an empty one goes, its maker copes. */
        unlinkat(parent, name, AT_REMOVEDIR);
        return;
    }
    if (network && (fstat(lock, &st) || clock_real_ns() - stat_mtime_ns(&st) < DAY_NS)) {
        return;
    }
    if (flock(lock, LOCK_EX | LOCK_NB)) {
        return;
    }
    log_debug("removing the leftovers of a run that was ended: %s", name);
    remove_folder(parent, name, fd, &lock);
}

void staging_sweep(int parent) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};
    bool network = fs_is_network(parent);

    folder_names(&names, arena, parent);
    for (size_t i = 0; i < names.len; i++) {
        if (name_is_ours(names.at[i])) {
            sweep_one(parent, names.at[i], network);
        }
    }
}

/* INT64_MAX for the folder of a dead owner. Where locks of other hosts cannot be seen, whoever came
 * within a day lives. */
static int64_t owner_began(int parent, const char *name, bool network) {
    int fd CLEANUP(fd_closep) =
        openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (fd < 0) {
        return INT64_MAX;
    }
    int lock CLEANUP(fd_closep) = openat(fd, LOCK_NAME, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fstat(lock < 0 ? fd : lock, &st)) {
        return INT64_MAX;
    }
    if (network) {
        return clock_real_ns() - stat_mtime_ns(&st) < DAY_NS ? stat_mtime_ns(&st) : INT64_MAX;
    }
    return lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0 ? INT64_MAX : stat_mtime_ns(&st);
}

int64_t staging_oldest(int parent) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv names CLEANUP(strv_release) = {0};
    bool network = fs_is_network(parent);
    int64_t oldest = INT64_MAX;

    folder_names(&names, arena, parent);
    for (size_t i = 0; i < names.len; i++) {
        int64_t began =
            name_is_ours(names.at[i]) ? owner_began(parent, names.at[i], network) : INT64_MAX;
        oldest = began < oldest ? began : oldest;
    }
    return oldest;
}

/* Tries one name: 1 when a sweeper was faster and another name is to be tried. */
static int claim(struct staging *s) {
    struct stat st;

    temp_name(s->name);
    if (mkdirat(s->parent, s->name, 0777)) {
        return errno == EEXIST ? 1 : err_errno("cannot write to '%s'", s->shown);
    }
    s->fd = openat(s->parent, s->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (s->fd < 0) {
        int lost = errno;
        unlinkat(s->parent, s->name, AT_REMOVEDIR);
        errno = lost;
        return lost == ENOENT ? 1 : err_errno("cannot open '%s/%s'", s->shown, s->name);
    }
    s->lock = openat(s->fd, LOCK_NAME, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (s->lock < 0) {
        int lost = errno;
        unlinkat(s->parent, s->name, AT_REMOVEDIR);
        errno = lost;
        return lost == ENOENT ? 1 : err_errno("cannot write to '%s'", s->shown);
    }
    /* Waits for a sweeper at work. Without locks on this file system nobody sweeps either. */
    while (flock(s->lock, LOCK_EX) && errno == EINTR) {
    }
    if (fstat(s->lock, &st)) {
        return err_errno("cannot read '%s/%s'", s->shown, s->name);
    }
    s->masked = 0666 & ~st.st_mode;
    return st.st_nlink == 0;
}

static void forget(struct staging *s) {
    fd_closep(&s->lock);
    fd_closep(&s->fd);
    s->lock = s->fd = -1;
}

int staging_open(struct staging **out, int parent, const char *shown) {
    struct staging *s CLEANUP(staging_closep) = mem_zalloc(1, sizeof *s);

    *out = NULL;
    s->parent = parent;
    s->fd = s->lock = -1;
    s->shown = mem_strdup(shown);
    for (int i = 0; i < 100; i++) {
        int rc = claim(s);
        if (rc < 0) {
            return rc;
        }
        if (rc == 0) {
            *out = s;
            s = NULL;
            return 0;
        }
        forget(s);
    }
    return err_set(ERR_FAILED, "cannot make a temporary folder in '%s'", shown);
}

void staging_close(struct staging *s) {
    if (!s) {
        return;
    }
    if (s->lock >= 0) {
        remove_folder(s->parent, s->name, s->fd, &s->lock);
    }
    forget(s);
    free(s->shown);
    free(s);
}

void staging_closep(struct staging **s) {
    staging_close(*s);
    *s = NULL;
}

int staging_fd(const struct staging *s) {
    return s->fd;
}

const char *staging_folder(const struct staging *s) {
    return s->name;
}

uint64_t staging_reserve(struct staging *s, uint64_t n) {
    return atomic_fetch_add(&s->next, n);
}

const char *staging_name(char out[STAGING_NAME_MAX], uint64_t number) {
    size_t at = STAGING_NAME_MAX - 1;

    out[at] = '\0';
    do {
        out[--at] = "0123456789abcdef"[number & 15];
        number >>= 4;
    } while (number > 0);
    return &out[at];
}

int staging_create(int *fd, struct staging *s, uint64_t number, mode_t mode) {
    char buf[STAGING_NAME_MAX];
    const char *name = staging_name(buf, number);
    int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

    *fd = openat(s->fd, name, flags, mode ? mode : 0666);
    if (*fd < 0 && errno == EEXIST) { /* the file has to be read again */
        unlinkat(s->fd, name, 0);
        *fd = openat(s->fd, name, flags, mode ? mode : 0666);
    }
    if (*fd < 0) {
        return err_errno("cannot write to '%s'", s->shown);
    }
    if ((mode & s->masked) != 0 && fchmod(*fd, mode)) {
        int rc = err_errno("cannot set a mode in '%s'", s->shown);
        fd_closep(fd);
        return rc;
    }
    return 0;
}

void staging_drop(struct staging *s, uint64_t number) {
    char buf[STAGING_NAME_MAX];

    unlinkat(s->fd, staging_name(buf, number), 0);
}

void staging_clear(struct staging *s) {
    empty_folder(s->fd);
}
