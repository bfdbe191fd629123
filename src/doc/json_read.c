/*
 * json-c reads; json_check has looked at the text before. An integer that may not fit 64 bits would become
 * the largest that does, without a word: such are handed to json-c with a point behind them, which makes
 * them doubles that keep their text. No other double ends in a point, for json_check refuses "1.".
 */
#include <json-c/json.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "doc/integer.h"
#include "doc/json_check.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/source.h"

static void free_tokener(struct json_tokener **tokener) {
    if (*tokener) {
        json_tokener_free(*tokener);
    }
}

static void free_object(struct json_object **object) {
    json_object_put(*object);
}

static void free_bigs(struct json_bigs *bigs) {
    vec_release(bigs);
}

static const char *explain(enum json_tokener_error error) {
    switch (error) {
    case json_tokener_continue:
    case json_tokener_error_parse_eof:
        return "the text ends too early";
    case json_tokener_error_parse_number:
        return "not a number";
    case json_tokener_error_parse_array:
        return "a comma or ']' is missing";
    case json_tokener_error_parse_object_key_name:
        return "a key must be a string in double quotes";
    case json_tokener_error_parse_object_key_sep:
        return "a colon is missing behind the key";
    case json_tokener_error_parse_object_value_sep:
        return "a comma or '}' is missing";
    case json_tokener_error_parse_string:
        return "an escape that JSON does not know";
    case json_tokener_error_parse_null:
    case json_tokener_error_parse_boolean:
    case json_tokener_error_parse_unexpected:
    case json_tokener_error_parse_comment:
    case json_tokener_error_parse_utf8_string:
    case json_tokener_error_depth:
    case json_tokener_error_size:
    case json_tokener_success:
        break;
    }
    return "not valid JSON";
}

static int fail(struct source *s, enum json_tokener_error error, size_t offset) {
    if (error == json_tokener_error_depth) {
        return source_too_deep(s, offset);
    }
    return source_error(s, offset, "%s", explain(error));
}

/* Hands a piece to json-c. *end: where the value ended, in bytes from the piece's start; -1: not yet. */
static int feed(long *end, struct json_object **root, struct json_tokener *tokener,
                struct source *s, const char *piece, size_t len, size_t offset) {
    *end = -1;
    *root = json_tokener_parse_ex(tokener, piece, (int)len);
    enum json_tokener_error error = json_tokener_get_error(tokener);
    size_t read = json_tokener_get_parse_end(tokener);
    if (error == json_tokener_success) {
        *end = (long)read;
    }
    return error == json_tokener_success || error == json_tokener_continue
               ? 0
               : fail(s, error, offset + read);
}

/* Only blanks may follow the value. */
static int check_tail(struct source *s, size_t at) {
    while (at < s->len && strchr(" \t\r\n", s->text[at])) {
        at++;
    }
    return at == s->len ? 0 : source_error(s, at, "more text behind the end of the value");
}

static int parse(struct json_object **root, struct source *s, const struct json_bigs *bigs) {
    CLEANUP(free_tokener) struct json_tokener *tokener = json_tokener_new_ex(DOC_MAX_DEPTH);
    if (!tokener) {
        return err_set(ERR_FAILED, "%s: the JSON parser does not start", s->name);
    }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8 |
                                        JSON_TOKENER_ALLOW_TRAILING_CHARS);
    size_t from = 0;
    long end;
    for (size_t i = 0; i <= bigs->len; i++) {
        size_t to = i < bigs->len ? bigs->at[i] : s->len;
        int rc = to > from ? feed(&end, root, tokener, s, s->text + from, to - from, from) : 0;
        if (rc || (to > from && end >= 0)) {
            return rc ? rc : check_tail(s, from + (size_t)end);
        }
        if (i < bigs->len) {
            rc = feed(&end, root, tokener, s, ".", 1, to);
            rc = rc || end < 0 ? rc : fail(s, json_tokener_error_parse_number, to);
        }
        if (rc) {
            return rc;
        }
        from = to;
    }
    /* A number at the top ends with the text: json-c sees that by a NUL. */
    int rc = feed(&end, root, tokener, s, "", 1, s->len);
    return rc || end >= 0 ? rc : fail(s, json_tokener_continue, s->len);
}

static struct node *convert(struct arena *arena, struct json_object *value);

static struct node *convert_number(struct arena *arena, struct json_object *value) {
    double real = json_object_get_double(value);
    const char *text = json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN);
    size_t len = strlen(text);
    struct node *n = node_float(arena, real);
    if (len > 0 && text[len - 1] == '.') {
        bool negative = text[0] == '-';
        integer_from_digits(n, arena, text + negative, len - negative - 1, 10, negative);
    }
    return n;
}

static struct node *convert_list(struct arena *arena, struct json_object *value) {
    struct node *list = node_list(arena);
    size_t len = json_object_array_length(value);
    for (size_t i = 0; i < len; i++) {
        node_append(arena, list, convert(arena, json_object_array_get_idx(value, i)));
    }
    return list;
}

static struct node *convert_map(struct arena *arena, struct json_object *value) {
    VEC(struct node_pair) pairs = {0};
    json_object_object_foreach(value, key, item) {
        vec_push(&pairs, ((struct node_pair){node_str(arena, key), convert(arena, item)}));
    }
    struct node *map = node_map_of(arena, pairs.at, pairs.len);
    vec_release(&pairs);
    return map;
}

/* As deep as the tokener lets values nest. */
static struct node *convert(struct arena *arena, struct json_object *value) {
    switch (json_object_get_type(value)) {
    case json_type_null:
        return node_null(arena);
    case json_type_boolean:
        return node_bool(arena, json_object_get_boolean(value));
    case json_type_int:
        return node_int(arena, json_object_get_int64(value));
    case json_type_double:
        return convert_number(arena, value);
    case json_type_string:
        return node_strn(arena, json_object_get_string(value),
                         (size_t)json_object_get_string_len(value));
    case json_type_array:
        return convert_list(arena, value);
    case json_type_object:
        return convert_map(arena, value);
    }
    return node_null(arena);
}

int json_read(struct node **out, struct arena *arena, const char *text, size_t len,
              const char *name) {
    struct source source = source_of(name, text, len);
    CLEANUP(free_bigs) struct json_bigs bigs = {0};
    CLEANUP(free_object) struct json_object *root = NULL;
    int rc = source_check(&source);
    rc = rc ? rc : json_check(&bigs, &source);
    rc = rc ? rc : parse(&root, &source, &bigs);
    if (rc) {
        return rc;
    }
    *out = convert(arena, root);
    return 0;
}
