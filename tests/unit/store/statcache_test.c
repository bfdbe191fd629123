#include "fixture.h"

#include <time.h>

#include "base/err.h"
#include "os/stat.h"

static struct file_id identity(uint64_t n) {
    return (struct file_id){.size = n,
                            .mtime_ns = 1000000000 + (int64_t)n,
                            .ctime_ns = 5,
                            .inode = 100 + n,
                            .nlink = 1,
                            .mode = S_IFREG};
}

static struct digest numbered(unsigned n) {
    struct digest d = {.algo = HASH_MD5, .len = 16};
    memcpy(d.byte, &n, sizeof n);
    return d;
}

static struct stat_table *data_table(void) {
    return statcache_table(state, "data");
}

static bool finds(const char *key, const struct file_id *id, const struct digest *expected) {
    const struct digest *d = stat_table_find(data_table(), key, HASH_MD5, id);
    return d && digest_equal(d, expected);
}

static void test_what_is_put_is_found_also_later(void **ignored) {
    (void)ignored;
    struct file_id id = identity(1), other;
    struct digest d = numbered(1);
    assert_false(finds("a", &id, &d));
    stat_table_put(data_table(), "a", &id, &d);
    assert_true(finds("a", &id, &d));
    reopen();
    assert_true(finds("a", &id, &d));
    assert_false(finds("b", &id, &d));
    assert_null(stat_table_find(data_table(), "a", HASH_MD5_DOS2UNIX, &id));
    assert_null(stat_table_find(statcache_table(state, "other"), "a", HASH_MD5, &id));

    other = id, other.size++;
    assert_false(finds("a", &other, &d));
    other = id, other.mtime_ns++;
    assert_false(finds("a", &other, &d));
    other = id, other.inode++;
    assert_false(finds("a", &other, &d));
    other = id, other.ctime_ns++;
    assert_false(finds("a", &other, &d));
    other.nlink = 2; /* links change the ctime: then it says nothing */
    assert_true(finds("a", &other, &d));
    other = id, other.device++; /* numbers of devices change between mounts */
    assert_true(finds("a", &other, &d));
}

/* Tables are looked for, and saved, also when something has failed. */
static void test_an_error_on_its_way_up_stands(void **ignored) {
    (void)ignored;
    struct statcache *none = statcache_open("/proc/no/such/folder");
    int rc = err_set(ERR_IO, "no space");
    (void)statcache_table(none, "data");
    statcache_close(none);
    assert_int_equal(err_current(), rc);
    assert_string_equal(err_text(), "no space");
    err_clear();
}

static void test_the_last_put_of_a_key_stays(void **ignored) {
    (void)ignored;
    struct file_id id = identity(1), id2 = identity(2);
    struct digest d = numbered(1), d2 = numbered(2);
    stat_table_put(data_table(), "k", &id, &d);
    stat_table_put(data_table(), "k", &id2, &d2);
    assert_false(finds("k", &id, &d));
    assert_true(finds("k", &id2, &d2));
    reopen();
    assert_true(finds("k", &id2, &d2));
    stat_table_put(data_table(), "k", &id, &d);
    reopen();
    assert_true(finds("k", &id, &d));
    assert_false(finds("k", &id2, &d2));
}

static void key_of(char key[24], unsigned i) {
    snprintf(key, 24, "d%03u/f%u", i % 97, i);
}

static void test_many_in_any_order_over_several_runs(void **ignored) {
    (void)ignored;
    enum { N = 5000 };
    char key[24];
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = round; i < N; i += 3) {
            unsigned mixed = i * 7919 % N;
            struct file_id id = identity(mixed);
            struct digest d = numbered(mixed);
            key_of(key, mixed);
            stat_table_put(data_table(), key, &id, &d);
            if (i % 500 < 3) { /* lookups in between settle the table */
                assert_true(finds(key, &id, &d));
            }
        }
        if (round > 0) {
            reopen();
        }
    }
    for (unsigned i = 0; i < N; i++) {
        struct file_id id = identity(i);
        struct digest d = numbered(i);
        key_of(key, i);
        assert_true(finds(key, &id, &d));
    }
}

/* Looks all of 0 … n-1 up; then what the table says of the listing. */
static const struct digest *listing_after(unsigned n) {
    char key[24];
    for (unsigned i = 0; i < n; i++) {
        struct file_id id = identity(i);
        key_of(key, i);
        (void)stat_table_find(data_table(), key, HASH_MD5, &id);
    }
    return stat_table_listing(data_table());
}

