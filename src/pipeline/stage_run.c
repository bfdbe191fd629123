#include "pipeline/stage_run.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "data/data.h"
#include "hash/digest.h"
#include "store/statcache.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/file.h"
#include "os/signal.h"
#include "os/term.h"
#include "pipeline/executor.h"
#include "pipeline/memo.h"
#include "pipeline/plan.h"
#include "pipeline/pull_inputs.h"
#include "pipeline/runcache.h"
#include "pipeline/slurm_guard.h"
#include "pipeline/stage_job.h"
#include "pipeline/stage_place.h"
#include "pipeline/stage_record.h"
#include "pipeline/stage_restore.h"

/* What the commands are told. */
static void make_task(struct stage_job *j) {
    const struct repo *r = j->data->repo;

    bool has_root = env_get("DVC_ROOT") != NULL;

    vec_push(&j->env,
             arena_printf(j->scratch, "DVC_STAGE=%s", stage_address(j->stage, j->scratch, r->cwd)));
    for (const char *const *e = j->runner->env; e && *e; e++) {
        has_root |= str_starts(*e, "DVC_ROOT=");
        vec_push(&j->env, *e);
    }
    if (!has_root) {
        vec_push(&j->env, arena_printf(j->scratch, "DVC_ROOT=%s", r->root));
    }
    vec_push(&j->env, NULL);
    j->task = (struct exec_task){
        .commands = j->stage->cmds,
        .dir = repo_abs(r, j->stage->wdir),
        .env = j->env.at,
        .owner = j,
        .stage = j->stage,
        .store = !j->opt.no_commit,
        .after = j->opt.after,
        .output = -1,
    };
}

/* The commands run already, or have, for a run of ours that was killed: all that is left is to wait. */
static int take_over(bool *taken, struct stage_job *j) {
    struct executor *e = j->runner->executor;
    int rc;

    *taken = false;
    if (j->opt.dry || !e->ops->holds) {
        return j->opt.dry ? 0 : slurm_guard_check(j->data->repo, j->stage);
    }
    if ((rc = e->ops->holds(taken, e, &j->task)) || !*taken) {
        return rc;
    }
    j->opt.pull = NULL;
    j->opt.after = NULL;
    rc = stage_claim(j);
    memo_expect_changes(j->memo);
    return rc;
}

/* Everything up to the start of the commands. */
static int prepare_commands(struct stage_job *j, const struct plan *plan) {
    bool elsewhere = j->runner->executor->ops->holds != NULL, restored = false, taken;
    int rc = 0;

    if (j->opt.dry && stage_awaits_deps(j)) {
        make_task(j);
        return stage_announce(j, true);
    }
    if ((!j->opt.force || elsewhere) && (rc = stage_record_deps(j, false))) {
        return rc;
    }
    make_task(j);
    if ((rc = take_over(&taken, j)) || taken) {
        return rc;
    }
    if (!j->opt.force && (rc = stage_restore(&restored, j, plan->reason == PLAN_OUT))) {
        return rc;
    }
    if (restored) {
        j->result = STAGE_RESTORED;
        return 0;
    }
    if (j->opt.dry) {
        return stage_announce(j, true);
    }
    for (size_t i = 0; j->opt.pull && i < j->stage->ndeps; i++) {
        if ((rc = pull_missing_dep(j->data, j->opt.pull, j->scratch, &j->stage->deps[i]))) {
            return rc;
        }
    }
    j->opt.pull = NULL; /* what is missing from here on is the commands' doing */
    if ((rc = stage_claim(j)) || (!j->opt.after && (rc = stage_clear_outs(j)))) {
        return rc;
    }
    memo_expect_changes(j->memo);
    j->opt.after = NULL; /* when the commands have run all inputs are there */
    return 0;
}

/* The output that was kept. */
static int show_output(const struct exec_task *t, size_t i) {
    return t->output < 0 ? 0 : fd_copy_part(t->output, t->from[i], t->from[i + 1], STDOUT_FILENO);
}

int stage_announce(const struct stage_job *j, bool commands) {
    int rc = 0;

    log_info("Running stage '%s':", stage_address(j->stage, j->scratch, j->data->repo->cwd));
    for (size_t i = 0; commands && !rc && j->stage->cmds[i]; i++) {
        if (!j->opt.dry && i >= j->task.begun) {
            break;
        }
        log_info("> %s", j->stage->cmds[i]);
        rc = j->opt.dry ? 0 : show_output(&j->task, i);
    }
    return rc;
}

/* How the commands ended. */
static int judge_end(const struct exec_task *t) {
    const char *command = t->begun ? t->commands[t->begun - 1] : "";
    int rc = cancel_check();

    if (rc) {
        return rc;
    }
    if (t->failed) {
        return err_set(ERR_FAILED, "failed to run: %s: %s", command, t->why);
    }
    if (t->status) {
        return err_set(ERR_FAILED, "failed to run: %s, exited with %d", command, t->status);
    }
    return 0;
}

