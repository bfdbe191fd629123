#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/path.h"

static struct arena *arena;

static int setup(void **state) {
    (void)state;
    arena = arena_new();
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_freep(&arena);
    return 0;
}

static void test_join(void **state) {
    (void)state;
    assert_string_equal(path_join(arena, "a", "b"), "a/b");
    assert_string_equal(path_join(arena, "a/", "b"), "a/b");
    assert_string_equal(path_join(arena, "", "b"), "b");
    assert_string_equal(path_join(arena, "a", ""), "a");
    assert_string_equal(path_join(arena, "", ""), "");
    assert_string_equal(path_join(arena, "a", "/b"), "/b");
    assert_string_equal(path_join(arena, "/", "b"), "/b");
    assert_string_equal(path_join(arena, "a", "../b"), "a/../b");
}

static void test_normal(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {".", ""},
        {"./a", "a"},
        {"a/.", "a"},
        {"a//b/", "a/b"},
        {"a/..", ""},
        {"a/../..", ".."},
        {"..", ".."},
        {"../../a", "../../a"},
        {"../a/..", ".."},
        {"../../a/../b", "../../b"},
        {"/", "/"},
        {"//", "/"},
        {"/..", "/"},
        {"/../a", "/a"},
        {"/a/..", "/"},
        {"/a/../../b", "/b"},
        {"/a/./b//c/..", "/a/b"},
        {"a/b/../../c", "c"},
        {"...", "..."},
        {"a/.../b", "a/.../b"},
        {"..a/b", "..a/b"},
        {"a/b/../..", ""},
        {"./..", ".."},
        {".//./", ""},
        {"../..", "../.."},
        {"../../..", "../../.."},
        {"a/../../../b", "../../b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(path_normal(arena, cases[i][0]), cases[i][1]);
    }
}

static void test_relative(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        /* from, to, result */
        {"", "", ""},
        {"", "a/b", "a/b"},
        {"a", "", ".."},
        {"a/b", "", "../.."},
        {"a", "a", ""},
        {"a", "a/b", "b"},
        {"a/b", "a", ".."},
        {"a/b", "a/c", "../c"},
        {"ab", "ac", "../ac"},
        {"a", "ab", "../ab"},
        {"ab", "a", "../a"},
        {"a/b/c", "a/d/e", "../../d/e"},
        {"/", "/a", "a"},
        {"/a", "/", ".."},
        {"/a/b", "/a/b", ""},
        {"/a/b", "/a/bc", "../bc"},
        {"/x/y", "/a/b", "../../a/b"},
        {"", "../x", "../x"},
        {"a", "../x", "../../x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(path_relative(arena, cases[i][0], cases[i][1]), cases[i][2]);
    }
}

/* Joining what path_relative says leads back. */
static void test_relative_leads_there(void **state) {
    (void)state;
    static const char *const parts[] = {"a", "b", "ab", "a-b", "c"};
    srand(7);
    for (int i = 0; i < 3000; i++) {
        char *ends[2];
        for (int k = 0; k < 2; k++) {
            ends[k] = arena_strdup(arena, "/");
            for (int n = rand() % 5; n > 0; n--) {
                ends[k] = path_join(arena, ends[k], parts[rand() % 5]);
            }
        }
        char *way = path_relative(arena, ends[0], ends[1]);
        assert_string_equal(path_normal(arena, path_join(arena, ends[0], way)), ends[1]);
        assert_int_equal(path_inside(ends[0], ends[1]), !path_escapes(way));
    }
}

static void test_inside_and_below(void **state) {
    (void)state;
    assert_true(path_inside("", "a"));
    assert_true(path_inside("", ""));
    assert_false(path_inside("", "../a"));
    assert_false(path_inside("", ".."));
    assert_true(path_inside("", "..a"));
    assert_false(path_inside("", "/a"));
    assert_true(path_inside("/", "/a"));
    assert_true(path_inside("/", "/"));
    assert_false(path_inside("/", "a"));
    assert_true(path_inside("a", "a"));
    assert_true(path_inside("a", "a/b"));
    assert_false(path_inside("a", "ab"));
    assert_false(path_inside("a/b", "a"));
    assert_string_equal(path_below("a", "a/b/c"), "b/c");
    assert_string_equal(path_below("a", "a"), "");
    assert_string_equal(path_below("", "a/b"), "a/b");
    assert_string_equal(path_below("/", "/a"), "a");
}

