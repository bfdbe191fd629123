/*
 * Commits made of the work tree as it is, beside the user's own history: neither his index, HEAD and
 * branches nor his files are touched, and no hook runs.
 */
#ifndef GIT_GITCOMMIT_H
#define GIT_GITCOMMIT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct git_signature;
struct gitrepo;

struct gitcommit_request {
    const char *parent;  /* full id; also what "the same" in gitcommit_same compares with */
    const char *message; /* taken as it is, no newline is added */
    /* Absolute paths of files and folders that come in besides what the index names; those that are
     * not there, lie in a submodule or outside, and, in `add`, those that Git ignores are left out. */
    struct strv add, force;
};

/* What would stop gitcommit_make, told before there is work to lose: the repository has no commit
 * yet, or its index holds conflicts (ERR_FAILED). */
int gitcommit_check(struct gitrepo *g) MUST_CHECK;

/* The commit's tree is the index of `from`, with the files it names as the work tree has them, and
 * what the request adds. Objects go into the store of `into` (often the same as `from`), which must
 * have the parent; `from` sees that store (alternates), or is it. Author and committer are who Git
 * says the user is, else the account. */
int gitcommit_make(char id[41], struct gitrepo *from, struct gitrepo *into,
                   const struct gitcommit_request *r) MUST_CHECK;

/* Whether two commits hold the same files. */
int gitcommit_same(bool *yes, struct gitrepo *g, const char *a, const char *b) MUST_CHECK;

/* For this room. git add -u in memory: the index has to be read again. And who signs. */
int gitcommit_take_tracked(struct gitrepo *g) MUST_CHECK;
int gitcommit_identify(struct git_signature **out, struct gitrepo *g) MUST_CHECK;

#endif
