#include "registry/diff.h"

#include "base/arena.h"
#include "base/str.h"
#include "git/gitpatch.h"
#include "data/data.h"
#include "registry/artifact.h"
#include "registry/pick.h"
#include "registry/prompt.h"
#include "registry/state.h"

int registry_diff_side(struct registry_pick *out, struct arena *arena, const struct registry *reg,
                       const char *name, const char *version) {
    return registry_pick(
        out, arena, reg,
        arena_printf(arena, "%s%s%s", name, version[0] == '#' ? "" : "@", version));
}

static int read_side(struct str *out, const char **path, struct arena *arena, struct data *d,
                     const struct registry_pick *side) {
    struct artifact a;
    int rc = artifact_find(&a, arena, d->repo, side->version->commit, side->name);

    if (rc) {
        return rc;
    }
    *path = arena_printf(arena, "%s@%s", a.path, side->version->name);
    return str_eq(a.type, "prompt") ? prompt_read(out, arena, d, &a, side->version->commit) : 0;
}

int registry_diff_prompt(struct str *out, struct arena *arena, struct data *d,
                         const struct registry_pick *a, const struct registry_pick *b) {
    struct str old CLEANUP(str_release) = STR_INIT, now CLEANUP(str_release) = STR_INIT;
    const char *old_path, *now_path;
    int rc;

    if ((rc = read_side(&old, &old_path, arena, d, a)) ||
        (rc = read_side(&now, &now_path, arena, d, b))) {
        return rc;
    }
    return gitpatch_texts(out, &old, old_path, &now, now_path);
}
