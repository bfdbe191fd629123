#include "registry/change.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/gitrev.h"
#include "git/gittag.h"
#include "model/repo.h"
#include "registry/artifact.h"
#include "registry/pick.h"
#include "registry/semver.h"
#include "registry/stages.h"
#include "registry/state.h"
#include "registry/tagname.h"

void registry_made_release(struct registry_made *made) {
    strv_release(&made->tags);
}

/* Makes the tag later than all of the artifact's; with a counter where `counted`, or where the name
 * has been used. */
static int make_tag(struct registry_made *out, const struct registry_change *c,
                    struct registry_artifact *a, struct tagname name, const char *commit,
                    bool counted, const char *message) {
    const char *tag = tagname_text(c->arena, &name);
    bool used = false;

    for (size_t i = 0; i < a->events.len; i++) {
        used |= str_eq(a->events.at[i]->tag, tag);
    }
    if (counted || used) {
        name.counter = a->counter + 1;
        tag = tagname_text(c->arena, &name);
    }
    int rc = gittag_create(c->repo->git, tag, commit, c->message ? c->message : message, &a->last);
    if (!rc) {
        a->counter = name.counter > a->counter ? name.counter : a->counter;
        vec_push(&out->tags, tag);
    }
    return rc;
}

/* The highest version that has been, also one taken back, raised. */
static const char *next_version(struct arena *arena, const struct registry_artifact *a,
                                enum registry_bump bump) {
    const char *last = "v0.0.0";

    for (size_t i = 0; i < a->versions.len; i++) {
        const char *name = a->versions.at[i].name;

        last = semver_valid(name) && semver_compare(name, last) > 0 ? name : last;
    }
    return semver_bump(arena, last,
                       bump == BUMP_MAJOR   ? SEMVER_MAJOR
                       : bump == BUMP_MINOR ? SEMVER_MINOR
                                            : SEMVER_PATCH);
}

/* The tag that says so. */
static const char *taken_back(const struct registry_change *c, const struct registry_artifact *a,
                              const struct registry_version *v) {
    struct tagname name = {.action = REGISTRY_DEREGISTER, .artifact = a->name, .version = v->name};

    return tagname_text(c->arena, &name);
}

/* What the commit's version is to be called. */
static int choose_version(const char **out, const struct registry_change *c,
                          const struct registry_artifact *a, const struct gitrev *rev,
                          const char *version, enum registry_bump bump) {
    const struct registry_version *at = registry_version_at(a, rev->id);
    int rc = version ? registry_version_name(out, c->arena, version) : 0;

    if (rc) {
        return rc;
    }
    if (at && at->active) {
        return err_set(ERR_EXISTS, "commit %.7s has version %s of '%s' already", rev->id, at->name,
                       a->name);
    }
    if (at) { /* gto stops at a version that is registered twice */
        rc = err_set(ERR_FAILED, "commit %.7s was version %s of '%s', which was taken back",
                     rev->id, at->name, a->name);
        err_hint("the tag that took it back can be deleted: git tag -d '%s'", taken_back(c, a, at));
        return rc;
    }
    if (!version) {
        *out = next_version(c->arena, a, bump);
        return *out ? 0 : err_set(ERR_FAILED, "no version comes after those of '%s'", a->name);
    }
    const struct registry_version *other = registry_version(a, *out);
    return other ? err_set(ERR_EXISTS, "version %s of '%s' exists: commit %.7s", *out, a->name,
                           other->commit)
                 : 0;
}

int registry_register(struct registry_made *out, const struct registry_change *c, const char *typed,
                      const char *rev, const char *version, enum registry_bump bump, bool force) {
    struct registry *reg CLEANUP(registry_freep) = NULL;
    const char *name = artifact_tag_name(c->arena, typed);
    struct artifact defined;
    struct gitrev commit;
    int rc = registry_of(&reg, c->repo);

    if (rc || (rc = gitrev_find(&commit, c->repo->git, c->arena, rev))) {
        return rc;
    }
    if (!artifact_name_valid(name) || (!force && !registry_find(reg, name))) {
        if ((rc = artifact_find(&defined, c->arena, c->repo, commit.id, name))) {
            return rc;
        }
    }
    struct registry_artifact *a = registry_put(reg, name);
    if ((rc = choose_version(&out->version, c, a, &commit, version, bump))) {
        return rc;
    }
    out->version = arena_strdup(c->arena, out->version);
    return make_tag(
        out, c, a,
        (struct tagname){.action = REGISTRY_REGISTER, .artifact = name, .version = out->version},
        commit.id, false,
        arena_printf(c->arena, "Registering artifact %s version %s", name, out->version));
}

/* Finds the artifact and the version, and lends them as parts that may be changed. */
static int find_version(struct registry_artifact **a, const struct registry_version **v,
                        const struct registry_change *c, struct registry *reg, const char *name,
                        const char *version) {
    const struct registry_artifact *found;
    int rc = registry_pick_artifact(&found, c->arena, reg, name);

    if (rc) {
        return rc;
    }
    *a = registry_find(reg, found->name);
    return version ? registry_pick_version(v, c->arena, *a, version) : 0;
}

