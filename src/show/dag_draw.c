#include "show/dag_draw.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/vec.h"
#include "show/dag_picture.h"
#include "show/escape.h"
#include "show/out.h"

/* A part of the graph that hangs together, its nodes numbered anew. */
struct part {
    VEC(size_t) nodes; /* indexes into the whole graph */
    VEC(struct dag_edge) edges;
};

struct parts VEC_OF(struct part);

static int compare_edges(const void *a, const void *b) {
    const struct dag_edge *x = a, *y = b;
    if (x->from != y->from) {
        return x->from < y->from ? -1 : 1;
    }
    return x->to < y->to ? -1 : x->to > y->to;
}

/* Which edges repeat an earlier one, or lead from a node to itself. */
static bool *find_repeated(const struct dag_edge *edges, size_t nedges) {
    struct indexed {
        struct dag_edge edge;
        size_t at;
    } *sorted = mem_zalloc(nedges + 1, sizeof *sorted);
    for (size_t i = 0; i < nedges; i++) {
        sorted[i] = (struct indexed){edges[i], i};
    }
    /* Equal edges may come out in any order: the one with the lowest place is kept. */
    qsort(sorted, nedges, sizeof *sorted, compare_edges);
    bool *repeated = mem_zalloc(nedges + 1, sizeof *repeated);
    for (size_t i = 0, first = 0; i < nedges; i++) {
        if (compare_edges(&sorted[first], &sorted[i]) != 0) {
            first = i;
        }
        if (i > first) {
            size_t later = sorted[i].at;
            if (later < sorted[first].at) {
                later = sorted[first].at;
                sorted[first].at = sorted[i].at;
            }
            repeated[later] = true;
        }
        if (sorted[i].edge.from == sorted[i].edge.to) {
            repeated[sorted[i].at] = true;
        }
    }
    free(sorted);
    return repeated;
}

