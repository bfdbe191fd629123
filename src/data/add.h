/*
 * add: track files and folders.
 */
#ifndef DATA_ADD_H
#define DATA_ADD_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct data;
struct index;
struct stage;

struct add_options {
    struct strv targets;
    bool no_commit, force, no_relink, glob;
    const char *out;    /* -o: where the target is copied to and tracked, or NULL */
    bool to_remote;     /* nothing is put into the cache or the workspace, all goes to the remote */
    const char *remote; /* of to_remote; NULL: the default */
    int jobs;           /* transfers at a time; 0: as configured */
};

/* Takes the repository lock. All targets are checked before the first change (tracked by Git,
 * overlaps, ignored, outside). A target inside a tracked folder updates that folder's .dvc. */
int data_add(struct data *d, const struct add_options *o) MUST_CHECK;

/* Whether the one out of a new stage, an import say, may be made, by the same rules; what the index has
 * of the same file is replaced. */
int add_check_new(struct arena *arena, struct data *d, struct index *idx,
                  struct stage *s) MUST_CHECK;

#endif
