#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"

static void test_chain_joins_contexts(void **state) {
    (void)state;
    assert_int_equal(err_set(ERR_FAILED, "no stage '%s'", "train"), ERR_FAILED);
    int rc = err_wrap(ERR_FAILED, "reading '%s'", "dvc.yaml");
    rc = err_wrap(rc, "status");
    assert_int_equal(rc, ERR_FAILED);
    assert_string_equal(err_text(), "status: reading 'dvc.yaml': no stage 'train'");
    assert_int_equal(err_current(), ERR_FAILED);
    assert_int_equal(err_system(), 0);
    err_clear();
    assert_string_equal(err_text(), "");
    assert_int_equal(err_current(), 0);
}

static void test_wrap_of_success_is_nothing(void **state) {
    (void)state;
    assert_int_equal(err_wrap(0, "reading"), 0);
    assert_string_equal(err_text(), "");
}

static void test_wrap_without_chain_starts_one(void **state) {
    (void)state;
    assert_int_equal(err_wrap(ERR_CORRUPT, "object"), ERR_CORRUPT);
    assert_int_equal(err_current(), ERR_CORRUPT);
    assert_string_equal(err_text(), "object");
    err_clear();
}

static void test_errno_gives_code_and_text(void **state) {
    (void)state;
    static const struct {
        int system, code;
    } cases[] = {{ENOENT, ERR_NOT_FOUND},
                 {ENOTDIR, ERR_NOT_FOUND},
                 {EEXIST, ERR_EXISTS},
                 {EACCES, ERR_IO},
                 {ENOSPC, ERR_IO}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        errno = cases[i].system;
        assert_int_equal(err_errno("cannot open '%s'", "x"), cases[i].code);
        assert_int_equal(err_system(), cases[i].system);
        char expected[256];
        snprintf(expected, sizeof expected, "cannot open 'x': %s", strerror(cases[i].system));
        assert_string_equal(err_text(), expected);
        err_clear();
    }
}

static void test_first_hint_wins(void **state) {
    (void)state;
    err_hint("lost: there is no error yet");
    assert_null(err_hint_text());
    (void)err_set(ERR_FAILED, "x");
    err_hint("first %d", 1);
    err_hint("second");
    assert_string_equal(err_hint_text(), "first 1");
    err_clear();
    assert_null(err_hint_text());
}

static void test_text_may_be_made_from_the_old_one(void **state) {
    (void)state;
    (void)err_set(ERR_FAILED, "inner");
    assert_int_equal(err_set(ERR_INVALID, "outer of %s", err_text()), ERR_INVALID);
    assert_string_equal(err_text(), "outer of inner");
    (void)err_wrap(ERR_INVALID, "again %s", err_text());
    assert_string_equal(err_text(), "again outer of inner: outer of inner");
    err_clear();
}

static void test_long_texts_are_whole(void **state) {
    (void)state;
    char name[5000];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    (void)err_set(ERR_FAILED, "%s", name);
    assert_string_equal(err_text(), name);
    for (int i = 0; i < 200; i++) {
        (void)err_wrap(ERR_FAILED, "%d", i);
    }
    assert_int_equal(strlen(err_text()), sizeof name - 1 + 10 * 3 + 90 * 4 + 100 * 5);
    err_clear();
}

static void test_take_and_give(void **state) {
    (void)state;
    assert_null(err_take());
    assert_int_equal(err_give(NULL), 0);
    (void)err_set(ERR_LOCKED, "held");
    err_hint("wait");
    struct err_chain *chain = err_take();
    assert_int_equal(err_current(), 0);
    assert_int_equal(err_give(chain), ERR_LOCKED);
    assert_string_equal(err_text(), "held");
    assert_string_equal(err_hint_text(), "wait");
    err_clear();
}

static void set_over_unread(bool read) {
    (void)err_set(ERR_FAILED, "older");
    if (read) {
        (void)err_text();
    }
    (void)err_set(ERR_FAILED, "newer");
    _exit(strcmp(err_text(), "newer") == 0 ? 0 : 1);
}

/* Status of a child that sets an error over another. */
static int over_unread(bool read) {
    pid_t pid = fork();
    if (pid == 0) {
        set_over_unread(read);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void test_unread_error_is_a_bug_in_debug_builds(void **state) {
    (void)state;
    assert_int_equal(over_unread(true), 0);
    int status = over_unread(false);
#ifdef DEBUG_ERR
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
#else
    assert_int_equal(status, 0);
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain_joins_contexts),
        cmocka_unit_test(test_wrap_of_success_is_nothing),
        cmocka_unit_test(test_wrap_without_chain_starts_one),
        cmocka_unit_test(test_errno_gives_code_and_text),
        cmocka_unit_test(test_first_hint_wins),
        cmocka_unit_test(test_text_may_be_made_from_the_old_one),
        cmocka_unit_test(test_long_texts_are_whole),
        cmocka_unit_test(test_take_and_give),
        cmocka_unit_test(test_unread_error_is_a_bug_in_debug_builds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
