#include "measure/plot_points.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "model/suggest.h"
#include "measure/plots.h"

#define INDEX      "step"
#define INFERRED_X "dvc_inferred_x_value"
#define INFERRED_Y "dvc_inferred_y_value"

/* A field of a file that is drawn on an axis. */
struct column {
    const char *file, *field;
};
struct columns VEC_OF(struct column);

struct nodes VEC_OF(const struct node *);

/* The points of each file, and what became of the properties. */
struct conversion {
    struct arena *arena;
    const char *id;
    const struct plot_files *files;
    struct map rows; /* file -> list of maps */
    struct columns xs, ys;
    const char *x_label, *y_label;
    const char **error_type;
};

static void conversion_release(struct conversion *c) {
    map_release(&c->rows);
    vec_release(&c->xs);
    vec_release(&c->ys);
}

static int fail(struct conversion *c, const char *type, const char *what) {
    *c->error_type = type;
    return err_set(ERR_INVALID, "'%s' %s", c->id, what);
}

/* Lists that may be points */

/* The lists in it, found through maps but not through lists. */
static int find_lists(struct nodes *out, struct conversion *c, const struct node *data) {
    int rc = 0;

    if (data->kind == NODE_LIST) {
        vec_push(out, data);
        return 0;
    }
    if (data->kind != NODE_MAP) {
        return fail(c, "AttributeError", "holds a single value, no points");
    }
    for (size_t i = 0; i < data->map.len && !rc; i++) {
        const struct node *value = data->map.at[i].value;

        if (value->kind == NODE_MAP || value->kind == NODE_LIST) {
            rc = find_lists(out, c, value);
        }
    }
    return rc;
}

static bool all_maps(const struct node *list) {
    for (size_t i = 0; i < list->list.len; i++) {
        if (list->list.at[i]->kind != NODE_MAP) {
            return false;
        }
    }
    return true;
}

static bool has_key(const struct node *map, const struct node *key, size_t likely) {
    if (likely < map->map.len &&
        (map->map.at[likely].key == key || node_equal(map->map.at[likely].key, key))) {
        return true;
    }
    for (size_t i = 0; i < map->map.len; i++) {
        if (node_equal(map->map.at[i].key, key)) {
            return true;
        }
    }
    return false;
}

/* Maps of which none has a key that the first lacks. */
static bool are_points(const struct node *list) {
    const struct node *first = list->list.at[0];

    for (size_t i = 1; i < list->list.len; i++) {
        const struct node *row = list->list.at[i];

        for (size_t k = 0; k < row->map.len; k++) {
            if (!has_key(first, row->map.at[k].key, k)) {
                return false;
            }
        }
    }
    return true;
}

static void put_pair(struct arena *arena, struct node *row, const struct node_pair *pair) {
    for (size_t i = 0; i < row->map.len; i++) {
        if (node_equal(row->map.at[i].key, pair->key)) {
            row->map.at[i].value = pair->value;
            return;
        }
    }
    node_add(arena, row, pair->key, pair->value);
}

/* A map of its own with the pairs of `row`. */
static struct node *copy_row(struct arena *arena, const struct node *row) {
    return node_map_of(arena, row->map.at, row->map.len);
}

/* Several lists of a file stand side by side: row i is made of the i-th of each. */
static int file_rows(const struct node **out, struct conversion *c, const struct node *data) {
    struct nodes lists = {0};
    struct node *rows = NULL;
    int rc = find_lists(&lists, c, data);

    for (size_t i = 0; i < lists.len && !rc; i++) {
        const struct node *list = lists.at[i];

        if (!list->list.len) {
            rc = fail(c, "AttributeError", "has an empty list where points should be");
            break;
        }
        if (!all_maps(list) || !are_points(list)) {
            continue;
        }
        rows = rows ? rows : node_list(c->arena);
        for (size_t k = 0; k < list->list.len; k++) {
            const struct node *row = list->list.at[k];

            if (k >= rows->list.len) {
                node_append(c->arena, rows, copy_row(c->arena, row));
                continue;
            }
            for (size_t n = 0; n < row->map.len; n++) {
                put_pair(c->arena, rows->list.at[k], &row->map.at[n]);
            }
        }
    }
    vec_release(&lists);
    *out = rows ? rows : node_list(c->arena);
    return rc;
}

static int read_rows(struct conversion *c) {
    for (size_t i = 0; i < c->files->len; i++) {
        const struct node *rows;
        int rc = file_rows(&rows, c, c->files->at[i].data);

        if (rc) {
            return rc;
        }
        map_put(&c->rows, c->files->at[i].path, (void *)rows);
    }
    return 0;
}

/* Axes */

static void add_columns(struct columns *out, const char *file, const struct node *fields) {
    if (fields->kind == NODE_STR) {
        vec_push(out, ((struct column){file, fields->str.text}));
    }
    for (size_t i = 0; fields->kind == NODE_LIST && i < fields->list.len; i++) {
        if (node_text(fields->list.at[i])) {
            vec_push(out, ((struct column){file, node_text(fields->list.at[i])}));
        }
    }
}

