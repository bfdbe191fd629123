#include <inttypes.h>
#include <stddef.h>

#include "base/err.h"
#include "base/path.h"
#include "show/out.h"
#include "model/config.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/level.h"
#include "cmd/pipeline_hooks.h"
#include "data/commit.h"
#include "data/data.h"
#include "data/migrate.h"

struct cache_dir_args {
    struct level_args level;
    struct strv words;
    bool unset;
};
#define AT(member) offsetof(struct cache_dir_args, member)

static int cache_dir_show(struct session *s, const struct level *l) {
    struct config_entry e;
    if (config_find(&e, l->config, l->given, "cache.dir")) {
        show_line(s->out, "%s", config_shown(s->arena, &e));
        return 0;
    }
    if (!l->root || l->given != CONFIG_MERGED) {
        return err_set(ERR_CONFIG, "'cache.dir' is not set%s", l->root ? " at this level" : "");
    }
    show_line(s->out, "%s", path_join(s->arena, l->root, ".dvc/cache"));
    return 0;
}

static int cache_dir_run(struct session *s, const void *args) {
    const struct cache_dir_args *a = args;
    struct level l CLEANUP(level_closep) = {0};
    int rc = level_open(&l, s, &a->level);
    if (rc) {
        return rc;
    }
    if (!a->unset && a->words.len == 0) {
        return cache_dir_show(s, &l);
    }
    return config_set(l.config, level_to_write(&l, "cache.dir", a->unset), "cache.dir",
                      a->unset ? NULL : a->words.at[0]);
}

static const struct opt cache_dir_opts[] = {
    LEVEL_OPTS(AT(level)),
    {'u', "unset", OPT_FLAG, AT(unset), .help = "go back to .dvc/cache"},
    OPT_END,
};

const struct cmd cmd_cache_dir = {
    .name = "cache dir",
    .group = GROUP_CONFIG,
    .summary = "show or set the folder of the cache",
    .detail = "A relative path is taken from the current folder, and written relative to the "
              "configuration file. Data that "
              "is in the old cache stays there.",
    .opts = cache_dir_opts,
    .args = "[<path>]",
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct cache_dir_args),
    .fail = 255,
    .run = cache_dir_run,
};

struct cache_migrate_args {
    bool dvc_files, dry;
};

static int migrate_records(struct session *s, struct data *d, bool dry) {
    struct strv files CLEANUP(strv_release) = {0};
    struct pipeline_hooks with CLEANUP(pipeline_hooks_release) = {0};
    struct commit_hooks hooks;

    pipeline_hooks_init(&hooks, &with, d);
    int rc = data_commit_legacy(&files, s->arena, d, &hooks, dry);
    if (rc) {
        return rc;
    }
    strv_sort(&files);
    if (files.len == 0) {
        show_line(s->out, "No file here has entries of DVC 2 that could be migrated.");
        return 0;
    }
    show_line(s->out, "Entries of these files %s migrated:", dry ? "would be" : "were");
    for (size_t i = 0; i < files.len; i++) {
        show_line(s->out, "\t%s", files.at[i]);
    }
    return 0;
}

static int cache_migrate_run(struct session *s, const void *args) {
    const struct cache_migrate_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    uint64_t objects;
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    d->lock_seconds = s->lock_seconds;
    if ((rc = data_migrate(&objects, d, a->dry))) {
        return rc;
    }
    progress_done(&s->progress);
    show_line(s->out,
              a->dry ? "%" PRIu64 " object%s would be hashed again and named as DVC 3 does."
                     : "%" PRIu64 " object%s migrated to the names of DVC 3.",
              objects, objects == 1 ? "" : "s");
    return a->dvc_files ? migrate_records(s, d, a->dry) : 0;
}

static const struct opt cache_migrate_opts[] = {
    {0, "dvc-files", OPT_FLAG, offsetof(struct cache_migrate_args, dvc_files),
     .help = "and the entries of .dvc files and dvc.lock"},
    {0, "dry", OPT_FLAG, offsetof(struct cache_migrate_args, dry),
     .help = "only show what would be done"},
    OPT_END,
};

const struct cmd cmd_cache_migrate = {
    .name = "cache migrate",
    .group = GROUP_CONFIG,
    .summary = "give objects of DVC 2 the names of DVC 3",
    .detail = "The old names stay, as links, so that older revisions can still be restored.",
    .opts = cache_migrate_opts,
    .args_size = sizeof(struct cache_migrate_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = cache_migrate_run,
};
