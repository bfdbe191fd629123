/*
 * With the option exp.auto_push, or DVC_EXP_AUTO_PUSH, a finished experiment is pushed at once.
 */
#ifndef EXP_AUTO_PUSH_H
#define EXP_AUTO_PUSH_H

struct arena;
struct data;

/* To the Git remote DVC_EXP_GIT_REMOTE or exp.git_remote (origin), its data and the run cache to the
 * default remote. The experiment is there whatever comes of it: a failure is a warning. */
void exp_auto_push(struct arena *arena, struct data *d, const char *ref);

#endif
