#include "../scratch.h"

#include "remote/registry.h"
#include "store/cache.h"
#include "store/odb.h"

static const char *option(const void *ctx, const char *key) {
    return strcmp(key, "shared") == 0 ? ctx : NULL;
}

static void test_schemes(void **state) {
    (void)state;
    assert_string_equal(remote_scheme("/data"), "local");
    assert_string_equal(remote_scheme("../data"), "local");
    assert_string_equal(remote_scheme("file:///data"), "local");
    assert_string_equal(remote_scheme("C:/data"), "local");
    assert_string_equal(remote_scheme("dir/s3://x"), "local");
    assert_string_equal(remote_scheme("s3://bucket/x"), "s3");
    assert_string_equal(remote_scheme("webdavs://host"), "webdavs");
    assert_string_equal(remote_scheme("https://host"), "https");
    assert_null(remote_scheme("ftp://host"));
    assert_null(remote_scheme("local://host"));
    assert_null(remote_scheme("s://host"));
}

static void test_kinds_that_are_not_supported_are_named(void **state) {
    (void)state;
    struct odb *o;
    struct remote_config cfg = {.name = "far", .url = "gdrive://bucket/x"};
    assert_int_equal(remote_open(&o, &cfg), ERR_UNSUPPORTED);
    assert_non_null(strstr(err_text(), "far"));
    assert_non_null(strstr(err_text(), "gdrive://"));
    assert_null(strstr(err_text(), "bucket"));
    err_clear();
    cfg.url = "ftp://host/x";
    assert_int_equal(remote_open(&o, &cfg), ERR_CONFIG);
    assert_non_null(strstr(err_text(), "ftp://"));
    err_clear();
    cfg.url = "relative/path";
    assert_int_equal(remote_open(&o, &cfg), ERR_CONFIG);
    cfg.url = "file://%zz";
    err_clear();
    assert_int_equal(remote_open(&o, &cfg), ERR_CONFIG);
}

/* A file that goes to the remote's own folder shows where that is; the scratch folder stands between
 * the two parts of the url. */
static void assert_lands(const char *before, const char *after, const char *folder) {
    struct odb *o;
    char full[PATH_MAX + 64], expected[PATH_MAX];
    snprintf(full, sizeof full, "%s%s%s", before, scratch, after);
    struct remote_config cfg = {.name = "far", .url = full};
    assert_int_equal(remote_open(&o, &cfg), 0);
    assert_string_equal(o->name, "far");
    assert_string_equal(o->url, full);
    assert_string_equal(o->ops->scheme, "local");
    put("note", "text");
    assert_int_equal(o->ops->write_file(o, "runs/note", at("note")), 0);
    remote_closep(&o);
    assert_null(o);
    snprintf(expected, sizeof expected, "%s/runs/note", folder);
    assert_file(expected, "text");
    sh("rm -r '%s'", folder);
}

static void test_folders(void **state) {
    (void)state;
    assert_lands("", "/plain", "plain");
    assert_lands("", "//un/../normal/./x/", "normal/x");
    assert_lands("file://", "/by url", "by url");
    assert_lands("file://localhost", "/here", "here");
    assert_lands("file://", "/a%20b%2f", "a b");
    remote_close(NULL);
}

static void test_shared_with_a_group(void **state) {
    (void)state;
    struct odb *o;
    struct stat st;
    char url[PATH_MAX];
    snprintf(url, sizeof url, "%s", at("remote"));
    struct remote_config cfg = {.name = "far", .url = url, .option = option, .ctx = "group"};
    struct cache_config here = {.dir = at("cache"), .label = "cache"};
    struct cache *cache;
    assert_int_equal(cache_open(&cache, &here), 0);
    assert_int_equal(remote_open(&o, &cfg), 0);
    assert_int_equal(o->ops->put(o, cache, NULL, 0, NULL), 0);
    remote_closep(&o);
    cache_close(cache);
    assert_int_equal(stat("remote/files/md5", &st), 0);
    assert_int_equal(st.st_mode & 07777, 02775);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schemes),
        cmocka_unit_test(test_kinds_that_are_not_supported_are_named),
        cmocka_unit_test_setup_teardown(test_folders, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_shared_with_a_group, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
