#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "model/view.h"
#include "data/data.h"
#include "data/status.h"
#include "data/sync.h"
#include "pipeline/params.h"

struct status_args {
    struct strv targets;
    const char *remote;
    bool cloud, all_branches, all_tags, all_commits, with_deps, recursive, json, no_updates;
    int jobs;
};
#define AT(member) offsetof(struct status_args, member)

#define WORD_WIDTH 20 /* of "modified:" and its like */

/* "modified:           path", indented. */
static void show_change(struct show *out, int indent, const char *word, const char *what) {
    static const char tabs[] = "\t\t\t";

    show_line(out, "%.*s%s:%*s%s", indent, tabs, word, WORD_WIDTH - 1 - (int)strlen(word), "",
              what);
}

/* Params of one file come after each other, below its name. */
static bool same_file(const struct status_entry *a, const struct status_entry *b) {
    return a->key && b->key && strcmp(a->path, b->path) == 0;
}

static void show_entries(struct show *out, const char *title, const struct status_entries *list) {
    if (list->len > 0) {
        show_line(out, "\t%s:", title);
    }
    for (size_t i = 0; i < list->len; i++) {
        const struct status_entry *e = &list->at[i];

        if (!e->key) {
            show_change(out, 2, change_word(e->change), e->path);
            continue;
        }
        if (i == 0 || !same_file(e - 1, e)) {
            show_line(out, "\t\t%s:", e->path);
        }
        show_change(out, 3, change_word(e->change), e->key);
    }
}

static void json_entries(struct json *j, const char *title, const struct status_entries *list) {
    if (list->len == 0) {
        return;
    }
    json_map(j, NULL);
    json_map(j, title);
    for (size_t i = 0; i < list->len; i++) {
        const struct status_entry *e = &list->at[i];
        bool first = i == 0 || !same_file(e - 1, e);
        bool last = i + 1 == list->len || !same_file(e, e + 1);

        if (e->key && first) {
            json_map(j, e->path);
        }
        json_str(j, e->key ? e->key : e->path, change_word(e->change));
        if (e->key && last) {
            json_close(j);
        }
    }
    json_close(j);
    json_close(j);
}

/* Words for a stage as a whole. */
static size_t stage_words(const char *words[3], const struct stage_status *st) {
    size_t n = 0;

    if (st->always_changed) {
        words[n++] = "always changed";
    }
    if (st->command_changed) {
        words[n++] = "changed command";
    }
    if (st->checksum_changed) {
        words[n++] = "changed checksum";
    }
    return n;
}

static void show_stages(struct show *out, const struct stage_statuses *list) {
    for (size_t i = 0; i < list->len; i++) {
        const struct stage_status *st = &list->at[i];
        const char *words[3];
        size_t n = stage_words(words, st);

        show_line(out, "%s:", st->stage);
        show_entries(out, "changed deps", &st->deps);
        show_entries(out, "changed outs", &st->outs);
        for (size_t k = 0; k < n; k++) {
            show_line(out, "\t%s", words[k]);
        }
    }
}

static void json_stages(struct show *out, const struct stage_statuses *list) {
    struct json *j = json_begin(out);

    json_map(j, NULL);
    for (size_t i = 0; i < list->len; i++) {
        const struct stage_status *st = &list->at[i];
        const char *words[3];
        size_t n = stage_words(words, st);

        json_list(j, st->stage);
        json_entries(j, "changed deps", &st->deps);
        json_entries(j, "changed outs", &st->outs);
        for (size_t k = 0; k < n; k++) {
            json_str(j, NULL, words[k]);
        }
        json_close(j);
    }
    json_close(j);
    json_end(j);
}

static void show_empty(struct show *out) {
    show_line(out, "There are no data or pipelines tracked in this project yet.");
    show_line(out, "See <https://dvc.org/doc/start> to get started!");
}

static int check_local_options(const struct status_args *a) {
    const char *meant = a->all_branches  ? "--all-branches"
                        : a->all_tags    ? "--all-tags"
                        : a->all_commits ? "--all-commits"
                        : a->jobs        ? "--jobs"
                                         : NULL;

    return meant ? err_set(ERR_FAILED, "%s means nothing without --cloud", meant) : 0;
}

