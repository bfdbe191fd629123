/*
 * Running commands.
 */
#ifndef OS_PROC_H
#define OS_PROC_H

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

#endif
