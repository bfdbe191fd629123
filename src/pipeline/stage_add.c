#include "pipeline/stage_add.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "data/data.h"
#include "data/output.h"
#include "doc/node.h"
#include "model/graph.h"
#include "model/ignore.h"
#include "model/index.h"
#include "model/pipefile.h"
#include "model/repo.h"
#include "model/resolve.h"
#include "model/stage.h"
#include "os/file.h"
#include "pipeline/repro.h"
#include "pipeline/stage_definition.h"

/* One option that names outs. */
struct out_option {
    const struct strv *typed;
    enum out_kind kind;
    bool cache, persist;
};

struct addition {
    const struct stage_add_request *o;
    struct data *data;
    struct index *index;
    struct arena *arena;    /* the index's */
    const char *file;       /* the dvc.yaml of the working directory */
    struct stage *stage;    /* as it will be */
    const struct node *old; /* the definition that is replaced, or NULL */
};

/* The stage as a value of the model, for the checks */

static int set_wdir(struct addition *a) {
    struct repo *r = a->data->repo;
    const char *typed = a->o->wdir;
    int rc;

    a->stage->wdir = r->cwd;
    if (!typed) {
        return 0;
    }
    if ((rc = repo_path(&a->stage->wdir, r, typed, true))) {
        return err_wrap(rc, "stage working dir '%s'", typed);
    }
    if (!file_exists(r->root_fd, a->stage->wdir[0] ? a->stage->wdir : ".")) {
        return err_set(ERR_FAILED, "stage working dir '%s' does not exist", typed);
    }
    if (!file_is_dir(r->root_fd, a->stage->wdir[0] ? a->stage->wdir : ".")) {
        return err_set(ERR_FAILED, "stage working dir '%s' is not a directory", typed);
    }
    return 0;
}

static int set_deps(struct addition *a) {
    struct stage *s = a->stage;
    struct resolved path;
    int rc;

    s->deps = arena_alloc(a->arena, (a->o->deps.len + 1) * sizeof *s->deps);
    for (size_t i = 0; i < a->o->deps.len; i++) {
        if ((rc = resolve_dep(&path, a->arena, a->data->repo, s->wdir, a->o->deps.at[i], NULL,
                              a->file))) {
            return rc;
        }
        s->deps[s->ndeps++] = (struct dep){
            .kind = path.kind == RESOLVED_URL       ? DEP_URL
                    : path.kind == RESOLVED_DATASET ? DEP_DATASET
                                                    : DEP_FILE,
            .written = path.written,
            .path = path.path,
        };
    }
    return 0;
}

static int add_out(struct addition *a, const struct out_option *option, const char *typed) {
    struct repo *r = a->data->repo;
    struct stage *s = a->stage;
    struct ignore_match match;
    struct ignore *ignore;
    struct resolved path;
    int rc;

    if ((rc = resolve_out(&path, a->arena, r, s->wdir, typed, NULL, a->file)) ||
        (rc = repo_ignore(r, &ignore))) {
        return rc;
    }
    if (path.kind != RESOLVED_INSIDE && option->cache) {
        err_set(ERR_FAILED, "'%s' lies outside of the repository, and would go into its cache",
                typed);
        err_hint("an output that is not cached may lie there: --outs-no-cache '%s'", typed);
        return ERR_FAILED;
    }
    if (path.kind == RESOLVED_INSIDE && ignore_path(ignore, path.path, false, &match)) {
        return err_set(ERR_FAILED, "Path '%s' is ignored by %s:%d:%s", repo_shown(r, path.path),
                       match.file ? match.file : "built-in rules", match.line, match.pattern);
    }
    s->outs[s->nouts++] = (struct out){
        .kind = option->kind,
        .stage = s,
        .written = path.written,
        .path = path.path,
        .cache = option->cache,
        .persist = option->persist,
        .push = true,
    };
    return 0;
}

