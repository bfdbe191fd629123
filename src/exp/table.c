#include "exp/table.h"

#include <ctype.h>
#include <math.h>
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "doc/diff.h"
#include "doc/node.h"
#include "doc/write.h"
#include "exp/rows.h"
#include "exp/table_sort.h"

#define ERROR_CELL "!"

/* A table in the making. */
struct maker {
    struct exp_table *t;
    struct arena *arena;
    const struct exp_table_request *q;
    struct map by_key;  /* kind, path and key -> column + 1 */
    struct map counted; /* key -> how many columns are called so */
    size_t base;        /* row of the commit at hand */
};

/* Columns */

static const char *column_key(struct arena *arena, enum exp_column_kind kind, const char *path,
                              const char *key) {
    return arena_printf(arena, "%d\n%s\n%s", (int)kind, path, key);
}

static void note_column(struct maker *m, enum exp_column_kind kind, const char *path,
                        const char *key) {
    const char *id = column_key(m->arena, kind, path, key);

    if (map_has(&m->by_key, id)) {
        return;
    }
    vec_push(&m->t->columns, ((struct exp_column){.kind = kind, .path = path, .key = key}));
    map_put(&m->by_key, id, (void *)(uintptr_t)m->t->columns.len);
}

/* A value that is no map is a column called as its file. */
static void note_file(struct maker *m, enum exp_column_kind kind, const struct measure_file *f) {
    struct flat values = {0};

    if (!f->data) {
        return;
    }
    node_flatten(&values, m->arena, f->data);
    for (size_t i = 0; i < values.len; i++) {
        if (f->data->kind != NODE_MAP) {
            continue; /* DVC makes no column of it */
        }
        if (values.at[i].value->kind != NODE_MAP) {
            note_column(m, kind, f->path, values.at[i].key);
        }
    }
    vec_release(&values);
}

static void note_state(struct maker *m, enum exp_column_kind kind, const struct exp_state *s) {
    if (!s->data) {
        return;
    }
    const struct measure_files *files =
        kind == EXP_COLUMN_METRIC ? &s->data->metrics : &s->data->params;
    for (size_t i = 0; kind != EXP_COLUMN_DEP && i < files->len; i++) {
        note_file(m, kind, &files->at[i]);
    }
    for (size_t i = 0; kind == EXP_COLUMN_DEP && i < s->data->deps.len; i++) {
        note_column(m, kind, "", s->data->deps.at[i].path);
    }
}

static int compare_columns(const void *a, const void *b) {
    return strcmp(((const struct exp_column *)a)->key, ((const struct exp_column *)b)->key);
}

/* Columns of one file stand together, files in the order they are met. */
static void group_files(struct maker *m, size_t from) {
    struct exp_columns grouped = {0};
    struct exp_columns *all = &m->t->columns;

    for (size_t i = from; i < all->len; i++) {
        const char *path = all->at[i].path;

        for (size_t k = i; path && k < all->len; k++) {
            if (str_eq(all->at[k].path, path)) {
                vec_push(&grouped, all->at[k]);
                all->at[k].path = k == i ? path : NULL;
            }
        }
    }
    if (grouped.len) {
        memcpy(all->at + from, grouped.at, grouped.len * sizeof *grouped.at);
    }
    vec_release(&grouped);
}

static void note_columns(struct maker *m, const struct exp_baselines *rows,
                         enum exp_column_kind kind) {
    size_t from = m->t->columns.len;

    for (size_t i = 0; i < rows->len; i++) {
        note_state(m, kind, &rows->at[i].state);
        for (size_t k = 0; k < rows->at[i].ranges.len; k++) {
            const struct exp_states *revs = &rows->at[i].ranges.at[k].revs;

            for (size_t n = 0; n < revs->len; n++) {
                note_state(m, kind, &revs->at[n]);
            }
        }
    }
    if (kind == EXP_COLUMN_DEP && m->t->columns.len > from) {
        qsort(m->t->columns.at + from, m->t->columns.len - from, sizeof *m->t->columns.at,
              compare_columns);
    } else {
        group_files(m, from);
    }
}

static void count_title(struct maker *m, const char *title) {
    map_put(&m->counted, title, (void *)((uintptr_t)map_get(&m->counted, title) + 1));
}

