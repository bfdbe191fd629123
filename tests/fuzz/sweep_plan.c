/*
 * Sweep files, what is typed after -S, and the curves of runs: a plan that is taken has points inside its
 * ranges, and the steps of a curve are none below 0.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"
#include "doc/node.h"
#include "doc/read.h"
#include "exp/asha.h"
#include "exp/prng.h"
#include "exp/sweep_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good) {
        abort();
    }
}

static void check_points(struct arena *arena, const struct space *s) {
    struct prng random = prng_stream(1, 1);

    for (size_t d = 0; d < s->dims.len; d++) {
        const struct space_dim *dim = &s->dims.at[d];
        double value = space_sample(dim, &random);
        check(dim->kind == SPACE_CHOICE ? value >= 0 && value < (double)dim->choices.len
                                        : value >= dim->low && value <= dim->high);
        check(space_text(arena, dim, value)[0] != '\0');
    }
}

static void check_plan(struct arena *arena, const struct sweep_request *q) {
    CLEANUP(sweep_plan_release) struct sweep_plan plan = {0};

    if (sweep_plan_make(&plan, arena, q)) {
        check(err_text()[0] != '\0');
        err_clear();
        return;
    }
    check(plan.count > 0 && plan.space.dims.len > 0);
    check_points(arena, &plan.space);
}

static void check_curve(const char *text, size_t size) {
    const struct asha rule = {.first = 1, .factor = 2};
    struct asha_curve curve = {0};

    asha_read_curve(&curve, text, size);
    for (size_t i = 0; i < curve.len; i++) {
        check(curve.at[i].step >= 0);
    }
    check((asha_halts(&rule, &curve) > 0) == (curve.len > 0));
    vec_release(&curve);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(strv_release) struct strv typed = {0};
    struct sweep_request q = {.seed = 1};
    struct node *root;

    check_curve((const char *)data, size);
    if (yaml_read(&root, arena, (const char *)data, size, "sweep.yaml")) {
        err_clear();
    } else {
        q.document = root;
        check_plan(arena, &q);
    }
    vec_push(&typed, arena_strndup(arena, (const char *)data, size));
    q = (struct sweep_request){.set = typed, .seed = 1, .count = 3};
    check_plan(arena, &q);
    return 0;
}
