#include "../scratch.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "os/lock.h"

/* A child that holds the lock with this text for some time. */
static pid_t holder(const char *text, int ms) {
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        int fd = open("lock", O_RDWR | O_CREAT, 0666);
        if (flock(fd, LOCK_EX) == 0 && write(fd, text, strlen(text)) >= 0 &&
            write(ready[1], "", 1) == 1) {
            usleep((useconds_t)ms * 1000);
        }
        _exit(0);
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void reap(pid_t pid) {
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_take_and_release(void **state) {
    (void)state;
    struct file_lock lock = FILE_LOCK_INIT, second = FILE_LOCK_INIT;
    file_lock_release(&lock);
    assert_int_equal(file_lock_take(&lock, "new/folder/lock", 0, NULL, NULL), 0);
    char expected[32];
    snprintf(expected, sizeof expected, " %d\n", (int)getpid());
    assert_file("new/folder/lock", expected);
    assert_int_equal(file_lock_take(&second, "new/folder/lock", 0, NULL, NULL), ERR_LOCKED);
    assert_non_null(strstr(err_text(), "new/folder/lock"));
    assert_non_null(strstr(err_text(), expected + 1) ? err_text() : strstr(err_text(), "pid"));
    err_clear();
    assert_int_equal(second.fd, -1);
    file_lock_release(&lock);
    assert_int_equal(lock.fd, -1);
    assert_file("new/folder/lock", expected); /* stays */
    assert_int_equal(file_lock_take(&second, "new/folder/lock", 0, NULL, NULL), 0);
    file_lock_release(&second);
}

struct told {
    int times;
    char holder[64];
};

static void note(void *ctx, const char *who, double waited) {
    struct told *told = ctx;
    assert_true(waited > 0);
    told->times++;
    snprintf(told->holder, sizeof told->holder, "%s", who);
}

static void test_waits_for_the_holder(void **state) {
    (void)state;
    pid_t pid = holder(" 4711\n", 900);
    struct file_lock lock = FILE_LOCK_INIT;
    struct told told = {0};
    assert_int_equal(file_lock_take(&lock, "lock", -1, note, &told), 0);
    assert_true(told.times >= 1 && told.times <= 3);
    assert_string_equal(told.holder, "4711");
    file_lock_release(&lock);
    reap(pid);
}

static void test_gives_up_and_names_the_holder(void **state) {
    (void)state;
    pid_t pid = holder(" 4711\n", 600);
    struct file_lock lock = FILE_LOCK_INIT;
    assert_int_equal(file_lock_take(&lock, "lock", 0.1, NULL, NULL), ERR_LOCKED);
    assert_non_null(strstr(err_text(), "4711"));
    err_clear();
    reap(pid);
}

static void test_holder_text_is_not_trusted(void **state) {
    (void)state;
    pid_t pid = holder("\x1b[2J99", 500);
    struct file_lock lock = FILE_LOCK_INIT;
    assert_int_equal(file_lock_take(&lock, "lock", 0, NULL, NULL), ERR_LOCKED);
    assert_null(strchr(err_text(), 0x1b));
    err_clear();
    reap(pid);
}

static void test_dies_with_its_process(void **state) {
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        struct file_lock lock = FILE_LOCK_INIT;
        _exit(file_lock_take(&lock, "lock", 0, NULL, NULL) == 0 ? 0 : 1);
    }
    reap(pid);
    struct file_lock lock = FILE_LOCK_INIT;
    assert_int_equal(file_lock_take(&lock, "lock", 0, NULL, NULL), 0);
    file_lock_release(&lock);
}

static void test_planted_link_is_not_followed(void **state) {
    (void)state;
    put("precious", "kept");
    assert_int_equal(symlink("precious", "lock"), 0);
    struct file_lock lock = FILE_LOCK_INIT;
    assert_int_not_equal(file_lock_take(&lock, "lock", 0, NULL, NULL), 0);
    err_clear();
    assert_file("precious", "kept");
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        HERE(test_take_and_release),
        HERE(test_waits_for_the_holder),
        HERE(test_gives_up_and_names_the_holder),
        HERE(test_holder_text_is_not_trusted),
        HERE(test_dies_with_its_process),
        HERE(test_planted_link_is_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
