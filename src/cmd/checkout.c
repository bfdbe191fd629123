#include "base/arena.h"
#include "base/err.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/changes.h"
#include "data/checkout.h"
#include "data/data.h"

struct checkout_args {
    struct strv targets;
    bool summary, with_deps, recursive, force, relink, allow_missing;
};
#define AT(member) offsetof(struct checkout_args, member)

static void show_result(struct session *s, const struct checkout_args *a,
                        const struct checkout_result *r) {
    const struct change_count counts[] = {
        {"modified", r->files_modified},
        {"added", r->files_added},
        {"deleted", r->files_deleted},
    };

    if (a->summary) {
        changes_count(s, counts, COUNT_OF(counts), "No changes.");
    } else {
        changes_show(s, r);
    }
}

static int checkout_run(struct session *s, const void *args) {
    const struct checkout_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct checkout_result result = {0};
    const struct checkout_request o = {
        .targets = a->targets,
        .with_deps = a->with_deps,
        .recursive = a->recursive,
        .force = a->force,
        .relink = a->relink,
        .allow_missing = a->allow_missing,
        .confirm = session_agree,
        .confirm_ctx = s,
    };
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    rc = data_checkout(&result, s->arena, d, &o);
    if (!rc || result.failed.len > 0) {
        show_result(s, a, &result);
    }
    if (!rc && a->relink && s->verbosity >= 0) {
        show_line(s->out, "Relinked successfully");
    }
    checkout_result_release(&result);
    return rc;
}

static const struct opt checkout_opts[] = {
    {0, "summary", OPT_FLAG, AT(summary), .help = "print the number of changed files alone"},
    {'d', "with-deps", OPT_FLAG, AT(with_deps), .help = "and all that the targets depend on"},
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "a folder means all stages in it"},
    {'f', "force", OPT_FLAG, AT(force),
     .help = "overwrite changes that are in no cache without asking"},
    {0, "relink", OPT_FLAG, AT(relink), .help = "make all links or copies anew, by cache.type"},
    {0, "allow-missing", OPT_FLAG, AT(allow_missing),
     .help = "do not fail where the cache lacks something"},
    OPT_END,
};

const struct cmd cmd_checkout = {
    .name = "checkout",
    .group = GROUP_DATA,
    .summary = "make the workspace what the .dvc files and dvc.lock say",
    .detail = "Targets are stages, .dvc files, and tracked paths, also inside a tracked folder; "
              "without one, "
              "everything.",
    .opts = checkout_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct checkout_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = checkout_run,
};
