/*
 * One stale stage made fresh: from the run cache if it ran like this before, else by its commands.
 * In two halves, so that other stages can begin while the commands run. Recording in dvc.lock is
 * the caller's (pipeline/record), when both halves are done.
 */
#ifndef PIPELINE_STAGE_RUN_H
#define PIPELINE_STAGE_RUN_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/map.h"

struct arena;
struct data;
struct exec_task;
struct executor;
struct index;
struct memo;
struct plan;
struct stage;
struct stage_job;

/* What all stages of a run share. */
struct stage_runner {
    struct data *data;
    struct memo *memo;
    struct arena *keep;        /* of the stages: what is recorded lives there */
    const char *const *env;    /* extra "NAME=value" for commands, NULL-terminated, or NULL */
    struct executor *executor; /* of the commands */
    struct map readers; /* path -> number of running stages that read it, as a pointer; ours */
};

struct stage_run_options {
    /* As in an exec_task. What these make is neither looked at nor recorded before the commands have run,
     * and outs are removed by who runs them. */
    struct exec_task *const *after;
    bool force, dry, allow_missing, no_commit, no_run_cache;
    /* --pull: missing inputs are outs of this index. They are fetched when the commands have to run;
     * until then what is recorded of them will do. NULL: nothing is fetched. */
    const struct index *pull;
};

enum stage_run_result { STAGE_RAN, STAGE_RESTORED, STAGE_VERIFIED };

/* The repository lock is held during either half. `plan` says why the stage is stale. After the
 * first half either stage_task is what an executor has to run (and the paths of the stage are
 * claimed until stage_end), or the stage is done. The job is the caller's to free, not on errors. */
int stage_begin(struct stage_job **job, struct stage_runner *runner, struct stage *s,
                const struct plan *plan, const struct stage_run_options *opt) MUST_CHECK;
struct exec_task *stage_task(struct stage_job *j);

/* Says "Running stage 'x':"; with `commands` also each command that began (in a dry run: each) as
 * "> command", with its output if that was kept. */
int stage_announce(const struct stage_job *j, bool commands) MUST_CHECK;

/* When the task has ended: ERR_FAILED "failed to run: …, exited with N" unless all went well; else
 * deps and outs are recorded in the stage, and the outs are in the cache. */
int stage_end(struct stage_job *j) MUST_CHECK;
/* In place of stage_end: nothing is recorded. */
int stage_abandon(struct stage_job *j) MUST_CHECK;

enum stage_run_result stage_result(const struct stage_job *j);
/* Whether the run cache may have it; whether its outs become links once their objects are published. */
bool stage_keeps_run(const struct stage_job *j);
bool stage_wants_links(const struct stage_job *j);
void stage_job_free(struct stage_job *j);

#endif
