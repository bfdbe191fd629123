/*
 * References: read through libgit2; written by us, as loose files, so that a process killed at any
 * moment leaves no `.lock` file behind for Git, DVC or us to stumble over. A reference appears whole,
 * by rename. Our own processes keep each other out by a kernel lock on the folder `refs`; the lock
 * files of others are waited for (2 s, then ERR_LOCKED). What is left is a Git that begins to write
 * the very same reference between our look and our rename: then the last of the two wins.
 */
#ifndef GIT_GITREF_H
#define GIT_GITREF_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct gitrepo;

struct gitref {
    const char *name; /* full: refs/… */
    char id[41];      /* what it leads to in the end, in hex */
};
struct gitrefs VEC_OF(struct gitref);

/* Appends the references whose names begin with `prefix` ("refs/exps/"), sorted by name. One that
 * leads nowhere is left out. */
int gitref_list(struct gitrefs *out, struct gitrepo *g, struct arena *arena,
                const char *prefix) MUST_CHECK;

/* ERR_NOT_FOUND if there is none, or it leads nowhere. */
int gitref_read(char id[41], struct gitrepo *g, const char *name) MUST_CHECK;

/* Whether `name` (full) may be that of a reference, as `git check-ref-format` says it. */
bool gitref_valid(const char *name);

/* Makes `name` (not what it may stand for) lead to the object `id`. `expected`: NULL = whatever it
 * is now; "" = it must not be there (ERR_EXISTS); else it must be this id (ERR_FAILED). With a
 * message, a line is added to its log, which the stashes of the queue are read from; else none is
 * written. ERR_EXISTS also if "a/b" is there where "a" is to be made, or the other way round. */
int gitref_set(struct gitrepo *g, const char *name, const char *id, const char *expected,
               const char *message) MUST_CHECK;

/* Makes `name` stand for the reference `target`, which need not be there. */
int gitref_set_symbolic(struct gitrepo *g, const char *name, const char *target) MUST_CHECK;

/* Removes `name` (not what it may stand for) and its log. `expected` as above, without "".
 * ERR_NOT_FOUND if there is none. */
int gitref_delete(struct gitrepo *g, const char *name, const char *expected) MUST_CHECK;

#endif
