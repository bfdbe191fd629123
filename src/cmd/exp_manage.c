/*
 * exp rename, exp remove, exp branch, exp clean: what runs nothing.
 */
#include "base/err.h"
#include "base/str.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/exp_scope_opts.h"
#include "exp/manage.h"
#include "exp/workcopy.h"

struct exp_rename_args {
    struct strv words;
    const char *remote;
    bool force;
};

static int exp_rename_run(struct session *s, const void *args) {
    const struct exp_rename_args *a = args;

    if (a->words.len < 2) {
        return err_set(ERR_FAILED, "two names are needed, the old and the new");
    }
    int rc = exp_rename(s->repo, s->arena, a->remote, a->words.at[0], a->words.at[1], a->force);
    if (!rc) {
        show_line(s->out, "Renamed experiment '%s' to '%s'.", a->words.at[0], a->words.at[1]);
    }
    return rc;
}

static const struct opt exp_rename_opts[] = {
    {'g', "git-remote", OPT_TEXT, offsetof(struct exp_rename_args, remote), "<git-remote>",
     .help = "in this Git remote (name or URL), and not here"},
    {'f', "force", OPT_FLAG, offsetof(struct exp_rename_args, force),
     .help = "replace an experiment of the new name"},
    OPT_END,
};

const struct cmd cmd_exp_rename = {
    .name = "exp rename",
    .group = GROUP_EXPERIMENT,
    .summary = "give an experiment another name",
    .opts = exp_rename_opts,
    .args = "<experiment> <name>",
    .min_args = 1,
    .max_args = 2,
    .rest = offsetof(struct exp_rename_args, words),
    .args_size = sizeof(struct exp_rename_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = exp_rename_run,
};

struct exp_remove_args {
    struct strv names;
    struct exp_scope_opts scope;
    const char *remote;
    bool keep, queued;
};

static void tell_removed(struct session *s, const struct strv *removed) {
    if (!removed->len) {
        show_line(s->out, "There is no experiment to remove.");
        return;
    }
    show_text(s->out, "Removed ");
    for (size_t i = 0; i < removed->len; i++) {
        show_text(s->out, "%s'%s'", i ? ", " : "", removed->at[i]);
    }
    show_line(s->out, ".");
}

static int exp_remove_run(struct session *s, const void *args) {
    const struct exp_remove_args *a = args;
    struct strv removed CLEANUP(strv_release) = {0};
    struct exp_removal what = {
        .names = a->names, .remote = a->remote, .keep = a->keep, .queued = a->queued};
    bool some = a->scope.all_commits || a->scope.revs.len || a->queued;
    int rc = exp_scope_read(&what.scope, &a->scope);

    if (rc) {
        return rc;
    }
    if (some == (a->names.len > 0)) {
        return err_set(ERR_FAILED, "either name experiments, or use --rev, --all-commits or "
                                   "--queue");
    }
    if (a->queued && (a->keep || a->remote)) {
        return err_set(ERR_FAILED, "--queue goes with neither --keep nor --git-remote");
    }
    rc = exp_remove(&removed, s->repo, s->arena, &what);
    if (!rc) {
        tell_removed(s, &removed);
    }
    return rc;
}

static const struct opt exp_remove_opts[] = {
    EXP_SCOPE_OPTS(offsetof(struct exp_remove_args, scope), "all there are"),
    {0, "keep", OPT_FLAG, offsetof(struct exp_remove_args, keep), .help = "remove all but those"},
    {0, "queue", OPT_FLAG, offsetof(struct exp_remove_args, queued),
     .help = "all that wait in the queue"},
    {'g', "git-remote", OPT_TEXT, offsetof(struct exp_remove_args, remote), "<git-remote>",
     .help = "from this Git remote (name or URL), and not here"},
    OPT_END,
};

const struct cmd cmd_exp_remove = {
    .name = "exp remove",
    .alias = "rm",
    .group = GROUP_EXPERIMENT,
    .summary = "remove experiments",
    .opts = exp_remove_opts,
    .args = "[<experiment>...]",
    .max_args = -1,
    .rest = offsetof(struct exp_remove_args, names),
    .args_size = sizeof(struct exp_remove_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = exp_remove_run,
};

struct exp_branch_args {
    struct strv words;
};

static int exp_branch_run(struct session *s, const void *args) {
    const struct exp_branch_args *a = args;
    const char *branch = a->words.len > 1 ? a->words.at[1] : NULL, *name;
    int rc = exp_branch(&branch, &name, s->repo, s->arena, a->words.at[0]);

    if (!rc) {
        show_line(s->out,
                  "Made the Git branch '%s' of experiment '%s'. To switch to it:\n\n"
                  "\tgit checkout %s",
                  branch, name, branch);
    }
    return rc;
}

static const struct opt exp_branch_opts[] = {OPT_END};

const struct cmd cmd_exp_branch = {
    .name = "exp branch",
    .group = GROUP_EXPERIMENT,
    .summary = "make a Git branch of an experiment",
    .detail = "Without a name for the branch: that of the experiment, and \"-branch\".",
    .opts = exp_branch_opts,
    .args = "<experiment> [<branch>]",
    .min_args = 1,
    .max_args = 2,
    .rest = offsetof(struct exp_branch_args, words),
    .args_size = sizeof(struct exp_branch_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = exp_branch_run,
};

static int exp_clean_run(struct session *s, const void *args) {
    (void)args;
    workcopy_sweep(s->repo);
    show_line(s->out, "Nothing of killed runs is left.");
    return 0;
}

static const struct opt exp_clean_opts[] = {OPT_END};

const struct cmd cmd_exp_clean = {
    .name = "exp clean",
    .group = GROUP_EXPERIMENT,
    .summary = "remove what killed runs left",
    .opts = exp_clean_opts,
    .needs = NEED_REPO,
    .fail = 255,
    .run = exp_clean_run,
};
