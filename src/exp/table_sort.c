#include "exp/table_sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/diff.h"
#include "doc/node.h"
#include "model/suggest.h"
#include "exp/rows.h"
#include "exp/table.h"

/* "file:key", or the key alone if `whole`. */
static bool is_meant(const struct exp_column *c, const char *sort_by, bool whole) {
    if (c->kind != EXP_COLUMN_METRIC && c->kind != EXP_COLUMN_PARAM) {
        return false;
    }
    if (whole) {
        return str_eq(c->key, sort_by);
    }
    size_t len = strlen(c->path);
    return str_starts(sort_by, c->path) && sort_by[len] == ':' && str_eq(sort_by + len + 1, c->key);
}

static int unknown_column(const struct exp_columns *columns, const char *sort_by) {
    struct strv titles CLEANUP(strv_release) = {0};
    int rc = err_set(ERR_FAILED, "no metric or parameter '%s' to sort by", sort_by);

    for (size_t i = EXP_FIXED; i < columns->len; i++) {
        vec_push(&titles, columns->at[i].title);
    }
    const char *near = suggest_name(sort_by, &titles);
    if (near) {
        err_hint("did you mean '%s'?", near);
    }
    return rc;
}

int exp_sort_column(struct exp_sort *out, const struct exp_columns *columns, const char *sort_by) {
    const struct exp_column *found = NULL;
    size_t n = 0;

    for (int whole = 0; whole < 2 && !n; whole++) {
        const char *text = whole && sort_by[0] == ':' ? sort_by + 1 : sort_by;

        for (size_t i = EXP_FIXED; i < columns->len; i++) {
            if (is_meant(&columns->at[i], text, whole)) {
                found = &columns->at[i];
                n++;
            }
        }
    }
    if (!n) {
        return unknown_column(columns, sort_by);
    }
    if (n > 1) {
        err_set(ERR_FAILED, "several columns are called '%s'", sort_by);
        err_hint("name the file too, as in '%s:%s'", found->path, found->key);
        return ERR_FAILED;
    }
    out->path = found->path;
    out->key = found->key;
    out->metric = found->kind == EXP_COLUMN_METRIC;
    return 0;
}

struct sort_item {
    const struct exp_range *range;
    const struct node *value;
    size_t at;
    bool descending;
};

static const struct node *value_of(struct arena *arena, const struct exp_range *range,
                                   const struct exp_sort *sort) {
    const struct exp_data *data = range->revs.at[0].data;
    const struct node *found = NULL;

    if (!data) {
        return NULL;
    }
    const struct measure_files *files = sort->metric ? &data->metrics : &data->params;
    for (size_t i = 0; i < files->len; i++) {
        struct flat values = {0};

        if (files->at[i].data && str_eq(files->at[i].path, sort->path)) {
            node_flatten(&values, arena, files->at[i].data);
        }
        for (size_t k = 0; k < values.len; k++) {
            found = str_eq(values.at[k].key, sort->key) ? values.at[k].value : found;
        }
        vec_release(&values);
    }
    return found && found->kind != NODE_NULL ? found : NULL;
}

/* Numbers, then texts, then all else. */
static int kind_rank(const struct node *n) {
    return node_is_number(n) || n->kind == NODE_BOOL ? 0 : n->kind == NODE_STR ? 1 : 2;
}

static int compare_values(const struct node *a, const struct node *b) {
    if (!a || !b) {
        return !a - !b;
    }
    int rank = kind_rank(a) - kind_rank(b);
    if (rank || kind_rank(a) == 2) {
        return rank;
    }
    if (a->kind == NODE_STR) {
        return strcmp(a->str.text, b->str.text);
    }
    double x = a->kind == NODE_BOOL ? a->boolean : node_number(a);
    double y = b->kind == NODE_BOOL ? b->boolean : node_number(b);
    return (x > y) - (x < y);
}

static int compare_items(const void *a, const void *b) {
    const struct sort_item *x = a, *y = b;
    int order = compare_values(x->value, y->value);

    return order ? (x->descending ? -order : order) : x->at < y->at ? -1 : 1;
}

void exp_sort_ranges(struct exp_ranges *out, const struct exp_ranges *ranges,
                     const struct exp_sort *sort) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    VEC(struct sort_item) items = {0};

    for (size_t i = 0; i < ranges->len; i++) {
        const struct exp_range *range = &ranges->at[i];
        const struct node *value = sort->key ? value_of(arena, range, sort) : NULL;

        vec_push(&items, ((struct sort_item){range, value, i, sort->descending}));
    }
    if (sort->key && items.len > 1) {
        qsort(items.at, items.len, sizeof *items.at, compare_items);
    }
    for (size_t i = 0; i < items.len; i++) {
        vec_push(out, *items.at[i].range);
    }
    vec_release(&items);
}
