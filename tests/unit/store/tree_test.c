#include "fixture.h"

#include "hash/hasher.h"
#include "store/tree.h"

/* As Python 3.11 writes it: json.dumps(sorted(…), sort_keys=True); each md5 is that of its path. */
static const char python_listing[] =
    "[{\"md5\": \"0cc9cd4dd26c5137b675a0d819cb9ab0\", \"relpath\": \"a b\"}, "
    "{\"md5\": \"ddffb397c8362ee9084ab012577a5520\", \"relpath\": \"a-b/x\"}, "
    "{\"md5\": \"a7e86136543b019d72468ceebf71fb8e\", \"relpath\": \"a/b\"}, "
    "{\"md5\": \"f903ffb6aba12593759f7026c4eecd12\", \"relpath\": \"a\\udcc3\"}, "
    "{\"md5\": \"7ac22aa81ddb0dd4f82a9f0b547b92f4\", \"relpath\": \"back\\\\slash\"}, "
    "{\"md5\": \"9ddbc94e909aa160f75ce9fcc921b19f\", \"relpath\": \"q\\\"uote\"}, "
    "{\"md5\": \"1096ca2612e97da4007eb66cce33ed94\", \"relpath\": \"sub/c\"}, "
    "{\"md5\": \"59059196f4dd59d19bd91c26e4156c27\", \"relpath\": "
    "\"tab\\tnl\\n\\u0001\\u007f\\b\\f\\r\"}, "
    "{\"md5\": \"314334b852bb905595f8aa2933481aaf\", \"relpath\": \"z\\udcff\"}, "
    "{\"md5\": \"814a32383afcebc0007413871a7a145e\", \"relpath\": \"\\u00e9.txt\"}, "
    "{\"md5\": \"4dbed2e657457884e67137d3514119b3\", \"relpath\": \"\\u65e5\\u672c\"}, "
    "{\"md5\": \"d28e2ac5714ad4602212caaed286a91b\", \"relpath\": \"\\udcfflone\"}, "
    "{\"md5\": \"dc7d5dbb4bc97e135756fd1439495791\", \"relpath\": \"\\ue000x\"}, "
    "{\"md5\": \"2a02eac39d716a70ecf37579185927b6\", \"relpath\": \"\\ud83d\\ude00\"}]";
#define PYTHON_MD5 "2c58ed0bab7ad3f62955f1a215eb31db.dir"

static struct tree tree;

static int parse(const char *text) {
    err_clear();
    return tree_parse(&tree, arena, text, strlen(text), HASH_MD5, "test");
}

static void add(const char *path) {
    struct tree_entry e = {.path = path, .size = UINT64_MAX};
    hash_bytes(&e.digest, HASH_MD5, path, strlen(path));
    struct tree_entry *grown = arena_alloc(arena, (tree.len + 1) * sizeof *grown);
    if (tree.len > 0) {
        memcpy(grown, tree.at, tree.len * sizeof *grown);
    }
    grown[tree.len] = e;
    tree.at = grown;
    tree.cap = ++tree.len;
}

static void assert_written(const char *expected) {
    struct str text = STR_INIT;
    tree_write(&text, &tree);
    assert_string_equal(text.buf, expected);
    str_release(&text);
}

static void test_bytes_are_those_of_python(void **ignored) {
    (void)ignored;
    static const char *const names[] = {"z\xff",
                                        "a b",
                                        "a-b/x",
                                        "a/b",
                                        "sub/c",
                                        "\xc3\xa9.txt",
                                        "\xe6\x97\xa5\xe6\x9c\xac",
                                        "q\"uote",
                                        "back\\slash",
                                        "tab\tnl\n\x01\x7f\b\f\r",
                                        "\xf0\x9f\x98\x80",
                                        "\xee\x80\x80x",
                                        "\xfflone",
                                        "a\xc3"};
    tree = (struct tree){0};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        add(names[i]);
    }
    tree_sort(&tree);
    assert_written(python_listing);
    struct digest d;
    tree_digest(&d, &tree, HASH_MD5);
    assert_digest(&d, PYTHON_MD5);

    /* And back: the same names as bytes. */
    struct tree written = tree;
    assert_int_equal(parse(python_listing), 0);
    assert_int_equal(tree.len, written.len);
    for (size_t i = 0; i < tree.len; i++) {
        assert_string_equal(tree.at[i].path, written.at[i].path);
        assert_true(digest_equal(&tree.at[i].digest, &written.at[i].digest));
    }
    assert_written(python_listing);
}

