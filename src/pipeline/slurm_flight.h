/*
 * A task of exec_slurm and its job, from the folder that is prepared for it to what came back in it.
 */
#ifndef PIPELINE_SLURM_FLIGHT_H
#define PIPELINE_SLURM_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "batch/slurm.h"
#include "pipeline/slurm_task.h"

struct arena;
struct exec_task;
struct repo;

/* Where the folders are. */
struct slurm_place {
    struct repo *repo;
    const char *dir; /* absolute */
    int fd;
};

enum flight_state {
    FLIGHT_WAITS, /* to be handed over */
    FLIGHT_FLIES, /* Slurm has it */
    FLIGHT_LANDED /* to be given back */
};

struct flights VEC_OF(struct flight *);

struct flight {
    enum flight_state state;
    const struct slurm_place *place;
    struct arena *arena;
    struct exec_task *task;
    struct slurm_task order;
    const char *key;
    int folder;
    struct slurm_ask ask;
    bool array;           /* may be part of one */
    bool tried;           /* it was handed over, and nobody knows whether that worked */
    struct flights after; /* in flight, and to end well before it begins */
    struct slurm_job job;
    int64_t began_ns; /* it has a job since */
    int64_t ended_ns; /* seen to have ended, without a result; 0: not yet */
};

/* Makes its folder if there is none; ERR_INVALID for a meta.slurm that cannot be meant. */
int flight_new(struct flight **out, const struct slurm_place *place,
               struct exec_task *task) MUST_CHECK;
void flight_free(struct flight *f); /* NULL is fine */
const char *flight_ref(const struct flight *f);

/* Whether the folder has a job that runs the same, or one that did and left its result: f->job. A job
 * that still runs anything else is ended first. */
int flight_find_earlier(bool *held, struct flight *f) MUST_CHECK;

/* The folder as it has to be for a job of that name. */
int flight_prepare(struct flight *f, const char *name, int64_t index) MUST_CHECK;
/* It has f->job from now on. */
void flight_take_off(struct flight *f);

/* Another job has the task, one whose submission seemed to fail: f->job. */
bool flight_follow_claim(struct flight *f);
/* The result becomes the end of the task; false: there is none that can be believed, or, for the `patient`,
 * not all that it tells of can be seen here yet. */
bool flight_take_result(struct flight *f, bool patient);
/* The task could not be run. */
void flight_land_failed(struct flight *f, const char *why);
/* The same for a job that has ended without a result: why, and the end of its log. */
void flight_land_lost(struct flight *f);

/* "12 s", "3 min", "2 h 5 min" */
const char *flight_time(struct arena *arena, int64_t seconds);

#endif
