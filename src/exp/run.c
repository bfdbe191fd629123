#include "exp/run.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/lock.h"
#include "doc/node.h"
#include "doc/write.h"
#include "git/gitcommit.h"
#include "git/gitindex.h"
#include "git/gitref.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "model/repo.h"
#include "data/checkout.h"
#include "data/data.h"
#include "exp/apply.h"
#include "exp/auto_push.h"
#include "exp/commit.h"
#include "exp/exp_ref.h"
#include "exp/params_write.h"
#include "exp/undo.h"

struct run {
    struct arena *arena;
    struct data *data;
    struct gitrepo *into;
    const struct exp_spec *spec;
    struct exp_result *result;
    const char *baseline;
    bool begun; /* the pipeline */
    struct undo undo;
    struct exp_harvest harvest;
};

/* ---- what can be said before */

static int find_baseline(const char **out, struct arena *arena, struct data *d,
                         const struct exp_spec *spec) {
    struct gitrev head;
    int rc;

    *out = spec->baseline;
    if (*out) {
        return 0;
    }
    if ((rc = gitrev_find(&head, d->repo->git, arena, "HEAD"))) {
        return rc;
    }
    *out = arena_strdup(arena, head.id);
    return 0;
}

static int check_name(struct arena *arena, struct gitrepo *into, const char *baseline,
                      const struct exp_spec *spec) {
    char id[41];
    int rc = exp_name_check(spec->name);

    if (rc || spec->repro.force) {
        return rc;
    }
    rc = gitref_read(id, into, exp_ref_name(arena, baseline, spec->name));
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return 0;
    }
    return rc ? rc : exp_conflict(spec->name);
}

static int check_params(struct arena *arena, const struct exp_spec *spec) {
    int rc = 0;

    for (size_t i = 0; !rc && i < spec->params.len; i++) {
        const struct strv *texts = &spec->params.at[i].texts;
        for (size_t k = 0; !rc && k < texts->len; k++) {
            struct override o CLEANUP(override_release) = {0};
            rc = override_parse(&o, arena, texts->at[k]);
            if (!rc && o.sweep) {
                rc = err_set(ERR_INVALID, "'%s' stands for several runs: queue them by --queue",
                             texts->at[k]);
            }
        }
    }
    return rc ? err_wrap(rc, "--set-param") : 0;
}

int exp_check(struct data *d, struct gitrepo *into, const struct exp_spec *spec) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    const char *baseline;
    int rc;

    if (!d->repo->git) {
        return err_set(ERR_REFUSED, "experiments are kept in Git, and there is no Git repository");
    }
    if ((rc = gitcommit_check(d->repo->git)) || (rc = find_baseline(&baseline, arena, d, spec))) {
        return rc;
    }
    if (spec->name && (rc = check_name(arena, into, baseline, spec))) {
        return rc;
    }
    return check_params(arena, spec);
}

/* ---- the run */

/* All files are thought through before the first is written. */
static int write_params(struct run *run) {
    struct repo *r = run->data->repo;
    const struct override_sets *sets = &run->spec->params;
    struct str *texts = arena_alloc(run->arena, (sets->len + 1) * sizeof *texts);
    const char **paths = arena_alloc(run->arena, (sets->len + 1) * sizeof *paths);
    int rc = 0;

    for (size_t i = 0; i < sets->len; i++) {
        str_init(&texts[i]);
    }
    for (size_t i = 0; !rc && i < sets->len; i++) {
        if (!(rc = repo_path(&paths[i], r, sets->at[i].file, true))) {
            rc = params_write_plan(&texts[i], r, paths[i], &sets->at[i]);
        }
    }
    rc = err_wrap(rc, "--set-param");
    for (size_t i = 0; !rc && i < sets->len; i++) {
        exp_harvest_path(&run->harvest, run->data, paths[i]);
        rc = undo_write(&run->undo, paths[i], texts[i].buf, texts[i].len);
    }
    for (size_t i = 0; i < sets->len; i++) {
        str_release(&texts[i]);
    }
    return rc;
}