static void test_a_listing_is_known_while_all_and_only_its_files_are_found(void **ignored) {
    (void)ignored;
    char key[24];
    struct digest listing = numbered(1000), d = numbered(0);
    listing.is_dir = 1;
    for (unsigned i = 0; i < 10; i++) {
        struct file_id id = identity(i);
        struct digest one = numbered(i);
        key_of(key, i);
        stat_table_put(data_table(), key, &id, &one);
    }
    stat_table_put_listing(data_table(), &listing);
    reopen();
    assert_null(listing_after(9));
    reopen();
    assert_true(digest_equal(listing_after(10), &listing));
    assert_true(digest_equal(listing_after(10), &listing)); /* twice the same are the same */
    assert_null(listing_after(11));
    reopen();
    struct file_id id = identity(0);
    id.size++;
    assert_null(stat_table_find(data_table(), "d000/f0", HASH_MD5, &id));
    assert_null(listing_after(10));
    reopen();
    assert_non_null(listing_after(10));
    stat_table_put(data_table(), "new", &id, &d);
    assert_null(stat_table_listing(data_table()));
    reopen();
    assert_null(listing_after(10));
}

static void test_what_was_not_seen_is_dropped(void **ignored) {
    (void)ignored;
    char key[24];
    for (unsigned i = 0; i < 10; i++) {
        struct file_id id = identity(i);
        struct digest d = numbered(i);
        key_of(key, i);
        stat_table_put(data_table(), key, &id, &d);
    }
    reopen();
    for (unsigned i = 0; i < 10; i += 2) {
        struct file_id id = identity(i);
        struct digest d = numbered(i);
        key_of(key, i);
        assert_true(finds(key, &id, &d));
    }
    stat_table_keep_seen(data_table());
    reopen();
    for (unsigned i = 0; i < 10; i++) {
        struct file_id id = identity(i);
        struct digest d = numbered(i);
        key_of(key, i);
        assert_int_equal(finds(key, &id, &d), i % 2 == 0);
    }
}

static void test_a_time_not_older_than_the_table_is_not_believed(void **ignored) {
    (void)ignored;
    struct file_id old = identity(1), fresh = identity(2);
    struct digest d = numbered(1);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    fresh.mtime_ns = (now.tv_sec + 3600) * 1000000000LL;
    stat_table_put(data_table(), "old", &old, &d);
    stat_table_put(data_table(), "fresh", &fresh, &d);
    assert_true(finds("fresh", &fresh, &d)); /* within the run that hashed it */
    reopen();
    assert_true(finds("old", &old, &d));
    assert_false(finds("fresh", &fresh, &d));
}

static void test_objects_are_known_by_their_digest(void **ignored) {
    (void)ignored;
    struct stat_table *t = statcache_objects(state, "/cache");
    struct file_id id = identity(1), id2 = identity(2);
    struct digest d = numbered(1), dir = d, d2 = numbered(2);
    dir.is_dir = 1;
    stat_table_put(t, "", &id2, &d2);
    stat_table_put(t, "", &id, &d);
    stat_table_settle(t);
    assert_true(stat_table_has(t, &d, &id));
    assert_true(stat_table_recorded(t, &d2) && stat_table_recorded(t, &d));
    assert_true(stat_table_recorded(t, &d) && !stat_table_recorded(t, &dir));
    assert_true(stat_table_has(t, &d2, &id2));
    assert_false(stat_table_has(t, &d2, &id));
    assert_false(stat_table_has(t, &dir, &id));
    reopen();
    t = statcache_objects(state, "/cache");
    assert_true(stat_table_has(t, &d, &id));
    assert_false(stat_table_recorded(t, &d)); /* but before this table was loaded */
    stat_table_put(t, "", &id2, &dir);
    assert_true(!stat_table_recorded(t, &d) && stat_table_recorded(t, &dir));
    reopen();
    t = statcache_objects(state, "/cache");
    assert_true(stat_table_has(t, &d, &id));
    assert_true(stat_table_has(t, &d2, &id2));
    assert_true(stat_table_has(t, &dir, &id2));
}

static void test_what_others_remember_is_learned(void **ignored) {
    (void)ignored;
    struct file_id id = identity(1), id2 = identity(2);
    struct digest d = numbered(1), d2 = numbered(2), d3 = numbered(3);
    struct statcache *theirs = statcache_open(at("other/tmp/cairn"));

    id2.nlink = 2;
    stat_table_put(statcache_table(theirs, "data"), "a", &id, &d);
    stat_table_put(statcache_table(theirs, "data"), "b", &id2, &d2);
    stat_table_put(statcache_objects(theirs, "/cache"), "", &id, &d);
    statcache_close(theirs);
    sh("echo no table >other/tmp/cairn/0000000000000000");
    stat_table_put(data_table(), "a", &id2, &d3);
    stat_table_put(data_table(), "c", &id, &d3);
    statcache_learn(state, at("other/tmp/cairn"));
    assert_true(finds("a", &id, &d));
    assert_true(finds("b", &id2, &d2));
    assert_true(finds("c", &id, &d3));
    assert_true(stat_table_has(statcache_objects(state, "/cache"), &d, &id));
    reopen();
    assert_true(finds("b", &id2, &d2));
    statcache_learn(state, at("nowhere/tmp/cairn")); /* is no error */
}