static int set_outs(struct addition *a) {
    const struct stage_add_request *o = a->o;
    /* In the order in which DVC takes them: .gitignore shows it. */
    const struct out_option options[] = {
        {&o->outs_persist, OUT_PLAIN, true, true},
        {&o->outs_persist_no_cache, OUT_PLAIN, false, true},
        {&o->metrics, OUT_METRIC, true, false},
        {&o->metrics_no_cache, OUT_METRIC, false, false},
        {&o->plots, OUT_PLOT, true, false},
        {&o->plots_no_cache, OUT_PLOT, false, false},
        {&o->outs_no_cache, OUT_PLAIN, false, false},
        {&o->outs, OUT_PLAIN, true, false},
    };
    size_t n = 0;
    int rc;

    for (size_t i = 0; i < COUNT_OF(options); i++) {
        n += options[i].typed->len;
    }
    a->stage->outs = arena_alloc(a->arena, (n + 1) * sizeof *a->stage->outs);
    for (size_t i = 0; i < COUNT_OF(options); i++) {
        for (size_t k = 0; k < options[i].typed->len; k++) {
            if ((rc = add_out(a, &options[i], options[i].typed->at[k]))) {
                return rc;
            }
        }
    }
    return 0;
}

/* Checks */

static int check_name(const struct addition *a) {
    const char *name = a->o->name;

    if (!name || !stage_name_valid(name)) {
        return err_set(ERR_FAILED, "Stage name cannot contain punctuation characters.");
    }
    if (!a->o->command.len || (a->o->command.len == 1 && !a->o->command.at[0][0])) {
        return err_set(ERR_FAILED, "command is not specified");
    }
    if (a->old && !a->o->force) {
        err_set(ERR_EXISTS, "Stage '%s' already exists in '%s'", name,
                repo_shown(a->data->repo, a->file));
        err_hint("use --force to overwrite it");
        return ERR_EXISTS;
    }
    return 0;
}

static int check_twice(const struct addition *a) {
    const struct stage *s = a->stage;

    for (size_t i = 0; i < s->ndeps + s->nouts; i++) {
        const char *path = i < s->ndeps ? s->deps[i].path : s->outs[i - s->ndeps].path;

        for (size_t k = 0; k < i; k++) {
            bool both = (k < s->ndeps) != (i < s->ndeps);

            if (!str_eq(path, k < s->ndeps ? s->deps[k].path : s->outs[k - s->ndeps].path)) {
                continue;
            }
            if (both) {
                return err_set(ERR_FAILED, "'%s' is specified as an output and as a dependency.",
                               repo_abs(a->data->repo, path));
            }
            return err_set(ERR_FAILED, "file '%s' is specified more than once.",
                           repo_abs(a->data->repo, path));
        }
    }
    return 0;
}

/* Whether the stage is what the definition of that name made so far: itself, or each of a foreach
 * or matrix. */
static bool is_replaced(const struct addition *a, const struct stage *s) {
    size_t len = strlen(a->o->name);

    return s != a->stage && s->name && str_eq(s->file, a->file) &&
           strncmp(s->name, a->o->name, len) == 0 && (!s->name[len] || s->name[len] == '@');
}

static int check_outs(const struct addition *a) {
    struct repo *r = a->data->repo;
    int rc;

    for (size_t i = 0; i < a->stage->nouts; i++) {
        const struct out *o = &a->stage->outs[i];
        const struct out *other = map_get(&a->index->by_out, o->path);

        if (other && !is_replaced(a, other->stage)) {
            const char *owner = stage_address(other->stage, a->arena, r->cwd);

            err_set(ERR_FAILED, "output '%s' is already specified in stage: '%s'.",
                    repo_shown(r, o->path), owner);
            err_hint("`remove %s` takes out what makes it now", owner);
            return ERR_FAILED;
        }
        if (o->cache && resolved_inside(o->path) &&
            (rc = output_check_untracked(a->data, o->path))) {
            return rc;
        }
    }
    return 0;
}

static int compare_outs(const void *x, const void *y) {
    return strcmp((*(struct out *const *)x)->path, (*(struct out *const *)y)->path);
}

