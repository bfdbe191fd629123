#include "show/diag.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/log.h"
#include "captured.h"
#include "show/out.h"

static char *error_shown(int verbosity) {
    struct show *s = show_new();
    diag_init(s, verbosity);
    struct captured c = capture_begin(STDERR_FILENO);
    diag_error(s);
    char *text = capture_end(&c);
    show_free(s);
    return text;
}

static void test_error_is_one_line(void **state) {
    (void)state;
    int rc = err_set(ERR_FAILED, "no '%s'",
                     "a\nb\033[31m\xc2\x9b"
                     "1m\x7f");
    err_hint("look\n\tthere\r");
    (void)err_wrap(rc, "adding");
    char *text = error_shown(0);
    assert_string_equal(text, "ERROR: adding: no 'a\\nb\\x1b[31m\\x9b1m\\x7f'\nlook\n\tthere\\r\n");
    assert_int_equal(err_current(), 0);
    free(text);
}

static void test_quiet_says_nothing(void **state) {
    (void)state;
    (void)err_set(ERR_FAILED, "no");
    char *text = error_shown(-1);
    assert_string_equal(text, "");
    assert_int_equal(err_current(), 0);
    free(text);
}

/* Info goes to stdout at once and behind what was printed before; the rest to stderr. */
static void test_levels(void **state) {
    (void)state;
    struct show *s = show_new();
    struct captured out = capture_begin(STDOUT_FILENO), err = capture_begin(STDERR_FILENO);
    diag_init(s, 1);
    show_text(s, "result\n");
    log_info("info %d", 1);
    log_warn("odd\n\033[1m");
    log_debug("why");
    log_trace("not shown");
    diag_init(s, -1);
    log_info("not shown");
    log_warn("not shown");
    char *err_text = capture_end(&err), *out_text = capture_end(&out);
    show_free(s);
    assert_string_equal(out_text, "result\ninfo 1\n");
    assert_string_equal(err_text, "WARNING: odd\n\\x1b[1m\nDEBUG: why\n");
    free(err_text);
    free(out_text);
}

/* A warning while an error is on its way up leaves the error as it is. */
static void test_log_keeps_the_error(void **state) {
    (void)state;
    struct show *s = show_new();
    struct captured err = capture_begin(STDERR_FILENO);
    diag_init(s, 0);
    (void)err_set(ERR_FAILED, "the cause");
    log_warn("w");
    free(capture_end(&err));
    assert_string_equal(err_text(), "the cause");
    err_clear();
    show_free(s);
}

static void test_reader_gone(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    (void)close(ends[0]);
    int saved = dup(STDOUT_FILENO);
    (void)dup2(ends[1], STDOUT_FILENO);
    struct show *s = show_new();
    show_line(s, "x");
    int rc = show_flush(s);
    show_line(s, "more");
    err_clear();
    int again = show_flush(s);
    err_clear();
    (void)dup2(saved, STDOUT_FILENO);
    (void)close(ends[1]);
    (void)close(saved);
    show_free(s);
    assert_int_equal(rc, ERR_PIPE);
    assert_int_equal(again, ERR_PIPE);
}

int main(void) {
    (void)signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_error_is_one_line),
        cmocka_unit_test(test_quiet_says_nothing),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_log_keeps_the_error),
        cmocka_unit_test(test_reader_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