static int assign(struct registry_made *out, const struct registry_change *c,
                  struct registry_artifact *a, const struct registry_version *v,
                  const char *stage) {
    out->version = arena_strdup(c->arena, v->name);
    return make_tag(
        out, c, a, (struct tagname){.action = REGISTRY_ASSIGN, .artifact = a->name, .stage = stage},
        v->commit, true,
        arena_printf(c->arena, "Assigning stage %s to artifact %s version %s", stage, a->name,
                     v->name));
}

static int unassign(struct registry_made *out, const struct registry_change *c,
                    struct registry_artifact *a, const struct registry_version *v,
                    const char *stage) {
    out->version = arena_strdup(c->arena, v->name);
    return make_tag(
        out, c, a,
        (struct tagname){.action = REGISTRY_UNASSIGN, .artifact = a->name, .stage = stage},
        v->commit, true,
        arena_printf(c->arena, "Unassigning stage '%s' to artifact '%s' version '%s'", stage,
                     a->name, v->name));
}

int registry_assign(struct registry_made *out, const struct registry_change *c, const char *name,
                    const char *version, const char *stage) {
    struct registry *reg CLEANUP(registry_freep) = NULL;
    const struct registry_version *v = NULL;
    struct registry_artifact *a;
    int rc = registry_of(&reg, c->repo);

    if (rc || (rc = find_version(&a, &v, c, reg, name, version)) ||
        (rc = registry_stage_check(reg, c->repo->git, c->arena, stage))) {
        return rc;
    }
    if (!v->active) {
        return err_set(ERR_FAILED, "version %s of '%s' has been taken back", v->name, a->name);
    }
    if (registry_in_stage(a, stage) == v) {
        return err_set(ERR_EXISTS, "version %s of '%s' is in stage '%s' already", v->name, a->name,
                       stage);
    }
    return assign(out, c, a, v, stage);
}

int registry_unassign(struct registry_made *out, const struct registry_change *c, const char *name,
                      const char *version, const char *stage) {
    struct registry *reg CLEANUP(registry_freep) = NULL;
    const struct registry_version *v = NULL;
    struct registry_artifact *a;
    int rc = registry_of(&reg, c->repo);

    if (rc || (rc = find_version(&a, &v, c, reg, name, version))) {
        return rc;
    }
    if (!registry_version_in(v, stage)) {
        rc = registry_stage_check(reg, c->repo->git, c->arena, stage);
        return rc ? rc
                  : err_set(ERR_FAILED, "version %s of '%s' is not in stage '%s'", v->name, a->name,
                            stage);
    }
    return unassign(out, c, a, v, stage);
}

int registry_deprecate(struct registry_made *out, const struct registry_change *c, const char *name,
                       const char *version) {
    struct registry *reg CLEANUP(registry_freep) = NULL;
    const struct registry_version *v = NULL;
    struct registry_artifact *a;
    int rc = registry_of(&reg, c->repo);

    if (rc || (rc = find_version(&a, &v, c, reg, name, version))) {
        return rc;
    }
    if (v ? !v->registered || !v->active : !a->active) {
        return err_set(ERR_FAILED, "'%s'%s%s is out of use already", a->name, v ? " version " : "",
                       v ? v->name : "");
    }
    if (v) {
        out->version = arena_strdup(c->arena, v->name);
        return make_tag(
            out, c, a,
            (struct tagname){
                .action = REGISTRY_DEREGISTER, .artifact = a->name, .version = v->name},
            v->commit, false,
            arena_printf(c->arena, "Deregistering artifact %s version %s", a->name, v->name));
    }
    return make_tag(out, c, a, (struct tagname){.action = REGISTRY_DEPRECATE, .artifact = a->name},
                    a->events.at[a->events.len - 1]->commit, false,
                    arena_printf(c->arena, "Deprecating artifact '%s'", a->name));
}

int registry_rollback(struct registry_made *out, const struct registry_change *c, const char *name,
                      const char *stage) {
    struct registry *reg CLEANUP(registry_freep) = NULL;
    const struct registry_version *now, *v = NULL;
    struct registry_artifact *a;
    int rc = registry_of(&reg, c->repo);

    if (rc || (rc = find_version(&a, &v, c, reg, name, NULL)) ||
        (rc = registry_pick_stage(&now, a, stage))) {
        return rc;
    }
    const struct registry_version *before = registry_before_in_stage(a, stage);
    if (!before) {
        return err_set(ERR_FAILED, "version %s of '%s' is the first in stage '%s'", now->name,
                       a->name, stage);
    }
    rc = unassign(out, c, a, now, stage);
    return rc ? rc : assign(out, c, a, before, stage);
}
