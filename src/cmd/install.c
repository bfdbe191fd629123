#include "base/err.h"
#include "base/log.h"
#include "model/hooks.h"
#include "model/repo.h"
#include "cli/cmd.h"
#include "cli/session.h"

struct install_args {
    bool tool;
};

static int install_run(struct session *s, const void *args) {
    const struct install_args *a = args;
    int rc = hooks_install(s->repo, s->prog, a->tool);

    if (!rc && !a->tool && s->repo->git) {
        log_info("Git shows the status before a commit, checks data out after a checkout and\n"
                 "pushes it before a push; its diffs and merges know .dvc files and dvc.lock.\n"
                 "`%s uninstall` takes that out again.",
                 s->prog);
    }
    return rc;
}

static int uninstall_run(struct session *s, const void *args) {
    (void)args;
    bool any;
    int rc = hooks_uninstall(&any, s->repo);

    if (!rc && !any) {
        log_info("There is nothing of ours in Git.");
    }
    return rc;
}

static const struct opt install_opts[] = {
    {0, "use-pre-commit-tool", OPT_FLAG, offsetof(struct install_args, tool),
     .help = "write the configuration of the tool `pre-commit` instead of hooks"},
    OPT_END,
};

const struct cmd cmd_install = {
    .name = "install",
    .group = GROUP_OTHER,
    .summary = "let Git check data out, tell its status and push it",
    .detail =
        "Installs Git hooks: status before a commit, checkout after one of Git's, push before "
        "one of Git's; diffs of .dvc files and dvc.lock in words; a merge driver for dvc.lock, "
        "stage by stage, and for .dvc files of folders, which `*.dvc merge=dvc` in "
        ".gitattributes turns on.",
    .opts = install_opts,
    .args_size = sizeof(struct install_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = install_run,
};

const struct cmd cmd_uninstall = {
    .name = "uninstall",
    .group = GROUP_OTHER,
    .summary = "take out what install has put into Git",
    .detail = "Hooks that were changed since, and those of others, stay.",
    .needs = NEED_REPO,
    .fail = 1,
    .run = uninstall_run,
};
