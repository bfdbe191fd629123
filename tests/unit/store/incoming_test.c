#include "../scratch.h"

#include "hash/hasher.h"
#include "store/cache.h"
#include "store/incoming.h"
#include "store/statcache.h"

#define LARGE ((size_t)40 << 20)

static struct statcache *known;
static struct cache *cache;

static int setup(void **state) {
    scratch_setup(state);
    assert_int_equal(mkdir(at("tmp"), 0777), 0);
    assert_int_equal(mkdir(at("tmp/cairn"), 0777), 0);
    known = statcache_open(at("tmp/cairn"));
    struct cache_config cfg = {.dir = at("cache"), .label = "cache", .state = known};
    assert_int_equal(cache_open(&cache, &cfg), 0);
    return 0;
}

static int teardown(void **state) {
    cache_close(cache);
    statcache_close(known);
    return scratch_teardown(state);
}

static struct odb_item item_of(const void *data, size_t len) {
    struct odb_item item = {.size = UINT64_MAX};
    hash_bytes(&item.digest, HASH_MD5, data, len);
    return item;
}

static bool has(const struct odb_item *item) {
    return cache_has(cache, &item->digest);
}

static void test_named_when_whole(void **state) {
    (void)state;
    struct odb_item items[] = {item_of("hello", 5), item_of("", 0), item_of("other", 5)};
    struct incoming *in;
    uint64_t from = 1;
    assert_int_equal(incoming_open(&in, cache, items, 3), 0);
    assert_int_equal(incoming_begin(in, 0, UINT64_MAX, &from), 0);
    assert_int_equal(from, 0);
    assert_int_equal(incoming_write(in, 0, 0, "hel", 3), 0);
    assert_int_equal(incoming_begin(in, 1, 0, &from), 0);
    assert_int_equal(incoming_end(in, 1), 0);
    assert_int_equal(incoming_write(in, 0, 3, "lo", 2), 0);
    assert_int_equal(incoming_begin(in, 2, 5, &from), 0); /* is never finished */
    assert_int_equal(incoming_end(in, 0), 0);
    assert_int_equal(items[0].size, 5);
    assert_int_equal(incoming_close(in), 0);
    assert_true(has(&items[0]) && has(&items[1]));
    assert_false(has(&items[2]));
}

static void test_wrong_bytes_never_get_a_name(void **state) {
    (void)state;
    struct odb_item items[] = {item_of("hello", 5)};
    struct incoming *in;
    uint64_t from;
    assert_int_equal(incoming_open(&in, cache, items, 1), 0);
    assert_int_equal(incoming_begin(in, 0, 5, &from), 0);
    assert_int_equal(incoming_write(in, 0, 0, "hallo", 5), 0);
    assert_int_equal(incoming_end(in, 0), ERR_CORRUPT);
    err_clear();
    assert_int_equal(incoming_begin(in, 0, 5, &from), 0);
    assert_int_equal(incoming_write(in, 0, 0, "hell", 4), 0);
    assert_int_equal(incoming_end(in, 0), ERR_CORRUPT); /* short */
    err_clear();
    assert_int_equal(incoming_begin(in, 0, 4, &from), 0);
    assert_int_equal(incoming_write(in, 0, 0, "hello", 5), ERR_CORRUPT); /* more than promised */
    err_clear();
    assert_int_equal(incoming_begin(in, 0, UINT64_MAX, &from), 0);
    assert_int_equal(incoming_write(in, 0, 0, "hello", 5), 0);
    assert_int_equal(incoming_end(in, 0), 0); /* the second try */
    assert_int_equal(incoming_close(in), 0);
    assert_true(has(&items[0]));
}

