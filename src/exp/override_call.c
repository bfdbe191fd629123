#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"
#include "exp/decimal.h"
#include "exp/override_value.h"

typedef int cast_fn(struct node **out, struct arena *arena, const struct node *n);

static int cannot(const char *what, const struct node *n) {
    struct str text CLEANUP(str_release) = STR_INIT;

    override_value_text(&text, n);
    return err_set(ERR_INVALID, "'%s' is no %s", text.buf, what);
}

/* ---- casts */

static int to_int(struct node **out, struct arena *arena, const struct node *n) {
    int64_t integer = 0;

    if (n->kind == NODE_INT) {
        *out = node_clone(arena, n);
        return 0;
    }
    if (n->kind == NODE_BOOL) {
        integer = n->boolean;
    } else if (n->kind == NODE_FLOAT && fabs(n->real) < 9e18) {
        integer = (int64_t)n->real;
    } else if (n->kind != NODE_STR || !num_int(&integer, n->str.text)) {
        return cannot("whole number", n);
    }
    *out = node_int(arena, integer);
    return 0;
}

static int to_float(struct node **out, struct arena *arena, const struct node *n) {
    double real = 0;

    if (n->kind == NODE_STR ? !num_float(&real, n->str.text) : n->kind == NODE_NULL) {
        return cannot("number", n);
    }
    if (n->kind == NODE_BOOL) {
        real = n->boolean;
    } else if (n->kind != NODE_STR) {
        real = node_number(n);
    }
    *out = node_float(arena, real);
    return 0;
}

static int to_bool(struct node **out, struct arena *arena, const struct node *n) {
    if (n->kind == NODE_STR && strcasecmp(n->str.text, "true") != 0 &&
        strcasecmp(n->str.text, "false") != 0) {
        return cannot("truth value", n);
    }
    *out = node_bool(arena,
                     n->kind == NODE_STR ? strcasecmp(n->str.text, "true") == 0 : node_truthy(n));
    return 0;
}

static int to_text(struct node **out, struct arena *arena, const struct node *n) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (n->kind == NODE_STR) {
        *out = node_strn(arena, n->str.text, n->str.len);
        return 0;
    }
    if (n->kind == NODE_BOOL) {
        str_adds(&text, n->boolean ? "true" : "false");
    } else {
        override_value_text(&text, n);
    }
    *out = node_str(arena, text.buf);
    /* Else the text would be read as a number again. */
    (*out)->quote = '\'';
    return 0;
}

/* Items of lists and values of maps one by one. */
static int cast(struct node **out, struct arena *arena, const struct node *n, cast_fn *fn) {
    struct node *item;
    int rc = 0;

    if (n->kind == NODE_LIST) {
        *out = node_list(arena);
        for (size_t i = 0; !rc && i < n->list.len; i++) {
            if (!(rc = cast(&item, arena, n->list.at[i], fn))) {
                node_append(arena, *out, item);
            }
        }
        return rc;
    }
    if (n->kind == NODE_MAP) {
        *out = node_map(arena);
        for (size_t i = 0; !rc && i < n->map.len; i++) {
            if (!(rc = cast(&item, arena, n->map.at[i].value, fn))) {
                node_add(arena, *out, n->map.at[i].key, item);
            }
        }
        return rc;
    }
    return fn(out, arena, n);
}

static int cast_value(struct override_value *out, const struct override_call *c, cast_fn *fn) {
    struct node *items = node_list(c->arena);
    int rc;

    if (c->n == 0) {
        return err_set(ERR_INVALID, "%s() needs a value", c->name);
    }
    *out = c->args[0];
    for (size_t i = 0; c->n > 1 && i < c->n; i++) {
        if (c->args[i].kind != VALUE_PLAIN) {
            return err_set(ERR_INVALID, "%s() takes one sweep, or plain values", c->name);
        }
        node_append(c->arena, items, c->args[i].node);
    }
    if (c->n > 1) {
        *out = (struct override_value){.kind = VALUE_CHOICE, .node = items, .simple = true};
    }
    if (out->kind == VALUE_RANGE && (fn == to_int || fn == to_float)) {
        if ((rc = fn(&out->start, c->arena, out->start)) ||
            (rc = fn(&out->stop, c->arena, out->stop))) {
            return rc;
        }
        return fn(&out->step, c->arena, out->step);
    }
    if (out->kind != VALUE_PLAIN && out->kind != VALUE_CHOICE) {
        return err_set(ERR_INVALID, "%s() cannot be used on this sweep", c->name);
    }
    return cast(&out->node, c->arena, out->node, fn);
}

/* ---- sweeps */

static const struct override_value *argument(const struct override_call *c, size_t position,
                                             const char *name) {
    for (size_t i = 0; i < c->n; i++) {
        if (c->names[i] ? str_eq(c->names[i], name) : i == position) {
            return &c->args[i];
        }
    }
    return NULL;
}

