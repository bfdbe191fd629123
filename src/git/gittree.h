/*
 * Files of a commit.
 */
#ifndef GIT_GITTREE_H
#define GIT_GITTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;
struct gitrepo;
struct str;

/* One entry: `path` relative to the Git root; the id for gittree_id_text. */
struct gittree_id;
typedef int gittree_fn(void *ctx, const char *path, bool is_dir, unsigned mode,
                       const struct gittree_id *id);
#define GITTREE_ID_MAX 41
const char *gittree_id_text(char out[GITTREE_ID_MAX], const struct gittree_id *id);

/* Appends the blob. ERR_NOT_FOUND if the commit has no such file, and only then: what cannot be read
 * is another error. `max` bytes at most. */
int gittree_read(struct str *out, struct gitrepo *g, const char *commit, const char *path,
                 size_t max) MUST_CHECK;
/* The same of a symbolic link: where it leads, as it stands in the commit. */
int gittree_read_link(struct str *out, struct gitrepo *g, const char *commit,
                      const char *path) MUST_CHECK;
bool gittree_exists(struct gitrepo *g, const char *commit, const char *path, bool *is_dir);

/* What is directly in a folder: the name, and as size the bytes of the file or of the folder's own
 * record. Submodules are left out. */
typedef int gittree_list_fn(void *ctx, const char *name, bool is_dir, unsigned mode, uint64_t size);

/* Calls fn (without `sizes`, with 0 for the size, which has to be asked of each object) for each entry
 * of the folder `path` ("" = the root), sorted. ERR_NOT_FOUND if it is no
 * folder. */
int gittree_list(struct gitrepo *g, const char *commit, const char *path, bool sizes,
                 gittree_list_fn *fn, void *ctx) MUST_CHECK;

/* Calls fn for all that is below `path` ("" = the root), depth first, sorted; a folder comes before
 * what is in it, and is left out when fn returns 1 for it. ERR_NOT_FOUND if the commit has no such
 * folder. */
int gittree_walk(struct gitrepo *g, const char *commit, const char *path, gittree_fn *fn,
                 void *ctx) MUST_CHECK;

#endif
