/*
 * Single outs and deps: what they are now, and bringing workspace, cache and record together. The
 * verbs and the pipeline are built from these.
 */
#ifndef DATA_OUTPUT_H
#define DATA_OUTPUT_H

#include <stdbool.h>

#include "base/attr.h"
#include "data/data.h"
#include "model/stage.h"
#include "store/scan.h"

struct arena;

/* As DVC's status words: "new", "modified", "deleted", "not in cache", "update available" (of
 * imports), "not in sync" (of datasets). */
enum change {
    CHANGE_NONE,
    CHANGE_NEW,
    CHANGE_MODIFIED,
    CHANGE_DELETED,
    CHANGE_NOT_IN_CACHE,
    CHANGE_UPDATE,
    CHANGE_UNSYNCED
};
const char *change_word(enum change c); /* NULL for CHANGE_NONE */

/* Hashes a path of the repository (or an absolute one outside) under the rules of .dvcignore. With
 * `cached` it is also put into the cache. `algo` is what it will be compared with: HASH_MD5 unless
 * a legacy record says otherwise. */
int output_scan(struct scan *now, struct arena *arena, struct data *d, const char *path,
                enum hash_algo algo, bool cached) MUST_CHECK;

/* Puts files (repo-relative; folders and what is not there are passed over) into the cache for new
 * data together, ahead of an output_commit of each, which then finds them there. */
int output_store_ahead(struct arena *arena, struct data *d, const struct strv *paths) MUST_CHECK;

/* What workspace files are compared with a record by: the algorithm it was made with, md5 if there
 * is none. */
enum hash_algo content_algo(const struct content *c);

/* Whether the cache holds the recorded content, for a folder the listing and all its files; nothing
 * is hashed. */
int content_cached(bool *yes, struct arena *arena, struct data *d,
                   const struct content *c) MUST_CHECK;

/* The recorded listing of a folder out (empty if nothing is recorded), fetched from its remote if
 * the cache lacks it. */
int output_listing(struct tree *tree, struct arena *arena, struct data *d,
                   const struct out *o) MUST_CHECK;

/* Compares with the record; NOT_IN_CACHE comes before what the workspace has. */
int output_change(enum change *c, struct data *d, const struct out *o) MUST_CHECK;
/* For DEP_FILE, DEP_URL, DEP_DATASET and the source of repository imports; params are pipeline/params' work (NONE here).
 * Sources that are not built yet are ERR_UNSUPPORTED. */
int dep_change(enum change *c, struct arena *arena, struct data *d,
               const struct dep *dep) MUST_CHECK;

struct commit_options {
    bool no_commit; /* record the hash, do not fill the cache */
    bool no_relink;
    bool
        *relink_later; /* set in place of making links, where objects have to be published for them;
                           output_relink makes them then. NULL: all is done at once */
    bool no_gitignore; /* the caller adds the line */
    bool
        must_exist; /* a missing out is ERR_NOT_FOUND ("output 'x' does not exist"); else its record is cleared */
};
/* Hashes what the workspace has, fills the cache, records the content in o->recorded, relinks, adds
 * the .gitignore line. The caller then saves the .dvc or dvc.lock. An unchanged legacy out keeps
 * its record. */
int output_commit(struct arena *arena, struct data *d, struct out *o,
                  const struct commit_options *opt) MUST_CHECK;

/* Makes links of an out that was committed with relink_later, after data_publish. What is no more as
 * recorded is left alone. */
int output_relink(struct arena *arena, struct data *d, const struct out *o) MUST_CHECK;

/* ERR_FAILED if Git tracks the path (or something below it): then it cannot be an out. */
int output_check_untracked(struct data *d, const char *path) MUST_CHECK;

/* Records the current content of a dep that is a file, a url or a dataset. ERR_NOT_FOUND "dependency 'x' does not exist". */
int dep_commit(struct arena *arena, struct data *d, struct dep *dep) MUST_CHECK;

/* output_scan for comparing only: symlinks into the cache whose objects are gone count as files
 * that are not there, where recording them would be a loss and is refused. */
int output_look(struct scan *now, struct arena *arena, struct data *d, const char *path,
                enum hash_algo algo) MUST_CHECK;

/* Content of a scan as a record. */
void content_from_scan(struct content *c, const struct scan *now);

/* Deletes the out from the workspace (file, link or folder), through os/beneath; the user's only
 * copy is kept unless `force`. What lies outside of the repository stays. */
int output_remove(struct data *d, const struct out *o, bool force) MUST_CHECK;

/* Files of the out's present state (a scan) whose bytes the cache does not hold and that are not
 * what the record asks for: the user's only copies. Repo-relative paths. `below` as in struct
 * checkout_options. */
int output_unsaved(struct strv *paths, struct arena *arena, struct data *d, const struct out *o,
                   const char *below, const struct scan *now) MUST_CHECK;

struct checkout_options {
    bool force, relink, allow_missing;
    const char *below;      /* only this file or folder of a folder out, or NULL */
    const struct scan *now; /* what the workspace has, if the caller knows it */
};
int output_checkout(struct place_result *result, struct arena *arena, struct data *d,
                    const struct out *o, const struct checkout_options *opt) MUST_CHECK;

#endif
