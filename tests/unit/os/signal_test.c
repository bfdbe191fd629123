#include "../scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "os/lock.h"
#include "os/signal.h"

/* How a process ends that runs fn with our handlers. */
static int run(int (*fn)(void)) {
    pid_t pid = fork();
    if (pid == 0) {
        signal_init();
        _exit(fn());
    }
    int raw;
    assert_int_equal(waitpid(pid, &raw, 0), pid);
    return raw;
}

static int quiet(void) {
    return signal_cancelled() || signal_number() || cancel_check();
}

static int one_signal(int number) {
    (void)raise(number);
    if (!signal_cancelled() || signal_number() != number || cancel_check() != ERR_INTERRUPTED) {
        return 1;
    }
    return err_current() == ERR_INTERRUPTED ? 0 : 2;
}

static int one_ctrl_c(void) {
    return one_signal(SIGINT);
}

static int one_sigterm(void) {
    return one_signal(SIGTERM);
}

static int one_sighup(void) {
    return one_signal(SIGHUP);
}

static int two_ctrl_c(void) {
    (void)raise(SIGINT);
    (void)raise(SIGINT);
    return 0;
}

static int two_sigterm(void) {
    (void)raise(SIGTERM);
    (void)raise(SIGTERM);
    return signal_number() == SIGTERM ? 0 : 1;
}

static int broken_pipe(void) {
    int ends[2];
    if (pipe(ends) || close(ends[0])) {
        return 1;
    }
    return write(ends[1], "x", 1) == -1 && errno == EPIPE ? 0 : 2;
}

/* A read that waits comes back: the handlers do not restart it. */
static int waiting_read(void) {
    int ends[2];
    if (pipe(ends)) {
        return 1;
    }
    pid_t parent = getpid();
    if (fork() == 0) {
        usleep(100000);
        (void)kill(parent, SIGINT);
        _exit(0);
    }
    char byte;
    ssize_t n = read(ends[0], &byte, 1);
    return n == -1 && errno == EINTR && signal_cancelled() ? 0 : 2;
}

static int waiting_lock(void) {
    struct file_lock lock = FILE_LOCK_INIT, second = FILE_LOCK_INIT;
    if (file_lock_take(&lock, "lock", 0, NULL, NULL)) {
        return 1;
    }
    (void)raise(SIGTERM);
    return file_lock_take(&second, "lock", -1, NULL, NULL) == ERR_INTERRUPTED ? 0 : 2;
}

static void test_flag(void **state) {
    (void)state;
    assert_int_equal(run(quiet), 0);
    assert_int_equal(run(one_ctrl_c), 0);
    assert_int_equal(run(one_sigterm), 0);
    assert_int_equal(run(one_sighup), 0);
    assert_int_equal(run(two_sigterm), 0);
}

static void test_second_ctrl_c_ends(void **state) {
    (void)state;
    int raw = run(two_ctrl_c);
    assert_true(WIFEXITED(raw));
    assert_int_equal(WEXITSTATUS(raw), 252);
}

static void test_waiting_calls_return(void **state) {
    (void)state;
    assert_int_equal(run(waiting_read), 0);
    assert_int_equal(run(waiting_lock), 0);
    assert_int_equal(run(broken_pipe), 0);
}

static void test_ignored_stays_ignored(void **state) {
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        (void)signal(SIGINT, SIG_IGN);
        signal_init();
        (void)raise(SIGINT);
        _exit(signal_cancelled());
    }
    int raw;
    assert_int_equal(waitpid(pid, &raw, 0), pid);
    assert_int_equal(raw, 0);
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        HERE(test_flag),
        HERE(test_second_ctrl_c_ends),
        HERE(test_waiting_calls_return),
        HERE(test_ignored_stays_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
