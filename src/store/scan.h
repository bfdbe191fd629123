/*
 * The state of a file or folder in the workspace: the one way in which status, add, commit and
 * repro learn digests. Unchanged files are recognised by their identity; the rest is hashed on all
 * cores, and, when a cache is given, copied into it in the same read.
 */
#ifndef STORE_SCAN_H
#define STORE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "hash/digest.h"
#include "os/stat.h"
#include "job/walk.h"
#include "store/tree.h"

struct arena;
struct cache;
struct progress;
struct statcache;
struct strv;

/* A file found, aligned with scan.tree.at for a folder. */
struct scan_file {
    const char *path; /* below the scanned path; "" for a file itself */
    struct file_id id;
    struct digest digest;
    bool link; /* the name itself is a symlink */
};

struct scan {
    bool exists;
    bool is_dir;
    bool link;                /* the path itself is a symlink */
    struct digest digest;     /* of the file, or of the listing */
    uint64_t size;            /* sum of bytes */
    uint64_t nfiles;          /* for a folder */
    bool isexec;              /* a file with the owner's x bit */
    struct scan_file *files;  /* one for a file */
    size_t nfiles_at;         /* entries in files */
    struct tree tree;         /* for a folder: sorted, digests filled */
    const char *const *empty; /* folders in it that hold nothing, which no listing has */
    size_t nempty;
};

struct scan_spec {
    int root_fd; /* of the repository; -1: `path` is absolute */
    const char *path;
    enum hash_algo algo;
    struct statcache *state; /* NULL: nothing is remembered */
    struct cache
        *into; /* NULL: hash only; else every file (and the listing) is made to be there, durably */
    walk_skip_fn *skip; /* the ignore rules, or NULL */
    void *skip_ctx;
    struct progress *progress;
};

/* A path that is not there gives exists = false and success. All memory is the arena's. Files that
 * changed while they were read: ERR_FAILED naming them. */
int scan_path(struct scan *out, struct arena *arena, const struct scan_spec *spec) MUST_CHECK;

/* Give back what is large of a folder's scan, for what comes next: the files, which are most, or the
 * tree. Digest and sums stay. */
void scan_drop_files(struct scan *s, struct arena *arena);
void scan_drop_tree(struct scan *s, struct arena *arena);

/* Brings files, each tracked by itself, into spec->into together, where one after the other would be
 * made durable one after the other. Folders, links, and what is not there are passed over, and so is
 * a file that changes: scan_path then finds what is there, and does the rest. spec->path and skip are
 * not used. */
int scan_store_files(struct arena *arena, const struct scan_spec *spec,
                     const struct strv *paths) MUST_CHECK;

#endif
