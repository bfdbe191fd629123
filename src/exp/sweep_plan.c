#include "exp/sweep_plan.h"

#include <fcntl.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "os/file.h"
#include "os/random.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/repo.h"
#include "exp/exp_ref.h"

#define STATE_SUFFIX ".json"

static const char *const methods[] = {"grid", "random", "bayes"};

const char *sweep_method_name(enum sweep_method method) {
    return methods[method];
}

void sweep_request_release(struct sweep_request *q) {
    strv_release(&q->set);
    strv_release(&q->gpus);
    strv_release(&q->copy);
}

void sweep_plan_release(struct sweep_plan *p) {
    space_release(&p->space);
}

/* ---- the sweep file */

static int check_document(const struct node *doc) {
    /* The last ones say what Weights & Biases is to run and where it shows it. */
    static const char *const known[] = {"method",  "metric",          "parameters", "run_cap",
                                        "name",    "early_terminate", "program",    "command",
                                        "project", "entity",          "description"};

    if (doc->kind != NODE_MAP) {
        return err_set(ERR_INVALID, "a sweep file is a map with 'method' and 'parameters'");
    }
    for (size_t i = 0; i < doc->map.len; i++) {
        const char *key = node_text(doc->map.at[i].key);
        size_t k = 0;
        while (k < COUNT_OF(known) && !str_eq(key, known[k])) {
            k++;
        }
        if (k == COUNT_OF(known)) {
            return err_set(ERR_INVALID, "line %u: the key '%s' is not understood",
                           doc->map.at[i].key->line, key ? key : "");
        }
    }
    return 0;
}

int sweep_plan_read_file(const struct node **out, struct arena *arena, const char *path) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *root;
    int rc = file_read(&text, AT_FDCWD, path, SWEEP_FILE_MAX);

    if (!rc && !(rc = doc_read(&root, arena, text.buf, text.len, path))) {
        *out = root;
    }
    return err_wrap(rc, "the sweep file '%s'", path);
}

static int text_of(const char **out, const struct node *map, const char *key) {
    const struct node *n = node_get(map, key);

    if (*out || !n) {
        return 0;
    }
    *out = node_text(n);
    return *out ? 0 : err_set(ERR_INVALID, "line %u: '%s' is text", n->line, key);
}

static int fill_from_document(struct sweep_request *q) {
    const struct node *doc = q->document;
    const struct node *metric = node_get(doc, "metric"), *cap = node_get(doc, "run_cap");
    int rc = check_document(doc);

    if (rc || (rc = text_of(&q->method, doc, "method")) ||
        (rc = text_of(&q->metric, metric, "name")) || (rc = text_of(&q->goal, metric, "goal"))) {
        return rc;
    }
    if (cap && !q->count) {
        q->count = cap->kind == NODE_INT && !cap->big ? cap->integer : -1;
    }
    return 0;
}

/* ---- the plan */

static int read_method(struct sweep_plan *p) {
    const char *name = p->request.method ? p->request.method : methods[SWEEP_RANDOM];

    for (size_t i = 0; i < COUNT_OF(methods); i++) {
        if (str_eq(name, methods[i])) {
            p->method = (enum sweep_method)i;
            p->request.method = methods[i];
            return 0;
        }
    }
    int rc = err_set(ERR_INVALID, "'%s' is no method of a sweep", name);
    err_hint("grid, random or bayes");
    return rc;
}

static int read_metric(struct sweep_plan *p, struct arena *arena) {
    const char *name = p->request.metric, *colon = name ? strrchr(name, ':') : NULL;
    const char *goal = p->request.goal ? p->request.goal : "minimize";

    if (!str_eq(goal, "minimize") && !str_eq(goal, "maximize")) {
        return err_set(ERR_INVALID, "'%s' is no goal: minimize or maximize", goal);
    }
    p->request.goal = goal;
    p->maximize = str_eq(goal, "maximize");
    if (!name) {
        if (p->method == SWEEP_BAYES || p->early.factor) {
            int rc = err_set(ERR_INVALID, "%s a metric, and none is named",
                             p->early.factor ? "early_terminate looks at" : "bayes learns from");
            err_hint("--metric metrics.json:loss, or `metric: {name: …}` in the sweep file");
            return rc;
        }
        return 0;
    }
    if (!*name || (colon && (colon == name || !colon[1]))) {
        return err_set(ERR_INVALID, "a metric is named FILE:KEY, or KEY, and not '%s'", name);
    }
    p->metric_file = colon ? arena_strndup(arena, name, (size_t)(colon - name)) : NULL;
    p->metric_key = colon ? colon + 1 : name;
    return 0;
}

