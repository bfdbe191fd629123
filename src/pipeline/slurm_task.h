/*
 * A task on its way to a node and back: a folder below .dvc/tmp/cairn/jobs that submitter and node
 * share. It is named by its stage (the key), so that the same stage finds it again, and holds:
 *
 *   task.json    what is to run and what it needs, and the name of the job: by the submitter, before
 *                the job
 *   job          "123", or "123_4" in an array: by the submitter, when Slurm has told it
 *   claim        the same, and how often Slurm has started it anew: by the node, of the job that runs it
 *   log          what the commands print
 *   result.json  how it ended: by the node, and only if the commands came to an end
 *   tmp/cairn    what the node has remembered of the outs that it put into the cache (store/statcache)
 *
 * The two .json are a line each, with the sha256 of the line behind it: what is not signed off like
 * that is not there. Beside the folders lies one called "ended", with an empty file for each key
 * whose result wants to be looked at.
 */
#ifndef PIPELINE_SLURM_TASK_H
#define PIPELINE_SLURM_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct arena;
struct exec_task;
struct node;
struct repo;
struct slurm_job;

#define SLURM_TASK_DIR "tmp/cairn/jobs" /* below .dvc */

#define SLURM_KEY_LEN 16

/* A path that the commands read or make. */
struct slurm_path {
    const char *path;          /* as in the model */
    struct digest digest;      /* of a dep; of an out in a result */
    const struct node *params; /* of a params file: key -> value, else NULL */
    bool keep;                 /* an out that the commands continue */
    bool store;                /* an out that belongs into the cache */
    bool later;                /* a dep that a task before this one makes */
};

struct slurm_task {
    const char *version; /* of the cairn that wrote it */
    const char *name;    /* of the job */
    int64_t index;       /* in its array, or SLURM_NO_INDEX */
    bool behind; /* others had not ended when it was handed over: outs are still as they were */

    const struct node *work; /* all below: equal if the same would run */
    const char *address;     /* of the stage, for people */
    const char *const *commands;
    const char *dir;        /* absolute */
    const char *const *env; /* "NAME=value" */
    struct slurm_path *deps, *outs;
    size_t ndeps, nouts;
};

struct slurm_result {
    const char *job, *node;
    const char *refused; /* why no command was begun, or NULL */
    size_t begun;        /* commands started */
    int status;          /* of the last one: exit code, or minus the signal */
    const off_t *from;   /* where the output of each begins in the log; from[begun] is the end */
    int64_t seconds;
    uint64_t memory_max;     /* bytes */
    struct slurm_path *outs; /* that are there */
    size_t nouts;
};

/* The key of a stage: SLURM_KEY_LEN hex digits. */
const char *slurm_task_key(struct arena *arena, const struct repo *r, const char *address);
bool slurm_task_is_key(const char *text);

/* What an executor was asked to run, whose stage has its deps recorded; name and index are the caller's. */
void slurm_task_from(struct slurm_task *out, struct arena *arena, const struct exec_task *task);

/* Whether the job of `was` does what `now` asks for. What others were still to make is taken as it is. */
bool slurm_task_same(struct arena *arena, const struct slurm_task *was,
                     const struct slurm_task *now);

/* The texts of the files. Reading: ERR_INVALID for anything that we would not have written. */
const char *slurm_task_write(struct arena *arena, const struct slurm_task *t);
int slurm_task_parse(struct slurm_task *out, struct arena *arena, const char *text,
                     size_t len) MUST_CHECK;
const char *slurm_result_write(struct arena *arena, const struct slurm_result *r);
int slurm_result_parse(struct slurm_result *out, struct arena *arena, const char *text,
                       size_t len) MUST_CHECK;
/* One of the files of an open folder: ERR_NOT_FOUND if it is not there or not whole. */
int slurm_task_load(struct slurm_task *out, struct arena *arena, int folder) MUST_CHECK;
/* The job that was told to run the task of the folder, by the file or by its name: id and index. Errors as
 * slurm_find. */
int slurm_task_job(bool *found, struct slurm_job *job, int folder,
                   const struct slurm_task *task) MUST_CHECK;
int slurm_result_load(struct slurm_result *out, struct arena *arena, int folder) MUST_CHECK;

#endif
