#include "fixture.h"

#include "store/tree.h"

static struct scan now;

static int scan_with(const char *path, struct cache *into, walk_skip_fn *skip) {
    int root = open(".", O_RDONLY | O_DIRECTORY);
    struct scan_spec spec = {.root_fd = root,
                             .path = path,
                             .algo = HASH_MD5,
                             .state = state,
                             .into = into,
                             .skip = skip};
    int rc = scan_path(&now, arena, &spec);
    close(root);
    return rc;
}

static int look(const char *path) {
    return scan_with(path, NULL, NULL);
}

static void make_data(void) {
    sh("mkdir -p data/sub data/empty && printf abc >data/a && : >data/sub/e && printf xy "
       ">'data/sub/b c'");
    sh("find data -type f -exec touch -d 2001-01-01 {} +");
}

static void test_a_file(void **ignored) {
    (void)ignored;
    put("f", "abc");
    assert_int_equal(look("f"), 0);
    assert_true(now.exists);
    assert_false(now.is_dir || now.link || now.isexec);
    assert_digest(&now.digest, ABC_MD5);
    assert_int_equal(now.size, 3);
    assert_int_equal(now.nfiles_at, 1);
    assert_string_equal(now.files[0].path, "");
    sh("chmod u+x f");
    assert_int_equal(look("f"), 0);
    assert_true(now.isexec);
    /* An absolute path outside of every repository. */
    struct scan_spec spec = {.root_fd = -1, .path = at("f"), .algo = HASH_MD5};
    assert_int_equal(scan_path(&now, arena, &spec), 0);
    assert_digest(&now.digest, ABC_MD5);
}

static void test_what_is_not_there(void **ignored) {
    (void)ignored;
    put("f", "abc");
    sh("ln -s nowhere dead && ln -s loop loop");
    static const char *const absent[] = {"gone", "gone/deep", "f/below", "dead", "loop"};
    for (size_t i = 0; i < COUNT_OF(absent); i++) {
        assert_int_equal(look(absent[i]), 0);
        assert_false(now.exists);
        assert_int_equal(now.link, i >= 3);
        assert_false(digest_is_set(&now.digest));
    }
}

/* Digests of folders are those that DVC 3.67.1 gave for the same files. */
static void test_a_folder(void **ignored) {
    (void)ignored;
    make_data();
    assert_int_equal(look("data"), 0);
    assert_true(now.exists && now.is_dir);
    assert_int_equal(now.nfiles, 3);
    assert_int_equal(now.size, 5);
    assert_digest(&now.digest, "9d6b7117c1e4b0176ec4868ae7bd2d3f.dir");
    assert_string_equal(now.tree.at[2].path, "sub/e");
    assert_string_equal(now.files[1].path, "sub/b c");
    assert_digest(&now.tree.at[2].digest, EMPTY_MD5);
    assert_int_equal(now.tree.at[0].size, 3);
    sh("mkdir nothing");
    assert_int_equal(look("nothing"), 0);
    assert_digest(&now.digest, "d751713988987e9331980363e24189ce.dir");
    assert_int_equal(now.nfiles, 0);
}

static void test_links_count_as_what_they_lead_to(void **ignored) {
    (void)ignored;
    make_data();
    sh("ln -s data alias && cp -r data copy && rm copy/a && ln -s ../data/a copy/a && ln -s data/a "
       "one");
    assert_int_equal(look("alias"), 0);
    assert_true(now.link && now.is_dir);
    assert_digest(&now.digest, "9d6b7117c1e4b0176ec4868ae7bd2d3f.dir");
    assert_int_equal(look("copy"), 0);
    assert_false(now.link);
    assert_true(now.files[0].link);
    assert_digest(&now.digest, "9d6b7117c1e4b0176ec4868ae7bd2d3f.dir");
    assert_int_equal(look("one"), 0);
    assert_true(now.link);
    assert_digest(&now.digest, ABC_MD5);
}

/* Content changed behind an identity that stays: who still sees the old digest did not read. */
static void forge(const char *name) {
    sh("touch -r %s stamp", name);
    struct stat st;
    assert_int_equal(stat(at(name), &st), 0);
    sh("ln %s second", name); /* two links: the ctime does not count */
    sh("printf 'ABC' >%s && touch -r stamp %s", name, name);
}

static void test_known_files_are_not_read(void **ignored) {
    (void)ignored;
    make_data();
    sh("ln data/a other_link");
    assert_int_equal(look("data"), 0);
    reopen();
    forge("data/a");
    assert_int_equal(look("data"), 0);
    assert_digest(&now.digest, "9d6b7117c1e4b0176ec4868ae7bd2d3f.dir");
    sh("touch data/a"); /* and now it shows */
    assert_int_equal(look("data"), 0);
    assert_digest(&now.files[0].digest, "902fbdd2b1df0c4f70b4a5d23525e932");
}