static int eval_choice(struct override_value *out, const struct override_call *c) {
    if (c->n == 0) {
        return err_set(ERR_INVALID, "choice() needs values");
    }
    if (c->n == 1 && c->args[0].kind == VALUE_CHOICE && c->args[0].simple) {
        *out = c->args[0];
        out->simple = false;
        return 0;
    }
    *out = (struct override_value){.kind = VALUE_CHOICE, .node = node_list(c->arena)};
    for (size_t i = 0; i < c->n; i++) {
        if (c->args[i].kind != VALUE_PLAIN || c->names[i]) {
            return err_set(ERR_INVALID, "choice() takes plain values");
        }
        node_append(c->arena, out->node, c->args[i].node);
    }
    return 0;
}

static int eval_range(struct override_value *out, const struct override_call *c) {
    const struct override_value *start = argument(c, 0, "start"), *stop = argument(c, 1, "stop");
    const struct override_value *step = argument(c, 2, "step");
    const struct override_value *given[] = {start, stop, step};

    for (size_t i = 0; i < COUNT_OF(given); i++) {
        if (given[i] && (given[i]->kind != VALUE_PLAIN || !node_is_number(given[i]->node))) {
            return err_set(ERR_INVALID, "range() takes numbers");
        }
    }
    if (!start || c->n > 3) {
        return err_set(ERR_INVALID, "range() takes start, stop and step");
    }
    *out = (struct override_value){
        .kind = VALUE_RANGE,
        .start = stop ? start->node : node_int(c->arena, 0),
        .stop = stop ? stop->node : start->node,
        .step = step ? step->node : node_int(c->arena, 1),
    };
    return 0;
}

static int compare(const struct node *a, const struct node *b, bool *comparable) {
    if (a->kind == NODE_STR && b->kind == NODE_STR) {
        return strcmp(a->str.text, b->str.text);
    }
    if ((a->kind != NODE_BOOL && !node_is_number(a)) ||
        (b->kind != NODE_BOOL && !node_is_number(b))) {
        *comparable = false;
        return 0;
    }
    double x = a->kind == NODE_BOOL ? a->boolean : node_number(a);
    double y = b->kind == NODE_BOOL ? b->boolean : node_number(b);
    return x < y ? -1 : x > y;
}

static int sort_items(struct node **out, struct arena *arena, const struct node *items,
                      bool reverse) {
    struct node *sorted = node_list_of(arena, items->list.at, items->list.len);
    bool comparable = true;

    for (size_t i = 1; i < sorted->list.len; i++) { /* stable, and short */
        struct node *moved = sorted->list.at[i];
        size_t k = i;
        for (; k > 0; k--) {
            int order = compare(sorted->list.at[k - 1], moved, &comparable);
            if (reverse ? order >= 0 : order <= 0) {
                break;
            }
            sorted->list.at[k] = sorted->list.at[k - 1];
        }
        sorted->list.at[k] = moved;
    }
    *out = sorted;
    return comparable ? 0 : err_set(ERR_INVALID, "sort() cannot compare texts with numbers");
}

/* The same numbers from the other end. */
static void turn_range(struct override_value *v, struct arena *arena) {
    double step = fabs(node_number(v->step)), start = node_number(v->start);
    double stop = node_number(v->stop), sign = start > stop ? 1 : -1;
    bool whole =
        v->start->kind == NODE_INT && v->stop->kind == NODE_INT && v->step->kind == NODE_INT;
    double ends[] = {stop + sign * step, start + sign * step, -node_number(v->step)};
    struct node **nodes[] = {&v->start, &v->stop, &v->step};

    for (size_t i = 0; i < COUNT_OF(nodes); i++) {
        *nodes[i] = whole ? node_int(arena, (int64_t)ends[i]) : node_float(arena, ends[i]);
    }
}

static int eval_sort(struct override_value *out, const struct override_call *c) {
    const struct override_value *flag = NULL;
    struct node *items = node_list(c->arena);
    size_t n = 0;
    bool reverse;

    for (size_t i = 0; i < c->n; i++) {
        if (str_eq(c->names[i], "reverse")) {
            flag = &c->args[i];
        } else {
            *out = c->args[i];
            node_append(c->arena, items, out->node);
            n++;
        }
    }
    reverse = flag && flag->kind == VALUE_PLAIN && node_truthy(flag->node);
    if (n == 0) {
        return err_set(ERR_INVALID, "sort() needs values");
    }
    if (n > 1) {
        *out = (struct override_value){.kind = VALUE_CHOICE, .node = items, .simple = true};
    }
    if (out->kind == VALUE_RANGE) {
        double start = node_number(out->start), stop = node_number(out->stop);
        if (reverse ? start < stop : start > stop) {
            turn_range(out, c->arena);
        }
        return 0;
    }
    if (out->kind == VALUE_PLAIN && out->node->kind != NODE_LIST) {
        return 0;
    }
    if (out->kind != VALUE_PLAIN && out->kind != VALUE_CHOICE) {
        return err_set(ERR_INVALID, "sort() cannot be used on this sweep");
    }
    return sort_items(&out->node, c->arena, out->node, reverse);
}

