#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/index_seen.h"

#define ID1 "1111111111111111111111111111111111111111"
#define ID2 "2222222222222222222222222222222222222222"

static void what_is_noted_is_seen_after_the_commit(void **state) {
    (void)state;
    struct index_seen *s = index_seen_new();
    index_seen_note(s, "a/x.dvc", ID1, "");
    assert_false(index_seen_has(s, "a/x.dvc", ID1, ""));
    index_seen_settle(s, true);
    assert_true(index_seen_has(s, "a/x.dvc", ID1, ""));
    assert_false(index_seen_has(s, "a/x.dvc", ID2, ""));
    assert_false(index_seen_has(s, "a/x.dvc", ID1, ID2));
    assert_false(index_seen_has(s, "b/x.dvc", ID1, ""));
    index_seen_note(s, "b/x.dvc", ID1, "");
    index_seen_settle(s, false);
    index_seen_settle(s, true);
    assert_false(index_seen_has(s, "b/x.dvc", ID1, ""));
    index_seen_free(s);
    index_seen_free(NULL);
}

static void doubt_reaches_the_folders_above(void **state) {
    (void)state;
    struct index_seen *s = index_seen_new();
    const char *const paths[] = {"a", "a/b", "a/b/dvc.yaml", "a/x.dvc", "ab"};
    for (size_t i = 0; i < 5; i++) {
        index_seen_note(s, paths[i], ID1, "");
    }
    index_seen_doubt(s, "a/b/dvc.yaml");
    index_seen_doubt(s, "a/b/dvc.yaml");
    index_seen_settle(s, true);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(index_seen_has(s, paths[i], ID1, ""), i > 2);
    }
    index_seen_note(s, "a/b/dvc.yaml", ID1, ""); /* doubt lasts for one commit */
    index_seen_settle(s, true);
    assert_true(index_seen_has(s, "a/b/dvc.yaml", ID1, ""));
    index_seen_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_noted_is_seen_after_the_commit),
        cmocka_unit_test(doubt_reaches_the_folders_above),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
