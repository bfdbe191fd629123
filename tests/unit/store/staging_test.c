#include "fixture.h"

#include <sys/file.h>
#include <sys/wait.h>

#include "os/file.h"
#include "store/staging.h"

static int root = -1;

static int setup(void **ignored) {
    fixture_setup(ignored);
    sh("mkdir root");
    root = open("root", O_RDONLY | O_DIRECTORY);
    assert_true(root >= 0);
    return 0;
}

static int teardown(void **ignored) {
    fd_closep(&root);
    return fixture_teardown(ignored);
}

static void add_file(struct staging *s, uint64_t number, const char *text, mode_t mode) {
    int fd;
    assert_int_equal(staging_create(&fd, s, number, mode), 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
}

static void test_files_come_and_go(void **ignored) {
    (void)ignored;
    struct staging *s;
    char name[STAGING_NAME_MAX];
    assert_int_equal(staging_open(&s, root, "root"), 0);
    uint64_t first = staging_reserve(s, 20);
    assert_int_equal(staging_reserve(s, 1), first + 20);
    assert_string_equal(staging_name(name, 0), "0");
    assert_string_equal(staging_name(name, 0xabcdef0123456789), "abcdef0123456789");

    add_file(s, first, "one", 0444);
    add_file(s, first, "again", 0444); /* read once more: the old one is replaced */
    add_file(s, first + 1, "two", 0);
    struct stat st;
    assert_int_equal(fstatat(staging_fd(s), staging_name(name, first), &st, 0), 0);
    assert_int_equal(st.st_mode & 07777, 0444);
    assert_int_equal(st.st_size, 5);
    assert_int_equal(fstatat(staging_fd(s), staging_name(name, first + 1), &st, 0), 0);
    assert_int_equal(st.st_mode & 07777, 0644);
    staging_drop(s, first);
    staging_drop(s, first);
    assert_int_equal(count_lines("ls root/.??*"), 2); /* a file and the lock */
    staging_clear(s);
    assert_int_equal(count_lines("ls root/.??*"), 1);
    add_file(s, first + 2, "left", 0);
    staging_close(s);
    assert_int_equal(count_lines("ls -A root"), 0);
}

static void test_modes_are_exact_whatever_the_umask(void **ignored) {
    (void)ignored;
    struct staging *s;
    umask(077);
    assert_int_equal(staging_open(&s, root, "root"), 0);
    add_file(s, 1, "x", 0444);
    struct stat st;
    assert_int_equal(fstatat(staging_fd(s), "1", &st, 0), 0);
    assert_int_equal(st.st_mode & 07777, 0444);
    staging_close(s);
    umask(022);
}

/* Makes a staging folder in a process that then dies without a word. */
static void die_while_staging(void) {
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct staging *s;
        int fd;
        if (staging_open(&s, root, "root") || staging_create(&fd, s, 7, 0444)) {
            _exit(1);
        }
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void test_the_dead_are_swept_and_the_living_are_not(void **ignored) {
    (void)ignored;
    struct staging *alive;
    assert_int_equal(staging_open(&alive, root, "root"), 0);
    add_file(alive, 1, "mine", 0);
    die_while_staging();
    die_while_staging();
    sh("mkdir root/.0123456789abcdefghijkl.tmp"); /* died before it had its lock */
    sh("mkdir root/.short.tmp root/ab && echo x >root/.0123456789abcdefghijkm.tmp");
    assert_int_equal(count_lines("ls -A root"), 7);
    staging_sweep(root);
    assert_int_equal(count_lines("ls -A root"), 4);
    assert_int_equal(faccessat(staging_fd(alive), "1", F_OK, 0), 0);
    staging_close(alive);
}

static void test_a_planted_link_is_not_swept_through(void **ignored) {
    (void)ignored;
    sh("mkdir outside && echo x >outside/file && touch outside/lock && "
       "ln -s ../outside root/.0123456789abcdefghijkl.tmp");
    staging_sweep(root);
    assert_file("outside/file", "x\n");
}

static void test_where_nothing_can_be_written(void **ignored) {
    (void)ignored;
    struct staging *s;
    fd_closep(&root);
    root = open("/proc", O_RDONLY | O_DIRECTORY);
    assert_true(staging_open(&s, root, "/proc") < 0);
    assert_null(s);
    assert_non_null(strstr(err_text(), "'/proc'"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files_come_and_go, setup, teardown),
        cmocka_unit_test_setup_teardown(test_modes_are_exact_whatever_the_umask, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_dead_are_swept_and_the_living_are_not, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_planted_link_is_not_swept_through, setup, teardown),
        cmocka_unit_test_setup_teardown(test_where_nothing_can_be_written, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
