/*
 * Ctrl-C and SIGTERM set one flag; loops look at it. A second Ctrl-C ends the process at once
 * (safe: see the order of writes). SIGHUP is taken as SIGTERM. SIGPIPE is ignored; writers see
 * EPIPE.
 */
#ifndef OS_SIGNAL_H
#define OS_SIGNAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"

/* What our parent has told us to ignore (nohup, a shell's background) stays ignored. */
void signal_init(void);
bool signal_cancelled(void);
int signal_number(void); /* the one that came, 0 if none */

/* 0, or ERR_INTERRUPTED when cancelled: if ((rc = cancel_check())) return rc; */
int cancel_check(void) MUST_CHECK;
/* The same after a pause, which a signal ends early. */
int cancel_pause(int ms) MUST_CHECK;

/* Commands that run, at most this many at a time: more are not told. A command (its pid) shares our
 * terminal: a Ctrl-C is its own affair, not ours; SIGTERM and SIGHUP, even those that came before,
 * are passed on to it. A process group (minus its id) is passed every signal; the second Ctrl-C
 * kills it. Drop it before it is reaped. */
#define SIGNAL_CHILDREN_MAX 256
void signal_add_child(pid_t child);
void signal_drop_child(pid_t child);

#endif