/* Root of i in a forest of parents, halving the path. */
static size_t find_root(size_t *parent, size_t i) {
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

/* Splits the graph; parts in order of their first node. */
static void split(struct parts *out, size_t n, const struct dag_edge *edges, size_t nedges) {
    size_t *parent = mem_zalloc(n + 1, sizeof *parent);
    size_t *part = mem_zalloc(n + 1, sizeof *part);
    size_t *place = mem_zalloc(n + 1, sizeof *place);
    bool *repeated = find_repeated(edges, nedges);
    for (size_t i = 0; i < n; i++) {
        parent[i] = i;
    }
    for (size_t i = 0; i < nedges; i++) {
        size_t a = find_root(parent, edges[i].from), b = find_root(parent, edges[i].to);
        parent[a > b ? a : b] = a > b ? b : a;
    }
    for (size_t i = 0; i < n; i++) {
        size_t root = find_root(parent, i);
        if (root == i) {
            part[i] = out->len;
            vec_push(out, ((struct part){0}));
        }
        part[i] = part[root];
        place[i] = out->at[part[i]].nodes.len;
        vec_push(&out->at[part[i]].nodes, i);
    }
    for (size_t i = 0; i < nedges; i++) {
        if (!repeated[i]) {
            struct dag_edge edge = {place[edges[i].from], place[edges[i].to]};
            vec_push(&out->at[part[edges[i].from]].edges, edge);
        }
    }
    free(repeated);
    free(place);
    free(part);
    free(parent);
}

static void release_parts(struct parts *parts) {
    for (size_t i = 0; i < parts->len; i++) {
        vec_release(&parts->at[i].nodes);
        vec_release(&parts->at[i].edges);
    }
    vec_release(parts);
}

/* "a" and below it, indented, what it needs. */
static void list_part(struct show *s, const struct part *p, const char *const *names) {
    for (size_t i = 0; i < p->nodes.len; i++) {
        show_line(s, "%s", names[p->nodes.at[i]]);
        for (size_t k = 0; k < p->edges.len; k++) {
            if (p->edges.at[k].to == i) {
                show_line(s, "    needs %s", names[p->nodes.at[p->edges.at[k].from]]);
            }
        }
    }
}

void dag_draw_ascii(struct show *s, const char *const *names, size_t n,
                    const struct dag_edge *edges, size_t nedges) {
    struct parts parts = {0};
    split(&parts, n, edges, nedges);
    for (size_t i = 0; i < parts.len; i++) {
        const struct part *p = &parts.at[i];
        struct strv labels = {0};
        struct str *escaped = mem_zalloc(p->nodes.len, sizeof *escaped);
        for (size_t k = 0; k < p->nodes.len; k++) {
            str_init(&escaped[k]);
            escape_control(&escaped[k], names[p->nodes.at[k]], ESCAPE_ALL);
            vec_push(&labels, escaped[k].buf);
        }
        if (!dag_picture(s, labels.at, labels.len, p->edges.at, p->edges.len)) {
            list_part(s, p, names);
        }
        for (size_t k = 0; k < p->nodes.len; k++) {
            str_release(&escaped[k]);
        }
        free(escaped);
        strv_release(&labels);
    }
    if (n == 0) {
        show_line(s, "%s", ""); /* as DVC does */
    }
    release_parts(&parts);
}

/* A name in double quotes of the dot language. */
static void show_dot_name(struct show *s, const char *name) {
    show_text(s, "\"");
    for (; *name; name++) {
        show_text(s, *name == '"' || *name == '\\' ? "\\%c" : "%c", *name);
    }
    show_text(s, "\"");
}

void dag_draw_dot(struct show *s, const char *const *names, size_t n, const struct dag_edge *edges,
                  size_t nedges) {
    bool *repeated = find_repeated(edges, nedges);
    VEC(struct dag_edge) sorted = {0};
    for (size_t i = 0; i < nedges; i++) {
        if (!repeated[i]) {
            vec_push(&sorted, edges[i]);
        }
    }
    if (sorted.len) {
        qsort(sorted.at, sorted.len, sizeof *sorted.at, compare_edges);
    }
    show_line(s, "strict digraph {");
    for (size_t i = 0; i < n; i++) {
        show_dot_name(s, names[i]);
        show_line(s, ";");
    }
    for (size_t i = 0; i < sorted.len; i++) {
        show_dot_name(s, names[sorted.at[i].from]);
        show_text(s, " -> ");
        show_dot_name(s, names[sorted.at[i].to]);
        show_line(s, ";");
    }
    show_line(s, "}\n");
    vec_release(&sorted);
    free(repeated);
}

/* The nodes of a part by name; the numbers count on over all parts. */
struct named {
    const char *name;
    size_t node, number;
};

static int compare_named(const void *a, const void *b) {
    return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static void mermaid_part(struct show *s, const struct part *p, const char *const *names,
                         size_t before) {
    struct named *sorted = mem_zalloc(p->nodes.len, sizeof *sorted);
    for (size_t i = 0; i < p->nodes.len; i++) {
        sorted[i] = (struct named){.name = names[p->nodes.at[i]], .node = i};
    }
    qsort(sorted, p->nodes.len, sizeof *sorted, compare_named);
    size_t *number = mem_zalloc(p->nodes.len, sizeof *number);
    for (size_t i = 0; i < p->nodes.len; i++) {
        number[sorted[i].node] = before + i + 1;
        show_line(s, "\tnode%zu[\"%s\"]", before + i + 1, sorted[i].name);
    }
    struct dag_edge *by_number = mem_zalloc(p->edges.len + 1, sizeof *by_number);
    for (size_t i = 0; i < p->edges.len; i++) {
        by_number[i] = (struct dag_edge){number[p->edges.at[i].from], number[p->edges.at[i].to]};
    }
    qsort(by_number, p->edges.len, sizeof *by_number, compare_edges);
    for (size_t i = 0; i < p->edges.len; i++) {
        show_line(s, "\tnode%zu-->node%zu", by_number[i].from, by_number[i].to);
    }
    free(by_number);
    free(number);
    free(sorted);
}

void dag_draw_mermaid(struct show *s, const char *const *names, size_t n,
                      const struct dag_edge *edges, size_t nedges, int fenced) {
    struct parts parts = {0};
    split(&parts, n, edges, nedges);
    if (fenced) {
        show_line(s, "```mermaid");
    }
    show_line(s, "flowchart TD");
    size_t before = 0;
    for (size_t i = 0; i < parts.len; i++) {
        mermaid_part(s, &parts.at[i], names, before);
        before += parts.at[i].nodes.len;
    }
    if (fenced) {
        show_line(s, "```");
    }
    release_parts(&parts);
}
