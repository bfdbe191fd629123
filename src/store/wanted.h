/*
 * Inside of store/: what the wants of a transfer come to. Listings are read, their files become
 * members, and what could not be had is noted in the result. Used by transfer.
 */
#ifndef STORE_WANTED_H
#define STORE_WANTED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct borrowed;
struct cache;
struct odb;
struct odb_items;
struct progress;
struct transfer_result;
struct transfer_want;
struct transfer_wants;
struct tree_entry;

/* A file of a want: the out itself, or one that its listing names. */
struct member {
    const struct tree_entry *entry; /* path below the out, "" for itself */
    uint32_t want;
};

/* What a listing among the wants has come to. */
enum listing_state {
    LISTING_NONE,   /* the want is a file */
    LISTING_KNOWN,  /* read: its files are among the members */
    LISTING_LENT,   /* read from the remote; the cache does not have it yet */
    LISTING_ABSENT, /* cannot be read; its failure is noted */
};

struct wanted {
    struct transfer_result *result; /* NULL: failures are not wanted */
    struct arena *arena;
    const struct transfer_wants *wants;
    uint8_t *listing; /* enum listing_state per want */
    bool *broken;     /* per want: a file of it could not be moved */
    bool *there;      /* per want: the other side is known to have all of it */
    VEC(struct member) members;
};

/* `result` is emptied; NULL: failures are not wanted. The wants and the arena outlive it. */
void wanted_init(struct wanted *set, struct arena *arena, const struct transfer_wants *wants,
                 struct transfer_result *result);
void wanted_release(struct wanted *set);

/* Fills members from what the cache has. absent[want]: a listing that it lacks, which stays
 * LISTING_NONE. */
void wanted_expand(struct wanted *set, struct cache *c, bool *absent);
/* The same, with listings that cannot be had as failures. */
void wanted_expand_present(struct wanted *set, struct cache *c);
/* Reads those that are absent from the remote into `b`; the cache does not get them. */
int wanted_lend(struct wanted *set, struct borrowed *b, const bool *absent, struct odb *from,
                struct progress *p) MUST_CHECK;

bool wanted_is_part(const struct transfer_want *w);                        /* of a folder */
const char *wanted_path(const struct wanted *set, const struct member *m); /* from the root */
/* The members, each once, but for those of wants that are there. */
void wanted_items(struct odb_items *v, const struct wanted *set);

/* What became of the items: names each file that was not moved, once, and marks the wants that it
 * breaks; likewise listings; counts what was moved. */
void wanted_note_files(struct wanted *set, const struct odb_items *v);
void wanted_note_listings(struct wanted *set, const struct odb_items *v);
void wanted_count(struct wanted *set, const struct odb_items *v);

#endif
