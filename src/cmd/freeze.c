#include "base/err.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "model/freeze.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/repo_lock.h"
#include "model/target.h"

struct freeze_args {
    struct strv targets;
};

static int freeze_target(const struct session *s, const struct index *idx, const char *target,
                         bool frozen) {
    struct strv one = {.at = &target, .len = 1};
    struct stages stages = {0};
    int rc = target_stages(&stages, idx, &one, 0);

    if (!rc && stages.len != 1) {
        rc = err_set(ERR_FAILED, "a stage is needed, not a file or group of %zu", stages.len);
    }
    if (!rc) {
        rc = stage_freeze(s->repo, stages.at[0], frozen);
    }
    vec_release(&stages);
    return err_wrap(rc, "failed to %s '%s'", frozen ? "freeze" : "unfreeze", target);
}

/* A target that fails does not keep the others from being done. */
static int freeze_targets(const struct session *s, const struct strv *targets, bool frozen) {
    struct repo_lock lock CLEANUP(repo_lock_release) = {.file = FILE_LOCK_INIT};
    struct index *idx CLEANUP(index_freep) = NULL;
    struct err_chain *failed = NULL;
    int rc;

    if ((rc = repo_lock_take(&lock, s->repo, s->lock_seconds)) ||
        (rc = index_load(&idx, s->repo, NULL))) {
        return rc;
    }
    for (size_t i = 0; i < targets->len; i++) {
        rc = freeze_target(s, idx, targets->at[i], frozen);
        if (rc && failed) {
            log_warn("%s", err_text());
            err_clear();
        } else if (rc) {
            failed = err_take(rc);
        }
    }
    repo_untouch(s->repo); /* staging is the user's, as with DVC */
    return err_give(failed);
}

static int freeze_run(struct session *s, const void *args) {
    return freeze_targets(s, &((const struct freeze_args *)args)->targets, true);
}

static int unfreeze_run(struct session *s, const void *args) {
    return freeze_targets(s, &((const struct freeze_args *)args)->targets, false);
}

static const struct opt freeze_opts[] = {OPT_END};

const struct cmd cmd_freeze = {
    .name = "freeze",
    .group = GROUP_PIPELINE,
    .summary = "keep stages from being run again",
    .detail = "A frozen stage stays as it is when its dependencies change, and what it depends on "
              "is not looked at.",
    .opts = freeze_opts,
    .args = "<target>...",
    .min_args = 1,
    .max_args = -1,
    .rest = offsetof(struct freeze_args, targets),
    .args_size = sizeof(struct freeze_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = freeze_run,
};

const struct cmd cmd_unfreeze = {
    .name = "unfreeze",
    .group = GROUP_PIPELINE,
    .summary = "let frozen stages be run again",
    .opts = freeze_opts,
    .args = "<target>...",
    .min_args = 1,
    .max_args = -1,
    .rest = offsetof(struct freeze_args, targets),
    .args_size = sizeof(struct freeze_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = unfreeze_run,
};
