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
struct data;
struct progress;
struct repo;

struct list_entry {
    const char *path; /* below the listed folder; for a tree, the name alone */
    bool isout;       /* is tracked data, or lies in it */
    bool isdir, isexec;
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
    const char *rev;  /* NULL: as the source has it */
    const char *path; /* repo-relative */
    enum list_form form;
    int level; /* how deep to go; 0: the path itself */
    bool tracked_only;
};

/* A repository to be listed; `data` is NULL where it has no DVC in it. */
struct list_source {
    struct repo *repo;
    struct data *data;
    const char *rev;  /* to be listed when none is asked for; NULL: the workspace */
    const char *here; /* the working directory in it, NULL if that is elsewhere */
};

/* Opens the repository that `url` is in: of DVC, else of Git. A path means its workspace, a file://
 * URL its HEAD, as if it were cloned. URLs of other machines are ERR_UNSUPPORTED. */
int list_source_open(struct list_source *s, const char *url, struct progress *p) MUST_CHECK;
void list_source_release(struct list_source *s); /* for CLEANUP */

/* A path as DVC takes it: relative to the working directory where that is in the repository, else to
 * the root; "/x" is from the root, "" the root itself. ERR_NOT_FOUND if it leads out. */
int list_path(const char **out, struct arena *arena, const struct list_source *s,
              const char *typed) MUST_CHECK;

/* ERR_NOT_FOUND if there is nothing at the path. Takes no lock and writes nothing. */
int data_list(struct list_entries *out, struct arena *arena, const struct list_source *s,
              const struct list_request *o) MUST_CHECK;

/* Bytes of what is at the path (`total`) or of each thing in it: entries with path and size. Stage
 * files and .dvcignore do not count. */
int data_usage(struct list_entries *out, struct arena *arena, const struct list_source *s,
               const char *rev, const char *path, bool total) MUST_CHECK;

#endif
