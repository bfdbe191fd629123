#include "exp/apply.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "git/gitcommit.h"
#include "git/gitplace.h"
#include "git/gitref.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"
#include "model/repo.h"
#include "data/checkout.h"
#include "data/data.h"
#include "exp/exp_ref.h"

/* While files are being put in place, this names what was kept of those before. */
#define NOTE     "cairn/exp-apply"
#define NOTE_MAX 64

struct apply {
    struct arena *arena;
    struct data *data;
    const char *note;
    char head[41], target[41];
    char kept[41]; /* if `any` */
    bool any;
};

static const char *note_path(struct arena *arena, const struct data *d) {
    return path_join(arena, d->repo->tmp_dir, NOTE);
}

void exp_apply_tell(struct arena *arena, struct data *d) {
    const char *note = note_path(arena, d);
    struct str text CLEANUP(str_release) = STR_INIT;

    if (!file_exists(AT_FDCWD, note)) {
        return;
    }
    if (file_read(&text, AT_FDCWD, note, NOTE_MAX) || file_remove(AT_FDCWD, note)) {
        err_clear();
        return;
    }
    log_warn("an `exp apply` was killed; to get back what the workspace held before it: git stash "
             "apply %s",
             text.buf);
}

static int resolve(struct apply *a, const char *name) {
    struct experiments all = {0};
    struct experiment e;
    struct gitrev rev;
    struct gitrepo *g = a->data->repo->git;
    int rc = gitrev_find(&rev, g, a->arena, "HEAD");

    if (rc) {
        return rc;
    }
    memcpy(a->head, rev.id, sizeof a->head);
    rc = gitrev_find(&rev, g, a->arena, name);
    if (rc != ERR_NOT_FOUND) {
        memcpy(a->target, rc ? "" : rev.id, rc ? 1 : sizeof a->target);
        return rc;
    }
    err_clear();
    rc = exp_list(&all, g, a->arena, NULL);
    if (!rc && !(rc = exp_pick(&e, &all, a->head, name))) {
        memcpy(a->target, e.id, sizeof a->target);
    }
    vec_release(&all);
    return rc;
}

/* The workspace before, under the names that DVC gives it; only the last is kept. */
static int keep_workspace(struct apply *a, const char *name) {
    struct gitrepo *g = a->data->repo->git;
    const char *branch = gitrepo_branch(g, a->arena), *message;
    int rc;

    message = arena_printf(a->arena, "dvc-exp-apply:%s:%s:%s", a->head, a->target, name);
    if ((rc = gitplace_keep(a->kept, &a->any, g, message)) ||
        (rc = gitref_set(g, EXP_APPLY_HEAD, a->head, NULL, NULL))) {
        return rc;
    }
    rc = gitref_delete(g, EXP_APPLY_STASH, NULL);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = 0;
    }
    if (rc || !a->any) {
        return rc;
    }
    message = arena_printf(a->arena, "On %s: %s", branch ? branch : "(no branch)", message);
    if ((rc = gitref_set(g, EXP_APPLY_STASH, a->kept, NULL, message)) ||
        (rc = dir_make(AT_FDCWD, path_dir(a->arena, a->note), 0777))) {
        return rc;
    }
    return file_write_atomic(AT_FDCWD, a->note, a->kept, sizeof a->kept - 1);
}

/* As it was before; the error is that of the checkout. */
static int take_back(struct apply *a, int rc) {
    struct gitrepo *g = a->data->repo->git;
    struct err_chain *why = err_take(rc);
    int back =
        a->any ? gitplace_bring_back(g, a->kept, a->target) : gitplace_put(g, a->head, a->target);

    if (back) {
        log_warn("%s", err_text());
    }
    rc = err_first(why, back);
    err_hint("`commit` puts data into the cache; -f gives it up");
    return rc;
}

static int place(struct apply *a, bool force) {
    struct checkout_request checkout = {.force = force};
    struct checkout_result placed = {0};
    int rc = gitplace_put(a->data->repo->git, a->target, a->any ? NULL : a->head);

    if (rc) {
        return rc;
    }
    rc = data_checkout(&placed, a->arena, a->data, &checkout);
    checkout_result_release(&placed);
    if (rc == ERR_EXISTS) {
        return take_back(a, rc);
    }
    return rc;
}

int exp_apply(struct arena *arena, struct data *d, const char *name, bool force) {
    struct apply a = {.arena = arena, .data = d, .note = note_path(arena, d)};
    int rc;

    if (!d->repo->git) {
        return err_set(ERR_REFUSED, "experiments are kept in Git, and there is no Git repository");
    }
    if ((rc = gitcommit_check(d->repo->git)) || (rc = data_lock(d)) || (rc = resolve(&a, name))) {
        return rc;
    }
    exp_apply_tell(arena, d);
    if ((rc = keep_workspace(&a, name))) {
        return rc;
    }
    rc = place(&a, force);
    if (file_remove(AT_FDCWD, a.note)) {
        log_debug("%s", err_text());
    }
    repo_untouch(d->repo);
    return rc ? rc : gitref_set(d->repo->git, EXP_EXEC_APPLY, a.target, NULL, NULL);
}