static void test_recent_files_are_read_again(void **ignored) {
    (void)ignored;
    make_data();
    sh("ln data/a other_link && touch -d '2037-01-01' data/a");
    assert_int_equal(look("data"), 0);
    reopen();
    forge("data/a");
    assert_int_equal(look("data"), 0);
    assert_digest(&now.files[0].digest, "902fbdd2b1df0c4f70b4a5d23525e932");
}

static void test_into_the_cache(void **ignored) {
    (void)ignored;
    make_data();
    assert_int_equal(scan_with("data", cache, NULL), 0);
    assert_file(ABC_PATH, "abc");
    struct tree loaded;
    assert_int_equal(tree_load(&loaded, arena, cache, &now.digest), 0);
    assert_int_equal(loaded.len, 3);

    /* What is known but gone from the cache, or damaged there, is stored again. */
    reopen();
    sh("rm -rf cache/files/md5/90");
    assert_int_equal(scan_with("data", cache, NULL), 0);
    assert_file(ABC_PATH, "abc");
    reopen();
    sh("chmod 644 " ABC_PATH " && printf abX >" ABC_PATH);
    assert_int_equal(scan_with("data", cache, NULL), 0);
    assert_file(ABC_PATH, "abc");
    reopen();
    sh("find cache -name '*.dir' -delete");
    assert_int_equal(scan_with("data", cache, NULL), 0);
    assert_true(cache_has(cache, &now.digest));
    close_state();
    assert_no_litter();
    open_state();
}

static void test_nothing_new_writes_nothing(void **ignored) {
    (void)ignored;
    make_data();
    assert_int_equal(scan_with("data", cache, NULL), 0);
    reopen();
    sh("find cache state -type f -exec touch -d '2001-01-01' {} + && touch mark");
    sh("find cache -type f -exec touch -d '2001-01-01' {} +");
    assert_int_equal(scan_with("data", cache, NULL),
                     0); /* objects have new identities now: noted */
    reopen();
    sh("find cache state | sort >before && find cache state -type f -printf '%%p %%T@ %%i\\n' | "
       "sort >times");
    assert_int_equal(scan_with("data", cache, NULL), 0);
    reopen();
    sh("find cache state | sort | cmp - before && find cache state -type f -printf '%%p %%T@ "
       "%%i\\n' | sort | cmp - times");
}

static bool skip_sub(void *ctx, const char *path, bool is_dir) {
    (void)ctx;
    return is_dir && strcmp(path, "sub") == 0;
}

static void test_ignored_paths_are_left_out(void **ignored) {
    (void)ignored;
    make_data();
    sh("mkfifo data/sub/fifo");
    assert_int_equal(scan_with("data", NULL, skip_sub), 0);
    assert_int_equal(now.nfiles, 1);
}

static void test_what_cannot_be_tracked(void **ignored) {
    (void)ignored;
    make_data();
    sh("mkfifo fifo data/fifo");
    assert_int_equal(look("fifo"), ERR_FAILED);
    assert_non_null(strstr(err_text(), "'fifo'"));
    assert_int_equal(look("data"), ERR_FAILED);
    assert_non_null(strstr(err_text(), "data/fifo"));
    if (geteuid() != 0) {
        sh("rm data/fifo && chmod 000 data/a");
        assert_int_equal(look("data"), ERR_IO);
        assert_non_null(strstr(err_text(), "'a'"));
    }
}

static void test_a_legacy_digest(void **ignored) {
    (void)ignored;
    sh("printf 'a\\r\\nb\\r\\n' >dos && touch -d 2001-01-01 dos");
    int root = open(".", O_RDONLY | O_DIRECTORY);
    struct scan_spec spec = {
        .root_fd = root, .path = "dos", .algo = HASH_MD5_DOS2UNIX, .state = state};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(scan_path(&now, arena, &spec), 0);
        assert_digest(&now.digest, "dd8c6a395b5dd36c56d23275028f526c");
    }
    close(root);
    assert_int_equal(look("dos"), 0); /* what was remembered is not taken for md5 */
    assert_digest(&now.digest, "59b0d7772f0561efb95518f3cb8abc60");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_file, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_there, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_a_folder, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_links_count_as_what_they_lead_to, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_known_files_are_not_read, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_recent_files_are_read_again, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_into_the_cache, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_nothing_new_writes_nothing, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_ignored_paths_are_left_out, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_tracked, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_a_legacy_digest, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
