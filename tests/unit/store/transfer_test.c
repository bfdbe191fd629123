#include "fixture.h"

#include "remote/registry.h"
#include "store/place.h"
#include "store/transfer.h"
#include "store/tree.h"

static struct odb *remote;
static struct transfer_wants wants;
static struct transfer_result result;

static void open_remote(void) {
    char url[PATH_MAX + 8];
    snprintf(url, sizeof url, "%s", at("remote"));
    struct remote_config cfg = {.name = "far", .url = url, .state = state};
    assert_int_equal(remote_open(&remote, &cfg), 0);
}

static int setup(void **ignored) {
    fixture_setup(ignored);
    open_remote();
    return 0;
}

static void reopen_all(void) {
    remote_closep(&remote);
    reopen();
    open_remote();
}

static int teardown(void **ignored) {
    vec_release(&wants);
    vec_release(&result.failed);
    remote_closep(&remote);
    return fixture_teardown(ignored);
}

static struct digest add(const char *path) {
    int root = open(".", O_RDONLY | O_DIRECTORY);
    struct scan now;
    struct scan_spec spec = {
        .root_fd = root, .path = path, .algo = HASH_MD5, .state = state, .into = cache};
    assert_int_equal(scan_path(&now, arena, &spec), 0);
    close(root);
    return now.digest;
}

static void want(const struct digest *d, const char *path, const char *below) {
    vec_push(&wants, ((struct transfer_want){.digest = *d, .path = path, .below = below}));
}

/* data/{a=abc,sub/b=xy,sub/c=abc}, one=one */
static struct digest folder, one;

static void make_data(void) {
    sh("mkdir -p data/sub && printf abc >data/a && printf xy >data/sub/b && printf abc >data/sub/c "
       "&& "
       "printf one >one");
    folder = add("data");
    one = add("one");
    want(&folder, "data", NULL);
    want(&one, "one", NULL);
}

#define XY_PATH  "files/md5/3e/44107170a520582ade522fa73c1d15"
#define ONE_PATH "files/md5/f9/7c5d29941bfb1b2fdab0874906ab82"

static int push(void) {
    err_clear();
    vec_release(&result.failed);
    return transfer_push(&result, arena, cache, remote, &wants, NULL);
}

static int fetch(void) {
    err_clear();
    vec_release(&result.failed);
    return transfer_fetch(&result, arena, remote, cache, &wants, NULL);
}

static void assert_moved(int objects, int failed) {
    assert_int_equal(result.moved, objects);
    assert_int_equal(result.failed.len, failed);
}

static void assert_failed(size_t i, const char *path, int rc) {
    assert_string_equal(result.failed.at[i].path, path);
    assert_int_equal(result.failed.at[i].rc, rc);
    assert_true(result.failed.at[i].why[0] != '\0');
}

static void lose_cache(void) {
    sh("rm -rf cache");
    reopen_all();
}

static bool listing_in(const char *where) {
    char path[256];
    char hex[DIGEST_TEXT_MAX];
    digest_text(hex, &folder);
    snprintf(path, sizeof path, "%s/files/md5/%.2s/%s", where, hex, hex + 2);
    return access(path, F_OK) == 0;
}

