#include "model/foreach.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "doc/node.h"
#include "model/context.h"
#include "model/interpolate.h"
#include "model/schema.h"

static bool is_composite(const struct node *n) {
    return n->kind == NODE_LIST || n->kind == NODE_MAP;
}

/* DVC names a stage after True when it got the value from a file, after true when it stands in the
 * dvc.yaml. */
static void add_name(struct str *out, const struct node *value, bool from_context) {
    if (value->kind == NODE_BOOL && from_context) {
        str_adds(out, value->boolean ? "True" : "False");
    } else {
        interpolate_text(out, value);
    }
}

/* Adds a variant, or replaces that of the same name. */
static void add_variant(struct variants *out, struct map *by_name, const struct variant *v) {
    if (map_add(by_name, v->name, (void *)(out->len + 1))) {
        vec_push(out, *v);
    } else {
        out->at[(size_t)map_get(by_name, v->name) - 1] = *v;
    }
}

static int too_many(const struct interpolation *t, const struct node *at) {
    int rc = schema_error(at, t->file, "'%s' makes too many stages", t->where);

    err_hint("a dvc.yaml may have %u", FOREACH_MAX);
    return rc;
}

static void warn_hidden(const struct interpolation *t, bool with_key) {
    bool item = t->context && context_has(t->context, "item");
    bool key = with_key && t->context && context_has(t->context, "key");

    if (item || key) {
        log_warn("%s: '%s' sets %s, which hides the %s defined elsewhere", t->file, t->where,
                 item && key ? "'item' and 'key'"
                 : item      ? "'item'"
                             : "'key'",
                 item && key ? "ones" : "one");
    }
}

static const char *text_of(struct arena *arena, const struct node *value, bool from_context) {
    struct str name CLEANUP(str_release) = STR_INIT;

    add_name(&name, value, from_context);
    return arena_strdup(arena, name.buf);
}

int foreach_expand(struct variants *out, struct interpolation *t, const struct node *foreach,
                   size_t max) {
    struct map by_name CLEANUP(map_release) = MAP_INIT;
    const struct node *data;
    bool composite = false;
    int rc = interpolate(&data, t, foreach);

    if (rc) {
        return rc;
    }
    if (!is_composite(data)) {
        return schema_error(foreach, t->file, "'%s' is a %s; expected a list or mapping", t->where,
                            node_kind_name(data->kind));
    }
    warn_hidden(t, data->kind == NODE_MAP);
    if ((data->kind == NODE_MAP ? data->map.len : data->list.len) > max) {
        return too_many(t, foreach);
    }
    if (data->kind == NODE_MAP) {
        for (size_t i = 0; i < data->map.len; i++) {
            const char *name = text_of(t->arena, data->map.at[i].key, false);
            struct variant v = {name, data->map.at[i].value, node_str(t->arena, name)};

            add_variant(out, &by_name, &v);
        }
        return 0;
    }
    for (size_t i = 0; i < data->list.len; i++) {
        composite = composite || is_composite(data->list.at[i]);
    }
    for (size_t i = 0; i < data->list.len; i++) {
        const struct node *item = data->list.at[i];
        bool from_context = foreach->kind == NODE_STR || item != foreach->list.at[i];
        struct variant v = {.item = item};

        v.name =
            composite ? arena_printf(t->arena, "%zu", i) : text_of(t->arena, item, from_context);
        add_variant(out, &by_name, &v);
    }
    return 0;
}

/* The stages that the axes multiply to; more than `max` is max + 1. */
static size_t product(const struct node *axes, size_t max) {
    size_t n = 1;

    for (size_t i = 0; i < axes->map.len; i++) {
        size_t len = axes->map.at[i].value->list.len;

        if (len == 0) {
            return 0;
        }
        n = n > max / len ? max + 1 : n * len;
    }
    return n;
}

/* The `number`-th combination, the last axis turning fastest. */
static struct variant combine(struct interpolation *t, const struct node *axes,
                              const struct node *written, size_t number) {
    struct str name CLEANUP(str_release) = STR_INIT;
    struct node *item = node_map(t->arena);
    size_t *index = arena_alloc(t->arena, (axes->map.len + 1) * sizeof *index);

    for (size_t i = axes->map.len; i-- > 0;) {
        size_t len = axes->map.at[i].value->list.len;

        index[i] = number % len;
        number /= len;
    }
    for (size_t i = 0; i < axes->map.len; i++) {
        const struct node *value = axes->map.at[i].value->list.at[index[i]];
        const struct node *raw =
            axes->map.len == written->map.len ? written->map.at[i].value : NULL;
        const char *axis = node_text(axes->map.at[i].key);

        node_put(t->arena, item, axis, (struct node *)value);
        str_adds(&name, i > 0 ? "-" : "");
        if (is_composite(value)) {
            str_addf(&name, "%s%zu", axis, index[i]);
        } else {
            add_name(&name, value,
                     raw && (raw->kind != NODE_LIST || raw->list.at[index[i]] != value));
        }
    }
    const char *text = arena_strdup(t->arena, name.buf);

    return (struct variant){text, item, node_str(t->arena, text)};
}

int matrix_expand(struct variants *out, struct interpolation *t, const struct node *matrix,
                  size_t max) {
    struct map by_name CLEANUP(map_release) = MAP_INIT;
    const struct node *axes;
    int rc = interpolate(&axes, t, matrix);

    if (rc) {
        return rc;
    }
    for (size_t i = 0; i < axes->map.len; i++) {
        const struct node *value = axes->map.at[i].value;

        if (!node_text(axes->map.at[i].key)) {
            return schema_error(matrix, t->file, "'%s' has an axis whose name is no text",
                                t->where);
        }
        if (value->kind != NODE_LIST) {
            return schema_error(matrix->map.at[i].value, t->file,
                                "'%s.%s' is a %s; expected a list", t->where,
                                node_text(axes->map.at[i].key), node_kind_name(value->kind));
        }
    }
    if (axes->map.len == 0) {
        return schema_error(matrix, t->file, "'%s' has no axes", t->where);
    }
    warn_hidden(t, true);

    size_t n = product(axes, max);

    if (n > max) {
        return too_many(t, matrix);
    }
    for (size_t i = 0; i < n; i++) {
        struct variant v = combine(t, axes, matrix, i);

        add_variant(out, &by_name, &v);
    }
    return 0;
}
