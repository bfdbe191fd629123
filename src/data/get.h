/*
 * get: files of another repository, into a folder, not tracked.
 */
#ifndef DATA_GET_H
#define DATA_GET_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct progress;
struct source_spec;

struct get_request {
    const struct source_spec *spec;
    const char *path; /* as source_path takes it */
    const char *out;  /* as typed; into it if it is a folder; NULL: the path's own name, here */
    bool force;       /* files that are there are replaced, others stay */
    bool glob;        /* the path is a pattern; what matches comes by its own name, into `out` */
    int jobs;         /* 0: as configured */
};

/* What does not end well leaves nothing behind but what stood there before. ERR_EXISTS without `force`
 * when something does. Folders on the way are made. */
int data_get(const struct get_request *o, struct progress *p) MUST_CHECK;

/* Where the default remote of the repository has the data: a URL or a path of this machine, in the
 * arena. ERR_NOT_FOUND for what is not tracked. */
int data_get_location(const char **out, struct arena *arena, const struct source_spec *spec,
                      const char *path, struct progress *p) MUST_CHECK;

#endif
