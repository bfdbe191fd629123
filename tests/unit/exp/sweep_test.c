#include "../scratch.h"

#include <math.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "exp/asha.h"
#include "exp/prng.h"
#include "exp/space.h"
#include "exp/sweep_plan.h"
#include "exp/tpe.h"

static struct arena *arena;

static int arena_setup(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int arena_teardown(void **state) {
    (void)state;
    err_clear();
    arena_free(arena);
    return 0;
}

static void add(struct space *s, const char *text) {
    assert_int_equal(space_add_text(s, arena, text), 0);
}

/* ---- random numbers */

/* The first numbers of the reference implementation from this state. */
static void draws_as_splitmix64(void **state) {
    struct prng p = {1234567};

    (void)state;
    assert_true(prng_next(&p) == 6457827717110365317u);
    assert_true(prng_next(&p) == 3203168211198807973u);
}

static void streams_differ_and_repeat(void **state) {
    struct prng a = prng_stream(1, 2), b = prng_stream(1, 2), c = prng_stream(2, 1);
    double sum = 0, squares = 0;

    (void)state;
    assert_true(a.state == b.state && a.state != c.state);
    for (int i = 0; i < 10000; i++) {
        double z = prng_normal(&a), unit = prng_unit(&b);
        assert_true(unit >= 0 && unit < 1);
        sum += z;
        squares += z * z;
    }
    assert_true(fabs(sum / 10000) < 0.05 && fabs(squares / 10000 - 1) < 0.05);
}

/* ---- the space */

static void reads_parameters(void **state) {
    CLEANUP(space_release) struct space s = {0};

    (void)state;
    add(&s, "train.lr=log(1e-5, 1e-1)");
    add(&s, "m.json:+depth=int(2,12)");
    add(&s, "model=choice(rf,svm)");
    add(&s, "drop=uniform(0,0.55,0.1)");
    add(&s, "epochs=10");
    add(&s, "n=int(3)");
    add(&s, "text='uniform(0,1)'");
    assert_int_equal(s.dims.len, 4);
    assert_int_equal(s.fixed.len, 3);
    assert_string_equal(s.dims.at[0].key, "train.lr");
    assert_string_equal(s.dims.at[0].file, "params.yaml");
    assert_true(s.dims.at[0].log && s.dims.at[0].kind == SPACE_REAL && s.dims.at[0].high == 0.1);
    assert_string_equal(s.dims.at[1].left, "m.json:+depth");
    assert_string_equal(s.dims.at[1].key, "depth");
    assert_string_equal(s.dims.at[1].file, "m.json");
    assert_true(s.dims.at[1].kind == SPACE_INT && s.dims.at[1].step == 1);
    assert_string_equal(s.dims.at[2].choices.at[1], "svm");
    assert_true(fabs(s.dims.at[3].high - 0.5) < 1e-12); /* the last step that fits */
}

static void refuses_bad_parameters(void **state) {
    static const char *const bad[] = {"x=int(9,1)",
                                      "x=int(1,1)",
                                      "x=int(0.5,2)",
                                      "x=log(0,1)",
                                      "x=log(-1,1)",
                                      "x=uniform(1)",
                                      "x=uniform(a,b)",
                                      "x=uniform(0,inf)",
                                      "x=uniform(0,1,2)",
                                      "x=uniform(0,1",
                                      "x=log(1,2,.1)",
                                      "x=int(0,9,0)",
                                      "x=uniform(0,nan)",
                                      "=int(1,2)",
                                      "x",
                                      "x=uniform(-1e308,1e308)"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        CLEANUP(space_release) struct space s = {0};
        if (space_add_text(&s, arena, bad[i]) != ERR_INVALID) {
            fail_msg("taken: %s", bad[i]);
        }
        assert_int_equal(s.dims.len, 0);
        err_clear();
    }
}

static void counts_a_grid(void **state) {
    CLEANUP(space_release) struct space s = {0};
    struct str seen CLEANUP(str_release) = STR_INIT;
    uint64_t size;
    double at[3];

    (void)state;
    add(&s, "a=x,y");
    add(&s, "b=int(1,5,2)");
    add(&s, "c=uniform(0,0.3,0.3)");
    assert_int_equal(space_grid_size(&size, &s), 0);
    assert_int_equal(size, 12);
    for (uint64_t i = 0; i < size; i += 1 + (i == 3) * 4) {
        space_grid_point(at, &s, i);
        for (size_t d = 0; d < 3; d++) {
            str_addf(&seen, "%s%s", space_text(arena, &s.dims.at[d], at[d]), d < 2 ? " " : "\n");
        }
    }
    assert_string_equal(seen.buf, "x 1 0.0\nx 1 0.3\nx 3 0.0\nx 3 0.3\ny 3 0.0\ny 3 0.3\n"
                                  "y 5 0.0\ny 5 0.3\n");
    add(&s, "d=uniform(0,1)");
    assert_int_equal(space_grid_size(&size, &s), ERR_INVALID);
}

static void samples_evenly(void **state) {
    CLEANUP(space_release) struct space s = {0};
    struct prng p = prng_stream(0, 0);
    int ints[5] = {0}, small = 0, words[2] = {0};

    (void)state;
    add(&s, "a=int(-2,2)");
    add(&s, "b=log(1e-4,1)");
    add(&s, "c=x,y");
    for (int i = 0; i < 5000; i++) {
        double a = space_sample(&s.dims.at[0], &p), b = space_sample(&s.dims.at[1], &p);
        assert_true(a >= -2 && a <= 2 && a == floor(a) && b >= 1e-4 && b <= 1);
        ints[(int)a + 2]++;
        small += b < 1e-2;
        words[(int)space_sample(&s.dims.at[2], &p)]++;
    }
    for (int i = 0; i < 5; i++) {
        assert_in_range(ints[i], 880, 1120);
    }
    assert_in_range(small, 2350, 2650);
    assert_in_range(words[0], 2350, 2650);
}

static void finds_values_again(void **state) {
    CLEANUP(space_release) struct space s = {0};
    struct node *data;
    static const char text[] = "a: 3\nb: 0.1\nc: '1'\nd: rf\n";
    double at;

    (void)state;
    add(&s, "a=int(1,9)");
    add(&s, "b=uniform(0,1,0.05)");
    add(&s, "c='1',2");
    assert_int_equal(yaml_read(&data, arena, text, strlen(text), "t"), 0);
    assert_true(space_locate(&at, arena, &s.dims.at[0], node_get(data, "a")) && at == 3);
    assert_true(space_locate(&at, arena, &s.dims.at[1], node_get(data, "b")));
    assert_string_equal(space_text(arena, &s.dims.at[1], at), "0.1");
    assert_true(space_locate(&at, arena, &s.dims.at[2], node_get(data, "c")) && at == 0);
    assert_false(space_locate(&at, arena, &s.dims.at[0], node_get(data, "d")));
    assert_false(space_locate(&at, arena, &s.dims.at[2], node_get(data, "d")));
    assert_false(space_locate(&at, arena, &s.dims.at[2], NULL));
}

static void reads_sweep_files(void **state) {
    static const char text[] =
        "method: bayes\nmetric: {name: 'm.json:val.loss', goal: maximize}\nrun_cap: 9\n"
        "program: train.py\nparameters:\n  lr: {distribution: log_uniform, min: -3, max: 0}\n"
        "  net:\n    parameters:\n      depth: {min: 2, max: 9}\n      p: {min: 0.0, max: 1}\n"
        "  opt: {values: ['1', sgd, 3]}\n  fixed: {value: 3}\n"
        "  w: {distribution: q_log_uniform_values, q: 1, min: 8, max: 64}\n";
    CLEANUP(sweep_plan_release) struct sweep_plan plan = {0};
    struct node *root;

    (void)state;
    assert_int_equal(yaml_read(&root, arena, text, strlen(text), "t"), 0);
    struct sweep_request q = {.document = root, .seed = 4, .count = 5};
    assert_int_equal(sweep_plan_make(&plan, arena, &q), 0);
    assert_int_equal(plan.method, SWEEP_BAYES);
    assert_int_equal(plan.count, 5); /* the command line counts first */
    assert_true(plan.maximize);
    assert_string_equal(plan.metric_file, "m.json");
    assert_string_equal(plan.metric_key, "val.loss");
    assert_int_equal(plan.space.dims.len, 5);
    assert_true(fabs(plan.space.dims.at[0].low - exp(-3)) < 1e-15 && plan.space.dims.at[0].log);
    assert_string_equal(plan.space.dims.at[1].key, "net.depth");
    assert_int_equal(plan.space.dims.at[1].kind, SPACE_INT);
    assert_int_equal(plan.space.dims.at[2].kind, SPACE_REAL);
    assert_string_equal(plan.space.dims.at[3].choices.at[0], "'1'");
    assert_string_equal(plan.space.fixed.at[0], "fixed=3");
    assert_true(plan.space.dims.at[4].log && plan.space.dims.at[4].kind == SPACE_INT);
}

/* ---- stopping early */

static void reads_curves(void **state) {
    static const char text[] =
        "timestamp\tstep\tloss\n1\t0\t0.5\n2\t1\tx\n3\t2\t0.25\n\n3\t-1\t0.25\n4\t3\t0.1";
    struct asha_curve c = {0};

    (void)state;
    asha_read_curve(&c, text, strlen(text));
    assert_int_equal(c.len, 2); /* the last line is not whole */
    assert_int_equal(c.at[1].step, 2);
    assert_true(c.at[1].value == 0.25);
    vec_release(&c);
    asha_read_curve(&c, "loss\n1\n", 7);
    asha_read_curve(&c, "", 0);
    assert_int_equal(c.len, 0);
}

/* Four runs of 9 steps whose values are their numbers: of those at a halt, a third stays, rounded up. */
static void halves_successively(void **state) {
    const struct asha rule = {.first = 3, .factor = 3};
    struct asha_point points[4][9];
    struct asha_curve c[4];
    const struct asha_curve *all[4];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        for (int step = 0; step < 9; step++) {
            points[i][step] = (struct asha_point){step, (double)i};
        }
        c[i] = (struct asha_curve){points[i], 9, 9};
        all[i] = &c[i];
    }
    c[3].len = 2;
    assert_int_equal(asha_halts(&rule, all[0]), 2);
    assert_int_equal(asha_halts(&rule, all[3]), 0);
    assert_false(asha_is_hopeless(&rule, all, 4, 0, 1, false));
    assert_true(asha_is_hopeless(&rule, all, 4, 1, 1, false)); /* one of three stays */
    assert_true(asha_is_hopeless(&rule, all, 4, 0, 2, true));
    c[3].len = 3;
    assert_false(asha_is_hopeless(&rule, all, 4, 1, 1, false)); /* two of four */
    assert_true(asha_is_hopeless(&rule, all, 4, 2, 1, false));
    assert_false(asha_is_hopeless(&rule, all + 3, 1, 0, 1, false)); /* who comes first goes on */
}

