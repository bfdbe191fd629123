/*
 * Which version is meant: "name", "name@v1.2.3", "name@latest" and "name#Production".
 */
#ifndef REGISTRY_PICK_H
#define REGISTRY_PICK_H

#include "base/attr.h"

struct arena;
struct registry;
struct registry_artifact;
struct registry_version;

struct registry_pick {
    const char *name;
    const struct registry_artifact *artifact; /* NULL: nothing of it is registered */
    const struct registry_version *version;   /* NULL: none was asked for */
};

/* ERR_NOT_FOUND, with a near name as hint, for a version or stage that the artifact does not have. */
int registry_pick(struct registry_pick *out, struct arena *arena, const struct registry *reg,
                  const char *target) MUST_CHECK;

/* The artifact of that name (as typed); ERR_NOT_FOUND if it has no tags. */
int registry_pick_artifact(const struct registry_artifact **out, struct arena *arena,
                           const struct registry *reg, const char *name) MUST_CHECK;
/* "v1.2.3", "1.2.3" or "latest". */
int registry_pick_version(const struct registry_version **out, struct arena *arena,
                          const struct registry_artifact *a, const char *version) MUST_CHECK;
/* The version in the stage. */
int registry_pick_stage(const struct registry_version **out, const struct registry_artifact *a,
                        const char *stage) MUST_CHECK;

/* The version with its "v"; ERR_FAILED if it is none. */
int registry_version_name(const char **out, struct arena *arena, const char *typed) MUST_CHECK;

#endif
