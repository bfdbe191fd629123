/*
 * Bundles: the objects, pointers and run cache that a set of targets needs, in one archive, for
 * machines without a network. Every digest is checked where a bundle is made and where it is
 * unpacked. What a bundle holds is described in data/bundle_manifest.h.
 */
#ifndef DATA_BUNDLE_H
#define DATA_BUNDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "data/sync.h"

struct arena;
struct data;
struct progress;

struct bundle_request {
    const char *file;         /* the archive */
    struct sync_request what; /* targets and revisions; run_cache: the record of runs too */
    bool force;               /* replace the file */
    bool allow_missing;       /* leave out what the cache lacks, instead of ERR_FAILED */
};

struct bundle_result {
    uint64_t objects, runs, pointers; /* written; of verify: found whole */
    uint64_t present;                 /* unpack: was there already */
    uint64_t bytes;                   /* of all that was written or found whole */
};

/* The archive appears under its name only whole and durable. Takes no lock. Missing objects are
 * warned of. */
int bundle_create(struct bundle_result *result, struct arena *arena, struct data *d,
                  const struct bundle_request *o) MUST_CHECK;

/* Puts what is missing here into the cache, listings after their files, and restores pointers that
 * are not there; one that differs is left as it is, with a warning. May be run again after an
 * interruption. Damaged and hostile archives are ERR_CORRUPT and ERR_INVALID; what was whole before
 * the trouble is kept. Takes the repository lock. */
int bundle_unpack(struct bundle_result *result, struct arena *arena, struct data *d,
                  const char *file) MUST_CHECK;

/* Reads the whole archive and checks every digest; warns of each file that is damaged, ERR_CORRUPT
 * at the end. Needs no repository. */
int bundle_verify(struct bundle_result *result, struct arena *arena, const char *file,
                  struct progress *p) MUST_CHECK;

#endif
