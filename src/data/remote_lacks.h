/*
 * What of the tracked data a remote does not have.
 */
#ifndef DATA_REMOTE_LACKS_H
#define DATA_REMOTE_LACKS_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct data;
struct strv;
struct tracked;

struct remote_lacks_request {
    const char *remote;        /* NULL: the default one; outs bound to a remote are asked of that */
    bool files;                /* the files of folders, too */
    const struct strv *within; /* as in struct compare_options */
};

/* Paths as in struct compare_entry, sorted. Without any remote nothing is there; a remote that is
 * named but not configured is an error. */
int remote_lacks(struct strv *out, struct arena *arena, struct data *d,
                 const struct tracked *records, const struct remote_lacks_request *o) MUST_CHECK;

#endif
