#include "../scratch.h"

#include <fcntl.h>

#include "os/stat.h"

static void test_identity(void **state) {
    (void)state;
    put("f", "1234567");
    assert_int_equal(symlink("f", "l"), 0);
    struct timespec times[2] = {{1, 2}, {-5, 999999999}}; /* before the epoch too */
    assert_int_equal(utimensat(AT_FDCWD, "f", times, 0), 0);
    struct file_id id, link, behind;
    assert_int_equal(file_id_get(&id, AT_FDCWD, "f"), 0);
    assert_int_equal(id.size, 7);
    assert_true(id.mtime_ns == -5 * 1000000000LL + 999999999);
    assert_int_equal(id.nlink, 1);
    assert_true(S_ISREG(id.mode));
    assert_int_equal(file_id_get(&link, AT_FDCWD, "l"), 0);
    assert_true(S_ISLNK(link.mode));
    assert_int_equal(file_id_follow(&behind, AT_FDCWD, "l"), 0);
    assert_int_equal(behind.inode, id.inode);
    assert_true(file_id_peek(&link, AT_FDCWD, "l"));
    assert_false(file_id_peek(&link, AT_FDCWD, "none"));
    assert_string_equal(err_text(), "");
    assert_int_equal(file_id_get(&link, AT_FDCWD, "none"), ERR_NOT_FOUND);
    assert_non_null(strstr(err_text(), "'none'"));
    err_clear();
}

static void test_same(void **state) {
    (void)state;
    const struct file_id a = {
        .size = 1, .mtime_ns = 2, .ctime_ns = 3, .inode = 4, .device = 5, .nlink = 1};
    struct file_id b = a;
    assert_true(file_id_same(&a, &b));
    b.ctime_ns++;
    assert_false(file_id_same(&a, &b));
    b.nlink = 2; /* a link that was made changes the ctime, not the bytes */
    assert_true(file_id_same(&a, &b) && file_id_same(&b, &a));
    b.mtime_ns++;
    assert_false(file_id_same(&a, &b));
    b = a;
    b.size++;
    assert_false(file_id_same(&a, &b));
    b = a;
    b.inode++;
    assert_false(file_id_same(&a, &b));
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {HERE(test_identity), HERE(test_same)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
