#include "data/surroundings.h"

#include "base/path.h"
#include "data/tracked.h"
#include "git/gitrepo.h"
#include "git/gitstatus.h"
#include "model/repo.h"

void surroundings_release(struct surroundings *s) {
    strv_release(&s->untracked);
}

/* From paths of the Git repository to those of the project, leaving out what is beside it. */
static void take_untracked(struct surroundings *out, const struct repo *r, const struct strv *found,
                           const struct strv *within) {
    for (size_t i = 0; i < found->len; i++) {
        if (!path_inside(r->git_path, found->at[i])) {
            continue;
        }
        const char *path = path_below(r->git_path, found->at[i]);
        if (tracked_asked(within, path)) {
            vec_push(&out->untracked, repo_shown(r, path));
        }
    }
}

int surroundings_look(struct surroundings *out, struct arena *arena, struct repo *r,
                      const struct strv *targets, bool untracked) {
    struct strv found CLEANUP(strv_release) = {0}, within CLEANUP(strv_release) = {0};
    int rc;

    *out = (struct surroundings){0};
    if (!r->git) {
        return 0;
    }
    out->unborn = !gitrepo_has_commits(r->git);
    if ((rc = tracked_paths(&within, r, targets)) ||
        (rc = gitstatus_changed(r->git, &out->dirty)) ||
        (untracked && (rc = gitstatus_untracked(&found, r->git, arena)))) {
        return rc;
    }
    out->dirty |= found.len > 0;
    take_untracked(out, r, &found, &within);
    return 0;
}
