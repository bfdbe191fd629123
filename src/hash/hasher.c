#include "hash/hasher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/mem.h"
#include "hash/text_md5.h"

struct hasher {
    enum hash_algo algo;
    EVP_MD_CTX *evp;   /* md5 and sha256 */
    XXH3_state_t *xxh; /* xxh128 */
    char *block;       /* md5-dos2unix: the block being filled, and room for it without its CRs */
    size_t filled;
};

/* OpenSSL's method, fetched once per process: a fetch per digest costs more than hashing a
 * kilobyte. Its configuration file is not read: a machine that forbids MD5 for security would
 * forbid DVC's names too. */
static EVP_MD *method_get(enum hash_algo algo) {
    static _Atomic(EVP_MD *) methods[2];
    _Atomic(EVP_MD *) *slot = &methods[algo == HASH_SHA256];
    EVP_MD *known = atomic_load(slot);

    if (known) {
        return known;
    }
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL);
    EVP_MD *fetched = EVP_MD_fetch(NULL, algo == HASH_SHA256 ? "SHA256" : "MD5", NULL);
    if (!fetched) {
        abort(); /* a libcrypto without MD5: nothing of ours can work */
    }
    if (!atomic_compare_exchange_strong(slot, &known, fetched)) {
        EVP_MD_free(fetched);
        return known;
    }
    return fetched;
}

/* These fail only when memory is out. */
static void must(bool ok) {
    if (!ok) {
        abort();
    }
}

struct hasher *hasher_new(enum hash_algo algo) {
    struct hasher *h = mem_zalloc(1, sizeof *h);

    h->algo = algo;
    if (algo == HASH_XXH128) {
        h->xxh = XXH3_createState();
        must(h->xxh != NULL);
    } else {
        h->evp = EVP_MD_CTX_new();
        must(h->evp != NULL);
    }
    if (algo == HASH_MD5_DOS2UNIX) {
        h->block = mem_alloc(2 * (size_t)TEXT_MD5_BLOCK);
    }
    hasher_reset(h);
    return h;
}

void hasher_free(struct hasher *h) {
    if (h) {
        EVP_MD_CTX_free(h->evp);
        XXH3_freeState(h->xxh);
        free(h->block);
        free(h);
    }
}

void hasher_freep(struct hasher **h) {
    hasher_free(*h);
    *h = NULL;
}

void hasher_reset(struct hasher *h) {
    h->filled = 0;
    if (h->xxh) {
        XXH3_128bits_reset(h->xxh);
    } else {
        must(EVP_DigestInit_ex2(h->evp, method_get(h->algo), NULL) == 1);
    }
}

static void add_text_block(struct hasher *h, const char *block, size_t len) {
    if (text_md5_is_text(block, len)) {
        char *clean = h->block + TEXT_MD5_BLOCK;
        len = text_md5_unix(clean, block, len);
        block = clean;
    }
    must(EVP_DigestUpdate(h->evp, block, len) == 1);
}

static void add_text(struct hasher *h, const char *data, size_t len) {
    while (len > 0) {
        if (h->filled == 0 && len >= TEXT_MD5_BLOCK) {
            add_text_block(h, data, TEXT_MD5_BLOCK);
            data += TEXT_MD5_BLOCK;
            len -= TEXT_MD5_BLOCK;
            continue;
        }
        size_t room = TEXT_MD5_BLOCK - h->filled;
        size_t part = len < room ? len : room;
        memcpy(h->block + h->filled, data, part);
        h->filled += part;
        data += part;
        len -= part;
        if (h->filled == TEXT_MD5_BLOCK) {
            add_text_block(h, h->block, h->filled);
            h->filled = 0;
        }
    }
}

void hasher_add(struct hasher *h, const void *data, size_t len) {
    if (h->xxh) {
        XXH3_128bits_update(h->xxh, data, len);
    } else if (h->block) {
        add_text(h, data, len);
    } else {
        must(EVP_DigestUpdate(h->evp, data, len) == 1);
    }
}

void hasher_end(struct hasher *h, struct digest *out) {
    memset(out, 0, sizeof *out);
    out->algo = (uint8_t)h->algo;
    out->len = hash_algo_len(h->algo);
    if (h->xxh) {
        XXH128_canonicalFromHash((XXH128_canonical_t *)out->byte, XXH3_128bits_digest(h->xxh));
        return;
    }
    if (h->filled > 0) {
        add_text_block(h, h->block, h->filled);
        h->filled = 0;
    }
    must(EVP_DigestFinal_ex(h->evp, out->byte, NULL) == 1);
}

void hash_bytes(struct digest *out, enum hash_algo algo, const void *data, size_t len) {
    struct hasher *h CLEANUP(hasher_freep) = hasher_new(algo);

    hasher_add(h, data, len);
    hasher_end(h, out);
}
