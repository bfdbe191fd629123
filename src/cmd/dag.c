#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "show/dag_draw.h"
#include "show/out.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "model/graph.h"
#include "model/index.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/target.h"
#include "pipeline/workflow.h"

struct dag_args {
    struct strv target;
    const char *format;
    bool dot, mermaid, md, collapse, full, outs;
};

/* What is drawn: stages, outs, or groups of stages, by their names. */
struct picture {
    struct strv names;
    VEC(struct dag_edge) edges;
};

static void picture_release(struct picture *p) {
    vec_release(&p->names);
    vec_release(&p->edges);
}

static void add_edge(struct picture *p, size_t from, size_t to) {
    struct dag_edge e = {.from = from, .to = to};

    vec_push(&p->edges, e);
}

static void picture_stages(struct picture *p, const struct session *s, const struct graph *g) {
    for (size_t i = 0; i < g->len; i++) {
        vec_push(&p->names, stage_address(g->node[i].stage, s->arena, s->repo->cwd));
        for (size_t k = 0; k < g->node[i].up.len; k++) {
            add_edge(p, g->node[i].up.at[k], i);
        }
    }
}

/* The number of the first out of each stage: outs are numbered as they come. */
static size_t *first_outs(const struct graph *g) {
    size_t *first = mem_zalloc(g->len + 1, sizeof *first);

    for (size_t i = 0; i < g->len; i++) {
        first[i + 1] = first[i] + g->node[i].stage->nouts;
    }
    return first;
}

static bool needs_out(const struct stage *s, const struct out *o) {
    for (size_t i = 0; i < s->ndeps; i++) {
        const struct dep *d = &s->deps[i];

        if ((d->kind == DEP_FILE || d->kind == DEP_PARAMS || d->kind == DEP_URL) &&
            paths_overlap(d->path, o->path)) {
            return true;
        }
    }
    return false;
}

/* An edge from each out that a stage needs to each that it makes. */
static void picture_outs(struct picture *p, const struct session *s, const struct graph *g) {
    size_t *first = first_outs(g);

    for (size_t i = 0; i < g->len; i++) {
        const struct stage *to = g->node[i].stage;

        for (size_t k = 0; k < to->nouts; k++) {
            vec_push(&p->names, path_shown(s->arena, s->repo->cwd, to->outs[k].path));
        }
        for (size_t k = 0; k < g->node[i].up.len; k++) {
            size_t up = g->node[i].up.at[k];
            const struct stage *from = g->node[up].stage;

            for (size_t m = 0; m < from->nouts; m++) {
                for (size_t n = 0; n < to->nouts && needs_out(to, &from->outs[m]); n++) {
                    add_edge(p, first[up] + m, first[i] + n);
                }
            }
        }
    }
    free(first);
}

/* Marks the nodes that the target names. */
static int mark_targets(bool *wanted, const struct graph *g, const struct strv *target, bool outs) {
    struct target_outs named = {0};
    struct stages stages = {0};
    int rc;

    if (!outs) {
        rc = target_stages(&stages, g->index, target, TARGET_OUTS);
        for (size_t i = 0; i < stages.len; i++) {
            wanted[stages.at[i]->number] = true;
        }
        vec_release(&stages);
        return rc;
    }
    size_t *first = first_outs(g);

    rc = target_outs(&named, g->index, target, 0);
    for (size_t i = 0; i < named.len; i++) {
        const struct stage *s = named.at[i].out->stage;

        wanted[first[s->number] + (size_t)(named.at[i].out - s->outs)] = true;
    }
    vec_release(&named);
    free(first);
    return rc;
}

/* Edges at each node as chained lists: `next` of edge i is one list's, of edge i + n the
 * other's. */
struct chains {
    size_t *first, *next;
};

static void add_to_chain(struct chains *c, size_t node, size_t link) {
    c->next[link] = c->first[node];
    c->first[node] = link + 1;
}

