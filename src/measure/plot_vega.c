#include "measure/plot_vega.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "measure/plot_builtin.h"
#include "measure/plot_template.h"
#include "measure/plots.h"

#define ANCHOR    "<DVC_METRIC_"
#define SEPARATOR "::"

/* What a template is filled with. Anchors are known by their names in lower case. */
struct filling {
    struct arena *arena;
    struct node *content;
    struct node *anchors; /* split: what was left in; else NULL */
    struct strv open;     /* optional anchors of the template that are not filled yet */
    const char *variant;  /* see plot_vega_variant */
};

static const char *anchor_of(struct arena *arena, const char *name) {
    char *anchor = arena_printf(arena, ANCHOR "%s>", name);

    for (char *at = anchor + strlen(ANCHOR); *at; at++) {
        *at = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
    }
    return anchor;
}

/* Lists within lists are not looked into, as in DVC. */
static bool has_anchor(const struct node *n, const char *anchor) {
    if (n->kind == NODE_STR) {
        return str_eq(n->str.text, anchor);
    }
    for (size_t i = 0; n->kind == NODE_MAP && i < n->map.len; i++) {
        const struct node *value = n->map.at[i].value;

        if (value->kind != NODE_LIST && has_anchor(value, anchor)) {
            return true;
        }
        for (size_t k = 0; value->kind == NODE_LIST && k < value->list.len; k++) {
            if (value->list.at[k]->kind != NODE_LIST && has_anchor(value->list.at[k], anchor)) {
                return true;
            }
        }
    }
    return false;
}

static struct node *replace_within(struct arena *arena, const char *text, const char *anchor,
                                   const char *value) {
    struct str out CLEANUP(str_release) = STR_INIT;
    const char *at;

    for (; (at = strstr(text, anchor)); text = at + strlen(anchor)) {
        str_add(&out, text, (size_t)(at - text));
        str_adds(&out, value);
    }
    str_adds(&out, text);
    return node_strn(arena, out.buf, out.len);
}

/* `n` with the anchor replaced: alone by the value, within a longer text of a map by the value's
 * text. */
static struct node *replace(struct arena *arena, struct node *n, const char *anchor,
                            struct node *value, bool in_map) {
    struct node *copy;

    switch (n->kind) {
    case NODE_STR:
        if (str_eq(n->str.text, anchor)) {
            return value;
        }
        return in_map && node_text(value) && strstr(n->str.text, anchor)
                   ? replace_within(arena, n->str.text, anchor, node_text(value))
                   : n;
    case NODE_LIST:
        copy = node_list_of(arena, n->list.at, n->list.len);
        for (size_t i = 0; i < n->list.len; i++) {
            copy->list.at[i] = replace(arena, n->list.at[i], anchor, value, false);
        }
        return copy;
    case NODE_MAP:
        copy = node_map_of(arena, n->map.at, n->map.len);
        for (size_t i = 0; i < n->map.len; i++) {
            copy->map.at[i].value = replace(arena, n->map.at[i].value, anchor, value, true);
        }
        return copy;
    case NODE_NULL:
    case NODE_BOOL:
    case NODE_INT:
    case NODE_FLOAT:
        break;
    }
    return n;
}

static void fill_anchor(struct filling *f, const char *name, struct node *value) {
    f->content = replace(f->arena, f->content, anchor_of(f->arena, name), value, true);
}

/* Left in when the specification is split. */
static bool is_split(const char *name) {
    static const char *const split[] = {"color",   "data",        "plot_height", "plot_width",
                                        "shape",   "stroke_dash", "title",       "tooltip",
                                        "x_label", "y_label",     "zoom_and_pan"};

    for (size_t i = 0; i < COUNT_OF(split); i++) {
        if (str_eq(split[i], name)) {
            return true;
        }
    }
    return false;
}

static void fill(struct filling *f, const char *name, struct node *value) {
    if (f->anchors && is_split(name)) {
        node_put(f->arena, f->anchors, anchor_of(f->arena, name), value);
    } else {
        fill_anchor(f, name, value);
    }
}

/* Fills an anchor that a template need not have. */
static void fill_optional(struct filling *f, const char *name, struct node *value) {
    for (size_t i = 0; i < f->open.len; i++) {
        if (str_eq(f->open.at[i], name)) {
            memmove(f->open.at + i, f->open.at + i + 1, (--f->open.len - i) * sizeof *f->open.at);
            fill(f, name, value);
            return;
        }
    }
}

static void find_optional(struct filling *f) {
    static const char *const optional[] = {
        "color",       "column",      "group_by_x",  "group_by_y", "group_by",
        "pivot_field", "plot_height", "plot_width",  "row",        "shape",
        "stroke_dash", "tooltip",     "zoom_and_pan"};

    for (size_t i = 0; i < COUNT_OF(optional); i++) {
        if (has_anchor(f->content, anchor_of(f->arena, optional[i]))) {
            vec_push(&f->open, optional[i]);
        }
    }
}

