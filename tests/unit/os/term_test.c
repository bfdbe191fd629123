#include "../scratch.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <time.h>

#include "os/cpu.h"
#include "os/term.h"

static void test_environment(void **state) {
    (void)state;
    unsetenv("CAIRN_T");
    assert_null(env_get("CAIRN_T"));
    assert_false(env_flag("CAIRN_T"));
    static const struct {
        const char *value;
        bool flag;
    } cases[] = {{"", false}, {"0", false},   {"false", false}, {"False", false}, {"NO", false},
                 {"1", true}, {"true", true}, {"x", true},      {"00", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setenv("CAIRN_T", cases[i].value, 1);
        assert_int_equal(env_flag("CAIRN_T"), cases[i].flag);
        assert_int_equal(env_get("CAIRN_T") != NULL, cases[i].value[0] != '\0');
    }
}

static void test_terminal(void **state) {
    (void)state;
    int null = open("/dev/null", O_RDWR);
    assert_false(term_is_tty(null) || term_is_tty(-1) || term_has_color(null));
    assert_int_equal(term_width(null), 80);
    close(null);

    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master)) {
        return; /* no pseudo-terminals here */
    }
    struct winsize size = {.ws_col = 132};
    assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
    assert_true(term_is_tty(master));
    assert_int_equal(term_width(master), 132);
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    assert_true(term_has_color(master));
    setenv("NO_COLOR", "", 1);
    assert_true(term_has_color(master));
    setenv("NO_COLOR", "1", 1);
    assert_false(term_has_color(master));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    assert_false(term_has_color(master));
    unsetenv("TERM");
    assert_false(term_has_color(master));
    close(master);
}

static void test_processors(void **state) {
    (void)state;
    cpu_set_t one;
    CPU_ZERO(&one);
    cpu_set_t ours;
    assert_int_equal(sched_getaffinity(0, sizeof ours, &ours), 0);
    for (int i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++) {
        if (CPU_ISSET(i, &ours)) {
            CPU_SET(i, &one);
        }
    }
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_int_equal(cpu_count(), 1);
    assert_int_equal(sched_setaffinity(0, sizeof ours, &ours), 0);
    assert_int_equal(cpu_count(), 1); /* asked once */
}

static void test_clocks(void **state) {
    (void)state;
    int64_t a = clock_monotonic_ns();
    usleep(2000);
    int64_t b = clock_monotonic_ns();
    assert_true(b - a >= 2000000 && b - a < 5000000000);
    assert_true(clock_real_ns() / 1000000000 - time(NULL) <= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_processors),
        cmocka_unit_test(test_clocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
