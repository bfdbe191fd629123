#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/edit.h"
#include "doc/edit_text.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"

/* TOML and Python: a value stands where it stands, and is replaced there; TOML can have new lines and
 * lose some. What comes of it is read again before it is believed. */
struct language {
    int (*read)(struct node **out, struct arena *arena, const char *text, size_t len,
                const char *name);
    bool (*write)(struct str *out, const struct node *n); /* false: it has no such value */
    bool grows;                                           /* keys can be added and removed */
};

struct values {
    const struct language *language;
    struct edit_text text;
};

static void values_release(struct values *v) {
    edit_text_release(&v->text);
}

/* ---- values as text */

static bool python_value(struct str *out, const struct node *n) {
    struct node *item = (struct node *)n;
    const struct node list = {.kind = NODE_LIST, .list = {&item, 1}};
    struct str text CLEANUP(str_release) = STR_INIT;

    python_write(&text, &list); /* within a list a text has its quotes */
    str_add(out, text.buf + 1, text.len - 2);
    return true;
}

static void toml_text(struct str *out, const struct node *n) {
    str_addc(out, '"');
    for (size_t i = 0; i < n->str.len; i++) {
        unsigned char c = (unsigned char)n->str.text[i];
        if (c == '"' || c == '\\') {
            str_addf(out, "\\%c", c);
        } else if (c < 0x20 || c == 0x7f) {
            str_addf(out, "\\u%04X", c);
        } else {
            str_addc(out, (char)c);
        }
    }
    str_addc(out, '"');
}

static void toml_key_text(struct str *out, const struct node *key) {
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

    if (key->kind == NODE_STR && key->str.len && !key->str.text[strspn(key->str.text, bare)]) {
        str_adds(out, key->str.text);
    } else if (key->kind == NODE_STR) {
        toml_text(out, key);
    } else {
        str_addc(out, '"');
        python_write(out, key);
        str_addc(out, '"');
    }
}

static bool toml_value_text(struct str *out, const struct node *n) {
    bool fine = true;

    switch (n->kind) {
    case NODE_NULL:
        return false;
    case NODE_BOOL:
        str_adds(out, n->boolean ? "true" : "false");
        return true;
    case NODE_INT:
    case NODE_FLOAT:
        python_write(out, n);
        return true;
    case NODE_STR:
        toml_text(out, n);
        return true;
    case NODE_LIST:
        for (size_t i = 0; fine && i < n->list.len; i++) {
            str_adds(out, i ? ", " : "[");
            fine = toml_value_text(out, n->list.at[i]);
        }
        str_adds(out, n->list.len ? "]" : "[]");
        return fine;
    case NODE_MAP:
        for (size_t i = 0; fine && i < n->map.len; i++) {
            str_adds(out, i ? ", " : "{");
            toml_key_text(out, n->map.at[i].key);
            str_adds(out, " = ");
            fine = toml_value_text(out, n->map.at[i].value);
        }
        str_adds(out, n->map.len ? "}" : "{}");
        return fine;
    }
    return false;
}

/* ---- changes; false: not possible here */

static bool has_place(const struct node *n) {
    return n->span.end > n->span.start;
}

static bool replace(struct values *v, const struct node *old, const struct node *want) {
    struct str text CLEANUP(str_release) = STR_INIT;

    if (!has_place(old) || !v->language->write(&text, want)) {
        return false;
    }
    edit_splice(&v->text, old->span.start, old->span.end, arena_strdup(v->text.arena, text.buf));
    return true;
}

static bool remove_line(struct values *v, const struct node_pair *pair) {
    if (!has_place(pair->value) || !v->language->grows) {
        return false;
    }
    edit_splice(&v->text, line_start(&v->text, pair->key->span.start),
                line_after(&v->text, pair->value->span.end), "");
    return true;
}

