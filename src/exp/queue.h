/*
 * The queue of experiments: folders below .dvc/tmp/exps, laid out as DVC's own so that each tool sees
 * the tasks of the other.
 *
 *   celery/broker/in/<time>_<uuid>.celery.msg         a task that waits, see exp/queue_task.h
 *   celery/broker/processed/<the same name>           taken by somebody, through rename
 *   celery/result/celery-task-meta-<uuid of the task> it has ended
 *   run/<stash>/<stash>.run, .json, .out              what came of it, its process, its log
 *   run/<stash>/<stash>.lock, .tries, .job            ours alone
 *
 * A task is a stash commit, kept in the log of refs/exps/celery/stash until it has ended well and in
 * that of …/failed if it did not; nothing is read from the user's work tree after it was queued. Who
 * runs a task holds the kernel lock <stash>.lock, which ends with the process, however that ends. So
 * a task that was taken and has not ended, but whose lock is free, belonged to somebody who died:
 * whoever next looks for work puts it back, and calls it failed after QUEUE_TRIES attempts. Nothing
 * else has to be watched, and nothing can be stuck.
 *
 * A task that was handed over to a cluster belongs to its job instead: exp/queue_job.h.
 *
 * Tasks that DVC queued are ours to run, too (exp/queue_order.h), and who moves the message first has
 * the task; one that DVC has taken is DVC's.
 */
#ifndef EXP_QUEUE_H
#define EXP_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "os/lock.h"

struct arena;
struct node;
struct repo;

enum { QUEUE_TRIES = 5 };

enum queue_state { QUEUE_RUNNING, QUEUE_WAITING, QUEUE_FAILED, QUEUE_SUCCESS };
const char *queue_state_name(enum queue_state state); /* "Running", "Queued", "Failed", "Success" */

struct queue_task {
    enum queue_state state;
    const char *name;           /* of the experiment, or NULL */
    char rev[41], baseline[41]; /* the stash commit, by which a task is called; what it stands on */
    const char *root; /* running: the copy of the Git work tree that it runs in, or NULL */
    const char *log;  /* begun: absolute path of its output, or NULL */
    const char *ref;  /* success: the experiment's reference */
    long pid;         /* begun: of its process; 0 if unknown */
    bool ended;       /* `status` is known: its exit code, or minus a signal's number */
    int status;

    /* Handed over to a cluster: the name of its job (else NULL), the job's id (0: not known yet) and
     * its index in an array. The task is QUEUE_WAITING until the job has begun. */
    const char *job_name;
    uint64_t job;
    int64_t job_index;

    /* For the other files of the queue. */
    const char *file, *id;      /* of its message */
    bool taken;                 /* the message is in `processed` */
    bool mine;                  /* taken, and run by us */
    const struct node *ours;    /* what to run: exp/queue_task.h; NULL if DVC queued it */
    const struct node *options; /* DVC's: what to copy, and the message */
};
struct queue_tasks VEC_OF(struct queue_task);

/* All tasks in DVC's order: running, waiting, failed, success, each as they were queued. Takes no
 * lock and changes nothing. What is no task, or damaged, is passed over. */
int queue_list(struct queue_tasks *out, struct arena *arena, struct repo *r) MUST_CHECK;

/* When the queue's folders changed last. With equal stamps the same tasks are there in the same
 * states, but for those whose process died: that changes no file. */
struct queue_stamp {
    int64_t changed[3]; /* ns: of what waits, was taken, has ended */
};
void queue_stamp(struct queue_stamp *out, const struct repo *r);
bool queue_stamp_equal(const struct queue_stamp *a, const struct queue_stamp *b);

/* When it was queued, in seconds since the epoch. */
int queue_created(int64_t *out, struct repo *r, const struct queue_task *task) MUST_CHECK;

/* The task called by its experiment's name or the first digits of its rev (7 at least), of those in
 * `states` (bits 1 << enum queue_state); NULL if there is none. The newest of several. */
const struct queue_task *queue_find(const struct queue_tasks *tasks, const char *name,
                                    unsigned states);

/* Takes the next task that waits; its lock is then held in `lock`, and *attempt counts from 1. Before
 * that, what dead processes left is put back. *found is false if there is nothing to do. */
int queue_take(struct queue_task *out, struct file_lock *lock, int *attempt, bool *found,
               struct arena *arena, struct repo *r) MUST_CHECK;
/* Gives a task that was taken back to those that wait: the attempt does not count. */
int queue_put_back(struct repo *r, const struct queue_task *task) MUST_CHECK;
/* Notes where a task that was taken runs, and what came of it; task->root, log, ref, pid, status and
 * ended are read. queue_finish is the end: success if there is a ref. */
int queue_note(struct repo *r, const struct queue_task *task) MUST_CHECK;
/* Notes that it belongs to a job: task->job_name, job and job_index are read. */
int queue_note_job(struct repo *r, const struct queue_task *task) MUST_CHECK;
int queue_finish(struct repo *r, const struct queue_task *task) MUST_CHECK;

/* Forgets a task that does not run. */
int queue_remove(struct repo *r, const struct queue_task *task) MUST_CHECK;
/* Ends a running task: politely (SIGINT, as Ctrl-C), or at once by SIGKILL with `force`; a job is
 * cancelled. It counts as failed. A process or job that is gone is no error. */
int queue_kill(struct repo *r, const struct queue_task *task, bool force) MUST_CHECK;

/* Files of a task below .dvc/tmp/exps/run: "lock", "out", … Absolute. */
const char *queue_file(struct arena *arena, const struct repo *r, const char *rev,
                       const char *suffix);

#endif
