/*
 * The log of a reference: what it was, newest first. `git stash list` and the queues of DVC
 * (refs/exps/stash, refs/exps/celery/…) are such logs: each line names a stash commit.
 */
#ifndef GIT_GITREFLOG_H
#define GIT_GITREFLOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"

struct arena;
struct gitref_writer;
struct gitrepo;

struct gitlogline {
    char old_id[41], id[41]; /* what the reference was, and what it became */
    const char *who;         /* "Name <mail> seconds zone" */
    const char *message;
    int64_t time; /* seconds */
};
struct gitreflog VEC_OF(struct gitlogline);

/* Lines of a log in the order of the file; what is no line of a log is left out. */
void gitreflog_parse(struct gitreflog *out, struct arena *arena, const char *text);

/* The log, newest first; empty if there is no such reference, or it has no log. */
int gitreflog_read(struct gitreflog *out, struct gitrepo *g, struct arena *arena,
                   const char *name) MUST_CHECK;

/* Takes the line with this id out, as `git stash drop` does: the reference becomes what the newest
 * line left says, or is removed with its log. ERR_NOT_FOUND if there is no such line. */
int gitreflog_drop(struct gitrepo *g, const char *name, const char *id) MUST_CHECK;

/* For gitref_set, which holds the reference. */
int gitreflog_append(struct gitref_writer *w, const char *id, const char *message) MUST_CHECK;

#endif
