/*
 * unprotect: files that are links into the cache become files of their own, which may be edited.
 */
#ifndef DATA_UNPROTECT_H
#define DATA_UNPROTECT_H

#include "base/attr.h"
#include "base/vec.h"

struct data;
struct out;

/* The files and folders of these paths, tracked or not; nothing is changed behind a link that leads
 * through a folder. A path that is not there is ERR_NOT_FOUND, after those before it were done.
 * Takes the repository lock. */
int data_unprotect(struct data *d, const struct strv *targets) MUST_CHECK;

/* The same for what the workspace has of an out that the cache keeps. Links whose object is gone
 * stay as they are. */
int unprotect_out(struct data *d, const struct out *o) MUST_CHECK;

#endif
