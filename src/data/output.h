/*
 * Single outs and deps: what they are now, and bringing workspace, cache and record together. The verbs and the
 * pipeline are built from these.
 */
#ifndef DATA_OUTPUT_H
#define DATA_OUTPUT_H

#include <stdbool.h>

#include "base/attr.h"
#include "data/data.h"
#include "model/stage.h"
#include "store/scan.h"

struct arena;

/* As DVC's status words: "new", "modified", "deleted", "not in cache". */
enum change { CHANGE_NONE, CHANGE_NEW, CHANGE_MODIFIED, CHANGE_DELETED, CHANGE_NOT_IN_CACHE };
const char *change_word(enum change c); /* NULL for CHANGE_NONE */

/* Hashes a path of the repository (or an absolute one outside) under the rules of .dvcignore. With `cached` it is also put
 * into the cache. `algo` is what it will be compared with: HASH_MD5 unless a legacy record says otherwise. */
int output_scan(struct scan *now, struct arena *arena, struct data *d, const char *path, enum hash_algo algo,
                bool cached) MUST_CHECK;

/* Compares with the record. */
int output_change(enum change *c, struct arena *arena, struct data *d, const struct out *o) MUST_CHECK;
/* For DEP_FILE and the source of imports; params are pipeline/params' work. */
int dep_change(enum change *c, struct arena *arena, struct data *d, const struct dep *dep) MUST_CHECK;

struct commit_options {
    bool no_commit; /* record the hash, do not fill the cache */
    bool no_relink;
    bool must_exist; /* a missing out is ERR_NOT_FOUND ("output 'x' does not exist"); else its record is cleared */
};
/* Hashes what the workspace has, fills the cache, records the content in o->recorded, relinks, adds the .gitignore line.
 * The caller then saves the .dvc or dvc.lock. An unchanged legacy out keeps its record. */
int output_commit(struct arena *arena, struct data *d, struct out *o, const struct commit_options *opt) MUST_CHECK;

/* Records the current content of a file dep. ERR_NOT_FOUND "dependency 'x' does not exist". */
int dep_commit(struct arena *arena, struct data *d, struct dep *dep) MUST_CHECK;

/* Content of a scan as a record. */
void content_from_scan(struct content *c, const struct scan *now);

/* Deletes the out from the workspace (file, link or folder), through os/beneath; the user's only copy is kept unless
 * `force`. */
int output_remove(struct data *d, const struct out *o, bool force) MUST_CHECK;

struct checkout_options {
    bool force, relink, allow_missing;
    const char *below;
};
int output_checkout(struct place_result *result, struct arena *arena, struct data *d, const struct out *o,
                    const struct checkout_options *opt) MUST_CHECK;

#endif
