/*
 * A table at two times: of the workspace, of a commit, out of the cache.
 */
#ifndef REVIEW_SHEET_PAIR_H
#define REVIEW_SHEET_PAIR_H

#include "base/attr.h"

struct arena;
struct data;
struct sheet;

struct sheet_pair {
    int old_fd, now_fd;
    struct sheet *old, *old_again, *now; /* as sheet_diff wants them */
};

/* `typed` is a path as typed, which stays; a revision is what Git knows, NULL the workspace.
 * ERR_NOT_FOUND if there is no such file then, or the cache lacks it (with a hint), ERR_UNSUPPORTED
 * if it is no table. Release also after an error. */
int sheet_pair_open(struct sheet_pair *p, struct arena *arena, struct data *d, const char *typed,
                    const char *old_rev, const char *now_rev) MUST_CHECK;
void sheet_pair_release(struct sheet_pair *p); /* for CLEANUP */

#endif
