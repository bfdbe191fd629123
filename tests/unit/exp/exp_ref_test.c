#include "../scratch.h"

#include "base/arena.h"
#include "exp/exp_ref.h"
#include "git/gitref.h"
#include "git/gitrepo.h"
#include "git/gitrev.h"

static struct arena *arena;
static struct gitrepo *g;
static char first[41], second[41], result[41];

static void commit_id(char out[41], const char *name) {
    struct gitrev rev;
    assert_int_equal(gitrev_find(&rev, g, arena, name), 0);
    memcpy(out, rev.id, 41);
}

static int exps_setup(void **state) {
    int rc = scratch_setup(state);
    sh("git init -q -b main r && cd r && git commit -q --allow-empty -m 1 && "
       "git commit -q --allow-empty -m 2 && git commit -q --allow-empty -m exp && "
       "git branch kept && git reset -q --hard HEAD~1");
    arena = arena_new();
    assert_int_equal(gitrepo_open(&g, at("r")), 0);
    commit_id(first, "HEAD~1");
    commit_id(second, "HEAD");
    commit_id(result, "kept");
    const char *const made[][2] = {{first, "one"}, {second, "one"}, {second, "two"}, {first, "a"}};
    for (size_t i = 0; i < COUNT_OF(made); i++) {
        assert_int_equal(
            gitref_set(g, exp_ref_name(arena, made[i][0], made[i][1]), result, "", NULL), 0);
    }
    assert_int_equal(gitref_set(g, EXP_EXEC_HEAD, second, "", NULL), 0);
    assert_int_equal(gitref_set(g, EXP_QUEUE_STASH, second, "", "dvc-exp"), 0);
    return rc;
}

static int exps_teardown(void **state) {
    gitrepo_close(g);
    arena_free(arena);
    return scratch_teardown(state);
}

static void lists_experiments_alone(void **state) {
    (void)state;
    struct experiments all = {0};
    struct strv only = {0};
    assert_int_equal(exp_list(&all, g, arena, NULL), 0);
    assert_int_equal(all.len, 4);
    vec_clear(&all);
    vec_push(&only, first);
    vec_push(&only, first);
    assert_int_equal(exp_list(&all, g, arena, &only), 0);
    assert_int_equal(all.len, 2);
    assert_string_equal(all.at[0].name, "a");
    assert_string_equal(all.at[1].name, "one");
    assert_string_equal(all.at[1].baseline, first);
    assert_string_equal(all.at[1].id, result);
    vec_release(&all);
    strv_release(&only);
}

static void finds_the_one_of_head(void **state) {
    (void)state;
    struct experiment e;
    assert_int_equal(exp_find(&e, g, arena, "one"), 0);
    assert_string_equal(e.baseline, second);
    assert_int_equal(exp_find(&e, g, arena, exp_ref_name(arena, first, "one")), 0);
    assert_string_equal(e.baseline, first);
    assert_int_equal(exp_find(&e, g, arena, "kept"), 0);
    assert_string_equal(e.id, result);
    sh("cd r && git checkout -q kept");
    assert_int_equal(exp_find(&e, g, arena, "one"), ERR_FAILED);
    assert_non_null(strstr(err_hint_text(), exp_ref_name(arena, first, "one")));
    err_clear();
}

static void says_what_may_be_meant(void **state) {
    (void)state;
    struct experiment e;
    assert_int_equal(exp_find(&e, g, arena, "twoo"), ERR_NOT_FOUND);
    assert_non_null(strstr(err_hint_text(), "'two'"));
    err_clear();
    assert_int_equal(exp_find(&e, g, arena, "refs/exps/exec/EXEC_HEAD"), ERR_NOT_FOUND);
    err_clear();
}

static void names(void **state) {
    (void)state;
    static const char *const bad[] = {"", "a/b", "a b", ".a", "a..b", "a.lock", "a~1"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_equal(exp_name_check(bad[i]), ERR_INVALID);
        err_clear();
    }
    assert_int_equal(exp_name_check("exp-200_trees.1"), 0);
    const char *a, *b;
    assert_int_equal(exp_name_random(&a, g, arena, second), 0);
    assert_int_equal(exp_name_check(a), 0);
    assert_int_equal(exp_name_random(&b, g, arena, second), 0);
    assert_non_null(strchr(b, '-'));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lists_experiments_alone, exps_setup, exps_teardown),
        cmocka_unit_test_setup_teardown(finds_the_one_of_head, exps_setup, exps_teardown),
        cmocka_unit_test_setup_teardown(says_what_may_be_meant, exps_setup, exps_teardown),
        cmocka_unit_test_setup_teardown(names, exps_setup, exps_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
