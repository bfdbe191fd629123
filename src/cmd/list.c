#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "show/json.h"
#include "show/out.h"
#include "show/table.h"
#include "cli/cmd.h"
#include "cli/session.h"
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

/* DVC's key of the two digests that it knows; others are not shown. */
static const char *hash_text(char out[DIGEST_TEXT_MAX], const struct list_entry *e) {
    bool shown = e->digest.algo == HASH_MD5 || e->digest.algo == HASH_MD5_DOS2UNIX;

    return shown && digest_is_set(&e->digest) ? digest_text(out, &e->digest) : NULL;
}

static void print_json(struct session *s, const struct list_entries *list) {
    struct json *j = json_begin(s->out);
    char hash[DIGEST_TEXT_MAX];

    json_list(j, NULL);
    for (size_t i = 0; i < list->len; i++) {
        const struct list_entry *e = &list->at[i];

        json_map(j, NULL);
        json_bool(j, "isout", e->isout);
        json_bool(j, "isdir", e->isdir);
        json_bool(j, "isexec", e->isexec);
        if (e->size < 0) {
            json_null(j, "size");
        } else {
            json_int(j, "size", e->size);
        }
        json_str(j, "md5", hash_text(hash, e));
        json_str(j, "path", e->path);
        json_close(j);
    }
    json_close(j);
    json_end(j);
}

static void add_row(struct table *t, const struct list_args *a, const struct list_entry *e,
                    const char *name) {
    char size[24], hash[DIGEST_TEXT_MAX];
    const char *text = hash_text(hash, e);

    table_row(t);
    if (a->size) {
        bool blank = e->size < 0 || (e->size == 0 && e->isdir);
        table_cell(t, blank ? "" : num_size(size, (uint64_t)e->size));
    }
    if (a->show_hash) {
        table_cell(t, text ? text : "-");
    }
    table_cell(t, name);
}

static struct table *entry_table(const struct list_args *a) {
    struct table *t = table_new();

    if (a->size) {
        table_untitled(t, TABLE_RIGHT);
    }
    if (a->show_hash) {
        table_untitled(t, TABLE_LEFT);
    }
    table_untitled(t, TABLE_LEFT);
    return t;
}

static void print_lines(struct session *s, const struct list_args *a,
                        const struct list_entries *list) {
    struct table *t = entry_table(a);

    for (size_t i = 0; i < list->len; i++) {
        if (a->size || a->show_hash) {
            add_row(t, a, &list->at[i], list->at[i].path);
        } else {
            show_line(s->out, "%s", list->at[i].path);
        }
    }
    table_print(t, s->out, TABLE_PLAIN);
    table_free(t);
}

/* `bars` has what stands before the entries of a folder, and becomes what stands before those in an
 * entry. */
static void print_tree(struct session *s, const struct list_args *a,
                       const struct list_entries *list) {
    static const char edge[] = "├── ", line[] = "│   ", corner[] = "└── ", blank[] = "    ";
    struct table *t = entry_table(a);
    struct str text CLEANUP(str_release) = STR_INIT;
    struct str bars CLEANUP(str_release) = STR_INIT;
    VEC(size_t) lengths = {0}; /* of `bars` for each depth */

    table_keep_blanks(t);
    for (size_t i = 0; i < list->len; i++) {
        const struct list_entry *e = &list->at[i];
        size_t depth = (size_t)e->depth;

        if (depth < lengths.len) {
            lengths.len = depth;
        }
        str_truncate(&bars, lengths.len > 0 ? lengths.at[lengths.len - 1] : 0);
        str_clear(&text);
        str_addf(&text, "%s%s%s", bars.buf, depth == 0 ? "" : e->last ? corner : edge, e->path);
        str_adds(&bars, depth == 0 ? "" : e->last ? blank : line);
        vec_push(&lengths, bars.len);
        add_row(t, a, e, text.buf);
    }
    table_print(t, s->out, TABLE_PLAIN);
    table_free(t);
    vec_release(&lengths);
}

static int read_level(int *level, const struct list_args *a) {
    int64_t n;

    *level = LIST_ALL_LEVELS;
    if (!a->level) {
        return 0;
    }
    if (!num_int(&n, a->level) || n < 0 || n > INT32_MAX) {
        return err_set(ERR_USAGE, "--level: '%s' is no depth", a->level);
    }
    *level = (int)n;
    return 0;
}

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
    };
    const char *typed = a->words.len > 1 ? a->words.at[1] : "";
    int rc = read_level(&o.level, a);

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
            print_json(s, &list);
        } else if (a->tree) {
            print_tree(s, a, &list);
        } else {
            print_lines(s, a, &list);
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
