/*
 * A stage while it is made fresh (pipeline/stage_run has its two halves), for the files that do a
 * part of that: what it needs and makes is recorded (stage_record), its outs are taken from the cache
 * instead of its commands (stage_restore), its place is made ready for commands (stage_place).
 */
#ifndef PIPELINE_STAGE_JOB_H
#define PIPELINE_STAGE_JOB_H

#include <stdbool.h>

#include "base/vec.h"
#include "pipeline/executor.h"
#include "pipeline/stage_run.h"

struct stage_job {
    struct stage_runner *runner;
    struct arena *keep;    /* of the stage: for what is recorded */
    struct arena *scratch; /* of this run of one stage */
    struct data *data;
    struct memo *memo;
    struct stage *stage;
    struct stage_run_options opt;
    enum stage_run_result result;
    bool running;            /* its commands: the paths are claimed */
    bool relink;             /* outs, when their objects are published */
    struct strv read, write; /* which ones */
    struct exec_task task;
    struct strv env;
};

#endif