static int read_count(struct sweep_plan *p) {
    struct sweep_request *q = &p->request;
    uint64_t size = 0;
    int rc = p->method == SWEEP_GRID ? space_grid_size(&size, &p->space) : 0;

    if (rc) {
        return rc;
    }
    if (q->count < 0 || q->count > SWEEP_RUNS_MAX) {
        return err_set(ERR_INVALID, "the number of runs is 1 to %d", SWEEP_RUNS_MAX);
    }
    if (!q->count && p->method != SWEEP_GRID) {
        rc =
            err_set(ERR_INVALID, "how many runs? A sweep by '%s' has no end of its own", q->method);
        err_hint("--count 20, or run_cap: 20 in the sweep file");
        return rc;
    }
    if (!q->count && size > SWEEP_RUNS_MAX) {
        return err_set(ERR_INVALID, "this grid has more than %d points: give a --count",
                       SWEEP_RUNS_MAX);
    }
    p->count = (uint64_t)q->count;
    if (p->method == SWEEP_GRID && (!q->count || size < p->count)) {
        p->count = size;
    }
    q->count = (int64_t)p->count;
    return 0;
}

static int fill_space(struct sweep_plan *p, struct arena *arena) {
    const struct sweep_request *q = &p->request;
    const struct node *parameters = node_get(q->document, "parameters");
    int rc = parameters ? space_add_node(&p->space, arena, parameters) : 0;

    for (size_t i = 0; !rc && i < q->set.len; i++) {
        rc = space_add_text(&p->space, arena, q->set.at[i]);
    }
    if (!rc && !p->space.dims.len) {
        rc = err_set(ERR_INVALID, "nothing varies in this sweep");
        err_hint("-S 'lr=log(1e-5,1e-1)', -S 'depth=int(2,12)', -S 'model=choice(rf,svm)', or a "
                 "sweep file with 'parameters'");
    }
    return rc;
}

int sweep_plan_make(struct sweep_plan *out, struct arena *arena, const struct sweep_request *q) {
    *out = (struct sweep_plan){.request = *q};
    struct sweep_request *r = &out->request;
    int rc = q->document ? fill_from_document(r) : 0;

    if (!rc && r->seed < 0) {
        uint32_t seed;
        random_fill(&seed, sizeof seed);
        r->seed = seed;
    }
    r->jobs = r->jobs > 0 ? r->jobs : r->gpus.len ? (int64_t)r->gpus.len : 1;
    const struct node *early = node_get(r->document, "early_terminate");
    rc = rc || !early ? rc : asha_parse(&out->early, early);
    if (rc || (rc = read_method(out)) || (rc = fill_space(out, arena)) ||
        (rc = read_metric(out, arena)) || (rc = read_count(out))) {
        sweep_plan_release(out);
    }
    return rc;
}

/* ---- kept */

static const char *folder(struct arena *arena, const struct repo *r) {
    return path_join(arena, r->tmp_dir, "exps/sweeps");
}

const char *sweep_plan_file(struct arena *arena, const struct repo *r, const char *name,
                            const char *suffix) {
    return arena_printf(arena, "%s/%s.%s", folder(arena, r), name, suffix);
}

static struct node *list_of(struct arena *arena, const struct strv *texts) {
    struct node *list = node_list(arena);

    for (size_t i = 0; i < texts->len; i++) {
        node_append(arena, list, node_str(arena, texts->at[i]));
    }
    return list;
}

static struct node *state_of(struct arena *arena, const struct sweep_plan *p) {
    const struct sweep_request *q = &p->request;
    struct node *map = node_map(arena);

    node_put(arena, map, "document",
             q->document ? node_clone(arena, q->document) : node_null(arena));
    node_put(arena, map, "set", list_of(arena, &q->set));
    node_put(arena, map, "gpus", list_of(arena, &q->gpus));
    node_put(arena, map, "copy", list_of(arena, &q->copy));
    node_put(arena, map, "method", node_str(arena, q->method));
    node_put(arena, map, "metric", q->metric ? node_str(arena, q->metric) : node_null(arena));
    node_put(arena, map, "goal", node_str(arena, q->goal));
    node_put(arena, map, "count", node_int(arena, q->count));
    node_put(arena, map, "seed", node_int(arena, q->seed));
    node_put(arena, map, "jobs", node_int(arena, q->jobs));
    node_put(arena, map, "baseline", node_str(arena, p->baseline));
    node_put(arena, map, "wdir", node_str(arena, p->wdir));
    return map;
}

