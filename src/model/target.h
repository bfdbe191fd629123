/*
 * What the words on a command line name: stages ("train", "sub/dvc.yaml:train", "fe" for all of
 * fe@…), .dvc files, outs, or a path inside a folder out.
 */
#ifndef MODEL_TARGET_H
#define MODEL_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct index;
struct out;
struct stage;
struct strv;

/* One out (or part of it) meant by a target. */
struct target_out {
    struct out *out;
    const char *below; /* path inside a folder out, or NULL for all of it */
};
struct target_outs VEC_OF(struct target_out);

struct stages;

enum target_flags {
    TARGET_RECURSIVE = 1, /* -R: a folder means all stage files in it */
    TARGET_WITH_DEPS = 2, /* -d: and all stages upstream */
    TARGET_GLOB = 4, /* --glob: patterns over the names of stages (target_outs: over outs too) */
    TARGET_OUTS = 8, /* for target_stages: an out, or a path in one, means its stage */
};

/* No target: everything. Unknown: ERR_FAILED with "did you mean". Each stage once, in the order
 * named; with TARGET_WITH_DEPS in the order they run. A name that is both a stage of the dvc.yaml
 * here and a file means the stage. */
int target_stages(struct stages *out, const struct index *idx, const struct strv *typed,
                  unsigned flags) MUST_CHECK;
/* All outs of the stages named, and what is named below outs. */
int target_outs(struct target_outs *out, const struct index *idx, const struct strv *typed,
                unsigned flags) MUST_CHECK;

#endif
