#include "show/plot_figure.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"

enum {
    NAMES_MAX = 60,       /* categories of bars and matrices */
    AXIS_NAMES_MAX = 5000 /* of lines and points */
};

#define NUMBER_LIMIT 1e300 /* so that differences are numbers, too */

/* An axis: its field, and the places of names where its values are no numbers. */
struct axis {
    const char *field;
    bool is_named;
    struct strv *names;
    struct map place; /* name -> index + 1 */
    size_t max;
    size_t dropped;
};

static bool number_of(double *out, const struct node *n) {
    bool good = false;

    if (n && node_is_number(n)) {
        *out = node_number(n);
        good = true;
    } else if (node_text(n)) {
        good = num_float(out, node_text(n));
    }
    return good && fabs(*out) < NUMBER_LIMIT;
}

static const char *name_of(struct arena *arena, const struct node *n) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (node_text(n)) {
        return node_text(n);
    }
    json_write(&text, n);
    return arena_strdup(arena, text.buf);
}

/* Values that are no numbers make an axis one of names, unless they are the exception. */
static bool is_named(const struct figure_spec *spec, const char *field) {
    size_t numbers = 0, others = 0;

    for (size_t i = 0; field && i < spec->points->list.len; i++) {
        const struct node *n = node_get(spec->points->list.at[i], field);
        double ignored;

        if (number_of(&ignored, n)) {
            numbers++;
        } else if (n && n->kind != NODE_NULL) {
            others++;
        }
    }
    return others > numbers;
}

static int compare_names(const void *a, const void *b) {
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    double left, right;

    if (num_float(&left, x) && num_float(&right, y) && left != right) {
        return left < right ? -1 : 1;
    }
    return strcmp(x, y);
}

/* All names of the axis, in order of appearance or sorted. */
static void find_names(struct axis *axis, struct arena *arena, const struct figure_spec *spec,
                       bool sorted) {
    for (size_t i = 0; i < spec->points->list.len; i++) {
        const struct node *n = node_get(spec->points->list.at[i], axis->field);
        const char *name = n ? name_of(arena, n) : NULL;

        if (name && map_add(&axis->place, name, axis)) {
            vec_push(axis->names, name);
        }
    }
    if (sorted && axis->names->len) {
        qsort(axis->names->at, axis->names->len, sizeof *axis->names->at, compare_names);
    }
    for (size_t i = 0; i < axis->names->len; i++) {
        map_put(&axis->place, axis->names->at[i], (void *)(uintptr_t)(i + 1));
    }
    if (axis->names->len > axis->max) {
        axis->dropped = axis->names->len - axis->max;
        axis->names->len = axis->max;
    }
}

static bool place_of(double *out, const struct axis *axis, struct arena *arena,
                     const struct node *point) {
    const struct node *n = axis->field ? node_get(point, axis->field) : NULL;
    uintptr_t place;

    if (!axis->is_named) {
        return number_of(out, n);
    }
    place = n ? (uintptr_t)map_get(&axis->place, name_of(arena, n)) : 0;
    *out = (double)place - 1;
    return place && place <= axis->names->len;
}

/* Series */

struct builder {
    struct figure *figure;
    struct arena *arena;
    const struct figure_spec *spec;
    struct axis x, y;
    struct map series, revs, variants; /* key -> index + 1 */
};

static size_t number_in(struct map *m, const char *key) {
    uintptr_t place = (uintptr_t)map_get(m, key);

    if (!place) {
        map_put(m, key, (void *)(uintptr_t)(m->len + 1));
        return m->len - 1;
    }
    return place - 1;
}

static const char *variant_of(const struct builder *b, const struct node *point) {
    const char *file, *field;

    if (!b->spec->variant) {
        return NULL;
    }
    if (node_text(node_get(point, b->spec->variant))) {
        return node_text(node_get(point, b->spec->variant));
    }
    file = node_text(node_get(point, "filename"));
    field = node_text(node_get(point, "field"));
    return arena_printf(b->arena, "%s::%s", file ? file : "", field ? field : "");
}

static struct figure_series *series_of(struct builder *b, const struct node *point) {
    const char *rev = node_text(node_get(point, "rev")), *variant = variant_of(b, point), *key;
    uintptr_t place;