/* Behind the last line of the table, or its header. */
static bool add_line(struct values *v, const struct node *table, const struct node_pair *pair,
                     bool is_root) {
    struct str line CLEANUP(str_release) = STR_INIT;
    const struct node_pair *last = NULL;
    size_t at = 0, start;

    for (size_t i = 0; i < table->map.len; i++) {
        const struct node_pair *p = &table->map.at[i];
        if (has_place(p->value) && p->value->span.end > at) {
            last = p;
            at = p->value->span.end;
        }
    }
    if (last || !is_root) {
        at = line_after(&v->text, last ? at : table->span.start);
    }
    if (at && v->text.text[at - 1] != '\n') {
        str_addc(&line, '\n');
    }
    if (last) {
        start = line_start(&v->text, last->key->span.start);
        str_add(&line, v->text.text + start, line_skip_blanks(&v->text, start) - start);
    }
    toml_key_text(&line, pair->key);
    str_adds(&line, " = ");
    if (!v->language->grows || !v->language->write(&line, pair->value)) {
        return false;
    }
    str_addc(&line, '\n');
    edit_splice(&v->text, at, at, arena_strdup(v->text.arena, line.buf));
    return true;
}

static bool same_keys(const struct node *a, const struct node *b) {
    for (size_t i = 0; i < a->map.len; i++) {
        if (!node_get(b, a->map.at[i].key->str.text)) {
            return false;
        }
    }
    return a->map.len == b->map.len;
}

static bool change(struct values *v, const struct node *old, const struct node *want, bool root) {
    bool fine = true;

    if (node_same(old, want)) {
        return true;
    }
    if (old->kind != NODE_MAP || want->kind != NODE_MAP ||
        (has_place(old) && !same_keys(old, want))) {
        return replace(v, old, want);
    }
    for (size_t i = 0; fine && i < old->map.len; i++) {
        const struct node_pair *pair = &old->map.at[i];
        const struct node *value = node_get(want, pair->key->str.text);
        fine = value ? change(v, pair->value, value, false) : remove_line(v, pair);
    }
    for (size_t i = 0; fine && i < want->map.len; i++) {
        const struct node_pair *pair = &want->map.at[i];
        if (!node_get(old, pair->key->str.text)) {
            fine = add_line(v, old, pair, root);
        }
    }
    return fine;
}

static bool text_keys(const struct node *n) {
    bool fine = true;

    for (size_t i = 0; fine && n->kind == NODE_MAP && i < n->map.len; i++) {
        fine = n->map.at[i].key->kind == NODE_STR && text_keys(n->map.at[i].value);
    }
    return fine;
}

static int edit(struct str *out, const struct language *language, const char *old, size_t len,
                const struct node *want, const char *name) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct values v CLEANUP(values_release) = {.language = language,
                                               .text = {.text = old, .len = len, .arena = arena}};
    struct str result CLEANUP(str_release) = STR_INIT;
    struct node *root, *got;
    int rc = language->read(&root, arena, old, len, name);

    if (rc) {
        return rc;
    }
    if (text_keys(root) && text_keys(want) && change(&v, root, want, true) &&
        edit_apply(&result, &v.text) &&
        !language->read(&got, arena, result.buf, result.len, name) && node_same(got, want)) {
        str_add(out, result.buf, result.len);
        return 0;
    }
    err_clear();
    return err_set(ERR_UNSUPPORTED, "%s: this change cannot be made without rewriting the file%s",
                   name, language->grows ? "" : " (in Python, only values can be changed)");
}

int toml_edit(struct str *out, const char *old, size_t len, const struct node *want,
              const char *name) {
    static const struct language toml = {toml_read, toml_value_text, true};

    return edit(out, &toml, old, len, want, name);
}

int py_edit(struct str *out, const char *old, size_t len, const struct node *want,
            const char *name) {
    static const struct language py = {py_read, python_value, false};

    return edit(out, &py, old, len, want, name);
}

int doc_edit(struct str *out, const char *old, size_t len, const struct node *want,
             const char *name) {
    const char *suffix = path_suffix(name);

    if (strcasecmp(suffix, ".json") == 0) {
        return json_edit(out, old, len, want, name);
    }
    if (strcasecmp(suffix, ".toml") == 0) {
        return toml_edit(out, old, len, want, name);
    }
    if (strcasecmp(suffix, ".py") == 0) {
        return py_edit(out, old, len, want, name);
    }
    return yaml_edit(out, old, len, want, name);
}
