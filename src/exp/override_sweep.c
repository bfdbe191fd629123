#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"
#include "exp/override.h"
#include "exp/override_value.h"

/* What stands before the equals sign. */
static const char *left_side(struct arena *arena, const struct override *o) {
    return arena_strndup(arena, o->text, strcspn(o->text, "="));
}

/* One parameter with all its values. */
struct axis {
    const char *key; /* with its +, ++ or ~ */
    struct strv texts;
};

struct axes {
    struct arena *arena;
    VEC(struct axis) axis;
    bool sweep;
};

static void axes_release(struct axes *a) {
    for (size_t i = 0; i < a->axis.len; i++) {
        strv_release(&a->axis.at[i].texts);
    }
    vec_release(&a->axis);
}

/* As Hydra's sweeper writes them anew: "key=value", "~key=null". */
static void fill_axis(struct axis *axis, struct arena *arena, const struct override *o) {
    struct str value CLEANUP(str_release) = STR_INIT;

    vec_clear(&axis->texts);
    for (size_t i = 0; i < o->choices.len; i++) {
        vec_push(&axis->texts, arena_printf(arena, "%s=%s", axis->key, o->choices.at[i]));
    }
    if (!o->sweep) {
        if (o->value) {
            override_value_text(&value, o->value);
        } else {
            str_adds(&value, "null");
        }
        vec_push(&axis->texts, arena_printf(arena, "%s=%s", axis->key, value.buf));
    }
}

/* A parameter that is set twice has its first place and its last values. */
static int add_axis(struct axes *a, const char *text) {
    struct override o CLEANUP(override_release) = {0};
    int rc = override_parse(&o, a->arena, text);
    const char *key;
    size_t k = 0;

    if (rc) {
        return rc;
    }
    key = left_side(a->arena, &o);
    while (k < a->axis.len && !str_eq(a->axis.at[k].key, key)) {
        k++;
    }
    if (k == a->axis.len) {
        vec_push(&a->axis, ((struct axis){.key = key}));
    }
    a->sweep |= o.sweep;
    fill_axis(&a->axis.at[k], a->arena, &o);
    return a->axis.at[k].texts.len ? 0 : err_set(ERR_INVALID, "'%s' holds no value", text);
}

/* Which value of each axis is next, the last axis running fastest. False after the last. */
static bool advance(size_t *turn, const struct axes *a) {
    for (size_t i = a->axis.len; i-- > 0;) {
        if (++turn[i] < a->axis.at[i].texts.len) {
            return true;
        }
        turn[i] = 0;
    }
    return false;
}

static void add_run(struct override_runs *out, const struct override_sets *sets, const size_t *from,
                    const size_t *turn, const struct axes *a) {
    struct override_sets run = {0};

    for (size_t f = 0; f < sets->len; f++) {
        vec_push(&run, ((struct override_set){.file = sets->at[f].file,
                                              .composed = sets->at[f].composed}));
        for (size_t i = from[f]; i < from[f + 1]; i++) {
            vec_push(&run.at[f].texts, a->axis.at[i].texts.at[turn[i]]);
        }
    }
    vec_push(out, run);
}

static void add_as_typed(struct override_runs *out, const struct override_sets *sets) {
    struct override_sets run = {0};

    for (size_t f = 0; f < sets->len; f++) {
        vec_push(&run, ((struct override_set){.file = sets->at[f].file,
                                              .composed = sets->at[f].composed}));
        for (size_t i = 0; i < sets->at[f].texts.len; i++) {
            vec_push(&run.at[f].texts, sets->at[f].texts.at[i]);
        }
    }
    vec_push(out, run);
}

static int check_count(const struct axes *a) {
    size_t runs = 1;

    for (size_t i = 0; i < a->axis.len; i++) {
        if (a->axis.at[i].texts.len > OVERRIDE_CHOICES_MAX / runs) {
            return err_set(ERR_INVALID, "more than %d runs in one sweep", OVERRIDE_CHOICES_MAX);
        }
        runs *= a->axis.at[i].texts.len;
    }
    return 0;
}

/* The axes of one file follow each other; from[f] is where those of file f begin. */
static int collect(struct axes *a, size_t *from, const struct override_sets *sets) {
    int rc = 0;

    for (size_t f = 0; !rc && f < sets->len; f++) {
        struct axes own = {.arena = a->arena};
        const struct strv *texts = &sets->at[f].texts;
        for (size_t i = 0; !rc && i < texts->len; i++) {
            rc = add_axis(&own, texts->at[i]);
        }
        for (size_t i = 0; i < own.axis.len; i++) {
            vec_push(&a->axis, own.axis.at[i]);
        }
        a->sweep |= own.sweep;
        from[f + 1] = a->axis.len;
        vec_release(&own.axis);
    }
    return rc ? rc : check_count(a);
}

int override_expand(struct override_runs *out, bool *sweep, struct arena *arena,
                    const struct override_sets *sets) {
    struct axes a CLEANUP(axes_release) = {.arena = arena};
    size_t *from = arena_alloc(arena, (sets->len + 1) * sizeof *from), *turn;
    int rc = collect(&a, from, sets);

    *sweep = a.sweep;
    if (rc) {
        return rc;
    }
    if (!a.sweep) {
        add_as_typed(out, sets);
        return 0;
    }
    turn = arena_alloc(arena, (a.axis.len + 1) * sizeof *turn);
    do {
        add_run(out, sets, from, turn, &a);
    } while (advance(turn, &a));
    return 0;
}

void override_runs_release(struct override_runs *runs) {
    for (size_t i = 0; i < runs->len; i++) {
        override_sets_release(&runs->at[i]);
    }
    vec_release(runs);
}

const char *override_sets_text(struct arena *arena, const struct override_sets *sets) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *map = node_map(arena);

    for (size_t f = 0; f < sets->len; f++) {
        struct node *list = node_list(arena);
        for (size_t i = 0; i < sets->at[f].texts.len; i++) {
            node_append(arena, list, node_str(arena, sets->at[f].texts.at[i]));
        }
        node_put(arena, map, sets->at[f].file, list);
    }
    python_write(&text, map);
    return arena_strdup(arena, text.buf);
}
