#include "hash/digest.h"

#include <string.h>

static const char *const algo_names[] = {
    [HASH_NONE] = "",         [HASH_MD5] = "md5",       [HASH_MD5_DOS2UNIX] = "md5-dos2unix",
    [HASH_SHA256] = "sha256", [HASH_XXH128] = "xxh128",
};

#define DIR_SUFFIX ".dir"

const char *hash_algo_name(enum hash_algo algo) {
    return algo_names[algo];
}

bool hash_algo_from_name(enum hash_algo *out, const char *name) {
    for (size_t i = HASH_MD5; i < sizeof algo_names / sizeof algo_names[0]; i++) {
        if (strcmp(algo_names[i], name) == 0) {
            *out = (enum hash_algo)i;
            return true;
        }
    }
    return false;
}

uint8_t hash_algo_len(enum hash_algo algo) {
    switch (algo) {
    case HASH_NONE:
        return 0;
    case HASH_SHA256:
        return 32;
    case HASH_MD5:
    case HASH_MD5_DOS2UNIX:
    case HASH_XXH128:
        return 16;
    }
    return 0;
}

bool digest_is_set(const struct digest *d) {
    return d->len != 0;
}

bool digest_equal(const struct digest *a, const struct digest *b) {
    if (a->len == 0 || b->len == 0) {
        return a->len == b->len;
    }
    return a->algo == b->algo && a->is_dir == b->is_dir && a->len == b->len &&
           memcmp(a->byte, b->byte, a->len) == 0;
}

int digest_compare(const struct digest *a, const struct digest *b) {
    if (a->algo != b->algo) {
        return a->algo < b->algo ? -1 : 1;
    }
    int order = memcmp(a->byte, b->byte, a->len < b->len ? a->len : b->len);
    if (order != 0) {
        return order;
    }
    return (int)a->is_dir - (int)b->is_dir;
}

const char *digest_text(char out[DIGEST_TEXT_MAX], const struct digest *d) {
    static const char hex[] = "0123456789abcdef";
    char *p = out;

    for (size_t i = 0; i < d->len; i++) {
        *p++ = hex[d->byte[i] >> 4];
        *p++ = hex[d->byte[i] & 15];
    }
    *p = '\0';
    if (d->len != 0 && d->is_dir) {
        memcpy(p, DIR_SUFFIX, sizeof DIR_SUFFIX);
    }
    return out;
}

/* Value + 1 of each hex digit; upper case counts too. */
static const uint8_t hex_value[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool digest_from_text(struct digest *out, enum hash_algo algo, const char *text) {
    struct digest d = {.algo = (uint8_t)algo, .len = hash_algo_len(algo)};

    if (d.len == 0) {
        return false;
    }
    for (size_t i = 0; i < d.len; i++) {
        unsigned high = hex_value[(unsigned char)text[2 * i]];
        unsigned low = high == 0 ? 0 : hex_value[(unsigned char)text[2 * i + 1]];
        if (low == 0) {
            return false;
        }
        d.byte[i] = (uint8_t)((high - 1) << 4 | (low - 1));
    }

    const char *rest = text + 2 * (size_t)d.len;
    if (strcmp(rest, DIR_SUFFIX) == 0) {
        d.is_dir = 1;
    } else if (*rest != '\0') {
        return false;
    }
    *out = d;
    return true;
}
