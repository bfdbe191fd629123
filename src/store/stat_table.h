/*
 * Inside of store/: a table in memory. What was loaded is kept as it was read; what is recorded
 * since lies beside it in the same shape; both are merged when the table is saved.
 */
#ifndef STORE_STAT_TABLE_H
#define STORE_STAT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "hash/digest.h"

struct statcache;

enum entry_flags {
    ENTRY_LINKED = 1, /* link count above 1: the ctime says nothing */
    ENTRY_SEEN = 2,   /* in memory: found since loading */
};

struct stat_entry {
    uint64_t size;
    int64_t mtime_ns, ctime_ns;
    uint64_t inode;
    uint32_t key; /* offset into the heap */
    uint8_t algo, is_dir, flags, len;
    uint8_t byte[];
};

/* Sorted entries and their keys. */
struct run {
    char *at;
    size_t count;
    size_t cap;  /* entries allocated, for the run that grows */
    size_t next; /* where the next lookup looks first */
    const char *heap;
};

struct stat_table {
    struct statcache *owner;
    char *name;
    bool objects;
    bool dirty;
    size_t stride; /* 0: empty, no digest length chosen yet */
    struct str file;
    struct run old, fresh;
    size_t sorted;         /* so many of fresh are in order, each key once */
    struct digest listing; /* of a folder of which exactly `old` is in it; unset: not known */
    size_t hits;           /* different entries of `old` that were found unchanged */
    bool strange;          /* something else was looked for */
    struct str heap;       /* of fresh */
    struct digest found;   /* what the last lookup gave out */
};

/* Whether the entries are known by their keys or, objects, by their digests: what they are sorted
 * by. */
struct probe {
    const char *key;
    const uint8_t *byte;
    uint8_t algo, is_dir, len;
};

/* Bytes of an entry with a digest of that length. */
size_t stat_entry_stride(uint8_t digest_len);
struct stat_entry *stat_entry_at(const struct stat_table *t, const struct run *r, size_t i);
struct probe stat_entry_probe(const struct run *r, const struct stat_entry *e);
/* Where the probe stands to an entry, as strcmp. */
int stat_probe_order(const struct stat_table *t, const struct probe *p, const struct run *r,
                     const struct stat_entry *e);

void stat_table_init(struct stat_table *t, struct statcache *owner, char *name, bool objects);
/* Forgets all entries. */
void stat_table_drop(struct stat_table *t);

#endif
