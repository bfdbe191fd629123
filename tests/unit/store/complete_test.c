#include "../scratch.h"

#include <fcntl.h>

#include "hash/hasher.h"
#include "store/complete.h"
#include "store/odb.h"
#include "store/statcache.h"

static struct statcache *state;
static struct digest one, two;

static int setup(void **s) {
    scratch_setup(s);
    assert_int_equal(mkdir(at("tmp"), 0777), 0);
    state = statcache_open(at("tmp/cairn"));
    hash_bytes(&one, HASH_MD5, "1", 1);
    hash_bytes(&two, HASH_MD5, "2", 1);
    one.is_dir = two.is_dir = true;
    return 0;
}

static int teardown(void **s) {
    statcache_close(state);
    return scratch_teardown(s);
}

static bool knows(const struct odb *o, const struct digest *d) {
    struct complete *c = complete_open(state, o);
    bool yes = complete_has(c, d);

    complete_close(c);
    return yes;
}

static void test_remembered_per_store(void **s) {
    (void)s;
    struct odb far = {.name = "r", .url = "s3://b/x", .far = true};
    struct odb other = {.name = "r", .url = "s3://b/y", .far = true};
    struct odb near = {.name = "r", .url = "/x"};

    struct complete *c = complete_open(state, &far);
    assert_non_null(c);
    assert_false(complete_has(c, &one));
    complete_add(c, &one);
    complete_add(c, &one);
    assert_true(complete_has(c, &one));
    assert_null(complete_open(state, &far)); /* one at a time */
    complete_close(c);
    assert_true(knows(&far, &one));
    assert_false(knows(&far, &two));
    assert_false(knows(&other, &one));
    assert_null(complete_open(state, &near));
    assert_null(complete_open(NULL, &far));
    assert_false(complete_has(NULL, &one));
    complete_add(NULL, &one);
    complete_forget(state, &far);
    assert_false(knows(&far, &one));
}

/* Rewrites the notes with sed. */
static void spoil(const char *how) {
    sh("sed -i '%s' tmp/cairn/journal/*", how);
}

static void test_what_is_old_or_odd_does_not_count(void **s) {
    static const char *const how[] = {"s/^[0-9]*/1000/", "s/^[0-9]*/99999999999/",
                                      "s/^[0-9]*/soon/", "s/ .*//", "s/ / zz/"};
    (void)s;
    struct odb far = {.name = "r", .url = "s3://b/x", .far = true};

    for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
        struct complete *c = complete_open(state, &far);
        complete_add(c, &one);
        complete_close(c);
        spoil(how[i]);
        assert_false(knows(&far, &one));
        complete_forget(state, &far);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_remembered_per_store, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_old_or_odd_does_not_count, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
