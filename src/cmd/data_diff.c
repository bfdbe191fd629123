/*
 * data diff: the rows that differ between two versions of a table.
 */
#include <string.h>

#include "base/str.h"
#include "show/escape.h"
#include "show/json.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "data/data.h"
#include "review/sheet.h"
#include "review/sheet_diff.h"
#include "review/sheet_pair.h"

struct data_diff_args {
    struct strv words, key;
    bool json, summary;
};
#define AT(member) offsetof(struct data_diff_args, member)

struct printing {
    struct session *s;
    struct sheet_diff *d;
    struct json *json; /* or NULL */
    bool summary;
};

/* The key's cells, or all of them. */
static void add_cells(struct str *out, const struct sheet_row *row, const struct strv *only) {
    bool first = true;

    for (size_t i = 0; i < row->len; i++) {
        const struct sheet_cell *cell = &row->at[i];

        if (!only->len || strv_has(only, cell->name)) {
            str_addf(out, "%s%s=%s", first ? "" : ", ", cell->name, cell->text);
            first = false;
        }
    }
}

static void add_change(struct str *out, const char *name, const struct sheet_cell *old,
                       const struct sheet_cell *now) {
    if (!old || !now || old->len != now->len || memcmp(old->text, now->text, old->len) != 0) {
        str_addf(out, "%s%s %s -> %s", str_ends(out->buf, ": ") ? "" : ", ", name,
                 old ? old->text : "(none)", now ? now->text : "(none)");
    }
}

static void add_changes(struct str *out, const struct sheet_diff *d, const struct sheet_row *old,
                        const struct sheet_row *now) {
    for (size_t i = 0; i < old->len; i++) {
        if (!strv_has(&d->gone, old->at[i].name)) {
            add_change(out, old->at[i].name, &old->at[i], sheet_find(now, old->at[i].name));
        }
    }
    for (size_t i = 0; i < now->len; i++) {
        if (!strv_has(&d->come, now->at[i].name) && !sheet_find(old, now->at[i].name)) {
            add_change(out, now->at[i].name, NULL, &now->at[i]);
        }
    }
}

static void print_text(struct printing *p, enum row_change change, const struct sheet_row *old,
                       const struct sheet_row *now) {
    static const struct strv all = {0};
    static const enum show_color color[] = {SHOW_GREEN, SHOW_RED, SHOW_YELLOW};
    struct str text CLEANUP(str_release) = STR_INIT, safe CLEANUP(str_release) = STR_INIT;

    if (change == ROW_CHANGED) {
        add_cells(&text, now, &p->d->key);
        str_adds(&text, ": ");
        add_changes(&text, p->d, old, now);
    } else {
        add_cells(&text, now ? now : old, &all);
    }
    escape_control(&safe, text.buf, ESCAPE_ALL);
    show_color(p->s->out, color[change]);
    show_line(p->s->out, "%c %s", "+-~"[change], safe.buf);
    show_color(p->s->out, SHOW_PLAIN);
}

static void print_row(struct json *j, const char *key, const struct sheet_row *row) {
    if (!row) {
        json_null(j, key);
        return;
    }
    json_map(j, key);
    for (size_t i = 0; i < row->len; i++) {
        json_str(j, row->at[i].name, row->at[i].text);
    }
    json_close(j);
}

static int print_change(void *ctx, enum row_change change, const struct sheet_row *old,
                        const struct sheet_row *now) {
    static const char *const words[] = {"added", "removed", "changed"};
    struct printing *p = ctx;

    if (p->summary) {
        return 0;
    }
    if (!p->json) {
        print_text(p, change, old, now);
        return 0;
    }
    json_map(p->json, NULL);
    json_str(p->json, "change", words[change]);
    print_row(p->json, "old", old);
    print_row(p->json, "new", now);
    json_close(p->json);
    return 0;
}

static void print_columns(struct session *s, char sign, const struct strv *names) {
    for (size_t i = 0; i < names->len; i++) {
        struct str safe CLEANUP(str_release) = STR_INIT;

        escape_control(&safe, names->at[i], ESCAPE_ALL);
        show_line(s->out, "%c column %s", sign, safe.buf);
    }
}

static void json_names(struct json *j, const char *key, const struct strv *names) {
    json_list(j, key);
    for (size_t i = 0; i < names->len; i++) {
        json_str(j, NULL, names->at[i]);
    }
    json_close(j);
}

static void finish(struct printing *p) {
    const struct sheet_diff *d = p->d;
    struct json *j = p->json;

    if (!j) {
        print_columns(p->s, '-', &d->gone);
        print_columns(p->s, '+', &d->come);
        show_line(p->s->out, "%llu added, %llu removed, %llu changed", (unsigned long long)d->added,
                  (unsigned long long)d->removed, (unsigned long long)d->changed);
        return;
    }
    json_close(j);
    json_map(j, "columns");
    json_names(j, "added", &d->come);
    json_names(j, "removed", &d->gone);
    json_close(j);
    json_int(j, "added", (int64_t)d->added);
    json_int(j, "removed", (int64_t)d->removed);
    json_int(j, "changed", (int64_t)d->changed);
    json_close(j);
}

static int data_diff_run(struct session *s, const void *args) {
    const struct data_diff_args *a = args;
    struct sheet_pair t CLEANUP(sheet_pair_release) = {.old_fd = -1, .now_fd = -1};
    struct sheet_diff diff CLEANUP(sheet_diff_release) = {.key = a->key};
    struct data *d CLEANUP(data_closep) = NULL;
    struct printing p = {.s = s, .d = &diff, .summary = a->summary};
    int rc;

    if ((rc = data_open(&d, s->repo, &s->progress)) ||
        (rc = sheet_pair_open(&t, s->arena, d, a->words.at[0],
                              a->words.len > 1 ? a->words.at[1] : "HEAD",
                              a->words.len > 2 ? a->words.at[2] : NULL))) {
        return rc;
    }
    p.json = a->json ? json_begin(s->out) : NULL;
    if (p.json) {
        json_map(p.json, NULL);
        json_list(p.json, "rows");
    }
    rc = sheet_diff(&diff, t.old, t.old_again, t.now, print_change, &p);
    if (!rc) {
        finish(&p);
    }
    if (p.json) {
        json_end(p.json);
    }
    return rc;
}

static const struct opt data_diff_opts[] = {
    {0, "key", OPT_LIST, AT(key), "<column>",
     .help = "rows with the same value here are one row that changed; may be repeated"},
    {0, "summary", OPT_FLAG, AT(summary), .help = "only how many rows"},
    {0, "json", OPT_FLAG, AT(json), .help = "print JSON"},
    OPT_END,
};

const struct cmd cmd_data_diff = {
    .name = "data diff",
    .group = GROUP_DATA,
    .summary = "compare the rows of two versions of a table",
    .detail = "CSV, TSV (with a line of names) and JSONL, tracked or in Git, of any size. By "
              "default HEAD and the workspace. Order does not count; without a key a row that "
              "changed is one removed and one added.",
    .opts = data_diff_opts,
    .args = "<path> [<rev> [<rev>]]",
    .min_args = 1,
    .max_args = 3,
    .rest = AT(words),
    .args_size = sizeof(struct data_diff_args),
    .needs = NEED_REPO_OR_PLAIN,
    .fail = 255,
    .run = data_diff_run,
};
