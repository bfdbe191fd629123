#include "exp/state.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "os/signal.h"
#include "hash/digest.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "data/data.h"
#include "measure/collect.h"

static const char *hash_text(struct arena *arena, const struct content *c) {
    char text[DIGEST_TEXT_MAX];

    if (!digest_is_set(&c->digest)) {
        return c->etag;
    }
    return arena_strdup(arena, digest_text(text, &c->digest));
}

/* What lies outside is shown as the way to it; of a URL only what follows the scheme, as DVC has
 * it. */
static const char *content_path(struct arena *arena, const struct repo *r, const char *path) {
    const char *scheme = strstr(path, "://");

    if (scheme) {
        return str_starts(path, "http") ? path_normal(arena, path) : scheme + strlen("://");
    }
    return path[0] == '/' ? path_relative(arena, r->root, path) : path;
}

/* A later one of the same path replaces what an earlier one says, and keeps its place. */
static void add_content(struct exp_contents *out, struct map *seen, struct exp_content item) {
    size_t at = (size_t)(uintptr_t)map_get(seen, item.path);

    if (at) {
        out->at[at - 1] = item;
        return;
    }
    vec_push(out, item);
    map_put(seen, item.path, (void *)(uintptr_t)out->len);
}

static void collect_contents(struct exp_data *out, struct arena *arena, const struct index *idx) {
    struct map deps CLEANUP(map_release) = MAP_INIT, outs CLEANUP(map_release) = MAP_INIT;
    const struct repo *r = idx->view.repo;

    for (size_t i = 0; i < idx->stages.len; i++) {
        const struct stage *s = idx->stages.at[i];

        for (size_t k = 0; k < s->ndeps; k++) {
            const struct dep *dep = &s->deps[k];

            if (dep->kind == DEP_FILE || dep->kind == DEP_URL) {
                add_content(&out->deps, &deps,
                            (struct exp_content){
                                .path = arena_strdup(arena, content_path(arena, r, dep->path)),
                                .hash = hash_text(arena, &dep->recorded),
                                .size = dep->recorded.size,
                                .nfiles = dep->recorded.nfiles});
            }
        }
        for (size_t k = 0; k < s->nouts; k++) {
            const struct out *o = &s->outs[k];

            if (o->kind == OUT_PLAIN) {
                add_content(&out->outs, &outs,
                            (struct exp_content){
                                .path = arena_strdup(arena, content_path(arena, r, o->path)),
                                .hash = hash_text(arena, &o->recorded),
                                .size = o->recorded.size,
                                .nfiles = o->recorded.nfiles,
                                .cache = o->cache,
                                .source = s->cmds == NULL});
            }
        }
    }
}

static int load_data(struct exp_data *out, struct arena *arena, struct data *d, const char *commit,
                     bool param_deps) {
    struct index *idx CLEANUP(index_freep) = NULL;
    struct measure_request q = {.kind = MEASURE_PARAMS, .deps_only = param_deps, .from_root = true};
    int rc = index_load(&idx, d->repo, commit);

    if (rc || (rc = measure_collect(&out->params, arena, d, idx, &q))) {
        return rc;
    }
    q = (struct measure_request){.kind = MEASURE_METRICS, .from_root = true};
    if (!(rc = measure_collect(&out->metrics, arena, d, idx, &q))) {
        collect_contents(out, arena, idx);
    }
    return rc;
}

int exp_state_load(struct exp_state *out, struct arena *arena, struct data *d, const char *rev,
                   int64_t time, bool param_deps) {
    struct exp_data *data = arena_alloc(arena, sizeof *data);
    int rc = cancel_check();

    *data = (struct exp_data){.rev = rev, .time = time};
    *out = (struct exp_state){.rev = rev, .data = data};
    if (!rc) {
        rc = load_data(data, arena, d, time < 0 ? NULL : rev, param_deps);
    }
    if (!rc || rc == ERR_INTERRUPTED) {
        return rc;
    }
    log_debug("%s: %s", rev, err_text());
    vec_release(&data->params);
    vec_release(&data->metrics);
    out->data = NULL;
    out->error_type = rc == ERR_INVALID ? "YAMLValidationError" : "DvcException";
    out->error_text = arena_strdup(arena, err_text());
    err_clear();
    return 0;
}

void exp_state_release(struct exp_state *s) {
    struct exp_data *data = (struct exp_data *)s->data;

    if (data) {
        vec_release(&data->params);
        vec_release(&data->metrics);
        vec_release(&data->deps);
        vec_release(&data->outs);
    }
}

const char *exp_time_iso(struct arena *arena, int64_t seconds) {
    time_t when = (time_t)seconds;
    struct tm tm;
    char text[64];

    if (seconds < 0 || !localtime_r(&when, &tm) ||
        !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm)) {
        return NULL;
    }
    return arena_strdup(arena, text);
}

const char *exp_time_text(struct arena *arena, int64_t seconds) {
    time_t when = (time_t)seconds, now = time(NULL);
    struct tm tm, today;
    char text[64];

    if (seconds < 0 || !localtime_r(&when, &tm) || !localtime_r(&now, &today)) {
        return NULL;
    }
    bool same_day = tm.tm_year == today.tm_year && tm.tm_yday == today.tm_yday;
    size_t len = same_day ? strftime(text, sizeof text, "%I:%M %p", &tm)
                          : strftime(text, sizeof text, "%b %d, %Y", &tm);
    return len ? arena_strdup(arena, text) : NULL;
}
