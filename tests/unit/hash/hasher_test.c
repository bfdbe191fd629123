#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash/hasher.h"

#define MIB ((size_t)1 << 20)

static void assert_hash(enum hash_algo algo, const void *data, size_t len, const char *expected) {
    char text[DIGEST_TEXT_MAX];
    struct digest d;
    hash_bytes(&d, algo, data, len);
    assert_string_equal(digest_text(text, &d), expected);

    /* The same in uneven pieces, with a hasher that was used before. */
    struct hasher *h = hasher_new(algo);
    hasher_add(h, "before", 6);
    hasher_reset(h);
    size_t piece = 1;
    for (size_t at = 0; at < len; at += piece, piece = piece * 3 + 1) {
        hasher_add(h, (const char *)data + at, len - at < piece ? len - at : piece);
    }
    hasher_end(h, &d);
    assert_string_equal(digest_text(text, &d), expected);
    hasher_free(h);
}

static void test_known_digests(void **state) {
    (void)state;
    assert_hash(HASH_MD5, "", 0, "d41d8cd98f00b204e9800998ecf8427e");
    assert_hash(HASH_MD5, "abc", 3, "900150983cd24fb0d6963f7d28e17f72");
    assert_hash(HASH_SHA256, "abc", 3,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_hash(HASH_XXH128, "", 0, "99aa06d3014798d86001c324468d497f");
}

static char *filled(size_t len, const char *pattern) {
    char *text = malloc(len + 16);
    size_t n = strlen(pattern);
    assert_non_null(text);
    for (size_t i = 0; i < len; i++) {
        text[i] = pattern[i % n];
    }
    return text;
}

/* Expected values come from the code of DVC 3.67.1. */
static void test_text_names_of_dvc_2(void **state) {
    (void)state;
    assert_hash(HASH_MD5_DOS2UNIX, "", 0, "d41d8cd98f00b204e9800998ecf8427e");
    assert_hash(HASH_MD5_DOS2UNIX, "a\r\nb\r\n", 6, "dd8c6a395b5dd36c56d23275028f526c");
    assert_hash(HASH_MD5_DOS2UNIX, "a\rb\n\r\r\n\r", 8, "d6fdd3b20643e72a538109c5acc4928b");
    assert_hash(HASH_MD5_DOS2UNIX, "a\r\n\0b\r\n", 7, "e9edb956dbaaaedb0aa43117f5961b20");
    assert_hash(HASH_MD5_DOS2UNIX,
                "\x80\x80\x80"
                "aaaaa\r\n",
                10, "5e1ea9682f77ba8aa49a9631a192b580");
    assert_hash(HASH_MD5_DOS2UNIX,
                "\x80\x80\x80\x80"
                "aaaaaa\r\n",
                12, "5e30a2da7f92069ca1cef369d39a3609");
    char *late = filled(600, "x");
    memcpy(late + 600, "\0\r\n", 3);
    assert_hash(HASH_MD5_DOS2UNIX, late, 603, "8889cf03dacad813046afce4e430a18f");
    free(late);
}

static void test_text_is_judged_block_by_block(void **state) {
    (void)state;
    char *across = filled(MIB - 1, "a");
    memcpy(across + MIB - 1, "\r\nb\r\n", 5);
    assert_hash(HASH_MD5_DOS2UNIX, across, MIB + 4, "deb8178cc400550795d42d701b97846d");
    free(across);
    char *second = filled(MIB, "a\r\n");
    memcpy(second + MIB, "\0\r\n", 3);
    assert_hash(HASH_MD5_DOS2UNIX, second, MIB + 3, "3b4d4e97c97ac952738a2141ddb66880");
    free(second);
    char *first = calloc(1, MIB + 3);
    assert_non_null(first);
    memcpy(first + MIB, "a\r\n", 3);
    assert_hash(HASH_MD5_DOS2UNIX, first, MIB + 3, "96639d5fe37daf9a193a291eacc6eca9");
    free(first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_digests),
        cmocka_unit_test(test_text_names_of_dvc_2),
        cmocka_unit_test(test_text_is_judged_block_by_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
