/*
 * Clones of repositories elsewhere: bare, kept from one command to the next, holding only the
 * commits that were asked for until something needs history. What was fetched once stays, for what
 * was recorded must be found again.
 */
#ifndef GIT_GITCLONE_H
#define GIT_GITCLONE_H

#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct gitrepo;

/* Opens the clone of `url` that lives at the absolute path `git_dir` (made when it is not there), in
 * which `rev` can be read: *commit is its full id, in the arena. `rev`: a branch, tag, reference,
 * commit, short id or experiment, or anything else that `git rev-parse` takes; NULL: the default
 * branch there. A full id that was had before costs no connection, a name one question; what is
 * lacking is fetched. ERR_NOT_FOUND for a revision that is not there; else as gitwire.h. */
int gitclone_open(struct gitrepo **out, const char **commit, struct arena *arena,
                  const char *git_dir, const char *url, const char *rev) MUST_CHECK;

/* Removes the clone, unless its folder has changed since `since` (nanoseconds since 1970) or it is
 * being opened: ERR_LOCKED. Its lock file stays, as others may wait for it. */
int gitclone_expire(const char *git_dir, int64_t since) MUST_CHECK;

/* The short names of the branches and tags there: for "did you mean". */
int gitclone_names(struct strv *out, struct arena *arena, const char *url) MUST_CHECK;

#endif
