/*
 * What the files of this room share: the inside of the handle, and libgit2's errors as ours. Not
 * for other rooms.
 *
 * Finding a repository costs a few stat calls; libgit2 is started, the owner checked and the
 * repository opened by the first call that needs it (gitlib_open), for most commands ask Git little
 * or nothing.
 */
#ifndef GIT_GITLIB_H
#define GIT_GITLIB_H

#include <git2.h>

#include "base/attr.h"
#include "base/err.h"

struct arena;
struct gitexclude;

struct gitrepo {
    struct arena *arena;
    const char *root; /* work tree */
    const char *git_dir;
    const char *link_file; /* the ".git" file that names git_dir (worktree, submodule), or NULL */
    git_repository *repo;  /* NULL until gitlib_open() */
    git_index *index;      /* NULL until first asked */
    struct gitexclude *exclude; /* ignore rules read so far, or NULL */
    git_tree *tree;             /* of tree_commit: the commit last read from */
    char tree_commit[GIT_OID_HEXSZ + 1];
};

/* libgit2's last message as a chain: "<text>: <message>". */
int gitlib_error(enum err_code code, const char *fmt, ...) PRINTF(2, 3);

int gitlib_open(struct gitrepo *g) MUST_CHECK;

/* Makes g->index what is on disk: commands that we run may change it. */
int gitlib_index(struct gitrepo *g) MUST_CHECK;

/* Writes a commit object that no reference leads to yet; below 0 as libgit2's functions. For
 * git_commit_create, which says that it has written one when the disk was full. */
struct gitlib_commit {
    const git_signature *author, *committer;
    const char *message;
    const git_tree *tree;
    size_t nparents;
    const git_commit **parents;
};
int gitlib_commit_write(git_oid *out, git_repository *repo,
                        const struct gitlib_commit *c) MUST_CHECK;

/* The path relative to the work tree, or NULL if it is outside. */
const char *gitlib_below(const struct gitrepo *g, const char *path);

#endif
