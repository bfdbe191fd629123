#include "data/url_content.h"

#include "base/err.h"
#include "base/path.h"
#include "data/url_source.h"
#include "model/content.h"
#include "model/resolve.h"
#include "model/stage.h"

bool out_is_url(const struct out *o) {
    return !resolved_inside(o->path) && !path_is_absolute(o->path);
}

static struct dep as_dep(const struct out *o) {
    return (struct dep){
        .kind = DEP_URL, .written = o->written, .path = o->path, .recorded = o->recorded};
}

/* `now` is unset if nothing is there. */
static int look(struct content *now, struct arena *arena, struct data *d, const struct dep *dep) {
    struct url_source source CLEANUP(url_source_release) = {0};
    int rc = url_source_of(&source, arena, d, dep);

    content_clear(now);
    rc = rc ? rc : url_source_look(&source);
    return rc || !source.exists ? rc : url_source_record(now, d, &source);
}

static bool is_there(const struct content *c) {
    return digest_is_set(&c->digest) || c->etag;
}

int url_dep_change(enum change *c, struct arena *arena, struct data *d, const struct dep *dep) {
    struct content now;
    int rc = look(&now, arena, d, dep);

    *c = CHANGE_NONE;
    if (!rc && !is_there(&now)) {
        *c = CHANGE_DELETED;
    } else if (!rc && !content_same_source(&dep->recorded, &now)) {
        *c = CHANGE_MODIFIED;
    }
    return rc;
}

int url_out_change(enum change *c, struct arena *arena, struct data *d, const struct out *o) {
    const struct dep dep = as_dep(o);

    return url_dep_change(c, arena, d, &dep);
}

int url_dep_commit(struct arena *arena, struct data *d, struct dep *dep) {
    struct content now;
    int rc = look(&now, arena, d, dep);

    if (!rc && !is_there(&now)) {
        rc = err_set(ERR_NOT_FOUND, "dependency '%s' does not exist", dep->written);
    }
    if (!rc) {
        dep->recorded = now;
    }
    return rc;
}

int url_out_commit(struct arena *arena, struct data *d, struct out *o,
                   const struct commit_options *opt) {
    const struct dep dep = as_dep(o);
    struct content now;
    int rc = look(&now, arena, d, &dep);

    if (!rc && !is_there(&now) && opt->must_exist) {
        rc = err_set(ERR_NOT_FOUND, "output '%s' does not exist", o->written);
    }
    if (!rc) {
        o->recorded = now;
    }
    return rc;
}
