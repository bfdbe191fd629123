#include "data/status.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "data/import_source.h"
#include "job/progress.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/target.h"
#include "os/signal.h"

struct status {
    struct arena *arena;
    struct data *data;
    const struct status_request *request;
    struct target_outs outs; /* what the targets name: for stages of which they name only a part */
};

static const char *dep_shown(const struct status *s, const struct dep *dep) {
    if (dep->kind == DEP_REPO) {
        return arena_printf(s->arena, "%s (%s)", dep->written, dep->repo_url);
    }
    if (dep->kind != DEP_FILE || path_is_absolute(dep->written)) {
        return dep->written;
    }
    if (path_is_absolute(dep->path)) {
        return dep->path;
    }
    return repo_shown(s->data->repo, dep->path);
}

/* The index does not outlive the call: what is kept is copied. */
static void push_entry(struct status_entries *out, const struct status *s, const char *path,
                       const char *key, enum change change) {
    struct status_entry e = {
        .path = arena_strdup(s->arena, path),
        .key = key ? arena_strdup(s->arena, key) : NULL,
        .change = change,
    };

    vec_push(out, e);
}

static int params_status(struct stage_status *out, const struct status *s,
                         const struct stage *stage, const struct dep *dep) {
    const struct status_request *o = s->request;
    struct status_entries found = {0};
    int rc = o->params ? o->params(o->params_ctx, &found, s->arena, stage, dep) : 0;

    for (size_t i = 0; !rc && i < found.len; i++) {
        push_entry(&out->deps, s, found.at[i].path, found.at[i].key, found.at[i].change);
    }
    vec_release(&found);
    return rc;
}

/* Sources that cannot be asked yet are named, and count as unchanged. */
static int dep_status(struct stage_status *out, const struct status *s, const struct stage *stage,
                      const struct dep *dep) {
    enum change change = CHANGE_NONE;
    bool moved = false;
    int rc;

    if (dep->kind == DEP_PARAMS) {
        return params_status(out, s, stage, dep);
    }
    if (dep->kind == DEP_REPO) {
        rc = import_source_moved(&moved, s->arena, s->data, dep, stage->wdir);
        change = moved ? CHANGE_UPDATE : CHANGE_NONE;
        if (rc && rc != ERR_UNSUPPORTED) {
            err_hint("--no-updates does not look at the sources of imports");
        }
    } else {
        rc = dep_change(&change, s->arena, s->data, dep);
    }
    if (rc == ERR_UNSUPPORTED) {
        log_warn("%s: whether it changed is not known: %s", stage->file, err_text());
        err_clear();
        return 0;
    }
    if (!rc && change != CHANGE_NONE) {
        push_entry(&out->deps, s, dep_shown(s, dep), NULL, change);
    }
    return rc;
}

static int deps_status(struct stage_status *out, const struct status *s,
                       const struct stage *stage) {
    bool repo_import = stage_is_repo_import(stage);
    int rc;

    if (stage->frozen && !repo_import) {
        log_warn("'%s' is frozen: its dependencies are not looked at", out->stage);
    }
    if (stage->frozen && !(repo_import && !s->request->no_updates)) {
        return 0;
    }
    for (size_t i = 0; i < stage->ndeps; i++) {
        if ((rc = dep_status(out, s, stage, &stage->deps[i]))) {
            return err_wrap(rc, "%s", out->stage);
        }
    }
    return 0;
}

/* Whether the targets mean this out; an out without a mark of its own belongs to a stage named as a
 * whole. */
static bool out_asked(const struct status *s, const struct out *o) {
    for (size_t i = 0; i < s->outs.len; i++) {
        if (s->outs.at[i].out == o) {
            return true;
        }
    }
    return s->request->targets.len == 0;
}

static int outs_status(struct stage_status *out, const struct status *s,
                       const struct stage *stage) {
    for (size_t i = 0; i < stage->nouts; i++) {
        const struct out *o = &stage->outs[i];
        enum change change;
        int rc;

        if (!out_asked(s, o)) {
            continue;
        }
        if ((rc = output_change(&change, s->data, o))) {
            return err_wrap(rc, "%s", out->stage);
        }
        if (change != CHANGE_NONE) {
            push_entry(&out->outs, s, repo_shown(s->data->repo, o->path), NULL, change);
        }
    }
    return 0;
}

static int stage_status(struct stage_statuses *all, const struct status *s,
                        const struct stage *stage) {
    struct stage_status st = {
        .stage = arena_strdup(s->arena, stage_address(stage, s->arena, s->data->repo->cwd))};
    int rc;

    if (stage->unsupported) {
        return err_set(ERR_UNSUPPORTED, "%s: %s is not supported", st.stage, stage->unsupported);
    }
    if (!(rc = deps_status(&st, s, stage))) {
        rc = outs_status(&st, s, stage);
    }
    st.always_changed = stage_runs_always(stage);
    st.command_changed = stage_command_changed(stage);
    st.checksum_changed = stage_checksum_changed(stage);
    if (!rc && (st.deps.len || st.outs.len || st.always_changed || st.command_changed ||
                st.checksum_changed)) {
        vec_push(all, st);
        return 0;
    }
    vec_release(&st.deps);
    vec_release(&st.outs);
    return rc;
}

void status_result_release(struct status_result *result) {
    for (size_t i = 0; i < result->changed.len; i++) {
        vec_release(&result->changed.at[i].deps);
        vec_release(&result->changed.at[i].outs);
    }
    vec_release(&result->changed);
}

int data_status(struct status_result *result, struct arena *arena, struct data *d,
                const struct status_request *o) {
    struct status s = {.arena = arena, .data = d, .request = o};
    unsigned flags =
        (o->recursive ? TARGET_RECURSIVE : 0) | (o->with_deps ? TARGET_WITH_DEPS : 0) | TARGET_OUTS;
    struct index *idx CLEANUP(index_freep) = NULL;
    struct stages stages = {0};
    int rc;

    *result = (struct status_result){0};
    if ((rc = index_load(&idx, d->repo, NULL))) {
        return rc;
    }
    result->empty = idx->stages.len == 0;
    progress_phase(d->progress, "Looking for changes", 0, 0);
    if (!(rc = target_stages(&stages, idx, &o->targets, flags)) && o->targets.len > 0) {
        rc = target_outs(&s.outs, idx, &o->targets, flags);
    }
    for (size_t i = 0; !rc && i < stages.len; i++) {
        rc = cancel_check();
        rc = rc ? rc : stage_status(&result->changed, &s, stages.at[i]);
    }
    vec_release(&stages);
    vec_release(&s.outs);
    return rc;
}