/* What they stand for */

static struct node *text_or_null(struct arena *arena, const char *text) {
    return text ? node_str(arena, text) : node_null(arena);
}

static struct node *one(struct arena *arena, const char *key, struct node *value) {
    struct node *map = node_map(arena);

    node_put(arena, map, key, value);
    return map;
}

static struct node *list_of_texts(struct arena *arena, const struct strv *texts) {
    struct node *list = node_list(arena);

    for (size_t i = 0; i < texts->len; i++) {
        node_append(arena, list, node_str(arena, texts->at[i]));
    }
    return list;
}

/* The appearances that values of the domain get in turn. */
static struct node *range_of(struct arena *arena, const char *name, size_t len) {
    static const char *const colors =
        "['#945dd6', '#13adc7', '#f46837', '#48bb78', '#4299e1', '#ed8936', '#f56565']";
    static const char *const dashes = "[[1, 0], [8, 8], [8, 4], [4, 4], [4, 2], [2, 1], [1, 1]]";
    static const char *const shapes = "['circle', 'square', 'triangle', 'diamond']";
    const char *text = str_eq(name, "color") ? colors : str_eq(name, "shape") ? shapes : dashes;
    struct node *list = node_list(arena);
    const struct node *all;

    if (plot_shorthand_read(&all, arena, text)) {
        err_clear(); /* cannot be: the texts above are JSON */
        return list;
    }
    for (size_t i = 0; i < len; i++) {
        node_append(arena, list, all->list.at[i % all->list.len]);
    }
    return list;
}

static void fill_scale(struct filling *f, const char *name, const char *field,
                       const struct strv *domain) {
    struct arena *a = f->arena;
    struct node *value = one(a, "field", node_str(a, field)), *scale;

    scale = one(a, "domain", list_of_texts(a, domain));
    node_put(a, scale, "range", range_of(a, name, domain->len));
    node_put(a, value, "scale", scale);
    if (!str_eq(name, "color")) {
        struct node *legend = one(a, "symbolFillColor", node_str(a, "transparent"));

        node_put(a, legend, "symbolStrokeColor", node_str(a, "grey"));
        node_put(a, value, "legend", legend);
    }
    fill_optional(f, name, value);
}

static void fill_groups(struct filling *f, const struct plot *p) {
    const char *const also[][2] = {{"group_by", NULL}, {"group_by_x", p->x}, {"group_by_y", p->y}};

    for (size_t i = 0; i < COUNT_OF(also); i++) {
        struct node *list = node_list(f->arena);

        node_append(f->arena, list, node_str(f->arena, "rev"));
        if (f->variant) {
            node_append(f->arena, list, node_str(f->arena, f->variant));
        }
        if (i) {
            node_append(f->arena, list, text_or_null(f->arena, also[i][1]));
        }
        fill_optional(f, also[i][0], list);
    }
}

static void fill_tooltip(struct filling *f, const struct plot *p) {
    struct node *list = node_list(f->arena);
    const char *const fields[] = {"rev", p->x, p->y, f->variant};

    for (size_t i = 0; i < COUNT_OF(fields) - !f->variant; i++) {
        node_append(f->arena, list, one(f->arena, "field", text_or_null(f->arena, fields[i])));
    }
    fill_optional(f, "tooltip", list);
}

static void fill_looks(struct filling *f, const struct plot *p) {
    struct arena *a = f->arena;
    struct node *zoom = one(a, "name", node_str(a, "grid"));

    node_put(a, zoom, "select", node_str(a, "interval"));
    node_put(a, zoom, "bind", node_str(a, "scales"));
    fill_scale(f, "color", "rev", &p->revs);
    fill_optional(f, "zoom_and_pan", zoom);
    fill_optional(f, "plot_height", node_int(a, 300));
    fill_optional(f, "plot_width", node_int(a, 300));
}

static void fill_single(struct filling *f, const struct plot *p) {
    fill_groups(f, p);
    fill_optional(f, "pivot_field", node_str(f->arena, "datum.rev"));
    fill_tooltip(f, p);
    for (size_t i = 0; i < f->open.len; i++) {
        fill_anchor(f, f->open.at[i], node_map(f->arena));
    }
}

const char *plot_vega_variant(struct arena *arena, const struct plot *p) {
    bool files = false, fields = false;

    for (size_t i = 1; i < p->sources.len; i++) {
        files |= !str_eq(p->sources.at[i].file, p->sources.at[0].file);
        fields |= !str_eq(p->sources.at[i].field, p->sources.at[0].field);
    }
    return files && fields ? arena_strdup(arena, "filename" SEPARATOR "field")
           : files         ? "filename"
           : fields        ? "field"
                           : NULL;
}

