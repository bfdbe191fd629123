/*
 * The runs of `exp run` that are not in the user's workspace: --temp, --queue and --run-all.
 */
#ifndef CMD_EXP_QUEUE_H
#define CMD_EXP_QUEUE_H

#include "base/attr.h"

struct exp_spec;
struct session;
struct strv;
struct worker_request;

/* A copy of the workspace, now. `copy` are the paths of -C. */
int exp_queue_temp(struct session *s, const struct exp_spec *spec,
                   const struct strv *copy) MUST_CHECK;
/* One task, or with sweeps one for each of their runs. */
int exp_queue_put(struct session *s, const struct exp_spec *spec,
                  const struct strv *copy) MUST_CHECK;
/* Starts workers and follows the logs of all that waits. */
int exp_queue_run_all(struct session *s, const struct worker_request *workers) MUST_CHECK;

#endif
