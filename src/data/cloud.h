/*
 * Remotes that keep versions (version_aware, worktree): data lies there under its own paths, and the
 * .dvc files and dvc.lock record which version of each file is meant.
 */
#ifndef DATA_CLOUD_H
#define DATA_CLOUD_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"
#include "model/versions.h"

struct arena;
struct data;
struct out;
struct transfer_result;
struct transfer_wants;

/* Whether the remote of this name (NULL: the default one) is one; false if there is none. */
bool cloud_is_versioned(const struct data *d, const char *remote);

/* The files of one out, and their versions. */
struct cloud_want {
    const char *path;      /* of the out */
    struct digest listing; /* of a folder, else unset */
    struct version_files files;
};
struct cloud_wants VEC_OF(struct cloud_want);

/* Adds what an out records of this remote; `below`: only that part of a folder, or NULL. */
void cloud_want_out(struct cloud_wants *wants, struct arena *arena, const struct out *o,
                    const char *remote, const char *below);
void cloud_wants_release(struct cloud_wants *wants); /* for CLEANUP */

/* Sends the files of these outs that are not recorded as being there, and records their versions. Takes
 * the repository lock when there is something to send. Failures are listed in the result. */
int cloud_push(struct transfer_result *result, struct arena *arena, struct data *d,
               const char *remote, const struct transfer_wants *wants) MUST_CHECK;
/* Brings what the cache lacks of the versions that are recorded. Failures as above. */
int cloud_fetch(struct transfer_result *result, struct arena *arena, struct data *d,
                const char *remote, const struct cloud_wants *wants) MUST_CHECK;

#endif
