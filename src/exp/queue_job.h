/*
 * Tasks of the queue that were handed over to a cluster (exp/dispatch.h). Kernel locks do not reach
 * from machine to machine, so such a task belongs to the job that its .job file names: it takes the
 * task when it begins, and notes the end as any worker does. Which jobs still are there the scheduler
 * tells; the name is new with each submission, so that a job whose submission nobody remembers finds
 * another name, or none, and ends.
 */
#ifndef EXP_QUEUE_JOB_H
#define EXP_QUEUE_JOB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "os/lock.h"

struct arena;
struct queue_task;
struct queue_tasks;
struct repo;
struct slurm_job;

/* What the scheduler says of the jobs of tasks that have not ended, by place in `tasks`; of others the
 * id is 0. ERR_LOCKED while it cannot be reached. */
int queue_job_look(struct slurm_job *out, struct arena *arena,
                   const struct queue_tasks *tasks) MUST_CHECK;

/* In the job of this name: takes the task of this message, as queue_take does. Not found: it has
 * ended, or belongs to another job. */
int queue_job_take(struct queue_task *out, struct file_lock *lock, int *attempt, bool *found,
                   struct arena *arena, struct repo *r, const char *file,
                   const char *name) MUST_CHECK;

/* Exit statuses of a job on a node that does not see the repository, or has no program at our path. */
enum { JOB_NOT_SHARED = 125, JOB_NO_PROGRAM = 127 };

/* The job has ended, and has noted nothing. Says so in the task's log; then the task waits again if
 * the node is what failed, else it has failed. */
int queue_job_lost(struct repo *r, struct queue_task *task, const struct slurm_job *job) MUST_CHECK;

/* Cancels the job; and for a task that runs, notes the end if that comes soon. */
int queue_job_cancel(const struct queue_task *task) MUST_CHECK;
int queue_job_kill(struct repo *r, const struct queue_task *task) MUST_CHECK;

#endif