    rev = rev ? rev : "";
    key = variant ? arena_printf(b->arena, "%s\n%s", rev, variant) : rev;
    place = (uintptr_t)map_get(&b->series, key);
    if (!place) {
        struct figure_series s = {.rev = rev,
                                  .variant = variant,
                                  .rev_at = number_in(&b->revs, rev),
                                  .variant_at = variant ? number_in(&b->variants, variant) : 0};

        vec_push(&b->figure->series, s);
        map_put(&b->series, key, (void *)(uintptr_t)b->figure->series.len);
        place = b->figure->series.len;
    }
    return &b->figure->series.at[place - 1];
}

/* A bar is the sum of all that its name has. */
static void add_bar(const struct builder *b, struct figure_series *s,
                    const struct figure_value *v) {
    while (s->values.len < b->y.names->len) {
        vec_push(&s->values, ((struct figure_value){NAN, (double)s->values.len}));
    }
    struct figure_value *bar = &s->values.at[(size_t)v->y];

    bar->x = isnan(bar->x) ? v->x : bar->x + v->x;
}

static void add_cell(const struct builder *b, struct figure_series *s,
                     const struct figure_value *v) {
    size_t columns = b->x.names->len;

    if (!s->cells) {
        s->cells = arena_alloc(b->arena, columns * b->y.names->len * sizeof *s->cells);
    }
    s->cells[(size_t)v->y * columns + (size_t)v->x]++;
}

static void add_values(struct builder *b) {
    struct figure *f = b->figure;

    for (size_t i = 0; i < b->spec->points->list.len; i++) {
        const struct node *point = b->spec->points->list.at[i];
        struct figure_value v;

        if (!place_of(&v.x, &b->x, b->arena, point) || !place_of(&v.y, &b->y, b->arena, point)) {
            f->left_out++;
            continue;
        }
        struct figure_series *s = series_of(b, point);

        if (figure_is_matrix(f)) {
            add_cell(b, s, &v);
        } else if (f->kind == FIGURE_BARS || f->kind == FIGURE_BARS_SORTED) {
            add_bar(b, s, &v);
        } else {
            vec_push(&s->values, v);
        }
    }
}

/* What is drawn of them */

static void share_rows(struct figure_series *s, size_t rows, size_t columns) {
    for (size_t y = 0; y < rows; y++) {
        double sum = 0;

        for (size_t x = 0; x < columns; x++) {
            sum += s->cells[y * columns + x];
        }
        for (size_t x = 0; x < columns && sum > 0; x++) {
            s->cells[y * columns + x] /= sum;
        }
    }
}

static void finish_matrix(const struct figure *f, struct figure_series *s) {
    size_t rows = f->y_names.len, columns = f->x_names.len;

    if (f->kind == FIGURE_MATRIX_NORMALIZED) {
        share_rows(s, rows, columns);
    }
    for (size_t i = 0; i < rows * columns; i++) {
        s->most = s->cells[i] > s->most ? s->cells[i] : s->most;
    }
}

static int compare_x(const void *a, const void *b) {
    const struct figure_value *p = a, *q = b;

    return (p->x > q->x) - (p->x < q->x);
}

static void include(double *min, double *max, double value) {
    *min = isnan(*min) || value < *min ? value : *min;
    *max = isnan(*max) || value > *max ? value : *max;
}

static void find_bounds(struct figure *f) {
    f->x_min = f->x_max = f->y_min = f->y_max = NAN;
    for (size_t i = 0; i < f->series.len; i++) {
        for (size_t k = 0; k < f->series.at[i].values.len; k++) {
            const struct figure_value *v = &f->series.at[i].values.at[k];

            if (!isnan(v->x)) {
                include(&f->x_min, &f->x_max, v->x);
                include(&f->y_min, &f->y_max, v->y);
            }
        }
    }
    if (f->kind == FIGURE_BARS || f->kind == FIGURE_BARS_SORTED) {
        include(&f->x_min, &f->x_max, 0);
    }
}

/* The longest bar of any revision decides. */
static void sort_bars(struct figure *f, struct arena *arena) {
    size_t n = f->y_names.len;
    struct figure_value *order = arena_alloc(arena, (n + 1) * sizeof *order);
    const char **names = arena_alloc(arena, (n + 1) * sizeof *names);

    for (size_t i = 0; i < n; i++) {
        order[i] = (struct figure_value){INFINITY, (double)i};
        for (size_t k = 0; k < f->series.len; k++) {
            double x = f->series.at[k].values.at[i].x;

            order[i].x = -x < order[i].x ? -x : order[i].x;
        }
    }
    qsort(order, n, sizeof *order, compare_x);
    for (size_t i = 0; i < n; i++) {
        names[i] = f->y_names.at[(size_t)order[i].y];
    }
    memcpy(f->y_names.at, names, n * sizeof *names);
    for (size_t k = 0; k < f->series.len; k++) {
        struct figure_value *values = f->series.at[k].values.at;
        struct figure_value *sorted = arena_alloc(arena, (n + 1) * sizeof *sorted);

        for (size_t i = 0; i < n; i++) {
            sorted[i] = (struct figure_value){values[(size_t)order[i].y].x, (double)i};
        }
        memcpy(values, sorted, n * sizeof *sorted);
    }
}