int sweep_plan_keep(const struct sweep_plan *p, const struct repo *r) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *path = sweep_plan_file(arena, r, p->name, "json");
    int rc = dir_make(AT_FDCWD, folder(arena, r), 0777);

    if (rc) {
        return rc;
    }
    json_write_indented(&text, state_of(arena, p));
    rc = file_write_from(AT_FDCWD, folder(arena, r), path, text.buf, text.len, true);
    if (rc == ERR_EXISTS) {
        err_clear();
        rc = err_set(ERR_EXISTS, "there is a sweep '%s' already", p->name);
        err_hint("resume it, or give another --name");
    }
    return rc;
}

int sweep_plan_forget(const struct repo *r, const char *name) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();

    return file_remove(AT_FDCWD, sweep_plan_file(arena, r, name, "json"));
}

static int64_t number_of(const struct node *map, const char *key) {
    const struct node *n = node_get(map, key);

    return n && n->kind == NODE_INT && !n->big ? n->integer : -1;
}

static void read_list(struct strv *out, const struct node *list) {
    for (size_t i = 0; list && list->kind == NODE_LIST && i < list->list.len; i++) {
        const char *text = node_text(list->list.at[i]);
        vec_push(out, text ? text : "");
    }
}

/* What only we have written, so that anything unexpected in it is damage. */
static int read_state(struct sweep_plan *out, struct arena *arena, const struct node *state) {
    const struct node *document = node_get(state, "document"), *set = node_get(state, "set");
    const char *baseline = node_text(node_get(state, "baseline"));
    const char *wdir = node_text(node_get(state, "wdir"));
    struct sweep_request q = {.document = document && document->kind == NODE_MAP ? document : NULL,
                              .method = node_text(node_get(state, "method")),
                              .metric = node_text(node_get(state, "metric")),
                              .goal = node_text(node_get(state, "goal")),
                              .count = number_of(state, "count"),
                              .seed = number_of(state, "seed"),
                              .jobs = number_of(state, "jobs")};
    int rc;

    if (!baseline || strlen(baseline) != sizeof out->baseline - 1 || !wdir || q.seed < 0 || !set ||
        set->kind != NODE_LIST) {
        return err_set(ERR_INVALID, "it is damaged");
    }
    read_list(&q.set, set);
    read_list(&q.gpus, node_get(state, "gpus"));
    read_list(&q.copy, node_get(state, "copy"));
    if ((rc = sweep_plan_make(out, arena, &q))) {
        sweep_request_release(&q);
        out->request = (struct sweep_request){0};
        return rc;
    }
    memcpy(out->baseline, baseline, sizeof out->baseline);
    out->wdir = wdir;
    return 0;
}

int sweep_plan_load(struct sweep_plan *out, struct arena *arena, const struct repo *r,
                    const char *name) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *state;
    int rc = exp_name_check(name);

    *out = (struct sweep_plan){0};
    if (rc) {
        return rc;
    }
    const char *path = sweep_plan_file(arena, r, name, "json");
    rc = file_read(&text, AT_FDCWD, path, 2 * SWEEP_FILE_MAX);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        rc = err_set(ERR_NOT_FOUND, "there is no sweep '%s'", name);
        err_hint("`exp sweep status` lists them");
        return rc;
    }
    if (rc || (rc = json_read(&state, arena, text.buf, text.len, path)) ||
        (rc = read_state(out, arena, state))) {
        return err_wrap(rc, "the sweep '%s' cannot be read from %s", name, path);
    }
    out->name = arena_strdup(arena, name);
    return 0;
}

int sweep_plan_names(struct strv *out, struct arena *arena, const struct repo *r) {
    struct strv files CLEANUP(strv_release) = {0};
    int rc = dir_names(&files, arena, AT_FDCWD, folder(arena, r));

    for (size_t i = 0; !rc && i < files.len; i++) {
        const char *name = files.at[i];
        if (str_ends(name, STATE_SUFFIX)) {
            vec_push(out, arena_strndup(arena, name, strlen(name) - strlen(STATE_SUFFIX)));
        }
    }
    return rc;
}
