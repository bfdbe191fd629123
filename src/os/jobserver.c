#include "os/jobserver.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/term.h"

#define AUTH "--jobserver-auth="
#define FDS  "--jobserver-fds=" /* before make 4.2 */

struct jobserver {
    int take;      /* an end of our own, that does not block: others may wait at theirs */
    int give;      /* of a pipe that we were given it is lent */
    int shared[2]; /* of a new one: what commands inherit */
    bool ours;
    VEC(char) held; /* a token goes back as the byte it was */
    struct str makeflags;
};

/* The next word from *at on: its length, 0 at the end. */
static size_t next_word(const char **at) {
    *at += strspn(*at, " ");
    return strcspn(*at, " ");
}

/* What stands behind the last --jobserver-auth= of the flags, before the variables; NULL: none. */
static const char *find_auth(const char *flags, size_t *len) {
    const char *found = NULL;
    size_t n;

    for (const char *at = flags; (n = next_word(&at)); at += n) {
        if (n == 2 && strncmp(at, "--", 2) == 0) {
            break;
        }
        for (size_t k = 0; k < 2; k++) {
            const char *name = k ? FDS : AUTH;
            if (str_starts(at, name)) {
                found = at + strlen(name);
                *len = n - strlen(name);
            }
        }
    }
    return found;
}

/* A pipe that we inherited: descriptors of our own are closed on exec. */
static bool is_inherited_pipe(int fd) {
    struct stat st;
    int flags = fcntl(fd, F_GETFD);

    return flags >= 0 && !(flags & FD_CLOEXEC) && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* The reading end once more, which can be made not to block without others noticing. */
static int reopen(int fd) {
    char path[40];

    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static bool join_pipe(struct jobserver *js, const char *auth) {
    char *end;
    long in = strtol(auth, &end, 10);
    long out = *end == ',' ? strtol(end + 1, &end, 10) : -1;

    if (in < 0 || out < 0 || in > INT16_MAX || out > INT16_MAX || (*end && *end != ' ') ||
        !is_inherited_pipe((int)in) || !is_inherited_pipe((int)out)) {
        return false; /* make closes them for a command that is not known to be a make */
    }
    js->take = reopen((int)in);
    js->give = (int)out;
    return js->take >= 0;
}

static bool join_fifo(struct jobserver *js, const char *path) {
    struct stat st;

    js->take = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (js->take < 0 || fstat(js->take, &st) || !S_ISFIFO(st.st_mode)) {
        return false;
    }
    js->give = js->take;
    return true;
}

static bool join(struct jobserver *js, const char *flags) {
    size_t len = 0;
    const char *found = flags ? find_auth(flags, &len) : NULL;
    struct str auth CLEANUP(str_release) = STR_INIT;

    if (!found) {
        return false;
    }
    str_add(&auth, found, len);
    bool joined = str_starts(auth.buf, "fifo:") ? join_fifo(js, auth.buf + strlen("fifo:"))
                                                : join_pipe(js, auth.buf);
    if (!joined) {
        fd_closep(&js->take);
        log_debug("the job server '%s' cannot be reached", auth.buf);
    }
    return joined;
}

static bool is_jobs_flag(const char *word, size_t len) {
    return str_starts(word, AUTH) || str_starts(word, FDS) ||
           (len > 1 && str_starts(word, "-j") && strspn(word + 2, "0123456789") == len - 2);
}

/* The flags that the user has, but for what they said of jobs; variables stay behind them. */
static void make_flags(struct jobserver *js, const char *flags, size_t jobs) {
    const char *at = flags ? flags : "";
    size_t n;

    str_adds(&js->makeflags, "MAKEFLAGS=");
    if (*at && *at != ' ' && *at != '-' && !memchr(at, '=', strcspn(at, " "))) {
        n = next_word(&at); /* single letters */
        str_add(&js->makeflags, at, n);
        at += n;
    }
    for (; (n = next_word(&at)); at += n) {
        if (n == 2 && strncmp(at, "--", 2) == 0) {
            break;
        }
        if (!is_jobs_flag(at, n)) {
            str_addf(&js->makeflags, " %.*s", (int)n, at);
        }
    }
    str_addf(&js->makeflags, " -j%zu " AUTH "%d,%d", jobs, js->shared[0], js->shared[1]);
    if (*at) {
        str_addf(&js->makeflags, " %s", at);
    }
}

static bool establish(struct jobserver *js, const char *flags, size_t jobs) {
    if (pipe2(js->shared, O_CLOEXEC)) {
        return false;
    }
    js->take = reopen(js->shared[0]);
    js->give = js->shared[1];
    for (size_t i = 1; i < jobs && js->take >= 0; i++) {
        if (file_write_all(js->give, "+", 1)) {
            err_clear();
            return false;
        }
    }
    make_flags(js, flags, jobs);
    return js->take >= 0;
}

struct jobserver *jobserver_open(size_t jobs) {
    struct jobserver *js = mem_zalloc(1, sizeof *js);
    const char *flags = env_get("MAKEFLAGS");

    js->take = js->give = js->shared[0] = js->shared[1] = -1;
    str_init(&js->makeflags);
    if (join(js, flags)) {
        return js;
    }
    js->ours = true;
    if (establish(js, flags, jobs)) {
        return js;
    }
    jobserver_close(js);
    return NULL;
}

static bool take_one(struct jobserver *js) {
    char token;
    ssize_t n;

    do {
        n = read(js->take, &token, 1);
    } while (n < 0 && errno == EINTR);
    if (n == 1) {
        vec_push(&js->held, token);
    }
    return n == 1;
}

bool jobserver_hold(struct jobserver *js, size_t jobs) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    size_t want = jobs ? jobs - 1 : 0;

    while (js->held.len > want) {
        if (file_write_all(js->give, &js->held.at[--js->held.len], 1)) {
            log_debug("%s", err_text()); /* a token less for the others: nothing is wrong for us */
            err_clear();
        }
    }
    while (js->held.len < want && take_one(js)) {
    }
    return js->held.len == want;
}

void jobserver_close(struct jobserver *js) {
    if (!js) {
        return;
    }
    if (js->give >= 0) {
        (void)jobserver_hold(js, 0);
    }
    fd_closep(&js->take);
    fd_closep(&js->shared[0]);
    fd_closep(&js->shared[1]);
    vec_release(&js->held);
    str_release(&js->makeflags);
    free(js);
}

int jobserver_fd(const struct jobserver *js) {
    return js->take;
}

const char *jobserver_makeflags(const struct jobserver *js) {
    return js->ours ? js->makeflags.buf : NULL;
}

const int *jobserver_inherit(const struct jobserver *js) {
    return js->ours ? js->shared : NULL;
}
