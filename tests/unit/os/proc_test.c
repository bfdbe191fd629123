#include "../scratch.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/str.h"
#include "os/proc.h"
#include "os/signal.h"

static int shell(const char *command, struct str *capture, const char *cwd,
                 const char *const *env) {
    const char *argv[] = {"sh", "-c", command, NULL};
    struct proc_spec spec = {.argv = argv, .cwd = cwd, .env = env, .capture = capture};
    int status = 999;
    assert_int_equal(proc_run(&spec, &status), 0);
    return status;
}

static void test_status(void **state) {
    (void)state;
    assert_int_equal(shell("exit 0", NULL, NULL, NULL), 0);
    assert_int_equal(shell("exit 77", NULL, NULL, NULL), 77);
    assert_int_equal(shell("kill -9 $$", NULL, NULL, NULL), -9);
    assert_int_equal(shell("kill -TERM $$", NULL, NULL, NULL), -15);
}

static void test_capture(void **state) {
    (void)state;
    struct str out = STR_INIT;
    assert_int_equal(shell("echo one; echo two; echo err >/dev/null >&2", &out, NULL, NULL), 0);
    assert_string_equal(out.buf, "one\ntwo\n");
    str_clear(&out);
    out.max = 1000;
    assert_int_equal(shell("head -c 300000 /dev/zero", &out, NULL, NULL),
                     0); /* all is read, not all kept */
    assert_true(out.len <= 1000 && out.overflow);
    str_release(&out);
}

static void test_feed(void **state) {
    (void)state;
    signal_init(); /* a closed pipe is no reason to die */
    struct str text = STR_INIT;
    for (int i = 0; i < 100 * 1000; i++) { /* more than a pipe holds */
        str_addf(&text, "%d\n", i);
    }
    const char *argv[] = {"sh", "-c", "test $(wc -l) = 100000", NULL};
    const char *deaf[] = {"true", NULL};
    struct proc_spec spec = {.argv = argv, .feed = &text};
    int status = 5;
    assert_int_equal(proc_run(&spec, &status), 0);
    assert_int_equal(status, 0);
    spec.argv = deaf;
    assert_int_equal(proc_run(&spec, &status), 0);
    assert_int_equal(status, 0);
    str_release(&text);
}

static void test_capture_of_errors(void **state) {
    (void)state;
    const char *argv[] = {"sh", "-c",
                          "head -c 200000 /dev/zero >&2; echo out; echo $HOME-$CAIRN_GONE", NULL};
    const char *env[] = {"CAIRN_GONE", "HOME=x", NULL};
    struct str out = STR_INIT, errors = STR_INIT;
    struct proc_spec spec = {.argv = argv, .env = env, .capture = &out, .errors = &errors};
    int status;
    setenv("CAIRN_GONE", "here", 1);
    assert_int_equal(proc_run(&spec, &status), 0);
    assert_string_equal(out.buf, "out\nx-\n");
    assert_int_equal(errors.len, 200000);
    str_release(&out);
    str_release(&errors);
}

static void test_cwd_and_environment(void **state) {
    (void)state;
    struct str out = STR_INIT;
    assert_int_equal(mkdir("d", 0777), 0);
    setenv("CAIRN_A", "old", 1);
    setenv("CAIRN_AB", "kept", 1);
    const char *env[] = {"CAIRN_A=new", "CAIRN_B=a=b", NULL};
    assert_int_equal(
        shell("pwd; echo $CAIRN_A $CAIRN_AB $CAIRN_B; env | grep -c CAIRN_A=", &out, "d", env), 0);
    char expected[PATH_MAX];
    snprintf(expected, sizeof expected, "%s\nnew kept a=b\n1\n", at("d"));
    assert_string_equal(out.buf, expected);
    assert_string_equal(getenv("CAIRN_A"), "old");
    str_release(&out);
}

static void test_cannot_start(void **state) {
    (void)state;
    const char *argv[] = {"no-such-program-here", NULL};
    int status = 5;
    struct proc_spec spec = {.argv = argv};
    assert_int_equal(proc_run(&spec, &status), ERR_NOT_FOUND);
    assert_non_null(strstr(err_text(), "no-such-program-here"));
    err_clear();
    argv[0] = "sh";
    spec.cwd = "no-such-folder";
    assert_int_equal(proc_run(&spec, &status), ERR_NOT_FOUND);
    assert_non_null(strstr(err_text(), "no-such-folder"));
    err_clear();
    put("plain", "x");
    argv[0] = "./plain";
    spec.cwd = NULL;
    assert_int_equal(proc_run(&spec, &status), ERR_IO);
    err_clear();
    assert_int_equal(status, 5);
}

/* Runs `command` in a process of its own that has our handlers; returns how that ended. */
static int with_handlers(const char *command, int expected) {
    pid_t pid = fork();
    if (pid == 0) {
        signal_init();
        int status = shell(command, NULL, NULL, NULL);
        _exit(status == expected ? 100 + signal_number() : 1);
    }
    int raw;
    assert_int_equal(waitpid(pid, &raw, 0), pid);
    return raw;
}

static void test_ctrl_c_is_the_commands_own(void **state) {
    (void)state;
    /* To us alone: nothing happens. */
    int raw = with_handlers("kill -INT $PPID; kill -INT $PPID; sleep 0.1; exit 3", 3);
    assert_true(WIFEXITED(raw));
    assert_int_equal(WEXITSTATUS(raw), 100);
    /* The command dies of its own. */
    raw = with_handlers("kill -INT $PPID $$", -SIGINT);
    assert_int_equal(WEXITSTATUS(raw), 100);
}

static void test_sigterm_is_passed_on(void **state) {
    (void)state;
    int raw = with_handlers("kill -TERM $PPID; exec sleep 20", -SIGTERM);
    assert_int_equal(WEXITSTATUS(raw), 100 + SIGTERM);
    raw = with_handlers("trap 'exit 9' TERM; kill -TERM $PPID; while :; do sleep 0.05; done", 9);
    assert_int_equal(WEXITSTATUS(raw), 100 + SIGTERM);
    raw = with_handlers("kill -HUP $PPID; exec sleep 20", -SIGHUP);
    assert_int_equal(WEXITSTATUS(raw), 100 + SIGHUP);
}

static void test_child_gets_default_signals(void **state) {
    (void)state;
    /* A writer whose reader is gone dies of SIGPIPE, though we ignore it. */
    int raw = with_handlers("(yes; echo $? >rc) | head -1 >/dev/null; grep -q 141 rc", 0);
    assert_int_equal(WEXITSTATUS(raw), 100);
    raw = with_handlers("grep -q '^SigBlk:.0*$' /proc/self/status", 0);
    assert_int_equal(WEXITSTATUS(raw), 100);
}

static void test_sigterm_before_the_start(void **state) {
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        signal_init();
        (void)raise(SIGTERM);
        _exit(shell("exec sleep 20", NULL, NULL, NULL) == -SIGTERM ? 0 : 1);
    }
    int raw;
    assert_int_equal(waitpid(pid, &raw, 0), pid);
    assert_int_equal(raw, 0);
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        HERE(test_status),
        HERE(test_capture),
        HERE(test_feed),
        HERE(test_capture_of_errors),
        HERE(test_cwd_and_environment),
        HERE(test_cannot_start),
        HERE(test_ctrl_c_is_the_commands_own),
        HERE(test_sigterm_is_passed_on),
        HERE(test_child_gets_default_signals),
        HERE(test_sigterm_before_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
