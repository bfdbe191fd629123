#include "store/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "base/utf8.h"
#include "hash/hasher.h"
#include "store/cache.h"
#include "store/cache_text.h"

/* Listings of so many entries are written in memory; larger ones, which take some 80 bytes for each,
 * twice: for the digest, and into the cache. */
#define TEXT_AT_ONCE 32768

static int entry_order(const void *a, const void *b) {
    return strcmp(((const struct tree_entry *)a)->path, ((const struct tree_entry *)b)->path);
}

void tree_sort(struct tree *t) {
    for (size_t i = 1; i < t->len; i++) {
        if (entry_order(&t->at[i - 1], &t->at[i]) > 0) {
            qsort(t->at, t->len, sizeof *t->at, entry_order);
            return;
        }
    }
}

/* Index of the first entry whose path is not before `path` (compared over `len` bytes of it, and
 * then as if it ended there). */
static size_t tree_lower(const struct tree *t, const char *path, size_t len) {
    size_t low = 0, high = t->len;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strncmp(t->at[mid].path, path, len) < 0) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

const struct tree_entry *tree_find(const struct tree *t, const char *path) {
    size_t at = tree_lower(t, path, strlen(path) + 1);

    return at < t->len && strcmp(t->at[at].path, path) == 0 ? &t->at[at] : NULL;
}

void tree_range(const struct tree *t, const char *dir, size_t *from, size_t *to) {
    struct str prefix CLEANUP(str_release) = STR_INIT;

    *from = 0;
    *to = t->len;
    if (*dir == '\0') {
        return;
    }
    str_addf(&prefix, "%s/", dir);
    *from = tree_lower(t, prefix.buf, prefix.len);
    prefix.buf[prefix.len - 1]++; /* '0' follows '/' */
    *to = tree_lower(t, prefix.buf, prefix.len);
}

int tree_present(const struct tree *t, struct cache *c, const bool *asked, bool *have) {
    return t->len == 0 ? 0
                       : cache_has_members(c, &t->at->digest, sizeof *t->at, t->len, asked, have);
}

/*
 * Writing. The bytes are handed out in pieces, so that a digest needs no text in memory.
 */

typedef void emit_fn(void *ctx, const char *data, size_t len);

struct emitter {
    emit_fn *fn;
    void *ctx;
    size_t len;
    char block[8192];
};

static void emit(struct emitter *e, const char *data, size_t len) {
    if (e->len + len > sizeof e->block) {
        e->fn(e->ctx, e->block, e->len);
        e->len = 0;
    }
    if (len > sizeof e->block) {
        e->fn(e->ctx, data, len);
        return;
    }
    memcpy(e->block + e->len, data, len);
    e->len += len;
}

#define EMIT_TEXT(e, text) emit(e, text, sizeof(text) - 1)

