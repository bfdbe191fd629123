/*
 * Artifacts of another repository: which commit and path a name, with a version or stage, stands for
 * there.
 */
#ifndef REGISTRY_ELSEWHERE_H
#define REGISTRY_ELSEWHERE_H

#include "base/attr.h"

struct arena;
struct progress;
struct source_spec;

struct artifact_place {
    const char *commit; /* full id */
    const char *path;   /* as source_path takes it, from its top */
};

/* `version` and `stage` may be NULL: the highest version. Tags are asked for anew at every call, as
 * stages move. ERR_NOT_FOUND if there is no such artifact, version, or version in the stage. */
int artifact_elsewhere(struct artifact_place *out, struct arena *arena,
                       const struct source_spec *spec, const char *name, const char *version,
                       const char *stage, struct progress *p) MUST_CHECK;

#endif
