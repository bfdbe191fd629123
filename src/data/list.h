/*
 * What a repository holds, at a commit or in the workspace: files of either with tracked data in
 * its place, whether or not it is there.
 */
#ifndef DATA_LIST_H
#define DATA_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/vec.h"
#include "hash/digest.h"

struct arena;
struct source;

struct list_entry {
    const char *path; /* below the listed folder; for a tree, the name alone */
    bool isout;       /* is tracked data, or lies in it */
    bool isdir, isexec;
    bool
        is_file; /* there as a file or folder of the workspace or commit, not only as tracked data */
    int64_t size; /* bytes, -1 unknown; of a folder what the file system says, if it has it */
    struct digest digest; /* as recorded; unset for what is not tracked as such */
    int depth;            /* of a tree: 0 for its root */
    bool last;            /* of a tree: in its folder */
};
struct list_entries VEC_OF(struct list_entry);

enum list_form {
    LIST_FOLDER, /* what is directly in the folder, sorted */
    LIST_FILES,  /* all files below it, sorted, and the folders at the lowest level asked for */
    LIST_TREE,   /* the folder and all that is below, each folder before what is in it */
};

#define LIST_ALL_LEVELS (-1)

struct list_request {
    const char *path; /* as source_path gives it */
    enum list_form form;
    int level; /* how deep to go; 0: the path itself */
    bool tracked_only;
    bool no_sizes; /* they have to be asked for one by one: leave them out, and isexec */
    bool strict;   /* a folder whose files cannot be known is an error; else it looks empty */
    bool refuse;   /* a path that is not there is ERR_REFUSED */
};

/* ERR_NOT_FOUND if there is nothing at the path. Takes no lock and writes nothing. */
int data_list(struct list_entries *out, struct arena *arena, struct source *s,
              const struct list_request *o) MUST_CHECK;

/* Whether a file of this name describes data: it is listed, but it is no part of what a folder holds. */
bool list_is_control(const char *name);

/* Bytes of what is at the path (`total`) or of each thing in it: entries with path and size. Stage
 * files and .dvcignore do not count. */
int data_usage(struct list_entries *out, struct arena *arena, struct source *s, const char *path,
               bool total) MUST_CHECK;

#endif
