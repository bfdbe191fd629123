#include "pipeline/stage_run.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "data/data.h"
#include "data/output.h"
#include "hash/digest.h"
#include "hash/text_md5.h"
#include "job/progress.h"
#include "model/dvcfile.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "model/repo_lock.h"
#include "model/stage.h"
#include "model/view.h"
#include "os/beneath.h"
#include "os/file.h"
#include "os/link.h"
#include "os/stat.h"
#include "pipeline/exec.h"
#include "pipeline/memo.h"
#include "pipeline/params.h"
#include "pipeline/plan.h"
#include "pipeline/runcache.h"

struct job {
    struct arena *keep;    /* of the stage: for what is recorded */
    struct arena *scratch; /* of this run of one stage */
    struct data *data;
    struct memo *memo;
    struct stage *stage;
    const struct stage_run_options *opt;
};

static bool path_there(const struct job *j, const char *path) {
    struct file_id id;

    return file_id_peek(&id, j->data->repo->root_fd, path);
}

/* Dependencies */

static int commit_dep(const struct job *j, struct dep *dep) {
    struct view view = {.repo = j->data->repo};
    const struct content *known;
    int rc;

    if (dep->kind == DEP_PARAMS) {
        return params_commit(j->keep, &view, dep);
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

static int commit_deps(const struct job *j, bool allow_missing) {
    for (size_t i = 0; i < j->stage->ndeps; i++) {
        int rc = commit_dep(j, &j->stage->deps[i]);

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
static int check_metric(const struct job *j, const struct out *o) {
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

static int commit_out(const struct job *j, struct out *o) {
    struct commit_options opt = {.no_commit = j->opt->no_commit, .must_exist = true};
    int rc;

    if (j->opt->allow_missing && !path_there(j, o->path)) {
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

static int commit_outs(const struct job *j) {
    for (size_t i = 0; i < j->stage->nouts; i++) {
        int rc = commit_out(j, &j->stage->outs[i]);

        if (rc) {
            return rc;
        }
    }
    return 0;
}

/* What will be written by the command must not be a link into the cache. */
static int make_writable(const struct job *j, struct out *o) {
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
static int clear_outs(const struct job *j) {
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

/* The recorded outs, if they are all in the cache: for when only the workspace lost them. */
static int find_recorded(bool *found, struct content *outs, const struct job *j) {
    *found = true;
    for (size_t i = 0; i < j->stage->nouts && *found; i++) {
        int rc;

        outs[i] = j->stage->outs[i].recorded;
        if ((rc = content_cached(found, j->scratch, j->data, &outs[i]))) {
            return rc;
        }
    }
    return 0;
}

static int restore_out(const struct job *j, struct out *o, const struct content *c) {
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

static int restore_outs(const struct job *j, const struct content *outs) {
    struct repo *r = j->data->repo;
    int rc;

    for (size_t i = 0; i < j->stage->nouts; i++) {
        struct out *o = &j->stage->outs[i];

        if ((rc = restore_out(j, o, &outs[i])) ||
            (o->cache && (rc = repo_gitignore_add(r, o->path)))) {
            return rc;
        }
        o->recorded = outs[i];
        memo_put(j->memo, o->path, &outs[i]);
    }
    return 0;
}

/* Finds the outs in the cache instead of running the commands. The deps are recorded by now. */
static int try_restore(bool *done, const struct job *j, bool inputs_same) {
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
    if (!rc && !*done && !j->opt->no_run_cache) {
        rc = runcache_find(done, outs, j->scratch, j->data, s);
    }
    if (rc || !*done) {
        return rc;
    }
    log_info("Stage '%s' is cached - skipping run, checking out outputs",
             stage_address(s, j->scratch, j->data->repo->cwd));
    if (j->opt->dry) {
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

static void lock_paths(const struct job *j, struct strv *read, struct strv *write) {
    const struct repo *r = j->data->repo;

    for (size_t i = 0; i < j->stage->ndeps; i++) {
        const struct dep *dep = &j->stage->deps[i];
        if (dep->kind == DEP_FILE || dep->kind == DEP_PARAMS) {
            vec_push(read, repo_abs(r, dep->path));
        }
    }
    for (size_t i = 0; i < j->stage->nouts; i++) {
        vec_push(write, repo_abs(r, j->stage->outs[i].path));
    }
}

/* Runs the commands while the paths of the stage are claimed and the repository lock is free. */
static int run_unlocked(const struct job *j) {
    struct repo *r = j->data->repo;
    struct strv read CLEANUP(strv_release) = {0}, write CLEANUP(strv_release) = {0};
    struct err_chain *failure = NULL;
    int rc, after;

    lock_paths(j, &read, &write);
    if ((rc = rwlock_take(r, "dvc repro", &read, &write))) {
        return rc;
    }
    if (!(rc = clear_outs(j))) {
        memo_expect_changes(j->memo);
        progress_done(j->data->progress); /* the terminal is the command's */
        repo_lock_pause(&j->data->lock);
        rc = exec_stage(r, j->stage, false);
        failure = rc ? err_take() : NULL;
        after = repo_lock_resume(&j->data->lock);
    } else {
        failure = err_take();
        after = 0;
    }
    if (!after) {
        after = rwlock_release(r, &read, &write);
    }
    if (!failure) {
        return after;
    }
    if (after) {
        err_clear(); /* the failure of the stage is what matters */
    }
    return err_give(failure);
}

static int run_commands(enum stage_run_result *result, const struct job *j,
                        const struct plan *plan) {
    bool restored = false;
    int rc;

    if (!j->opt->force) {
        if ((rc = commit_deps(j, false)) ||
            (rc = try_restore(&restored, j, plan->reason == PLAN_OUT))) {
            return rc;
        }
    }
    if (restored) {
        *result = STAGE_RESTORED;
        return 0;
    }
    if (j->opt->dry) {
        return exec_stage(j->data->repo, j->stage, true);
    }
    if ((rc = run_unlocked(j)) || (rc = commit_deps(j, j->opt->allow_missing))) {
        return rc;
    }
    return commit_outs(j);
}

/* Data and imports */

static int verify_data(const struct job *j) {
    const struct stage *s = j->stage;
    const struct repo *r = j->data->repo;
    struct str missing CLEANUP(str_release) = STR_INIT;
    size_t n = 0;
    int rc;

    if (j->opt->dry) {
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
    if ((rc = commit_deps(j, j->opt->allow_missing))) {
        return rc;
    }
    return commit_outs(j);
}

static bool keeps_run(const struct job *j) {
    if (j->opt->no_commit || !runcache_fits(j->stage)) {
        return false;
    }
    for (size_t i = 0; i < j->stage->nouts; i++) {
        if (j->stage->outs[i].kind == OUT_PLAIN && !j->stage->outs[i].cache) {
            return false;
        }
    }
    return true;
}

static int record(const struct job *j) {
    struct stage *s = j->stage;
    int rc;

    if (!s->name) {
        return dvcfile_save(j->data->repo, s);
    }
    if (keeps_run(j) && (rc = runcache_save(j->scratch, j->data, s))) {
        return rc;
    }
    return lockfile_save(j->data->repo, &s, 1);
}

int stage_run(enum stage_run_result *result, struct arena *keep, struct data *d, struct memo *memo,
              struct stage *s, const struct plan *plan, const struct stage_run_options *opt) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    struct job j = {
        .keep = keep, .scratch = scratch, .data = d, .memo = memo, .stage = s, .opt = opt};
    int rc;

    if (stage_is_import(s) && (!s->frozen || !digest_is_set(&s->outs[0].recorded.digest))) {
        return err_set(ERR_UNSUPPORTED, "fetching the source of the import '%s' is not built yet",
                       repo_shown(d->repo, s->file));
    }
    if (s->cmds && !s->frozen) {
        *result = STAGE_RAN;
        rc = run_commands(result, &j, plan);
    } else {
        *result = STAGE_VERIFIED;
        rc = verify_data(&j);
    }
    if (rc || opt->dry) {
        return rc;
    }
    return record(&j);
}
