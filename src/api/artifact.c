/*
 * Versions of artifacts.
 */
#include <cairn.h>

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "registry/artifact.h"
#include "registry/pick.h"
#include "registry/state.h"
#include "api/handle.h"

static int pick(const struct registry_version **out, struct arena *arena,
                const struct registry *reg, const char *name, const char *version,
                const char *stage) {
    const struct registry_artifact *artifact;

    if (version && stage) {
        return err_set(ERR_FAILED, "an artifact is named by a version or by a stage, not by both");
    }
    int rc = registry_pick_artifact(&artifact, arena, reg, name);
    if (rc) {
        return rc;
    }
    return stage ? registry_pick_stage(out, artifact, stage)
                 : registry_pick_version(out, arena, artifact, version ? version : "latest");
}

static int find(char rev[41], const char **path, struct arena *arena, cairn *c, const char *name,
                const char *version, const char *stage) {
    struct registry *reg CLEANUP(registry_freep) = NULL;
    const struct registry_version *found;
    struct artifact artifact;
    const char *inside;

    int rc = handle_enter(&inside, c, arena, "");
    if (!rc && !c->source.git) {
        rc = err_set(ERR_FAILED, "'%s' is in no Git repository, and versions are its tags",
                     c->source.shown);
    }
    rc = rc ? rc : registry_load(&reg, c->source.git);
    rc = rc ? rc : pick(&found, arena, reg, name, version, stage);
    rc = rc ? rc : artifact_find(&artifact, arena, c->source.repo, found->commit, name);
    if (!rc) {
        memcpy(rev, found->commit, 41);
        *path = artifact.path;
    }
    return rc;
}

int cairn_artifact(cairn *c, const char *name, const char *version, const char *stage, char rev[41],
                   char **path) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *found;

    *path = NULL;
    call_begin();
    int rc = find(rev, &found, arena, c, name, version, stage);
    if (!rc) {
        *path = mem_strdup(found);
    }
    return call_end(rc);
}
