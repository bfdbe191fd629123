/*
 * import: data of another repository, and a .dvc file that knows where and when it was taken. It is
 * taken from a commit, never from a workspace: what is recorded has to be found again.
 */
#ifndef DATA_IMPORT_REPO_H
#define DATA_IMPORT_REPO_H

#include <stdbool.h>

#include "base/attr.h"
#include "data/import_url.h"

struct arena;
struct content;
struct data;
struct dep;
struct source;
struct source_spec;
struct stage;

struct import_repo_request {
    const struct source_spec *spec; /* `committed` is set */
    const char *path;               /* in it, as typed */
    const char *out;                /* NULL: its own name here */
    bool no_exec;                   /* only the .dvc file, and nothing is asked of the source */
    bool no_download;               /* record the commit; the data comes with `pull` */
    bool force;                     /* replace what is in the workspace */
    int jobs;                       /* 0: as configured */
    import_begin_fn *begin;         /* may be NULL */
    void *ctx;
};

/* Takes the repository lock. All that can be checked is checked before the first change. */
int data_import_repo(struct data *d, const struct import_repo_request *o) MUST_CHECK;

/* "path (url)" of a dependency, as imports are shown. */
const char *import_repo_shown(struct arena *arena, const struct dep *dep);

/* Brings what the dependency means, from the commit that is recorded, into the cache; *out is what an
 * output that holds it records. */
int import_repo_fetch(struct content *out, struct arena *arena, struct data *d,
                      const struct stage *s) MUST_CHECK;
/* The same from a source that is open, and into the workspace: content into the stage's out, .gitignore
 * line. What is in the workspace is replaced if the cache has it, or with `force`. */
int import_repo_bring(struct arena *arena, struct data *d, struct stage *s, struct source *source,
                      bool force) MUST_CHECK;

#endif