static void test_common(void **state) {
    static const struct {
        const char *a, *b;
        size_t common;
    } cases[] = {
        {"a/b/c", "a/b/d", 3}, {"a/b", "a/bc", 1}, {"a/b", "a/b", 3},   {"a/b", "a/b/c", 3},
        {"a", "b", 0},         {"", "a", 0},       {"../a", "../b", 2}, {"ab", "abc", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(path_common(cases[i].a, cases[i].b), cases[i].common);
        assert_int_equal(path_common(cases[i].b, cases[i].a), cases[i].common);
    }
}

static void test_parts(void **state) {
    (void)state;
    assert_string_equal(path_base("a/b.c"), "b.c");
    assert_string_equal(path_base("a"), "a");
    assert_string_equal(path_base("/a"), "a");
    assert_string_equal(path_dir(arena, "a/b/c"), "a/b");
    assert_string_equal(path_dir(arena, "a"), "");
    assert_string_equal(path_dir(arena, "/a"), "/");
    assert_string_equal(path_suffix("a/b.tar.gz"), ".gz");
    assert_string_equal(path_suffix("a.b/c"), "");
    assert_string_equal(path_suffix(".bashrc"), "");
    assert_string_equal(path_suffix("a."), "");
    assert_string_equal(path_shown(arena, "a", "a"), ".");
    assert_string_equal(path_shown(arena, "", ""), ".");
    assert_string_equal(path_shown(arena, "a", "b/c"), "../b/c");
}

static void test_hostile(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        ".",
        "..",
        "a/..",
        "a/./b",
        "../a",
        "/a",
        "a//b",
        "a/",
        ".git",
        ".GIT",
        ".gIt/config",
        "a/.git/hooks/x",
        ".dvc",
        ".Dvc/config",
        "x/.DVC",
        "git~1",
        "GIT~1/x",
        "git~2",
        "git~13",
        "dvc~1",
        ".git.",
        ".git ",
        ".git. .",
        ".dvc...",
        "git~1.",
        ".git::$INDEX_ALLOCATION",
        ".git:x",
        ".dvc:$DATA",
        "git~1:x",
        "a\\.git\\config",
        ".git\\x",
        "a\\git~1",
        ".dvc\\config",
        /* zero-width non-joiner, BOM, direction marks: HFS+ drops them */
        ".g\xe2\x80\x8cit",
        "\xef\xbb\xbf.git",
        ".git\xe2\x80\xae",
        ".d\xe2\x81\xafvc/x",
        "\xe2\x80\x8e.GIT",
    };
    static const char *const good[] = {
        "a",         "a/b",      ".gitignore",  ".gitattributes", ".dvcignore", "x.dvc",
        "...",       "..a",      "a..",         ".gitx",          ".dvcx/y",    "git",
        "git~",      "git~x",    "git~1x",      "xgit~1",         "a b",        "a.",
        ".github/x", "dvc.yaml", "dvc.lock",    ".git\xc3\xa9",   "\xff.git",   ".g\xe2\x80\x8c",
        "a\\b",      "c:d",      ".gi\xe2\x80",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (!path_is_hostile(bad[i])) {
            fail_msg("not taken for hostile: '%s'", bad[i]);
        }
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (path_is_hostile(good[i])) {
            fail_msg("taken for hostile: '%s'", good[i]);
        }
    }
}

static void test_compare(void **state) {
    (void)state;
    static const char *const sorted[] = {"",      "a",   "a/",  "a/b", "a/b/c",
                                         "a/b-c", "a-b", "a.b", "b",   "\xff"};
    for (size_t i = 0; i < sizeof sorted / sizeof *sorted; i++) {
        for (size_t k = 0; k < sizeof sorted / sizeof *sorted; k++) {
            int order = path_compare(sorted[i], sorted[k]);
            assert_true(i < k ? order < 0 : i > k ? order > 0 : order == 0);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_join),
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_relative),
        cmocka_unit_test(test_relative_leads_there),
        cmocka_unit_test(test_inside_and_below),
        cmocka_unit_test(test_common),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_compare),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
