/*
 * Answering ssh's question for a password: it runs the program named by SSH_ASKPASS, which is we
 * ourselves. The secret goes through the environment of that one ssh, never through arguments.
 */
#ifndef OS_ASKPASS_H
#define OS_ASKPASS_H

#include "base/attr.h"
#include "base/vec.h"

struct arena;

/* Appends the variables for ssh; nothing if the system does not tell where our program is. */
void askpass_env(struct strv *env, struct arena *arena, const char *secret);

/* The answer, if this process was started to give it; else NULL. `argv` is main's: a question that
 * is for no password ("continue connecting (yes/no)?") is answered with "". */
const char *askpass_answer(int argc, char *const *argv);

#endif
