#include "../scratch.h"

#include "model/suggest.h"

static const char *suggested(const char *typed) {
    static const char *names[] = {"train", "prepare", "featurize", "evaluate", "a", "rm", "run"};
    struct strv list = {.at = names, .len = sizeof names / sizeof *names};

    return suggest_name(typed, &list);
}

static void finds_what_was_meant(void **state) {
    (void)state;
    assert_string_equal(suggested("trian"), "train");
    assert_string_equal(suggested("trainn"), "train");
    assert_string_equal(suggested("rain"), "train");
    assert_string_equal(suggested("featurise"), "featurize");
    assert_string_equal(suggested("evalaute"), "evaluate");
    assert_string_equal(suggested("rn"), "rm");
}

static void finds_nothing_far_away(void **state) {
    (void)state;
    assert_null(suggested("deploy"));
    assert_null(suggested(""));
    assert_null(suggested("b")); /* one letter for another is another name */
    assert_null(suggested(
        "a very long text that nobody could have meant as any of these names, not at all"));
    assert_null(suggest_name("train", &(struct strv){0}));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_meant),
        cmocka_unit_test(finds_nothing_far_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