/* A key that several files have is shown with its file. */
static void title_columns(struct maker *m) {
    struct exp_columns *c = &m->t->columns;

    for (size_t i = 0; i < c->len; i++) {
        if (c->at[i].kind != EXP_COLUMN_DEP) {
            count_title(m, c->at[i].kind == EXP_COLUMN_FIXED ? c->at[i].title : c->at[i].key);
        }
    }
    for (size_t i = EXP_FIXED; i < c->len; i++) {
        bool several =
            c->at[i].kind != EXP_COLUMN_DEP && (uintptr_t)map_get(&m->counted, c->at[i].key) > 1;

        c->at[i].title =
            several ? arena_printf(m->arena, "%s:%s", c->at[i].path, c->at[i].key) : c->at[i].key;
        map_put(&m->by_key, column_key(m->arena, c->at[i].kind, c->at[i].path, c->at[i].key),
                (void *)(uintptr_t)(i + 1));
    }
}

static void make_columns(struct maker *m, const struct exp_baselines *rows) {
    static const char *const fixed[EXP_FIXED] = {
        [EXP_AT_NAME] = "Experiment",  [EXP_AT_REV] = "rev",       [EXP_AT_TYPE] = "typ",
        [EXP_AT_CREATED] = "Created",  [EXP_AT_PARENT] = "parent", [EXP_AT_STATE] = "State",
        [EXP_AT_EXECUTOR] = "Executor"};

    for (size_t i = 0; i < EXP_FIXED; i++) {
        vec_push(&m->t->columns, ((struct exp_column){.title = fixed[i], .key = fixed[i]}));
    }
    note_columns(m, rows, EXP_COLUMN_METRIC);
    note_columns(m, rows, EXP_COLUMN_PARAM);
    note_columns(m, rows, EXP_COLUMN_DEP);
    title_columns(m);
}

/* Cells */

static const char *float_text(struct arena *arena, double value, int precision) {
    return isnan(value) ? "nan" : arena_printf(arena, "%.*g", precision, value);
}

/* Python's formatting turns floats within lists to strings. */
static struct node *round_node(struct arena *arena, const struct node *n, int precision) {
    struct node *out = node_clone(arena, n);

    if (n->kind == NODE_FLOAT) {
        return node_str(arena, float_text(arena, n->real, precision));
    }
    for (size_t i = 0; n->kind == NODE_LIST && i < n->list.len; i++) {
        out->list.at[i] = round_node(arena, n->list.at[i], precision);
    }
    for (size_t i = 0; n->kind == NODE_MAP && i < n->map.len; i++) {
        out->map.at[i].value = round_node(arena, n->map.at[i].value, precision);
    }
    return out;
}

const char *exp_value_text(struct arena *arena, const struct node *n, int precision) {
    struct str text CLEANUP(str_release) = STR_INIT;

    python_write(&text, precision > 0 ? round_node(arena, n, precision) : n);
    return arena_strdup(arena, text.buf);
}

static void fill_file(struct maker *m, struct exp_table_cell *cells, enum exp_column_kind kind,
                      const struct measure_file *f) {
    struct flat values = {0};

    for (size_t i = EXP_FIXED; f->error_type && i < m->t->columns.len; i++) {
        if (m->t->columns.at[i].kind == kind && str_eq(m->t->columns.at[i].path, f->path)) {
            cells[i].text = ERROR_CELL;
        }
    }
    if (!f->data || f->data->kind != NODE_MAP) {
        return;
    }
    node_flatten(&values, m->arena, f->data);
    for (size_t i = 0; i < values.len; i++) {
        const struct node *value = values.at[i].value;
        size_t at = (size_t)(uintptr_t)map_get(
            &m->by_key, column_key(m->arena, kind, f->path, values.at[i].key));

        if (at && value->kind != NODE_NULL && value->kind != NODE_MAP) {
            cells[at - 1].value = value;
            cells[at - 1].text = exp_value_text(m->arena, value, m->q->precision);
        }
    }
    vec_release(&values);
}

static void fill_data(struct maker *m, struct exp_table_cell *cells, const struct exp_data *data) {
    for (size_t i = 0; i < data->metrics.len; i++) {
        fill_file(m, cells, EXP_COLUMN_METRIC, &data->metrics.at[i]);
    }
    for (size_t i = 0; i < data->params.len; i++) {
        fill_file(m, cells, EXP_COLUMN_PARAM, &data->params.at[i]);
    }
    for (size_t i = 0; i < data->deps.len; i++) {
        const struct exp_content *dep = &data->deps.at[i];
        size_t at = (size_t)(uintptr_t)map_get(&m->by_key,
                                               column_key(m->arena, EXP_COLUMN_DEP, "", dep->path));

        if (at && dep->hash) {
            cells[at - 1].text = dep->hash;
        }
    }
}

static const char *time_text(const struct maker *m, int64_t seconds) {
    const char *text =
        m->q->iso ? exp_time_iso(m->arena, seconds) : exp_time_text(m->arena, seconds);

    return text ? text : m->q->fill;
}

