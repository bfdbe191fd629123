#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "job/pipe.h"
#include "os/signal.h"

struct stream {
    unsigned next, used; /* 32-bit numbers in order, made and seen */
    unsigned end;
    unsigned fill_fails_at, use_fails_at;
    int slow_us;
};

static int fill(void *ctx, void *block, size_t cap, size_t *len) {
    struct stream *s = ctx;
    unsigned *out = block;
    size_t room = cap / sizeof *out;
    if (s->next > 10) {
        room = 1 + s->next % room; /* short blocks are fine */
    }
    *len = 0;
    for (; room > 0 && s->next < s->end; room--) {
        if (s->next >= s->fill_fails_at) {
            return err_set(ERR_IO, "fill at %u", s->next);
        }
        *out++ = s->next++;
        *len += sizeof *out;
    }
    return 0;
}

static int use(void *ctx, const void *block, size_t len) {
    struct stream *s = ctx;
    const unsigned *in = block;
    if (s->slow_us) {
        usleep((useconds_t)s->slow_us);
    }
    for (size_t i = 0; i < len / sizeof *in; i++) {
        if (in[i] >= s->use_fails_at) {
            return err_set(ERR_CORRUPT, "use at %u", in[i]);
        }
        if (in[i] != s->used++) {
            return err_set(ERR_FAILED, "out of order");
        }
    }
    return 0;
}

static struct stream stream_of(unsigned end) {
    return (struct stream){.end = end, .fill_fails_at = UINT32_MAX, .use_fails_at = UINT32_MAX};
}

static void test_all_in_order(void **state) {
    (void)state;
    static const unsigned ends[] = {0, 1, 7, 1000, 200000};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        for (int blocks = 1; blocks < 5; blocks++) {
            struct stream s = stream_of(ends[i]);
            assert_int_equal(pipe_run(256, blocks, fill, use, &s), 0);
            assert_int_equal(s.used, ends[i]);
        }
    }
}

static void test_slow_consumer_gets_all(void **state) {
    (void)state;
    struct stream s = stream_of(600);
    s.slow_us = 500;
    assert_int_equal(pipe_run(64, 3, fill, use, &s), 0);
    assert_int_equal(s.used, 600);
}

static void test_producer_fails(void **state) {
    (void)state;
    struct stream s = stream_of(100000);
    s.fill_fails_at = 5000;
    assert_int_equal(pipe_run(256, 3, fill, use, &s), ERR_IO);
    assert_string_equal(err_text(), "fill at 5000");
    assert_true(s.used <= 5000);
    err_clear();
}

static void test_consumer_fails(void **state) {
    (void)state;
    struct stream s = stream_of(UINT32_MAX);
    s.use_fails_at = 5000;
    assert_int_equal(pipe_run(256, 3, fill, use, &s), ERR_CORRUPT);
    assert_string_equal(err_text(), "use at 5000");
    assert_true(s.next < 5000 + 5 * 64); /* and the producer did not go on */
    err_clear();
}

static void test_both_fail(void **state) {
    (void)state;
    for (unsigned at = 100; at < 400; at += 7) {
        struct stream s = stream_of(100000);
        s.use_fails_at = at;
        s.fill_fails_at = at + 64;
        int rc = pipe_run(256, 2, fill, use, &s);
        assert_true(rc == ERR_IO || rc == ERR_CORRUPT);
        assert_int_equal(err_current(), rc);
        err_clear();
    }
}

static int fill_and_interrupt(void *ctx, void *block, size_t cap, size_t *len) {
    struct stream *s = ctx;
    if (s->next > 1000) {
        (void)kill(getpid(), SIGTERM);
    }
    return fill(ctx, block, cap, len);
}

static void test_cancel_stops(void **state) {
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        signal_init();
        struct stream s = stream_of(UINT32_MAX);
        _exit(pipe_run(256, 2, fill_and_interrupt, use, &s) == ERR_INTERRUPTED ? 0 : 1);
    }
    int raw;
    assert_int_equal(waitpid(pid, &raw, 0), pid);
    assert_int_equal(raw, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_in_order),   cmocka_unit_test(test_slow_consumer_gets_all),
        cmocka_unit_test(test_producer_fails), cmocka_unit_test(test_consumer_fails),
        cmocka_unit_test(test_both_fail),      cmocka_unit_test(test_cancel_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
