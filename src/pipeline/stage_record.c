#include "pipeline/stage_record.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "data/url_content.h"
#include "hash/digest.h"
#include "hash/text_md5.h"
#include "model/content.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "os/beneath.h"
#include "os/file.h"
#include "os/stat.h"
#include "pipeline/memo.h"
#include "pipeline/params.h"
#include "pipeline/pull_inputs.h"
#include "pipeline/stage_job.h"

bool stage_path_there(const struct stage_job *j, const char *path) {
    struct file_id id;

    return file_id_peek(&id, j->data->repo->root_fd, path);
}

static int commit_dep(const struct stage_job *j, struct dep *dep) {
    const struct content *known;
    int rc;

    if (dep->kind == DEP_PARAMS) {
        return params_commit(j->keep, memo_params(j->memo), dep);
    }
    if (dep->kind != DEP_FILE) {
        return dep_commit(j->keep, j->data, dep);
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

/* An input that can be pulled has the content that the stage which makes it has recorded. What a
 * part of a folder holds is not recorded: it is pulled here. */
static int take_recorded(bool *taken, const struct stage_job *j, struct dep *dep) {
    const struct out *o = j->opt.pull && dep->kind == DEP_FILE && !stage_path_there(j, dep->path)
                              ? index_find_out(j->opt.pull, dep->path)
                              : NULL;

    if (!o || !digest_is_set(&o->recorded.digest)) {
        return 0;
    }
    if (!str_eq(o->path, dep->path)) {
        return j->opt.dry ? 0 : pull_missing_dep(j->data, j->opt.pull, j->scratch, dep);
    }
    dep->recorded = o->recorded;
    *taken = true;
    return 0;
}

bool stage_awaits_deps(const struct stage_job *j) {
    for (size_t i = 0; j->opt.pull && i < j->stage->ndeps; i++) {
        const struct dep *dep = &j->stage->deps[i];
        const struct out *o = dep->kind == DEP_FILE ? index_find_out(j->opt.pull, dep->path) : NULL;

        if (o && !stage_path_there(j, dep->path) &&
            !(str_eq(o->path, dep->path) && digest_is_set(&o->recorded.digest))) {
            return true;
        }
    }
    return false;
}

/* Made by a stage that is at work. */
static bool is_being_made(const struct stage_job *j, const struct dep *dep) {
    for (struct exec_task *const *t = j->opt.after; t && *t; t++) {
        const struct stage *s = (*t)->stage;

        for (size_t i = 0; i < s->nouts; i++) {
            if (paths_overlap(dep->path, s->outs[i].path)) {
                return true;
            }
        }
    }
    return false;
}

int stage_record_deps(const struct stage_job *j, bool allow_missing) {
    for (size_t i = 0; i < j->stage->ndeps; i++) {
        struct dep *dep = &j->stage->deps[i];
        bool taken = false;
        int rc;

        if (is_being_made(j, dep)) {
            content_clear(&dep->recorded);
            dep->recorded_params = NULL;
            continue;
        }
        rc = take_recorded(&taken, j, dep);

        rc = rc || taken ? rc : commit_dep(j, dep);
        if (rc == ERR_NOT_FOUND && allow_missing) {
            err_clear();
        } else if (rc) {
            return rc;
        }
    }
    return 0;
}

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

static int commit_out(struct stage_job *j, struct out *o) {
    struct commit_options opt = {.no_commit = j->opt.no_commit,
                                 .must_exist = true,
                                 .no_gitignore = true,
                                 .relink_later = &j->relink};
    int rc;

    if (j->opt.allow_missing && !out_is_url(o) && !stage_path_there(j, o->path)) {
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

int stage_record_outs(struct stage_job *j) {
    for (size_t i = 0; i < j->stage->nouts; i++) {
        int rc = commit_out(j, &j->stage->outs[i]);

        if (rc) {
            return rc;
        }
    }
    return 0;
}
