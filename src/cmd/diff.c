#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "show/table.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "data/diff.h"

struct diff_args {
    struct strv revs, targets;
    bool json, markdown, show_hash, hide_missing;
};
#define AT(member) offsetof(struct diff_args, member)

#define HASH_SHOWN   8   /* digits of a digest in text */
#define TARGET_ERROR 255 /* exit status for a target that nobody knows */

/* The lists of the result, in the order of JSON; text has renames before modifications. */
static const struct group {
    enum compare_kind kind;
    const char *word, *title;
    enum show_color color;
} groups[] = {
    {COMPARE_ADDED, "added", "Added", SHOW_GREEN},
    {COMPARE_DELETED, "deleted", "Deleted", SHOW_RED},
    {COMPARE_MODIFIED, "modified", "Modified", SHOW_YELLOW},
    {COMPARE_RENAMED, "renamed", "Renamed", SHOW_GREEN},
    {COMPARE_SAME, "not in cache", "Not in cache", SHOW_YELLOW},
};

/* Entries of one group, by path (a rename by the old one) as text. */
struct listed {
    const struct group *group;
    VEC(const struct compare_entry *) entries;
};

struct shown {
    struct listed list[COUNT_OF(groups)];
    size_t lists; /* the last is left out with --hide-missing */
    bool any;
    bool show_hash;
};

/* The i-th list of the text. */
static const struct listed *text_list(const struct shown *v, size_t i) {
    static const size_t order[COUNT_OF(groups)] = {0, 1, 3, 2, 4};

    return &v->list[order[i]];
}

static void shown_release(struct shown *v) {
    for (size_t i = 0; i < COUNT_OF(v->list); i++) {
        vec_release(&v->list[i].entries);
    }
}

static int by_text(const void *a, const void *b) {
    const struct compare_entry *x = *(const struct compare_entry *const *)a;
    const struct compare_entry *y = *(const struct compare_entry *const *)b;

    return strcmp(x->old_path ? x->old_path : x->path, y->old_path ? y->old_path : y->path);
}

static void take_entries(struct shown *v, const struct compare_entries *from, bool missing) {
    for (size_t i = 0; i < from->len; i++) {
        for (size_t k = 0; k < COUNT_OF(groups); k++) {
            bool mine = missing ? k + 1 == COUNT_OF(groups) : groups[k].kind == from->at[i].kind;
            if (mine) {
                vec_push(&v->list[k].entries, &from->at[i]);
            }
        }
    }
}

static void arrange(struct shown *v, const struct comparison *c) {
    take_entries(v, &c->changes, false);
    take_entries(v, &c->missing, true);
    for (size_t i = 0; i < COUNT_OF(v->list); i++) {
        struct listed *l = &v->list[i];

        l->group = &groups[i];
        v->any |= l->entries.len > 0;
        if (l->entries.len > 1) {
            qsort(l->entries.at, l->entries.len, sizeof *l->entries.at, by_text);
        }
    }
}

static const struct digest *only_digest(const struct compare_entry *e) {
    return e->old ? e->old : e->new;
}

static void json_digest(struct json *j, const char *key, const struct digest *d) {
    char text[DIGEST_TEXT_MAX];

    json_str(j, key, d && digest_is_set(d) ? digest_text(text, d) : NULL);
}

static void json_entry(struct json *j, const struct compare_entry *e, bool show_hash) {
    json_map(j, NULL);
    if (e->kind == COMPARE_RENAMED) {
        json_map(j, "path");
        json_str(j, "old", e->old_path);
        json_str(j, "new", e->path);
        json_close(j);
    } else {
        json_str(j, "path", e->path);
    }
    if (show_hash && e->kind == COMPARE_MODIFIED) {
        json_map(j, "hash");
        json_digest(j, "old", e->old);
        json_digest(j, "new", e->new);
        json_close(j);
    } else if (show_hash) {
        json_digest(j, "hash", only_digest(e));
    }
    json_close(j);
}

static void print_json(struct session *s, const struct shown *v) {
    struct json *j = json_begin(s->out);

    json_map(j, NULL);
    for (size_t i = 0; v->any && i < v->lists; i++) {
        json_list(j, v->list[i].group->word);
        for (size_t k = 0; k < v->list[i].entries.len; k++) {
            json_entry(j, v->list[i].entries.at[k], v->show_hash);
        }
        json_close(j);
    }
    json_close(j);
    json_end(j);
}

