#include "exp/asha.h"

#include <math.h>
#include <string.h>

#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"

enum { FACTOR = 3, HALTS_MAX = 60, FIELD_MAX = 64 };

static const int64_t steps_max = (int64_t)1 << 53;

/* ---- the rule */

static int read_number(int64_t *out, const struct node *map, const char *key, int64_t least) {
    const struct node *n = node_get(map, key);

    if (!n) {
        return 0;
    }
    if (n->kind != NODE_INT || n->big || n->integer < least || n->integer > steps_max) {
        return err_set(ERR_INVALID,
                       "line %u: '%s' of early_terminate is a whole number from %lld on", n->line,
                       key, (long long)least);
    }
    *out = n->integer;
    return 0;
}

static int check_keys(const struct node *n) {
    static const char *const known[] = {"type", "min_iter", "max_iter", "s", "eta", "strict"};
    const char *type = node_text(node_get(n, "type"));

    if (!str_eq(type, "hyperband") && !str_eq(type, "asha")) {
        return err_set(ERR_INVALID, "line %u: early_terminate needs a type: hyperband or asha",
                       n->line);
    }
    for (size_t i = 0; i < n->map.len; i++) {
        const char *key = node_text(n->map.at[i].key);
        size_t k = 0;
        while (k < COUNT_OF(known) && !str_eq(key, known[k])) {
            k++;
        }
        if (k == COUNT_OF(known)) {
            return err_set(ERR_INVALID,
                           "line %u: the key '%s' of early_terminate is not understood",
                           n->map.at[i].key->line, key ? key : "");
        }
    }
    return 0;
}

int asha_parse(struct asha *out, const struct node *n) {
    int64_t min = 0, max = 0, brackets = 0, factor = FACTOR;
    int rc;

    if ((rc = check_keys(n)) || (rc = read_number(&min, n, "min_iter", 1)) ||
        (rc = read_number(&max, n, "max_iter", 1)) || (rc = read_number(&brackets, n, "s", 1)) ||
        (rc = read_number(&factor, n, "eta", 2))) {
        return rc;
    }
    if (!min && (!max || !brackets)) {
        return err_set(ERR_INVALID, "line %u: early_terminate needs min_iter, or max_iter and s",
                       n->line);
    }
    if (!min) {
        for (min = max; brackets > 0 && min > 0; brackets--) {
            min /= factor;
        }
    }
    *out = (struct asha){.first = min > 0 ? min : 1, .factor = factor};
    return 0;
}

/* ---- curves */

/* The field of that index, up to a tab or the end of the line. */
static bool field(char out[FIELD_MAX], const char *line, const char *end, size_t index) {
    for (; index > 0; index--) {
        const char *tab = memchr(line, '\t', (size_t)(end - line));
        if (!tab) {
            return false;
        }
        line = tab + 1;
    }
    const char *tab = memchr(line, '\t', (size_t)(end - line));
    size_t len = (size_t)((tab ? tab : end) - line);
    if (len >= FIELD_MAX) {
        return false;
    }
    memcpy(out, line, len);
    out[len] = '\0';
    return true;
}

void asha_read_curve(struct asha_curve *out, const char *text, size_t len) {
    const char *end = text + len, *stop;
    char step[FIELD_MAX], value[FIELD_MAX];
    struct asha_point p;
    size_t column = 0;

    for (const char *line = text; line < end; line = stop + 1) {
        stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) {
            return; /* not whole yet */
        }
        if (line == text) {
            while (field(step, line, stop, column) && strcmp(step, "step") != 0) {
                column++;
            }
        } else if (field(step, line, stop, column) && field(value, line, stop, column + 1) &&
                   num_int(&p.step, step) && p.step >= 0 && p.step < steps_max &&
                   num_float(&p.value, value) && !isnan(p.value)) {
            vec_push(out, p);
        }
    }
}

/* The steps that lie before that halt. */
static int64_t steps_of(const struct asha *rule, int halt) {
    int64_t steps = rule->first;

    for (int i = 1; i < halt && steps <= steps_max; i++) {
        steps = steps > steps_max / rule->factor ? steps_max + 1 : steps * rule->factor;
    }
    return steps;
}

/* The value with which the run came to the halt. */
static const struct asha_point *point_at(const struct asha *rule, const struct asha_curve *c,
                                         int halt) {
    int64_t steps = steps_of(rule, halt);

    for (size_t i = 0; i < c->len; i++) {
        if (c->at[i].step + 1 >= steps) {
            return &c->at[i];
        }
    }
    return NULL;
}

int asha_halts(const struct asha *rule, const struct asha_curve *curve) {
    int halt = 0;

    while (rule->factor && halt < HALTS_MAX && point_at(rule, curve, halt + 1)) {
        halt++;
    }
    return halt;
}

bool asha_is_hopeless(const struct asha *rule, const struct asha_curve *const *curves, size_t n,
                      size_t mine, int halt, bool maximize) {
    const struct asha_point *own = point_at(rule, curves[mine], halt);
    size_t came = 0, better = 0;

    for (size_t i = 0; own && i < n; i++) {
        const struct asha_point *p = point_at(rule, curves[i], halt);
        came += p != NULL;
        better += p && (maximize ? p->value > own->value : p->value < own->value);
    }
    size_t factor = (size_t)rule->factor, stay = came / factor + (came % factor != 0);
    return own && better >= stay;
}