/* Marks all that the marked need, or all that hangs together with them. */
static void mark_connected(bool *wanted, const struct picture *p, bool both_ways) {
    size_t nodes = p->names.len, n = p->edges.len;
    struct chains c = {.first = mem_zalloc(nodes + 1, sizeof *c.first),
                       .next = mem_zalloc(2 * n + 1, sizeof *c.next)};
    VEC(size_t) todo = {0};

    for (size_t i = 0; i < n; i++) {
        add_to_chain(&c, p->edges.at[i].to, i);
        if (both_ways) {
            add_to_chain(&c, p->edges.at[i].from, i + n);
        }
    }
    for (size_t i = 0; i < nodes; i++) {
        if (wanted[i]) {
            vec_push(&todo, i);
        }
    }
    while (todo.len > 0) {
        for (size_t link = c.first[todo.at[--todo.len]]; link; link = c.next[link - 1]) {
            size_t i = link - 1;
            size_t other = i < n ? p->edges.at[i].from : p->edges.at[i - n].to;

            if (!wanted[other]) {
                wanted[other] = true;
                vec_push(&todo, other);
            }
        }
    }
    vec_release(&todo);
    free(c.first);
    free(c.next);
}

/* Leaves the marked nodes and the edges between them. */
static void keep_marked(struct picture *p, const bool *wanted) {
    size_t *place = mem_zalloc(p->names.len + 1, sizeof *place);
    size_t names = 0, edges = 0;

    for (size_t i = 0; i < p->names.len; i++) {
        if (wanted[i]) {
            place[i] = names;
            p->names.at[names++] = p->names.at[i];
        }
    }
    for (size_t i = 0; i < p->edges.len; i++) {
        struct dag_edge e = p->edges.at[i];

        if (wanted[e.from] && wanted[e.to]) {
            p->edges.at[edges++] = (struct dag_edge){.from = place[e.from], .to = place[e.to]};
        }
    }
    p->names.len = names;
    p->edges.len = edges;
    free(place);
}

static int narrow(struct picture *p, const struct graph *g, const struct dag_args *a) {
    bool *wanted = mem_zalloc(p->names.len + 1, sizeof *wanted);
    int rc = mark_targets(wanted, g, &a->target, a->outs);

    if (!rc) {
        mark_connected(wanted, p, a->full);
        keep_marked(p, wanted);
    }
    free(wanted);
    return rc;
}

/* All stages of a foreach or matrix become one node. */
static void collapse(struct picture *p, struct arena *arena) {
    struct map by_name CLEANUP(map_release) = MAP_INIT;
    size_t *place = mem_zalloc(p->names.len + 1, sizeof *place);
    size_t names = 0;

    for (size_t i = 0; i < p->names.len; i++) {
        const char *name = p->names.at[i];
        size_t len = strlen(name);

        if (len < 4 || strcmp(name + len - 4, ".dvc") != 0) {
            name = arena_strndup(arena, name, strcspn(name, "@"));
        }
        if (map_add(&by_name, name, (void *)(names + 1))) {
            p->names.at[names++] = name;
        }
        place[i] = (size_t)map_get(&by_name, name) - 1;
    }
    p->names.len = names;
    for (size_t i = 0; i < p->edges.len; i++) {
        p->edges.at[i].from = place[p->edges.at[i].from];
        p->edges.at[i].to = place[p->edges.at[i].to];
    }
    free(place);
}

static void draw(struct session *s, const struct picture *p, const struct dag_args *a) {
    const char *const *names = p->names.at;

    if (a->dot) {
        dag_draw_dot(s->out, names, p->names.len, p->edges.at, p->edges.len);
    } else if (a->mermaid || a->md) {
        dag_draw_mermaid(s->out, names, p->names.len, p->edges.at, p->edges.len, a->md);
    } else {
        show_page(s->out);
        dag_draw_ascii(s->out, names, p->names.len, p->edges.at, p->edges.len);
    }
}

/* What a run of the target would look at, or all that hangs together with it. */
static int wanted_stages(struct stages *out, struct graph *g, const struct dag_args *a) {
    struct stages targets = {0};
    int rc = 0;

    if (a->target.len > 0) {
        rc = target_stages(&targets, g->index, &a->target, TARGET_OUTS);
    }
    graph_detach_frozen(g);
    if (!rc) {
        rc = a->full ? graph_pipeline(out, g, &targets) : graph_order(out, g, &targets);
    }
    vec_release(&targets);
    return rc;
}

