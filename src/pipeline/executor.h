/*
 * Where commands run. A stage's commands are a task: handed over with what it takes to run them
 * anywhere (their text, a folder, the environment), and taken back with an exit status and the
 * output. Whoever hands them over (pipeline/schedule) sees neither processes nor machines; what can
 * run a task is one table of functions.
 */
#ifndef PIPELINE_EXECUTOR_H
#define PIPELINE_EXECUTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct exec_task {
    /* What is asked for; lent until the task has ended. */
    const char *const *commands; /* run in order while they succeed; NULL-terminated */
    const char *dir;             /* working directory */
    const char *const *env;      /* extra "NAME=value", NULL-terminated */
    /* It has the terminal: its output is seen while it runs, and each command is announced by
     * log_info("> …") first. Else the output is kept. At most one at a time. */
    bool attached;
    void *owner; /* for who started it */
    bool
        store; /* the stage's outs belong into the cache: whoever runs it elsewhere may put them there */
    /* Whose commands they are, with its deps recorded, for an executor that runs them elsewhere: what
     * they need, what they make, and what its meta asks for. */
    const struct stage *stage;
    /* Tasks that have begun and have to end well before this one is run, NULL-terminated; or NULL. They
     * make some of what it needs. Lent until `start` returns. */
    struct exec_task *const *after;

    /* What came of it. */
    size_t begun; /* commands started */
    int status;   /* of the last one: its exit code, or minus the signal that ended it */
    bool failed;  /* it could not be started: `why` */
    const char *why;
    /* File with stdout and stderr of a task that is not attached, else -1; one that is there when the
     * task begins is used. */
    int output;
    const char *known; /* folder with what was remembered of them then (store/statcache), or NULL */
    struct digest *made; /* of each out of the stage, as it was then (unset: not known); or NULL */
    off_t *from;         /* where the output of each command begins in it; from[begun] is the end */
};

struct digest;
struct executor;
struct stage;

struct executor_ops {
    const char *name;
    /* Whether it has this very task from a run that was killed: then what the commands made is not
     * touched before it starts. NULL: it never has. */
    int (*holds)(bool *yes, struct executor *e, struct exec_task *task);
    /* Begins; returns at once. The task is the executor's until `wait` gives it back. */
    int (*start)(struct executor *e, struct exec_task *task);
    /* So many slots will be in use from now on: before a task begins and after one has ended. False:
     * it has no room for that many now, and `wait` returns when it may be asked again. */
    bool (*use_slots)(struct executor *e, size_t slots);
    /* The next task that has ended; NULL after `ms` milliseconds (negative: never), when a signal
     * came, and when there may be room for slots that were refused. */
    int (*wait)(struct exec_task **ended, struct executor *e, int ms);
    /* Asks all tasks to end soon; they still come back through `wait`. Told again: at once. */
    void (*cancel)(struct executor *e);
    /* What came of a task that `wait` gave back is known elsewhere from now on. NULL: it keeps nothing. */
    void (*forget)(struct executor *e, const struct exec_task *task);
    void (*close)(struct executor *e);
};

struct executor {
    const struct executor_ops *ops;
};

/* Frees what an ended task holds. */
void exec_task_release(struct exec_task *task);

#endif
