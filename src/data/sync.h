/*
 * push, fetch and pull: cache and remote. Which objects are meant is collected once, from the
 * workspace or from the revisions asked for; each out goes to the remote it is bound to, else to
 * the one named, else to the default.
 */
#ifndef DATA_SYNC_H
#define DATA_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/map.h"
#include "base/vec.h"
#include "data/checkout.h"
#include "store/transfer.h"

struct arena;
struct data;

struct sync_request {
    struct strv targets;
    struct strv revs;   /* and what these commits use, beside the workspace */
    bool no_workspace;  /* what the commits use, alone */
    const char *remote; /* NULL: the default */
    bool all_branches, all_tags, all_commits, with_deps, recursive, run_cache, glob;
    bool force, allow_missing; /* pull: of its checkout */
    confirm_fn *confirm;       /* likewise; may be NULL */
    void *confirm_ctx;
    int jobs;                      /* 0: the remote's `jobs`, else 4 x cores */
    int64_t max_size;              /* fetch: bytes, -1 none */
    bool only_metrics, only_plots; /* fetch --type */
};

struct sync_result {
    struct transfer_result transfer;
    uint64_t run_cache_files;
    struct map partial;              /* fetch: see import_partial_fetch */
    struct checkout_result checkout; /* pull */
};

/* All three warn of each object that did not arrive. No lock is taken but by the checkout of pull:
 * objects come and go whole.
 *
 * push: all that exists is pushed; ERR_FAILED at the end when something is missing or failed, with
 * result filled. */
int data_push(struct sync_result *result, struct arena *arena, struct data *d,
              const struct sync_request *o) MUST_CHECK;
/* fetch: without any remote configured it has nothing to do, as DVC (log_warn). Outs that no store
 * has: listed in the result, and success, as DVC; other failures: ERR_FAILED at the end. */
int data_fetch(struct sync_result *result, struct arena *arena, struct data *d,
               const struct sync_request *o) MUST_CHECK;
/* pull: goes on to the checkout of what is there when something could not be fetched. */
int data_pull(struct sync_result *result, struct arena *arena, struct data *d,
              const struct sync_request *o) MUST_CHECK;

/* A failure of the transfer, for machines: whole words, no sentence. */
struct sync_failure {
    const char *path; /* as shown to the user */
    char digest[DIGEST_TEXT_MAX];
    const char *why;
};
struct sync_failure sync_failure_at(const struct data *d, const struct sync_result *result,
                                    size_t i);

void sync_result_release(struct sync_result *result); /* fine for a zeroed one */

#endif
