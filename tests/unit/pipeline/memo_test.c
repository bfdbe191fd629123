#include "../scratch.h"

#include "data/data.h"
#include "hash/digest.h"
#include "model/repo.h"
#include "model/stage.h"
#include "pipeline/memo.h"

static struct repo *r;
static struct data *d;
static struct memo *m;

static int memo_setup(void **state) {
    int rc = scratch_setup(state);

    sh("git init -q .");
    return rc || repo_init(scratch, &(struct repo_init_options){0}) ||
           repo_open(&r, scratch, false) || data_open(&d, r, NULL) || !(m = memo_new(d));
}

static int memo_teardown(void **state) {
    memo_free(m);
    data_close(d);
    repo_close(r);
    return scratch_teardown(state);
}

static void note(const char *path) {
    struct content c = {.size = 7, .nfiles = -1};

    memo_put(m, path, &c);
}

static void knows_until_a_command_runs(void **state) {
    (void)state;
    put("fresh", "1");
    assert_null(memo_get(m, "fresh"));
    note("fresh");
    assert_non_null(memo_get(m, "fresh"));
    assert_int_equal(memo_get(m, "fresh")->size, 7);
    memo_expect_changes(m);
    assert_null(memo_get(m, "fresh")); /* too young to be told from a change */
    note("fresh");
    assert_non_null(memo_get(m, "fresh"));
}

static void knows_files_that_stayed(void **state) {
    (void)state;
    sh("mkdir -p dir/sub && for f in same touched replaced gone dir/a dir/sub/b; do echo 1 >$f; "
       "done && ln -s same link");
    usleep(50000); /* the change time of a file cannot be set */
    const char *const paths[] = {"same", "touched", "replaced", "gone", "dir", "link"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        note(paths[i]);
    }
    memo_expect_changes(m);
    sh("touch touched && echo 1 >new && mv new replaced && rm gone");
    assert_non_null(memo_get(m, "same"));
    assert_non_null(memo_get(m, "dir"));
    assert_null(memo_get(m, "touched"));
    assert_null(memo_get(m, "replaced"));
    assert_null(memo_get(m, "gone"));
    assert_null(memo_get(m, "link"));
    memo_expect_changes(m);
    assert_non_null(memo_get(m, "same"));
    assert_non_null(memo_get(m, "dir"));
    sh("echo 2 >dir/sub/c");
    assert_non_null(memo_get(m, "dir")); /* nothing of ours ran since */
    memo_expect_changes(m);
    assert_null(memo_get(m, "dir"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(knows_until_a_command_runs, memo_setup, memo_teardown),
        cmocka_unit_test_setup_teardown(knows_files_that_stayed, memo_setup, memo_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
