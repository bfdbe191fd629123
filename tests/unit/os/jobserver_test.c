#include "../scratch.h"

#include <fcntl.h>

#include "os/jobserver.h"

/* Someone else's pipe, with `tokens` in it, under MAKEFLAGS. */
static void given(int ends[2], const char *tokens, const char *before, const char *after) {
    char flags[200];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], tokens, strlen(tokens)), (ssize_t)strlen(tokens));
    snprintf(flags, sizeof flags, "%s--jobserver-auth=%d,%d%s", before, ends[0], ends[1], after);
    setenv("MAKEFLAGS", flags, 1);
}

static void expect_left(int ends[2], const char *tokens) {
    char left[10] = "";

    close(ends[1]);
    assert_int_equal(read(ends[0], left, sizeof left - 1), (ssize_t)strlen(tokens));
    assert_string_equal(left, tokens);
    close(ends[0]);
}

static void tokens_come_and_go(void **state) {
    int ends[2];

    (void)state;
    given(ends, "abc", "k -j4 ", "");
    struct jobserver *js = jobserver_open(100);
    assert_non_null(js);
    assert_null(jobserver_makeflags(js));
    assert_null(jobserver_inherit(js));
    assert_true(jobserver_hold(js, 0));
    assert_true(jobserver_hold(js, 1));
    assert_true(jobserver_hold(js, 3));
    assert_false(jobserver_hold(js, 6)); /* keeps the third */
    assert_true(jobserver_hold(js, 4));
    assert_true(jobserver_hold(js, 2));
    assert_false(fcntl(ends[0], F_GETFL) & O_NONBLOCK);
    jobserver_close(js);
    expect_left(ends, "cba");
}

static void what_names_none_is_passed_over(void **state) {
    int ends[2];
    struct jobserver *js;

    (void)state;
    given(ends, "a", "-- X=", ""); /* a variable, not a flag */
    js = jobserver_open(2);
    assert_non_null(jobserver_makeflags(js));
    assert_true(jobserver_hold(js, 2));
    jobserver_close(js);
    fcntl(ends[0], F_SETFD, FD_CLOEXEC); /* a pipe of our own with that number */
    char flags[100];
    snprintf(flags, sizeof flags, " --jobserver-auth=%d,%d", ends[0], ends[1]);
    setenv("MAKEFLAGS", flags, 1);
    js = jobserver_open(2);
    assert_non_null(jobserver_makeflags(js));
    jobserver_close(js);
    expect_left(ends, "a");
}

/* The flags of a new one, its descriptors replaced by R,W. */
static void expect_flags(const char *user, const char *expected) {
    char seen[200], auth[60];

    setenv("MAKEFLAGS", user, 1);
    struct jobserver *js = jobserver_open(3);
    assert_non_null(js);
    const int *fds = jobserver_inherit(js);
    snprintf(auth, sizeof auth, "--jobserver-auth=%d,%d", fds[0], fds[1]);
    const char *at = strstr(jobserver_makeflags(js), auth);
    assert_non_null(at);
    snprintf(seen, sizeof seen, "%.*sAUTH%s", (int)(at - jobserver_makeflags(js)),
             jobserver_makeflags(js), at + strlen(auth));
    assert_string_equal(seen, expected);
    assert_true(jobserver_hold(js, 3));
    assert_false(jobserver_hold(js, 4));
    jobserver_close(js);
}

static void flags_of_the_user_stay(void **state) {
    (void)state;
    expect_flags("", "MAKEFLAGS= -j3 AUTH");
    expect_flags("ks", "MAKEFLAGS=ks -j3 AUTH");
    expect_flags("-k -j", "MAKEFLAGS= -k -j3 AUTH");
    expect_flags("s -j9 --jobserver-auth=98,99 --no-print-directory -- X=1 -j4",
                 "MAKEFLAGS=s --no-print-directory -j3 AUTH -- X=1 -j4");
    expect_flags(" --jobserver-fds=98,99 -j9", "MAKEFLAGS= -j3 AUTH");
    expect_flags("--jobserver-auth=fifo:/none", "MAKEFLAGS= -j3 AUTH");
    expect_flags("--jobserver-auth=99999999999,3", "MAKEFLAGS= -j3 AUTH");
    expect_flags("X=1", "MAKEFLAGS= X=1 -j3 AUTH");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_come_and_go),
        cmocka_unit_test(what_names_none_is_passed_over),
        cmocka_unit_test(flags_of_the_user_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
