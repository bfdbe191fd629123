#include "os/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/file.h"
#include "os/signal.h"

enum { BLIND_MS = 20 };

struct env VEC_OF(char *);

static void env_release(struct env *env) {
    vec_release(env);
}

static bool same_name(const char *a, const char *b) {
    size_t len = strcspn(a, "=");
    return strncmp(a, b, len) == 0 && (b[len] == '=' || b[len] == '\0');
}

/* Our environment with that of the spec on top. */
static void env_build(struct env *env, const char *const *extra) {
    for (char **own = environ; own && *own; own++) {
        bool hidden = false;
        for (size_t i = 0; extra && extra[i]; i++) {
            hidden |= same_name(*own, extra[i]);
        }
        if (!hidden) {
            vec_push(env, *own);
        }
    }
    for (size_t i = 0; extra && extra[i]; i++) {
        if (strchr(extra[i], '=')) {
            vec_push(env, (char *)(uintptr_t)extra[i]); /* execve only reads it */
        }
    }
    vec_push(env, NULL);
}

/* Ignored signals stay so over an exec, handled ones do not: of ours, SIGPIPE alone has to be set
 * back. */
static int spawn_attributes(posix_spawnattr_t *attr, const struct proc_spec *spec) {
    sigset_t none, set_back;
    (void)sigemptyset(&none);
    (void)sigemptyset(&set_back);
    (void)sigaddset(&set_back, SIGPIPE);
    if (spec->own_session) { /* though we may have been told to ignore them */
        (void)sigaddset(&set_back, SIGINT);
        (void)sigaddset(&set_back, SIGTERM);
    }
    (void)posix_spawnattr_setsigmask(attr, &none);
    (void)posix_spawnattr_setsigdefault(attr, &set_back);
    (void)posix_spawnattr_setpgroup(attr, 0);
    int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    flags |= spec->own_group ? POSIX_SPAWN_SETPGROUP : 0;
    flags |= spec->own_session ? POSIX_SPAWN_SETSID : 0;
    return posix_spawnattr_setflags(attr, (short)flags);
}

static int spawn_files(posix_spawn_file_actions_t *actions, const struct proc_spec *spec,
                       const int fds[3]) {
    int failed = 0;
    if (spec->cwd) {
        failed = posix_spawn_file_actions_addchdir_np(actions, spec->cwd);
    }
    for (int i = 0; !failed && i < 3; i++) {
        failed = fds[i] < 0 ? 0 : posix_spawn_file_actions_adddup2(actions, fds[i], i);
    }
    for (int i = 0; !failed && spec->inherit && i < 2; i++) { /* on itself: not closed on exec */
        failed = posix_spawn_file_actions_adddup2(actions, spec->inherit[i], spec->inherit[i]);
    }
    if (failed || spec->output <= 0) {
        return failed;
    }
    failed = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!failed) {
        failed = posix_spawn_file_actions_adddup2(actions, spec->output, STDOUT_FILENO);
    }
    if (!failed) {
        failed = posix_spawn_file_actions_adddup2(actions, spec->output, STDERR_FILENO);
    }
    return failed;
}

/* posix_spawnp, which tells why an exec or a chdir has failed; 0 or an errno. It shares our memory
 * with the child until the exec, so that it costs the same however much we hold. `fds` become stdin,
 * stdout and stderr; -1: what the spec says. */
static int spawn(pid_t *pid, const struct proc_spec *spec, const int fds[3]) {
    CLEANUP(env_release) struct env env = {0};
    posix_spawnattr_t attr;
    posix_spawn_file_actions_t actions;
    int failed = posix_spawnattr_init(&attr);
    if (failed) {
        return failed;
    }
    failed = posix_spawn_file_actions_init(&actions);
    if (failed) {
        (void)posix_spawnattr_destroy(&attr);
        return failed;
    }
    failed = spawn_attributes(&attr, spec);
    failed = failed ? failed : spawn_files(&actions, spec, fds);
    if (!failed) {
        env_build(&env, spec->env);
        failed = posix_spawnp(pid, spec->argv[0], &actions, &attr,
                              (char *const *)(uintptr_t)spec->argv, env.at);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attr);
    return failed;
}

static pid_t signal_name(const struct proc *p) {
    return p->own_group ? -p->pid : p->pid;
}