static int eval_tag(struct override_value *out, const struct override_call *c) {
    if (c->n == 0 || c->args[c->n - 1].kind == VALUE_PLAIN) {
        return err_set(ERR_INVALID, "tag() ends with a sweep");
    }
    *out = c->args[c->n - 1];
    return 0;
}

int override_call_eval(struct override_value *out, const struct override_call *c) {
    static const struct {
        const char *name;
        cast_fn *fn;
    } casts[] = {{"int", to_int}, {"float", to_float}, {"bool", to_bool}, {"str", to_text}};
    static const struct {
        const char *name;
        int (*eval)(struct override_value *, const struct override_call *);
    } sweeps[] = {
        {"choice", eval_choice}, {"range", eval_range}, {"sort", eval_sort}, {"tag", eval_tag}};

    for (size_t i = 0; i < COUNT_OF(casts); i++) {
        if (str_eq(c->name, casts[i].name)) {
            return cast_value(out, c, casts[i].fn);
        }
    }
    for (size_t i = 0; i < COUNT_OF(sweeps); i++) {
        if (str_eq(c->name, sweeps[i].name)) {
            return sweeps[i].eval(out, c);
        }
    }
    if (str_eq(c->name, "interval") || str_eq(c->name, "glob") || str_eq(c->name, "shuffle")) {
        *out =
            (struct override_value){.kind = str_eq(c->name, "glob") ? VALUE_GLOB : VALUE_INTERVAL};
        return str_eq(c->name, "shuffle")
                   ? err_set(ERR_INVALID, "shuffle() is not supported: runs may end in any order")
                   : 0;
    }
    return err_set(ERR_INVALID,
                   "there is no function '%s' (there are bool, choice, float, int, range, sort, "
                   "str, tag)",
                   c->name);
}

/* ---- enumeration */

static int too_many(void) {
    return err_set(ERR_INVALID, "a range of more than %d values", OVERRIDE_CHOICES_MAX);
}

static int whole_choices(struct strv *out, struct arena *arena, const struct override_value *v) {
    int64_t at = v->start->integer, stop = v->stop->integer, step = v->step->integer;

    for (; step > 0 ? at < stop : at > stop; at += step) {
        if (out->len == OVERRIDE_CHOICES_MAX) {
            return too_many();
        }
        vec_push(out, arena_printf(arena, "%lld", (long long)at));
        if (step > 0 ? at > INT64_MAX - step : at < INT64_MIN - step) {
            break;
        }
    }
    return 0;
}

static int range_choices(struct strv *out, struct arena *arena, const struct override_value *v) {
    bool whole = v->start->kind == NODE_INT && v->stop->kind == NODE_INT &&
                 v->step->kind == NODE_INT && !v->start->big && !v->stop->big && !v->step->big;
    double by = node_number(v->step);
    struct decimal at, stop, step;
    char text[NUM_FLOAT_MAX];

    if (by == 0 || !decimal_from(&at, node_number(v->start)) ||
        !decimal_from(&stop, node_number(v->stop)) || !decimal_from(&step, by)) {
        return err_set(ERR_INVALID, "the step of a range must lead from its start to its stop");
    }
    if (whole) {
        return whole_choices(out, arena, v);
    }
    for (; by > 0 ? decimal_compare(&at, &stop) < 0 : decimal_compare(&at, &stop) > 0;
         decimal_add(&at, &step)) {
        if (out->len == OVERRIDE_CHOICES_MAX) {
            return too_many();
        }
        vec_push(out, arena_strdup(arena, num_float_repr(text, decimal_value(&at))));
    }
    return 0;
}

int override_choices(struct strv *out, struct arena *arena, const struct override_value *sweep) {
    struct str text CLEANUP(str_release) = STR_INIT;

    switch (sweep->kind) {
    case VALUE_RANGE:
        return range_choices(out, arena, sweep);
    case VALUE_CHOICE:
        for (size_t i = 0; i < sweep->node->list.len; i++) {
            str_clear(&text);
            override_value_text(&text, sweep->node->list.at[i]);
            vec_push(out, arena_strdup(arena, text.buf));
        }
        return 0;
    case VALUE_GLOB:
        return err_set(ERR_INVALID, "glob() chooses among files of Hydra, not among values");
    case VALUE_INTERVAL:
        return err_set(ERR_INVALID, "an interval has no end of values: use range() or choice()");
    case VALUE_PLAIN:
        break;
    }
    return 0;
}
