#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/cloud.h"
#include "data/output.h"
#include "data/update.h"
#include "data/url_source.h"
#include "model/config.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"
#include "model/versions.h"
#include "store/odb.h"
#include "store/transfer.h"

/* Where its files were pushed; NULL: nowhere. */
static const char *remote_of(const struct data *d, const struct out *o) {
    const char *recorded = versions_remote_of_out(o);

    if (!o->remote && recorded && !*recorded) {
        return data_remote_default(d);
    }
    return o->remote ? o->remote : recorded;
}

static bool is_kept_there(const struct out *o) {
    return o->cache && o->push && resolved_inside(o->path);
}

int update_worktree_check(struct arena *arena, const struct data *d, const struct stage *s) {
    for (size_t i = 0; i < s->nouts; i++) {
        const struct out *o = &s->outs[i];
        const char *remote = is_kept_there(o) ? remote_of(d, o) : NULL;
        if (remote && !config_bool(d->repo->config,
                                   arena_printf(arena, "remote.%s.worktree", remote), false)) {
            return err_set(ERR_FAILED, "'%s' is no import, and its remote '%s' no worktree",
                           stage_address(s, arena, d->repo->cwd), remote);
        }
    }
    return 0;
}

/* ---- one out */

struct updating {
    struct arena *arena;
    struct data *data;
    struct out *out;
    const char *remote;
    struct version_files files; /* what the out will record */
    size_t *changed;            /* which of them are to be fetched, in the order of source.files */
    struct url_source source;   /* what is there; after `compare` only what has changed */
};

static void updating_release(struct updating *u) {
    url_source_release(&u->source);
    version_files_release(&u->files);
    free(u->changed);
}

/* Files whose etag is the recorded one keep their entries, so that pointers do not change without need; false: all did. */
static bool compare(struct updating *u) {
    struct version_files were CLEANUP(version_files_release) = {0};
    struct map known = MAP_INIT;
    size_t n = 0;

    versions_of_out(&were, u->out, u->remote);
    for (size_t i = 0; i < were.len; i++) {
        map_put(&known, were.at[i].path, &were.at[i]);
    }
    u->changed = mem_zalloc(u->source.files.len + 1, sizeof *u->changed);
    for (size_t i = 0; i < u->source.files.len; i++) {
        const struct url_file *now = &u->source.files.at[i];
        const struct version_file *was = map_get(&known, now->path);
        struct version_file f = {.path = now->path, .size = now->size};
        if (was && was->version && now->etag && str_eq(was->etag, now->etag)) {
            vec_push(&u->files, *was);
            continue;
        }
        u->changed[n] = i;
        u->source.files.at[n++] = *now;
        vec_push(&u->files, f);
    }
    u->source.files.len = n;
    map_release(&known);
    return n > 0 || u->files.len != were.len;
}

/* The newest versions of what has changed, into the cache. */
static int fetch_changed(struct updating *u) {
    size_t n = u->source.files.len;
    struct odb_item *objects CLEANUP(mem_freep) = mem_zalloc(n + 1, sizeof *objects);
    int rc = n > 0 ? url_source_ask_versions(&u->source) : 0;

    rc = rc || n == 0 ? rc : url_source_fetch_files(objects, u->data, &u->source);
    for (size_t i = 0; !rc && i < n; i++) {
        const struct url_file *now = &u->source.files.at[i];
        struct version_file *f = &u->files.at[u->changed[i]];
        f->digest = objects[i].digest;
        f->size = objects[i].size;
        f->etag = now->etag;
        f->version = now->version;
    }
    return rc;
}

/* What has not changed may not be here either, and the listing is nowhere else. */
static int complete(struct updating *u) {
    struct cloud_wants wants CLEANUP(cloud_wants_release) = {0};
    struct transfer_result result = {0};

    cloud_want_out(&wants, u->arena, u->out, u->remote, NULL);
    int rc = cloud_fetch(&result, u->arena, u->data, u->remote, &wants);
    if (!rc && result.failed.len > 0) {
        const struct transfer_failure *f = &result.failed.at[0];
        rc = err_set(f->rc ? (enum err_code)f->rc : ERR_FAILED, "'%s': %s", f->path,
                     f->why ? f->why : "it is not in the remote");
    }
    vec_release(&result.failed);
    return rc;
}

static int bring(struct updating *u, const struct update_request *o) {
    const struct checkout_options opt = {0};
    struct place_result placed;

    if (o->begin) {
        o->begin(o->ctx, u->source.url, repo_shown(u->data->repo, u->out->path));
    }
    int rc = fetch_changed(u);
    if (!rc) {
        versions_record_out(u->out, u->arena, u->remote, &u->files);
        rc = complete(u);
    }
    if (!rc) {
        rc = output_checkout(&placed, u->arena, u->data, u->out, &opt);
        vec_release(&placed.missing);
    }
    return rc;
}

static int look(struct updating *u) {
    const struct url_asked asked = {
        .url = arena_printf(u->arena, "remote://%s/%s", u->remote, u->out->path),
        .from = u->data->repo->root,
        .jobs = u->data->jobs,
        .state = u->data->state};
    int rc = url_source_open(&u->source, u->arena, u->data->repo, &asked);

    if (!rc && u->source.place.path) {
        rc = err_set(ERR_UNSUPPORTED, "remote '%s' is a folder, and keeps no versions", u->remote);
    }
    return rc ? rc : url_source_look(&u->source);
}

static int update_out(bool *changed, struct arena *arena, struct data *d, struct out *out,
                      const struct update_request *o) {
    struct updating u CLEANUP(updating_release) = {
        .arena = arena, .data = d, .out = out, .remote = remote_of(d, out)};
    const char *shown = repo_shown(d->repo, out->path);

    if (!u.remote) {
        log_warn("'%s' is in no remote yet, and was not updated", shown);
        return 0;
    }
    int rc = look(&u);
    if (rc) {
        return rc;
    }
    if (!u.source.exists || u.source.files.len == 0) {
        log_warn("'%s' is no longer in the remote '%s', and was not updated", shown, u.remote);
        return 0;
    }
    if (!compare(&u)) {
        return 0;
    }
    *changed = true;
    return bring(&u, o);
}

int update_worktree(bool *changed, struct arena *arena, struct data *d, struct stage *s,
                    const struct update_request *o) {
    int rc = 0;

    for (size_t i = 0; !rc && i < s->nouts; i++) {
        if (is_kept_there(&s->outs[i])) {
            rc = update_out(changed, arena, d, &s->outs[i], o);
        }
    }
    return rc;
}
