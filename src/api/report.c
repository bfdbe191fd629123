/*
 * What changed, and numbers.
 */
#include <cairn.h>

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"
#include "model/repo.h"
#include "model/view.h"
#include "data/data.h"
#include "data/status.h"
#include "measure/compare.h"
#include "pipeline/params.h"
#include "api/handle.h"

static int look_at_status(struct status_result *result, struct arena *arena, cairn *c) {
    const char *inside;
    int rc = handle_enter(&inside, c, arena, "");

    if (rc) {
        return rc;
    }
    if (c->source.commit) {
        return err_set(ERR_UNSUPPORTED, "only a workspace has a status, and this is a commit");
    }
    if (!c->source.data) {
        return err_set(ERR_NO_REPO, "'%s' has nothing of DVC in it", c->source.shown);
    }
    const struct view view = {.repo = c->source.repo};
    struct params *params CLEANUP(params_freep) = params_new(&view);
    struct status_request request = {.params = params_status, .params_ctx = params};
    return data_status(result, arena, c->source.data, &request);
}

static int tell_entries(const struct stage_status *s, const struct status_entries *list,
                        cairn_status_fn *fn, void *ctx) {
    int rc = 0;

    for (size_t i = 0; !rc && i < list->len; i++) {
        const struct status_entry *e = &list->at[i];
        rc = fn(ctx, s->stage, e->path, e->key, change_word(e->change));
    }
    return rc;
}

static int tell(const struct stage_status *s, cairn_status_fn *fn, void *ctx) {
    int rc = tell_entries(s, &s->deps, fn, ctx);

    rc = rc ? rc : tell_entries(s, &s->outs, fn, ctx);
    if (!rc && s->command_changed) {
        rc = fn(ctx, s->stage, NULL, NULL, "changed command");
    }
    if (!rc && s->checksum_changed) {
        rc = fn(ctx, s->stage, NULL, NULL, "changed checksum");
    }
    return !rc && s->always_changed ? fn(ctx, s->stage, NULL, NULL, "always changed") : rc;
}

int cairn_status(cairn *c, cairn_status_fn *fn, void *ctx) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct status_result result = {0};

    call_begin();
    int rc = call_end(look_at_status(&result, arena, c));
    for (size_t i = 0; !rc && i < result.changed.len; i++) {
        rc = tell(&result.changed.at[i], fn, ctx);
    }
    status_result_release(&result);
    return rc;
}

static int failure(const struct measure_file *f) {
    bool missing = f->error_type && strcmp(f->error_type, "FileNotFoundError") == 0;

    return err_set(missing ? ERR_NOT_FOUND : ERR_INVALID, "'%s': %s", f->path,
                   missing ? "it is not there" : f->error_text);
}

static int to_json(struct str *out, struct arena *arena, const struct measure_rev *rev) {
    struct node *map = node_map(arena);

    if (rev->error_type) {
        return err_set(ERR_INVALID, "%s", rev->error_text);
    }
    for (size_t i = 0; i < rev->files.len; i++) {
        const struct measure_file *f = &rev->files.at[i];
        if (!f->data) {
            return failure(f);
        }
        node_put(arena, map, f->path, node_clone(arena, f->data));
    }
    json_write(out, map);
    return 0;
}

static void add_all(struct strv *out, const char *const *texts) {
    for (size_t i = 0; texts && texts[i]; i++) {
        vec_push(out, texts[i]);
    }
}

static int measure(struct str *out, cairn *c, const struct measure_request *request) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct measure_revs revs CLEANUP(measure_revs_release) = {0};
    struct strv names CLEANUP(strv_release) = {0};
    const char *inside;
    int rc = handle_enter(&inside, c, arena, "");

    vec_push(&names, c->source.commit ? c->source.commit : "workspace");
    rc = rc ? rc : measure_at(&revs, arena, c->source.repo, request, &names);
    return rc ? rc : to_json(out, arena, &revs.at[0]);
}

static int measure_json(cairn *c, struct measure_request *request, const char *const *targets,
                        const char *const *stages, char **json) {
    struct str text CLEANUP(str_release) = STR_INIT;

    *json = NULL;
    call_begin();
    add_all(&request->targets, targets);
    add_all(&request->stages, stages);
    int rc = measure(&text, c, request);
    if (!rc) {
        *json = str_detach(&text);
    }
    strv_release(&request->targets);
    strv_release(&request->stages);
    return call_end(rc);
}

int cairn_params(cairn *c, const char *const *targets, char **json) {
    return measure_json(c, &(struct measure_request){.kind = MEASURE_PARAMS}, targets, NULL, json);
}

int cairn_stage_params(cairn *c, const char *const *stages, char **json) {
    struct measure_request request = {.kind = MEASURE_PARAMS, .deps_only = true};

    return measure_json(c, &request, NULL, stages, json);
}

int cairn_metrics(cairn *c, const char *const *targets, char **json) {
    return measure_json(c, &(struct measure_request){.kind = MEASURE_METRICS}, targets, NULL, json);
}