static void add_axis(struct columns *out, const struct node *files) {
    for (size_t i = 0; i < files->map.len; i++) {
        add_columns(out, node_text(files->map.at[i].key), files->map.at[i].value);
    }
}

/* Without a y: the last field of the first list of maps of the file that is the plot's id. */
static int infer_y(struct conversion *c) {
    struct nodes lists = {0};
    int rc = 0;

    for (size_t i = 0; i < c->files->len && !rc; i++) {
        if (str_eq(c->files->at[i].path, c->id)) {
            rc = find_lists(&lists, c, c->files->at[i].data);
        }
    }
    for (size_t i = 0; i < lists.len && !rc; i++) {
        const struct node *list = lists.at[i], *first = list->list.len ? list->list.at[0] : NULL;
        const char *field;

        if (!all_maps(list)) {
            continue;
        }
        if (!first || !first->map.len) {
            rc = fail(c, "AttributeError", "has an empty list where points should be");
            break;
        }
        field = node_text(first->map.at[first->map.len - 1].key);
        if (field) {
            vec_push(&c->ys, ((struct column){c->id, field}));
            c->y_label = field;
        }
        break;
    }
    vec_release(&lists);
    return rc;
}

static int find_ys(struct conversion *c, const struct node *y) {
    if (!y || y->kind == NODE_NULL) {
        return infer_y(c);
    }
    if (y->kind == NODE_MAP) {
        add_axis(&c->ys, y);
    } else {
        add_columns(&c->ys, c->id, y);
    }
    return 0;
}

/* One x for all files of y, or as many as there are values of y. */
static void find_xs(struct conversion *c, const struct node *x, const struct node *y) {
    if (x && x->kind == NODE_MAP) {
        add_axis(&c->xs, x);
    } else if (!node_text(x)) {
        return;
    } else if (y && y->kind == NODE_MAP) {
        for (size_t i = 0; i < c->ys.len; i++) {
            vec_push(&c->xs, ((struct column){c->ys.at[i].file, node_text(x)}));
        }
    } else {
        vec_push(&c->xs, ((struct column){c->id, node_text(x)}));
    }
}

static bool one_field(const struct columns *columns) {
    for (size_t i = 1; i < columns->len; i++) {
        if (!str_eq(columns->at[i].field, columns->at[0].field)) {
            return false;
        }
    }
    return columns->len > 0;
}

static void find_labels(struct conversion *c, const struct node *props) {
    const char *x_label = node_text(node_get(props, "x_label")),
               *y_label = node_text(node_get(props, "y_label"));

    c->x_label = x_label             ? x_label
                 : !c->xs.len        ? INDEX
                 : one_field(&c->xs) ? c->xs.at[0].field
                                     : "x";
    if (y_label) {
        c->y_label = y_label;
    } else if (c->ys.len) {
        c->y_label = one_field(&c->ys) ? c->ys.at[0].field : "y";
    }
}

static int check_columns(struct conversion *c, const struct columns *columns) {
    for (size_t i = 0; i < columns->len; i++) {
        const struct column *column = &columns->at[i];
        const struct node *rows = map_get(&c->rows, column->file), *first;
        struct strv names CLEANUP(strv_release) = {0};
        struct str list CLEANUP(str_release) = STR_INIT;
        const char *near;

        if (!rows) {
            continue;
        }
        first = rows->list.len ? rows->list.at[0] : NULL;
        if (first && node_get(first, column->field)) {
            continue;
        }
        for (size_t k = 0; first && k < first->map.len && names.len < 40; k++) {
            const char *name = node_text(first->map.at[k].key);

            if (name) {
                str_addf(&list, "%s'%s'", names.len ? ", " : "", name);
                vec_push(&names, name);
            }
        }
        near = suggest_name(column->field, &names);
        *c->error_type = first ? "FieldNotFoundError" : "TypeError";
        return err_set(ERR_INVALID, "'%s' has no field '%s'; %s%s%s", column->file, column->field,
                       near        ? "did you mean '"
                       : names.len ? "its fields are "
                                   : "it has no points",
                       near ? near : list.buf, near ? "'?" : "");
    }
    return 0;
}

/* Points */

/* The folders that all files of y have in common, in bytes; 0 where y is of one file. */
static size_t common_folder(const struct columns *ys) {
    size_t common = SIZE_MAX;

    for (size_t i = 1; i < ys->len; i++) {
        if (!str_eq(ys->at[i].file, ys->at[0].file)) {
            size_t shared = path_common(ys->at[0].file, ys->at[i].file);

            common = shared < common ? shared : common;
        }
    }
    return common == SIZE_MAX ? 0 : common;
}

static const char *short_file(struct arena *arena, const char *file, size_t prefix) {
    const char *from = file + prefix;
    size_t len;

    from += strspn(from, "/\\");
    len = strlen(from);
    while (len && (from[len - 1] == '/' || from[len - 1] == '\\')) {
        len--;
    }
    return arena_strndup(arena, from, len);
}

