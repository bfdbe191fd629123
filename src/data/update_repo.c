#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/data.h"
#include "data/import_repo.h"
#include "data/output.h"
#include "data/source.h"
#include "data/update.h"
#include "model/content.h"
#include "model/repo.h"
#include "model/stage.h"

int update_repo(bool *changed, struct arena *arena, struct data *d, struct stage *s,
                const struct update_request *o) {
    struct source_spec spec CLEANUP(source_spec_release) = {0};
    struct source source CLEANUP(source_release) = {0};
    struct dep *dep = &s->deps[0];
    struct out *out = &s->outs[0];
    enum change change = CHANGE_NONE;
    int rc;

    if (o->to_remote) {
        return err_set(ERR_FAILED, "data of another repository cannot go to a remote: it is pulled "
                                   "from its source");
    }
    source_spec_of(&spec, arena, d, dep, s->wdir, false);
    spec.rev = o->rev ? o->rev : spec.rev;
    if ((rc = source_open(&source, &spec, d->progress)) || (rc = output_change(&change, d, out))) {
        return rc;
    }
    *changed = change != CHANGE_NONE || !str_eq(dep->repo_rev_lock, source.commit) ||
               (o->rev && !str_eq(dep->repo_rev, o->rev));
    if (!*changed) {
        return 0;
    }
    if (o->begin) {
        o->begin(o->ctx, import_repo_shown(arena, dep), repo_shown(d->repo, out->path));
    }
    dep->repo_rev = o->rev ? arena_strdup(arena, o->rev) : dep->repo_rev;
    dep->repo_rev_lock = arena_strdup(arena, source.commit);
    s->md5 = NULL;
    if (o->no_download) {
        rc = output_remove(d, out, false); /* it is of another commit */
        content_clear(&out->recorded);
        return rc;
    }
    return import_repo_bring(arena, d, s, &source, false);
}
