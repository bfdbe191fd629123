#include "../scratch.h"

#include <errno.h>
#include <fcntl.h>

#include "os/file.h"
#include "os/link.h"

static int dst;

static int setup(void **state) {
    scratch_setup(state);
    umask(022);
    put("src", "bytes");
    assert_int_equal(mkdir("d", 0777), 0);
    dst = open("d", O_RDONLY | O_DIRECTORY);
    return 0;
}

static int teardown(void **state) {
    close(dst);
    return scratch_teardown(state);
}

static int entries(void) {
    return WEXITSTATUS(system("exit $(ls -A d | wc -l)"));
}

static void test_names(void **state) {
    (void)state;
    static const char *const names[] = {"reflink", "hardlink", "symlink", "copy"};
    for (int i = 0; i < 4; i++) {
        enum link_type type;
        assert_string_equal(link_type_name((enum link_type)i), names[i]);
        assert_true(link_type_from_name(&type, names[i]));
        assert_int_equal(type, i);
    }
    enum link_type type;
    assert_false(link_type_from_name(&type, "Copy"));
    assert_false(link_type_from_name(&type, ""));
}

static void test_copy(void **state) {
    (void)state;
    struct stat a, b;
    assert_int_equal(link_make(LINK_COPY, AT_FDCWD, at("src"), dst, "x", 0640), 0);
    assert_file("d/x", "bytes");
    assert_int_equal(stat("d/x", &a), 0);
    assert_int_equal(stat("src", &b), 0);
    assert_int_not_equal(a.st_ino, b.st_ino);
    assert_int_equal(a.st_mode & 07777, 0640);
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    assert_int_equal(link_make(LINK_COPY, fd, "src", dst, "y", 0444), 0);
    close(fd);
    assert_int_equal(entries(), 2);
}

static void test_hardlink_and_symlink(void **state) {
    (void)state;
    struct stat a, b;
    assert_int_equal(link_make(LINK_HARDLINK, AT_FDCWD, at("src"), dst, "h", 0444), 0);
    assert_int_equal(stat("d/h", &a), 0);
    assert_int_equal(stat("src", &b), 0);
    assert_int_equal(a.st_ino, b.st_ino);
    assert_int_equal(link_make(LINK_SYMLINK, AT_FDCWD, at("src"), dst, "s", 0444), 0);
    char target[PATH_MAX] = "";
    assert_true(readlink("d/s", target, sizeof target - 1) > 0);
    assert_string_equal(target, at("src"));
}

static void test_reflink_or_unsupported(void **state) {
    (void)state;
    int rc = link_make(LINK_REFLINK, AT_FDCWD, at("src"), dst, "r", 0644);
    if (rc == 0) {
        assert_file("d/r", "bytes");
        return;
    }
    assert_int_equal(rc, ERR_UNSUPPORTED);
    assert_non_null(strstr(err_text(), "reflink"));
    assert_int_equal(entries(), 0);
    err_clear();
}

static void test_nothing_is_replaced(void **state) {
    (void)state;
    put("d/x", "mine");
    for (int type = LINK_HARDLINK; type <= LINK_COPY; type++) {
        assert_int_equal(link_make((enum link_type)type, AT_FDCWD, at("src"), dst, "x", 0644),
                         ERR_EXISTS);
        err_clear();
    }
    assert_int_equal(symlink("nowhere", "d/dangling"), 0);
    assert_int_equal(link_make(LINK_COPY, AT_FDCWD, at("src"), dst, "dangling", 0644), ERR_EXISTS);
    err_clear();
    assert_file("d/x", "mine");
    assert_int_equal(entries(), 2);
}

static void test_bad_sources(void **state) {
    (void)state;
    assert_int_equal(link_make(LINK_COPY, AT_FDCWD, "none", dst, "x", 0644), ERR_NOT_FOUND);
    err_clear();
    assert_int_equal(link_make(LINK_HARDLINK, AT_FDCWD, "none", dst, "x", 0644), ERR_NOT_FOUND);
    err_clear();
    assert_int_equal(mkfifo("fifo", 0666), 0);
    assert_int_equal(link_make(LINK_COPY, AT_FDCWD, "fifo", dst, "x", 0644), ERR_INVALID);
    err_clear();
    assert_int_equal(link_make(LINK_COPY, AT_FDCWD, ".", dst, "x", 0644), ERR_INVALID);
    err_clear();
    /* Another file system; where there is none to be had, the folder is no file. */
    int rc = link_make(LINK_HARDLINK, AT_FDCWD, "/proc/self/stat", dst, "x", 0644);
    assert_int_equal(rc, ERR_UNSUPPORTED);
    err_clear();
    assert_int_equal(entries(), 0);
}

