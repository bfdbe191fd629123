#include "../scratch.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "exp/override.h"

/* What the overrides stand for: the runs, one behind the other. */
static void check_runs(const char *const *typed, size_t n, const char *expected) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct strv texts CLEANUP(strv_release) = {0};
    struct override_sets sets CLEANUP(override_sets_release) = {0};
    struct override_runs runs CLEANUP(override_runs_release) = {0};
    struct str all CLEANUP(str_release) = STR_INIT;
    bool sweep;

    for (size_t i = 0; i < n; i++) {
        vec_push(&texts, typed[i]);
    }
    override_group(&sets, arena, &texts);
    if (override_expand(&runs, &sweep, arena, &sets)) {
        str_adds(&all, "refused");
        err_clear();
    }
    for (size_t i = 0; i < runs.len; i++) {
        str_addf(&all, "%s\n", override_sets_text(arena, &runs.at[i]));
    }
    assert_string_equal(all.buf, expected);
}
#define CHECK_RUNS(expected, ...)                                                                  \
    check_runs((const char *const[]){__VA_ARGS__}, COUNT_OF(((const char *const[]){__VA_ARGS__})), \
               expected)

static void expands_in_the_order_of_dvc(void **state) {
    (void)state;
    CHECK_RUNS("{'params.yaml': ['a=1', '+b=x']}\n", "a=1", "+b=x");
    CHECK_RUNS("{'params.yaml': ['a=1', 'b=x']}\n{'params.yaml': ['a=1', 'b=y']}\n"
               "{'params.yaml': ['a=2', 'b=x']}\n{'params.yaml': ['a=2', 'b=y']}\n",
               "a=1,2", "b=choice(x,y)");
    CHECK_RUNS("{'params.yaml': ['a=1'], 'p.json': ['+b=0']}\n"
               "{'params.yaml': ['a=1'], 'p.json': ['+b=1']}\n"
               "{'params.yaml': ['a=2'], 'p.json': ['+b=0']}\n"
               "{'params.yaml': ['a=2'], 'p.json': ['+b=1']}\n",
               "a=1,2", "p.json:+b=range(2)");
    CHECK_RUNS("{'params.yaml': ['~gone=null', 'a=x\\\\ y']}\n{'params.yaml': ['~gone=null', "
               "'a=[1,{k:\"v w\"}]']}\n",
               "~gone", "a=x y,[1,{k: \"v w\"}]");
    CHECK_RUNS("{'params.yaml': ['a=3']}\n{'params.yaml': ['a=4']}\n", "a=1,2", "a=3,4");
}

static void counts_as_decimals(void **state) {
    (void)state;
    CHECK_RUNS("{'params.yaml': ['a=0.0']}\n{'params.yaml': ['a=0.1']}\n{'params.yaml': "
               "['a=0.2']}\n{'params.yaml': ['a=0.3']}\n",
               "a=range(0,0.35,0.1)");
    CHECK_RUNS("{'params.yaml': ['a=3']}\n{'params.yaml': ['a=1']}\n", "a=range(3,0,-2)");
    CHECK_RUNS("{'params.yaml': ['a=1']}\n{'params.yaml': ['a=2']}\n", "a=sort(range(2,0,-1))");
    CHECK_RUNS("{'params.yaml': ['a=b']}\n{'params.yaml': ['a=a']}\n", "a=sort(a,b,reverse=true)");
}

static void refuses_what_cannot_be_counted(void **state) {
    (void)state;
    CHECK_RUNS("refused", "a=range(0,1,0)");
    CHECK_RUNS("refused", "a=interval(0,1)");
    CHECK_RUNS("refused", "a=glob(*)");
    CHECK_RUNS("refused", "a=range(0,1000000)");
    CHECK_RUNS("refused", "a=range(1000)", "b=range(1000)");
    CHECK_RUNS("refused", "a=[choice(1,2)]");
    CHECK_RUNS("refused", "a=1,");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expands_in_the_order_of_dvc),
        cmocka_unit_test(counts_as_decimals),
        cmocka_unit_test(refuses_what_cannot_be_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
