/*
 * TOML 1.0: lines of "key = value" below headers "[table]" and "[[array of tables]]". A table may be filled
 * by headers below it before its own header comes; but none has two headers, dotted keys fill it from one
 * section only, and what was written as a value is not opened again.
 */
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/toml.h"

static void path_release(struct toml_path *path) {
    vec_release(path);
}

static void toml_release(struct toml *t) {
    for (size_t i = 0; i < t->tables.len; i++) {
        map_release(&t->tables.at[i]->children);
    }
    vec_release(&t->tables);
}

int toml_fail(struct toml *t, const char *at, const char *what) {
    return source_error(&t->source, (size_t)(at - t->source.text), "%s", what);
}

struct toml_table *toml_table_new(struct toml *t, const char *at, unsigned depth) {
    struct toml_table *table = arena_alloc(t->arena, sizeof *table);
    size_t offset = (size_t)(at - t->source.text);
    table->map = node_map(t->arena);
    table->depth = depth;
    source_mark(&t->source, table->map, offset, offset);
    vec_push(&t->tables, table);
    return table;
}

static const char *place_of(const struct toml *t, const struct node *name) {
    return t->source.text + name->span.start;
}

static void add_child(struct toml *t, struct toml_table *table, const struct node *name,
                      struct toml_child child) {
    node_add(t->arena, table->map, name, child.value);
    map_put(&table->children, name->str.text, arena_dup(t->arena, &child, sizeof child));
}

static struct toml_child *find_child(const struct toml_table *table, const struct node *name) {
    return map_get(&table->children, name->str.text);
}

/* The table that the name leads to, made if it is not there. */
static int enter(struct toml_table **out, struct toml *t, struct toml_table *table,
                 const struct node *name) {
    const struct toml_child *child = find_child(table, name);
    if (child && !child->table) {
        return toml_fail(t, place_of(t, name), "the key has a value that is no table");
    }
    if (child) {
        *out = child->table;
        return 0;
    }
    if (table->depth == DOC_MAX_DEPTH) {
        return source_too_deep(&t->source, name->span.start);
    }
    *out = toml_table_new(t, place_of(t, name), table->depth + 1);
    add_child(t, table, name, (struct toml_child){(*out)->map, *out, false});
    return 0;
}

int toml_set(struct toml *t, struct toml_table *table, const struct toml_path *path,
             struct node *value) {
    for (size_t i = 0; i + 1 < path->len; i++) {
        const struct node *name = path->at[i];
        int rc = enter(&table, t, table, name);
        if (rc) {
            return rc;
        }
        if (table->has_header || (table->section && table->section != t->section)) {
            return toml_fail(t, place_of(t, name), "the key is defined elsewhere already");
        }
        table->section = t->section;
    }
    const struct node *name = path->at[path->len - 1];
    if (find_child(table, name)) {
        return toml_fail(t, place_of(t, name), "the key is there twice");
    }
    add_child(t, table, name, (struct toml_child){.value = value});
    return 0;
}

/* [path]: the table itself is new to headers. */
static int open_table(struct toml_table **out, struct toml *t, struct toml_table *table,
                      const struct node *name) {
    const struct toml_child *child = find_child(table, name);
    if (child &&
        (!child->table || child->is_array || child->table->has_header || child->table->section)) {
        return toml_fail(t, place_of(t, name), "the table is there twice");
    }
    return enter(out, t, table, name);
}

/* [[path]]: one more table of the array. */
static int open_array(struct toml_table **out, struct toml *t, struct toml_table *table,
                      const struct node *name) {
    struct toml_child *child = find_child(table, name);
    if (child && !child->is_array) {
        return toml_fail(t, place_of(t, name),
                         "the key is there already and is no array of tables");
    }
    if (table->depth + 2 > DOC_MAX_DEPTH) {
        return source_too_deep(&t->source, name->span.start);
    }
    *out = toml_table_new(t, place_of(t, name), table->depth + 2);
    if (child) {
        child->table = *out;
        node_append(t->arena, child->value, (*out)->map);
        return 0;
    }
    struct node *list = node_list(t->arena);
    list->span = name->span;
    list->line = name->line;
    list->column = name->column;
    node_append(t->arena, list, (*out)->map);
    add_child(t, table, name, (struct toml_child){list, *out, true});
    return 0;
}

/* The table that the following lines fill. */
static int read_header(struct toml_table **out, struct toml *t, struct toml_table *root) {
    CLEANUP(path_release) struct toml_path path = {0};
    bool array = toml_take(t, "[[");
    if (!array) {
        toml_take(t, "[");
    }
    t->section++;
    toml_skip_blanks(t);
    int rc = toml_key(&path, t);
    if (rc) {
        return rc;
    }
    if (!toml_take(t, array ? "]]" : "]")) {
        return toml_fail(t, t->at, "the closing bracket of a table's name is missing");
    }
    struct toml_table *table = root;
    for (size_t i = 0; i + 1 < path.len; i++) {
        rc = enter(&table, t, table, path.at[i]);
        if (rc) {
            return rc;
        }
    }
    const struct node *last = path.at[path.len - 1];
    rc = array ? open_array(out, t, table, last) : open_table(out, t, table, last);
    if (rc == 0) {
        (*out)->has_header = true;
    }
    return rc;
}

static int read_line_end(struct toml *t) {
    toml_skip_blanks(t);
    int rc = toml_skip_comment(t);
    if (rc || t->at == t->end || toml_take(t, "\n") || toml_take(t, "\r\n")) {
        return rc;
    }
    return toml_fail(t, t->at, "more text where the line should end");
}

static int read_document(struct toml *t, struct toml_table *root) {
    struct toml_table *table = root;
    for (;;) {
        int rc = toml_skip_lines(t);
        if (rc || t->at == t->end) {
            return rc;
        }
        rc = toml_next_is(t, "[") ? read_header(&table, t, root) : toml_pair(t, table);
        rc = rc ? rc : read_line_end(t);
        if (rc) {
            return rc;
        }
    }
}

int toml_read(struct node **out, struct arena *arena, const char *text, size_t len,
              const char *name) {
    CLEANUP(toml_release)
    struct toml t = {.source = source_of(name, text, len),
                     .arena = arena,
                     .at = text,
                     .end = text + len,
                     .section = 1};
    int rc = source_check(&t.source);
    if (rc) {
        return rc;
    }
    struct toml_table *root = toml_table_new(&t, text, 1);
    rc = read_document(&t, root);
    *out = root->map;
    return rc;
}
