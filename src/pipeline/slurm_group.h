/*
 * Tasks of exec_slurm that are handed over together: one job, or an array of those that ask for the same.
 */
#ifndef PIPELINE_SLURM_GROUP_H
#define PIPELINE_SLURM_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct flight;
struct flights;
struct slurm_place;

/* The script that every job runs, and the program that it starts: absolute paths. */
struct slurm_script {
    const char *path, *program;
};
/* Makes the script in the place; ERR_IO. */
int slurm_script_write(const struct slurm_place *place) MUST_CHECK;

/* Whether those before it can be named to Slurm, or have ended; f->ask.after is set. */
bool flight_is_ready(struct flight *f);

/* Appends flight `first` of all, which is ready, and those behind it that wait and can be in one array with it. */
void flights_like(struct flights *group, const struct flights *all, size_t first);

/* Prepares their folders and submits them: errors as slurm_submit. After one the flights bear the name
 * under which the job may be there all the same. */
int flights_submit(uint64_t *id, const struct flights *group,
                   const struct slurm_script *script) MUST_CHECK;
/* The job that was submitted by that name, 0 if there is none; errors as slurm_find. Appends all of its
 * flights. */
int flights_find(uint64_t *id, struct flights *group, const struct flights *all,
                 size_t first) MUST_CHECK;

/* They have the job from now on; says so. */
void flights_take_off(const struct flights *group, uint64_t id);

#endif
