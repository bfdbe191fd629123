/*
 * Everything below a folder, sorted. Regular files (and symlinks to regular files, which count as
 * the file they lead to) are entries; empty folders are named apart, and symlinks to folders
 * are left out, as DVC does it. FIFOs, sockets, devices and dead symlinks are an error that names
 * them. Folders are read and files looked at on all cores.
 */
#ifndef JOB_WALK_H
#define JOB_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"
#include "os/stat.h"

struct arena;

struct walk_entry {
    const char *path;  /* relative to the top, normal */
    struct file_id id; /* of the file, behind a link if `link` */
    bool link;         /* reached through a symlink as last component */
};

struct walk {
    struct walk_entry *at; /* sorted by path as bytes */
    size_t len, cap;
    struct strv empty; /* folders that hold nothing at all */
};

/* Whether to leave a path out (true); `path` is relative to the top. A folder left out is not
 * read. Called on the calling thread alone. */
typedef bool walk_skip_fn(void *ctx, const char *path, bool is_dir);

/* Fills `out` (zeroed; release with walk_release); paths live in `arena`. `skip` may be NULL. */
int walk_tree(struct walk *out, struct arena *arena, int dirfd, const char *top, walk_skip_fn *skip,
              void *ctx) MUST_CHECK;
void walk_release(struct walk *w);

#endif
