/*
 * Notes of work that a later run can go on with: lines of text in a file of the statcache's folder,
 * held by a lock while it is open. They are hints, and may be lost.
 */
#ifndef STORE_WORKNOTE_H
#define STORE_WORKNOTE_H

#include <stdbool.h>

struct statcache;
struct str;

struct worknote {
    int dir, fd; /* -1 when it is not open */
    char name[40];
};

#define WORKNOTE_INIT                                                                              \
    { .dir = -1, .fd = -1 }

/* Opens the journal of `subject` (any text) and appends what stands in it to `lines`. False when it
 * cannot be kept, or another process has it. No error. */
bool worknote_open(struct worknote *j, struct str *lines, const struct statcache *state,
                   const char *subject);
bool worknote_is_open(const struct worknote *j);
void worknote_add(struct worknote *j, const char *line); /* a newline is added */
void worknote_clear(struct worknote *j);                 /* what stands in it does not hold */
void worknote_remove(struct worknote *j);                /* the work is done; closes it */
void worknote_close(struct worknote *j);                 /* fine when it is not open */

#endif
