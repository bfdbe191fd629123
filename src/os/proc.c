#include "os/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "os/file.h"
#include "os/signal.h"

/* In the child: what went wrong goes up the pipe as an errno. */
static NORETURN void child_run(const struct proc_spec *spec, int report, int out) {
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t none;
    int failed;
    size_t i;

    (void)sigaction(SIGINT, &plain, NULL);
    (void)sigaction(SIGTERM, &plain, NULL);
    (void)sigaction(SIGHUP, &plain, NULL);
    (void)sigaction(SIGPIPE, &plain, NULL);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (i = 0; spec->env != NULL && spec->env[i] != NULL; i++) {
        (void)putenv((char *)(size_t)spec->env[i]);
    }
    if ((out < 0 || dup2(out, STDOUT_FILENO) >= 0) &&
        (spec->cwd == NULL || chdir(spec->cwd) == 0)) {
        (void)execvp(spec->argv[0], (char *const *)(size_t)spec->argv);
    }
    failed = errno;
    while (write(report, &failed, sizeof failed) < 0 && errno == EINTR) {
    }
    _exit(127);
}

/* Reads the child's stdout to its end. */
static void collect(struct str *into, int fd) {
    char buf[4096];
    ssize_t n;

    while ((n = read(fd, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR)) {
        if (n > 0) {
            str_add(into, buf, (size_t)n);
        }
    }
}

static int wait_for(pid_t pid, int *status) {
    bool told = false;
    int raw;

    while (waitpid(pid, &raw, 0) < 0) {
        if (errno != EINTR) {
            return err_errno("cannot wait for a command");
        }
        /* A terminal's Ctrl-C reaches the child by itself; SIGTERM comes to us alone. */
        if (signal_number() == SIGTERM && !told) {
            (void)kill(pid, SIGTERM);
            told = true;
        }
    }
    *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : -WTERMSIG(raw);
    return 0;
}

static int start(const struct proc_spec *spec, pid_t *pid, int *out) {
    CLEANUP(fd_closep) int report_read = -1;
    CLEANUP(fd_closep) int report_write = -1;
    CLEANUP(fd_closep) int out_write = -1;
    int pipes[2], failed;
    ssize_t n;

    if (pipe2(pipes, O_CLOEXEC) != 0) {
        return err_errno("cannot start '%s'", spec->argv[0]);
    }
    report_read = pipes[0];
    report_write = pipes[1];
    if (spec->capture != NULL) {
        if (pipe2(pipes, O_CLOEXEC) != 0) {
            return err_errno("cannot start '%s'", spec->argv[0]);
        }
        *out = pipes[0];
        out_write = pipes[1];
    }
    *pid = fork();
    if (*pid < 0) {
        return err_errno("cannot start '%s'", spec->argv[0]);
    }
    if (*pid == 0) {
        child_run(spec, report_write, out_write);
    }
    (void)close(report_write);
    report_write = -1;
    while ((n = read(report_read, &failed, sizeof failed)) < 0 && errno == EINTR) {
    }
    if (n == (ssize_t)sizeof failed) {
        (void)waitpid(*pid, NULL, 0);
        errno = failed;
        return err_errno("cannot run '%s'", spec->argv[0]);
    }
    return 0;
}

int proc_run(const struct proc_spec *spec, int *status) {
    CLEANUP(fd_closep) int out = -1;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old;
    pid_t pid = -1;
    int rc;

    (void)sigaction(SIGINT, &ignore, &old);
    rc = start(spec, &pid, &out);
    if (rc == 0) {
        if (out >= 0) {
            collect(spec->capture, out);
        }
        rc = wait_for(pid, status);
    }
    (void)sigaction(SIGINT, &old, NULL);
    return rc;
}
