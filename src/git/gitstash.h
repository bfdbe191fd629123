/*
 * Stash commits as `git stash` and DVC make them: a commit of the files, whose parents are the commit
 * they stand on and one that stands for the index. It belongs to no reference until it is put into
 * the log of one (gitref_set).
 */
#ifndef GIT_GITSTASH_H
#define GIT_GITSTASH_H

#include <stddef.h>

#include "base/attr.h"

struct gitrepo;

/* A file that differs from the one of the commit `files`. */
struct gitstash_file {
    const char *path; /* below the work tree */
    const void *data;
    size_t len;
};

struct gitstash_request {
    const char *files;  /* the commit that has the files; author and time are taken from it */
    const char *parent; /* the commit they stand on */
    const char *message;
    const struct gitstash_file *changes;
    size_t nchanges;
};

int gitstash_make(char id[41], struct gitrepo *g, const struct gitstash_request *r) MUST_CHECK;

#endif
