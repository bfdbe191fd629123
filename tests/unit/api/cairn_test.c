#include <cairn.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A repository as DVC leaves it: one tracked file, one tracked folder with its listing in the cache. */
static const char setup[] =
    "cd \"$1\" && git init -q . && mkdir -p .dvc/cache/files/md5/b1 .dvc/cache/files/md5/60 && : "
    ">.dvc/config && "
    "printf 'hello\\n' >.dvc/cache/files/md5/b1/946ac92492d2347c6235b4d2611184 && "
    "printf '[{\"md5\": \"b1946ac92492d2347c6235b4d2611184\", \"relpath\": \"deep/x\"}]' >listing "
    "&& "
    "h=$(md5sum listing | cut -c1-32) && mkdir -p .dvc/cache/files/md5/$(echo $h | cut -c1-2) && "
    "mv listing .dvc/cache/files/md5/$(echo $h | cut -c1-2)/$(echo $h | cut -c3-).dir && "
    "printf 'outs:\\n- md5: b1946ac92492d2347c6235b4d2611184\\n  size: 6\\n  hash: md5\\n  path: "
    "a.txt\\n' >a.txt.dvc && "
    "printf 'outs:\\n- md5: %s.dir\\n  size: 6\\n  nfiles: 1\\n  hash: md5\\n  path: d\\n' $h "
    ">d.dvc && "
    "chmod -R a-w .dvc/cache/files/md5/*/*";

static char folder[] = "/tmp/cairn-api-XXXXXX";

static int run_shell(const char *script) {
    FILE *sh = popen("sh -s", "w");

    if (sh == NULL) {
        return -1;
    }
    (void)fprintf(sh, "set -- '%s'\n%s\n", folder, script);
    return pclose(sh);
}

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) != NULL ? run_shell(setup) : -1;
}

static int drop_folder(void **state) {
    (void)state;
    return run_shell("rm -rf \"$1\"");
}

static void test_lookup(void **state) {
    struct cairn_entry entry = {.size_of = sizeof entry};
    cairn *c;

    (void)state;
    assert_int_equal(cairn_open(&c, folder, NULL), 0);
    assert_int_equal(cairn_lookup(c, "a.txt", &entry), 0);
    assert_string_equal(entry.digest, "b1946ac92492d2347c6235b4d2611184");
    assert_int_equal(entry.size, 6);
    assert_int_equal(cairn_lookup(c, "d", &entry), 0);
    assert_int_equal(entry.is_dir, 1);
    assert_int_equal(entry.nfiles, 1);
    assert_int_equal(cairn_lookup(c, "d/deep/x", &entry), 0);
    assert_string_equal(entry.digest, "b1946ac92492d2347c6235b4d2611184");
    assert_int_equal(cairn_lookup(c, "d/deep", &entry), 0);
    assert_int_equal(entry.is_dir, 1);
    assert_true(cairn_lookup(c, "d/none", &entry) < 0);
    assert_true(strlen(cairn_error()) > 0);
    assert_true(cairn_lookup(c, "nothing", &entry) < 0);
    cairn_close(c);
}

static void test_read_from_the_cache(void **state) {
    cairn *c;
    char *data;
    size_t len;

    (void)state;
    assert_int_equal(cairn_open(&c, folder, NULL), 0);
    assert_int_equal(cairn_read(c, "d/deep/x", 100, &data, &len), 0);
    assert_int_equal(len, 6);
    assert_string_equal(data, "hello\n");
    free(data);
    assert_true(cairn_read(c, "d/none", 100, &data, &len) < 0);
    cairn_close(c);
}

static int count(void *ctx, const char *path, const struct cairn_entry *entry) {
    (void)path;
    *(int *)ctx += entry->digest[0] != '\0';
    return 0;
}

static void test_walk(void **state) {
    int found = 0;
    cairn *c;

    (void)state;
    assert_int_equal(cairn_open(&c, folder, NULL), 0);
    assert_int_equal(cairn_walk(c, "", 1, count, &found), 0);
    assert_int_equal(found, 2);
    cairn_close(c);
}

/* A program that knows less of the entry than we do. */
static void test_old_header(void **state) {
    struct cairn_entry entry = {.size_of = offsetof(struct cairn_entry, nfiles), .nfiles = 77};
    cairn *c;

    (void)state;
    assert_int_equal(cairn_open(&c, folder, NULL), 0);
    assert_int_equal(cairn_lookup(c, "d", &entry), 0);
    assert_int_equal(entry.is_dir, 1);
    assert_int_equal(entry.nfiles, 77);
    cairn_close(c);
}

static void test_paths_stay_inside(void **state) {
    struct cairn_entry entry = {.size_of = sizeof entry};
    cairn *c;
    int fd;

    (void)state;
    assert_int_equal(cairn_open(&c, folder, NULL), 0);
    assert_int_equal(cairn_lookup(c, "../x", &entry), CAIRN_NOT_FOUND);
    assert_int_equal(cairn_open_file(c, "/etc/passwd", &fd), CAIRN_NOT_FOUND);
    assert_int_equal(cairn_open_file(c, ".git/config", &fd), CAIRN_NOT_FOUND);
    assert_int_equal(fd, -1);
    cairn_close(c);
}

static void test_no_repository(void **state) {
    cairn *c;

    (void)state;
    assert_true(cairn_open(&c, "/", NULL) < 0);
    assert_true(strlen(cairn_error()) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lookup),
        cmocka_unit_test(test_read_from_the_cache),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_old_header),
        cmocka_unit_test(test_paths_stay_inside),
        cmocka_unit_test(test_no_repository),
    };

    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
