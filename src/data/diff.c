#include "data/diff.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/tracked.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "job/progress.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/target.h"

/* One of the two sides. */
struct side {
    struct gitrev rev; /* of a commit */
    bool workspace;
    struct tracked data;
    struct strv within;  /* what the targets are on this side */
    struct strv unknown; /* targets that it does not have */
};

struct sides {
    struct side old, new;
    struct strv within; /* of both */
};

static void sides_release(struct sides *s) {
    struct side *both[] = {&s->old, &s->new};

    for (size_t i = 0; i < COUNT_OF(both); i++) {
        tracked_release(&both[i]->data);
        strv_release(&both[i]->within);
        strv_release(&both[i]->unknown);
    }
    strv_release(&s->within);
}

void diff_result_release(struct diff_result *r) {
    comparison_release(&r->found);
}

static int find_side(struct side *side, struct arena *arena, struct data *d, const char *name) {
    side->workspace = str_eq(name, "workspace");
    return side->workspace ? 0 : gitrev_find(&side->rev, d->repo->git, arena, name);
}

/* The paths that a target means on this side. */
static int resolve_target(struct side *side, struct arena *arena, const struct index *idx,
                          const char *typed) {
    struct strv one = {.at = &typed, .len = 1};
    struct target_outs outs = {0};
    int rc = target_outs(&outs, idx, &one, 0);

    for (size_t i = 0; !rc && i < outs.len; i++) {
        const struct target_out *t = &outs.at[i];
        vec_push(&side->within, path_join(arena, t->out->path, t->below ? t->below : ""));
    }
    vec_release(&outs);
    if (!rc || rc == ERR_INTERRUPTED) {
        return rc;
    }
    err_clear();
    vec_push(&side->unknown, typed);
    return 0;
}

static int load_side(struct side *side, struct arena *arena, struct data *d,
                     const struct strv *targets) {
    struct index *idx CLEANUP(index_freep) = NULL;
    struct tracked records CLEANUP(tracked_release) = {0};
    int rc = index_load(&idx, d->repo, side->workspace ? NULL : side->rev.id);

    for (size_t i = 0; !rc && i < targets->len; i++) {
        rc = resolve_target(side, arena, idx, targets->at[i]);
    }
    if (rc || (targets->len > 0 && side->within.len == 0)) {
        return rc;
    }
    if (!side->workspace) {
        tracked_recorded(&side->data, arena, idx, &side->within);
        return tracked_lend(&side->data, arena, d);
    }
    tracked_recorded(&records, arena, idx, &side->within);
    return tracked_present(&side->data, arena, d, &records);
}

static int check_targets(struct diff_result *out, const struct sides *s) {
    for (size_t i = 0; i < s->old.unknown.len; i++) {
        for (size_t k = 0; k < s->new.unknown.len; k++) {
            if (s->old.unknown.at[i] == s->new.unknown.at[k]) {
                out->lost_target = true;
                return err_set(ERR_NOT_FOUND, "'%s' is tracked on neither side",
                               s->old.unknown.at[i]);
            }
        }
    }
    return 0;
}

static void join_paths(struct sides *s) {
    const struct side *both[] = {&s->old, &s->new};

    for (size_t i = 0; i < COUNT_OF(both); i++) {
        for (size_t k = 0; k < both[i]->within.len; k++) {
            vec_push(&s->within, both[i]->within.at[k]);
        }
    }
}

static bool has_project(const struct side *side, const struct repo *r) {
    return side->workspace || tracked_project_at(r, side->rev.id);
}

/* DVC compares nothing when both names lead to one commit, when the workspace is the old side, and
 * when a commit is older than the project. */
static bool is_idle(const struct sides *s, const struct repo *r) {
    return s->old.workspace || (!s->new.workspace &&str_eq(s->old.rev.id, s->new.rev.id)) ||
           !has_project(&s->old, r) || !has_project(&s->new, r);
}

int data_diff(struct diff_result *out, struct arena *arena, struct data *d,
              const struct diff_request *o) {
    struct sides s CLEANUP(sides_release) = {0};
    struct gitrepo *git = d->repo->git;
    int rc;

    *out = (struct diff_result){0};
    if (!git) {
        err_set(ERR_FAILED, "revisions can only be compared in a Git repository");
        err_hint("if this is one, core.no_scm may be set");
        return ERR_FAILED;
    }
    if (!gitrepo_has_commits(git)) {
        return 0;
    }
    if ((rc = find_side(&s.old, arena, d, o->old_rev)) ||
        (rc = find_side(&s.new, arena, d, o->new_rev ? o->new_rev : "workspace"))) {
        return rc;
    }
    if (is_idle(&s, d->repo)) {
        return 0;
    }
    progress_phase(d->progress, "Looking for changes", 0, 0);
    if ((rc = load_side(&s.old, arena, d, &o->targets)) ||
        (rc = load_side(&s.new, arena, d, &o->targets)) || (rc = check_targets(out, &s))) {
        return rc;
    }
    join_paths(&s);
    const struct compare_options with = {
        .rules = COMPARE_ENTRIES, .files = true, .missing = !o->new_rev, .within = s.within};
    return compare_tracked(&out->found, arena, d, &s.old.data, &s.new.data, &with);
}
