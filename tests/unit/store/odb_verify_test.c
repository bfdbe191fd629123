#include "fixture.h"

/* A store with "abc", a damaged empty text, and nothing else; it can read its objects in place or
 * not. */
static void verify(bool in_place) {
    struct cache_config cfg = {.dir = at("store"), .label = "store", .state = state};
    struct odb_item items[3] = {{.digest = digest_of(ABC_MD5)},
                                {.digest = digest_of(EMPTY_MD5)},
                                {.digest = digest_of("0123456789abcdef0123456789abcdef")}};
    struct cache *there;
    struct digest d;
    assert_int_equal(cache_open(&there, &cfg), 0);
    assert_int_equal(cache_write(&d, there, HASH_MD5, false, "abc", 3), 0);
    assert_int_equal(cache_write(&d, there, HASH_MD5, false, "", 0), 0);
    sh("chmod u+w store/files/md5/d4/* && echo x >$(echo store/files/md5/d4/*)");
    struct odb *o = cache_as_odb(there, "store", at("store"));
    struct odb_ops ops = *o->ops;
    if (!in_place) {
        ops.verify = NULL;
        o->ops = &ops;
    }
    assert_int_equal(odb_verify(o, cache, items, COUNT_OF(items), NULL), 0);
    assert_int_equal(items[0].rc, 0);
    assert_int_equal(items[0].size, 3);
    assert_int_equal(items[1].rc, ERR_CORRUPT);
    assert_int_equal(items[2].rc, ERR_NOT_FOUND);
    for (size_t i = 0; i < COUNT_OF(items); i++) {
        free(items[i].why);
    }
    o->ops->close(o);
    /* Nothing is set aside there, and nothing stays here. */
    assert_int_equal(count_lines("find store -name '*.corrupt'"), 0);
    close_state();
    sh("mkdir -p cache");
    assert_int_equal(count_lines("find cache -type f"), 0);
    open_state();
}

static void test_in_place(void **ignored) {
    (void)ignored;
    verify(true);
}

static void test_fetched(void **ignored) {
    (void)ignored;
    verify(false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_in_place, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_fetched, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
