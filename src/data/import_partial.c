#include "data/import_partial.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "data/data.h"
#include "data/import_repo.h"
#include "data/output.h"
#include "data/url_source.h"
#include "model/content.h"
#include "model/index.h"
#include "model/stage.h"
#include "model/versions.h"
#include "store/transfer.h"

static bool has_versions(const struct dep *d) {
    struct version_files files CLEANUP(version_files_release) = {0};

    versions_of_dep(&files, d);
    return files.len > 0 && files.at[0].version;
}

bool import_has_source(const struct out *o) {
    const struct stage *s = o->stage;

    return import_is_partial(o) || (stage_is_import(s) && !o->push && s->deps[0].kind == DEP_URL &&
                                    has_versions(&s->deps[0]));
}

bool import_is_partial(const struct out *o) {
    const struct stage *s = o->stage;

    if (!stage_is_import(s) || digest_is_set(&o->recorded.digest)) {
        return false;
    }
    const struct dep *d = &s->deps[0];
    if (d->kind == DEP_REPO) {
        return d->repo_rev_lock != NULL;
    }
    return (d->kind == DEP_FILE || d->kind == DEP_URL) &&
           (digest_is_set(&d->recorded.digest) || d->recorded.etag);
}

void import_assume(struct out *o) {
    if (!import_is_partial(o)) {
        return;
    }
    const struct dep *d = &o->stage->deps[0];
    if (d->kind == DEP_FILE && digest_is_set(&d->recorded.digest)) {
        o->recorded = d->recorded;
        o->recorded.isexec = false; /* an import has bytes, and no modes */
    }
}

static int fetch(struct content *out, struct arena *arena, struct data *d, const struct dep *dep) {
    struct url_source source CLEANUP(url_source_release) = {0};
    struct content now;
    int rc = url_source_of(&source, arena, d, dep);

    if (!rc && url_source_recall(&source, dep)) {
        return url_source_fetch(out, d, &source);
    }
    rc = rc ? rc : url_source_look(&source);
    rc = rc ? rc : url_source_record(&now, d, &source);
    if (!rc && !content_same_source(&dep->recorded, &now)) {
        rc = err_set(ERR_FAILED, "what is at '%s' is not what was recorded", source.url);
        err_hint("`update` takes over what it is now");
    }
    return rc ? rc : url_source_fetch(out, d, &source);
}

static int fetch_one(struct transfer_result *result, struct content *out, struct arena *arena,
                     struct data *d, struct out *o) {
    bool cached = false;
    int rc;

    import_assume(o);
    *out = o->recorded;
    if (digest_is_set(&out->digest) && (rc = content_cached(&cached, arena, d, out))) {
        return rc;
    }
    if (cached) {
        return 0;
    }
    rc = stage_is_repo_import(o->stage) ? import_repo_fetch(out, arena, d, o->stage)
                                        : fetch(out, arena, d, &o->stage->deps[0]);
    if (!rc && digest_is_set(&o->recorded.digest) &&
        !digest_equal(&out->digest, &o->recorded.digest)) {
        rc = err_set(ERR_CORRUPT, "what is at the source is not what was imported");
    }
    if (!rc) {
        result->moved += out->digest.is_dir ? (uint64_t)out->nfiles : 1;
        result->bytes += (uint64_t)out->size;
    }
    return rc;
}

static int note_failure(struct transfer_result *result, struct arena *arena, const struct out *o,
                        int rc) {
    struct transfer_failure f = {.path = arena_strdup(arena, o->path),
                                 .rc = rc == ERR_NOT_FOUND ? ERR_FAILED : rc,
                                 .why = arena_strdup(arena, err_text())};

    if (rc == ERR_INTERRUPTED) {
        return rc;
    }
    err_clear();
    vec_push(&result->failed, f);
    return 0;
}

int import_partial_fetch(struct transfer_result *result, struct map *contents, struct arena *arena,
                         struct data *d, const struct strv *paths) {
    struct index *idx CLEANUP(index_freep) = NULL;
    int rc = paths->len > 0 ? index_load(&idx, d->repo, NULL) : 0;

    for (size_t i = 0; !rc && i < paths->len; i++) {
        struct out *o = index_find_out(idx, paths->at[i]);
        struct content *c = arena_alloc(arena, sizeof *c);

        if (!o || !import_has_source(o)) {
            continue;
        }
        rc = fetch_one(result, c, arena, d, o);
        if (rc) {
            rc = note_failure(result, arena, o, rc);
        } else {
            map_put(contents, paths->at[i], c);
        }
    }
    return rc;
}
