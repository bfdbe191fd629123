/*
 * Running the commands of one stage: each in a shell of its own, in the stage's working directory,
 * with the terminal.
 */
#ifndef PIPELINE_EXEC_H
#define PIPELINE_EXEC_H

#include <stdbool.h>

#include "base/attr.h"

struct repo;
struct stage;

/* `$SHELL -c` with the flags that keep the shell from reading the user's startup files; a fish
 * before 3.3 has no such flag. `argv` has room for EXEC_ARGV_MAX words. */
#define EXEC_ARGV_MAX 6
void exec_shell_argv(const char *argv[EXEC_ARGV_MAX], const char *shell, bool fish_has_no_config,
                     const char *command);

/* Says "Running stage 'x':" and "> command" for each command, and, unless `dry`, runs it:
 * ERR_FAILED "failed to run: …, exited with N" at the first one that does not end with 0. Takes no
 * lock and touches no file of ours. */
int exec_stage(const struct repo *r, const struct stage *s, bool dry) MUST_CHECK;

#endif