/* Whether all stages still make a graph when this one is among them. */
static int check_graph(const struct addition *a) {
    struct graph *graph CLEANUP(graph_freep) = NULL;
    struct index with = *a->index;
    int rc;

    with.stages = (struct stages){0};
    with.outs.at = NULL;
    with.outs.len = with.outs.cap = 0;
    with.by_out = (struct map)MAP_INIT;
    for (size_t i = 0; i <= a->index->stages.len; i++) {
        struct stage *s = i < a->index->stages.len ? a->index->stages.at[i] : a->stage;

        if (is_replaced(a, s)) {
            continue;
        }
        vec_push(&with.stages, s);
        for (size_t k = 0; k < s->nouts; k++) {
            vec_push(&with.outs, &s->outs[k]);
            map_put(&with.by_out, s->outs[k].path, &s->outs[k]);
        }
    }
    if (with.outs.len) {
        qsort(with.outs.at, with.outs.len, sizeof *with.outs.at, compare_outs);
    }
    if (!(rc = index_check_overlaps(&with))) {
        rc = graph_build(&graph, &with);
    }
    vec_release(&with.stages);
    vec_release(&with.outs);
    map_release(&with.by_out);
    return rc;
}

/* Steps */

static int check_all(struct addition *a) {
    int rc;

    a->stage = arena_alloc(a->arena, sizeof *a->stage);
    a->stage->file = a->file = path_join(a->arena, a->data->repo->cwd, "dvc.yaml");
    a->stage->name = a->o->name;
    for (size_t i = 0; i < a->index->pipes.len; i++) {
        const struct pipefile *pipe = &a->index->pipes.at[i];
        if (str_eq(pipe->path, a->file)) {
            a->old = node_get(node_get(pipe->root, "stages"), a->o->name);
        }
    }
    if ((rc = check_name(a)) || (rc = set_wdir(a)) || (rc = set_deps(a)) || (rc = set_outs(a)) ||
        (rc = check_twice(a)) || (rc = check_outs(a))) {
        return rc;
    }
    return check_graph(a);
}

static int ignore_outs(const struct addition *a) {
    struct repo *r = a->data->repo;

    for (size_t i = 0; i < a->stage->nouts; i++) {
        const struct out *o = &a->stage->outs[i];
        int rc;

        if (!o->cache || !resolved_inside(o->path)) {
            continue;
        }
        rc = repo_gitignore_add(r, o->path);
        if (rc == ERR_NOT_FOUND) {
            err_clear();
            log_warn("no folder yet for '%s': its .gitignore entry is made when the stage runs",
                     repo_shown(r, o->path));
        } else if (rc) {
            return rc;
        }
    }
    return 0;
}

static int run_added(struct data *d, struct arena *arena, const char *file, const char *name) {
    struct repro_request request = {.single = true, .at_least_once = true};
    struct repro_result result = {0};

    vec_push(&request.targets, arena_printf(arena, "%s:%s", repo_shown(d->repo, file), name));
    int rc = pipeline_repro(&result, d, &request);
    strv_release(&request.targets);
    return rc;
}

int pipeline_stage_add(struct data *d, const struct stage_add_request *o) {
    struct index *index CLEANUP(index_freep) = NULL;
    struct addition a = {.o = o, .data = d};
    int rc;

    if ((rc = data_lock(d)) || (rc = index_load(&index, d->repo, NULL))) {
        return rc;
    }
    a.index = index;
    a.arena = index->arena;
    if ((rc = check_all(&a)) ||
        (rc = pipefile_put_stage(d->repo, a.file, o->name,
                                 stage_definition(a.arena, d->repo, o, a.stage, a.old))) ||
        (rc = ignore_outs(&a))) {
        return rc;
    }
    log_info("Added stage '%s' in '%s'", o->name, repo_shown(d->repo, a.file));
    return o->run ? run_added(d, a.arena, a.file, o->name) : 0;
}
