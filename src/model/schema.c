#include "model/schema.h"

#include <stdarg.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"
#include "model/suggest.h"

const struct schema schema_any = {.kinds = SCHEMA_ANY};
const struct schema schema_str = {.kinds = SCHEMA_STR};
const struct schema schema_bool = {.kinds = SCHEMA_BOOL};
const struct schema schema_map = {.kinds = SCHEMA_MAP};
const struct schema schema_str_or_map = {.kinds = SCHEMA_STR | SCHEMA_MAP};
const struct schema schema_str_list = {.kinds = SCHEMA_LIST, .item = &schema_str};

/* The keys that lead to the node being checked, innermost first; only for messages. */
struct trail {
    const struct trail *up;
    const char *key; /* NULL: `index` */
    size_t index;
};

static void trail_text(struct str *out, const struct trail *t) {
    if (!t) {
        return;
    }
    trail_text(out, t->up);
    if (t->key) {
        str_addf(out, "%s%s", out->len ? "." : "", t->key);
    } else {
        str_addf(out, "[%zu]", t->index);
    }
}

int schema_error(const struct node *n, const char *file, const char *fmt, ...) {
    struct str text CLEANUP(str_release) = STR_INIT;
    va_list args;

    va_start(args, fmt);
    str_vaddf(&text, fmt, args);
    va_end(args);
    if (!n || !n->line) {
        return err_set(ERR_INVALID, "%s: %s", file, text.buf);
    }
    return err_set(ERR_INVALID, "%s:%u:%u: %s", file, n->line, n->column, text.buf);
}

/* "in 'stages.train'", or "at the top of the file". */
static int trail_error(const struct node *n, const char *file, const struct trail *t,
                       const char *what) {
    struct str where CLEANUP(str_release) = STR_INIT;

    trail_text(&where, t);
    if (where.len == 0) {
        return schema_error(n, file, "%s at the top level", what);
    }
    return schema_error(n, file, "%s in '%s'", what, where.buf);
}

static int wrong_kind(const struct node *n, const struct schema *schema, const char *file,
                      const struct trail *t) {
    struct str what CLEANUP(str_release) = STR_INIT;
    struct str where CLEANUP(str_release) = STR_INIT;
    bool first = true;

    for (int kind = NODE_NULL; kind <= NODE_MAP; kind++) {
        /* "or nothing" goes without saying where nothing is one of several choices. */
        if (!(schema->kinds & 1u << kind) || (kind == NODE_NULL && schema->kinds != SCHEMA_NULL)) {
            continue;
        }
        str_addf(&what, "%s%s", first ? "" : " or ", node_kind_name((enum node_kind)kind));
        first = false;
    }
    trail_text(&where, t);
    return schema_error(n, file, "%s%s%sexpected %s, found %s", where.len ? "'" : "", where.buf,
                        where.len ? "': " : "", what.buf, node_kind_name(n->kind));
}

static int unknown_key(const struct node *key, const struct schema *schema, const char *file,
                       const struct trail *t) {
    struct str what CLEANUP(str_release) = STR_INIT;
    struct strv known CLEANUP(strv_release) = {0};

    for (const struct schema_field *f = schema->fields; f->key; f++) {
        vec_push(&known, f->key);
    }
    str_addf(&what, "unknown key '%s'",
             node_text(key) ? node_text(key) : node_kind_name(key->kind));
    int rc = trail_error(key, file, t, what.buf);
    const char *near = node_text(key) ? suggest_name(node_text(key), &known) : NULL;

    if (near) {
        err_hint("did you mean '%s'?", near);
    }
    return rc;
}

static const struct schema_field *find_field(const struct schema *schema, const char *key) {
    for (const struct schema_field *f = schema->fields; f->key; f++) {
        if (strcmp(f->key, key) == 0) {
            return f;
        }
    }
    return NULL;
}

static int check(const struct node *n, const struct schema *schema, const char *file,
                 const struct trail *t);

static int check_map(const struct node *n, const struct schema *schema, const char *file,
                     const struct trail *t) {
    if (schema->choose) {
        schema = schema->choose(n);
    }
    if (schema->max && n->map.len > schema->max) {
        return trail_error(n, file, t, "too many entries");
    }
    for (size_t i = 0; i < n->map.len; i++) {
        const struct node *key = n->map.at[i].key;

        if (key->kind != NODE_STR) {
            return trail_error(key, file, t, "a key that is no text");
        }
        struct trail here = {.up = t, .key = key->str.text};
        const struct schema *value = schema->value;

        if (schema->fields) {
            const struct schema_field *f = find_field(schema, key->str.text);

            if (!f) {
                return unknown_key(key, schema, file, t);
            }
            value = f->value;
        }
        int rc = value ? check(n->map.at[i].value, value, file, &here) : 0;

        if (rc) {
            return rc;
        }
    }
    for (const struct schema_field *f = schema->fields; f && f->key; f++) {
        if (f->required && !node_get(n, f->key)) {
            struct str what CLEANUP(str_release) = STR_INIT;

            str_addf(&what, "'%s' is missing", f->key);
            return trail_error(n, file, t, what.buf);
        }
    }
    return 0;
}

static int check(const struct node *n, const struct schema *schema, const char *file,
                 const struct trail *t) {
    if (schema->kinds == SCHEMA_ANY) {
        return 0;
    }
    if (!(schema->kinds & 1u << n->kind)) {
        return wrong_kind(n, schema, file, t);
    }
    if (n->kind == NODE_STR && n->str.len > 0 && n->str.len < schema->min) {
        return trail_error(n, file, t, "a text that is too short");
    }
    if (n->kind == NODE_MAP && (schema->fields || schema->value || schema->choose)) {
        return check_map(n, schema, file, t);
    }
    if (n->kind == NODE_LIST && schema->item) {
        for (size_t i = 0; i < n->list.len; i++) {
            struct trail here = {.up = t, .index = i};
            int rc = check(n->list.at[i], schema->item, file, &here);

            if (rc) {
                return rc;
            }
        }
    }
    return 0;
}

int schema_check(const struct node *n, const struct schema *schema, const char *file,
                 const char *where) {
    struct trail top = {.key = where};

    return check(n, schema, file, where ? &top : NULL);
}

bool schema_flag(const struct node *map, const char *key, bool fallback) {
    const struct node *n = node_get(map, key);

    return n ? n->boolean : fallback;
}
