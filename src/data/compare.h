/*
 * Two sides of tracked data, compared by one ordered walk over both. The listing of a folder is
 * read only where the two differ in it or each file is asked about, and never twice.
 */
#ifndef DATA_COMPARE_H
#define DATA_COMPARE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct arena;
struct data;
struct tracked;

enum compare_kind {
    COMPARE_SAME,
    COMPARE_MODIFIED,
    COMPARE_UNKNOWN, /* lies in a folder whose listing on one side cannot be had */
    COMPARE_ADDED,
    COMPARE_RENAMED,
    COMPARE_DELETED,
};

struct compare_entry {
    enum compare_kind kind;
    const char *path;     /* as DVC shows it: from the root, a folder with a slash behind it */
    const char *old_path; /* COMPARE_RENAMED; NULL for others */
    const struct digest *old, *new; /* NULL or unset: none on that side */
};
struct compare_entries VEC_OF(struct compare_entry);

/* DVC compares in two ways. */
enum compare_rules {
    COMPARE_DIGESTS, /* `data status`: by digest alone; what has none on either side is left out */
    COMPARE_ENTRIES, /* `diff`: a file is also what is there without a digest, and a folder is none */
};

struct compare_options {
    enum compare_rules rules;
    bool files;         /* the files of folders, too */
    bool same;          /* list what did not change, too */
    bool missing;       /* look for objects of the old side that the cache lacks */
    struct strv within; /* only these paths (repo-relative) and what is below; none: all */
};

struct comparison {
    struct compare_entries
        changes; /* by kind, each kind by path (path_compare), renames by the new one */
    struct compare_entries missing; /* path and `old`, by path */
};

/* Entries live in `arena`, as the listings of the sides do. Release the result also after an
 * error. */
int compare_tracked(struct comparison *out, struct arena *arena, struct data *d,
                    const struct tracked *old, const struct tracked *new,
                    const struct compare_options *o) MUST_CHECK;
void comparison_release(struct comparison *c); /* for CLEANUP */

#endif