/* The failure of the stage is what matters; what went wrong behind it is not told. */
static int first_failure(int rc, struct stage_job *j) {
    struct err_chain *failure = err_take(rc);

    return err_first(failure, stage_unclaim(j));
}

/* Data and imports */

static int verify_data(struct stage_job *j) {
    const struct stage *s = j->stage;
    const struct repo *r = j->data->repo;
    struct str missing CLEANUP(str_release) = STR_INIT;
    size_t n = 0;
    int rc;

    if (j->opt.dry) {
        return 0;
    }
    log_info("Verifying %s in %sstage: '%s'", s->frozen ? "outputs" : "data sources",
             s->frozen ? "frozen " : "", stage_address(s, j->scratch, r->cwd));
    for (size_t i = 0; i < s->nouts; i++) {
        if (!stage_path_there(j, s->outs[i].path)) {
            str_addf(&missing, "%s%s", n++ ? ", " : "", repo_shown(r, s->outs[i].path));
        }
    }
    if (n) {
        return err_set(ERR_NOT_FOUND, "missing data '%s': %s", n > 1 ? "sources" : "source",
                       missing.buf);
    }
    if ((rc = stage_record_deps(j, j->opt.allow_missing))) {
        return rc;
    }
    return stage_record_outs(j);
}

/* Runs can be kept only when all that came out of them can. */
bool stage_keeps_run(const struct stage_job *j) {
    if (j->opt.no_commit || !runcache_fits(j->stage)) {
        return false;
    }
    for (size_t i = 0; i < j->stage->nouts; i++) {
        if (j->stage->outs[i].kind == OUT_PLAIN && !j->stage->outs[i].cache) {
            return false;
        }
    }
    return true;
}

bool stage_wants_links(const struct stage_job *j) {
    return j->relink;
}

int stage_begin(struct stage_job **out, struct stage_runner *runner, struct stage *s,
                const struct plan *plan, const struct stage_run_options *opt) {
    struct data *d = runner->data;
    struct stage_job *j;
    int rc;

    *out = NULL;
    if (stage_is_import(s) && (!s->frozen || !digest_is_set(&s->outs[0].recorded.digest))) {
        return err_set(ERR_UNSUPPORTED, "fetching the source of the import '%s' is not built yet",
                       repo_shown(d->repo, s->file));
    }
    j = mem_zalloc(1, sizeof *j);
    j->runner = runner;
    j->keep = runner->keep;
    j->scratch = arena_new();
    j->data = d;
    j->memo = runner->memo;
    j->stage = s;
    j->opt = *opt;
    if (s->cmds && !s->frozen) {
        j->result = STAGE_RAN;
        rc = prepare_commands(j, plan);
    } else {
        j->result = STAGE_VERIFIED;
        rc = verify_data(j);
    }
    if (rc && j->running) {
        rc = first_failure(rc, j);
    }
    if (rc) {
        stage_job_free(j);
        return rc;
    }
    *out = j;
    return 0;
}

/* What is recorded has to be what came of the commands: over network file systems others may see it late, and
 * a node that was cut off may go on. */
static int check_made(const struct stage_job *j) {
    const struct digest *made = j->task.made;

    for (size_t i = 0; made && i < j->stage->nouts; i++) {
        const struct out *o = &j->stage->outs[i];
        const struct digest *now = &o->recorded.digest;

        if (digest_is_set(&made[i]) && made[i].algo == now->algo && !digest_equal(&made[i], now)) {
            return err_set(ERR_FAILED, "output '%s' was changed after the commands had ended",
                           repo_shown(j->data->repo, o->path));
        }
    }
    return 0;
}

int stage_abandon(struct stage_job *j) {
    return stage_unclaim(j);
}

int stage_end(struct stage_job *j) {
    int rc = first_failure(judge_end(&j->task), j);

    if (!rc && j->task.known) {
        statcache_learn(j->data->state, j->task.known);
    }
    if (rc || (rc = stage_record_deps(j, j->opt.allow_missing))) {
        return rc;
    }
    rc = stage_record_outs(j);
    return rc ? rc : check_made(j);
}

struct exec_task *stage_task(struct stage_job *j) {
    return j->running ? &j->task : NULL;
}

enum stage_run_result stage_result(const struct stage_job *j) {
    return j->result;
}

void stage_job_free(struct stage_job *j) {
    if (!j) {
        return;
    }
    exec_task_release(&j->task);
    strv_release(&j->read);
    strv_release(&j->write);
    strv_release(&j->env);
    arena_free(j->scratch);
    free(j);
}
