/*
 * The files that a path of another repository means, and getting them: tracked data from its caches
 * and remotes, or from where it was imported itself; the rest from its commit or workspace.
 */
#ifndef DATA_SOURCE_FILES_H
#define DATA_SOURCE_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct arena;
struct content;
struct data;
struct out;
struct source;

struct source_file {
    const char *path; /* below what was asked for; "" for that itself */
    const char *at;   /* in the project */
    const struct out
        *out; /* tracked data: the out it is or lies in; NULL: a file of Git or the workspace */
    struct digest digest; /* of tracked data; of others when they have been fetched */
};

struct source_files {
    bool is_dir;
    VEC(struct source_file) all; /* sorted by path */
};
void source_files_release(struct source_files *f); /* for CLEANUP */

/* What the path means, without stage files and what .dvcignore leaves out. Nothing is fetched but
 * listings. ERR_REFUSED if there is nothing (with what may have been meant), or a name in it that could
 * not be written here. Valid until another project is entered. */
int source_look(struct source_files *out, struct arena *arena, struct source *s,
                const char *path) MUST_CHECK;

struct source_moved {
    uint64_t files, bytes;
};

/* Brings all of them, or (of tracked data) those at or below `below`, into the caches of `to`, as
 * objects of their algorithms. Of what cannot be had the first is the error. */
int source_fetch(struct source_moved *moved, struct arena *arena, struct source *s,
                 struct source_files *files, const char *below, struct data *to) MUST_CHECK;

/* What an out that holds all of them records, after source_fetch: one file, or a listing, which is
 * stored in the cache. `algo`: of all its digests; HASH_NONE: of the data, md5 where that is mixed. */
int source_store(struct content *out, struct arena *arena, struct source_files *files,
                 struct data *to, enum hash_algo algo) MUST_CHECK;

#endif
