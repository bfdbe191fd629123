#include "exp/queue_put.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "os/cpu.h"
#include "os/file.h"
#include "git/gitcommit.h"
#include "git/gitref.h"
#include "git/gitreflog.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "git/gitstash.h"
#include "git/gittree.h"
#include "model/repo.h"
#include "exp/commit.h"
#include "data/data.h"
#include "exp/exp_ref.h"
#include "exp/override.h"
#include "exp/params_write.h"
#include "exp/queue_files.h"
#include "exp/queue_task.h"
#include "exp/run.h"

static int take_files(struct queue_put *q, const struct override_sets *params) {
    struct gitcommit_request request = {.parent = q->baseline, .message = "workspace"};
    int rc = 0;

    for (size_t i = 0; !rc && i < params->len; i++) {
        const char *path;
        if (!(rc = repo_path(&path, q->repo, params->at[i].file, true))) {
            vec_push(&request.add, repo_abs(q->repo, path));
        }
    }
    rc = rc ? rc : gitcommit_make(q->files, q->repo->git, q->repo->git, &request);
    strv_release(&request.add);
    return rc;
}

static int note_names(struct queue_put *q) {
    struct queue_tasks tasks = {0};
    int rc = queue_list(&tasks, q->arena, q->repo);

    for (size_t i = 0; i < tasks.len; i++) {
        if (tasks.at[i].name && tasks.at[i].state != QUEUE_SUCCESS) {
            map_put(&q->names, tasks.at[i].name, q);
        }
    }
    vec_release(&tasks);
    return rc;
}

/* Changed data goes into the cache, and what the .dvc files would say of it into the drafts. */
static int take_data(struct queue_put *q, struct data *d, const struct repro_request *repro) {
    q->repo->drafts = &q->data;
    int rc = exp_record_data(d, repro);
    q->repo->drafts = NULL;
    repo_untouch(q->repo);
    return rc;
}

int queue_put_open(struct queue_put *q, struct arena *arena, struct data *d,
                   const struct exp_spec *spec) {
    struct repo *r = d->repo;
    struct gitrev head;
    int rc;

    *q = (struct queue_put){.arena = arena, .repo = r};
    if (!r->git) {
        return err_set(ERR_REFUSED, "experiments are kept in Git, and there is no Git repository");
    }
    if ((rc = gitcommit_check(r->git)) || (rc = gitrev_find(&head, r->git, arena, "HEAD"))) {
        return rc;
    }
    memcpy(q->baseline, head.id, sizeof head.id);
    if ((rc = take_data(q, d, &spec->repro)) || (rc = take_files(q, &spec->params)) ||
        (rc = note_names(q))) {
        queue_put_release(q);
    }
    return rc;
}

void queue_put_release(struct queue_put *q) {
    map_release(&q->names);
    vec_release(&q->data);
}

static int random_name(const char **out, struct queue_put *q) {
    int rc;

    do {
        rc = exp_name_random(out, q->repo->git, q->arena, q->baseline);
    } while (!rc && map_has(&q->names, *out));
    return rc;
}

static const char *stash_message(struct queue_put *q, const char *name) {
    return arena_printf(q->arena, "dvc-exp:%s:%s:%s", q->baseline, q->baseline, name);
}

struct changes VEC_OF(struct gitstash_file);

/* Of the .dvc files those that Git knows: others are no part of an experiment. */
static void change_data(struct changes *out, struct queue_put *q) {
    for (size_t i = 0; i < q->data.len; i++) {
        const struct stagefile_draft *draft = &q->data.at[i];
        const char *path = path_join(q->arena, q->repo->git_path, draft->path);
        struct gitstash_file file = {path, draft->text, draft->len};
        if (gittree_exists(q->repo->git, q->files, path, NULL)) {
            vec_push(out, file);
        }
    }
}

static int change_params(struct changes *out, struct queue_put *q,
                         const struct override_sets *params) {
    int rc = 0;

    for (size_t i = 0; !rc && i < params->len; i++) {
        struct str text CLEANUP(str_release) = STR_INIT;
        const char *path;
        if ((rc = repo_path(&path, q->repo, params->at[i].file, true)) ||
            (rc = params_write_plan(&text, q->repo, path, &params->at[i]))) {
            return err_wrap(rc, "--set-param");
        }
        struct gitstash_file file = {path_join(q->arena, q->repo->git_path, path),
                                     arena_dup(q->arena, text.buf, text.len + 1), text.len};
        vec_push(out, file);
    }
    return rc;
}

int queue_put_stash(char rev[41], const char **name, struct queue_put *q,
                    const struct override_sets *params) {
    struct changes changes = {0};
    int rc = *name ? exp_name_check(*name) : random_name(name, q);

    if (!rc && !(rc = change_params(&changes, q, params))) {
        change_data(&changes, q);
        struct gitstash_request request = {
            .files = q->files,
            .parent = q->baseline,
            .message = stash_message(q, *name),
            .changes = changes.at,
            .nchanges = changes.len,
        };
        rc = gitstash_make(rev, q->repo->git, &request);
    }
    vec_release(&changes);
    return rc;
}

/* Written beside and moved, so that nobody reads half of it. */
static int write_message(struct queue_put *q, const struct queue_task *task,
                         const struct queue_order *order) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *draft = queue_file(q->arena, q->repo, task->rev, "msg");
    char id[QUEUE_ID_MAX];
    int64_t now = clock_monotonic_ns() / 1000000;
    int rc;

    q->last = now > q->last ? now : q->last + 1; /* tasks run in the order of their names */
    queue_task_id(id);
    const char *name =
        arena_printf(q->arena, "%lld_%s" QUEUE_MESSAGE_SUFFIX, (long long)q->last, id);
    const char *path = queue_message_file(q->arena, q->repo, name, false);
    queue_task_write(&text, q->repo, id, task, order);
    if ((rc = dir_make(AT_FDCWD, path_dir(q->arena, draft), 0777)) ||
        (rc = dir_make(AT_FDCWD, path_dir(q->arena, path), 0777)) ||
        (rc = file_write_replace(AT_FDCWD, draft, text.buf, text.len))) {
        return rc;
    }
    return file_rename_new(AT_FDCWD, draft, AT_FDCWD, path);
}

int queue_put_task(struct queue_put *q, const char *rev, const char *name,
                   const struct queue_order *order) {
    struct queue_task task = {.name = name};
    const char *message = arena_printf(q->arena, "commit: %s", stash_message(q, name));
    int rc;

    memcpy(task.rev, rev, sizeof task.rev);
    memcpy(task.baseline, q->baseline, sizeof task.baseline);
    if (!(rc = gitref_set(q->repo->git, EXP_QUEUE_STASH, rev, NULL, message)) &&
        (rc = write_message(q, &task, order))) {
        struct err_chain *why = err_take(rc);
        rc = err_first(why, gitreflog_drop(q->repo->git, EXP_QUEUE_STASH, rev));
    }
    if (rc) {
        return err_wrap(rc, "cannot queue the experiment '%s'", name);
    }
    map_put(&q->names, name, q);
    return 0;
}
