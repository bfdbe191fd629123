#include "show/progress_bar.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "job/progress.h"
#include "show/out.h"

/* A terminal of 60 columns in the place of stderr; what is written to it can be read from `screen`. */
struct terminal {
    int screen, saved;
};

static struct terminal terminal_open(void) {
    struct terminal t = {.screen = posix_openpt(O_RDWR | O_NOCTTY)};
    assert_true(t.screen >= 0);
    assert_int_equal(grantpt(t.screen), 0);
    assert_int_equal(unlockpt(t.screen), 0);
    int tty = open(ptsname(t.screen), O_RDWR | O_NOCTTY);
    assert_true(tty >= 0);
    struct winsize size = {.ws_col = 60, .ws_row = 5};
    assert_int_equal(ioctl(tty, TIOCSWINSZ, &size), 0);
    t.saved = dup(STDERR_FILENO);
    (void)dup2(tty, STDERR_FILENO);
    (void)close(tty);
    return t;
}

/* Waits for the text, which must come within a generous time. */
static bool screen_shows(const struct terminal *t, struct str *seen, const char *text) {
    struct pollfd p = {.fd = t->screen, .events = POLLIN};
    while (!strstr(seen->buf, text) && poll(&p, 1, 5000) == 1) {
        char bytes[512];
        ssize_t n = read(t->screen, bytes, sizeof bytes);
        if (n <= 0) {
            break;
        }
        str_add(seen, bytes, (size_t)n);
    }
    return strstr(seen->buf, text) != NULL;
}

static void terminal_close(struct terminal *t) {
    (void)dup2(t->saved, STDERR_FILENO);
    (void)close(t->saved);
    (void)close(t->screen);
}

static void test_drawn_hidden_and_gone(void **state) {
    (void)state;
    struct progress progress = {0};
    struct str seen = STR_INIT;
    struct terminal t = terminal_open();
    struct progress_bar *bar = progress_bar_start(&progress, 0);
    progress_phase(&progress, "Hashing", 10, 0);
    progress_add(&progress, 5, 0);
    bool drawn = bar && screen_shows(&t, &seen, "\rHashing");
    bool counted = screen_shows(&t, &seen, "50%  5/10");

    /* A line takes the place of the bar, which comes back below. */
    struct show *s = show_new();
    show_attach(s, bar);
    str_clear(&seen);
    show_note(s, SHOW_PLAIN, "WARNING", "odd");
    bool noted = screen_shows(&t, &seen, "\r\033[KWARNING: odd\r\n");
    bool again = screen_shows(&t, &seen, "\r\n\rHashing");
    show_free(s);

    /* Without a phase nothing is drawn: the terminal belongs to somebody else. */
    str_clear(&seen);
    progress_done(&progress);
    bool erased = screen_shows(&t, &seen, "\r\033[K");
    progress_bar_stop(bar);
    terminal_close(&t);
    str_release(&seen);
    assert_true(drawn && counted && noted && again && erased);
}

static void test_not_drawn(void **state) {
    (void)state;
    struct progress progress = {0};
    struct terminal t = terminal_open();
    struct progress_bar *quiet = progress_bar_start(&progress, -1);
    terminal_close(&t);
    assert_null(quiet);
    int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
    (void)dup2(null, STDERR_FILENO);
    (void)unsetenv("DVC_IGNORE_ISATTY");
    struct progress_bar *no_terminal = progress_bar_start(&progress, 0);
    (void)setenv("DVC_IGNORE_ISATTY", "1", 1);
    struct progress_bar *asked_for = progress_bar_start(&progress, 0);
    progress_bar_stop(asked_for);
    progress_bar_stop(NULL);
    progress_bar_hide(NULL);
    (void)dup2(saved, STDERR_FILENO);
    (void)close(saved);
    (void)close(null);
    assert_null(no_terminal);
    assert_non_null(asked_for);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_drawn_hidden_and_gone),
        cmocka_unit_test(test_not_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
