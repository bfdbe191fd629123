#include "model/interpolate.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/shell.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"
#include "model/context.h"
#include "model/schema.h"

enum { TEXT_MAX = 1 << 20 }; /* bytes of one interpolated text */

void interpolate_text(struct str *out, const struct node *value) {
    if (value->kind == NODE_BOOL) {
        str_adds(out, value->boolean ? "true" : "false");
    } else if (value->kind == NODE_STR) {
        str_add(out, value->str.text, value->str.len);
    } else {
        python_write(out, value);
    }
}

static void add_flag_value(struct str *out, const struct node *value) {
    if (value->kind == NODE_STR) {
        shell_quote(out, value->str.text);
    } else {
        python_write(out, value);
    }
    str_addc(out, ' ');
}

static int add_list_flag(struct str *out, const struct interpolation *t, const char *name,
                         const struct node *list) {
    for (size_t i = 0; i < list->list.len; i++) {
        const struct node *item = list->list.at[i];

        if (item->kind == NODE_LIST || item->kind == NODE_MAP) {
            return err_set(ERR_INVALID, "'%s' holds a %s in a list, which makes no flag", name,
                           node_kind_name(item->kind));
        }
        if (i == 0 || t->list_append) {
            str_addf(out, "--%s ", name);
        }
        add_flag_value(out, item);
    }
    return 0;
}

/* The flags of a mapping; nested names are joined by dots. Ends in a space. */
static int add_flags(struct str *out, const struct interpolation *t, const struct str *prefix,
                     const struct node *map) {
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < map->map.len; i++) {
        const char *key = node_text(map->map.at[i].key);
        const struct node *value = map->map.at[i].value;
        struct str name CLEANUP(str_release) = STR_INIT;

        if (!key) {
            continue;
        }
        str_addf(&name, "%s%s%s", prefix ? prefix->buf : "", prefix ? "." : "", key);
        if (value->kind == NODE_MAP) {
            rc = add_flags(out, t, &name, value);
        } else if (value->kind == NODE_LIST) {
            rc = add_list_flag(out, t, name.buf, value);
        } else if (value->kind != NODE_BOOL) {
            str_addf(out, "--%s ", name.buf);
            add_flag_value(out, value);
        } else if (value->boolean) {
            str_addf(out, "--%s ", name.buf);
        } else if (t->bool_optional) {
            str_addf(out, "--no-%s ", name.buf);
        }
    }
    return rc;
}

/* The next "${…}" of the text that is not escaped: its first byte, and that behind it. NULL if
 * there is none. */
static const char *next_expression(const char *text, const char *at, const char **end) {
    for (const char *p = strstr(at, "${"); p; p = strstr(p + 1, "${")) {
        const char *close = p + 2 + strcspn(p + 2, "}\n");

        if ((p == text || p[-1] != '\\') && *close == '}') {
            *end = close + 1;
            return p;
        }
    }
    return NULL;
}

/* Adds text of the file itself, where "\${" stands for "${". */
static void add_literal(struct str *out, const char *text, const char *end) {
    while (text < end) {
        const char *p = memchr(text, '\\', (size_t)(end - text));

        if (!p || end - p < 3 || p[1] != '$' || p[2] != '{') {
            p = p ? p + 1 : end;
            str_add(out, text, (size_t)(p - text));
            text = p;
            continue;
        }
        str_add(out, text, (size_t)(p - text));
        text = p + 1;
    }
}

static int find_value(const struct node **value, struct interpolation *t, const char *at,
                      const char *end) {
    const char *source = NULL, *path = NULL;
    int rc = context_find(value, &source, &path, t->context, at + 2, (size_t)(end - at) - 3);

    if (rc || !source || !t->used) {
        return rc;
    }
    struct node *of_file = node_get(t->used, source);

    if (!of_file) {
        of_file = node_map(t->arena);
        node_put(t->arena, t->used, source, of_file);
    }
    if (!node_get(of_file, path)) {
        node_put(t->arena, of_file, path, node_clone(t->arena, *value));
    }
    return 0;
}

/* Lists and mappings have no place in a text, but for flags. */
static int check_kind(const struct interpolation *t, const struct node *value) {
    bool composite = value->kind == NODE_LIST || value->kind == NODE_MAP;

    if (!composite || t->whole || (t->in_cmd && value->kind == NODE_MAP)) {
        return 0;
    }
    return err_set(ERR_INVALID, "a %s cannot be interpolated here", node_kind_name(value->kind));
}

static int add_value(struct str *out, struct interpolation *t, const struct node *value) {
    int rc = check_kind(t, value);

    if (rc) {
        return rc;
    }
    if (value->kind != NODE_MAP) {
        interpolate_text(out, value);
        return 0;
    }
    size_t start = out->len;

    rc = add_flags(out, t, NULL, value);
    if (rc == 0 && out->len > start && out->buf[out->len - 1] == ' ') {
        str_truncate(out, out->len - 1);
    }
    return rc;
}

