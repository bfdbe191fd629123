/*
 * Slurm, by the commands that every cluster has: a job is handed over with sbatch, asked for with
 * squeue (and sacct, when squeue has forgotten it and accounting is on), and ended with scancel.
 * Nothing here waits for a job or keeps state.
 *
 * squeue's --json is not used: in Slurm 22.05 it prints every job of the cluster, whatever -j says.
 */
#ifndef BATCH_SLURM_H
#define BATCH_SLURM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;

/* What is asked for. NULL and 0: what the cluster gives by itself. */
struct slurm_ask {
    const char *name;    /* of the job, without commas and blanks: slurm_name makes one */
    const char *comment; /* for people, or NULL */
    const char *dir;     /* working directory */
    const char *log;     /* file for stdout and stderr of the script, with Slurm's %A and %a */
    const char *partition, *account, *qos;
    const char *time, *mem, *gpus; /* as sbatch takes them */
    int64_t cpus;
    struct strv args;  /* further arguments of sbatch */
    struct strv after; /* ids of jobs that have to end well first; else this one is cancelled */
    size_t tasks;      /* above 0: an array with indexes from 0 */
    size_t at_once;    /* so many of the array run at a time; 0: no limit */
    bool requeue;      /* once more when the node fails */
};

#define SLURM_NO_INDEX (-1)

/* Tasks of one array; more than this is refused where MaxArraySize is as Slurm has it. */
#define SLURM_TASKS_MAX 1000

enum slurm_state {
    SLURM_UNKNOWN, /* Slurm does not know the job (any more) */
    SLURM_PENDING,
    SLURM_RUNNING, /* or suspended, or about to end */
    SLURM_DONE,    /* exit status 0 */
    SLURM_FAILED,
    SLURM_OUT_OF_MEMORY,
    SLURM_OUT_OF_TIME,
    SLURM_NODE_FAILED, /* or did not boot, or was wanted for other jobs */
    SLURM_CANCELLED,
};
/* "pending", "out of memory" … */
const char *slurm_state_name(enum slurm_state s);
bool slurm_has_ended(enum slurm_state s); /* false for SLURM_UNKNOWN */
bool slurm_is_alive(enum slurm_state s);  /* pending or running */

struct slurm_job {
    uint64_t id;
    int64_t index; /* in its array, or SLURM_NO_INDEX */

    /* The answer. */
    enum slurm_state state;
    const char *reason;  /* in Slurm's words: "Resources", "OutOfMemory"; "" if it tells none */
    const char *node;    /* "" if it has none */
    int status;          /* of the script: its exit code, or minus the signal that ended it */
    int64_t elapsed;     /* seconds */
    uint64_t memory_max; /* bytes; 0 if Slurm does not tell */
};

/* A job as people write it: "123", or "123_4" in an array. */
const char *slurm_ref(struct arena *arena, uint64_t id, int64_t index);
bool slurm_ref_parse(uint64_t *id, int64_t *index, const char *text);

/* A name for jobs out of any text: "cairn-3f9a2c41d0-train". `key` comes before what the text is
 * shortened to. */
const char *slurm_name(struct arena *arena, const char *key, const char *text);

/* Hands a script with its arguments (NULL-terminated) over. ERR_NOT_FOUND if there is no sbatch, else
 * what sbatch says: ERR_FAILED, or ERR_LOCKED if the controller cannot be reached. The job may be
 * there all the same, see slurm_find. No signal cuts these calls short. */
int slurm_submit(uint64_t *id, const struct slurm_ask *ask, const char *script,
                 const char *const *argv) MUST_CHECK;

/* Asks for all of them in one call; strings go to the arena. A job that nobody knows is
 * SLURM_UNKNOWN. ERR_LOCKED while the controller cannot be reached: ask again later. */
int slurm_look(struct slurm_job *jobs, size_t n, struct arena *arena) MUST_CHECK;

/* The newest job of that name which Slurm knows, ended or not; 0 if there is none. ERR_LOCKED as above. */
int slurm_find(uint64_t *id, const char *name) MUST_CHECK;

/* Ends them soon; those that have ended are passed over. */
int slurm_cancel(const struct slurm_job *jobs, size_t n) MUST_CHECK;
/* The same by name: for a submission whose answer was lost. */
int slurm_cancel_named(const char *name) MUST_CHECK;

#endif
