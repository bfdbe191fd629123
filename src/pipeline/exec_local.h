/*
 * Commands in processes of this machine: each in a shell of its own, the user's, as DVC does. Those
 * that cannot share our terminal get a process group, so that what stops us stops all that they
 * started.
 */
#ifndef PIPELINE_EXEC_LOCAL_H
#define PIPELINE_EXEC_LOCAL_H

#include <stdbool.h>
#include <stddef.h>

struct executor;

/* `folder` (exists; lent) is for files with the output of commands; they have no name there. With
 * more than one job, the slots are shared with every make that the commands run, and with the make
 * that runs us (os/jobserver). */
struct executor *exec_local_new(const char *folder, size_t jobs);

/* `$SHELL -c` with the flags that keep the shell from reading the user's startup files; a fish
 * before 3.3 has no such flag. `argv` has room for EXEC_ARGV_MAX words. */
#define EXEC_ARGV_MAX 6
void exec_shell_argv(const char *argv[EXEC_ARGV_MAX], const char *shell, bool fish_has_no_config,
                     const char *command);

#endif