static void test_empty(void **ignored) {
    (void)ignored;
    tree = (struct tree){0};
    assert_written("[]");
    struct digest d;
    tree_digest(&d, &tree, HASH_MD5);
    assert_digest(&d, "d751713988987e9331980363e24189ce.dir");
    assert_int_equal(parse(" [ ] \n"), 0);
    assert_int_equal(tree.len, 0);
}

static void test_other_algorithms(void **ignored) {
    (void)ignored;
    tree = (struct tree){0};
    add("x");
    tree.at[0].digest = (struct digest){.algo = HASH_SHA256, .len = 32};
    assert_written("[{\"relpath\": \"x\", \"sha256\": \"00000000000000000000000000000000000000"
                   "00000000000000000000000000\"}]");
    tree.at[0].digest = (struct digest){.algo = HASH_MD5_DOS2UNIX, .len = 16};
    assert_written("[{\"md5\": \"00000000000000000000000000000000\", \"relpath\": \"x\"}]");
    static const char legacy[] = "[{\"md5\": \"" ABC_MD5 "\", \"relpath\": \"x\"}]";
    assert_int_equal(tree_parse(&tree, arena, legacy, strlen(legacy), HASH_MD5_DOS2UNIX, "test"),
                     0);
    assert_int_equal(tree.at[0].digest.algo, HASH_MD5_DOS2UNIX);
}

#define ENTRY(path) "{\"md5\": \"" ABC_MD5 "\", \"relpath\": " path "}"

static void test_what_other_writers_may_add(void **ignored) {
    (void)ignored;
    assert_int_equal(parse("[" ENTRY("\"b\"") "," ENTRY("\"a\"") "]"), 0);
    assert_string_equal(tree.at[0].path, "a"); /* sorted */
    assert_int_equal(tree.at[0].size, UINT64_MAX);
    assert_int_equal(
        parse("\t[\r\n{\"relpath\":\"x\",\"size\":-12.5e+3,\"isexec\":true,\"meta\":{\"k\":[1,{}, "
              "[],{\"a\":null,\"b\":\"\\u00e9\"}]},\"nan\":[NaN,Infinity,-Infinity,false],\"md5\":"
              "\"" ABC_MD5 "\"}]"),
        0);
    assert_string_equal(tree.at[0].path, "x");
    assert_digest(&tree.at[0].digest, ABC_MD5);
    /* The last of equal keys counts, as in Python; a slash may be escaped. */
    assert_int_equal(parse("[{\"relpath\": \"x\", \"relpath\": \"d\\/y\", \"md5\": \"" EMPTY_MD5
                           "\", \"md5\": \"900150983CD24FB0D6963F7D28E17F72\"}]"),
                     0);
    assert_string_equal(tree.at[0].path, "d/y");
    assert_digest(&tree.at[0].digest, ABC_MD5);
}

