#include "../scratch.h"

#include "base/arena.h"
#include "base/str.h"
#include "registry/semver.h"
#include "registry/tagname.h"

static void reads_and_writes_tags(void **state) {
    static const struct {
        const char *tag;
        struct tagname name;
    } good[] = {
        {"m@v1.2.3", {REGISTRY_REGISTER, "m", "v1.2.3", NULL, 0}},
        {"m@v1.2.3!", {REGISTRY_DEREGISTER, "m", "v1.2.3", NULL, 0}},
        {"m@v1.2.3!#12", {REGISTRY_DEREGISTER, "m", "v1.2.3", NULL, 12}},
        {"m@v1.0.0-rc.1+a.b#2", {REGISTRY_REGISTER, "m", "v1.0.0-rc.1+a.b", NULL, 2}},
        {"a/b-c_d#prod/eu#7", {REGISTRY_ASSIGN, "a/b-c_d", NULL, "prod/eu", 7}},
        {"m#prod", {REGISTRY_ASSIGN, "m", NULL, "prod", 0}},
        {"m#prod!#3", {REGISTRY_UNASSIGN, "m", NULL, "prod", 3}},
        {"m#3", {REGISTRY_ASSIGN, "m", NULL, "3", 0}},
        {"sub/dir.x=m@deprecated", {REGISTRY_DEPRECATE, "sub/dir.x:m", NULL, NULL, 0}},
        {"m@deprecated#4", {REGISTRY_DEPRECATE, "m", NULL, NULL, 4}},
    };
    static const char *const bad[] = {
        "",          "m",          "v1.0.0",     "m@1.0.0",   "m@v1.0",     "m@v1.0.0!!",
        "m@v01.0.0", "m#",         "m#!",        "m#prod#",   "m#prod#x",   "-m@v1.0.0",
        "m-@v1.0.0", "=m@v1.0.0",  "a=b=m#p",    "m@created", "m@latest",   "m#a b",
        "m#a##1",    "m@v1.0.0#a", "m.x@v1.0.0", "m@v1.0.0-", "m@v1.0.0-01"};
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct tagname got;
    (void)state;

    for (size_t i = 0; i < COUNT_OF(good); i++) {
        const struct tagname *want = &good[i].name;

        assert_true(tagname_parse(&got, arena, good[i].tag));
        assert_int_equal(got.action, want->action);
        assert_string_equal(got.artifact, want->artifact);
        assert_true(str_eq(got.version, want->version));
        assert_true(str_eq(got.stage, want->stage));
        assert_int_equal(got.counter, want->counter);
        assert_string_equal(tagname_text(arena, &got), good[i].tag);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_false(tagname_parse(&got, arena, bad[i]));
    }
}

static void orders_versions(void **state) {
    static const char *const rising[] = {
        "0a1b",           "v0.0.1",          "v0.0.2",         "v0.1.0-alpha", "v0.1.0-alpha.1",
        "v0.1.0-alpha.2", "v0.1.0-alpha.11", "v0.1.0-alpha.b", "v0.1.0-beta",  "v0.1.0",
        "v0.9.0",         "v0.10.0",         "v1.0.0-0",       "v1.0.0-0.x",   "v1.0.0"};
    (void)state;

    for (size_t i = 0; i < COUNT_OF(rising); i++) {
        for (size_t k = 0; k < COUNT_OF(rising); k++) {
            int order = semver_compare(rising[i], rising[k]);

            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
    assert_int_equal(semver_compare("v1.0.0+a", "v1.0.0+b"), 0);
}

static void bumps_versions(void **state) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    (void)state;

    assert_string_equal(semver_bump(arena, "v1.2.3-rc.1", SEMVER_PATCH), "v1.2.4");
    assert_string_equal(semver_bump(arena, "v1.2.3", SEMVER_MINOR), "v1.3.0");
    assert_string_equal(semver_bump(arena, "v1.2.3", SEMVER_MAJOR), "v2.0.0");
    assert_null(semver_bump(arena, "v1.2.999999999999999999", SEMVER_PATCH));
    assert_null(semver_bump(arena, "1.2.3", SEMVER_PATCH));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes_tags),
        cmocka_unit_test(orders_versions),
        cmocka_unit_test(bumps_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
