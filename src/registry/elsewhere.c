#include "registry/elsewhere.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "git/gitref.h"
#include "git/gitwire.h"
#include "model/repo.h"
#include "data/source.h"
#include "registry/artifact.h"
#include "registry/pick.h"
#include "registry/state.h"

#define TAGS "refs/tags/"

static bool is_listed(const struct gitwire_refs *refs, const char *name) {
    for (size_t i = 0; i < refs->len; i++) {
        if (str_eq(refs->at[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* Tags that are gone there say nothing any more. */
static int drop_gone(struct gitrepo *g, struct arena *arena, const char *prefix,
                     const struct gitwire_refs *there) {
    struct gitrefs here = {0};
    int rc = gitref_list(&here, g, arena, prefix);

    for (size_t i = 0; i < here.len && !rc; i++) {
        rc = is_listed(there, here.at[i].name) ? 0 : gitref_delete(g, here.at[i].name, NULL);
    }
    vec_release(&here);
    return rc;
}

/* The tags of one artifact, made in the clone what they are there. */
static int fetch_tags(struct source *s, const char *name) {
    struct strv patterns CLEANUP(strv_release) = {0}, specs CLEANUP(strv_release) = {0};
    struct gitwire_refs there = {0};
    char *tag = arena_strdup(s->arena, name);

    for (char *c = tag; *c; c++) {
        *c = *c == ':' ? '=' : *c;
    }
    const char *prefixes[] = {arena_printf(s->arena, TAGS "%s@", tag),
                              arena_printf(s->arena, TAGS "%s#", tag)};
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        vec_push(&patterns, arena_printf(s->arena, "%s*", prefixes[i]));
    }
    int rc = gitwire_list(&there, s->arena, s->git, s->spec->url, &patterns);
    for (size_t i = 0; i < COUNT_OF(prefixes) && !rc; i++) {
        rc = drop_gone(s->git, s->arena, prefixes[i], &there);
    }
    for (size_t i = 0; i < there.len && !rc; i++) {
        char id[41];

        if (gitref_read(id, s->git, there.at[i].name) || !str_eq(id, there.at[i].id)) {
            err_clear();
            vec_push(&specs, arena_printf(s->arena, "+%s:%s", there.at[i].name, there.at[i].name));
        }
    }
    rc = rc || !specs.len ? rc : gitwire_fetch(s->git, s->spec->url, &specs, GITWIRE_TIP);
    vec_release(&there);
    return rc;
}

static int find_commit(const char **out, struct arena *arena, const struct source_spec *spec,
                       const char *name, const char *version, const char *stage,
                       struct progress *p) {
    struct source s CLEANUP(source_release) = {0};
    struct registry *reg CLEANUP(registry_freep) = NULL;
    const struct registry_artifact *a;
    const struct registry_version *v;
    int rc = source_open(&s, spec, p);

    if (!rc && !s.git) {
        rc = err_set(ERR_FAILED, "'%s' is in no Git repository, and has no versions", s.shown);
    }
    if (rc || (!s.dir && (rc = fetch_tags(&s, name))) || (rc = registry_load(&reg, s.git)) ||
        (rc = registry_pick_artifact(&a, arena, reg, name)) ||
        (rc = stage ? registry_pick_stage(&v, a, stage)
                    : registry_pick_version(&v, arena, a, version ? version : "latest"))) {
        return rc;
    }
    *out = arena_strdup(arena, v->commit);
    return 0;
}

int artifact_elsewhere(struct artifact_place *out, struct arena *arena,
                       const struct source_spec *spec, const char *typed, const char *version,
                       const char *stage, struct progress *p) {
    struct source s CLEANUP(source_release) = {0};
    const char *name = artifact_tag_name(arena, typed), *at = strchr(name, ':'), *inside;
    struct source_spec then = *spec;
    struct artifact a;
    int rc = find_commit(&out->commit, arena, spec, name, version, stage, p);

    if (rc) {
        return rc;
    }
    then.rev = out->commit;
    if ((rc = source_open(&s, &then, p))) {
        return rc;
    }
    /* Names count from the top of the Git repository, paths of a source from its project. */
    const char *folder =
        at ? path_normal(arena, arena_strndup(arena, name, (size_t)(at - name))) : s.top;
    if (!path_inside(s.top, folder)) {
        return err_set(ERR_NOT_FOUND, "'%s' is not in the project '%s'", name, s.shown);
    }
    if ((rc = source_enter(&inside, &s, path_below(s.top, folder))) ||
        (rc = artifact_find(&a, arena, s.repo, s.commit, name))) {
        return rc;
    }
    const char *path = path_normal(arena, path_join(arena, s.repo->git_path, a.path));
    if (path_escapes(path) || path_is_absolute(path) || !path_inside(s.top, path)) {
        return err_set(ERR_INVALID, "artifact '%s' leads out of its project: '%s'", name, a.path);
    }
    out->path = arena_printf(arena, "/%s", path_below(s.top, path));
    return 0;
}
