#include "exp/override.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/node.h"
#include "exp/override_value.h"

#define PARAMS_FILE "params.yaml"

/* ---- the left side */

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A name, or an index behind a dot: its length. */
static size_t part_length(const char *at, bool index) {
    size_t n = 0;

    if (index && is_digit(*at)) {
        n = *at == '0' ? 1 : strspn(at, "0123456789");
        return n;
    }
    if (is_letter(*at) || *at == '_' || *at == '$') {
        while (is_letter(at[n]) || is_digit(at[n]) || (at[n] && strchr("_-$", at[n]))) {
            n++;
        }
    }
    return n;
}

/* "a.b.0", "db/engine"; an index alone is none. */
static size_t key_length(const char *at) {
    size_t n = part_length(at, strchr(at, '.') == at + strspn(at, "0123456789")), more;

    while (n && (at[n] == '.' || at[n] == '/')) {
        more = part_length(at + n + 1, at[n] == '.');
        if (!more) {
            return 0;
        }
        n += 1 + more;
    }
    return n;
}

static int bad_key(const char *text) {
    int rc = err_set(ERR_INVALID, "'%s' does not begin with the name of a parameter", text);

    err_hint("write it as key=value, +key=value, ++key=value or ~key; a.b for a key in a map");
    return rc;
}

static const char *take_kind(struct override *o, const char *text) {
    if (str_starts(text, "++")) {
        o->kind = OVERRIDE_SET;
        return text + 2;
    }
    o->kind = *text == '+' ? OVERRIDE_ADD : *text == '~' ? OVERRIDE_DROP : OVERRIDE_CHANGE;
    return text + (o->kind != OVERRIDE_CHANGE);
}

/* What has no quotes to come any more. */
static void drop_quotes(struct node *n) {
    n->quote = 0;
    for (size_t i = 0; n->kind == NODE_LIST && i < n->list.len; i++) {
        drop_quotes(n->list.at[i]);
    }
    for (size_t i = 0; n->kind == NODE_MAP && i < n->map.len; i++) {
        ((struct node *)n->map.at[i].key)->quote = 0;
        drop_quotes(n->map.at[i].value);
    }
}

static int parse_value(struct override *o, struct arena *arena, const char *text) {
    struct override_value v = {0};
    int rc;

    text += strspn(text, " \t");
    if (!*text) {
        o->value = node_str(arena, "");
        return 0;
    }
    if ((rc = override_value_parse(&v, arena, text))) {
        return rc;
    }
    if (v.kind != VALUE_PLAIN) {
        o->sweep = true;
        return override_choices(&o->choices, arena, &v);
    }
    drop_quotes(v.node);
    o->value = v.node;
    return 0;
}

int override_parse(struct override *out, struct arena *arena, const char *text) {
    const char *at = take_kind(out, text), *equal;
    size_t n = key_length(at);
    int rc;

    out->text = text;
    if (!n) {
        return bad_key(text);
    }
    out->key = arena_strndup(arena, at, n);
    at += n;
    if (*at == '@') {
        n = key_length(at + 1);
        out->package = arena_strndup(arena, at + 1, n);
        at += 1 + n;
    }
    equal = *at == '=' ? at + 1 : NULL;
    if (!equal && !(out->kind == OVERRIDE_DROP && !*at)) {
        return *at ? bad_key(text)
                   : err_set(ERR_INVALID, "'%s' sets no value: '=' is missing", text);
    }
    if (!equal) {
        return 0;
    }
    if ((rc = parse_value(out, arena, equal))) {
        return err_wrap(rc, "'%s'", text);
    }
    return 0;
}

void override_release(struct override *o) {
    strv_release(&o->choices);
}

/* ---- by file */

void override_group(struct override_sets *out, struct arena *arena, const struct strv *typed) {
    for (size_t i = 0; i < typed->len; i++) {
        const char *text = typed->at[i], *file = PARAMS_FILE;
        size_t before = strcspn(text, "="), colon = strcspn(text, ":"), k = 0;

        if (colon < before) {
            file = arena_strndup(arena, text, colon);
            text += colon + 1;
        }
        while (k < out->len && !str_eq(out->at[k].file, file)) {
            k++;
        }
        if (k == out->len) {
            vec_push(out, ((struct override_set){.file = file}));
        }
        vec_push(&out->at[k].texts, text);
    }
}

void override_sets_release(struct override_sets *sets) {
    for (size_t i = 0; i < sets->len; i++) {
        strv_release(&sets->at[i].texts);
    }
    vec_release(sets);
}
