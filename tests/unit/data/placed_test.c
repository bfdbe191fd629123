#include "data/placed.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/err.h"
#include "base/str.h"
#include "data/data.h"
#include "model/repo.h"
#include "os/file.h"

struct fixture {
    char dir[32];
    struct repo repo;
    struct data data;
};

static int setup(void **state) {
    struct fixture *f = calloc(1, sizeof *f);

    strncat(f->dir, "/tmp/placed.XXXXXX", sizeof f->dir - 1);
    if (!mkdtemp(f->dir)) {
        return -1;
    }
    f->repo.tmp_dir = f->dir;
    f->data.repo = &f->repo;
    f->data.placed = placed_new();
    *state = f;
    return 0;
}

static int teardown(void **state) {
    struct fixture *f = *state;
    int rc;

    placed_close(&f->data);
    rc = dir_remove_tree(AT_FDCWD, f->dir);
    free(f);
    return rc;
}

static struct digest digest(const char *text) {
    struct digest d;

    assert_true(digest_from_text(&d, HASH_MD5, text));
    return d;
}

static const char *file_of(const struct fixture *f) {
    static char path[64];

    (void)snprintf(path, sizeof path, "%s/cairn/placed", f->dir);
    return path;
}

static void write_raw(const struct fixture *f, const char *bytes, size_t len) {
    char dir[64];

    (void)snprintf(dir, sizeof dir, "%s/cairn", f->dir);
    assert_int_equal(dir_make(AT_FDCWD, dir, 0777), 0);
    assert_int_equal(file_write_replace(AT_FDCWD, file_of(f), bytes, len), 0);
}

static void reopen(struct fixture *f) {
    placed_close(&f->data);
    f->data.placed = placed_new();
}

static void notes_outlive_the_command(void **state) {
    struct fixture *f = *state;
    struct digest a = digest("60b725f10c9c85c70d97880dfe8191b3");
    struct digest b = digest("f437247ec66d73ba66b0ade0246fcb49.dir");
    size_t n;

    placed_note(&f->data, "a", &a);
    placed_note(&f->data, "two\nlines/and blanks", &b);
    placed_note(&f->data, "gone", &a);
    placed_forget(&f->data, "gone");
    placed_forget(&f->data, "never there");
    reopen(f);

    const struct placed_out *all = placed_all(&f->data, &n);
    assert_int_equal(n, 2);
    assert_string_equal(all[0].path, "a");
    assert_true(digest_equal(&all[0].digest, &a));
    assert_string_equal(all[1].path, "two\nlines/and blanks");
    assert_true(digest_equal(&all[1].digest, &b));
}

static void a_later_note_replaces(void **state) {
    struct fixture *f = *state;
    struct digest a = digest("60b725f10c9c85c70d97880dfe8191b3");
    struct digest b = digest("b026324c6904b2a9cb4b88d6d61c81d1");
    size_t n;

    placed_note(&f->data, "x", &a);
    placed_note(&f->data, "x", &b);
    placed_forget(&f->data, "y");
    placed_note(&f->data, "y", &a);
    placed_forget(&f->data, "y");
    placed_note(&f->data, "y", &b);
    const struct placed_out *all = placed_all(&f->data, &n);
    assert_int_equal(n, 2);
    assert_true(digest_equal(&all[0].digest, &b));
    assert_true(digest_equal(&all[1].digest, &b));
}

static void nothing_new_writes_nothing(void **state) {
    struct fixture *f = *state;
    size_t n;

    (void)placed_all(&f->data, &n);
    assert_int_equal(n, 0);
    placed_close(&f->data);
    assert_false(file_exists(AT_FDCWD, file_of(f)));
}

static void damage_and_strangers_are_dropped(void **state) {
#define HEAD "cairn placed 1\n"
#define MD5  "md5 60b725f10c9c85c70d97880dfe8191b3"
    static const struct {
        const char *bytes;
        size_t len, kept;
    } files[] = {
        {"", 0, 0},
        {"another format\n" MD5 "\0a", sizeof "another format\n" MD5 "\0a", 0},
        {HEAD MD5 "\0a\0" MD5 "\0b", sizeof HEAD MD5 "\0a\0" MD5 "\0b", 2},
        {HEAD MD5 "\0a\0" MD5, sizeof HEAD MD5 "\0a\0" MD5, 1},
        {HEAD MD5 "\0a\0md5 zz\0b", sizeof HEAD MD5 "\0a\0md5 zz\0b", 1},
        {HEAD MD5 "\0../outside", sizeof HEAD MD5 "\0../outside", 0},
        {HEAD MD5 "\0/etc/passwd", sizeof HEAD MD5 "\0/etc/passwd", 0},
        {HEAD MD5 "\0.git/config", sizeof HEAD MD5 "\0.git/config", 0},
        {HEAD MD5 "\0", sizeof HEAD MD5 "\0", 0},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t n;

        write_raw(f, files[i].bytes, files[i].len);
        (void)placed_all(&f->data, &n);
        assert_int_equal(n, files[i].kept);
        assert_int_equal(err_current(), 0);
        reopen(f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(notes_outlive_the_command, setup, teardown),
        cmocka_unit_test_setup_teardown(a_later_note_replaces, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_new_writes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_and_strangers_are_dropped, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
