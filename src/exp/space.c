#include "exp/space.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"
#include "exp/override.h"
#include "exp/override_value.h"
#include "exp/prng.h"

static const double whole_max = 9007199254740992.0; /* 2^53 */

enum { NESTED_MAX = 20, DIGITS = 5 };

void space_release(struct space *s) {
    for (size_t i = 0; i < s->dims.len; i++) {
        vec_release(&s->dims.at[i].choices);
    }
    vec_release(&s->dims);
    vec_release(&s->fixed);
}

/* ---- ranges */

static int bad_range(const struct space_dim *dim, const char *what) {
    return err_set(ERR_INVALID, "the range of '%s' %s", dim->left, what);
}

static bool is_whole(double value) {
    return fabs(value) <= whole_max && value == floor(value);
}

static int check_range(struct space_dim *dim) {
    if (!isfinite(dim->low) || !isfinite(dim->high) || !isfinite(dim->high - dim->low)) {
        return bad_range(dim, "has no ends");
    }
    if (dim->low >= dim->high) {
        return bad_range(dim, "does not go upwards: the lower end stands first");
    }
    if (dim->log && dim->low <= 0) {
        return bad_range(dim, "is spread by logarithms, so it must begin above 0");
    }
    if (dim->kind == SPACE_INT &&
        !(is_whole(dim->low) && is_whole(dim->high) && is_whole(dim->step) && dim->step >= 1)) {
        return bad_range(dim, "is of whole numbers, so its ends and step must be such");
    }
    if (!(dim->step >= 0) || !isfinite(dim->step) || dim->step > dim->high - dim->low) {
        return bad_range(dim, "is smaller than its step");
    }
    if (dim->log && dim->step > 0 && !(dim->kind == SPACE_INT && dim->step == 1)) {
        return bad_range(dim, "is spread by logarithms, so it can have no step");
    }
    if (dim->step > 0) {
        double steps = floor((dim->high - dim->low) / dim->step + 1e-9);
        if (steps >= whole_max) {
            return bad_range(dim, "has too many steps");
        }
        dim->high = dim->low + steps * dim->step;
    }
    return 0;
}

/* ---- adding */

static int add_dim(struct space *s, struct space_dim *dim) {
    for (size_t i = 0; i < s->dims.len; i++) {
        if (str_eq(s->dims.at[i].file, dim->file) && str_eq(s->dims.at[i].key, dim->key)) {
            vec_release(&dim->choices);
            return err_set(ERR_INVALID, "the parameter '%s' is given twice", dim->left);
        }
    }
    vec_push(&s->dims, *dim);
    return 0;
}

/* The override `text`, with the file that stands before it taken off. */
static int parse_typed(struct override *o, const char **file, struct arena *arena,
                       const char *text) {
    struct strv typed CLEANUP(strv_release) = {0};
    struct override_sets sets CLEANUP(override_sets_release) = {0};

    vec_push(&typed, text);
    override_group(&sets, arena, &typed);
    *file = sets.at[0].file;
    return override_parse(o, arena, sets.at[0].texts.at[0]);
}

static int add_override(struct space *s, struct arena *arena, const char *text) {
    struct override o CLEANUP(override_release) = {0};
    struct space_dim dim = {.kind = SPACE_CHOICE};
    int rc = parse_typed(&o, &dim.file, arena, text);

    if (rc) {
        return rc;
    }
    if (!o.sweep || o.choices.len == 1) {
        vec_push(&s->fixed, text);
        return 0;
    }
    dim.left = arena_strndup(arena, text, strcspn(text, "="));
    dim.key = o.key;
    dim.choices = o.choices;
    o.choices = (struct strv){0};
    return add_dim(s, &dim);
}

static int add_range(struct space *s, struct arena *arena, struct space_dim *dim) {
    struct override o CLEANUP(override_release) = {0};
    int rc = parse_typed(&o, &dim->file, arena, arena_printf(arena, "%s=0", dim->left));

    dim->key = o.key;
    rc = rc ? rc : check_range(dim);
    return rc ? rc : add_dim(s, dim);
}