/* "b1946ac9", "b1946ac9..738bb2e5"; "" for what has no digest. */
static const char *hash_text(struct arena *arena, const struct compare_entry *e) {
    char old[DIGEST_TEXT_MAX] = "", new[DIGEST_TEXT_MAX] = "";

    if (e->kind != COMPARE_MODIFIED) {
        const struct digest *d = only_digest(e);
        return d ? arena_strndup(arena, digest_text(old, d), HASH_SHOWN) : "";
    }
    return arena_printf(arena, "%.*s..%.*s", HASH_SHOWN, digest_text(old, e->old), HASH_SHOWN,
                        digest_text(new, e->new));
}

static const char *path_text(struct arena *arena, const struct compare_entry *e) {
    return e->old_path ? arena_printf(arena, "%s -> %s", e->old_path, e->path) : e->path;
}

static void print_markdown(struct session *s, const struct shown *v) {
    struct table *t = table_new();

    table_column(t, "Status");
    if (v->show_hash) {
        table_column(t, "Hash");
    }
    table_column(t, "Path");
    for (size_t i = 0; i < v->lists; i++) {
        const struct listed *l = text_list(v, i);

        for (size_t k = 0; k < l->entries.len; k++) {
            const struct compare_entry *e = l->entries.at[k];

            table_row(t);
            table_cell(t, l->group->word);
            if (v->show_hash) {
                table_cell(t, hash_text(s->arena, e));
            }
            table_cell(t, path_text(s->arena, e));
        }
    }
    table_print(t, s->out, true);
    table_free(t);
}

/* Prints one list; the number of files in it, folders left out. */
static size_t print_list(struct session *s, const struct listed *l, bool show_hash) {
    size_t files = 0;

    if (l->entries.len == 0) {
        return 0;
    }
    show_color(s->out, l->group->color);
    show_text(s->out, "%s", l->group->title);
    show_color(s->out, SHOW_PLAIN);
    show_line(s->out, ":");
    for (size_t i = 0; i < l->entries.len; i++) {
        const struct compare_entry *e = l->entries.at[i];
        const char *hash = show_hash ? hash_text(s->arena, e) : "";

        files += !str_ends(e->path, "/");
        show_line(s->out, "    %s%s%s", hash, hash[0] ? "  " : "", path_text(s->arena, e));
    }
    show_line(s->out, "%s", "");
    return files;
}

static void print_text(struct session *s, const struct shown *v) {
    struct str summary CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < v->lists; i++) {
        const struct listed *l = text_list(v, i);
        size_t files = print_list(s, l, v->show_hash);

        if (files > 0) {
            str_addf(&summary, "%s %zu %s", summary.len ? "," : "", files, l->group->word);
        }
    }
    if (summary.len) {
        show_line(s->out, "files summary:%s", summary.buf);
    }
}

static int diff_run(struct session *s, const void *args) {
    const struct diff_args *a = args;
    struct diff_result result CLEANUP(diff_result_release) = {0};
    struct shown v CLEANUP(shown_release) = {.show_hash = a->show_hash};
    struct data *d CLEANUP(data_closep) = NULL;
    const struct diff_request o = {
        .old_rev = a->revs.len > 0 ? a->revs.at[0] : "HEAD",
        .new_rev = a->revs.len > 1 ? a->revs.at[1] : NULL,
        .targets = a->targets,
    };
    int rc = data_open(&d, s->repo, &s->progress);

    if (!rc && (rc = data_diff(&result, s->arena, d, &o)) && result.lost_target) {
        s->exit_status = TARGET_ERROR;
    }
    if (rc || s->verbosity < 0) {
        return rc;
    }
    arrange(&v, &result.found);
    v.lists = COUNT_OF(groups) - (o.new_rev || a->hide_missing);
    if (a->json) {
        print_json(s, &v);
    } else if (a->markdown) {
        print_markdown(s, &v);
    } else {
        print_text(s, &v);
    }
    return 0;
}

static const struct opt diff_opts[] = {
    {0, "targets", OPT_MANY, AT(targets), "<path>", .help = "only these"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    {0, "show-hash", OPT_FLAG, AT(show_hash), .help = "with the digests"},
    {0, "md", OPT_FLAG, AT(markdown), .help = "print a Markdown table"},
    {0, "hide-missing", OPT_FLAG, AT(hide_missing), .help = "not what the cache lacks"},
    OPT_END,
};

const struct cmd cmd_diff = {
    .name = "diff",
    .group = GROUP_DATA,
    .summary = "compare the tracked data of two revisions",
    .detail = "Revisions are names of Git, or 'workspace'; by default HEAD and the workspace.",
    .opts = diff_opts,
    .args = "[<rev> [<rev>]]",
    .max_args = 2,
    .rest = AT(revs),
    .args_size = sizeof(struct diff_args),
    .needs = NEED_REPO,
    .fail = 1,
    .run = diff_run,
};
