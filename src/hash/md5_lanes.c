/*
 * RFC 1321 on vectors: a, b, c and d hold one 32-bit word of each lane's state. A lane whose text has ended goes on with
 * a block of zeros, and its state is kept by a mask. Words are little-endian, as the processors with AVX2 are.
 */
#include "hash/md5_lanes.h"

#include <stdint.h>
#include <string.h>

#include "hash/digest.h"

#ifdef __x86_64__

enum { BLOCK = 64, LENGTH_AT = 56 };

typedef uint32_t lanes __attribute__((vector_size(4 * MD5_LANES)));

/* The end of a text: its last bytes, the padding and the length, in one block or two. */
struct tail {
    char bytes[2 * BLOCK];
    size_t whole; /* blocks in front of it */
    size_t all;   /* blocks with it */
};

static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

#define SPLAT(x)   ((lanes){(x), (x), (x), (x), (x), (x), (x), (x)})
#define F(x, y, z) ((((y) ^ (z)) & (x)) ^ (z))
#define G(x, y, z) ((((x) ^ (y)) & (z)) ^ (y))
#define H(x, y, z) ((x) ^ (y) ^ (z))
#define I(x, y, z) ((y) ^ ((x) | ~(z)))
#define STEP(f, a, b, c, d, word, i, shift)                                                        \
    do {                                                                                           \
        (a) += f(b, c, d) + (word) + SPLAT(sines[i]);                                              \
        (a) = ((a) << (shift) | (a) >> (32 - (shift))) + (b);                                      \
    } while (0)
#define FOUR(f, i, w0, w1, w2, w3, s0, s1, s2, s3)                                                 \
    do {                                                                                           \
        STEP(f, a, b, c, d, w[w0], (i), s0);                                                       \
        STEP(f, d, a, b, c, w[w1], (i) + 1, s1);                                                   \
        STEP(f, c, d, a, b, w[w2], (i) + 2, s2);                                                   \
        STEP(f, b, c, d, a, w[w3], (i) + 3, s3);                                                   \
    } while (0)

/* Takes one block of each lane into the state; lanes where `live` is zero stay as they are. */
__attribute__((target("avx2"))) static void compress(lanes state[4], const char *const *block,
                                                     const lanes *live) {
    lanes a = state[0], b = state[1], c = state[2], d = state[3], w[16];

    for (int i = 0; i < 16; i++) {
        uint32_t word[MD5_LANES];
        for (int k = 0; k < MD5_LANES; k++) {
            memcpy(&word[k], block[k] + 4 * i, 4);
        }
        memcpy(&w[i], word, sizeof word);
    }
    for (int i = 0; i < 16; i += 4) {
        FOUR(F, i, i, i + 1, i + 2, i + 3, 7, 12, 17, 22);
    }
    for (int i = 16; i < 32; i += 4) {
        FOUR(G, i, (5 * i + 1) & 15, (5 * i + 6) & 15, (5 * i + 11) & 15, (5 * i) & 15, 5, 9, 14,
             20);
    }
    for (int i = 32; i < 48; i += 4) {
        FOUR(H, i, (3 * i + 5) & 15, (3 * i + 8) & 15, (3 * i + 11) & 15, (3 * i + 14) & 15, 4, 11,
             16, 23);
    }
    for (int i = 48; i < 64; i += 4) {
        FOUR(I, i, (7 * i) & 15, (7 * i + 7) & 15, (7 * i + 14) & 15, (7 * i + 21) & 15, 6, 10, 15,
             21);
    }
    state[0] += a & *live;
    state[1] += b & *live;
    state[2] += c & *live;
    state[3] += d & *live;
}

static void tail_init(struct tail *t, const char *data, size_t len) {
    size_t left = len % BLOCK;
    uint64_t bits = (uint64_t)len * 8;

    t->whole = len / BLOCK;
    t->all = t->whole + (left < LENGTH_AT ? 1 : 2);
    memset(t->bytes, 0, sizeof t->bytes);
    memcpy(t->bytes, data + len - left, left);
    t->bytes[left] = (char)0x80;
    memcpy(t->bytes + (t->all - t->whole) * BLOCK - sizeof bits, &bits, sizeof bits);
}

bool md5_lanes_usable(void) {
    return __builtin_cpu_supports("avx2") != 0;
}

void md5_lanes(struct digest *out, const char *const *data, const size_t *len, size_t n) {
    static const char zeros[BLOCK];
    lanes state[4] = {SPLAT(0x67452301), SPLAT(0xefcdab89), SPLAT(0x98badcfe), SPLAT(0x10325476)};
    struct tail tail[MD5_LANES];
    size_t most = 0;

    for (size_t k = 0; k < n; k++) {
        tail_init(&tail[k], data[k], len[k]);
        most = tail[k].all > most ? tail[k].all : most;
    }
    for (size_t i = 0; i < most; i++) {
        const char *block[MD5_LANES];
        lanes live = {0};
        for (size_t k = 0; k < MD5_LANES; k++) {
            bool on = k < n && i < tail[k].all;
            live[k] = on ? UINT32_MAX : 0;
            block[k] = !on                 ? zeros
                       : i < tail[k].whole ? data[k] + i * BLOCK
                                           : tail[k].bytes + (i - tail[k].whole) * BLOCK;
        }
        compress(state, block, &live);
    }
    for (size_t k = 0; k < n; k++) {
        out[k] = (struct digest){.algo = HASH_MD5, .len = 16};
        for (size_t i = 0; i < 4; i++) {
            uint32_t word = state[i][k];
            memcpy(out[k].byte + 4 * i, &word, sizeof word);
        }
    }
}

#else

bool md5_lanes_usable(void) {
    return false;
}

void md5_lanes(struct digest *out, const char *const *data, const size_t *len, size_t n) {
    (void)data;
    (void)len;
    memset(out, 0, n * sizeof *out);
}

#endif