static const struct {
    const char *name;
    enum space_kind kind;
    bool log;
} calls[] = {
    {"uniform(", SPACE_REAL, false},
    {"log(", SPACE_REAL, true},
    {"int(", SPACE_INT, false},
    {"logint(", SPACE_INT, true},
};

/* "1e-5, 1e-1)" as numbers: how many, 0 if they are no such list. */
static size_t read_numbers(double out[3], struct arena *arena, const char *text) {
    size_t len = strlen(text), n = 0;

    if (!len || text[len - 1] != ')') {
        return 0;
    }
    for (const char *at = text, *end = text + len - 1; at <= end; n++) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma ? comma : end;
        while (at < stop && *at == ' ') {
            at++;
        }
        const char *last = stop;
        while (last > at && last[-1] == ' ') {
            last--;
        }
        if (n == 3 || !num_float(&out[n], arena_strndup(arena, at, (size_t)(last - at)))) {
            return 0;
        }
        at = stop + 1;
    }
    return n;
}

int space_add_text(struct space *s, struct arena *arena, const char *text) {
    const char *equals = strchr(text, '=');

    for (size_t i = 0; equals && i < COUNT_OF(calls); i++) {
        struct space_dim dim = {.kind = calls[i].kind, .log = calls[i].log};
        double number[3] = {0, 0, calls[i].kind == SPACE_INT};
        if (!str_starts(equals + 1, calls[i].name)) {
            continue;
        }
        const char *rest = equals + 1 + strlen(calls[i].name);
        if (calls[i].kind == SPACE_INT && !strchr(rest, ',')) {
            break; /* int(3) is a value */
        }
        if (read_numbers(number, arena, rest) < 2) {
            return err_set(ERR_INVALID, "'%s': %slow,high) takes two numbers, and a step if wanted",
                           text, calls[i].name);
        }
        dim.left = arena_strndup(arena, text, (size_t)(equals - text));
        dim.low = number[0];
        dim.high = number[1];
        dim.step = number[2];
        return add_range(s, arena, &dim);
    }
    return add_override(s, arena, text);
}

/* ---- sweep files */

static int bad_node(const char *left, const struct node *n, const char *what) {
    return err_set(ERR_INVALID, "line %u: parameter '%s': %s", n->line, left, what);
}

static int add_values(struct space *s, struct arena *arena, const char *left,
                      const struct node *values) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (values->kind != NODE_LIST || values->list.len == 0) {
        return bad_node(left, values, "'values' is a list of at least one");
    }
    str_addf(&text, "%s=%s", left, values->list.len > 1 ? "choice(" : "");
    for (size_t i = 0; i < values->list.len; i++) {
        str_adds(&text, i ? "," : "");
        struct node *item = node_clone(arena, values->list.at[i]);
        if (item->kind == NODE_STR) {
            item->quote = '\''; /* what is text in the file stays text: "1", "null" */
        }
        override_value_text(&text, item);
    }
    str_adds(&text, values->list.len > 1 ? ")" : "");
    return add_override(s, arena, arena_strdup(arena, text.buf));
}

static const struct {
    const char *name;
    enum space_kind kind;
    bool log, step, exponents;
} distributions[] = {
    {"uniform", SPACE_REAL, false, false, false},
    {"q_uniform", SPACE_REAL, false, true, false},
    {"int_uniform", SPACE_INT, false, false, false},
    {"log_uniform", SPACE_REAL, true, false, true},
    {"log_uniform_values", SPACE_REAL, true, false, false},
    {"q_log_uniform_values", SPACE_INT, true, true, false},
};

