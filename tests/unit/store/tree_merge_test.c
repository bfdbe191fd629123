#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "hash/digest.h"
#include "store/tree.h"
#include "store/tree_merge.h"

/* "a=1 d/b=2": paths with the content that their digests stand for, in order. */
static struct tree tree_of(struct arena *arena, const char *text) {
    struct tree t = {0};

    while (*text) {
        size_t name = strcspn(text, "=");
        struct tree_entry e = {.path = arena_strndup(arena, text, name), .size = UINT64_MAX};

        e.digest = (struct digest){.algo = HASH_MD5, .len = 16, .byte = {(uint8_t)text[name + 1]}};
        vec_push(&t, e);
        text += name + 2;
        text += strspn(text, " ");
    }
    return t;
}

/* The merge in the same form, or "!" and the error. */
static const char *merged(struct arena *arena, const char *base, const char *ours,
                          const char *theirs) {
    struct tree b = tree_of(arena, base), o = tree_of(arena, ours), t = tree_of(arena, theirs);
    struct str text CLEANUP(str_release) = STR_INIT;
    struct tree out;

    if (tree_merge(&out, arena, &b, &o, &t)) {
        str_addf(&text, "!%s", err_text());
        err_clear();
    }
    for (size_t i = 0; text.buf[0] != '!' && i < out.len; i++) {
        str_addf(&text, "%s%s=%c", i ? " " : "", out.at[i].path, out.at[i].digest.byte[0]);
    }
    vec_release(&out);
    vec_release(&b);
    vec_release(&o);
    vec_release(&t);
    return arena_strdup(arena, text.buf);
}

static void test_both_sides_count(void **state) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    (void)state;
    assert_string_equal(merged(arena, "a=1 b=1 c=1", "a=2 b=1 c=1", "a=1 b=1 d=1"), "a=2 b=1 d=1");
    assert_string_equal(merged(arena, "", "a=1", "b=1"), "a=1 b=1");
    assert_string_equal(merged(arena, "a=1 b=1", "", "a=1 b=1 c=1"), "c=1");
    assert_string_equal(merged(arena, "", "", ""), "");
}

static void test_the_same_twice_is_no_conflict(void **state) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    (void)state;
    assert_string_equal(merged(arena, "a=1 b=1", "a=2", "a=2"), "a=2");
    assert_string_equal(merged(arena, "", "n=1", "n=1"), "n=1");
}

static void test_conflicts(void **state) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    (void)state;
    assert_string_equal(merged(arena, "a=1", "a=2", "a=3"), "!both sides changed 'a'");
    assert_string_equal(merged(arena, "a=1 b=1", "a=2", "b=2"), "!both sides changed 'a', 'b'");
    assert_string_equal(merged(arena, "", "a=1", "a=2"), "!both sides changed 'a'");
    assert_string_equal(merged(arena, "", "a=1", "a/b=1"), "!both sides changed 'a/b'");
    assert_string_equal(merged(arena, "a=1", "a=1", "a/b/c=1"), "a/b/c=1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_sides_count),
        cmocka_unit_test(test_the_same_twice_is_no_conflict),
        cmocka_unit_test(test_conflicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
