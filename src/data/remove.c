#include "data/remove.h"

#include <string.h>

#include "base/err.h"
#include "data/data.h"
#include "data/output.h"
#include "data/placed.h"
#include "data/unprotect.h"
#include "model/index.h"
#include "model/pipefile.h"
#include "model/repo.h"
#include "model/target.h"
#include "os/beneath.h"

static int remove_pointer(struct data *d, const struct stage *s) {
    int rc;

    if (s->name) {
        return pipefile_remove_stage(d->repo, s->file, s->name);
    }
    if (!(rc = beneath_remove(d->repo->root_fd, s->file))) {
        repo_touch(d->repo, s->file);
    }
    return rc;
}

static int remove_stage(struct data *d, const struct stage *s, bool outs) {
    int rc = 0;

    for (size_t i = 0; !outs && !rc && i < s->nouts; i++) {
        rc = unprotect_out(d, &s->outs[i]); /* nothing tells any more that it is shared */
    }
    if (rc || (rc = remove_pointer(d, s))) {
        return rc;
    }
    for (size_t i = 0; !rc && i < s->nouts; i++) {
        const struct out *o = &s->outs[i];

        if (o->cache || stage_is_repo_import(s)) {
            rc = repo_gitignore_remove(d->repo, o->path);
        }
        if (!rc && outs) {
            rc = output_remove(d, o, true);
        }
        placed_forget(d, o->path);
    }
    return rc;
}

/* Only stages and their files can be removed: a path of data is refused, with the name that was
 * meant. */
static int check_target(struct data *d, const struct index *idx, const char *typed) {
    const char *path;
    const struct out *o;

    if (repo_path(&path, d->repo, typed, true)) {
        err_clear();
        return 0;
    }
    o = map_get(&idx->by_out, path);
    if (!o || o->stage->name || index_find_stage(idx, "dvc.yaml", typed)) {
        return 0;
    }
    err_set(ERR_FAILED, "'%s' is data, not what says that it is tracked", typed);
    err_hint("did you mean '%s'?", repo_shown(d->repo, o->stage->file));
    return ERR_FAILED;
}

int data_remove(struct data *d, const struct remove_request *o) {
    struct index *idx CLEANUP(index_freep) = NULL;
    struct stages stages = {0};
    int rc;

    if ((rc = data_lock(d)) || (rc = index_load(&idx, d->repo, NULL))) {
        return rc;
    }
    for (size_t i = 0; !rc && i < o->targets.len; i++) {
        rc = check_target(d, idx, o->targets.at[i]);
    }
    if (!rc) {
        rc = target_stages(&stages, idx, &o->targets, 0);
    }
    for (size_t i = 0; !rc && i < stages.len; i++) {
        rc = remove_stage(d, stages.at[i], o->outs);
    }
    vec_release(&stages);
    repo_untouch(d->repo); /* staging is the user's, as with DVC */
    return rc;
}
