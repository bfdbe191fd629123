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
struct index;

/* One changed path of a stage. */
struct status_entry {
    const char *path;  /* as shown: relative to the working directory; a params file for `key` */
    const char *key;   /* param name, or NULL */
    enum change change;
};
struct status_entries VEC_OF(struct status_entry);

/* One stage that is not up to date. */
struct stage_status {
    const struct stage *stage;
    struct status_entries deps, outs;
    bool command_changed, always_changed, checksum_changed;
};
struct stage_statuses VEC_OF(struct stage_status);

/* How params are judged lies above this room: the pipeline hands its function down. */
typedef int status_params_fn(void *ctx, struct status_entries *out, struct arena *arena, const struct stage *s,
                             const struct dep *dep);

/* One stage compared with its record. Frozen stages: outs only. */
int stage_status_get(struct stage_status *out, struct arena *arena, struct data *d, const struct stage *s,
                     status_params_fn *params, void *ctx) MUST_CHECK;
bool stage_status_clean(const struct stage_status *s);

/* status -c: */
enum cloud_change { CLOUD_NEW, CLOUD_DELETED, CLOUD_MISSING }; /* new: here only; deleted: there only */
struct cloud_entry {
    const char *path; /* as shown */
    enum cloud_change change;
};
struct cloud_entries VEC_OF(struct cloud_entry);

struct cloud_request {
    struct strv targets;
    const char *remote;
    bool all_branches, all_tags, all_commits, with_deps, recursive;
    int jobs;
};
int data_cloud_status(struct cloud_entries *out, struct arena *arena, struct data *d, const struct cloud_request *o) MUST_CHECK;

#endif
