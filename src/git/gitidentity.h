/*
 * Whose name stands on what we write into Git: found as Git finds the committer.
 */
#ifndef GIT_GITIDENTITY_H
#define GIT_GITIDENTITY_H

#include "base/attr.h"

struct git_signature;
struct gitrepo;

/* GIT_COMMITTER_NAME and _EMAIL, else committer.name and .email, else user.name and .email of the
 * configuration, else EMAIL; the time is now, or GIT_COMMITTER_DATE. ERR_FAILED, with what to
 * configure as hint, if there is no name or no address: none is made up. Free with
 * git_signature_free. */
int gitidentity_committer(struct git_signature **out, struct gitrepo *g) MUST_CHECK;

#endif
