/*
 * A `.dir` object: the files of a tracked folder with their digests. Its bytes are those of
 * Python's json.dumps(list, sort_keys=True) with entries sorted by path as code points; its digest
 * names the folder.
 *
 * Reading takes nothing on trust: every path is relative, normal and harmless (path_is_hostile),
 * none is twice there or the parent of another, every digest is of the right shape.
 */
#ifndef STORE_TREE_H
#define STORE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "hash/digest.h"

struct arena;
struct cache;
struct str;

#define TREE_TEXT_MAX ((size_t)1 << 30) /* bytes of a listing: 8 million entries of usual length */

struct tree_entry {
    const char *path; /* below the folder */
    struct digest digest;
    uint64_t size; /* UINT64_MAX if unknown: listings do not record it */
};

struct tree {
    struct tree_entry *at; /* sorted by path as bytes */
    size_t len, cap;
};

/* Parses the listing `name` (for messages) of `algo` digests; entries live in the arena. */
int tree_parse(struct tree *out, struct arena *arena, const char *text, size_t len,
               enum hash_algo algo, const char *name) MUST_CHECK;
/* Appends the canonical bytes. */
void tree_write(struct str *out, const struct tree *t);
/* The digest of the canonical bytes, is_dir set. */
void tree_digest(struct digest *out, const struct tree *t, enum hash_algo algo);

int tree_load(struct tree *out, struct arena *arena, struct cache *c,
              const struct digest *d) MUST_CHECK;
int tree_store(struct digest *out, const struct tree *t, struct cache *c,
               enum hash_algo algo) MUST_CHECK;

const struct tree_entry *tree_find(const struct tree *t, const char *path); /* NULL if absent */
/* The entries below `dir` (a folder inside the tree) as a half-open range; empty if none. */
void tree_range(const struct tree *t, const char *dir, size_t *from, size_t *to);
void tree_sort(struct tree *t);
/* Which of the files the cache has, see cache_has_members. */
int tree_present(const struct tree *t, struct cache *c, const bool *asked, bool *have) MUST_CHECK;

#endif
