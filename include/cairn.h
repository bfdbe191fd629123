/*
 * cairn for other programs: what a repository tracks, at any revision, and its bytes. Read only;
 * nothing here prints, exits, or takes a lock. A handle belongs to one thread at a time.
 *
 * Link with libcairn.a and the libraries named in the README. Functions that can fail return 0, or
 * a negative number; cairn_error() then says in one line what happened.
 */
#ifndef CAIRN_H
#define CAIRN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cairn cairn;

/* "0.1.0" */
const char *cairn_version(void);

/* Opens the repository that holds the folder `path` (NULL: the working directory). */
int cairn_open(cairn **out, const char *path);
void cairn_close(cairn *c); /* NULL is fine */

/* Why the last call of this thread failed; "" if it did not. Valid until the next call. */
const char *cairn_error(void);

/* What is recorded of a path. Set `size_of` to sizeof(struct cairn_entry) before the call. */
struct cairn_entry {
    size_t size_of;
    int is_dir;
    int64_t size;    /* bytes, of a folder in sum; -1 if it is not recorded */
    int64_t nfiles;  /* of a folder; -1 for a file, or if it is not recorded */
    char digest[72]; /* hex, ".dir" behind it for a folder; "" if nothing is recorded */
};

/* Looks up a tracked path, relative to the repository's root: an output of a .dvc file or stage, or
 * a path inside a tracked folder. `rev` is a Git revision, NULL the workspace. */
int cairn_lookup(cairn *c, const char *path, const char *rev, struct cairn_entry *out);

/* The content of a file, tracked or only in Git. *data is NUL-terminated and to be freed with
 * free(). Bytes from the cache are checked against their digest. At most `max` bytes. */
int cairn_read(cairn *c, const char *path, const char *rev, size_t max, char **data, size_t *len);

/* Calls fn for each tracked output of the revision, sorted by path; a non-zero answer ends it and
 * is returned. */
int cairn_list(cairn *c, const char *rev,
               int (*fn)(void *ctx, const char *path, const struct cairn_entry *entry), void *ctx);

#ifdef __cplusplus
}
#endif

#endif