static void test_digests_of_another_length_start_the_table_anew(void **ignored) {
    (void)ignored;
    struct file_id id = identity(1);
    struct digest d = numbered(1), wide = {.algo = HASH_SHA256, .len = 32, .byte = {1, 2, 3}};
    wide.byte[31] = 9;
    stat_table_put(data_table(), "a", &id, &d);
    stat_table_put(data_table(), "b", &id, &wide);
    assert_false(finds("a", &id, &d));
    reopen();
    const struct digest *found = stat_table_find(data_table(), "b", HASH_SHA256, &id);
    assert_non_null(found);
    assert_true(digest_equal(found, &wide));
}

static void flip_byte(const char *name, long at_byte) {
    FILE *f = fopen(name, "r+");
    assert_non_null(f);
    assert_int_equal(fseek(f, at_byte, SEEK_SET), 0);
    int c = fgetc(f);
    assert_int_equal(fseek(f, at_byte, SEEK_SET), 0);
    fputc(c ^ 0x41, f);
    assert_int_equal(fclose(f), 0);
}

/* Every byte matters, and no damage is more than a loss of memory. */
static void test_damaged_tables_are_dropped(void **ignored) {
    (void)ignored;
    struct file_id id = identity(1);
    struct digest d = numbered(1);
    struct stat st;
    stat_table_put(data_table(), "a/b", &id, &d);
    close_state();
    sh("mv state/tmp/cairn/* table");
    open_state();
    assert_false(finds("a/b", &id, &d));
    stat_table_put(data_table(), "a/b", &id, &d);
    close_state(); /* the same name again */
    sh("cp state/tmp/cairn/* table && echo state/tmp/cairn/* >name");
    char name[PATH_MAX];
    FILE *f = fopen("name", "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%4000s", name), 1);
    fclose(f);
    assert_int_equal(stat("table", &st), 0);

    for (long i = 0; i < st.st_size; i++) {
        sh("cp table %s", name);
        if (i % 2) {
            flip_byte(name, i);
        } else {
            assert_int_equal(truncate(name, i), 0);
        }
        open_state();
        assert_false(finds("a/b", &id, &d));
        close_state();
    }
    sh("cp table %s", name);
    open_state();
    assert_true(finds("a/b", &id, &d));
}

static void test_links_on_the_way_are_not_followed(void **ignored) {
    (void)ignored;
    struct file_id id = identity(1);
    struct digest d = numbered(1);
    sh("rm -rf state && mkdir state outside && ln -s ../outside state/tmp");
    stat_table_put(data_table(), "a", &id, &d);
    close_state();
    assert_int_equal(count_lines("ls -A outside"), 0);
    open_state();
    assert_false(finds("a", &id, &d));
}

static void test_a_table_that_cannot_be_written_is_no_error(void **ignored) {
    (void)ignored;
    struct file_id id = identity(1);
    struct digest d = numbered(1);
    sh("rm -rf state && echo file >state");
    stat_table_put(data_table(), "a", &id, &d);
    close_state();
    assert_int_equal(err_current(), 0);
    assert_file("state", "file\n");
    sh("rm state");
    open_state();
}

static void test_nothing_is_left_behind(void **ignored) {
    (void)ignored;
    struct file_id id = identity(1);
    struct digest d = numbered(1);
    stat_table_put(data_table(), "a", &id, &d);
    reopen();
    assert_no_litter();
    sh("touch -d 2001-01-01 state/tmp/cairn/*");
    assert_true(finds("a", &id, &d));
    reopen(); /* nothing changed: nothing is written */
    assert_int_equal(count_lines("find state/tmp/cairn -type f -not -newermt 2002-01-01"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_put_is_found_also_later, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test(test_an_error_on_its_way_up_stands),
        cmocka_unit_test_setup_teardown(test_the_last_put_of_a_key_stays, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_many_in_any_order_over_several_runs, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(
            test_a_listing_is_known_while_all_and_only_its_files_are_found, fixture_setup,
            fixture_teardown),
        cmocka_unit_test_setup_teardown(test_what_was_not_seen_is_dropped, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_a_time_not_older_than_the_table_is_not_believed,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_objects_are_known_by_their_digest, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_digests_of_another_length_start_the_table_anew,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_what_others_remember_is_learned, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_damaged_tables_are_dropped, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_links_on_the_way_are_not_followed, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_a_table_that_cannot_be_written_is_no_error,
                                        fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_nothing_is_left_behind, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
