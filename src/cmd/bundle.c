#include "base/attr.h"
#include "base/num.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/changes.h"
#include "data/bundle.h"
#include "data/data.h"

/* ---- bundle create */

struct create_args {
    struct strv words, revs;
    bool all_branches, all_tags, all_commits, with_deps, recursive, run_cache, glob, force,
        allow_missing;
};
#define AT(member) offsetof(struct create_args, member)

static int create_run(struct session *s, const void *args) {
    const struct create_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct bundle_result result;
    struct bundle_request o = {
        .file = a->words.at[0],
        .what = {.revs = a->revs,
                 .all_branches = a->all_branches,
                 .all_tags = a->all_tags,
                 .all_commits = a->all_commits,
                 .with_deps = a->with_deps,
                 .recursive = a->recursive,
                 .run_cache = a->run_cache,
                 .glob = a->glob,
                 .max_size = -1},
        .force = a->force,
        .allow_missing = a->allow_missing,
    };
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    o.what.targets = a->words; /* a view past the first word */
    o.what.targets.at++;
    o.what.targets.len--;
    if ((rc = bundle_create(&result, s->arena, d, &o))) {
        return rc;
    }
    const struct change_count count = {"bundled", result.objects + result.runs + result.pointers};
    changes_count(s, &count, 1, "There is nothing to bundle.");
    return 0;
}

static const struct opt create_opts[] = {
    {0, "rev", OPT_LIST, AT(revs), "<rev>", .help = "and what this commit uses; may be repeated"},
    {'a', "all-branches", OPT_FLAG, AT(all_branches), .help = "and what all branches use"},
    {'T', "all-tags", OPT_FLAG, AT(all_tags), .help = "and what all tags use"},
    {'A', "all-commits", OPT_FLAG, AT(all_commits), .help = "and what all commits use"},
    {'d', "with-deps", OPT_FLAG, AT(with_deps), .help = "and all that the targets depend on"},
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "a folder means all stages in it"},
    {0, "run-cache", OPT_FLAG, AT(run_cache), .help = "and the record of runs"},
    {0, "glob", OPT_FLAG, AT(glob), .help = "targets are patterns"},
    {'f', "force", OPT_FLAG, AT(force), .help = "replace the file if it is there"},
    {0, "allow-missing", OPT_FLAG, AT(allow_missing), .help = "leave out what the cache lacks"},
    OPT_END,
};

const struct cmd cmd_bundle_create = {
    .name = "bundle create",
    .group = GROUP_REMOTE,
    .summary = "pack data for machines without a network",
    .detail = "Writes the objects and the pointer files of the targets, or of all data, into one "
              "tar archive that is compressed with zstd.",
    .opts = create_opts,
    .args = "<file> [<target>...]",
    .min_args = 1,
    .max_args = -1,
    .rest = AT(words),
    .args_size = sizeof(struct create_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = create_run,
};
#undef AT

/* ---- bundle unpack */

struct file_args {
    struct strv words;
};
#define AT(member) offsetof(struct file_args, member)

static int unpack_run(struct session *s, const void *args) {
    const struct file_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    struct bundle_result result;
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    if ((rc = bundle_unpack(&result, s->arena, d, a->words.at[0]))) {
        return rc;
    }
    const struct change_count count = {"unpacked", result.objects + result.runs + result.pointers};
    changes_count(s, &count, 1, "Everything is up to date.");
    return 0;
}

static const struct opt no_opts[] = {OPT_END};

const struct cmd cmd_bundle_unpack = {
    .name = "bundle unpack",
    .group = GROUP_REMOTE,
    .summary = "put the data of a bundle into the cache",
    .detail = "What is there already is passed over, so an interrupted run is simply run again.",
    .opts = no_opts,
    .args = "<file>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct file_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = unpack_run,
};

/* ---- bundle verify */

static int verify_run(struct session *s, const void *args) {
    const struct file_args *a = args;
    struct bundle_result result;
    int rc = bundle_verify(&result, s->arena, a->words.at[0], &s->progress);

    if (rc) {
        return rc;
    }
    if (s->verbosity >= 0) {
        char size[24];
        show_line(s->out, "%llu objects, %llu runs and %llu pointers are whole (%s bytes)",
                  (unsigned long long)result.objects, (unsigned long long)result.runs,
                  (unsigned long long)result.pointers, num_size(size, result.bytes));
    }
    return 0;
}

const struct cmd cmd_bundle_verify = {
    .name = "bundle verify",
    .group = GROUP_REMOTE,
    .summary = "check a bundle against its digests",
    .detail = "Needs no repository. Every damaged file is named.",
    .opts = no_opts,
    .args = "<file>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct file_args),
    .fail = 1,
    .run = verify_run,
};
