#include "pipeline/stage_run.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "data/data.h"
#include "data/output.h"
#include "hash/digest.h"
#include "hash/text_md5.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/repo_lock.h"
#include "model/stage.h"
#include "os/beneath.h"
#include "os/file.h"
#include "os/link.h"
#include "os/signal.h"
#include "os/stat.h"
#include "os/term.h"
#include "pipeline/executor.h"
#include "pipeline/memo.h"
#include "pipeline/params.h"
#include "pipeline/plan.h"
#include "pipeline/pull_inputs.h"
#include "pipeline/runcache.h"

struct stage_job {
    struct stage_runner *runner;
    struct arena *keep;    /* of the stage: for what is recorded */
    struct arena *scratch; /* of this run of one stage */
    struct data *data;
    struct memo *memo;
    struct stage *stage;
    struct stage_run_options opt;
    enum stage_run_result result;
    bool running;            /* its commands: the paths are claimed */
    struct strv read, write; /* which ones */
    struct exec_task task;
    const char *env[3];
};

static bool path_there(const struct stage_job *j, const char *path) {
    struct file_id id;

    return file_id_peek(&id, j->data->repo->root_fd, path);
}

/* Dependencies */

static int commit_dep(const struct stage_job *j, struct dep *dep) {
    const struct content *known;
    int rc;

    if (dep->kind == DEP_PARAMS) {
        return params_commit(j->keep, memo_params(j->memo), dep);
    }
    if (dep->kind != DEP_FILE) {
        return 0;
    }
    known = memo_get(j->memo, dep->path);
    if (known) {
        dep->recorded = *known;
        return 0;
    }
    if (!(rc = dep_commit(j->keep, j->data, dep))) {
        memo_put(j->memo, dep->path, &dep->recorded);
    }
    return rc;
}

/* An input that can be pulled has the content that the stage which makes it has recorded. */
static bool take_recorded(const struct stage_job *j, struct dep *dep) {
    const struct out *o = j->opt.pull && dep->kind == DEP_FILE && !path_there(j, dep->path)
                              ? index_find_out(j->opt.pull, dep->path)
                              : NULL;

    if (!o || !str_eq(o->path, dep->path) || !digest_is_set(&o->recorded.digest)) {
        return false;
    }
    dep->recorded = o->recorded;
    return true;
}

static int commit_deps(const struct stage_job *j, bool allow_missing) {
    for (size_t i = 0; i < j->stage->ndeps; i++) {
        struct dep *dep = &j->stage->deps[i];
        int rc = take_recorded(j, dep) ? 0 : commit_dep(j, dep);

        if (rc == ERR_NOT_FOUND && allow_missing) {
            err_clear();
        } else if (rc) {
            return rc;
        }
    }
    return 0;
}

/* Outputs */

/* A binary file cannot be meant as a metric: DVC refuses it, too. */
static int check_metric(const struct stage_job *j, const struct out *o) {
    int fd CLEANUP(fd_closep) = -1;
    char head[512];
    ssize_t n;

    if (beneath_open(&fd, j->data->repo->root_fd, o->path, O_RDONLY, 0)) {
        err_clear();
        return 0;
    }
    n = read(fd, head, sizeof head);
    if (n < 0 || text_md5_is_text(head, (size_t)n)) {
        return 0; /* a folder cannot be read and is fine */
    }
    return err_set(ERR_FAILED, "binary file '%s' cannot be used as metrics",
                   repo_shown(j->data->repo, o->path));
}

static int commit_out(const struct stage_job *j, struct out *o) {
    struct commit_options opt = {
        .no_commit = j->opt.no_commit, .must_exist = true, .no_gitignore = true};
    int rc;

    if (j->opt.allow_missing && !path_there(j, o->path)) {
        return 0;
    }
    if (o->kind == OUT_METRIC && (rc = check_metric(j, o))) {
        return rc;
    }
    if ((rc = output_commit(j->keep, j->data, o, &opt))) {
        return rc;
    }
    if (o->recorded.digest.is_dir ? o->recorded.nfiles == 0 : o->recorded.size == 0) {
        log_warn("'%s' is empty.", repo_shown(j->data->repo, o->path));
    }
    memo_put(j->memo, o->path, &o->recorded);
    return 0;
}

