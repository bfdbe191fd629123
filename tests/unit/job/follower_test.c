#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "job/follower.h"

#define STEP 10

struct seen {
    uint64_t done, fails_at;
    bool wrong;
};

static int take(void *ctx, uint64_t from, uint64_t to) {
    struct seen *s = ctx;

    s->wrong = s->wrong || from != s->done || to <= from || to - from > STEP;
    if (to > s->fails_at) {
        return err_set(ERR_IO, "fails at %u", (unsigned)s->fails_at);
    }
    s->done = to;
    return 0;
}

static void test_all_is_done_in_order(void **state) {
    struct seen s = {.fails_at = UINT64_MAX};
    struct follower *f = follower_start(take, &s, STEP);

    (void)state;
    assert_non_null(f);
    for (uint64_t mark = 3; mark < 1000; mark += 7) {
        follower_mark(f, mark);
    }
    follower_mark(f, 5); /* less than before: nothing */
    follower_mark(f, 1000);
    assert_int_equal(follower_end(f), 0);
    assert_false(s.wrong);
    assert_int_equal(s.done, 1000);
}

static void test_the_first_failure_is_told(void **state) {
    struct seen s = {.fails_at = 55};
    struct follower *f = follower_start(take, &s, STEP);

    (void)state;
    follower_mark(f, 100);
    assert_int_equal(follower_end(f), ERR_IO);
    assert_string_equal(err_text(), "fails at 55");
    err_clear();
    assert_int_equal(s.done, 50);
}

static void test_what_is_not_wanted_is_left(void **state) {
    struct seen s = {.fails_at = UINT64_MAX};
    struct follower *f = follower_start(take, &s, 1);

    (void)state;
    follower_mark(f, UINT64_MAX);
    follower_drop(f);
    assert_false(s.wrong);
}

static void test_nothing_at_all(void **state) {
    struct seen s = {.fails_at = 0};

    (void)state;
    assert_int_equal(follower_end(follower_start(take, &s, STEP)), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_done_in_order),
        cmocka_unit_test(test_the_first_failure_is_told),
        cmocka_unit_test(test_what_is_not_wanted_is_left),
        cmocka_unit_test(test_nothing_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