static int add_min_max(struct space *s, struct arena *arena, const char *left,
                       const struct node *n) {
    const struct node *min = node_get(n, "min"), *max = node_get(n, "max"), *q = node_get(n, "q");
    const struct node *named = node_get(n, "distribution");
    struct space_dim dim = {.left = left};

    if (!node_is_number(min) || !node_is_number(max) || (q && !node_is_number(q))) {
        return bad_node(left, n, "it needs 'value', 'values', or 'min' and 'max' that are numbers");
    }
    const char *name = named                                            ? node_text(named)
                       : min->kind == NODE_INT && max->kind == NODE_INT ? "int_uniform"
                                                                        : "uniform";
    for (size_t i = 0; i < COUNT_OF(distributions); i++) {
        if (!str_eq(name, distributions[i].name)) {
            continue;
        }
        dim.kind = distributions[i].kind;
        dim.log = distributions[i].log;
        dim.low = distributions[i].exponents ? exp(node_number(min)) : node_number(min);
        dim.high = distributions[i].exponents ? exp(node_number(max)) : node_number(max);
        dim.step = distributions[i].step && q ? node_number(q) : 0;
        dim.step = dim.step > 0 || dim.kind != SPACE_INT ? dim.step : 1;
        if (distributions[i].step && dim.step == 0) {
            dim.step = 1;
        }
        return add_range(s, arena, &dim);
    }
    int rc = bad_node(left, named, "this distribution is not known");
    err_hint("uniform, q_uniform, int_uniform, log_uniform, log_uniform_values, "
             "q_log_uniform_values, or a list of values");
    return rc;
}

static int check_keys(const char *left, const struct node *n) {
    static const char *const known[] = {"value", "values", "min", "max", "q", "distribution", NULL};

    for (size_t i = 0; i < n->map.len; i++) {
        const char *key = node_text(n->map.at[i].key);
        size_t k = 0;
        while (known[k] && !str_eq(key, known[k])) {
            k++;
        }
        if (!known[k]) {
            return err_set(ERR_INVALID, "line %u: parameter '%s': '%s' is not understood", n->line,
                           left, key ? key : "a key");
        }
    }
    return 0;
}

static int add_map(struct space *s, struct arena *arena, const char *prefix,
                   const struct node *parameters, unsigned depth);

static int add_parameter(struct space *s, struct arena *arena, const char *left,
                         const struct node *n, unsigned depth) {
    const struct node *value = node_get(n, "value"), *inner = node_get(n, "parameters");
    int rc;

    if (n->kind != NODE_MAP) {
        return bad_node(left, n, "it needs 'value', 'values', or 'min' and 'max'");
    }
    if (inner) {
        return add_map(s, arena, arena_printf(arena, "%s.", left), inner, depth + 1);
    }
    if ((rc = check_keys(left, n))) {
        return rc;
    }
    if (node_get(n, "values")) {
        return add_values(s, arena, left, node_get(n, "values"));
    }
    if (!value) {
        return add_min_max(s, arena, left, n);
    }
    return add_values(s, arena, left,
                      node_list_of(arena, &(struct node *){node_get(n, "value")}, 1));
}

static int add_map(struct space *s, struct arena *arena, const char *prefix,
                   const struct node *parameters, unsigned depth) {
    int rc = 0;

    if (parameters->kind != NODE_MAP || depth > NESTED_MAX) {
        return err_set(ERR_INVALID, "line %u: 'parameters' is a map of their names",
                       parameters->line);
    }
    for (size_t i = 0; !rc && i < parameters->map.len; i++) {
        const char *key = node_text(parameters->map.at[i].key);
        if (!key || strchr(key, '=')) {
            return err_set(ERR_INVALID, "line %u: the name of a parameter is text without '='",
                           parameters->line);
        }
        rc = add_parameter(s, arena, arena_printf(arena, "%s%s", prefix, key),
                           parameters->map.at[i].value, depth);
    }
    return rc;
}

int space_add_node(struct space *s, struct arena *arena, const struct node *parameters) {
    return add_map(s, arena, "", parameters, 0);
}

