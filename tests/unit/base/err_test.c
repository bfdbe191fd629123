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

#include "base/attr.h"
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
    assert_null(err_take(0));
    assert_int_equal(err_give(NULL), 0);
    (void)err_set(ERR_LOCKED, "held");
    err_hint("wait");
    struct err_chain *chain = err_take(ERR_REFUSED);
    assert_int_equal(err_current(), 0);
    assert_int_equal(err_give(chain), ERR_REFUSED); /* what was returned counts */
    assert_string_equal(err_text(), "held");
    assert_string_equal(err_hint_text(), "wait");
    err_drop(err_take(ERR_REFUSED));
    err_drop(NULL);
    assert_int_equal(err_current(), 0);
}

/* What is done on the way out, and deals with its own failures. */
static void tidy_up(void) {
    struct err_chain *outer CLEANUP(err_restore) = err_hold();
    assert_string_equal(err_text(), "");
    (void)err_set(ERR_IO, "tidying up failed");
    err_clear();
    err_clear();
    (void)err_set(ERR_IO, "once more, and nobody cares");
}

static void test_held_error_stands(void **state) {
    (void)state;
    int rc = err_set(ERR_CORRUPT, "damaged");
    tidy_up();
    assert_int_equal(rc, err_current());
    assert_string_equal(err_text(), "damaged");
    err_clear();
    tidy_up();
    assert_int_equal(err_current(), 0);
}

static int finish(bool fails) {
    return fails ? err_set(ERR_IO, "finishing failed") : 0;
}

static void test_first_failure_is_told(void **state) {
    (void)state;
    for (int i = 0; i < 4; i++) {
        bool begun = i & 1, ended = i & 2;
        struct err_chain *first = err_take(begun ? err_set(ERR_FAILED, "work failed") : 0);
        int rc = err_first(first, finish(ended));
        assert_int_equal(rc, begun ? ERR_FAILED : ended ? ERR_IO : 0);
        assert_string_equal(err_text(), begun ? "work failed" : ended ? "finishing failed" : "");
        err_drop(err_take(rc));
        assert_int_equal(err_current(), 0);
    }
}

/* The status of a child that ends with 0 when what it does is coped with. */
static int status_of(bool (*act)(void)) {
    pid_t pid = fork();
    if (pid == 0) {
        _exit(act() ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void assert_mistake(bool (*act)(void)) {
    int status = status_of(act);
#ifdef DEBUG_ERR
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
#else
    assert_int_equal(status, 0);
#endif
}

static bool set_over_read(void) {
    (void)err_set(ERR_FAILED, "older");
    (void)err_text();
    (void)err_set(ERR_FAILED, "newer");
    bool newer = strcmp(err_text(), "newer") == 0;
    err_clear();
    return newer && err_current() == 0;
}

/* As if somebody tidied up without holding what is on its way: that is not lost. */
static bool set_over_unread(void) {
    (void)err_set(ERR_FAILED, "older");
    (void)err_set(ERR_IO, "newer");
    bool newer = strcmp(err_text(), "newer") == 0;
    err_clear();
    return newer && err_current() == ERR_FAILED && strcmp(err_text(), "older") == 0;
}

static bool wrap_without_words(void) {
    return err_wrap(ERR_CORRUPT, "object") == ERR_CORRUPT &&
           strncmp(err_text(), "object: failed without saying why (10)", 38) == 0;
}

static bool take_without_words(void) {
    return err_give(err_take(ERR_IO)) == ERR_IO && err_text()[0];
}

static void test_mistakes_end_debug_builds_alone(void **state) {
    (void)state;
    assert_int_equal(status_of(set_over_read), 0);
    assert_mistake(set_over_unread);
    assert_mistake(wrap_without_words);
    assert_mistake(take_without_words);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chain_joins_contexts),
        cmocka_unit_test(test_wrap_of_success_is_nothing),
        cmocka_unit_test(test_errno_gives_code_and_text),
        cmocka_unit_test(test_first_hint_wins),
        cmocka_unit_test(test_text_may_be_made_from_the_old_one),
        cmocka_unit_test(test_long_texts_are_whole),
        cmocka_unit_test(test_take_and_give),
        cmocka_unit_test(test_held_error_stands),
        cmocka_unit_test(test_first_failure_is_told),
        cmocka_unit_test(test_mistakes_end_debug_builds_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
