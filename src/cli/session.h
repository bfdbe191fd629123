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
struct command_line;
struct progress_bar;
struct progress_json;
struct repo;
struct show;

struct session {
    const char *prog;      /* "cairn" or "dvc": the name we were called by, for messages */
    const struct cmd *cmd; /* that runs, see session_run_other */
    struct show *out;
    struct repo *repo;   /* per cmd->needs */
    struct arena *arena; /* lives as long as the command */
    struct progress progress;
    struct progress_bar *bar;
    struct progress_json *events; /* in place of the bar where a command was asked for it */
    int verbosity;                /* -1 quiet, 0, 1, 2 */
    double lock_seconds;          /* to wait for locks; negative with --wait-for-lock */
    int exit_status; /* a command may set it: on success (status -q), or for an error that has its own */
    bool no_hint; /* the command does not want the "git add" hint */
};

/* Goes to the folder of --cd and opens what the command needs. Close in any case. */
int session_open(struct session *s, const struct command_line *line, struct show *out) MUST_CHECK;
/* Runs the command, then does what session_stage does. */
int session_run(struct session *s, const void *args) MUST_CHECK;
/* Runs the command of that name without words and options in place of this one, whose repository it
 * uses; its errors end the program as they would by themselves. */
int session_run_other(struct session *s, const char *name) MUST_CHECK;
void session_close(struct session *s);

/* Stages the touched files in Git with core.autostage, else tells the user to. Done at the end of
 * every successful command; a command that has more to say after it calls it earlier. */
int session_stage(struct session *s) MUST_CHECK;

/* Asks "… [y/n]" on the terminal; without one: false, as if declined (`asked` tells). */
bool session_confirm(struct session *s, const char *question, bool *asked);
/* For a secret that is typed on the terminal. */
void session_hide_typing(bool hide);
/* The same as the data verbs want it (confirm_fn): ctx is the session. */
bool session_agree(void *ctx, const char *question);

#endif