/* Large ones come in parts in any order; what a run leaves undone the next one has. */
static void test_a_part_is_kept_for_the_next_run(void **state) {
    (void)state;
    char *data = malloc(LARGE);
    for (size_t i = 0; i < LARGE; i++) {
        data[i] = (char)(i * 2654435761u >> 13);
    }
    struct odb_item items[] = {item_of(data, LARGE)};
    struct incoming *in;
    uint64_t from;
    size_t half = LARGE / 2, quarter = LARGE / 4;
    assert_int_equal(incoming_open(&in, cache, items, 1), 0);
    assert_int_equal(incoming_begin(in, 0, LARGE, &from), 0);
    assert_int_equal(from, 0);
    assert_int_equal(incoming_write(in, 0, quarter, data + quarter, quarter), 0);
    assert_int_equal(incoming_write(in, 0, 0, data, quarter), 0);
    assert_int_equal(incoming_write(in, 0, LARGE - 10, data + LARGE - 10, 10), 0);
    assert_int_equal(incoming_close(in), 0);
    assert_false(has(&items[0]));

    assert_int_equal(incoming_open(&in, cache, items, 1), 0);
    assert_int_equal(incoming_begin(in, 0, LARGE, &from), 0);
    assert_int_equal(from, half);
    assert_int_equal(incoming_write(in, 0, half, data + half, LARGE - half), 0);
    assert_int_equal(incoming_end(in, 0), 0);
    assert_int_equal(incoming_close(in), 0);
    assert_true(has(&items[0]));
    assert_int_equal(cache_verify(cache, items, 1, NULL), 0);
    assert_int_equal(items[0].rc, 0);
    assert_int_equal(items[0].size, LARGE);
    free(data);
}

/* What was kept may be damaged, as after a power cut: then it is fetched anew. */
/* Eight streams, each with its part, in small pieces in turn; then one part as a whole. */
static void test_parts_beside_each_other(void **state) {
    (void)state;
    char *data = malloc(LARGE);
    for (size_t i = 0; i < LARGE; i++) {
        data[i] = (char)(i * 31 + i / 4096);
    }
    struct odb_item items[] = {item_of(data, LARGE)};
    struct incoming *in;
    uint64_t from;
    size_t part = LARGE / 8, piece = part / 64;

    assert_int_equal(incoming_open(&in, cache, items, 1), 0);
    assert_int_equal(incoming_begin(in, 0, LARGE, &from), 0);
    for (size_t at = 0; at < part; at += piece) {
        for (size_t i = 8; i-- > 1;) {
            size_t where = i * part + at;
            assert_int_equal(incoming_write(in, 0, where, data + where, piece), 0);
        }
    }
    assert_int_equal(incoming_write(in, 0, 0, data, part), 0);
    assert_int_equal(incoming_end(in, 0), 0);
    assert_int_equal(incoming_close(in), 0);
    assert_true(has(&items[0]));
    free(data);
}

static void test_a_damaged_part_is_dropped(void **state) {
    (void)state;
    char *data = calloc(1, LARGE);
    memset(data, 'x', LARGE);
    struct odb_item items[] = {item_of(data, LARGE)};
    struct incoming *in;
    uint64_t from;
    assert_int_equal(incoming_open(&in, cache, items, 1), 0);
    assert_int_equal(incoming_begin(in, 0, LARGE, &from), 0);
    assert_int_equal(incoming_write(in, 0, 0, data + 1, LARGE / 2), 0);
    assert_int_equal(incoming_close(in), 0);
    sh("printf y | dd of=\"$(ls tmp/cairn/partial/*)\" bs=1 seek=1000 conv=notrunc 2>/dev/null");
    assert_int_equal(incoming_open(&in, cache, items, 1), 0);
    assert_int_equal(incoming_begin(in, 0, LARGE, &from), 0);
    assert_int_equal(from, LARGE / 2);
    assert_int_equal(incoming_write(in, 0, from, data + from, LARGE - from), 0);
    assert_int_equal(incoming_end(in, 0), ERR_CORRUPT);
    err_clear();
    assert_int_equal(incoming_begin(in, 0, LARGE, &from), 0);
    assert_int_equal(from, 0);
    assert_int_equal(incoming_write(in, 0, 0, data, LARGE), 0);
    assert_int_equal(incoming_end(in, 0), 0);
    assert_int_equal(incoming_close(in), 0);
    assert_true(has(&items[0]));
    free(data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_named_when_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_wrong_bytes_never_get_a_name, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_part_is_kept_for_the_next_run, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parts_beside_each_other, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_part_is_dropped, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
