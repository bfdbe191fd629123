/*
 * How references and their logs are written: what gitref and gitreflog share. Not for other rooms.
 */
#ifndef GIT_GITREF_WRITER_H
#define GIT_GITREF_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "os/lock.h"

struct arena;
struct gitrepo;

struct gitref_writer {
    struct gitrepo *g;
    struct arena *arena;
    const char *name;
    int dir; /* the Git folder that all worktrees share */
    struct file_lock lock;
    bool there;  /* the reference exists */
    char id[41]; /* what it leads to, "" if nowhere */
};

/* Locks, waits for others, and looks what the reference is now. To be ended in any case. */
int gitref_writer_begin(struct gitref_writer *w, struct gitrepo *g, const char *name) MUST_CHECK;
void gitref_writer_end(struct gitref_writer *w); /* for CLEANUP */

/* Whether the reference is what `expected` says, and may be made if it is not there: see
 * gitref_set. To be asked before anything is put. */
int gitref_writer_expect(const struct gitref_writer *w, const char *expected) MUST_CHECK;

/* Writes the loose file: "<id>" or "ref: <name>". */
int gitref_writer_put(struct gitref_writer *w, const char *value) MUST_CHECK;
int gitref_writer_remove(struct gitref_writer *w) MUST_CHECK;

/* The log, as a path below w->dir. */
const char *gitref_writer_log(const struct gitref_writer *w);
int gitref_writer_put_log(struct gitref_writer *w, const char *text, size_t len) MUST_CHECK;

#endif
