/*
 * The user's index while commands run that may add to it (DVCLive does): held before, and given back
 * as it was, so that what they added is not in the user's next commit.
 */
#ifndef GIT_GITINDEX_H
#define GIT_GITINDEX_H

#include "base/attr.h"

struct gitrepo;

/* Holds the index as it is, under another name in Git's folder; one that a killed process held is
 * dropped. A hint: where the file system has no hard links nothing is held. */
void gitindex_hold(struct gitrepo *g);
/* Gives it back if another one took its place, unless HEAD is not the commit `head` any more: then it
 * is that of a newer commit. A Git that writes it right now keeps it (a warning tells). Fine when
 * nothing is held. */
void gitindex_return(struct gitrepo *g, const char *head);

#endif
