/*
 * The family of commands on datasets.
 */
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/changes.h"
#include "data/data.h"
#include "data/dataset.h"

#define COMMIT_SHOWN 9

struct dataset_args {
    struct strv words;
    const char *hosted, *git, *url; /* of add: one of them */
    const char *rev, *path;
    bool force;
};
#define AT(member) offsetof(struct dataset_args, member)

static const char *given(const char *text) {
    return text && text[0] ? text : NULL;
}

/* "Adding images (https://host/repo:/images @ v1)" */
static void show_whole(struct session *s, const char *verb, const char *name, const char *url,
                       const char *path, const char *rev) {
    path = path && path[0] == '/' ? path + 1 : path;
    if (s->verbosity >= 0) {
        show_line(s->out, "%s %s (%s%s%s%s%s)", verb, name, url, path ? ":/" : "", path ? path : "",
                  rev ? " @ " : "", rev ? rev : "");
    }
}

static int dataset_add_run(struct session *s, const void *args) {
    const struct dataset_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct dataset_request o = {
        .kind = a->git   ? DATASET_GIT
                : a->url ? DATASET_URL
                         : DATASET_HOSTED,
        .name = a->words.at[0],
        .url = a->git   ? a->git
               : a->url ? a->url
                        : a->hosted,
        .path = given(a->path),
        .rev = given(a->rev),
        .force = a->force,
    };

    if ((a->hosted != NULL) + (a->git != NULL) + (a->url != NULL) != 1) {
        return err_set(ERR_USAGE, "one of --dvc and --url says where the data is");
    }
    if (!a->git && (o.rev || o.path)) {
        return err_set(ERR_FAILED, "--rev and --path go with --dvc only");
    }
    int rc = data_open(&d, s->repo, &s->progress);
    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    if (!(rc = data_dataset_add(d, &o))) {
        show_whole(s, "Adding", o.name, o.url, o.path, o.rev);
    }
    return rc;
}

static void show_update(struct session *s, const struct dataset_update *u) {
    const struct dataset *now = &u->after;

    if (!u->before.lock) {
        show_whole(s, "Updating", now->name, now->url, now->path, now->rev);
        return;
    }
    if (s->verbosity < 0) {
        return;
    }
    if (!u->changed) {
        show_line(s->out, "Nothing to update");
    } else if (now->kind == DATASET_GIT) {
        show_line(s->out, "Updating %s (%.*s -> %.*s)", now->name, COMMIT_SHOWN,
                  dataset_commit(&u->before), COMMIT_SHOWN, dataset_commit(now));
    } else {
        show_line(s->out, "Updating %s (%s)", now->name, now->url);
        changes_list(s, &u->modified, &u->added, &u->deleted);
    }
}

static int dataset_update_run(struct session *s, const void *args) {
    const struct dataset_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct dataset_update u CLEANUP(dataset_update_release) = {0};
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    if (!(rc = data_dataset_update(&u, s->arena, d, a->words.at[0], given(a->rev)))) {
        show_update(s, &u);
    } else if (!u.before.name) {
        s->exit_status = 1; /* as DVC has it for an unknown name alone */
    }
    return rc;
}

static const struct opt dataset_add_opts[] = {
    {0, "dc", OPT_TEXT, AT(hosted), "<name>", .help = "a dataset of DataChain: not supported"},
    {0, "dvc", OPT_TEXT, AT(git), "<url>", .help = "of the repository at this path or URL"},
    {0, "url", OPT_TEXT, AT(url), "<url>", .help = "what is at this URL, in a store with versions"},
    {0, "rev", OPT_TEXT, AT(rev), "<commit>",
     .help = "with --dvc: follow this branch, tag or commit"},
    {0, "path", OPT_TEXT, AT(path), "<path>", .help = "with --dvc: this file or folder in it"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace a dataset of this name"},
    OPT_END,
};
static const struct opt dataset_update_opts[] = {
    {0, "rev", OPT_MAYBE, AT(rev), "<version>", .alias = "version",
     .help = "go to this branch, tag or commit, and follow it"},
    OPT_END,
};

const struct cmd cmd_dataset_add = {
    .name = "dataset add",
    .group = GROUP_DATA,
    .summary = "name data elsewhere, and record what it is now",
    .detail =
        "Writes the name into dvc.yaml and the commit or the versions of files into dvc.lock. "
        "Stages that depend on ds://<name> run again once `dataset update` has found it "
        "changed.",
    .opts = dataset_add_opts,
    .args = "<name>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct dataset_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = dataset_add_run,
};

const struct cmd cmd_dataset_update = {
    .name = "dataset update",
    .group = GROUP_DATA,
    .summary = "record what a dataset is now",
    .opts = dataset_update_opts,
    .args = "<name>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct dataset_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = dataset_update_run,
};
