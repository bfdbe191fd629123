/*
 * The Git repository around us, through libgit2. Read-only but for staging. One handle, one thread.
 *
 * libgit2's owner check is set aside and Git's rule applied by us: a repository owned by another
 * user is refused with Git's hint unless safe.directory (also "*") allows it, or we are root and
 * SUDO_UID owns it.
 */
#ifndef GIT_GITREPO_H
#define GIT_GITREPO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct gitrepo;
struct str;

/* Finds the repository that holds `path` (absolute) upwards, as Git does: .git folders and files
 * (worktrees, submodules), GIT_DIR is not looked at. ERR_NOT_FOUND if there is none. */
int gitrepo_open(struct gitrepo **out, const char *path) MUST_CHECK;
/* A repository without work tree at exactly this folder; paths are those of commits alone. */
int gitrepo_open_bare(struct gitrepo **out, const char *git_dir) MUST_CHECK;
void gitrepo_close(struct gitrepo *g); /* NULL is fine */
void gitrepo_closep(struct gitrepo **g);

/* Absolute work tree, no trailing slash; of a bare repository its folder. */
const char *gitrepo_root(const struct gitrepo *g);
const char *gitrepo_git_dir(const struct gitrepo *g); /* absolute */

/* Whether Git's rules (all .gitignore files, info/exclude, core.excludesFile) ignore the absolute
 * path. */
int gitrepo_ignores(struct gitrepo *g, const char *path, bool is_dir, bool *yes) MUST_CHECK;

/* Whether the index has the path, or anything below it. */
int gitrepo_tracks(struct gitrepo *g, const char *path, bool *yes) MUST_CHECK;

/* Whether what the work tree has at the absolute path, a file or folder that Git tracks, is another
 * than in HEAD. */
int gitrepo_modified(struct gitrepo *g, const char *path, bool *yes) MUST_CHECK;

/* git add of the absolute paths (a missing one is git rm --cached). */
int gitrepo_stage(struct gitrepo *g, const struct strv *paths) MUST_CHECK;

/* Whether HEAD names a commit. */
bool gitrepo_has_commits(struct gitrepo *g);
/* Branch that HEAD points to (short), or NULL when detached. */
const char *gitrepo_branch(struct gitrepo *g, struct arena *arena);

#endif
