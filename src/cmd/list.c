#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/listing.h"
#include "cmd/other_repo.h"
#include "data/list.h"
#include "data/source.h"

struct list_args {
    struct strv words;
    struct other_repo repo;
    const char *level;
    bool recursive, tree, dvc_only, json, size, show_hash;
};
#define AT(member) offsetof(struct list_args, member)

#define USAGE_STATUS 255 /* exit status for options that exclude each other */

/* As DVC writes it: the way to the folder of each entry, and its name: "../plain" also from there. */
static void show_from_here(struct list_entries *list, struct arena *arena, const char *here) {
    for (size_t i = 0; i < list->len; i++) {
        struct list_entry *e = &list->at[i];
        const char *folder = path_relative(arena, here, path_dir(arena, e->path));

        e->path = path_join(arena, folder, path_base(e->path));
    }
}

static int collect(struct list_entries *list, struct session *s, const struct list_args *a) {
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    struct source source CLEANUP(source_release) = {0};
    struct list_request o = {
        .form = a->tree        ? LIST_TREE
                : a->recursive ? LIST_FILES
                               : LIST_FOLDER,
        .tracked_only = a->dvc_only,
        .no_sizes = !a->json && !a->size,
    };
    const char *typed = a->words.len > 1 ? a->words.at[1] : "";
    int rc = listing_level(&o.level, a->level);

    other_repo_spec(&spec, s, a->words.at[0], &a->repo);
    if (rc || (rc = source_open(&source, &spec, &s->progress)) ||
        (rc = source_path(&o.path, s->arena, &source, typed))) {
        return rc;
    }
    o.strict = !source.dir; /* here it may be that nobody has the data yet */
    rc = data_list(list, s->arena, &source, &o);
    if (!rc && !typed[0] && source.here && !a->tree) {
        show_from_here(list, s->arena, arena_strdup(s->arena, source.here));
    }
    return rc;
}

static int list_run(struct session *s, const void *args) {
    const struct list_args *a = args;
    struct list_entries list = {0};
    int rc;

    if (a->tree && a->json) {
        s->exit_status = USAGE_STATUS;
        return err_set(ERR_FAILED, "--tree and --json exclude each other");
    }
    rc = collect(&list, s, a);
    if (!rc && s->verbosity >= 0) {
        if (a->json) {
            listing_json(s, &list);
        } else if (a->tree) {
            listing_tree(s, &list, a->size, a->show_hash);
        } else {
            listing_lines(s, &list, a->size, a->show_hash);
        }
    }
    vec_release(&list);
    return rc;
}

static const struct opt list_opts[] = {
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "all files below"},
    {'T', "tree", OPT_FLAG, AT(tree), .help = "draw all that is below as a tree"},
    {'L', "level", OPT_TEXT, AT(level), "<depth>", .help = "go no deeper with -R or -T"},
    {0, "dvc-only", OPT_FLAG, AT(dvc_only), .help = "only tracked data"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    OTHER_REPO_OPTIONS(AT(repo)),
    {0, "size", OPT_FLAG, AT(size), .help = "with sizes"},
    {0, "show-hash", OPT_FLAG, AT(show_hash), .help = "with digests"},
    OPT_END,
};

const struct cmd cmd_list = {
    .name = "list",
    .alias = "ls",
    .group = GROUP_DATA,
    .summary = "list what is in a repository, tracked data and files of Git",
    .detail = "The repository is a path, or a URL as Git takes them.",
    .opts = list_opts,
    .args = "<repository> [<path>]",
    .min_args = 1,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct list_args),
    .fail = 1,
    .run = list_run,
};