static void copy_of(size_t len) {
    char *data = malloc(len + 1);
    for (size_t i = 0; i < len; i++) {
        data[i] = (char)(i * 7 + i / 251);
    }
    int from = open("big", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(file_write_all(from, data, len), 0);
    int to = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(lseek(from, 0, SEEK_SET), 0);
    assert_int_equal(fd_copy(from, to), 0);
    close(from);
    close(to);
    sh("cmp big copy");
    free(data);
}

/* A file of 64 MiB with data at its start, in the middle, and a hole at its end. */
static void test_holes_stay_holes(void **state) {
    (void)state;
    int from = open("sparse", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(file_write_all(from, "begin", 5), 0);
    assert_int_equal(pwrite(from, "middle", 6, 33 << 20), 6);
    assert_int_equal(ftruncate(from, 64 << 20), 0);
    assert_int_equal(lseek(from, 0, SEEK_SET), 0);
    int to = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(fd_copy(from, to), 0);
    struct stat st;
    assert_int_equal(fstat(to, &st), 0);
    assert_int_equal(st.st_size, 64 << 20);
    assert_true(st.st_blocks <= 2048);
    sh("cmp sparse copy");
    /* A part of it was copied already, in other ways. */
    assert_int_equal(ftruncate(to, 0), 0);
    assert_int_equal(lseek(from, 3, SEEK_SET), 3);
    assert_int_equal(pwrite(to, "beg", 3, 0), 3);
    assert_int_equal(lseek(to, 3, SEEK_SET), 3);
    assert_int_equal(fd_copy(from, to), 0);
    sh("cmp sparse copy");
    /* Nothing but a hole. */
    assert_int_equal(ftruncate(from, 0), 0);
    assert_int_equal(ftruncate(from, 10 << 20), 0);
    assert_int_equal(lseek(from, 0, SEEK_SET), 0);
    assert_int_equal(ftruncate(to, 0), 0);
    assert_int_equal(lseek(to, 0, SEEK_SET), 0);
    assert_int_equal(fd_copy(from, to), 0);
    sh("cmp sparse copy");
    assert_int_equal(fstat(to, &st), 0);
    assert_int_equal(st.st_blocks, 0);
    close(from);
    close(to);
}

static void test_fd_copy(void **state) {
    (void)state;
    copy_of(0);
    copy_of(1);
    copy_of(9 << 20);                                /* more than one step */
    int from = open("/proc/self/cmdline", O_RDONLY); /* says it has 0 bytes */
    int to = open("copy", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(fd_copy(from, to), 0);
    assert_true(lseek(to, 0, SEEK_END) > 0);
    close(from);
    close(to);
    from = open("big", O_RDONLY);
    to = open("copy", O_RDONLY);
    assert_int_equal(fd_copy(from, to), ERR_IO);
    err_clear();
    close(from);
    close(to);
}

static void test_break(void **state) {
    (void)state;
    bool changed;
    sh("echo a >object && chmod 444 object && ln object hard && ln -s object soft && ln -s . dir &&"
       "ln -s nowhere dead && echo p >protected && chmod 544 protected && echo w >own");
    assert_int_equal(link_break(&changed, AT_FDCWD, "hard"), 0);
    assert_true(changed);
    assert_int_equal(link_break(&changed, AT_FDCWD, "soft"), 0);
    assert_true(changed);
    assert_int_equal(link_break(&changed, AT_FDCWD, "protected"), 0);
    assert_true(changed);
    assert_int_equal(link_break(&changed, AT_FDCWD, "own"), 0);
    assert_false(changed);
    sh("test ! -L soft && test $(stat -c %%h%%a hard) = 1644 && test $(stat -c %%a soft) = 644 &&"
       "test $(stat -c %%a protected) = 744 && test $(stat -c %%h%%a object) = 1444");
    assert_file("soft", "a\n");
    assert_int_not_equal(link_break(&changed, AT_FDCWD, "dir"), 0);
    err_clear();
    assert_int_equal(link_break(&changed, AT_FDCWD, "dead"), ERR_NOT_FOUND);
    err_clear();
    assert_int_equal(link_break(&changed, AT_FDCWD, "none"), ERR_NOT_FOUND);
    err_clear();
    sh("test -L dir && test -L dead && test $(ls -A | grep -c tmp) = 0");
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        HERE(test_names),
        HERE(test_copy),
        HERE(test_hardlink_and_symlink),
        HERE(test_reflink_or_unsupported),
        HERE(test_nothing_is_replaced),
        HERE(test_bad_sources),
        HERE(test_fd_copy),
        HERE(test_holes_stay_holes),
        HERE(test_break),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