static int status_local(struct session *s, struct data *d, const struct status_args *a) {
    struct status_result result CLEANUP(status_result_release) = {0};
    struct params *params CLEANUP(params_freep) = params_new(&(struct view){.repo = s->repo});
    const struct status_request o = {
        .targets = a->targets,
        .with_deps = a->with_deps,
        .recursive = a->recursive,
        .no_updates = a->no_updates,
        .params = params_status,
        .params_ctx = params,
    };
    int rc = check_local_options(a);

    if (rc || (rc = data_status(&result, s->arena, d, &o))) {
        return rc;
    }
    if (s->verbosity < 0) {
        s->exit_status = !a->json && result.changed.len > 0;
    } else if (a->json) {
        json_stages(s->out, &result.changed);
    } else if (result.changed.len > 0) {
        show_stages(s->out, &result.changed);
    } else if (result.empty) {
        show_empty(s->out);
    } else {
        show_line(s->out, "Data and pipelines are up to date.");
    }
    return 0;
}

static void json_cloud(struct show *out, const struct cloud_entries *list) {
    struct json *j = json_begin(out);

    json_map(j, NULL);
    for (size_t i = 0; i < list->len; i++) {
        json_str(j, list->at[i].path, cloud_change_word(list->at[i].change));
    }
    json_close(j);
    json_end(j);
}

static void show_cloud(struct session *s, const struct data *d, const struct status_args *a,
                       const struct cloud_entries *list, bool empty) {
    const char *remote = a->remote ? a->remote : data_remote_default(d);

    for (size_t i = 0; i < list->len; i++) {
        show_change(s->out, a->cloud ? 1 : 0, cloud_change_word(list->at[i].change),
                    list->at[i].path);
    }
    if (list->len > 0) {
        return;
    }
    if (empty) {
        show_empty(s->out);
    } else {
        show_line(s->out, "Cache and remote '%s' are in sync.", remote ? remote : "None");
    }
}

static int status_cloud(struct session *s, struct data *d, const struct status_args *a) {
    struct cloud_entries list = {0};
    bool empty = false;
    const struct sync_request o = {
        .targets = a->targets,
        .remote = a->remote,
        .all_branches = a->all_branches,
        .all_tags = a->all_tags,
        .all_commits = a->all_commits,
        .with_deps = a->with_deps,
        .recursive = a->recursive,
        .jobs = a->jobs,
        .max_size = -1,
    };
    int rc = data_cloud_status(&list, &empty, s->arena, d, &o);

    if (!rc && s->verbosity < 0) {
        s->exit_status = !a->json && list.len > 0;
    } else if (!rc && a->json) {
        json_cloud(s->out, &list);
    } else if (!rc) {
        show_cloud(s, d, a, &list, empty);
    }
    vec_release(&list);
    return rc;
}

static int status_run(struct session *s, const void *args) {
    const struct status_args *a = args;
    struct data *d CLEANUP(data_closep) = NULL;
    int rc = data_open(&d, s->repo, &s->progress);

    if (rc) {
        return rc;
    }
    return a->cloud || a->remote ? status_cloud(s, d, a) : status_local(s, d, a);
}

static const struct opt status_opts[] = {
    {'j', "jobs", OPT_INT, AT(jobs), "<number>", .help = "requests at a time with --cloud"},
    {'c', "cloud", OPT_FLAG, AT(cloud), .help = "compare the cache with the remote instead"},
    {'r', "remote", OPT_TEXT, AT(remote), "<name>", .help = "with this remote"},
    {'a', "all-branches", OPT_FLAG, AT(all_branches), .help = "with --cloud: of all branches"},
    {'T', "all-tags", OPT_FLAG, AT(all_tags), .help = "with --cloud: of all tags"},
    {'A', "all-commits", OPT_FLAG, AT(all_commits), .help = "with --cloud: of all commits"},
    {'d', "with-deps", OPT_FLAG, AT(with_deps), .help = "and all that the targets depend on"},
    {'R', "recursive", OPT_FLAG, AT(recursive), .help = "a folder means all stages in it"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {0, "no-updates", OPT_FLAG, AT(no_updates), .help = "do not ask the sources of imports"},
    OPT_END,
};

const struct cmd cmd_status = {
    .name = "status",
    .group = GROUP_DATA,
    .summary = "what differs between records and workspace, or cache and remote",
    .detail = "With --quiet nothing is printed, and the exit status is 1 if anything changed.",
    .opts = status_opts,
    .args = "[<target>...]",
    .max_args = -1,
    .rest = AT(targets),
    .args_size = sizeof(struct status_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = status_run,
};
