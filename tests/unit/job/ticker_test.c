#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <unistd.h>

#include "job/ticker.h"
#include "os/cpu.h"

static void bump(void *ctx) {
    atomic_fetch_add((atomic_int *)ctx, 1);
}

/* Waits until the counter has reached n, at most ten seconds. */
static void wait_for(atomic_int *counter, int n) {
    int64_t start = clock_monotonic_ns();
    while (atomic_load(counter) < n && clock_monotonic_ns() - start < 10 * 1000000000LL) {
        usleep(1000);
    }
    assert_true(atomic_load(counter) >= n);
}

static void test_ticks_until_stopped(void **state) {
    (void)state;
    atomic_int ticks = 0;
    int64_t start = clock_monotonic_ns();
    struct ticker *t = ticker_start(30, 10, bump, &ticks);
    assert_non_null(t);
    wait_for(&ticks, 4);
    assert_true(clock_monotonic_ns() - start >= 60 * 1000000LL);
    ticker_stop(t);
    int after = ticks;
    usleep(50000);
    assert_int_equal(ticks, after);
}

static void test_stop_does_not_wait_for_a_tick(void **state) {
    (void)state;
    atomic_int ticks = 0;
    int64_t start = clock_monotonic_ns();
    ticker_stop(ticker_start(60000, 60000, bump, &ticks));
    assert_true(clock_monotonic_ns() - start < 5 * 1000000000LL);
    assert_int_equal(ticks, 0);
    ticker_stop(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ticks_until_stopped),
        cmocka_unit_test(test_stop_does_not_wait_for_a_tick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