/* Starts it and tells os/signal: no signal may come between the two. */
static int start(struct proc *p, const struct proc_spec *spec, const int fds[3]) {
    sigset_t ending, old;
    *p = (struct proc){.fd = -1, .own_group = spec->own_group};
    (void)sigemptyset(&ending);
    (void)sigaddset(&ending, SIGINT);
    (void)sigaddset(&ending, SIGTERM);
    (void)sigaddset(&ending, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, &ending, &old);
    int failed = spawn(&p->pid, spec, fds);
    if (!failed && !spec->own_session) {
        signal_add_child(signal_name(p));
    }
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (!failed) {
        return 0;
    }
    errno = failed;
    return spec->cwd ? err_errno("cannot run '%s' in '%s'", spec->argv[0], spec->cwd)
                     : err_errno("cannot run '%s'", spec->argv[0]);
}

int proc_start(struct proc *p, const struct proc_spec *spec) {
    int rc = start(p, spec, (int[]){-1, -1, -1});
    if (!rc) {
        p->fd = (int)syscall(SYS_pidfd_open, p->pid, 0); /* without one it is asked for in turns */
    }
    return rc;
}

static bool has_ended(const struct proc *p) {
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid;
}

int proc_wait_any(size_t *ended, struct proc *const *list, size_t n, int also, int ms) {
    struct pollfd *wait CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *wait);
    bool blind = false; /* a kernel without pidfd */
    for (size_t i = 0; i < n; i++) {
        wait[i] = (struct pollfd){.fd = list[i]->fd, .events = POLLIN};
        blind |= list[i]->fd < 0;
    }
    wait[n] = (struct pollfd){.fd = also, .events = POLLIN}; /* one below 0 is passed over */
    if (blind && (ms < 0 || ms > BLIND_MS)) {
        ms = BLIND_MS;
    }
    if (poll(wait, n + 1, ms) < 0 && errno != EINTR) {
        return err_errno("cannot wait for a command");
    }
    for (*ended = 0; *ended < n && !has_ended(list[*ended]);) {
        ++*ended;
    }
    return 0;
}

void proc_signal(const struct proc *p, int number) {
    (void)kill(signal_name(p), number);
}

int proc_start_detached(const struct proc_spec *spec) {
    struct proc_spec own = *spec;
    pid_t pid;

    own.own_session = true;
    errno = spawn(&pid, &own, (int[]){-1, -1, -1});
    return errno ? err_errno("cannot run '%s'", spec->argv[0]) : 0;
}

void proc_signal_group(pid_t leader, int number) {
    if (leader > 1) {
        (void)kill(-leader, number);
    }
}

int proc_redirect(int fd) {
    CLEANUP(fd_closep) int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0 ||
        dup2(fd, STDERR_FILENO) < 0) {
        return err_errno("cannot redirect the output");
    }
    return 0;
}

/* A pipe between us and a child. */
struct stream {
    int ours, theirs;
};
#define STREAM_INIT                                                                                \
    { .ours = -1, .theirs = -1 }

static int stream_open(struct stream *s, bool wanted, bool we_write) {
    int ends[2];

    if (!wanted) {
        return 0;
    }
    if (pipe2(ends, O_CLOEXEC)) {
        return err_errno("cannot make a pipe");
    }
    s->ours = ends[we_write];
    s->theirs = ends[!we_write];
    return 0;
}

static void stream_close(struct stream *s) {
    fd_closep(&s->ours);
    fd_closep(&s->theirs);
}

/* Takes what is there; closes our end at the child's. */
static void collect(struct str *into, struct stream *s) {
    char buf[4096];
    ssize_t n = read(s->ours, buf, sizeof buf);

    if (n > 0) {
        str_add(into, buf, (size_t)n);
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
        fd_closep(&s->ours);
    }
}

/* Reads both to their ends, whichever has something: a child must not wait for us. */
static void collect_all(struct stream *out, struct str *capture, struct stream *errors,
                        struct str *complaint) {
    while (out->ours >= 0 || errors->ours >= 0) {
        struct pollfd wait[] = {{.fd = out->ours, .events = POLLIN},
                                {.fd = errors->ours, .events = POLLIN}};
        if (poll(wait, 2, -1) < 0) {
            continue;
        }
        if (wait[0].revents) {
            collect(capture, out);
        }
        if (wait[1].revents) {
            collect(complaint, errors);
        }
    }
}

