#include "model/hardlink_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "os/cpu.h"
#include "os/file.h"
#include "os/signal.h"

#define LIFETIME   (365 * 24 * 60 * 60) /* seconds; the claim's mtime says when it ends */
#define CLOCK_SLOP 10                   /* seconds that clocks of machines may differ */
#define POLL       ((struct timespec){.tv_nsec = 50 * 1000 * 1000})
#define TELL_EVERY 10 /* polls */
#define CLAIM_MAX  (64u << 10)

static void add_host(struct str *out) {
    char host[256] = "";
    if (gethostname(host, sizeof host - 1) == 0) {
        str_adds(out, host);
    }
}

/* DVC looks only whether the text is the path of its own claim; the second line is for us. */
static int write_claim(const struct hardlink_lock *lock) {
    struct str text CLEANUP(str_release) = STR_INIT;
    str_addf(&text, "%s\n%ld ", lock->claim, (long)getpid());
    add_host(&text);
    int rc = file_write_replace(AT_FDCWD, lock->claim, text.buf, text.len);
    struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_sec = time(NULL) + LIFETIME}};
    if (!rc && utimensat(AT_FDCWD, lock->claim, times, 0) != 0) {
        rc = err_errno("cannot set the time of '%s'", lock->claim);
    }
    return rc;
}

/* Whether the holder is a process of ours on this host that is gone; *holder becomes its number if it is ours. */
static bool holder_is_dead(const char *path, char holder[32]) {
    struct str text CLEANUP(str_release) = STR_INIT, host CLEANUP(str_release) = STR_INIT;
    holder[0] = '\0';
    if (file_read(&text, AT_FDCWD, path, CLAIM_MAX)) {
        err_clear();
        return false;
    }
    char *line = strchr(text.buf, '\n'), *name = line ? strchr(line, ' ') : NULL;
    if (!name) {
        return false;
    }
    *name++ = '\0';
    add_host(&host);
    int64_t pid;
    if (!num_int(&pid, line + 1) || pid <= 0 || pid > INT32_MAX) {
        return false;
    }
    (void)snprintf(holder, 32, "%lld", (long long)pid);
    return str_eq(name, host.buf) && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* A lock that nobody can hold any more goes: its time is over, or its process is. (The file of an flock that was used
 * before is old too.) */
static void break_stale(const char *path, char holder[32]) {
    struct stat st;
    bool dead = holder_is_dead(path, holder);
    if (dead || (stat(path, &st) == 0 && st.st_mtime + CLOCK_SLOP < time(NULL))) {
        (void)unlink(path);
    }
}

static int held(const char *path, const char *holder) {
    int rc = err_set(ERR_LOCKED, "'%s' is held by another process%s%s", path,
                     holder[0] ? ", pid " : "", holder);
    err_hint("if there is none, a crashed one left the file: remove it");
    return rc;
}

static int wait_for_link(const struct hardlink_lock *lock, double seconds, lock_wait_fn *wait,
                         void *ctx) {
    int64_t start = clock_monotonic_ns();
    char holder[32] = "";
    for (int tries = 0; link(lock->claim, lock->path) != 0; tries++) {
        double waited = (double)(clock_monotonic_ns() - start) / 1e9;
        if (errno != EEXIST) {
            return err_errno("cannot make the lock '%s'", lock->path);
        }
        break_stale(lock->path, holder);
        if (seconds >= 0 && waited >= seconds && file_exists(AT_FDCWD, lock->path)) {
            return held(lock->path, holder);
        }
        if (wait && tries % TELL_EVERY == 1) {
            wait(ctx, holder, waited);
        }
        (void)nanosleep(&POLL, NULL);
        int rc = cancel_check();
        if (rc) {
            return rc;
        }
    }
    return 0;
}

int hardlink_lock_take(struct hardlink_lock *lock, const char *path, double seconds,
                       lock_wait_fn *wait, void *ctx) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    lock->path = mem_strdup(path);
    /* the shape of DVC's names: 32 hex digits */
    lock->claim =
        mem_strdup(arena_printf(arena, "%s/%016llx%016llx.lock", path_dir(arena, path),
                                (unsigned long long)clock_real_ns(), (unsigned long long)getpid()));
    int rc = write_claim(lock);
    rc = rc ? rc : wait_for_link(lock, seconds, wait, ctx);
    if (rc) {
        (void)unlink(lock->claim);
        mem_freep(&lock->path);
        mem_freep(&lock->claim);
        *lock = (struct hardlink_lock){0};
    }
    return rc;
}

void hardlink_lock_release(struct hardlink_lock *lock) {
    if (lock->path) {
        (void)unlink(lock->path);
        (void)unlink(lock->claim);
        mem_freep(&lock->path);
        mem_freep(&lock->claim);
        *lock = (struct hardlink_lock){0};
    }
}
