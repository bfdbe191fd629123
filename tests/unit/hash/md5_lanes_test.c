#include "hash/md5_lanes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "hash/digest.h"
#include "hash/hasher.h"

static uint32_t seed = 1;

static uint32_t next_random(void) {
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

/* Against OpenSSL: n texts of lengths below `most`, which start at odd places. */
static void check(size_t n, size_t most) {
    struct digest got[MD5_LANES], want;
    const char *data[MD5_LANES];
    char *buffer[MD5_LANES];
    size_t len[MD5_LANES];

    for (size_t k = 0; k < n; k++) {
        size_t shift = next_random() % 7;
        len[k] = next_random() % most;
        buffer[k] = mem_alloc(shift + len[k] + 1);
        for (size_t i = 0; i < shift + len[k]; i++) {
            buffer[k][i] = (char)next_random();
        }
        data[k] = buffer[k] + shift;
    }
    md5_lanes(got, data, len, n);
    for (size_t k = 0; k < n; k++) {
        hash_bytes(&want, HASH_MD5, data[k], len[k]);
        assert_true(digest_equal(&got[k], &want));
        free(buffer[k]);
    }
}

static void test_random_lengths(void **state) {
    (void)state;
    if (!md5_lanes_usable()) {
        skip();
    }
    for (int i = 0; i < 2000; i++) {
        check(1 + next_random() % MD5_LANES, i % 2 ? 200 : 5000);
    }
}

static void test_edges_of_the_padding(void **state) {
    static const char text[256] = "x";
    struct digest got[MD5_LANES], want;
    const char *data[MD5_LANES];
    size_t len[MD5_LANES];

    (void)state;
    if (!md5_lanes_usable()) {
        skip();
    }
    for (size_t at = 0; at + MD5_LANES <= sizeof text; at += MD5_LANES) {
        for (size_t k = 0; k < MD5_LANES; k++) {
            data[k] = text;
            len[k] = at + k;
        }
        md5_lanes(got, data, len, MD5_LANES);
        for (size_t k = 0; k < MD5_LANES; k++) {
            hash_bytes(&want, HASH_MD5, text, len[k]);
            assert_true(digest_equal(&got[k], &want));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_lengths),
        cmocka_unit_test(test_edges_of_the_padding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
