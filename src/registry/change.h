/*
 * Changes of the registry: each makes one annotated tag, as GTO would, signed by the committer.
 */
#ifndef REGISTRY_CHANGE_H
#define REGISTRY_CHANGE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct repo;

/* How a new version gets its name. */
enum registry_bump { BUMP_NONE, BUMP_MAJOR, BUMP_MINOR, BUMP_PATCH };

struct registry_change {
    struct repo *repo;
    struct arena *arena;
    const char *message; /* of the tag; NULL: GTO's words */
};

/* What was made. Strings live in the arena of the change. */
struct registry_made {
    const char *version; /* "v1.2.3"; NULL where it is about the whole artifact */
    struct strv tags;    /* in the order they were made */
};
void registry_made_release(struct registry_made *made);

/* A version for the commit `rev`, called `version`, or the highest one raised at `bump` (patch by
 * default; the first is v0.0.1, or what raising v0.0.0 gives). The artifact must be defined at the
 * commit, or have versions already, unless `force` is given. ERR_FAILED for a commit that has, or had, a
 * version: GTO knows only one for each. */
int registry_register(struct registry_made *out, const struct registry_change *c, const char *name,
                      const char *rev, const char *version, enum registry_bump bump,
                      bool force) MUST_CHECK;
int registry_assign(struct registry_made *out, const struct registry_change *c, const char *name,
                    const char *version, const char *stage) MUST_CHECK;
int registry_unassign(struct registry_made *out, const struct registry_change *c, const char *name,
                      const char *version, const char *stage) MUST_CHECK;
/* A version, or with NULL the artifact, is no longer offered. */
int registry_deprecate(struct registry_made *out, const struct registry_change *c, const char *name,
                       const char *version) MUST_CHECK;
/* Takes the stage from the version that is in it and assigns it to the one that was before: two
 * tags, so that whoever looks at the last tag alone, and whoever looks for the highest version,
 * find the same. */
int registry_rollback(struct registry_made *out, const struct registry_change *c, const char *name,
                      const char *stage) MUST_CHECK;

#endif