static void emit_unit(struct emitter *e, uint32_t unit) {
    static const char hex[] = "0123456789abcdef";
    char out[6] = {
        '\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15], hex[unit & 15]};

    emit(e, out, sizeof out);
}

static void emit_special(struct emitter *e, uint32_t cp) {
    static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = cp != 0 && cp < 0x80 ? strchr(named, (int)cp) : NULL;

    if (found) {
        emit(e, (char[]){'\\', letters[found - named]}, 2);
    } else if (cp >= 0x10000) {
        emit_unit(e, 0xD800 + ((cp - 0x10000) >> 10));
        emit_unit(e, 0xDC00 + ((cp - 0x10000) & 0x3FF));
    } else {
        emit_unit(e, cp);
    }
}

static bool is_plain(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void emit_path(struct emitter *e, const char *path) {
    const char *end = path + strlen(path);

    while (path < end) {
        const char *start = path;
        while (is_plain(*path)) {
            path++;
        }
        emit(e, start, (size_t)(path - start));
        if (path < end) {
            emit_special(e, utf8_next(&path, end));
        }
    }
}

/* Listings are sorted as Python sorts text: by code point, where a byte that is no UTF-8 counts as
 * U+DC80 and up. For valid UTF-8 that is the order of the bytes. */
static int code_point_order(const void *a, const void *b) {
    const char *p = (*(const struct tree_entry *const *)a)->path;
    const char *q = (*(const struct tree_entry *const *)b)->path;
    const char *p_end = p + strlen(p), *q_end = q + strlen(q);

    while (p < p_end && q < q_end) {
        uint32_t c = utf8_next(&p, p_end), d = utf8_next(&q, q_end);
        if (c != d) {
            return c < d ? -1 : 1;
        }
    }
    return (p < p_end) - (q < q_end);
}

/* The entries in the order of the listing, or NULL if that is the order they have. */
static const struct tree_entry **listing_order(const struct tree *t) {
    bool bytes_do = true;

    for (size_t i = 0; i < t->len && bytes_do; i++) {
        bytes_do = utf8_valid(t->at[i].path, strlen(t->at[i].path));
    }
    if (bytes_do) {
        return NULL;
    }
    const struct tree_entry **order = mem_realloc(NULL, t->len, sizeof *order);
    for (size_t i = 0; i < t->len; i++) {
        order[i] = &t->at[i];
    }
    qsort(order, t->len, sizeof *order, code_point_order);
    return order;
}

static const char *digest_key(enum hash_algo algo) {
    return algo == HASH_MD5_DOS2UNIX ? "md5" : hash_algo_name(algo);
}

static void emit_digest(struct emitter *e, const struct digest *d) {
    char hex[DIGEST_TEXT_MAX];

    emit(e, digest_text(hex, d), 2 * (size_t)d->len);
}

/* Python sorts the two keys of an entry: "md5" and "sha256" differ in where "relpath" stands. */
static void emit_entry(struct emitter *e, const struct tree_entry *entry) {
    const char *key = digest_key(entry->digest.algo);

    if (strcmp(key, "relpath") > 0) {
        EMIT_TEXT(e, "{\"relpath\": \"");
        emit_path(e, entry->path);
        EMIT_TEXT(e, "\", \"");
        emit(e, key, strlen(key));
        EMIT_TEXT(e, "\": \"");
        emit_digest(e, &entry->digest);
    } else {
        EMIT_TEXT(e, "{\"");
        emit(e, key, strlen(key));
        EMIT_TEXT(e, "\": \"");
        emit_digest(e, &entry->digest);
        EMIT_TEXT(e, "\", \"relpath\": \"");
        emit_path(e, entry->path);
    }
    EMIT_TEXT(e, "\"}");
}

static void emit_listing(const struct tree *t, emit_fn *fn, void *ctx) {
    const struct tree_entry **order = listing_order(t);
    struct emitter e = {.fn = fn, .ctx = ctx};

    EMIT_TEXT(&e, "[");
    for (size_t i = 0; i < t->len; i++) {
        if (i > 0) {
            EMIT_TEXT(&e, ", ");
        }
        emit_entry(&e, order ? order[i] : &t->at[i]);
    }
    EMIT_TEXT(&e, "]");
    fn(ctx, e.block, e.len);
    free(order);
}

static void emit_to_str(void *ctx, const char *data, size_t len) {
    str_add(ctx, data, len);
}

static void emit_to_hasher(void *ctx, const char *data, size_t len) {
    hasher_add(ctx, data, len);
}

void tree_write(struct str *out, const struct tree *t) {
    size_t room = 2;

    for (size_t i = 0; i < t->len; i++) {
        room += strlen(t->at[i].path) + 2 * (size_t)t->at[i].digest.len +
                sizeof ", {\"sha256\": \"\", \"relpath\": \"\"}";
    }
    str_reserve(out, room); /* but for what has to be escaped */
    emit_listing(t, emit_to_str, out);
}

void tree_digest(struct digest *out, const struct tree *t, enum hash_algo algo) {
    struct hasher *h CLEANUP(hasher_freep) = hasher_new(algo);

    emit_listing(t, emit_to_hasher, h);
    hasher_end(h, out);
    out->is_dir = 1;
}

int tree_load(struct tree *out, struct arena *arena, struct cache *c, const struct digest *d) {
    struct str text CLEANUP(str_release) = STR_INIT;
    char hex[DIGEST_TEXT_MAX];

    int rc = cache_read(&text, c, d, TREE_TEXT_MAX);
    return rc ? rc : tree_parse(out, arena, text.buf, text.len, d->algo, digest_text(hex, d));
}

static void emit_to_cache(void *ctx, const char *data, size_t len) {
    cache_text_add(ctx, data, len);
}

int tree_store(struct digest *out, const struct tree *t, struct cache *c, enum hash_algo algo) {
    struct cache_text text;

    if (t->len <= TEXT_AT_ONCE) {
        struct str whole CLEANUP(str_release) = STR_INIT;
        tree_write(&whole, t);
        return cache_write(out, c, algo, true, whole.buf, whole.len);
    }
    tree_digest(out, t, algo);
    int rc = cache_text_begin(&text, c, out);
    if (rc) {
        return rc < 0 ? rc : 0;
    }
    emit_listing(t, emit_to_cache, &text);
    return cache_text_end(&text);
}
