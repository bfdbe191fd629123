/*
 * What the words on a command line name: stages ("train", "sub/dvc.yaml:train", "fe" for all of fe@…), .dvc files, outs,
 * or a path inside a folder out.
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
    TARGET_GLOB = 4,      /* --glob: patterns over stage names and outs */
};

/* No target: everything. Unknown: ERR_FAILED with "did you mean". Each stage once, in the order named. */
int target_stages(struct stages *out, const struct index *idx, const struct strv *typed, unsigned flags) MUST_CHECK;
int target_outs(struct target_outs *out, const struct index *idx, const struct strv *typed, unsigned flags) MUST_CHECK;

#endif
