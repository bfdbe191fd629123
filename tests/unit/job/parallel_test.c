#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "job/parallel.h"
#include "os/cpu.h"
#include "os/signal.h"

enum { MANY = 100000 };

struct tally {
    atomic_uchar seen[MANY];
    atomic_size_t calls;
    atomic_int worker_max;
    size_t fail_at; /* and all after it */
};

static int count_item(void *ctx, size_t item, int worker) {
    struct tally *t = ctx;
    atomic_fetch_add(&t->seen[item], 1);
    atomic_fetch_add(&t->calls, 1);
    int max = atomic_load(&t->worker_max);
    while (worker > max && !atomic_compare_exchange_weak(&t->worker_max, &max, worker)) {
    }
    if (item >= t->fail_at) {
        (void)err_set(ERR_CORRUPT, "item %zu", item);
        err_hint("hint");
        return err_wrap(ERR_CORRUPT, "worker");
    }
    return 0;
}

static struct tally *tally_new(void) {
    struct tally *t = calloc(1, sizeof *t);
    t->fail_at = SIZE_MAX;
    return t;
}

static void test_every_item_once(void **state) {
    (void)state;
    static const size_t counts[] = {0, 1, 2, 3, 63, 64, 65, 1000, MANY};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (int jobs = 0; jobs < 10; jobs += 3) {
            struct tally *t = tally_new();
            assert_int_equal(parallel_for_jobs(counts[i], jobs, count_item, t), 0);
            assert_int_equal(t->calls, counts[i]);
            for (size_t k = 0; k < MANY; k++) {
                assert_int_equal(t->seen[k], k < counts[i]);
            }
            assert_true(t->worker_max < (jobs > 1 ? jobs : 1));
            free(t);
        }
    }
}

static void test_workers(void **state) {
    (void)state;
    assert_int_equal(parallel_workers(0), 1);
    assert_int_equal(parallel_workers(1), 1);
    assert_int_equal(parallel_workers(1000000), cpu_count());
    struct tally *t = tally_new();
    assert_int_equal(parallel_for(MANY, count_item, t), 0);
    assert_true(t->worker_max < cpu_count());
    free(t);
}

static void test_error_stops_and_comes_with_its_chain(void **state) {
    (void)state;
    for (int jobs = 1; jobs < 9; jobs++) {
        struct tally *t = tally_new();
        t->fail_at = 500;
        assert_int_equal(parallel_for_jobs(MANY, jobs, count_item, t), ERR_CORRUPT);
        assert_int_equal(err_current(), ERR_CORRUPT);
        assert_int_equal(strncmp(err_text(), "worker: item ", 13), 0);
        assert_string_equal(err_hint_text(), "hint");
        err_clear();
        assert_true(t->calls < MANY / 2);
        free(t);
    }
}

static int signals_blocked(void *ctx, size_t item, int worker) {
    (void)item;
    sigset_t mask;
    if (worker > 0 && (pthread_sigmask(SIG_BLOCK, NULL, &mask) || !sigismember(&mask, SIGINT))) {
        return ERR_FAILED;
    }
    usleep(200);
    atomic_fetch_add((atomic_int *)ctx, worker > 0);
    return 0;
}

static void test_signals_are_for_the_caller(void **state) {
    (void)state;
    atomic_int others = 0;
    assert_int_equal(parallel_for_jobs(200, 4, signals_blocked, &others), 0);
    assert_true(others > 0);
    sigset_t mask;
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &mask), 0);
    assert_false(sigismember(&mask, SIGINT));
}

static int interrupt_itself(void *ctx, size_t item, int worker) {
    (void)ctx;
    (void)worker;
    if (item == 100) {
        (void)kill(getpid(), SIGINT);
    }
    usleep(100);
    return 0;
}

static void test_cancel_stops(void **state) {
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        signal_init();
        int rc = parallel_for_jobs(MANY, 4, interrupt_itself, NULL);
        _exit(rc == ERR_INTERRUPTED && err_current() == ERR_INTERRUPTED ? 0 : 1);
    }
    int raw;
    assert_int_equal(waitpid(pid, &raw, 0), pid);
    assert_int_equal(raw, 0);
}

static int wait_a_little(void *ctx, size_t item, int worker) {
    (void)ctx;
    (void)item;
    (void)worker;
    usleep(20000);
    return 0;
}

static void test_jobs_wait_together(void **state) {
    (void)state;
    int64_t start = clock_monotonic_ns();
    assert_int_equal(parallel_for_jobs(64, 32, wait_a_little, NULL), 0);
    assert_true(clock_monotonic_ns() - start < 640 * 1000000LL); /* 1280 ms one after the other */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_item_once),
        cmocka_unit_test(test_workers),
        cmocka_unit_test(test_error_stops_and_comes_with_its_chain),
        cmocka_unit_test(test_signals_are_for_the_caller),
        cmocka_unit_test(test_cancel_stops),
        cmocka_unit_test(test_jobs_wait_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
