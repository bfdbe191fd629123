#include "data/update.h"

#include "base/arena.h"
#include "base/err.h"
#include "data/data.h"
#include "data/import_db.h"
#include "model/dvcfile.h"
#include "model/index.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/target.h"
#include "os/signal.h"

static int check_options(const struct update_request *o) {
    if (o->to_remote && o->no_download) {
        return err_set(ERR_FAILED, "--to-remote and --no-download exclude each other");
    }
    if (!o->to_remote && o->remote) {
        return err_set(ERR_FAILED, "--remote goes with --to-remote only");
    }
    return 0;
}

static int check_own(const struct data *d, struct arena *arena, const struct stage *s,
                     const struct update_request *o) {
    if (o->rev || o->no_download || o->to_remote) {
        return err_set(ERR_FAILED, "--%s goes with imports only, and '%s' is none",
                       o->rev           ? "rev"
                       : o->no_download ? "no-download"
                                        : "to-remote",
                       stage_address(s, arena, d->repo->cwd));
    }
    return update_worktree_check(arena, d, s);
}

static int check_stages(const struct stages *stages, const struct data *d, struct arena *arena,
                        const struct update_request *o) {
    for (size_t i = 0; i < stages->len; i++) {
        const struct stage *s = stages->at[i];
        const char *shown = stage_address(s, arena, d->repo->cwd);
        if (!stage_is_import(s)) {
            int rc = check_own(d, arena, s, o);
            if (rc) {
                return rc;
            }
            continue;
        }
        if (s->deps[0].kind == DEP_DB && (o->no_download || o->to_remote)) {
            return err_set(ERR_FAILED,
                           "'%s' is the answer of a database, which tells nothing of it before it "
                           "is read: update it without --no-download and --to-remote",
                           shown);
        }
    }
    return 0;
}

/* There is no telling whether the answer is still the same. */
static int update_db(bool *changed, struct arena *arena, struct data *d, struct stage *s,
                     const struct update_request *o) {
    if (o->begin) {
        o->begin(o->ctx, import_db_shown(arena, s), repo_shown(d->repo, s->outs[0].path));
    }
    *changed = true;
    return import_db_bring(arena, d, s, false);
}

static int update_one(struct arena *arena, struct data *d, struct stage *s,
                      const struct update_request *o) {
    const char *shown = stage_address(s, arena, d->repo->cwd);
    bool changed = false;
    int rc = !stage_is_import(s)         ? update_worktree(&changed, arena, d, s, o)
             : s->deps[0].kind == DEP_DB ? update_db(&changed, arena, d, s, o)
             : stage_is_repo_import(s)   ? update_repo(&changed, arena, d, s, o)
                                         : update_url(&changed, arena, d, s, o);

    if (rc) {
        return err_wrap(rc, "%s", shown);
    }
    if (!changed) {
        if (o->unchanged) {
            o->unchanged(o->ctx, shown);
        }
        return 0;
    }
    return s->name ? lockfile_save(d->repo, &s, 1) : dvcfile_save(d->repo, s);
}

int data_update(struct data *d, const struct update_request *o) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct index *idx CLEANUP(index_freep) = NULL;
    struct stages stages = {0};
    int rc = check_options(o);

    if (rc || (rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL))) {
        return rc;
    }
    d->jobs = o->jobs;
    rc = target_stages(&stages, idx, &o->targets,
                       TARGET_OUTS | (o->recursive ? TARGET_RECURSIVE : 0));
    rc = rc ? rc : check_stages(&stages, d, arena, o);
    for (size_t i = 0; !rc && i < stages.len; i++) {
        rc = cancel_check();
        rc = rc ? rc : update_one(arena, d, stages.at[i], o);
    }
    vec_release(&stages);
    return rc;
}
