#include "registry/push.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "git/gitref.h"
#include "git/gitwire.h"
#include "model/repo.h"
#include "registry/change.h"

#define REMOTE "origin"

/* Takes the tag back, whose error stands: a second one would only hide it. */
static int take_back(const struct registry_change *c, const char *ref, int rc) {
    struct err_chain *first = err_take(rc);

    return err_first(first, gitref_delete(c->repo->git, ref, NULL));
}

static bool arrived(const struct gitwire_results *results, const char *ref, const char **why) {
    for (size_t i = 0; i < results->len; i++) {
        if (str_eq(results->at[i].ref, ref)) {
            *why = results->at[i].why;
            return results->at[i].state != GITWIRE_REJECTED;
        }
    }
    return false;
}

int registry_push(const struct registry_change *c, const struct registry_made *made) {
    struct strv refs CLEANUP(strv_release) = {0}, specs CLEANUP(strv_release) = {0};
    struct gitwire_results results = {0};

    for (size_t i = 0; i < made->tags.len; i++) {
        vec_push(&refs, arena_printf(c->arena, "refs/tags/%s", made->tags.at[i]));
        vec_push(&specs, arena_printf(c->arena, "%s:%s", refs.at[i], refs.at[i]));
    }
    bool answered = !gitwire_push(&results, c->arena, c->repo->git, REMOTE, &specs);
    int rc = answered ? 0 : err_current();
    for (size_t i = 0; i < refs.len; i++) {
        const char *why = NULL;

        if (answered && arrived(&results, refs.at[i], &why)) {
            continue;
        }
        if (!rc) {
            rc = err_set(ERR_FAILED, "'" REMOTE "' rejected the tag '%s'%s%s", made->tags.at[i],
                         why ? ": " : "", why ? why : "");
            if (why && str_eq(why, "already exists")) {
                err_hint("this clone does not know it yet: git fetch --tags " REMOTE);
            }
        }
        rc = take_back(c, refs.at[i], rc);
    }
    vec_release(&results);
    return err_wrap(rc, "nothing was changed");
}