static bool is_id(const char *rev) {
    return strlen(rev) == 40 && strspn(rev, "0123456789abcdef") == 40;
}

static const char *capital(struct arena *arena, const char *text) {
    char *out = arena_strdup(arena, text);

    out[0] = (char)toupper((unsigned char)out[0]);
    return out;
}

static struct exp_table_cell *add_row(struct maker *m, const struct exp_state *s) {
    size_t n = m->t->columns.len;
    struct exp_table_cell *cells = arena_alloc(m->arena, n * sizeof *cells);
    const char *rev = is_id(s->rev) ? arena_strndup(m->arena, s->rev, 7) : s->rev;

    for (size_t i = 0; i < n; i++) {
        cells[i].text = m->q->fill;
    }
    cells[EXP_AT_NAME].text = cells[EXP_AT_PARENT].text = "";
    cells[EXP_AT_REV].text = rev;
    if (s->data) {
        cells[EXP_AT_CREATED].text = time_text(m, s->data->time);
        fill_data(m, cells, s->data);
    }
    vec_push(&m->t->rows, ((struct exp_table_row){.state = s, .base = m->base, .cells = cells}));
    return cells;
}

static void mark_changed(struct maker *m, struct exp_table_cell *cells) {
    const struct exp_table_cell *base = m->t->rows.at[m->base].cells;

    for (size_t i = EXP_FIXED; i < m->t->columns.len; i++) {
        cells[i].changed = m->t->columns.at[i].kind == EXP_COLUMN_PARAM && cells[i].value &&
                           !(base[i].value && node_equal(base[i].value, cells[i].value));
    }
}

static void add_baseline(struct maker *m, const struct exp_baseline *b) {
    m->base = m->t->rows.len;
    struct exp_table_cell *cells = add_row(m, &b->state);

    m->t->rows.at[m->base].baseline = true;
    cells[EXP_AT_TYPE].text = "baseline";
    if (b->state.name) {
        cells[EXP_AT_REV].text = b->state.name;
    }
}

static void add_range(struct maker *m, const struct exp_range *range, bool last) {
    const struct exp_state *s = &range->revs.at[0];
    struct exp_table_cell *cells = add_row(m, s);

    m->t->rows.at[m->t->rows.len - 1].last = last;
    cells[EXP_AT_NAME].text = s->name ? s->name : "";
    cells[EXP_AT_TYPE].text = last ? "branch_base" : "branch_commit";
    if (range->executor) {
        cells[EXP_AT_STATE].text = capital(m->arena, range->executor->state);
        if (range->executor->name) {
            cells[EXP_AT_EXECUTOR].text = capital(m->arena, range->executor->name);
        }
    }
    mark_changed(m, cells);
}

/* Best values */

bool exp_metric_descends(const char *name) {
    static const char *const less[] = {"loss", "err",  "mse",        "mae",     "rmse",
                                       "time", "cost", "perplexity", "latency", "seconds"};
    struct str lower CLEANUP(str_release) = STR_INIT;

    for (const char *p = name; *p; p++) {
        str_addc(&lower, (char)tolower((unsigned char)*p));
    }
    for (size_t i = 0; i < COUNT_OF(less); i++) {
        if (strstr(lower.buf, less[i])) {
            return true;
        }
    }
    return false;
}

static void mark_best(struct exp_table *t, size_t column) {
    bool less = exp_metric_descends(t->columns.at[column].key), any = false, differ = false;
    double best = 0;

    for (size_t i = 0; i < t->rows.len; i++) {
        const struct node *n = t->rows.at[i].cells[column].value;

        if (!n || !node_is_number(n) || isnan(node_number(n))) {
            continue;
        }
        double value = node_number(n);
        differ |= any && value != best;
        best = !any || (less ? value < best : value > best) ? value : best;
        any = true;
    }
    for (size_t i = 0; any && differ && i < t->rows.len; i++) {
        const struct node *n = t->rows.at[i].cells[column].value;

        t->rows.at[i].cells[column].best = n && node_is_number(n) && node_number(n) == best;
    }
}

int exp_table_make(struct exp_table *out, struct arena *arena, const struct exp_baselines *rows,
                   const struct exp_table_request *q) {
    struct maker m = {.t = out, .arena = arena, .q = q};
    struct exp_sort sort = {.descending = q->descending};
    int rc = 0;

    out->fill = q->fill;
    make_columns(&m, rows);
    if (q->sort_by) {
        rc = exp_sort_column(&sort, &out->columns, q->sort_by);
    }
    for (size_t i = 0; !rc && i < rows->len; i++) {
        struct exp_ranges ordered = {0};

        add_baseline(&m, &rows->at[i]);
        exp_sort_ranges(&ordered, &rows->at[i].ranges, &sort);
        for (size_t k = 0; k < ordered.len; k++) {
            add_range(&m, &ordered.at[k], k + 1 == ordered.len);
        }
        vec_release(&ordered);
    }
    for (size_t i = EXP_FIXED; !rc && i < out->columns.len; i++) {
        if (out->columns.at[i].kind == EXP_COLUMN_METRIC) {
            mark_best(out, i);
        }
    }
    map_release(&m.by_key);
    map_release(&m.counted);
    return rc;
}

