/*
 * The name of content. Text appears only at the edges: 32 lower-case hex for md5, ".dir" behind it
 * for a directory listing.
 */
#ifndef HASH_DIGEST_H
#define HASH_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

enum hash_algo {
    HASH_NONE, /* no digest known */
    HASH_MD5,
    HASH_MD5_DOS2UNIX, /* DVC 2: md5 of text with CRLF taken for LF; see hash/text_md5.h */
    HASH_SHA256,
    HASH_XXH128,
};

struct digest {
    uint8_t algo;   /* enum hash_algo */
    uint8_t is_dir; /* names a `.dir` listing */
    uint8_t len;    /* bytes used: 16 or 32, 0 for HASH_NONE */
    uint8_t byte[32];
};

#define DIGEST_TEXT_MAX 72 /* hex, ".dir", NUL */

const char *hash_algo_name(enum hash_algo algo); /* "md5", "md5-dos2unix" … */
bool hash_algo_from_name(enum hash_algo *out, const char *name);
uint8_t hash_algo_len(enum hash_algo algo); /* bytes of its digests */
bool digest_is_set(const struct digest *d);
bool digest_equal(const struct digest *a, const struct digest *b); /* both unset counts as equal */
int digest_compare(const struct digest *a,
                   const struct digest *b); /* for qsort; algo, bytes, is_dir */
const char *digest_text(char out[DIGEST_TEXT_MAX], const struct digest *d); /* "" if unset */

/* Strict: exact length, hex (upper case is folded, as DVC does), optional ".dir". False otherwise.
 * */
bool digest_from_text(struct digest *out, enum hash_algo algo, const char *text);

#endif