/* The value itself, standing where the text stood. */
static const struct node *in_place(const struct interpolation *t, const struct node *value,
                                   const struct node *in) {
    struct node *copy;

    if (value->kind == NODE_LIST || value->kind == NODE_MAP) {
        return value;
    }
    if (!t->typed && value->kind != NODE_STR) {
        struct str text CLEANUP(str_release) = STR_INIT;

        interpolate_text(&text, value);
        copy = node_str(t->arena, text.buf);
    } else {
        copy = arena_dup(t->arena, value, sizeof *value);
    }
    copy->line = in->line;
    copy->column = in->column;
    copy->span = (struct span){0, 0};
    copy->quote = 0;
    return copy;
}

static int fill_text(const struct node **out, struct interpolation *t, const struct node *in) {
    struct str text CLEANUP(str_release) = {.buf = str_empty, .max = TEXT_MAX};
    const char *at = in->str.text, *stop = at + in->str.len, *end, *p;
    const struct node *value;
    int rc;

    while ((p = next_expression(in->str.text, at, &end)) != NULL) {
        if ((rc = find_value(&value, t, p, end)) != 0) {
            return rc;
        }
        if (p == in->str.text && end == stop) {
            *out = in_place(t, value, in);
            return check_kind(t, value);
        }
        add_literal(&text, at, p);
        if ((rc = add_value(&text, t, value)) != 0) {
            return rc;
        }
        at = end;
    }
    add_literal(&text, at, stop);
    if (text.overflow || text.len > *t->budget) {
        return err_set(ERR_INVALID, "the text becomes too long");
    }
    *t->budget -= text.len;

    struct node *made = node_str(t->arena, text.buf);

    made->line = in->line;
    made->column = in->column;
    *out = made;
    return 0;
}

static int fill_list(const struct node **out, struct interpolation *t, const struct node *in) {
    struct node **at = NULL;

    for (size_t i = 0; i < in->list.len; i++) {
        const struct node *item;
        int rc = interpolate(&item, t, in->list.at[i]);

        if (rc) {
            return rc;
        }
        if (item != in->list.at[i] && !at) {
            at = arena_dup(t->arena, in->list.at, in->list.len * sizeof *at);
        }
        if (at) {
            at[i] = (struct node *)item;
        }
    }
    if (!at) {
        *out = in;
        return 0;
    }
    struct node *copy = arena_dup(t->arena, in, sizeof *in);

    copy->list.at = at;
    *out = copy;
    return 0;
}

/* A key that became equal to one before it: the later value takes its place, as in a Python
 * dict. */
static bool replaces_earlier(struct node_pair *at, size_t len, const struct node_pair *pair) {
    for (size_t i = 0; i < len; i++) {
        if (node_equal(at[i].key, pair->key)) {
            at[i].value = pair->value;
            return true;
        }
    }
    return false;
}

static int fill_map(const struct node **out, struct interpolation *t, const struct node *in) {
    struct node_pair *at = arena_alloc(t->arena, (in->map.len + 1) * sizeof *at);
    bool changed = false, rekeyed = false;
    size_t len = 0;

    for (size_t i = 0; i < in->map.len; i++) {
        const struct node *key, *value;
        int rc = interpolate(&key, t, in->map.at[i].key);

        rc = rc ? rc : interpolate(&value, t, in->map.at[i].value);
        if (rc) {
            return rc;
        }
        struct node_pair pair = {key, (struct node *)value};

        rekeyed = rekeyed || key != in->map.at[i].key;
        changed = changed || rekeyed || value != in->map.at[i].value;
        if (!rekeyed || !replaces_earlier(at, len, &pair)) {
            at[len++] = pair;
        }
    }
    if (!changed) {
        *out = in;
        return 0;
    }
    struct node *copy = arena_dup(t->arena, in, sizeof *in);

    copy->map.at = at;
    copy->map.len = len;
    *out = copy;
    return 0;
}

int interpolate(const struct node **out, struct interpolation *t, const struct node *in) {
    int rc;

    switch (in->kind) {
    case NODE_LIST:
        return fill_list(out, t, in);
    case NODE_MAP:
        return fill_map(out, t, in);
    case NODE_STR:
        if (!strstr(in->str.text, "${")) {
            break;
        }
        rc = fill_text(out, t, in);
        return err_wrap(rc, "%s:%u:%u: '%s'", t->file, in->line, in->column, t->where);
    case NODE_NULL:
    case NODE_BOOL:
    case NODE_INT:
    case NODE_FLOAT:
        break;
    }
    *out = in;
    return 0;
}