void figure_init(struct figure *f, struct arena *arena, const struct figure_spec *spec) {
    bool matrix = spec->kind == FIGURE_MATRIX || spec->kind == FIGURE_MATRIX_NORMALIZED;
    bool bars = spec->kind == FIGURE_BARS || spec->kind == FIGURE_BARS_SORTED;
    struct builder b = {.figure = f, .arena = arena, .spec = spec};

    *f = (struct figure){.kind = spec->kind,
                         .title = spec->title,
                         .x_label = spec->x_label ? spec->x_label : "",
                         .y_label = spec->y_label ? spec->y_label : ""};
    b.x = (struct axis){.field = spec->x, .names = &f->x_names};
    b.y = (struct axis){.field = spec->y, .names = &f->y_names};
    b.x.is_named = matrix || (!bars && is_named(spec, spec->x));
    b.y.is_named = matrix || bars || (spec->kind == FIGURE_SCATTER && is_named(spec, spec->y));
    b.x.max = b.y.max = matrix || bars ? NAMES_MAX : AXIS_NAMES_MAX;
    for (size_t i = 0; i < spec->revs->len; i++) {
        (void)number_in(&b.revs, spec->revs->at[i]);
    }
    if (b.x.is_named && b.x.field) {
        find_names(&b.x, arena, spec, matrix);
    }
    if (b.y.is_named && b.y.field) {
        find_names(&b.y, arena, spec, matrix || bars);
    }
    add_values(&b);
    f->names_left_out = b.x.dropped + b.y.dropped;
    f->several_revs = spec->revs->len > 1;
    f->several_variants = b.variants.len > 1;
    for (size_t i = 0; i < f->series.len; i++) {
        struct figure_series *s = &f->series.at[i];

        if (matrix) {
            finish_matrix(f, s);
        } else if (spec->kind == FIGURE_LINE) {
            qsort(s->values.at, s->values.len, sizeof *s->values.at, compare_x);
        }
    }
    if (spec->kind == FIGURE_BARS_SORTED) {
        sort_bars(f, arena);
    }
    find_bounds(f);
    map_release(&b.x.place);
    map_release(&b.y.place);
    map_release(&b.series);
    map_release(&b.revs);
    map_release(&b.variants);
}

void figure_release(struct figure *f) {
    for (size_t i = 0; i < f->series.len; i++) {
        vec_release(&f->series.at[i].values);
    }
    vec_release(&f->series);
    vec_release(&f->x_names);
    vec_release(&f->y_names);
}

bool figure_is_matrix(const struct figure *f) {
    return f->kind == FIGURE_MATRIX || f->kind == FIGURE_MATRIX_NORMALIZED;
}

bool figure_is_empty(const struct figure *f) {
    return f->series.len == 0;
}

const char *figure_series_name(const struct figure *f, struct arena *arena,
                               const struct figure_series *s) {
    if (f->several_variants && s->variant) {
        return f->several_revs ? arena_printf(arena, "%s, %s", s->rev, s->variant) : s->variant;
    }
    return s->rev;
}

struct figure_ticks figure_ticks(double min, double max, int wanted) {
    double raw = (max - min) / (wanted > 1 ? wanted : 1);
    double power = raw > 0 ? pow(10, floor(log10(raw))) : 1;
    double ratio = raw / power;
    struct figure_ticks t = {.step = power * (ratio <= 1   ? 1
                                              : ratio <= 2 ? 2
                                              : ratio <= 5 ? 5
                                                           : 10)};

    if (!(raw > 0) || !isfinite(t.step) || !(t.step > 0)) {
        return (struct figure_ticks){.first = min, .step = 1, .count = 1};
    }
    t.first = ceil(min / t.step - 1e-9) * t.step;
    while (t.count < 100 && t.first + t.count * t.step <= max + t.step * 1e-9) {
        t.count++;
    }
    return t;
}

const char *figure_number(char out[FIGURE_NUMBER_MAX], double value) {
    snprintf(out, FIGURE_NUMBER_MAX, "%.6g", fabs(value) < 1e-300 ? 0.0 : value);
    return out;
}