/* Data that the user changed is recorded, what is missing and in the cache is placed. */
static int prepare_data(struct run *run) {
    const struct repro_request *repro = &run->spec->repro;
    struct checkout_request checkout = {.targets = repro->targets,
                                        .with_deps = repro->targets.len > 0,
                                        .recursive = repro->recursive,
                                        .allow_missing = true};
    struct checkout_result placed = {0};
    int rc;

    log_info("Reproducing experiment '%s'", run->result->name);
    rc = exp_record_data(run->data, repro);
    if (rc) {
        return rc;
    }
    rc = data_checkout(&placed, run->arena, run->data, &checkout);
    checkout_result_release(&placed);
    if (rc == ERR_EXISTS) { /* outputs that no cache has: their stages run again */
        log_debug("%s", err_text());
        err_clear();
        rc = 0;
    }
    return rc;
}

static int note_stage(void *ctx, const struct index *index, const struct stage *s, bool ran) {
    struct run *run = ctx;

    exp_harvest_stage(&run->harvest, run->data, index, s);
    if (ran) {
        exp_harvest_entry(&run->harvest, s);
    }
    return 0;
}

static int reproduce(struct run *run) {
    const struct exp_spec *spec = run->spec;
    const char *root = spec->root ? spec->root : run->data->repo->root;
    const char *env[] = {
        arena_printf(run->arena, "DVC_EXP_NAME=%s", run->result->name),
        arena_printf(run->arena, "DVC_EXP_BASELINE_REV=%s", run->baseline),
        arena_printf(run->arena, "DVC_ROOT=%s", root),
        NULL,
    };
    struct repro_request repro = spec->repro;
    struct repro_result result = {0};

    repro.env = env;
    repro.seen = note_stage;
    repro.seen_ctx = run;
    run->begun = true;
    return pipeline_repro(&result, run->data, &repro);
}

static int execute(struct run *run) {
    const struct exp_spec *spec = run->spec;
    struct exp_keep keep = {.baseline = run->baseline,
                            .name = run->result->name,
                            .message = spec->message,
                            .force = spec->repro.force};
    struct data *d = run->data;
    int rc;

    if ((rc = gitref_set(d->repo->git, EXP_EXEC_HEAD, run->baseline, NULL, NULL)) ||
        (rc = data_lock(d)) || (rc = write_params(run))) {
        return rc;
    }
    if (spec->repro.dry) {
        return reproduce(run);
    }
    if ((rc = prepare_data(run)) || (rc = reproduce(run)) ||
        (rc = exp_harvest_top(&run->harvest, d))) {
        return rc;
    }
    rc = exp_keep(run->result->id, &run->result->ref, &run->harvest, d, run->into, &keep);
    repo_untouch(d->repo);
    return rc;
}

static int begin(struct run *run) {
    int rc = find_baseline(&run->baseline, run->arena, run->data, run->spec);

    run->result->name = run->spec->name;
    if (!rc && !run->spec->name) {
        rc = exp_name_random(&run->result->name, run->into, run->arena, run->baseline);
    }
    exp_harvest_init(&run->harvest, run->arena);
    return rc;
}

int exp_execute(struct exp_result *result, struct arena *arena, struct data *d,
                struct gitrepo *into, const struct exp_spec *spec) {
    struct run run = {.arena = arena, .data = d, .into = into, .spec = spec, .result = result};
    int rc;

    *result = (struct exp_result){0};
    if ((rc = exp_check(d, into, spec)) || (rc = begin(&run))) {
        return rc;
    }
    run.undo = (struct undo){.repo = d->repo, .arena = arena};
    rc = execute(&run);
    undo_release(&run.undo);
    exp_harvest_release(&run.harvest);
    return rc;
}

/* ---- in the user's workspace */

