#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/signal.h"

#define POLL_NS    50000000L /* between tries */
#define TELL_EVERY 10        /* tries between calls of `wait` */

static void sleep_ns(long ns) {
    struct timespec t = {.tv_nsec = ns};

    (void)nanosleep(&t, NULL);
}

/* What the holder wrote, stripped; "" if nothing. */
static void read_holder(int fd, char *buf, size_t cap) {
    ssize_t n = pread(fd, buf, cap - 1, 0);
    size_t from, len;

    buf[n > 0 ? n : 0] = '\0';
    from = strspn(buf, " \n\t");
    len = strcspn(buf + from, " \n\t");
    memmove(buf, buf + from, len);
    buf[len] = '\0';
}

static int open_lock(int *fd, const char *path) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    int rc = dir_make(AT_FDCWD, path_dir(arena, path), 0777);

    if (rc != 0) {
        return rc;
    }
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    return *fd < 0 ? err_errno("cannot open the lock '%s'", path) : 0;
}

static int claim(int fd, const char *path) {
    char text[32];
    int len = snprintf(text, sizeof text, " %ld\n", (long)getpid());

    /* The text is for people and for DVC's message; the lock is the flock itself. */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len) {
        return err_errno("cannot write the lock '%s'", path);
    }
    return 0;
}

int file_lock_take(struct file_lock *lock, const char *path, double seconds, lock_wait_fn *wait,
                   void *ctx) {
    CLEANUP(fd_closep) int fd = -1;
    int64_t start = clock_monotonic_ns();
    char holder[64] = "";
    int rc = open_lock(&fd, path);
    int tries;

    lock->fd = -1;
    for (tries = 0; rc == 0 && flock(fd, LOCK_EX | LOCK_NB) != 0; tries++) {
        double waited = (double)(clock_monotonic_ns() - start) / 1e9;

        if (errno != EWOULDBLOCK && errno != EINTR) {
            return err_errno("cannot lock '%s'", path);
        }
        read_holder(fd, holder, sizeof holder);
        if (seconds >= 0 && waited >= seconds) {
            rc = err_set(ERR_LOCKED, "'%s' is held by another process%s%s", path,
                         holder[0] != '\0' ? ", pid " : "", holder);
            err_hint("wait for it to end, or use --wait-for-lock");
            return rc;
        }
        if (wait != NULL && tries % TELL_EVERY == 1) {
            wait(ctx, holder, waited);
        }
        sleep_ns(POLL_NS);
        rc = cancel_check();
    }
    if (rc == 0) {
        rc = claim(fd, path);
    }
    if (rc == 0) {
        lock->fd = fd;
        fd = -1;
    }
    return rc;
}

void file_lock_release(struct file_lock *lock) {
    if (lock->fd >= 0) {
        (void)close(lock->fd);
        lock->fd = -1;
    }
}
