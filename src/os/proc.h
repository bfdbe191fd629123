/*
 * Running commands.
 */
#ifndef OS_PROC_H
#define OS_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

struct str;

struct proc_spec {
    const char *const *argv; /* NULL-terminated; argv[0] is searched in PATH */
    const char *cwd;         /* NULL: the current one */
    /* Extra "NAME=value", NULL-terminated, or NULL; a bare "NAME" takes the variable away. */
    const char *const *env;
    struct str *capture;    /* proc_run alone: stdout is collected (up to its max) */
    struct str *errors;     /* the same of stderr */
    const struct str *feed; /* proc_run alone, with neither: what it may read on stdin */
    /* Above 0: stdout and stderr go to this descriptor, and there is nothing on stdin. */
    int output;
    const int *inherit; /* two descriptors that the command gets, too, or NULL */
    /* A process group of its own: what signals us is passed on to all that the command started.
     * Such a command cannot read the terminal. */
    bool own_group;
    bool own_session; /* without our terminal, and no signal of ours is passed on */
};

/* Runs to the end; `status` becomes the exit code, or minus the signal that ended it, as Python's
 * subprocess says it. What the spec does not redirect is the caller's. Without a group of its own
 * the child keeps the terminal and gets its Ctrl-C itself; ours is ignored meanwhile. When cancel is
 * set by SIGTERM, the child is sent SIGTERM too. Fails only if it cannot be started. */
int proc_run(const struct proc_spec *spec, int *status) MUST_CHECK;

/* The same in steps. Every started command has to be finished. */
struct proc {
    pid_t pid;
    int fd; /* pidfd: readable when the command has ended */
    bool own_group;
};
int proc_start(struct proc *p, const struct proc_spec *spec) MUST_CHECK;
/* Waits until one of the n has ended, `also` (a descriptor, or -1) can be read, or `ms` milliseconds
 * are over (negative: never): the index of the ended one in *ended; n if none has, also when a
 * signal came. */
int proc_wait_any(size_t *ended, struct proc *const *list, size_t n, int also, int ms) MUST_CHECK;
/* Waits for the end of this one. */
int proc_finish(struct proc *p, int *status) MUST_CHECK;
void proc_signal(const struct proc *p, int number);

/* Starts a command that outlives us: a session of its own, what the spec has as `output` in place of
 * our streams. Nobody waits for it, and no signal of ours is passed on. */
int proc_start_detached(const struct proc_spec *spec) MUST_CHECK;
/* Signals a process group that is not ours; one that is gone is fine. */
void proc_signal_group(pid_t leader, int number);
/* The same for a process and all that it has started, which may be in groups of their own. */
void proc_signal_tree(pid_t leader, int number);
/* From here on what we and our children print goes to the descriptor, which stays the caller's, and
 * there is nothing to read on stdin. */
int proc_redirect(int fd) MUST_CHECK;

/* A program that is talked with: its stdin, stdout and stderr, without blocking. It ends when we do,
 * for then it reads the end of its input. */
struct proc_talk {
    int pid;
    int to, from, errors;
};

/* cwd and env of the spec: as above; nothing is captured. */
int proc_talk_start(struct proc_talk *t, const struct proc_spec *spec) MUST_CHECK;
/* Closes its input and waits a second for it; then it is ended. Zeroed is fine. */
void proc_talk_end(struct proc_talk *t);

/* The most memory that one of the commands that have ended had, with what it started: bytes. */
uint64_t proc_children_memory(void);

/* Where our own program lies, in `out`; false if the system does not tell. */
bool proc_own_path(struct str *out);

#endif
