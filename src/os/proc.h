/*
 * Running commands.
 */
#ifndef OS_PROC_H
#define OS_PROC_H

#include <stdbool.h>

#include "base/attr.h"

struct str;

struct proc_spec {
    const char *const *argv; /* NULL-terminated; argv[0] is searched in PATH */
    const char *cwd;         /* NULL: the current one */
    const char *const *env;  /* extra "NAME=value", NULL-terminated, or NULL */
    struct str *capture;     /* NULL: inherits stdout; else stdout is collected (up to its max) */
};

/* Runs to the end; `status` becomes the exit code, or minus the signal that ended it, as Python's
 * subprocess says it. stdin, stderr and the terminal are the caller's: the child is in our process
 * group, keeps the terminal, and gets a terminal's Ctrl-C itself; ours is ignored meanwhile. When
 * cancel is set by SIGTERM, the child is sent SIGTERM too. Fails only if it cannot be started. */
int proc_run(const struct proc_spec *spec, int *status) MUST_CHECK;

/* A program that is talked with: its stdin, stdout and stderr, without blocking. It ends when we do,
 * for then it reads the end of its input. */
struct proc_talk {
    int pid;
    int to, from, errors;
};

/* cwd, env and capture of the spec: as above, capture NULL. */
int proc_talk_start(struct proc_talk *t, const struct proc_spec *spec) MUST_CHECK;
/* Closes its input and waits a second for it; then it is ended. Zeroed is fine. */
void proc_talk_end(struct proc_talk *t);

/* Where our own program lies, in `out`; false if the system does not tell. */
bool proc_own_path(struct str *out);

#endif