static int commit_outs(const struct stage_job *j) {
    for (size_t i = 0; i < j->stage->nouts; i++) {
        int rc = commit_out(j, &j->stage->outs[i]);

        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* What will be written by the command must not be a link into the cache. */
static int make_writable(const struct stage_job *j, struct out *o) {
    struct data plain = *j->data;
    struct checkout_options opt = {.force = true, .relink = true};
    struct place_result placed = {0};
    struct out now = *o;
    struct scan scan;
    enum change change;
    bool links = false;
    int rc;

    for (int i = 0; i < plain.links.n; i++) {
        links |= plain.links.type[i] == LINK_HARDLINK || plain.links.type[i] == LINK_SYMLINK;
    }
    if (!links || !o->cache || !path_there(j, o->path)) {
        return 0;
    }
    if ((rc = output_scan(&scan, j->scratch, j->data, o->path, j->data->hash, false))) {
        return rc;
    }
    content_from_scan(&now.recorded, &scan);
    if ((rc = output_change(&change, j->scratch, j->data, &now)) || change != CHANGE_NONE) {
        return rc; /* what is not in the cache cannot be linked to it */
    }
    plain.links = (struct place_links){.type = {LINK_COPY}, .n = 1};
    rc = output_checkout(&placed, j->scratch, &plain, &now, &opt);
    strv_release(&placed.missing);
    return rc;
}

/* A command finds its outs gone, as if it had never run, but for those that it continues. */
static int clear_outs(const struct stage_job *j) {
    for (size_t i = 0; i < j->stage->nouts; i++) {
        struct out *o = &j->stage->outs[i];
        int rc = o->persist ? make_writable(j, o) : output_remove(j->data, o, true);

        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* Run cache */

/* Whether the cache has them all; with --pull they are fetched for that. */
static int have_contents(bool *have, const struct content *outs, const struct stage_job *j) {
    *have = true;
    for (size_t i = 0; i < j->stage->nouts && *have; i++) {
        int rc = j->opt.pull && !j->opt.dry
                     ? pull_content(have, j->data, j->scratch, j->stage->outs[i].path, &outs[i])
                     : content_cached(have, j->scratch, j->data, &outs[i]);
        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* The recorded outs, if they are all in the cache: for when only the workspace lost them. */
static int find_recorded(bool *found, struct content *outs, const struct stage_job *j) {
    for (size_t i = 0; i < j->stage->nouts; i++) {
        outs[i] = j->stage->outs[i].recorded;
    }
    return have_contents(found, outs, j);
}

static int restore_out(const struct stage_job *j, struct out *o, const struct content *c) {
    struct data plain = *j->data;
    struct checkout_options opt = {.force = true};
    struct place_result placed = {0};
    struct out wanted = *o;
    int rc;

    wanted.recorded = *c;
    wanted.cache = true; /* for this purpose the cache has metrics that are not cached, too */
    if (!o->cache) {
        plain.links = (struct place_links){.type = {LINK_COPY}, .n = 1};
    }
    rc = output_checkout(&placed, j->scratch, &plain, &wanted, &opt);
    strv_release(&placed.missing);
    return rc;
}

static int restore_outs(const struct stage_job *j, const struct content *outs) {
    int rc;

    for (size_t i = 0; i < j->stage->nouts; i++) {
        struct out *o = &j->stage->outs[i];

        if ((rc = restore_out(j, o, &outs[i]))) {
            return rc;
        }
        o->recorded = outs[i];
        memo_put(j->memo, o->path, &outs[i]);
    }
    return 0;
}

/* Finds the outs in the cache instead of running the commands. The deps are recorded by now. */
static int try_restore(bool *done, const struct stage_job *j, bool inputs_same) {
    struct stage *s = j->stage;
    struct content *outs = arena_alloc(j->scratch, (s->nouts + 1) * sizeof *outs);
    int rc = 0;

    *done = false;
    if (!runcache_fits(s)) {
        return 0;
    }
    if (inputs_same) {
        rc = find_recorded(done, outs, j);
    }
    if (!rc && !*done && !j->opt.no_run_cache) {
        rc = runcache_find(done, outs, j->scratch, j->data, s);
        rc = rc || !*done ? rc : have_contents(done, outs, j);
    }
    if (rc || !*done) {
        return rc;
    }
    log_info("Stage '%s' is cached - skipping run, checking out outputs",
             stage_address(s, j->scratch, j->data->repo->cwd));
    if (j->opt.dry) {
        return 0;
    }
    rc = restore_outs(j, outs);
    if (rc == ERR_NOT_FOUND || rc == ERR_CORRUPT) {
        log_debug("the cache is damaged (%s): running the stage", err_text());
        err_clear();
        *done = false;
        rc = 0;
    }
    return rc;
}

/* Commands */

static void claimed_paths(struct stage_job *j) {
    const struct repo *r = j->data->repo;

    for (size_t i = 0; i < j->stage->ndeps; i++) {
        const struct dep *dep = &j->stage->deps[i];
        if (dep->kind == DEP_FILE || dep->kind == DEP_PARAMS) {
            vec_push(&j->read, repo_abs(r, dep->path));
        }
    }
    for (size_t i = 0; i < j->stage->nouts; i++) {
        vec_push(&j->write, repo_abs(r, j->stage->outs[i].path));
    }
}

/* The number kept for a path, after the change. */
static uintptr_t change_count(struct map *m, const char *path, int by) {
    uintptr_t n = (uintptr_t)map_get(m, path) + (uintptr_t)by;

    map_put(m, path, (void *)n);
    return n;
}

/* Claims have no owner but the process: a path that several stages of ours read is given back by
 * the last of them. */
static int claim(struct stage_job *j) {
    struct map *readers = &j->runner->readers;
    int rc;

    claimed_paths(j);
    if ((rc = rwlock_take(j->data->repo, "dvc repro", &j->read, &j->write))) {
        return rc;
    }
    for (size_t i = 0; i < j->read.len; i++) {
        change_count(readers, j->read.at[i], 1);
    }
    j->running = true;
    return 0;
}

static int unclaim(struct stage_job *j) {
    struct map *readers = &j->runner->readers;
    struct strv last CLEANUP(strv_release) = {0};

    j->running = false;
    for (size_t i = 0; i < j->read.len; i++) {
        if (change_count(readers, j->read.at[i], -1) == 0) {
            vec_push(&last, j->read.at[i]);
        }
    }
    return rwlock_release(j->data->repo, &last, &j->write);
}

/* What the commands are told. */
static void make_task(struct stage_job *j) {
    const struct repo *r = j->data->repo;

    j->env[0] =
        arena_printf(j->scratch, "DVC_STAGE=%s", stage_address(j->stage, j->scratch, r->cwd));
    if (!env_get("DVC_ROOT")) {
        j->env[1] = arena_printf(j->scratch, "DVC_ROOT=%s", r->root);
    }
    j->task = (struct exec_task){
        .commands = j->stage->cmds,
        .dir = repo_abs(r, j->stage->wdir),
        .env = j->env,
        .owner = j,
        .output = -1,
    };
}

/* Everything up to the start of the commands. */
static int prepare_commands(struct stage_job *j, const struct plan *plan) {
    bool restored = false;
    int rc;

    if (!j->opt.force) {
        if ((rc = commit_deps(j, false)) ||
            (rc = try_restore(&restored, j, plan->reason == PLAN_OUT))) {
            return rc;
        }
    }
    if (restored) {
        j->result = STAGE_RESTORED;
        return 0;
    }
    make_task(j);
    if (j->opt.dry) {
        return stage_announce(j, true);
    }
    if (j->opt.pull && (rc = pull_missing_deps(j->data, j->opt.pull, j->scratch, j->stage))) {
        return rc;
    }
    j->opt.pull = NULL; /* what is missing from here on is the commands' doing */
    if ((rc = claim(j)) || (rc = clear_outs(j))) {
        return rc;
    }
    memo_expect_changes(j->memo);
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
    struct err_chain *failure = rc ? err_take() : NULL;
    int after = unclaim(j);

    if (!failure) {
        return after;
    }
    if (after) {
        err_clear();
    }
    return err_give(failure);
}

/* Data and imports */

static int verify_data(const struct stage_job *j) {
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
        if (!path_there(j, s->outs[i].path)) {
            str_addf(&missing, "%s%s", n++ ? ", " : "", repo_shown(r, s->outs[i].path));
        }
    }
    if (n) {
        return err_set(ERR_NOT_FOUND, "missing data '%s': %s", n > 1 ? "sources" : "source",
                       missing.buf);
    }
    if ((rc = commit_deps(j, j->opt.allow_missing))) {
        return rc;
    }
    return commit_outs(j);
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

int stage_end(struct stage_job *j) {
    int rc = first_failure(judge_end(&j->task), j);

    if (rc || (rc = commit_deps(j, j->opt.allow_missing))) {
        return rc;
    }
    return commit_outs(j);
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
    arena_free(j->scratch);
    free(j);
}