void exp_table_release(struct exp_table *t) {
    vec_release(&t->columns);
    vec_release(&t->rows);
}

void exp_table_merge_names(struct exp_table *t, struct arena *arena) {
    for (size_t i = 0; i < t->rows.len; i++) {
        struct exp_table_row *row = &t->rows.at[i];
        const char *name = row->cells[EXP_AT_NAME].text, *rev = row->cells[EXP_AT_REV].text;
        const char *tree = row->baseline ? "" : row->last ? "└── " : "├── ";

        row->cells[EXP_AT_NAME].text = row->baseline || !name[0]
                                           ? arena_printf(arena, "%s%s", tree, name[0] ? name : rev)
                                           : arena_printf(arena, "%s%s [%s]", tree, rev, name);
    }
    t->columns.at[EXP_AT_REV].dropped = t->columns.at[EXP_AT_TYPE].dropped =
        t->columns.at[EXP_AT_PARENT].dropped = true;
}

/* Which columns are shown */

/* Anchored at the start, any of the list; Python's \d is spelled out. */
static int compile(regex_t *out, const struct strv *list) {
    struct str text CLEANUP(str_release) = STR_INIT;

    str_adds(&text, "^(");
    for (size_t i = 0; i < list->len; i++) {
        str_adds(&text, i ? "|" : "");
        for (const char *p = list->at[i]; *p; p++) {
            if (p[0] == '\\' && p[1] == 'd') {
                str_adds(&text, "[0-9]");
                p++;
            } else if (p[0] == '\\' && p[1]) {
                str_add(&text, p++, 2);
            } else {
                str_addc(&text, *p);
            }
        }
    }
    str_addc(&text, ')');
    if (regcomp(out, text.buf, REG_EXTENDED | REG_NOSUB)) {
        return err_set(ERR_FAILED, "'%s' is no regular expression", list->at[0]);
    }
    return 0;
}

static int match_columns(struct exp_table *t, const struct strv *list, bool keep) {
    regex_t regex;
    int rc;

    if (!list->len) {
        return 0;
    }
    if ((rc = compile(&regex, list))) {
        return rc;
    }
    for (size_t i = 0; i < t->columns.len; i++) {
        struct exp_column *c = &t->columns.at[i];

        if (regexec(&regex, c->title, 0, NULL, 0) == 0) {
            c->kept |= keep;
            c->dropped |= !keep && !c->kept;
        }
    }
    regfree(&regex);
    return 0;
}

static bool says_the_same(const struct exp_table *t, size_t column, const char *what) {
    for (size_t i = 0; i < t->rows.len; i++) {
        const char *text = t->rows.at[i].cells[column].text;

        if (!str_eq(text, what ? what : t->rows.at[0].cells[column].text)) {
            return false;
        }
    }
    return true;
}

int exp_table_choose(struct exp_table *t, const struct exp_table_choice *c) {
    int rc = match_columns(t, &c->keep, true);

    for (size_t i = EXP_AT_STATE; !rc && i <= EXP_AT_EXECUTOR; i++) {
        struct exp_column *column = &t->columns.at[i];
        column->dropped |= !column->kept && says_the_same(t, i, t->fill);
    }
    for (size_t i = 0; !rc && c->only_changed && t->rows.len && i < t->columns.len; i++) {
        struct exp_column *column = &t->columns.at[i];
        column->dropped |= !column->kept && says_the_same(t, i, NULL);
    }
    return rc ? rc : match_columns(t, &c->drop, false);
}

bool exp_table_varies(const struct exp_table *t, size_t column) {
    const struct exp_column *c = &t->columns.at[column];
    bool metric = c->kind == EXP_COLUMN_METRIC, differs = false;
    const struct node *first = NULL;

    if (c->dropped || (!metric && c->kind != EXP_COLUMN_PARAM)) {
        return false;
    }
    for (size_t r = 0; r < t->rows.len; r++) {
        const struct node *n = t->rows.at[r].cells[column].value;

        if (n && metric && !node_is_number(n)) {
            return false;
        }
        differs |= n && first && !node_equal(n, first);
        first = first ? first : n;
    }
    return differs;
}
