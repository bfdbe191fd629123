#include "show/progress_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/utf8.h"

static void expect_line(struct progress_view view, int width, const char *expected) {
    struct str out = STR_INIT;
    progress_text(&out, &view, width);
    assert_string_equal(out.buf, expected);
    str_release(&out);
}

static const struct progress_view half = {
    .phase = "Hashing",
    .items = 500,
    .items_total = 1000,
    .bytes = 512 * 1024,
    .bytes_total = 1024 * 1024,
    .seconds = 2,
};

static void test_everything_on_a_wide_terminal(void **state) {
    (void)state;
    expect_line(half, 120,
                "Hashing [##########----------]  50%  500/1000  512kB/1.00MB  0:02 left  "
                "256kB/s");
}

static void test_less_on_a_narrow_one(void **state) {
    (void)state;
    expect_line(half, 54, "Hashing  50%  500/1000  512kB/1.00MB  0:02 left");
    expect_line(half, 30, "Hashing  50%  500/1000");
    expect_line(half, 8, "Hashing");
    expect_line(half, 7, "");
    expect_line(half, 0, "");
}

static void test_any_width_is_kept(void **state) {
    (void)state;
    for (int width = 0; width < 150; width++) {
        struct str out = STR_INIT;
        progress_text(&out, &half, width);
        assert_true(utf8_width(out.buf) < (size_t)width || out.len == 0);
        str_release(&out);
    }
}

static void test_unknown_totals(void **state) {
    (void)state;
    struct progress_view view = {.phase = "Listing", .items = 30, .seconds = 2};
    expect_line(view, 80, "Listing  30  15/s");
    view = (struct progress_view){.phase = "Listing"};
    expect_line(view, 80, "Listing");
}

/* Counters may run ahead of their totals: a file grew while it was read. */
static void test_more_than_all(void **state) {
    (void)state;
    struct progress_view view = {.phase = "Pushing", .bytes = 20, .bytes_total = 10, .seconds = 1};
    expect_line(view, 80, "Pushing [####################] 100%  20B/10B  20B/s");
}

static void test_hours(void **state) {
    (void)state;
    struct progress_view view = {.phase = "Pushing", .items = 1, .items_total = 7201, .seconds = 1};
    expect_line(view, 50, "Pushing   0%  1/7201  2:00:00 left  1/s");
    view.items_total = 1000000000;
    expect_line(view, 50, "Pushing   0%  1/1000000000  1/s");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_on_a_wide_terminal),
        cmocka_unit_test(test_less_on_a_narrow_one),
        cmocka_unit_test(test_any_width_is_kept),
        cmocka_unit_test(test_unknown_totals),
        cmocka_unit_test(test_more_than_all),
        cmocka_unit_test(test_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
