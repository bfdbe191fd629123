#include "exp/compare.h"

#include "base/arena.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "exp/exp_scope.h"

int exp_compare(struct exp_comparison *out, struct arena *arena, struct repo *r, const char *a,
                const char *b, bool all, bool param_deps) {
    struct measure_request q = {.kind = MEASURE_METRICS, .from_root = true};
    const char *old, *new = NULL;
    struct gitrev rev;
    struct gitrepo *g;
    int rc = exp_git(&g, r);

    if (rc || !gitrepo_has_commits(g)) {
        return rc;
    }
    out->any = true;
    if ((rc = exp_rev_find(&rev, g, arena, a ? a : "HEAD"))) {
        return rc;
    }
    old = arena_strdup(arena, rev.id);
    if (b) {
        if ((rc = exp_rev_find(&rev, g, arena, b))) {
            return rc;
        }
        new = arena_strdup(arena, rev.id);
    }
    rc = measure_diff(&out->metrics, arena, r, &q, old, new, all);
    q = (struct measure_request){
        .kind = MEASURE_PARAMS, .deps_only = param_deps, .from_root = true};
    return rc ? rc : measure_diff(&out->params, arena, r, &q, old, new, all);
}

void exp_comparison_release(struct exp_comparison *c) {
    measure_comparison_release(&c->metrics);
    measure_comparison_release(&c->params);
}
