#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "job/parallel.h"
#include "job/progress.h"
#include "os/cpu.h"

static void test_phases(void **state) {
    (void)state;
    struct progress p = {0};
    int64_t before = clock_monotonic_ns();
    progress_phase(&p, "Hashing", 10, 1000);
    assert_string_equal(p.phase, "Hashing");
    assert_int_equal(p.items_total, 10);
    assert_int_equal(p.bytes_total, 1000);
    assert_true(p.started_ns >= before && p.started_ns <= clock_monotonic_ns());
    progress_add(&p, 1, 100);
    progress_add(&p, 0, 5);
    progress_add(&p, 2, 0);
    assert_int_equal(p.items, 3);
    assert_int_equal(p.bytes, 105);
    progress_phase(&p, "Copying", 1, 0);
    assert_int_equal(p.items, 0);
    assert_int_equal(p.bytes, 0);
    progress_done(&p);
    assert_null(p.phase);
}

static int add_one(void *ctx, size_t item, int worker) {
    (void)worker;
    progress_add(ctx, 1, item);
    return 0;
}

static void test_no_count_is_lost(void **state) {
    (void)state;
    struct progress p = {0};
    progress_phase(&p, "x", 100000, 0);
    assert_int_equal(parallel_for_jobs(100000, 8, add_one, &p), 0);
    assert_int_equal(p.items, 100000);
    assert_int_equal(p.bytes, 100000ULL * 99999 / 2);
}

static void test_nobody_looks(void **state) {
    (void)state;
    progress_phase(NULL, "x", 1, 1);
    progress_add(NULL, 1, 1);
    progress_done(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_phases),
        cmocka_unit_test(test_no_count_is_lost),
        cmocka_unit_test(test_nobody_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
