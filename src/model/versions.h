/*
 * Files in stores that keep versions, as entries of .dvc files and dvc.lock record them: below
 * `cloud: {remote: …}` for outs, beside the other keys for the sources of imports; one entry for a
 * file, a list of `files:` for a folder.
 */
#ifndef MODEL_VERSIONS_H
#define MODEL_VERSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct arena;
struct dep;
struct out;

struct version_file {
    const char *path;     /* below the out; "" for a file itself */
    struct digest digest; /* unset: not recorded, as of sources */
    uint64_t size;        /* UINT64_MAX unknown */
    bool isexec;
    const char *etag, *version; /* NULL: none */
};
struct version_files VEC_OF(struct version_file);
void version_files_release(struct version_files *files); /* for CLEANUP */

/* The files that an out's record tells of, with their versions in this remote. Nothing for a folder of
 * which only the digest of its list is recorded. Texts are lent. */
void versions_of_out(struct version_files *files, const struct out *o, const char *remote);
/* The remote whose versions an out's record tells of, as the first of its files has it: "" if that names
 * none, as DVC's `update` leaves folders (it is then the one that is asked for); NULL: no versions. */
const char *versions_remote_of_out(const struct out *o);
/* Makes them what the out records; sorted by path. A file without a version is recorded as not being
 * in the remote. A single one with path "" is a file out. */
void versions_record_out(struct out *o, struct arena *arena, const char *remote,
                         const struct version_files *files);

/* The same for a folder that records its files, with their contents now: those that did not change keep
 * their versions. */
void versions_refresh_out(struct out *o, struct arena *arena, const struct version_files *files);

/* The same of a source, whose key of an etag is `key`. */
void versions_of_dep(struct version_files *files, const struct dep *d);
void versions_record_dep(struct dep *d, struct arena *arena, const char *key,
                         const struct version_files *files);

#endif