static const char *state_path(const struct run *run, const char *file) {
    return path_join(run->arena, run->data->repo->tmp_dir, file);
}

static int take_workspace(struct file_lock *lock, const struct run *run) {
    int rc = file_lock_take(lock, state_path(run, "cairn/exp.lock"), 0, NULL, NULL);

    if (rc == ERR_LOCKED) {
        rc = err_wrap(rc, "another experiment runs in this workspace");
        err_hint("exp run --temp runs beside it, exp run --queue later");
    }
    return rc;
}

/* Who looks at the experiments meanwhile (DVC, VS Code, exp show) finds the run by these notes of
 * DVC's. They are hints: a failure to write them is none of the run. */
static void note_running(const struct run *run) {
    struct arena *a = run->arena;
    const struct repo *r = run->data->repo;
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *info = node_map(a);
    const char *dir = state_path(run, "exps/run/workspace");

    node_put(a, info, "git_url", node_str(a, arena_printf(a, "file://%s", gitrepo_root(r->git))));
    node_put(a, info, "baseline_rev", node_str(a, run->baseline));
    node_put(a, info, "location", node_str(a, "workspace"));
    node_put(a, info, "root_dir", node_str(a, gitrepo_root(r->git)));
    node_put(a, info, "dvc_dir", node_str(a, path_join(a, r->git_path, ".dvc")));
    node_put(a, info, "name", node_str(a, run->result->name));
    node_put(a, info, "wdir", node_str(a, path_join(a, r->git_path, r->cwd)));
    node_put(a, info, "result_hash", node_null(a));
    node_put(a, info, "result_ref", node_null(a));
    node_put(a, info, "result_force", node_bool(a, false));
    node_put(a, info, "status", node_int(a, 2));
    json_write(&text, info);
    if (dir_make(AT_FDCWD, dir, 0777) ||
        file_write_replace(AT_FDCWD, path_join(a, dir, "workspace.run"), text.buf, text.len)) {
        err_clear();
        return;
    }
    str_clear(&text);
    str_addf(&text,
             "{\"pid\": %ld, \"stdin\": null, \"stdout\": null, \"stderr\": null, "
             "\"returncode\": null}",
             (long)getpid());
    if (file_write_replace(AT_FDCWD, path_join(a, dir, "workspace.json"), text.buf, text.len)) {
        err_clear();
    }
}

static void drop_note(const struct run *run) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    if (dir_remove_tree(AT_FDCWD, state_path(run, "exps/run/workspace"))) {
        err_clear();
    }
}

static int run_here(struct run *run) {
    int rc;

    undo_tell(run->data->repo);
    exp_apply_tell(run->arena, run->data);
    if ((rc = begin(run))) {
        return rc;
    }
    undo_init(&run->undo, run->data->repo, run->arena, run->result->name);
    note_running(run);
    gitindex_hold(run->into);
    rc = execute(run);
    gitindex_return(run->into, run->baseline);
    drop_note(run);
    if ((rc && (rc == ERR_INTERRUPTED || !run->begun)) || run->spec->repro.dry) {
        undo_restore(&run->undo);
    } else {
        undo_forget(&run->undo);
    }
    undo_release(&run->undo);
    if (!rc && run->result->ref) {
        exp_auto_push(run->arena, run->data, run->result->ref);
    }
    return rc;
}

int exp_run_here(struct exp_result *result, struct arena *arena, struct data *d,
                 const struct exp_spec *spec) {
    struct file_lock lock CLEANUP(file_lock_release) = FILE_LOCK_INIT;
    struct run run = {
        .arena = arena, .data = d, .into = d->repo->git, .spec = spec, .result = result};
    int rc;

    *result = (struct exp_result){0};
    if ((rc = exp_check(d, d->repo->git, spec)) || (rc = take_workspace(&lock, &run))) {
        return rc;
    }
    rc = run_here(&run);
    exp_harvest_release(&run.harvest);
    return rc;
}
