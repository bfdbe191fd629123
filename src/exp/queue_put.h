/*
 * Into the queue: the workspace as it is becomes a commit, and each run a stash commit with its
 * parameters set. Neither the user's files nor his index are touched.
 */
#ifndef EXP_QUEUE_PUT_H
#define EXP_QUEUE_PUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/map.h"
#include "model/stagefile.h"
#include "exp/queue.h"

struct arena;
struct data;
struct exp_spec;
struct override_sets;
struct queue_order;
struct repo;
struct strv;

struct queue_put {
    struct arena *arena;
    struct repo *repo;
    char files[41], baseline[41]; /* the commit of the workspace, and HEAD */
    struct map names;             /* of experiments that wait */
    struct stagefile_drafts data; /* .dvc files, as the data in the workspace wants them */
    int64_t last;                 /* time in the last message's name, in ms */
};

/* Takes the files, and puts data that the user changed into the cache: `spec` tells which, and whose
 * params files come in though Git does not know them yet. Takes the repository lock until `d` is
 * closed. End with queue_put_release. */
int queue_put_open(struct queue_put *q, struct arena *arena, struct data *d,
                   const struct exp_spec *spec) MUST_CHECK;
void queue_put_release(struct queue_put *q); /* for CLEANUP */

/* The stash commit of one run; *name becomes a random one if it is NULL. It belongs to nothing yet. */
int queue_put_stash(char rev[41], const char **name, struct queue_put *q,
                    const struct override_sets *params) MUST_CHECK;
/* Queues it. */
int queue_put_task(struct queue_put *q, const char *rev, const char *name,
                   const struct queue_order *order) MUST_CHECK;

#endif
