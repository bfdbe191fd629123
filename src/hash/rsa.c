#include "hash/rsa.h"

#include <limits.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/err.h"
#include "base/str.h"

/* A key with a passphrase would make OpenSSL ask on the terminal. */
static int no_passphrase(char *buf, int size, int writing, void *ctx) {
    (void)buf;
    (void)size;
    (void)writing;
    (void)ctx;
    return 0;
}

static EVP_PKEY *read_key(const char *pem) {
    size_t len = strlen(pem);
    BIO *bio = len < INT_MAX ? BIO_new_mem_buf(pem, (int)len) : NULL;
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;

    BIO_free(bio);
    return key;
}

int rsa_sign_sha256(struct str *out, const char *pem, const void *data, size_t len) {
    EVP_PKEY *key = read_key(pem);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t size = 0;

    bool ok = key && ctx && EVP_PKEY_base_id(key) == EVP_PKEY_RSA &&
              EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestSign(ctx, NULL, &size, data, len) == 1;
    if (ok) {
        str_reserve(out, size);
        ok = EVP_DigestSign(ctx, (unsigned char *)out->buf + out->len, &size, data, len) == 1;
        out->len += ok ? size : 0;
        out->buf[out->len] = '\0';
    }
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return ok ? 0 : err_set(ERR_INVALID, "it is no private RSA key that can sign");
}
