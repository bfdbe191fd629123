/*
 * fsck: whether all that is referenced is there and whole, in the cache or in a remote. Objects are
 * read, whatever is known of them. Takes no lock: objects come whole, and only damaged ones go.
 */
#ifndef DATA_FSCK_H
#define DATA_FSCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/scope.h"
#include "hash/digest.h"

struct arena;
struct data;

struct fsck_request {
    struct strv targets;
    struct scope scope;
    bool all_objects;   /* of the cache: those too that nothing in scope references */
    const char *remote; /* look there rather than in the cache; NULL: in the cache */
    bool repair;        /* bring what is missing or damaged: into the cache from the workspace or a
                           remote, into a remote from the cache */
    double sample;      /* share of objects that are read, chosen at random; the others only have to
                           be there. 1: all */
};

enum fsck_fault { FSCK_MISSING, FSCK_CORRUPT, FSCK_INVALID, FSCK_UNREADABLE };
const char *fsck_fault_word(enum fsck_fault f);

struct fsck_problem {
    struct digest digest;
    const char *path; /* of the file, repo-relative; NULL: nothing references the object */
    const char *rev;  /* NULL: the workspace */
    enum fsck_fault fault;
    const char *repaired; /* where it came from: "the workspace", "remote 'r'"; NULL: it did not */
};

struct fsck_result {
    uint64_t objects, read; /* looked at, and of these read */
    uint64_t bytes;         /* read */
    VEC(struct fsck_problem) problems;
    uint64_t lost; /* problems that stay */
};

/* Damaged objects of the cache are set aside. ERR_FAILED for unknown targets, ERR_INVALID when a
 * definition in scope cannot be read. */
int data_fsck(struct fsck_result *result, struct arena *arena, struct data *d,
              const struct fsck_request *o) MUST_CHECK;
void fsck_result_release(struct fsck_result *r); /* for CLEANUP; fine for a zeroed one */

#endif
