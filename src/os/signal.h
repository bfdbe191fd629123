/*
 * Ctrl-C and SIGTERM set one flag; loops look at it. A second Ctrl-C ends the process at once (safe: see
 * the order of writes). SIGPIPE is ignored; writers see EPIPE.
 */
#ifndef OS_SIGNAL_H
#define OS_SIGNAL_H

#include <stdbool.h>

#include "base/attr.h"

void signal_init(void);
bool signal_cancelled(void);
int signal_number(void); /* the one that came, 0 if none */

/* 0, or ERR_INTERRUPTED when cancelled: if ((rc = cancel_check())) return rc; */
int cancel_check(void) MUST_CHECK;

#endif