int proc_finish(struct proc *p, int *status) {
    /* While it is not reaped its number is its own, and a signal cannot hit a stranger. */
    siginfo_t info;
    while (waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOWAIT) && errno == EINTR) {
    }
    signal_drop_child(signal_name(p));
    fd_closep(&p->fd);
    int raw;
    while (waitpid(p->pid, &raw, 0) < 0) {
        if (errno != EINTR) {
            return err_errno("cannot wait for a command");
        }
    }
    *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : -WTERMSIG(raw);
    return 0;
}

/* A command need not read all of it. */
static int feed(int fd, const struct str *text) {
    if (!file_write_all(fd, text->buf, text->len) || err_system() == EPIPE) {
        err_clear();
        return 0;
    }
    return err_wrap(ERR_IO, "cannot write to a command");
}

int proc_run(const struct proc_spec *spec, int *status) {
    struct stream in CLEANUP(stream_close) = STREAM_INIT;
    struct stream out CLEANUP(stream_close) = STREAM_INIT;
    struct stream errors CLEANUP(stream_close) = STREAM_INIT;
    struct proc p;
    int rc, fed = 0;

    if ((rc = stream_open(&in, spec->feed != NULL, true)) ||
        (rc = stream_open(&out, spec->capture != NULL, false)) ||
        (rc = stream_open(&errors, spec->errors != NULL, false)) ||
        (rc = start(&p, spec, (int[]){in.theirs, out.theirs, errors.theirs}))) {
        return rc;
    }
    fd_closep(&in.theirs);
    fd_closep(&out.theirs);
    fd_closep(&errors.theirs);
    if (spec->feed) {
        fed = feed(in.ours, spec->feed);
        fd_closep(&in.ours);
    }
    collect_all(&out, spec->capture, &errors, spec->errors);
    rc = proc_finish(&p, status);
    return rc ? rc : fed;
}

static int pipe_pair(int *ours, int *theirs, bool we_write) {
    int ends[2];

    if (pipe2(ends, O_CLOEXEC)) {
        return errno;
    }
    *ours = ends[we_write];
    *theirs = ends[!we_write];
    return fcntl(*ours, F_SETFL, O_NONBLOCK) ? errno : 0;
}

int proc_talk_start(struct proc_talk *t, const struct proc_spec *spec) {
    int fds[3] = {-1, -1, -1};
    pid_t pid = 0;

    *t = (struct proc_talk){.to = -1, .from = -1, .errors = -1};
    int failed = pipe_pair(&t->to, &fds[0], true);
    failed = failed ? failed : pipe_pair(&t->from, &fds[1], false);
    failed = failed ? failed : pipe_pair(&t->errors, &fds[2], false);
    failed = failed ? failed : spawn(&pid, spec, fds);
    for (int i = 0; i < 3; i++) {
        fd_closep(&fds[i]);
    }
    t->pid = pid;
    if (!failed) {
        return 0;
    }
    proc_talk_end(t);
    errno = failed;
    return err_errno("cannot run '%s'", spec->argv[0]);
}

void proc_talk_end(struct proc_talk *t) {
    struct timespec wait = {.tv_nsec = 10 * 1000 * 1000};
    int raw, tries = 0;

    if (t->pid > 0) {
        fd_closep(&t->to);
        fd_closep(&t->from);
        fd_closep(&t->errors);
        while (waitpid(t->pid, &raw, WNOHANG) == 0) {
            if (++tries == 100) {
                (void)kill(t->pid, SIGTERM);
            } else if (tries == 200) {
                (void)kill(t->pid, SIGKILL);
            }
            (void)nanosleep(&wait, NULL);
        }
    }
    *t = (struct proc_talk){.to = -1, .from = -1, .errors = -1};
}

bool proc_own_path(struct str *out) {
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);

    if (n <= 0 || (size_t)n == sizeof path) {
        return false;
    }
    str_add(out, path, (size_t)n);
    return true;
}

uint64_t proc_children_memory(void) {
    struct rusage usage;

    return getrusage(RUSAGE_CHILDREN, &usage) ? 0 : (uint64_t)usage.ru_maxrss * 1024;
}
