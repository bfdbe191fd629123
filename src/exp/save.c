#include "exp/save.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "git/gitref.h"
#include "git/gitrev.h"
#include "git/gitstatus.h"
#include "git/gittree.h"
#include "model/index.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "data/commit.h"
#include "data/data.h"
#include "exp/auto_push.h"
#include "exp/commit.h"
#include "exp/exp_ref.h"
#include "exp/run.h"

struct save {
    struct arena *arena;
    struct data *data;
    const struct exp_save_request *o;
    struct exp_harvest harvest;
    struct strv forced;
};

static int record(struct save *s) {
    struct commit_request commit = {.targets = s->o->targets,
                                    .force = true,
                                    .recursive = s->o->recursive,
                                    .no_relink = true,
                                    .hooks = *s->o->hooks};

    return data_commit(s->data, &commit);
}

/* What the user asked for, and dvc.lock, come in whatever Git's rules say. */
static void add_included(struct save *s) {
    const struct repo *r = s->data->repo;
    const char *cwd = path_join(s->arena, r->root, r->cwd);

    for (size_t i = 0; i < s->o->include.len; i++) {
        vec_push(&s->forced, path_normal(s->arena, path_join(s->arena, cwd, s->o->include.at[i])));
    }
    vec_push(&s->forced, path_join(s->arena, r->root, lockfile_path(s->arena, "dvc.yaml")));
}

/* As DVC, which names a save of some targets as if there was no stage at all. */
static int add_entries(struct save *s) {
    struct index *index CLEANUP(index_freep) = NULL;
    int rc = s->o->targets.len ? 0 : index_load(&index, s->data->repo, NULL);

    for (size_t i = 0; !rc && index && i < index->stages.len; i++) {
        exp_harvest_entry(&s->harvest, index->stages.at[i]);
    }
    return rc;
}

static int list_untracked(struct strv *untracked, struct save *s, const char *commit) {
    struct gitrepo *g = s->data->repo->git;
    struct strv all CLEANUP(strv_release) = {0};
    int rc = gitstatus_untracked(&all, g, s->arena);

    for (size_t i = 0; !rc && i < all.len; i++) {
        bool is_dir;
        if (!gittree_exists(g, commit, all.at[i], &is_dir)) {
            vec_push(untracked, all.at[i]);
        }
    }
    return rc;
}

static int save(struct exp_result *result, struct strv *untracked, struct save *s) {
    struct data *d = s->data;
    struct gitrev head;
    int rc = gitrev_find(&head, d->repo->git, s->arena, "HEAD");

    result->name = s->o->name;
    if (!rc && !result->name) {
        rc = exp_name_random(&result->name, d->repo->git, s->arena, head.id);
    }
    if (rc || (rc = gitref_set(d->repo->git, EXP_EXEC_HEAD, head.id, NULL, NULL)) ||
        (rc = record(s)) || (rc = add_entries(s)) || (rc = exp_harvest_top(&s->harvest, d))) {
        return rc;
    }
    add_included(s);
    const struct exp_keep keep = {.baseline = head.id,
                                  .name = result->name,
                                  .message = s->o->message,
                                  .force = s->o->force,
                                  .forced = s->forced};
    if ((rc = exp_keep(result->id, &result->ref, &s->harvest, d, d->repo->git, &keep))) {
        return rc;
    }
    exp_auto_push(s->arena, d, result->ref);
    return list_untracked(untracked, s, result->id);
}

int exp_save(struct exp_result *result, struct strv *untracked, struct arena *arena, struct data *d,
             const struct exp_save_request *o) {
    const struct exp_spec spec = {.name = o->name, .repro.force = o->force};
    struct save s = {.arena = arena, .data = d, .o = o};
    int rc;

    *result = (struct exp_result){0};
    if ((rc = exp_check(d, d->repo->git, &spec))) {
        return rc;
    }
    exp_harvest_init(&s.harvest, arena);
    rc = save(result, untracked, &s);
    exp_harvest_release(&s.harvest);
    strv_release(&s.forced);
    return rc;
}
