#include "../scratch.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "os/file.h"
#include "os/write_round.h"

static int folder(const char *path) {
    assert_int_equal(mkdir(path, 0777), 0);
    int fd = open(path, O_RDONLY | O_DIRECTORY);
    assert_true(fd >= 0);
    return fd;
}

static void names_come_at_the_end(void **state) {
    (void)state;
    int a = folder("a"), b = folder("b");
    struct write_round *w = write_round_new();

    assert_int_equal(file_write_atomic(a, "old", "before", 6), 0);
    assert_int_equal(fchmodat(a, "old", 0600, 0), 0);
    assert_int_equal(write_round_add(w, a, "one", "1", 1), 0);
    assert_int_equal(write_round_add(w, a, "old", "after", 5), 0);
    assert_int_equal(write_round_add(w, b, "two", "2", 1), 0);
    assert_int_equal(write_round_add(w, a, "one", "last", 4), 0);
    assert_false(file_exists(a, "one"));
    assert_file("a/old", "before");
    assert_int_equal(write_round_end(w), 0);
    assert_file("a/one", "last");
    assert_file("a/old", "after");
    assert_file("b/two", "2");
    struct stat st;
    assert_int_equal(fstatat(a, "old", &st, 0), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    sh("test $(ls -A a | wc -l) = 2");
    sh("test $(ls -A b | wc -l) = 1");
    assert_int_equal(write_round_end(w), 0); /* nothing waits */
    write_round_free(w);
    close(a);
    close(b);
}

static void what_is_not_ended_leaves_nothing(void **state) {
    (void)state;
    int c = folder("c");
    struct write_round *w = write_round_new();

    for (int i = 0; i < 300; i++) { /* more than wait at a time */
        char name[20];
        snprintf(name, sizeof name, "f%d", i);
        assert_int_equal(write_round_add(w, c, name, name, strlen(name)), 0);
    }
    write_round_free(w);
    assert_true(file_exists(c, "f255"));
    assert_false(file_exists(c, "f256"));
    sh("test $(ls -A c | wc -l) = 256");
    close(c);
}

static void a_name_that_cannot_be(void **state) {
    (void)state;
    int d = folder("d");
    struct write_round *w = write_round_new();

    assert_int_equal(mkdirat(d, "dir", 0777), 0);
    assert_int_equal(write_round_add(w, d, "first", "1", 1), 0);
    assert_int_equal(write_round_add(w, d, "dir", "1", 1), 0);
    assert_int_equal(write_round_add(w, d, "last", "1", 1), 0);
    assert_true(write_round_end(w) < 0);
    write_round_free(w);
    assert_true(file_exists(d, "first"));
    assert_false(file_exists(d, "last"));
    sh("test $(ls -A d | wc -l) = 2");
    close(d);
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        HERE(names_come_at_the_end),
        HERE(what_is_not_ended_leaves_nothing),
        HERE(a_name_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
