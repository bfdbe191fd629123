#include "data/url_source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "remote/files.h"

/* A store without folders that says it has these keys. */
struct fake {
    struct files files;
    const char *const *keys;
    size_t n;
};

static int fake_stat(struct files *f, struct files_item *items, size_t n, struct arena *arena,
                     struct progress *p) {
    (void)f;
    (void)arena;
    (void)p;
    for (size_t i = 0; i < n; i++) {
        err_set(ERR_NOT_FOUND, "no '%s'", items[i].key);
        files_fail(&items[i], ERR_NOT_FOUND);
    }
    return 0;
}

static int fake_list(struct files *f, struct files_range *ranges, size_t n, files_list_fn *fn,
                     void *ctx) {
    const struct fake *fake = (struct fake *)f;
    int rc = 0;

    (void)ranges;
    (void)n;
    for (size_t i = 0; !rc && i < fake->n; i++) {
        struct files_item item = {.key = fake->keys[i], .size = 1, .etag = "e"};
        rc = fn(ctx, &item);
    }
    return rc;
}

static void fake_close(struct files *f) {
    (void)f;
}

static const struct files_ops fake_ops = {.scheme = "fake",
                                          .etag_key = "etag",
                                          .stat = fake_stat,
                                          .list = fake_list,
                                          .close = fake_close};

static int look(struct url_source *s, struct arena *arena, const char *const *keys, size_t n) {
    struct fake *fake = arena_alloc(arena, sizeof *fake);

    *fake = (struct fake){
        .files = {.ops = &fake_ops, .name = "f", .url = "fake://f"}, .keys = keys, .n = n};
    *s = (struct url_source){.arena = arena, .typed = "fake://f/d", .url = "fake://f/d"};
    s->place.files = &fake->files;
    return url_source_look(s);
}

static void test_sorted_and_whole(void **state) {
    static const char *const keys[] = {"b/c", "a", "dir/", "a-b"};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct url_source s CLEANUP(url_source_release) = {0};

    (void)state;
    assert_int_equal(look(&s, arena, keys, COUNT_OF(keys)), 0);
    assert_true(s.exists && s.is_dir);
    assert_int_equal(s.files.len, 3); /* what stands for a folder is no file */
    assert_string_equal(s.files.at[0].path, "a");
    assert_string_equal(s.files.at[1].path, "a-b");
    assert_string_equal(s.files.at[2].path, "b/c");
    assert_string_equal(url_source_name(&s), "d");
}

static void test_nothing_there(void **state) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct url_source s CLEANUP(url_source_release) = {0};

    (void)state;
    assert_int_equal(look(&s, arena, NULL, 0), 0);
    assert_false(s.exists);
    assert_int_equal(url_source_missing(&s), ERR_NOT_FOUND);
    err_clear();
}

static void test_hostile_names_are_refused(void **state) {
    static const char *const bad[] = {"../x", "/etc/x",     "a/../../x",    "a//x",
                                      "./x",  ".git/hooks", "a/.dvc/config"};
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct url_source s CLEANUP(url_source_release) = {0};
        assert_int_equal(look(&s, arena, &bad[i], 1), ERR_FAILED);
        assert_int_equal(s.files.len, 0);
        err_clear();
    }
}

static void test_file_and_folder_of_one_name(void **state) {
    static const char *const keys[] = {"a", "a-b", "a/b/c"};
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct url_source s CLEANUP(url_source_release) = {0};

    (void)state;
    assert_int_equal(look(&s, arena, keys, COUNT_OF(keys)), ERR_FAILED);
    err_clear();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorted_and_whole),
        cmocka_unit_test(test_nothing_there),
        cmocka_unit_test(test_hostile_names_are_refused),
        cmocka_unit_test(test_file_and_folder_of_one_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