static int write_workflow(struct session *s, struct graph *g, const struct dag_args *a) {
    const struct workflow_format *format = workflow_format_find(a->format);
    struct workflow w CLEANUP(workflow_release) = {0};
    struct str text CLEANUP(str_release) = STR_INIT;
    struct stages stages = {0};
    int rc = wanted_stages(&stages, g, a);

    rc = rc ? rc : workflow_build(&w, s->arena, s->repo, g, &stages, format);
    vec_release(&stages);
    if (!rc) {
        format->write(&text, &w);
        rc = show_bytes(s->out, text.buf, text.len);
    }
    return rc;
}

static int check_options(const struct dag_args *a) {
    if (a->outs && a->collapse) {
        return err_set(ERR_FAILED, "--outs and --collapse-foreach-matrix exclude each other");
    }
    if (a->format && (a->outs || a->collapse || a->dot || a->mermaid || a->md)) {
        return err_set(ERR_FAILED, "--format writes no picture: it excludes --%s",
                       a->outs       ? "outs"
                       : a->collapse ? "collapse-foreach-matrix"
                       : a->dot      ? "dot"
                       : a->mermaid  ? "mermaid"
                                     : "md");
    }
    return 0;
}

static int dag_run(struct session *s, const void *args) {
    const struct dag_args *a = args;
    struct index *idx CLEANUP(index_freep) = NULL;
    struct graph *g CLEANUP(graph_freep) = NULL;
    struct picture p CLEANUP(picture_release) = {0};
    int rc;

    if ((rc = check_options(a)) || (rc = index_load(&idx, s->repo, NULL)) ||
        (rc = graph_build(&g, idx))) {
        return rc;
    }
    if (a->format) {
        return write_workflow(s, g, a);
    }
    if (a->outs) {
        picture_outs(&p, s, g);
    } else {
        picture_stages(&p, s, g);
    }
    if (a->target.len > 0 && (rc = narrow(&p, g, a))) {
        return rc;
    }
    if (a->collapse) {
        collapse(&p, s->arena);
    }
    draw(s, &p, a);
    return 0;
}

static const char *const formats[] = {"airflow", "argo", "gha", "make", NULL};

static const struct opt dag_opts[] = {
    {0, "format", OPT_TEXT, offsetof(struct dag_args, format), "<format>", .choices = formats,
     .help = "a file for another engine, each stage a task of it: airflow, argo, gha (GitHub "
             "Actions), or make"},
    {0, "dot", OPT_FLAG, offsetof(struct dag_args, dot), .help = "in the language of Graphviz"},
    {0, "mermaid", OPT_FLAG, offsetof(struct dag_args, mermaid), .help = "as a Mermaid flowchart"},
    {0, "md", OPT_FLAG, offsetof(struct dag_args, md),
     .help = "as a Mermaid flowchart in a Markdown block"},
    {0, "collapse-foreach-matrix", OPT_FLAG, offsetof(struct dag_args, collapse),
     .help = "one node for all stages of a foreach or matrix"},
    {0, "full", OPT_FLAG, offsetof(struct dag_args, full),
     .help = "all that hangs together with the target, not only what it needs"},
    {'o', "outs", OPT_FLAG, offsetof(struct dag_args, outs), .help = "outputs in place of stages"},
    OPT_END,
};

const struct cmd cmd_dag = {
    .name = "dag",
    .group = GROUP_PIPELINE,
    .summary = "draw the graph of stages",
    .detail = "With a target, a stage or an output, only what it needs is drawn, or written.",
    .opts = dag_opts,
    .args = "[<target>]",
    .max_args = 1,
    .rest = offsetof(struct dag_args, target),
    .args_size = sizeof(struct dag_args),
    .needs = NEED_REPO,
    .fail = 255,
    .run = dag_run,
};
