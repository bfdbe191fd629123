#include "../scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "os/beneath.h"
#include "os/file.h"

static int root;

static int setup(void **state) {
    scratch_setup(state);
    sh("mkdir -p repo/a/b outside && echo kept >outside/canary && ln -s ../outside repo/out && ln "
       "-s b repo/a/inner &&"
       "ln -s ../outside/canary repo/file && echo x >repo/a/plain");
    root = open("repo", O_RDONLY | O_DIRECTORY);
    assert_true(root >= 0);
    return 0;
}

static int teardown(void **state) {
    close(root);
    return scratch_teardown(state);
}

static void test_renames_below(void **state) {
    (void)state;
    assert_int_equal(beneath_rename(root, "a/plain", "n/o/plain"), 0);
    assert_file("repo/n/o/plain", "x\n");
    assert_int_equal(beneath_rename(root, "n/o", "a/o"), 0);
    assert_int_equal(beneath_rename(root, "file", "link"), 0);
    assert_true(file_is_link(root, "link"));
    sh("echo y >repo/y");
    assert_int_equal(beneath_rename(root, "y", "a/o/plain"), ERR_EXISTS);
    err_clear();
    assert_int_equal(beneath_rename(root, "none", "z"), ERR_NOT_FOUND);
    err_clear();
    static const char *const bad[] = {"out/y", "../y", ".git/y", ".dvc/y", "a/../../y"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_int_not_equal(beneath_rename(root, "y", bad[i]), 0);
        err_clear();
        assert_int_not_equal(beneath_rename(root, bad[i], "z"), 0);
        err_clear();
    }
    assert_file("repo/y", "y\n");
}

static void test_writes_below(void **state) {
    (void)state;
    assert_int_equal(beneath_write(root, "a/new/deep/f", "text", 4), 0);
    assert_file("repo/a/new/deep/f", "text");
    assert_int_equal(beneath_write(root, "top", "text", 4), 0);
    assert_file("repo/top", "text");
    int fd = -1;
    assert_int_equal(beneath_open(&fd, root, "a/x", O_WRONLY | O_CREAT | O_EXCL, 0600), 0);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(fd);
    assert_int_equal(beneath_open(&fd, root, "a/none/x", O_RDONLY, 0), ERR_NOT_FOUND);
    err_clear();
    assert_int_equal(beneath_parent(&fd, root, "a/b/x", false), 0);
    assert_int_equal(faccessat(fd, "../plain", F_OK, 0), 0);
    assert_int_equal(dir_sync(fd, ""), 0);
    close(fd);
    assert_int_equal(beneath_parent(&fd, root, "x", false), 0);
    close(fd);
    assert_int_equal(beneath_parent(&fd, root, "n/o/x", false), ERR_NOT_FOUND);
    err_clear();
    assert_int_equal(beneath_parent(&fd, root, "n/o/x", true), 0);
    close(fd);
    assert_true(file_is_dir(root, "n/o"));
    assert_int_equal(beneath_mkdir(root, "n/o/p/q"), 0);
    assert_int_equal(beneath_mkdir(root, "n/o/p/q"), 0);
    assert_true(file_is_dir(root, "n/o/p/q"));
    assert_int_not_equal(beneath_mkdir(root, "a/plain"), 0);
    err_clear();
    assert_int_not_equal(beneath_mkdir(root, "a/plain/x"), 0);
    err_clear();
}

static void test_links_are_never_followed(void **state) {
    (void)state;
    int fd = -1;
    assert_int_equal(beneath_write(root, "out/pwn", "x", 1), ERR_FAILED);
    assert_non_null(strstr(err_text(), "symbolic link"));
    err_clear();
    assert_int_equal(beneath_write(root, "out/new/pwn", "x", 1), ERR_FAILED);
    err_clear();
    assert_int_equal(beneath_write(root, "a/inner/pwn", "x", 1), ERR_FAILED); /* even inside */
    err_clear();
    assert_int_equal(beneath_mkdir(root, "out"), ERR_FAILED);
    err_clear();
    assert_int_equal(beneath_mkdir(root, "out/new"), ERR_FAILED);
    err_clear();
    assert_int_equal(beneath_open(&fd, root, "file", O_RDONLY, 0), ERR_FAILED);
    err_clear();
    assert_int_equal(beneath_remove(root, "out/canary"), ERR_FAILED);
    err_clear();
    assert_int_equal(beneath_remove_tree(root, "out/canary"), ERR_FAILED);
    err_clear();
    assert_file("outside/canary", "kept\n");
    assert_int_equal(access("outside/pwn", F_OK), -1);
    assert_int_equal(access("outside/new", F_OK), -1);

    /* The last component, a link, is replaced and removed itself. */
    assert_int_equal(beneath_write(root, "file", "new", 3), 0);
    assert_file("outside/canary", "kept\n");
    assert_file("repo/file", "new");
    assert_int_equal(beneath_remove_tree(root, "out"), 0);
    assert_int_equal(beneath_remove(root, "a/inner"), 0);
    assert_false(file_is_link(root, "out") || file_is_link(root, "a/inner"));
    assert_file("outside/canary", "kept\n");
}

