#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/edit.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"

/* Places come from the YAML reader, for a JSON text is YAML in flow style. */
struct json_editor {
    struct str *out;
    const char *text;
    size_t at; /* up to here the text has been taken over or left out */
};

static void copy_to(struct json_editor *e, size_t end) {
    str_add(e->out, e->text + e->at, end - e->at);
    e->at = end;
}

static void write_value(struct json_editor *e, const struct node *old, const struct node *want);

static void write_key(struct str *out, const struct node *key) {
    json_write_text(out, key->str.text);
    str_adds(out, ": ");
}

/* What stands between two pairs, and where there is one pair alone, what would. */
static void add_separator(struct json_editor *e, const struct node *map, size_t last) {
    const struct node_pair *pairs = map->map.at;
    size_t from = last ? pairs[last - 1].value->span.end : map->span.start + 1;
    size_t to = pairs[last].key->span.start;

    str_adds(e->out, last ? "" : ",");
    str_add(e->out, e->text + from, to - from);
    if (!last && from == to) {
        str_addc(e->out, ' ');
    }
}

/* Kept pairs where they are, new ones behind them. False if no pair of the old ones stays. */
static bool write_pairs(struct json_editor *e, const struct node *old, const struct node *want) {
    size_t last = old->map.len;

    for (size_t i = 0; i < old->map.len; i++) {
        const struct node_pair *pair = &old->map.at[i];
        const struct node *value = node_get(want, pair->key->str.text);
        size_t end = pair->value->span.end;
        if (!value) {
            e->at = end;
            continue;
        }
        if (last == old->map.len) { /* the first that stays: no separator before it */
            size_t first = old->map.at[0].key->span.start;
            e->at = old->span.start;
            copy_to(e, first);
            e->at = pair->key->span.start;
        }
        last = i;
        copy_to(e, pair->value->span.start);
        write_value(e, pair->value, value);
        e->at = end;
    }
    if (last == old->map.len) {
        return false;
    }
    for (size_t i = 0; i < want->map.len; i++) {
        const struct node_pair *pair = &want->map.at[i];
        if (!node_get(old, pair->key->str.text)) {
            add_separator(e, old, old->map.len - 1);
            write_key(e->out, pair->key);
            json_write(e->out, pair->value);
        }
    }
    return true;
}

static bool has_text_keys(const struct node *map) {
    for (size_t i = 0; i < map->map.len; i++) {
        if (map->map.at[i].key->kind != NODE_STR) {
            return false;
        }
    }
    return true;
}

/* The text of `old`, which begins at e->at, as `want`. */
static void write_value(struct json_editor *e, const struct node *old, const struct node *want) {
    if (node_same(old, want)) {
        copy_to(e, old->span.end);
        return;
    }
    if (old->kind == NODE_MAP && want->kind == NODE_MAP && has_text_keys(want) &&
        write_pairs(e, old, want)) {
        e->at = old->map.at[old->map.len - 1].value->span.end;
        copy_to(e, old->span.end);
        return;
    }
    json_write(e->out, want);
    e->at = old->span.end;
}

static bool reads_as(const char *text, size_t len, const struct node *want, const char *name) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct node *got;

    if (json_read(&got, arena, text, len, name)) {
        err_clear();
        return false;
    }
    return node_same(got, want);
}

int json_edit(struct str *out, const char *old, size_t len, const struct node *want,
              const char *name) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str result CLEANUP(str_release) = STR_INIT;
    struct node *root = NULL;

    if (len && yaml_read(&root, arena, old, len, name)) {
        err_clear();
        root = NULL;
    }
    if (root && reads_as(old, len, root, name)) {
        struct json_editor e = {.out = &result, .text = old};
        copy_to(&e, root->span.start);
        write_value(&e, root, want);
        copy_to(&e, len);
    }
    if (!result.len || !reads_as(result.buf, result.len, want, name)) {
        json_write(out, want);
        return 0;
    }
    str_add(out, result.buf, result.len);
    return 0;
}
