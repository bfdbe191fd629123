#include "exp/share.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"
#include "git/gitrev.h"
#include "git/gitwire.h"
#include "exp/exp_ref.h"
#include "exp/exp_scope.h"

int exp_remote_list(struct experiments *out, struct gitrepo *g, struct arena *arena,
                    const char *remote) {
    const char *pattern = EXP_REFS "*";
    const struct strv patterns = {.at = &pattern, .len = 1};
    struct gitwire_refs refs = {0};
    int rc = gitwire_list(&refs, arena, g, remote, &patterns);

    for (size_t i = 0; !rc && i < refs.len; i++) {
        exp_ref_add(out, arena, refs.at[i].name, refs.at[i].commit);
    }
    vec_release(&refs);
    return rc;
}

int exp_remote_scope(struct experiments *out, struct gitrepo *g, struct arena *arena,
                     const char *remote, const struct exp_scope *s) {
    struct map wanted CLEANUP(map_release) = MAP_INIT;
    struct experiments all = {0};
    struct gitrevs revs = {0};
    int rc = s->all_commits ? 0 : exp_scope_revs(&revs, g, arena, s);

    for (size_t i = 0; i < revs.len; i++) {
        map_put(&wanted, arena_strdup(arena, revs.at[i].id), &wanted);
    }
    if (!rc) {
        rc = exp_remote_list(&all, g, arena, remote);
    }
    for (size_t i = 0; !rc && i < all.len; i++) {
        if (s->all_commits || map_has(&wanted, all.at[i].baseline)) {
            vec_push(out, all.at[i]);
        }
    }
    vec_release(&revs);
    vec_release(&all);
    return rc;
}

int exp_remote_change(struct gitrepo *g, struct arena *arena, const char *remote,
                      const struct strv *refspecs) {
    struct gitwire_results results = {0};
    int rc = gitwire_push(&results, arena, g, remote, refspecs);

    for (size_t i = 0; !rc && i < results.len; i++) {
        if (results.at[i].state == GITWIRE_REJECTED) {
            rc = err_set(ERR_FAILED, "'%s' refused to change '%s': %s",
                         gitwire_shown(arena, remote), results.at[i].ref, results.at[i].why);
        }
    }
    vec_release(&results);
    return rc;
}
