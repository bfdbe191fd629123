#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/signal.h"

enum {
    POLL_MS = 50,
    TELL_EVERY = 10, /* polls between two calls of `wait` */
};

static int open_lock(int *fd, const char *path) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    int rc = dir_make(AT_FDCWD, path_dir(arena, path), 0777);
    if (rc) {
        return rc;
    }
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    return *fd < 0 ? err_errno("cannot open the lock '%s'", path) : 0;
}

/* What the holder wrote, without the blanks; "" if nothing. It is shown: bytes that move a
 * terminal's cursor are not the pid of anybody. */
static void read_holder(char *holder, size_t cap, int fd) {
    ssize_t n = pread(fd, holder, cap - 1, 0);
    holder[n > 0 ? n : 0] = '\0';
    size_t blanks = strspn(holder, " \t\n");
    size_t len = strspn(holder + blanks, "0123456789");
    memmove(holder, holder + blanks, len);
    holder[len] = '\0';
}

/* The text is for people and for DVC's message; the lock is the flock itself. Emptied files are not
 * written: ext4 would flush each to the disk. */
static int write_holder(int fd, const char *path) {
    char text[32], there[32];
    int len = snprintf(text, sizeof text, " %ld\n", (long)getpid());
    if (pread(fd, there, sizeof there, 0) == len && memcmp(there, text, (size_t)len) == 0) {
        return 0;
    }
    if (pwrite(fd, text, (size_t)len, 0) != len || ftruncate(fd, len)) {
        return err_errno("cannot write the lock '%s'", path);
    }
    return 0;
}

static int held(const char *path, const char *holder) {
    return err_set(ERR_LOCKED, "'%s' is held by another process%s%s", path,
                   holder[0] ? ", pid " : "", holder);
}

static int wait_for(int fd, const char *path, double seconds, lock_wait_fn *wait, void *ctx) {
    int64_t start = clock_monotonic_ns();
    for (int polls = 1; flock(fd, LOCK_EX | LOCK_NB); polls++) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return err_errno("cannot lock '%s'", path);
        }
        char holder[32];
        read_holder(holder, sizeof holder, fd);
        double waited = (double)(clock_monotonic_ns() - start) / 1e9;
        if (seconds >= 0 && waited >= seconds) {
            return held(path, holder);
        }
        if (wait && polls % TELL_EVERY == 0) {
            wait(ctx, holder, waited);
        }
        int rc = cancel_pause(POLL_MS);
        if (rc) {
            return rc;
        }
    }
    return 0;
}

int file_lock_take(struct file_lock *lock, const char *path, double seconds, lock_wait_fn *wait,
                   void *ctx) {
    CLEANUP(fd_closep) int fd = -1;
    lock->fd = -1;
    int rc = open_lock(&fd, path);
    if (rc || (rc = wait_for(fd, path, seconds, wait, ctx)) || (rc = write_holder(fd, path))) {
        return rc;
    }
    lock->fd = fd;
    fd = -1;
    return 0;
}

int dir_lock_take(struct file_lock *lock, const char *path, double seconds) {
    CLEANUP(fd_closep) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    lock->fd = -1;
    if (fd < 0) {
        return err_errno("cannot open the folder '%s'", path);
    }
    int rc = wait_for(fd, path, seconds, NULL, NULL);
    if (rc == ERR_IO) {
        err_clear();
        return 0;
    }
    if (!rc) {
        lock->fd = fd;
        fd = -1;
    }
    return rc;
}

void file_lock_release(struct file_lock *lock) {
    fd_closep(&lock->fd); /* and with it the flock */
}

bool file_lock_is_held(const char *path) {
    CLEANUP(fd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
}
