#include "base/num.h"
#include "show/table.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/other_repo.h"
#include "data/list.h"

struct du_args {
    struct strv words, remote_config;
    const char *rev, *config, *remote;
    bool summarize;
};
#define AT(member) offsetof(struct du_args, member)

static void add_row(struct table *t, int64_t bytes, const char *path) {
    char size[24];

    table_row(t);
    table_cell(t, num_size(size, (uint64_t)bytes));
    table_cell(t, path);
}

static void print_usage(struct session *s, const struct list_entries *list, const char *path,
                        bool total) {
    struct table *t = table_new();
    int64_t sum = 0;

    table_untitled(t, TABLE_LEFT);
    table_untitled(t, TABLE_LEFT);
    for (size_t i = 0; i < list->len; i++) {
        sum += list->at[i].size;
        add_row(t, list->at[i].size, list->at[i].path);
    }
    if (total) {
        add_row(t, sum, path);
    }
    table_print(t, s->out, TABLE_PLAIN);
    table_free(t);
}

static int du_run(struct session *s, const void *args) {
    const struct du_args *a = args;
    const char *typed = a->words.len > 1 ? a->words.at[1] : "", *path;
    const char *rev = a->rev && a->rev[0] ? a->rev : NULL;
    struct list_source source CLEANUP(list_source_release) = {0};
    struct list_entries list = {0};
    int rc = list_source_open(&source, a->words.at[0], &s->progress);

    if (!rc && !(rc = list_path(&path, s->arena, &source, typed)) &&
        !(rc = data_usage(&list, s->arena, &source, rev, path, a->summarize)) &&
        s->verbosity >= 0) {
        bool whole = list.len == 1 && list.at[0].path == path; /* the path itself is the one row */
        print_usage(s, &list, typed, !whole);
    }
    vec_release(&list);
    return rc;
}

static const struct opt du_opts[] = {
    {0, "rev", OPT_MAYBE, AT(rev), "<rev>", .help = "of this revision, not of the workspace"},
    {'s', "summarize", OPT_FLAG, AT(summarize), .help = "the sum alone"},
    OTHER_REPO_OPTIONS(struct du_args),
    OPT_END,
};

const struct cmd cmd_du = {
    .name = "du",
    .group = GROUP_DATA,
    .summary = "how many bytes a repository and its tracked data take",
    .opts = du_opts,
    .args = "<repository> [<path>]",
    .min_args = 1,
    .max_args = 2,
    .rest = AT(words),
    .args_size = sizeof(struct du_args),
    .fail = 255,
    .run = du_run,
};
