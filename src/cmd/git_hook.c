/*
 * What Git calls, see `install`. Outside of a repository there is nothing to do, so that a hook may
 * be shared by all work trees of a user.
 */
#include "base/err.h"
#include "base/str.h"
#include "show/out.h"
#include "model/hooks.h"
#include "model/lock_merge.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "data/merge.h"
#include "review/textconv.h"

#define CONFLICT 1 /* to Git; more than 128 is a driver that does not work */

struct git_hook_args {
    struct strv words;
    const char *ancestor, *our, *their;
};
#define AT(member) offsetof(struct git_hook_args, member)

static int pre_commit_run(struct session *s, const void *args) {
    (void)args;
    return s->repo ? session_run_other(s, "status") : 0;
}

static int post_checkout_run(struct session *s, const void *args) {
    const struct git_hook_args *a = args;

    return s->repo && hooks_wants_checkout(s->repo, &a->words) ? session_run_other(s, "checkout")
                                                               : 0;
}

static int pre_push_run(struct session *s, const void *args) {
    (void)args;
    return s->repo ? session_run_other(s, "push") : 0;
}

/* Success tells Git that the merge is done: never without having done it. */
static int merge_driver_run(struct session *s, const void *args) {
    const struct git_hook_args *a = args;
    struct lock_merge lock CLEANUP(lock_merge_release) = {0};
    struct data *d CLEANUP(data_closep) = NULL;
    int rc;

    if (!a->ancestor || !a->our || !a->their) {
        return err_set(ERR_USAGE, "missing: %s",
                       !a->ancestor ? "--ancestor"
                       : !a->our    ? "--our"
                                    : "--their");
    }
    if (!s->repo) {
        return err_set(ERR_NO_REPO, "there is no DVC repository at the top of the Git repository");
    }
    rc = lock_merge_files(&lock, s->arena, s->repo, a->ancestor, a->our, a->their);
    if (lock.conflicts.len) {
        s->exit_status = CONFLICT;
        return err_set(ERR_FAILED, "both sides ran stage '%s', with another outcome",
                       lock.conflicts.at[0]);
    }
    if (lock.is_lock) {
        return rc;
    }
    err_clear(); /* the other kind of file says it its own way */
    if ((rc = data_open(&d, s->repo, &s->progress))) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    return data_merge(d, a->ancestor, a->our, a->their);
}

/* Git shows no difference at all when this fails. */
static int textconv_run(struct session *s, const void *args) {
    const struct git_hook_args *a = args;
    struct str shown CLEANUP(str_release) = STR_INIT;
    struct data *d CLEANUP(data_closep) = NULL;

    if (s->repo && data_open(&d, s->repo, &s->progress)) {
        err_clear();
    }
    int rc = review_textconv(&shown, s->arena, d, a->words.at[0]);
    show_text(s->out, "%s", shown.buf);
    return rc;
}

static const struct opt merge_driver_opts[] = {
    {0, "ancestor", OPT_TEXT, AT(ancestor), "<file>", .help = "the version both sides come from"},
    {0, "our", OPT_TEXT, AT(our), "<file>", .help = "our version, which is replaced"},
    {0, "their", OPT_TEXT, AT(their), "<file>", .help = "the other version"},
    OPT_END,
};

#define HOOK(id, hook, text)                                                                       \
    const struct cmd cmd_git_hook_##id = {                                                         \
        .name = "git-hook " hook,                                                                  \
        .group = GROUP_OTHER,                                                                      \
        .summary = text,                                                                           \
        .args = "[<word>...]",                                                                     \
        .max_args = -1,                                                                            \
        .rest = AT(words),                                                                         \
        .args_size = sizeof(struct git_hook_args),                                                 \
        .needs = NEED_REPO_MAYBE,                                                                  \
        .hidden = true,                                                                            \
        .fail = 255,                                                                               \
        .run = id##_run,                                                                           \
    }

HOOK(pre_commit, "pre-commit", "tell the status");
HOOK(post_checkout, "post-checkout", "check data out after a revision was");
HOOK(pre_push, "pre-push", "push data before Git pushes");

const struct cmd cmd_git_hook_textconv = {
    .name = "git-hook textconv",
    .group = GROUP_OTHER,
    .summary = "print a .dvc file or dvc.lock with what is behind its digests",
    .args = "<file>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct git_hook_args),
    .needs = NEED_REPO_MAYBE,
    .hidden = true,
    .fail = 255,
    .run = textconv_run,
};

const struct cmd cmd_git_hook_merge_driver = {
    .name = "git-hook merge-driver",
    .group = GROUP_OTHER,
    .summary = "merge two versions of a .dvc file or dvc.lock",
    .opts = merge_driver_opts,
    .args_size = sizeof(struct git_hook_args),
    .needs = NEED_REPO_MAYBE,
    .hidden = true,
    .fail = 255,
    .run = merge_driver_run,
};