/* Keys and values that many points share. */
struct constants {
    struct node *rev_key, *file_key, *field_key, *y_key, *x_key;
    struct node *rev, *file, *field;
};

static void put(struct arena *arena, struct node *point, const struct node *key,
                struct node *value) {
    struct node_pair pair = {key, value};

    put_pair(arena, point, &pair);
}

/* The points of one y, each row a copy. */
static int add_column(struct plot *p, struct conversion *c, const struct column *y,
                      const struct column *x, const struct constants *k) {
    const struct node *rows = map_get(&c->rows, y->file);
    const struct node *x_rows = x ? map_get(&c->rows, x->file) : NULL;
    size_t n = rows ? rows->list.len : 0;

    if (x && n != (x_rows ? x_rows->list.len : 0)) {
        *c->error_type = "DvcException";
        return err_set(ERR_INVALID, "'%s' of '%s' and '%s' of '%s' have not the same length",
                       x->field, x->file, y->field, y->file);
    }
    for (size_t i = 0; i < n; i++) {
        struct node *point = copy_row(c->arena, rows->list.at[i]), *value;

        if (k->y_key && (value = node_get(point, y->field))) {
            put(c->arena, point, k->y_key, value);
        }
        if (!x) {
            put(c->arena, point, k->x_key, node_int(c->arena, (int64_t)i));
        } else if ((value = node_get(x_rows == rows ? point : x_rows->list.at[i], x->field))) {
            put(c->arena, point, k->x_key, value);
        }
        put(c->arena, point, k->rev_key, k->rev);
        put(c->arena, point, k->file_key, k->file);
        put(c->arena, point, k->field_key, k->field);
        node_append(c->arena, p->points, point);
    }
    return 0;
}

/* What the points of the first revision say of the plot. */
static void describe(struct plot *p, const struct conversion *c, const struct node *props,
                     size_t prefix, const char *x, const char *y) {
    p->template = node_text(node_get(props, "template"));
    p->title = node_text(node_get(props, "title"));
    p->x = x;
    p->y = y;
    p->x_label = c->x_label;
    p->y_label = c->y_label;
    for (size_t i = 0; i < c->ys.len; i++) {
        vec_push(&p->sources, ((struct plot_source){short_file(c->arena, c->ys.at[i].file, prefix),
                                                    c->ys.at[i].field}));
    }
}

static int add_points(struct plot *p, struct conversion *c, const char *rev,
                      const struct node *props) {
    bool many_x = c->xs.len > 1 && !one_field(&c->xs);
    bool many_y = c->ys.len > 1 && !one_field(&c->ys);
    const char *x = many_x ? INFERRED_X : c->xs.len ? c->xs.at[0].field : INDEX;
    size_t prefix = c->ys.len ? common_folder(&c->ys) : 0, before = p->points->list.len;
    struct constants k = {
        .rev_key = node_str(c->arena, "rev"),
        .file_key = node_str(c->arena, "filename"),
        .field_key = node_str(c->arena, "field"),
        .x_key = node_str(c->arena, x),
        .y_key = many_y ? node_str(c->arena, INFERRED_Y) : NULL,
        .rev = node_str(c->arena, rev),
    };
    int rc = 0;

    if (c->xs.len > 1 && c->xs.len != c->ys.len) {
        *c->error_type = "DvcException";
        return err_set(ERR_INVALID, "%zu fields on the x axis and %zu on the y axis", c->xs.len,
                       c->ys.len);
    }
    for (size_t i = 0; i < c->ys.len && !rc; i++) {
        const struct column *from = !c->xs.len ? NULL : &c->xs.at[c->xs.len > 1 ? i : 0];

        k.file = node_str(c->arena, short_file(c->arena, c->ys.at[i].file, prefix));
        k.field = node_str(c->arena, c->ys.at[i].field);
        rc = add_column(p, c, &c->ys.at[i], from, &k);
    }
    if (rc) {
        p->points->list.len = before;
        return rc;
    }
    if (p->points->list.len == before) {
        return 0;
    }
    if (!p->revs.len) {
        describe(p, c, props, prefix, x, many_y ? INFERRED_Y : c->ys.at[0].field);
    }
    vec_push(&p->revs, rev);
    return 0;
}

int plot_points_add(struct plot *p, struct arena *arena, const char *rev, const char *id,
                    const struct node *props, const struct plot_files *files,
                    const char **error_type) {
    struct conversion c CLEANUP(conversion_release) = {
        .arena = arena, .id = id, .files = files, .rows = MAP_INIT, .error_type = error_type};
    const struct node *y = node_get(props, "y");
    int rc;

    if ((rc = find_ys(&c, y)) || (rc = read_rows(&c))) {
        return rc;
    }
    find_xs(&c, node_get(props, "x"), y);
    find_labels(&c, props);
    if ((rc = check_columns(&c, &c.xs)) || (rc = check_columns(&c, &c.ys))) {
        return rc;
    }
    return add_points(p, &c, rev, props);
}