static void reads_the_rule(void **state) {
    static const struct {
        const char *text;
        int64_t first, factor; /* 0: refused */
    } cases[] = {
        {"{type: hyperband, min_iter: 4, eta: 2}", 4, 2},
        {"{type: asha, min_iter: 5}", 5, 3},
        {"{type: hyperband, max_iter: 27, s: 2}", 3, 3},
        {"{type: hyperband}", 0, 0},
        {"{type: envelope, min_iter: 4}", 0, 0},
        {"{type: asha, min_iter: 0}", 0, 0},
        {"{type: asha, min_iter: 1, eta: 1}", 0, 0},
        {"{type: asha, iter: 1}", 0, 0},
        {"[1]", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct asha rule = {0};
        struct node *n;
        assert_int_equal(yaml_read(&n, arena, cases[i].text, strlen(cases[i].text), "t"), 0);
        assert_int_equal(asha_parse(&rule, n), cases[i].first ? 0 : ERR_INVALID);
        assert_int_equal(rule.first, cases[i].first);
        assert_int_equal(rule.factor, cases[i].factor);
        err_clear();
    }
}

/* ---- the estimator: densities as Optuna 5.0.0 computes them */

static void check_density(const struct space *s, const double *seen, size_t n, const double *at,
                          double expected) {
    double got = tpe_log_density(s, seen, n, at);

    if (!(fabs(got - expected) < 1e-9)) {
        fail_msg("%.17g, expected %.17g", got, expected);
    }
}
#define POINTS(...) ((const double[]){__VA_ARGS__})

static void weighs_as_optuna(void **state) {
    CLEANUP(space_release)
    struct space real = {0}, logs = {0}, ints = {0}, logints = {0}, words = {0}, both = {0};
    double old[30];

    (void)state;
    add(&real, "x=uniform(0,1)");
    check_density(&real, POINTS(.2, .5, .55), 3, POINTS(.5), 0.3292914175777323);
    for (int i = 0; i < 30; i++) {
        old[i] = i / 30.0;
    }
    check_density(&real, old, 30, POINTS(.1), -0.19828712280530192);
    add(&logs, "x=log(1e-5,1e-1)");
    check_density(&logs, POINTS(1e-3, 2e-3), 2, POINTS(1e-4), -2.307895007884038);
    add(&ints, "x=int(2,12)");
    check_density(&ints, POINTS(3, 3, 8), 3, POINTS(4), -2.039886117977555);
    add(&logints, "x=logint(1,512)");
    check_density(&logints, POINTS(3, 64), 2, POINTS(5), -3.45730137855174);
    add(&words, "x=a,b,c");
    check_density(&words, POINTS(0, 0, 2), 3, POINTS(0), -0.7419373447293773);
    add(&both, "x=uniform(0,1)");
    add(&both, "y=a,b,c");
    check_density(&both, POINTS(.2, 0, .5, 0, .55, 2), 3, POINTS(.5, 2), -0.637456102655152);
}

static void learns_where_the_minimum_is(void **state) {
    CLEANUP(space_release) struct space s = {0};
    double seen[80], loss[40];
    int near = 0;

    (void)state;
    add(&s, "x=uniform(0,10)");
    add(&s, "kind=a,b");
    for (size_t i = 0; i < 40; i++) {
        struct prng p = prng_stream(5, i);
        tpe_suggest(seen + 2 * i, &s, seen, loss, i, &p);
        double x = seen[2 * i], kind = seen[2 * i + 1];
        assert_true(x >= 0 && x <= 10 && (kind == 0 || kind == 1));
        loss[i] = (x - 7) * (x - 7) + 5 * kind;
        near += i >= 20 && fabs(x - 7) < 1.5 && kind == 0;
    }
    assert_in_range(near, 9, 20); /* at random it would be 3 */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_as_splitmix64),
        cmocka_unit_test(streams_differ_and_repeat),
        cmocka_unit_test(reads_parameters),
        cmocka_unit_test(refuses_bad_parameters),
        cmocka_unit_test(counts_a_grid),
        cmocka_unit_test(samples_evenly),
        cmocka_unit_test(finds_values_again),
        cmocka_unit_test(reads_sweep_files),
        cmocka_unit_test(reads_curves),
        cmocka_unit_test(halves_successively),
        cmocka_unit_test(reads_the_rule),
        cmocka_unit_test(weighs_as_optuna),
        cmocka_unit_test(learns_where_the_minimum_is),
    };
    return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