/* ---- points */

/* No search tells apart what differs by less than a hundred-thousandth of the range, and people have to
 * read the rest of the digits. */
static double shorten(const struct space_dim *dim, double value) {
    double range = dim->log ? value * log(dim->high / dim->low) : dim->high - dim->low;
    double digits = ceil(DIGITS - log10(range));

    return range > 0 && digits < 50 ? num_round(value, digits > 0 ? (int)digits : 0) : value;
}

double space_round(const struct space_dim *dim, double value) {
    if (dim->step > 0) {
        value = dim->low + nearbyint((value - dim->low) / dim->step) * dim->step;
    } else if (dim->kind == SPACE_REAL) {
        value = shorten(dim, value);
    }
    return value < dim->low ? dim->low : value > dim->high ? dim->high : value;
}

static double steps_of(const struct space_dim *dim) {
    return dim->kind == SPACE_CHOICE ? (double)dim->choices.len
                                     : nearbyint((dim->high - dim->low) / dim->step) + 1;
}

double space_sample(const struct space_dim *dim, struct prng *random) {
    double unit = prng_unit(random), half = dim->step / 2;

    if (dim->kind == SPACE_CHOICE) {
        return floor(unit * steps_of(dim));
    }
    if (dim->log) {
        double low = log(dim->low - half), high = log(dim->high + half);
        return space_round(dim, exp(low + unit * (high - low)));
    }
    return dim->step > 0 ? space_round(dim, dim->low + dim->step * floor(unit * steps_of(dim)))
                         : space_round(dim, dim->low + unit * (dim->high - dim->low));
}

int space_grid_size(uint64_t *out, const struct space *s) {
    double size = 1;

    for (size_t i = 0; i < s->dims.len; i++) {
        const struct space_dim *dim = &s->dims.at[i];
        if (dim->kind != SPACE_CHOICE && !(dim->step > 0)) {
            int rc = err_set(ERR_INVALID, "a grid needs steps, and '%s' has none", dim->left);
            err_hint("give it values or a step, as in uniform(0,1,0.1), or choose --method random");
            return rc;
        }
        size *= steps_of(dim);
    }
    *out = size < 1e18 ? (uint64_t)size : UINT64_MAX;
    return 0;
}

void space_grid_point(double *at, const struct space *s, uint64_t index) {
    for (size_t i = s->dims.len; i-- > 0;) {
        const struct space_dim *dim = &s->dims.at[i];
        uint64_t steps = (uint64_t)steps_of(dim);
        double k = (double)(index % steps);
        at[i] = dim->kind == SPACE_CHOICE ? k : space_round(dim, dim->low + k * dim->step);
        index /= steps;
    }
}

const char *space_text(struct arena *arena, const struct space_dim *dim, double value) {
    char real[NUM_FLOAT_MAX];

    switch (dim->kind) {
    case SPACE_CHOICE:
        return dim->choices.at[(size_t)value];
    case SPACE_INT:
        return arena_printf(arena, "%.0f", value);
    case SPACE_REAL:
        break;
    }
    /* Steps such as 0.1 leave traces in the last digits, which nobody has asked for. */
    return arena_strdup(arena, num_float_repr(real, dim->step > 0 ? num_round(value, 12) : value));
}

bool space_locate(double *out, struct arena *arena, const struct space_dim *dim,
                  const struct node *value) {
    struct override_value choice = {0};

    if (!value) {
        return false;
    }
    if (dim->kind != SPACE_CHOICE) {
        if (!node_is_number(value)) {
            return false;
        }
        *out = space_round(dim, node_number(value));
        return true;
    }
    for (size_t i = 0; i < dim->choices.len; i++) {
        if (override_value_parse(&choice, arena, dim->choices.at[i])) {
            err_clear();
        } else if (choice.kind == VALUE_PLAIN && node_equal(choice.node, value)) {
            *out = (double)i;
            return true;
        }
    }
    return false;
}
