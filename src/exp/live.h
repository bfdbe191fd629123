/*
 * Metrics while a program runs, in the files that DVCLive writes, so that whatever shows those shows
 * these: below a folder ("dvclive") metrics.json with the latest values, plots/metrics/<name>.tsv with
 * a line per step, and in dvc.yaml beside the folder the entries that make DVC look at them.
 */
#ifndef EXP_LIVE_H
#define EXP_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;

struct live_request {
    const char *dir;    /* the folder, below the working directory */
    struct strv values; /* "accuracy=0.9", "train/loss=1e-3": a name with slashes lies in folders */
    int64_t step;       /* below 0: the one after the last */
    bool summary;       /* the latest values alone: no step, no line */
    bool timestamp;     /* a line tells when it was written, in ms */
    bool no_dvcyaml;    /* dvc.yaml is left alone */
};

/* Several may log at once. ERR_INVALID for what is no NAME=VALUE, and for files that are not those
 * of DVCLive; nothing is written then. */
int live_log(struct arena *arena, const struct live_request *o) MUST_CHECK;

#endif