static void test_hostile_listings_are_refused(void **ignored) {
    (void)ignored;
    static const char *const bad[] = {
        /* paths */
        ENTRY("\"\""), ENTRY("\".\""), ENTRY("\"..\""), ENTRY("\"../x\""), ENTRY("\"a/../../x\""),
        ENTRY("\"/etc/passwd\""), ENTRY("\"a//b\""), ENTRY("\"a/\""), ENTRY("\"./a\""),
        ENTRY("\".git/hooks/pre-commit\""), ENTRY("\"a/.GIT/config\""), ENTRY("\".dvc/config\""),
        ENTRY("\"a\\u0000b\""), ENTRY("\"\\ud800\""), ENTRY("\"\\ud800\\u0041\""),
        ENTRY("\"\\udc2fetc\""), ENTRY("\"\\udc7f\""), ENTRY("7"), ENTRY("null"), ENTRY("[\"a\"]"),
        /* two of a kind */
        ENTRY("\"a\"") "," ENTRY("\"a\""), ENTRY("\"a\"") "," ENTRY("\"a/b\""),
        ENTRY("\"a/b/c\"") "," ENTRY("\"a b\"") "," ENTRY("\"a\""),
        ENTRY("\"x/a-b\"") "," ENTRY("\"x/a/b\"") "," ENTRY("\"x/a\""),
        ENTRY("\"\\u00e9\"") "," ENTRY("\"\\udcc3\\udca9\""),
        /* digests */
        "{\"relpath\": \"a\"}", "{\"md5\": \"" ABC_MD5 "\"}", "{}",
        "{\"md5\": null, \"relpath\": \"a\"}", "{\"md5\": \"9001\", \"relpath\": \"a\"}",
        "{\"md5\": \"" ABC_MD5 ".dir\", \"relpath\": \"a\"}",
        "{\"md5\": \"" ABC_MD5 "\\u0000\", \"relpath\": \"a\"}",
        "{\"md5\": \"../150983cd24fb0d6963f7d28e17f7255\", \"relpath\": \"a\"}",
        /* JSON */
        "", "1", "[" ENTRY("\"a\"") "]", ENTRY("\"a\"") ",", ENTRY("\"a\nb\""), ENTRY("\"a\\x\""),
        ENTRY("\"\\u12g4\""), "{\"x\": [1,], \"md5\": 1}", "{\"x\": {\"a\"}}", "{\"x\" 1}",
        "{\"x\": tru}", "{\"x\": -}", "{x: 1}", "{\"x\": [}", "{\"x\": {]}"};
    struct str text = STR_INIT;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        str_clear(&text);
        str_addf(&text, "[%s]", bad[i]);
        if (bad[i][0] == '\0') {
            str_clear(&text);
        }
        if (parse(text.buf) != ERR_INVALID) {
            fail_msg("was taken: %s", text.buf);
        }
        assert_non_null(strstr(err_text(), "test"));
        assert_int_equal(tree.len, 0);
    }
    static const char *const whole[] = {"{}",         "null",  "[1, 2", "[] []", "\xef\xbb\xbf[]",
                                        "[\"\xff\"]", "\"[]\""};
    for (size_t i = 0; i < COUNT_OF(whole); i++) {
        assert_int_equal(parse(whole[i]), ERR_INVALID);
    }
    str_release(&text);
}

static void test_every_cut_is_refused(void **ignored) {
    (void)ignored;
    for (size_t len = 0; len < sizeof python_listing - 1; len++) {
        err_clear();
        assert_int_equal(tree_parse(&tree, arena, python_listing, len, HASH_MD5, "cut"),
                         ERR_INVALID);
    }
}

