/*
 * What a running command gets from the command line around it.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <stdbool.h>

#include "base/attr.h"
#include "job/progress.h"

struct arena;
struct cmd;
struct repo;
struct show;

struct session {
    const char *prog; /* "cairn" or "dvc": the name we were called by, for messages */
    const struct cmd *cmd;
    struct show *out;
    struct repo *repo;   /* per cmd->needs */
    struct arena *arena; /* lives as long as the command */
    struct progress progress;
    int verbosity;       /* -1 quiet, 0, 1, 2 */
    double lock_seconds; /* to wait for locks; negative with --wait-for-lock */
    int exit_status;     /* a command may set it on success: status -q, check-ignore */
    bool no_hint;        /* the command does not want the "git add" hint */
};

/* Asks "… [y/n]" on the terminal; without one: false, as if declined (`asked` tells). */
bool session_confirm(struct session *s, const char *question, bool *asked);

#endif
