#include "registry/pick.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "model/suggest.h"
#include "registry/artifact.h"
#include "registry/semver.h"
#include "registry/state.h"

int registry_version_name(const char **out, struct arena *arena, const char *typed) {
    const char *name =
        typed[0] == 'v' ? arena_strdup(arena, typed) : arena_printf(arena, "v%s", typed);

    if (!semver_valid(name)) {
        int rc = err_set(ERR_FAILED, "'%s' is no version", typed);
        err_hint("versions are written as in v1.0.0 or v2.1.0-rc.1");
        return rc;
    }
    *out = name;
    return 0;
}

static int not_found(const char *near, const char *text) {
    int rc = err_set(ERR_NOT_FOUND, "%s", text);

    if (near) {
        err_hint("did you mean '%s'?", near);
    }
    return rc;
}

int registry_pick_artifact(const struct registry_artifact **out, struct arena *arena,
                           const struct registry *reg, const char *name) {
    struct strv names CLEANUP(strv_release) = {0};

    name = artifact_tag_name(arena, name);
    *out = registry_find(reg, name);
    if (*out) {
        return 0;
    }
    for (size_t i = 0; i < reg->artifacts.len; i++) {
        vec_push(&names, reg->artifacts.at[i]->name);
    }
    return not_found(suggest_name(name, &names),
                     arena_printf(arena, "no version of '%s' is registered", name));
}

int registry_pick_version(const struct registry_version **out, struct arena *arena,
                          const struct registry_artifact *a, const char *version) {
    struct strv names CLEANUP(strv_release) = {0};
    const char *name;
    int rc;

    if (str_eq(version, "latest") || str_eq(version, "greatest")) {
        *out = registry_latest(a);
        return *out ? 0 : err_set(ERR_NOT_FOUND, "no version of '%s' is registered", a->name);
    }
    if ((rc = registry_version_name(&name, arena, version))) {
        return rc;
    }
    *out = registry_version(a, name);
    if (*out) {
        return 0;
    }
    for (size_t i = 0; i < a->versions.len; i++) {
        vec_push(&names, a->versions.at[i].name);
    }
    return not_found(suggest_name(name, &names),
                     arena_printf(arena, "'%s' has no version %s", a->name, name));
}

int registry_pick_stage(const struct registry_version **out, const struct registry_artifact *a,
                        const char *stage) {
    struct strv names CLEANUP(strv_release) = {0};

    *out = registry_in_stage(a, stage);
    if (*out) {
        return 0;
    }
    for (size_t i = 0; i < a->events.len; i++) {
        if (a->events.at[i]->stage) {
            vec_push(&names, a->events.at[i]->stage);
        }
    }
    int rc = err_set(ERR_NOT_FOUND, "no version of '%s' is in stage '%s'", a->name, stage);
    const char *near = suggest_name(stage, &names);
    if (near && !str_eq(near, stage)) {
        err_hint("did you mean '%s'?", near);
    }
    return rc;
}

int registry_pick(struct registry_pick *out, struct arena *arena, const struct registry *reg,
                  const char *target) {
    size_t len = strcspn(target, "@#");
    int rc;

    *out =
        (struct registry_pick){.name = artifact_tag_name(arena, arena_strndup(arena, target, len))};
    out->artifact = registry_find(reg, out->name);
    if (!target[len]) {
        return 0;
    }
    if ((rc = registry_pick_artifact(&out->artifact, arena, reg, out->name))) {
        return rc;
    }
    return target[len] == '@'
               ? registry_pick_version(&out->version, arena, out->artifact, target + len + 1)
               : registry_pick_stage(&out->version, out->artifact, target + len + 1);
}