static void test_depth_and_length_have_limits(void **ignored) {
    (void)ignored;
    struct str text = STR_INIT;
    for (int depth = 64; depth <= 65; depth++) {
        str_clear(&text);
        str_adds(&text, "[{\"x\": ");
        for (int i = 0; i < depth; i++) {
            str_addc(&text, '[');
        }
        for (int i = 0; i < depth; i++) {
            str_addc(&text, ']');
        }
        str_adds(&text, ", \"md5\": \"" ABC_MD5 "\", \"relpath\": \"a\"}]");
        assert_int_equal(parse(text.buf), depth == 64 ? 0 : ERR_INVALID);
    }
    str_clear(&text);
    for (int i = 0; i < 200000; i++) {
        str_addc(&text, '[');
    }
    assert_int_equal(parse(text.buf), ERR_INVALID);
    for (int len = 255; len <= 256; len++) {
        char name[300];
        memset(name, 'n', sizeof name);
        name[len] = '\0';
        str_clear(&text);
        str_addf(&text, "[{\"md5\": \"%s\", \"relpath\": \"d/%s\"}]", ABC_MD5, name);
        assert_int_equal(parse(text.buf), len == 255 ? 0 : ERR_INVALID);
    }
    str_clear(&text);
    str_addf(&text, "[{\"md5\": \"%s\", \"relpath\": \"a", ABC_MD5);
    for (int i = 0; i < 2500; i++) {
        str_adds(&text, "/b");
    }
    str_adds(&text, "\"}]");
    assert_int_equal(parse(text.buf), ERR_INVALID);
    str_release(&text);
}

static void test_finding(void **ignored) {
    (void)ignored;
    size_t from, to;
    assert_int_equal(parse("[" ENTRY("\"a\"") "," ENTRY("\"d\"") "," ENTRY("\"d-x\"") "," ENTRY(
                         "\"e/1\"") "," ENTRY("\"e/2/3\"") "," ENTRY("\"e0\"") "]"),
                     0);
    assert_ptr_equal(tree_find(&tree, "d-x"), &tree.at[2]);
    assert_null(tree_find(&tree, "e"));
    assert_null(tree_find(&tree, ""));
    tree_range(&tree, "e", &from, &to);
    assert_int_equal(from, 3);
    assert_int_equal(to, 5);
    tree_range(&tree, "e/2", &from, &to);
    assert_int_equal(to - from, 1);
    tree_range(&tree, "d", &from, &to);
    assert_int_equal(from, to);
    tree_range(&tree, "", &from, &to);
    assert_int_equal(to - from, 6);
}

static void test_stored_and_loaded(void **ignored) {
    (void)ignored;
    struct digest d, lost = digest_of(ABC_MD5 ".dir");
    struct tree loaded;
    assert_int_equal(parse(python_listing), 0);
    assert_int_equal(tree_store(&d, &tree, cache, HASH_MD5), 0);
    assert_digest(&d, PYTHON_MD5);
    assert_int_equal(tree_load(&loaded, arena, cache, &d), 0);
    assert_int_equal(loaded.len, tree.len);
    assert_int_equal(tree_load(&loaded, arena, cache, &lost), ERR_NOT_FOUND);
}

/* So many that they are not written in memory: the object is the same text. */
static void test_a_large_listing_is_stored(void **ignored) {
    (void)ignored;
    struct str text = STR_INIT, stored = STR_INIT;
    struct digest d, hashed;
    size_t n = 40000;

    tree.at = arena_alloc(arena, n * sizeof *tree.at);
    tree.len = tree.cap = n;
    for (size_t i = 0; i < n; i++) {
        tree.at[i] = (struct tree_entry){.path = arena_printf(arena, "%06zu", i)};
        hash_bytes(&tree.at[i].digest, HASH_MD5, tree.at[i].path, 6);
    }
    tree_write(&text, &tree);
    hash_bytes(&hashed, HASH_MD5, text.buf, text.len);
    assert_int_equal(tree_store(&d, &tree, cache, HASH_MD5), 0);
    assert_memory_equal(d.byte, hashed.byte, hashed.len);
    assert_int_equal(cache_read(&stored, cache, &d, text.len), 0);
    assert_int_equal(stored.len, text.len);
    assert_memory_equal(stored.buf, text.buf, text.len);
    str_release(&text);
    str_release(&stored);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bytes_are_those_of_python, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_empty, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_other_algorithms, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_what_other_writers_may_add, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_hostile_listings_are_refused, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_every_cut_is_refused, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_depth_and_length_have_limits, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(test_finding, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_stored_and_loaded, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_a_large_listing_is_stored, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
