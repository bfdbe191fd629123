/*
 * What is referenced: the objects that outs of the workspace and of revisions record, and those that
 * their listings name. gc keeps these, fsck asks for them.
 */
#ifndef DATA_REFERENCES_H
#define DATA_REFERENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"
#include "data/scope.h"
#include "hash/digest.h"

struct arena;
struct data;
struct digest_set;

/* An out's record; each object once, as the first view has it. */
struct reference {
    struct digest digest;
    const char *path;   /* of the out, repo-relative; of the file for a cloud-versioned folder */
    const char *below;  /* only this part of a folder was asked for, or NULL */
    const char *rev;    /* NULL: the workspace */
    const char *remote; /* it is bound to, or NULL */
};

struct references {
    VEC(struct reference) at;
    struct strv remotes; /* that outs are bound to, each once */
    struct map seen;
};

/* An object that is needed: the out itself, or a file that its listing names. */
struct needed {
    struct digest digest;
    uint32_t reference; /* index */
    const char *below;  /* path inside the out, or NULL for itself */
};
struct needs VEC_OF(struct needed);

/* Adds the outs that targets name (NULL or none: all of them), imports from other repositories
 * included, and those of definitions that we do not run. Values live in `arena`. */
int references_collect(struct references *out, struct arena *arena, struct data *d,
                       const struct strv *targets, const struct scope *scope,
                       enum scope_trouble trouble) MUST_CHECK;
void references_release(struct references *r); /* for CLEANUP */

/* A reference whose listing cannot be read, and why. */
struct unopened {
    uint32_t reference;
    int rc; /* ERR_NOT_FOUND, ERR_CORRUPT, ERR_INVALID … */
};
struct unopened_list VEC_OF(struct unopened);

/* How listings are opened. */
struct references_how {
    enum scope_trouble trouble; /* of a listing that cannot be read: with SCOPE_REFUSE an error,
                                      else a warning, and only itself is needed */
    const char *remote;         /* has those that the cache lacks; NULL: the default. An out's own
                                      remote comes first */
    bool cache_only;            /* do not fetch those that the cache lacks */
    struct unopened_list *unopened; /* gets what cannot be read, instead of `trouble`; or NULL */
    const struct digest_set *gone;  /* may be missing, for they were removed on purpose; or NULL */
};

/* Adds all that they need, listings opened, and fetched into the cache if it lacks them. */
int references_open(struct needs *out, struct arena *arena, struct data *d,
                    const struct references *r, const struct references_how *how) MUST_CHECK;

/* What the listing of one reference names, without itself; `trouble`, `unopened` and `gone` do not
 * count. */
int reference_open(struct needs *out, struct arena *arena, struct data *d,
                   const struct references *r, size_t at,
                   const struct references_how *how) MUST_CHECK;

/* "'data/x' of v1.0", for messages. */
const char *needed_shown(struct arena *arena, const struct data *d, const struct references *r,
                         const struct needed *n);

#endif
