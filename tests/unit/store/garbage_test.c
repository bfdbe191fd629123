#include "fixture.h"

#include "hash/digest_set.h"
#include "os/cpu.h"
#include "store/garbage.h"
#include "store/trash.h"

#define OTHER_PATH "cache/files/md5/d4/1d8cd98f00b204e9800998ecf8427e"

static void store(const char *text) {
    struct digest d;
    assert_int_equal(cache_write(&d, cache, HASH_MD5, false, text, strlen(text)), 0);
}

/* "abc" is kept, the empty text is not. */
static void find(struct garbage *g, int64_t horizon) {
    struct digest_set keep = {0};
    store("abc");
    store("");
    vec_push(&keep, digest_of(ABC_MD5));
    digest_set_sort(&keep);
    assert_int_equal(garbage_find(g, cache, &keep, horizon), 0);
    digest_set_release(&keep);
}

static void test_sets(void **ignored) {
    (void)ignored;
    struct digest_set s = {0};
    struct digest dir = digest_of(ABC_MD5);
    dir.is_dir = 1;
    digest_set_sort(&s);
    assert_false(digest_set_has(&s, &dir));
    vec_push(&s, digest_of(EMPTY_MD5));
    vec_push(&s, digest_of(ABC_MD5));
    vec_push(&s, digest_of(EMPTY_MD5));
    digest_set_sort(&s);
    assert_int_equal(s.len, 2);
    assert_true(digest_set_has(&s, &s.at[0]));
    assert_false(digest_set_has(&s, &dir));
    digest_set_release(&s);
}

static void test_what_is_not_kept_goes(void **ignored) {
    (void)ignored;
    struct garbage g;
    find(&g, INT64_MAX);
    assert_int_equal(g.at.len, 1);
    assert_int_equal(g.young, 0);
    assert_digest(&g.at.at[0].digest, EMPTY_MD5);
    assert_int_equal(garbage_remove(&g, cache, NULL, NULL), 0);
    assert_int_equal(garbage_remove(&g, cache, NULL, NULL), 0);
    assert_int_equal(access(at(OTHER_PATH), F_OK), -1);
    assert_int_equal(access(at(ABC_PATH), F_OK), 0);
    garbage_release(&g);
}

static void test_the_young_stay(void **ignored) {
    (void)ignored;
    struct garbage g;
    int64_t horizon = garbage_horizon(cache);
    assert_true(horizon <= clock_real_ns());
    find(&g, horizon - INT64_C(1000000000));
    assert_int_equal(g.at.len, 0);
    assert_int_equal(g.young, 1);
    garbage_release(&g);
    /* This process writes into the cache: what it stored is young. */
    find(&g, garbage_horizon(cache));
    assert_int_equal(g.young, 1);
    garbage_release(&g);
}

static void test_the_trash_gives_back(void **ignored) {
    (void)ignored;
    char name[TRASH_NAME_MAX], newest[TRASH_NAME_MAX];
    uint64_t objects = 0, bytes = 0;
    struct garbage g;
    assert_false(trash_newest(newest, cache));
    find(&g, INT64_MAX);
    assert_int_equal(garbage_remove(&g, cache, trash_name(name, 7, 100), NULL), 0);
    assert_int_equal(access(at(OTHER_PATH), F_OK), -1);
    assert_true(trash_newest(newest, cache));
    assert_string_equal(newest, name);
    assert_int_equal(trash_expire(cache, 99), 0);
    assert_int_equal(trash_restore(&objects, &bytes, cache, "6.100"), 0);
    assert_int_equal(objects, 0);
    assert_int_equal(trash_restore(&objects, &bytes, cache, name), 0);
    assert_int_equal(objects, 1);
    assert_file(OTHER_PATH, "");
    assert_false(trash_newest(newest, cache));
    assert_int_equal(garbage_remove(&g, cache, name, NULL), 0);
    assert_int_equal(trash_expire(cache, 100), 0);
    assert_false(trash_newest(newest, cache));
    assert_int_equal(access(at("cache/files/md5/.trash"), F_OK), -1);
    garbage_release(&g);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_sets),
        CASE(test_what_is_not_kept_goes),
        CASE(test_the_young_stay),
        CASE(test_the_trash_gives_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