static void test_there_and_back(void **ignored) {
    (void)ignored;
    make_data();
    assert_int_equal(push(), 0);
    assert_moved(4, 0);
    assert_file("remote/" XY_PATH, "xy");
    struct stat st;
    assert_int_equal(stat("remote/" XY_PATH, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0444);
    assert_int_equal(push(), 0);
    assert_moved(0, 0);
    remote_closep(&remote);
    assert_int_equal(count_lines("find remote -type f"), 4);
    assert_int_equal(count_lines("find remote -name '.*'"), 0);
    open_remote();

    lose_cache();
    assert_int_equal(fetch(), 0);
    assert_moved(4, 0);
    assert_file(ABC_PATH, "abc");
    assert_true(listing_in("cache"));
    assert_int_equal(fetch(), 0);
    assert_moved(0, 0);
    remote_closep(&remote);
    close_state();
    assert_no_litter();
    open_state();
    open_remote();
}

static void test_push_of_half_a_set_says_so(void **ignored) {
    (void)ignored;
    make_data();
    sh("rm -f cache/" XY_PATH " && chmod 644 " ABC_PATH " && printf abX >" ABC_PATH);
    assert_int_equal(push(), 0);
    assert_moved(1, 2); /* one */
    assert_failed(0, "data/a", ERR_CORRUPT);
    assert_failed(1, "data/sub/b", ERR_NOT_FOUND);
    assert_false(listing_in("remote"));
    assert_int_equal(access("remote/files/md5/90/0150983cd24fb0d6963f7d28e17f72", F_OK), -1);
    assert_file(ABC_PATH ".corrupt", "abX");
    /* What the other side has need not be here. */
    add("data");
    assert_int_equal(push(), 0);
    assert_moved(3, 0);
    assert_true(listing_in("remote"));
    sh("rm -f cache/" XY_PATH);
    assert_int_equal(push(), 0);
    assert_moved(0, 0);
}

static void test_an_interrupted_push_is_completed(void **ignored) {
    (void)ignored;
    make_data();
    assert_int_equal(push(), 0);
    sh("rm -f remote/" XY_PATH); /* the listing is there and lies */
    assert_int_equal(push(), 0);
    assert_moved(1, 0);
    assert_file("remote/" XY_PATH, "xy");
}

static void test_push_without_the_listing(void **ignored) {
    (void)ignored;
    make_data();
    sh("find cache -name '*.dir' -delete");
    assert_int_equal(push(), 0);
    assert_moved(1, 1);
    assert_failed(0, "data", ERR_NOT_FOUND);
}

static void test_damage_on_the_remote_does_not_travel(void **ignored) {
    (void)ignored;
    make_data();
    assert_int_equal(push(), 0);
    lose_cache();
    sh("cd remote && chmod 644 " XY_PATH " && printf xX >" XY_PATH " && rm -f " ONE_PATH);
    assert_int_equal(fetch(), 0);
    assert_moved(2, 2); /* abc, and the listing */
    assert_failed(0, "data/sub/b", ERR_CORRUPT);
    assert_failed(1, "one", ERR_NOT_FOUND);
    assert_file("cache/" XY_PATH, NULL);
    assert_file("remote/" XY_PATH, "xX"); /* not ours to judge further */
    assert_true(listing_in("cache"));
    /* Healed there, it comes with the next fetch. */
    sh("printf xy >remote/" XY_PATH);
    assert_int_equal(fetch(), 0);
    assert_moved(1, 1);
}

static void test_a_damaged_listing_on_the_remote(void **ignored) {
    (void)ignored;
    make_data();
    assert_int_equal(push(), 0);
    lose_cache();
    sh("f=$(find remote -name '*.dir') && chmod 644 $f && printf ' ' >>$f");
    assert_int_equal(fetch(), 0);
    assert_moved(1, 1);
    assert_failed(0, "data", ERR_CORRUPT);
    assert_false(listing_in("cache"));
}

static void test_a_damaged_cache_is_healed_from_the_remote(void **ignored) {
    (void)ignored;
    make_data();
    assert_int_equal(push(), 0);
    sh("f=$(find cache -name '*.dir') && chmod 644 $f && printf ' ' >>$f && "
       "chmod 644 " ABC_PATH " && printf abX >" ABC_PATH);
    assert_int_equal(fetch(), 0);
    assert_moved(2, 0);
    assert_file(ABC_PATH, "abc");
    assert_true(listing_in("cache"));
}

static void test_a_hostile_listing_is_refused(void **ignored) {
    (void)ignored;
    static const char text[] = "[{\"md5\": \"" ABC_MD5 "\", \"relpath\": \"../x\"}]";
    make_data();
    vec_clear(&wants);
    assert_int_equal(cache_write(&folder, cache, HASH_MD5, true, text, strlen(text)), 0);
    want(&folder, "data", NULL);
    assert_int_equal(push(), 0);
    assert_moved(0, 1);
    assert_failed(0, "data", ERR_INVALID);
}

static void test_part_of_a_folder(void **ignored) {
    (void)ignored;
    make_data();
    vec_clear(&wants);
    want(&folder, "data", "sub/b");
    assert_int_equal(push(), 0);
    assert_moved(1, 0);
    assert_false(listing_in("remote")); /* it would promise the rest */
    vec_clear(&wants);
    want(&folder, "data", NULL);
    assert_int_equal(push(), 0);
    lose_cache();
    vec_clear(&wants);
    want(&folder, "data", "sub");
    assert_int_equal(fetch(), 0);
    assert_moved(3, 0); /* both files, and the listing that checkout needs */
    assert_true(listing_in("cache"));
}

static void assert_presence(const struct transfer_presences *p, const char *path, bool here,
                            bool there) {
    for (size_t i = 0; i < p->len; i++) {
        if (strcmp(p->at[i].path, path) == 0) {
            assert_int_equal(p->at[i].here, here);
            assert_int_equal(p->at[i].there, there);
            return;
        }
    }
    fail_msg("%s is not compared", path);
}

static void test_compare(void **ignored) {
    (void)ignored;
    struct transfer_presences p;
    make_data();
    assert_int_equal(transfer_compare(&p, arena, cache, remote, &wants, NULL), 0);
    assert_int_equal(p.len, 5);
    assert_presence(&p, "data", true, false);
    assert_presence(&p, "data/sub/b", true, false);
    vec_release(&p);
    assert_int_equal(push(), 0);
    sh("rm -f cache/" XY_PATH " remote/" ONE_PATH);
    assert_int_equal(transfer_compare(&p, arena, cache, remote, &wants, NULL), 0);
    assert_presence(&p, "data", true, true);
    assert_presence(&p, "data/sub/b", false, true);
    assert_presence(&p, "one", true, false);
    vec_release(&p);
    lose_cache();
    assert_int_equal(transfer_compare(&p, arena, cache, remote, &wants, NULL), 0);
    assert_presence(&p, "data", false, true);
    assert_presence(&p, "data/a", false, true);
    assert_false(listing_in("cache"));
    vec_release(&p);
}

static void test_legacy_layout(void **ignored) {
    (void)ignored;
    make_data();
    remote_closep(&remote);
    struct cache *old;
    struct cache_config cfg = {
        .dir = at("cache"), .label = "cache", .algo = HASH_MD5_DOS2UNIX, .state = state};
    assert_int_equal(cache_open(&old, &cfg), 0);
    struct remote_config far = {
        .name = "far", .url = at("remote"), .algo = HASH_MD5_DOS2UNIX, .state = state};
    assert_int_equal(remote_open(&remote, &far), 0);
    sh("printf 'a\\r\\n' >dos");
    int root = open(".", O_RDONLY | O_DIRECTORY);
    struct scan now;
    struct scan_spec spec = {
        .root_fd = root, .path = "dos", .algo = HASH_MD5_DOS2UNIX, .state = state, .into = old};
    assert_int_equal(scan_path(&now, arena, &spec), 0);
    close(root);
    vec_clear(&wants);
    want(&now.digest, "dos", NULL);
    assert_int_equal(transfer_push(&result, arena, old, remote, &wants, NULL), 0);
    assert_moved(1, 0);
    sh("cmp dos remote/60/b725f10c9c85c70d97880dfe8191b3");
    sh("rm -rf cache/60");
    assert_int_equal(transfer_fetch(&result, arena, remote, old, &wants, NULL), 0);
    assert_moved(1, 0);
    sh("cmp dos cache/60/b725f10c9c85c70d97880dfe8191b3");
    cache_close(old);
}

static void test_a_remote_that_cannot_be_written(void **ignored) {
    (void)ignored;
    make_data();
    put("remote", "a file");
    assert_true(push() < 0);
    assert_non_null(strstr(err_text(), "far"));
    err_clear();
    sh("rm remote");
    lose_cache();
    assert_int_equal(fetch(), 0); /* an absent remote has nothing */
    assert_moved(0, 2);
    assert_failed(0, "data", ERR_NOT_FOUND);
    assert_int_equal(access("remote", F_OK), -1); /* and is not made by reading */
}

static int count_path(void *ctx, const char *path) {
    assert_true(strncmp(path, "runs/", 5) == 0);
    ++*(int *)ctx;
    return 0;
}

static void test_files_beside_the_objects(void **ignored) {
    (void)ignored;
    int n = 0;
    put("run", "cmd: x\n");
    assert_int_equal(remote->ops->list_files(remote, "runs", count_path, &n), 0);
    assert_int_equal(remote->ops->write_file(remote, "runs/ab/key/value", at("run")), 0);
    assert_file("remote/runs/ab/key/value", "cmd: x\n");
    assert_int_equal(remote->ops->read_file(remote, "runs/ab/key/value", at("back/run")), 0);
    assert_file("back/run", "cmd: x\n");
    assert_int_equal(remote->ops->list_files(remote, "runs", count_path, &n), 0);
    assert_int_equal(n, 1);
    assert_true(remote->ops->write_file(remote, "../escape", at("run")) < 0);
    err_clear();
    assert_true(remote->ops->read_file(remote, "/etc/passwd", at("x")) < 0);
    err_clear();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_there_and_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_push_of_half_a_set_says_so, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_interrupted_push_is_completed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_push_without_the_listing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_damage_on_the_remote_does_not_travel, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_listing_on_the_remote, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_cache_is_healed_from_the_remote, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_hostile_listing_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_part_of_a_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(test_compare, setup, teardown),
        cmocka_unit_test_setup_teardown(test_legacy_layout, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_remote_that_cannot_be_written, setup, teardown),
        cmocka_unit_test_setup_teardown(test_files_beside_the_objects, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
