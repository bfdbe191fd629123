#include "base/err.h"
#include "base/str.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/listing.h"
#include "data/list_url.h"
#include "data/url_place.h"
#include "model/repo.h"

struct list_url_args {
    struct strv words, fs_config;
    const char *level;
    bool recursive, tree, size;
};
#define AT(member) offsetof(struct list_url_args, member)

static int list_url_run(struct session *s, const void *args) {
    const struct list_url_args *a = args;
    const struct url_asked asked = {
        .url = a->words.at[0], .from = repo_abs(s->repo, s->repo->cwd), .options = &a->fs_config};
    struct list_request o = {.form = a->tree ? LIST_TREE : a->recursive ? LIST_FILES : LIST_FOLDER};
    struct list_entries list = {0};
    int rc = listing_level(&o.level, a->level);

    rc = rc ? rc : data_list_url(&list, s->arena, s->repo, &asked, &o);
    if (!rc && s->verbosity >= 0 && a->tree) {
        listing_tree(s, &list, a->size, false);
    } else if (!rc && s->verbosity >= 0) {
        listing_lines(s, &list, a->size, false);
    }
    vec_release(&list);
    return rc;
}

static const struct opt list_url_opts[] = {
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "all files below"},
    {'T', "tree", OPT_FLAG, AT(tree), .help = "draw all that is below as a tree"},
    {'L', "level", OPT_TEXT, AT(level), "<depth>", .help = "go no deeper with -R or -T"},
    {0, "size", OPT_FLAG, AT(size), .help = "with sizes"},
    {0, "fs-config", OPT_MANY, AT(fs_config), "<name>=<value>",
     .help = "options of the source, as those of a remote"},
    OPT_END,
};

const struct cmd cmd_list_url = {
    .name = "list-url",
    .alias = "ls-url",
    .group = GROUP_DATA,
    .summary = "list what is at a URL",
    .opts = list_url_opts,
    .args = "<url>",
    .min_args = 1,
    .max_args = 1,
    .rest = AT(words),
    .args_size = sizeof(struct list_url_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = list_url_run,
};
