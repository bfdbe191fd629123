/*
 * update: imports become what their sources are now. update_url.c does those of urls and paths,
 * update_repo.c those of other repositories; update_worktree.c data of the project's own, which others may have changed
 * where it was pushed.
 */
#ifndef DATA_UPDATE_H
#define DATA_UPDATE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/vec.h"
#include "data/import_url.h"

struct arena;
struct data;
struct stage;

struct update_request {
    struct strv targets;
    const char *rev;    /* of sources with revisions: go to this one; NULL: the newest of the old */
    const char *remote; /* of to_remote; NULL: the default */
    bool recursive, no_download, to_remote;
    int jobs;
    import_begin_fn *begin; /* told before the data of an import is fetched; may be NULL */
    void (*unchanged)(void *ctx, const char *stage); /* told of an import that has not changed */
    void *ctx;
};

/* Takes the repository lock. Targets are checked before the first change; a source that cannot be asked
 * ends the run. Files in the workspace that no cache has are not overwritten (ERR_EXISTS). */
int data_update(struct data *d, const struct update_request *o) MUST_CHECK;

/* One import of a url or a path: *changed tells whether there was anything to do. The caller saves the
 * stage. */
int update_url(bool *changed, struct arena *arena, struct data *d, struct stage *s,
               const struct update_request *o) MUST_CHECK;
/* The same of another repository: to where its branch or tag is now, or to `rev`, which it then follows. */
int update_repo(bool *changed, struct arena *arena, struct data *d, struct stage *s,
                const struct update_request *o) MUST_CHECK;

/* The same of what was pushed to a worktree remote: to the newest version of each file there. An out that is in no remote
 * is passed over with a warning, and so is one of which nothing is there any more. The check comes before any change. */
int update_worktree_check(struct arena *arena, const struct data *d,
                          const struct stage *s) MUST_CHECK;
int update_worktree(bool *changed, struct arena *arena, struct data *d, struct stage *s,
                    const struct update_request *o) MUST_CHECK;

#endif
