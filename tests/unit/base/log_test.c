#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"

struct seen {
    enum log_level level;
    char text[600];
    int calls;
};

static void keep(void *ctx, enum log_level level, const char *text) {
    struct seen *seen = ctx;
    seen->level = level;
    snprintf(seen->text, sizeof seen->text, "%s", text);
    seen->calls++;
}

static const char *count(int *calls) {
    ++*calls;
    return "x";
}

static void test_level_decides(void **state) {
    (void)state;
    struct seen seen = {0};
    int evaluated = 0;
    log_warn("%s", count(&evaluated)); /* before there is a sink */
    log_init(LOG_INFO, keep, &seen);
    log_debug("%s", count(&evaluated));
    log_write(LOG_TRACE, "no");
    assert_int_equal(seen.calls, 0);
    assert_int_equal(evaluated, 0);
    log_info("stage '%s' of %d", "train", 3);
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.level, LOG_INFO);
    assert_string_equal(seen.text, "stage 'train' of 3");
    log_warn("%0500d", 1);
    assert_int_equal(seen.level, LOG_WARN);
    assert_int_equal(strlen(seen.text), 500);
    assert_int_equal(log_level(), LOG_INFO);
    log_init(LOG_QUIET, keep, &seen);
    log_warn("gone");
    assert_int_equal(seen.calls, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_level_decides)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
