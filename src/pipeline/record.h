/*
 * What stages that finished have made gets recorded: run cache, .gitignore, dvc.lock or .dvc file.
 * Several stages at a time, for each round costs a few syncs: their objects are made durable
 * together, then dvc.lock is written once. What is written is written in the order of the run,
 * whatever the order in which stages ended, so that the same run leaves the same bytes.
 */
#ifndef PIPELINE_RECORD_H
#define PIPELINE_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct data;
struct recorder;
struct stage;

/* From here until recorder_free the objects of outs wait for recorder_flush. */
struct recorder *recorder_new(struct data *d);
/* Forgets what was not flushed. */
void recorder_free(struct recorder *r);
void recorder_freep(struct recorder **r);

/* The stage at place `turn` of the order has finished. Says what will change ("Updating lock file
 * 'dvc.lock'"). */
enum record_flags {
    RECORD_RUN = 1,   /* the run cache is to have it */
    RECORD_LINKS = 2, /* its outs were committed with relink_later, which asks for links */
};
int recorder_add(struct recorder *r, size_t turn, struct stage *s, unsigned flags) MUST_CHECK;

/* Milliseconds until a flush is due: 0 if it is now, -1 if it would write nothing. */
int recorder_due(const struct recorder *r, size_t settled);

/* Writes what waits of the turns before `settled`: none of them is still to come. */
int recorder_flush(struct recorder *r, size_t settled) MUST_CHECK;

#endif