static void test_hostile_names_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"",
                                      "..",
                                      "../outside/pwn",
                                      "/tmp/pwn",
                                      "a/../../outside/pwn",
                                      ".git/hooks/x",
                                      ".dvc/config",
                                      "a/.GIT/x",
                                      "a//b",
                                      "a/git~1/x",
                                      "./a",
                                      "a/"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int fd = -1;
        assert_int_equal(beneath_check(bad[i]), ERR_FAILED);
        err_clear();
        assert_int_equal(beneath_write(root, bad[i], "x", 1), ERR_FAILED);
        err_clear();
        assert_int_equal(beneath_open(&fd, root, bad[i], O_RDONLY, 0), ERR_FAILED);
        err_clear();
        assert_int_equal(beneath_mkdir(root, bad[i]), ERR_FAILED);
        err_clear();
        assert_int_equal(beneath_remove(root, bad[i]), ERR_FAILED);
        err_clear();
        assert_int_equal(beneath_remove_tree(root, bad[i]), ERR_FAILED);
        err_clear();
    }
    assert_int_equal(beneath_check("a/.gitignore"), 0);
}

static void test_removes(void **state) {
    (void)state;
    assert_int_equal(beneath_remove(root, "a/none"), 0);
    assert_int_equal(beneath_remove(root, "none/none"), 0);
    assert_int_equal(beneath_remove(root, "a/plain"), 0);
    assert_false(file_exists(root, "a/plain"));
    assert_int_not_equal(beneath_remove(root, "a"), 0);
    err_clear();
    assert_int_equal(beneath_remove_tree(root, "a"), 0);
    assert_false(file_exists(root, "a"));
    assert_int_equal(beneath_remove_tree(root, "a"), 0);
}

static void test_long_names(void **state) {
    (void)state;
    char path[5000];
    memset(path, 'n', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_not_equal(beneath_write(root, path, "x", 1), 0);
    err_clear();
    for (size_t i = 100; i < sizeof path - 1; i += 101) {
        path[i] = '/';
    }
    assert_int_not_equal(beneath_write(root, path, "x", 1), 0);
    err_clear();
    path[300] = '\0';
    path[100] = 'n';
    path[201] = 'n';
    assert_int_not_equal(beneath_write(root, path, "x", 1), 0); /* one component of 300 */
    err_clear();
}

/* Makes openat2 fail in this process, as an old kernel or a container's filter does. */
static void forbid_openat2(int error) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    assert_int_equal(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
    errno = 0;
    assert_int_equal(syscall(SYS_openat2, -1, "", NULL, 0), -1);
    assert_int_equal(errno, error);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_writes_below, setup, teardown),
    cmocka_unit_test_setup_teardown(test_renames_below, setup, teardown),
    cmocka_unit_test_setup_teardown(test_links_are_never_followed, setup, teardown),
    cmocka_unit_test_setup_teardown(test_hostile_names_are_refused, setup, teardown),
    cmocka_unit_test_setup_teardown(test_removes, setup, teardown),
    cmocka_unit_test_setup_teardown(test_long_names, setup, teardown),
};

/* The same tests where there is no openat2; the child's failures count as one. */
static void all_without_openat2(int error) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        assert_non_null(freopen("/dev/null", "w", stdout));
        forbid_openat2(error);
        _exit(cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void test_all_on_an_old_kernel(void **state) {
    (void)state;
    all_without_openat2(ENOSYS);
}

static void test_all_under_a_filter(void **state) {
    (void)state;
    all_without_openat2(EPERM);
}

int main(void) {
    const struct CMUnitTest without[] = {
        cmocka_unit_test(test_all_on_an_old_kernel),
        cmocka_unit_test(test_all_under_a_filter),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return cmocka_run_group_tests(without, NULL, NULL) + failed;
}
