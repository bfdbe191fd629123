#include "base/num.h"
#include "show/table.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "cmd/other_repo.h"
#include "data/list.h"
#include "data/source.h"

struct du_args {
    struct strv words;
    struct other_repo repo;
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
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    struct source source CLEANUP(source_release) = {0};
    struct list_entries list = {0};

    other_repo_spec(&spec, s, a->words.at[0], &a->repo);
    int rc = source_open(&source, &spec, &s->progress);
    if (!rc && !(rc = source_path(&path, s->arena, &source, typed)) &&
        !(rc = data_usage(&list, s->arena, &source, path, a->summarize)) && s->verbosity >= 0) {
        bool whole = list.len == 1 && list.at[0].path == path; /* the path itself is the one row */
        print_usage(s, &list, typed, !whole);
    }
    vec_release(&list);
    return rc;
}

static const struct opt du_opts[] = {
    {'s', "summarize", OPT_FLAG, AT(summarize), .help = "the sum alone"},
    OTHER_REPO_OPTIONS(AT(repo)),
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