static const char *variant_of(struct arena *arena, const char *variant,
                              const struct plot_source *s) {
    return str_eq(variant, "filename") ? s->file
           : str_eq(variant, "field")  ? s->field
                                      : arena_printf(arena, "%s" SEPARATOR "%s", s->file, s->field);
}

static void fill_several(struct filling *f, const struct plot *p) {
    struct strv domain CLEANUP(strv_release) = {0};
    bool both = strstr(f->variant, SEPARATOR) != NULL;
    struct arena *a = f->arena;
    struct node *facet = one(a, "field", node_str(a, f->variant));
    size_t kept = 0;

    for (size_t i = 0; i < p->sources.len; i++) {
        vec_push(&domain, variant_of(a, f->variant, &p->sources.at[i]));
    }
    strv_sort(&domain);
    for (size_t i = 0; i < domain.len; i++) {
        if (!i || !str_eq(domain.at[i], domain.at[kept - 1])) {
            domain.at[kept++] = domain.at[i];
        }
    }
    domain.len = kept;
    node_put(a, facet, "sort", node_list(a));
    fill_groups(f, p);
    fill_optional(f, "pivot_field",
                  node_str(a, both ? "datum.rev + '::' + datum.filename + '::' + datum.field"
                                   : arena_printf(a, "datum.rev + '::' + datum.%s", f->variant)));
    fill_optional(f, "row", facet);
    fill_optional(f, "column", facet);
    fill_tooltip(f, p);
    fill_scale(f, "stroke_dash", f->variant, &domain);
    fill_scale(f, "shape", f->variant, &domain);
}

/* Points keep of "filename" and "field" what tells them apart: one of both, or both as one. */
static void narrow_points(struct filling *f, struct plot *p) {
    bool both = f->variant && strstr(f->variant, SEPARATOR);
    struct node *key = f->variant ? node_str(f->arena, f->variant) : NULL;

    for (size_t i = 0; i < p->points->list.len; i++) {
        struct node *point = p->points->list.at[i];

        if (both) {
            const struct plot_source s = {node_text(node_get(point, "filename")),
                                          node_text(node_get(point, "field"))};

            node_add(f->arena, point, key,
                     node_str(f->arena, variant_of(f->arena, f->variant, &s)));
        }
        if (!str_eq(f->variant, "filename")) {
            node_drop(point, "filename");
        }
        if (!str_eq(f->variant, "field")) {
            node_drop(point, "field");
        }
    }
}

/* Filling */

static int check_field(const struct plot *p, const char *field) {
    for (size_t i = 0; field && i < p->points->list.len; i++) {
        if (node_get(p->points->list.at[i], field)) {
            return 0;
        }
    }
    return field ? err_set(ERR_INVALID, "no point of plot '%s' has the field '%s'", p->name, field)
                 : 0;
}

/* Vega takes dots and brackets in names of fields for paths. */
static struct node *escaped(struct arena *arena, const char *field) {
    struct str out CLEANUP(str_release) = STR_INIT;

    for (const char *at = field; *at; at++) {
        str_addf(&out, "%s%c", strchr(".[]", *at) ? "\\" : "", *at);
    }
    return node_str(arena, out.buf);
}

static int fill_names(struct filling *f, struct plot *p, const char *template) {
    const char *const names[][2] = {{"title", p->title ? p->title : p->name},
                                    {"x", p->x},
                                    {"y", p->y},
                                    {"x_label", p->x_label},
                                    {"y_label", p->y_label}};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *value = names[i][1];
        bool is_axis = !names[i][0][1];

        if (value) {
            fill(f, names[i][0], is_axis ? escaped(f->arena, value) : node_str(f->arena, value));
        }
    }
    if (!f->anchors && !has_anchor(f->content, ANCHOR "DATA>")) {
        return err_set(ERR_INVALID, "template '%s' has no anchor " ANCHOR "DATA> for the points",
                       template);
    }
    fill(f, "data", p->points);
    return 0;
}

int plot_vega_fill(const struct node **out, const struct node **anchors, struct arena *arena,
                   const struct repo *r, struct plot *p) {
    struct filling f = {.arena = arena, .anchors = anchors ? node_map(arena) : NULL};
    const char *template = p->template ? p->template : "linear";
    const struct node *content;
    int rc;

    if ((rc = plot_template_load(&content, arena, r, template)) || (rc = check_field(p, p->x)) ||
        (rc = check_field(p, p->y))) {
        return rc;
    }
    f.content = node_clone(arena, content);
    f.variant = plot_vega_variant(arena, p);
    find_optional(&f);
    if (f.open.len) {
        fill_looks(&f, p);
        if (f.variant) {
            fill_several(&f, p);
        } else {
            fill_single(&f, p);
        }
        narrow_points(&f, p);
    }
    vec_release(&f.open);
    rc = fill_names(&f, p, template);
    *out = f.content;
    if (anchors) {
        *anchors = f.anchors;
    }
    return rc;
}
