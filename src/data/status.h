/*
 * status: what differs between records and workspace, or (-c) between cache and remote.
 */
#ifndef DATA_STATUS_H
#define DATA_STATUS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/output.h"

struct arena;
struct sync_request;

/* One changed path of a stage. */
struct status_entry {
    const char *path; /* as shown: relative to the working directory; a params file for `key` */
    const char *key;  /* param name, or NULL */
    enum change change;
};
struct status_entries VEC_OF(struct status_entry);

/* One stage that is not up to date. */
struct stage_status {
    const char *stage; /* its address */
    struct status_entries deps, outs;
    bool command_changed, always_changed, checksum_changed;
};
struct stage_statuses VEC_OF(struct stage_status);

/* How params are judged lies above this room: the pipeline hands its function down. */
typedef int status_params_fn(void *ctx, struct status_entries *out, struct arena *arena,
                             const struct stage *s, const struct dep *dep);

struct status_request {
    struct strv targets;
    bool with_deps, recursive;
    bool no_updates;          /* do not ask the sources of imports */
    status_params_fn *params; /* NULL: params are not looked at */
    void *params_ctx;
};

struct status_result {
    struct stage_statuses changed; /* in the order of the stages */
    bool empty;                    /* the project has no stage at all */
};

/* Takes no lock and writes nothing but the statcache. Values live in `arena`; release `result` also
 * after an error. */
int data_status(struct status_result *result, struct arena *arena, struct data *d,
                const struct status_request *o) MUST_CHECK;
void status_result_release(struct status_result *result); /* for CLEANUP */

/* status -c: */
enum cloud_change {
    CLOUD_DELETED,
    CLOUD_NEW,
    CLOUD_MISSING
}; /* new: here only; deleted: there only; missing: nowhere */
const char *cloud_change_word(enum cloud_change c);

struct cloud_entry {
    const char *path; /* as shown */
    enum cloud_change change;
};
struct cloud_entries VEC_OF(struct cloud_entry);

/* Outs bound to a remote of their own are left out, as by DVC. Sorted by change, then path. *empty
 * as above. */
int data_cloud_status(struct cloud_entries *out, bool *empty, struct arena *arena, struct data *d,
                      const struct sync_request *o) MUST_CHECK;

#endif
