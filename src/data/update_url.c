#include "base/err.h"
#include "base/str.h"
#include "data/add_remote.h"
#include "data/data.h"
#include "data/output.h"
#include "data/update.h"
#include "data/url_copy.h"
#include "data/url_source.h"
#include "model/content.h"
#include "model/repo.h"
#include "model/stage.h"

/* Whether something has to be brought: the source is another, the definition is, or the data is not
 * all here. */
static int is_stale(bool *yes, bool *source_changed, struct data *d, const struct stage *s,
                    const struct content *now) {
    const struct content *was = &s->deps[0].recorded;
    enum change change = CHANGE_NONE;

    *source_changed = !content_same_source(was, now);
    *yes =
        *source_changed || stage_checksum_changed(s) || !digest_is_set(&s->outs[0].recorded.digest);
    if (*yes) {
        return 0;
    }
    int rc = output_change(&change, d, &s->outs[0]);
    *yes = change != CHANGE_NONE;
    return rc;
}

/* The data is known, and only not in its place: no need to fetch it again. */
static int place_known(bool *done, struct arena *arena, struct data *d, const struct stage *s) {
    const struct checkout_options opt = {0};
    const struct out *o = &s->outs[0];
    struct place_result placed;
    bool cached;
    int rc = content_cached(&cached, arena, d, &o->recorded);

    *done = !rc && cached;
    if (!*done) {
        return rc;
    }
    rc = output_checkout(&placed, arena, d, o, &opt);
    vec_release(&placed.missing);
    return rc;
}

static void begin(const struct data *d, const struct stage *s, const struct url_source *source,
                  const struct update_request *o) {
    if (o->begin) {
        o->begin(o->ctx, url_source_shown(source, d->repo), repo_shown(d->repo, s->outs[0].path));
    }
}

static int bring(struct arena *arena, struct data *d, struct stage *s, struct url_source *source,
                 bool source_changed, const struct update_request *o) {
    struct out *out = &s->outs[0];
    bool done = false;
    int rc;

    begin(d, s, source, o);
    if (o->no_download) {
        content_clear(&out->recorded); /* of what was there before */
        return 0;
    }
    if (!source_changed && !stage_checksum_changed(s) && (rc = place_known(&done, arena, d, s))) {
        return rc;
    }
    return done ? 0 : url_copy(arena, d, out, source, false);
}

int update_url(bool *changed, struct arena *arena, struct data *d, struct stage *s,
               const struct update_request *o) {
    struct url_source source CLEANUP(url_source_release) = {0};
    struct content now;
    bool source_changed;
    int rc = url_source_of(&source, arena, d, &s->deps[0]);

    rc = rc ? rc : url_source_look(&source);
    rc = rc ? rc : url_source_record(&now, d, &source);
    rc = rc ? rc : is_stale(changed, &source_changed, d, s, &now);
    if (!rc && o->to_remote) {
        *changed = true;
        rc = add_to_remote(arena, d, &s->outs[0], &source, o->remote);
    } else if (!rc && *changed) {
        rc = bring(arena, d, s, &source, source_changed, o);
    }
    if (!rc && *changed) {
        rc = url_source_record_dep(&s->deps[0], d, &source);
    }
    return rc;
}
