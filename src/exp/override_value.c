#include "exp/override_value.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"

enum { DEPTH_MAX = 100 };

/* Tokens: the longest that fits, of equally long ones the first. */
enum token_kind {
    T_END,
    T_OPEN,
    T_CLOSE,
    T_COMMA,
    T_LIST,
    T_LIST_END,
    T_MAP,
    T_MAP_END,
    T_COLON,
    T_EQUAL,
    T_FLOAT,
    T_INT,
    T_BOOL,
    T_NULL,
    T_ID,
    T_CHAR, /* another one that needs no quotes */
    T_ESCAPED,
    T_BLANK,
    T_QUOTED,
    T_INTERPOLATION,
    T_BAD
};

struct token {
    enum token_kind kind;
    const char *at;
    size_t len;
};

struct parser {
    struct arena *arena;
    const char *text;
    const char *at;
    unsigned depth;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* DIGIT ('_'? DIGIT)* */
static size_t digits(const char *at) {
    size_t n = 0;

    while (is_digit(at[n]) || (n > 0 && at[n] == '_' && is_digit(at[n + 1]))) {
        n++;
    }
    return n;
}

/* The length of the number at `at`, 0 if there is none. */
static size_t number(const char *at, bool *is_float) {
    size_t sign = *at == '+' || *at == '-' ? 1 : 0, len = sign;
    size_t whole = at[len] == '0' ? 1 : digits(at + len), tail;

    *is_float = false;
    if (strncasecmp(at + len, "inf", 3) == 0 || strncasecmp(at + len, "nan", 3) == 0) {
        *is_float = true;
        return len + 3;
    }
    len += whole;
    if (at[len] == '.' && (whole || is_digit(at[len + 1]))) {
        *is_float = true;
        len += 1 + digits(at + len + 1);
    } else if (!whole) {
        return 0;
    }
    if (at[len] == 'e' || at[len] == 'E') {
        tail = at[len + 1] == '+' || at[len + 1] == '-' ? 2 : 1;
        if (digits(at + len + tail)) {
            *is_float = true;
            len += tail + digits(at + len + tail);
        }
    }
    return len;
}

static size_t name(const char *at) {
    size_t n = 0;

    if (is_letter(at[0]) || at[0] == '_') {
        while (is_letter(at[n]) || is_digit(at[n]) || at[n] == '_' || at[n] == '-') {
            n++;
        }
    }
    return n;
}

/* Up to the first such quote that no odd number of backslashes stands before. */
static size_t quoted(const char *at) {
    size_t slashes = 0;

    for (size_t i = 1; at[i]; i++) {
        if (at[i] == at[0] && slashes % 2 == 0) {
            return i + 1;
        }
        slashes = at[i] == '\\' ? slashes + 1 : 0;
    }
    return 0;
}

static struct token punctuation(const char *at, size_t blanks) {
    static const char marks[] = "(),[]{}:=";
    static const enum token_kind kinds[] = {T_OPEN, T_CLOSE,   T_COMMA, T_LIST, T_LIST_END,
                                            T_MAP,  T_MAP_END, T_COLON, T_EQUAL};
    const char *mark = at[blanks] ? strchr(marks, at[blanks]) : NULL;
    struct token t = {T_BAD, at, 0};

    if (!mark || (blanks && (*mark == '[' || *mark == '{'))) {
        return t;
    }
    t.kind = kinds[mark - marks];
    t.len = blanks + 1;
    if (*mark != ')' && *mark != ']' && *mark != '}') {
        t.len += strspn(at + t.len, " \t");
    }
    return t;
}

static struct token word(const char *at) {
    static const char *const words[] = {"true", "false", "null"};
    bool is_float;
    size_t len = number(at, &is_float), id = name(at);
    struct token t = {is_float ? T_FLOAT : T_INT, at, len};

    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strlen(words[i]) > t.len && strncasecmp(at, words[i], strlen(words[i])) == 0) {
            t.kind = i < 2 ? T_BOOL : T_NULL;
            t.len = strlen(words[i]);
        }
    }
    return id > t.len ? (struct token){T_ID, at, id} : t;
}

static struct token peek(const struct parser *p) {
    const char *at = p->at;
    size_t blanks = strspn(at, " \t"), len = 0;
    struct token t = punctuation(at, blanks);

    if (t.len) {
        return t;
    }
    if (blanks) {
        return (struct token){T_BLANK, at, blanks};
    }
    if (!*at) {
        return (struct token){T_END, at, 0};
    }
    if ((t = word(at)).len) {
        return t;
    }
    while (at[len] == '\\' && at[len + 1] && strchr("\\()[]{}:=, \t", at[len + 1])) {
        len += 2;
    }
    if (len) {
        return (struct token){T_ESCAPED, at, len};
    }
    if ((*at == '"' || *at == '\'') && (len = quoted(at))) {
        return (struct token){T_QUOTED, at, len};
    }
    if (str_starts(at, "${") && at[2] != '}' && strchr(at, '}')) {
        return (struct token){T_INTERPOLATION, at, (size_t)(strchr(at, '}') - at) + 1};
    }
    return (struct token){strchr("/-\\+.$%*@?|", *at) ? T_CHAR : T_BAD, at, 1};
}

static void skip(struct parser *p, const struct token *t) {
    p->at = t->at + t->len;
}

static bool take(struct parser *p, enum token_kind kind) {
    struct token t = peek(p);

    if (t.kind != kind) {
        return false;
    }
    skip(p, &t);
    return true;
}

static int fail(const struct parser *p, const char *what) {
    const char *rest = p->at;

    if (!*rest) {
        return err_set(ERR_INVALID, "%s at the end of '%s'", what, p->text);
    }
    return err_set(ERR_INVALID, "%s at '%s' in '%s' (quote what is meant as text)", what, rest,
                   p->text);
}

/* ---- primitives */

/* Backslashes count only before a quote: half of them stay. */
static struct node *unquote(struct arena *arena, const struct token *t) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char quote = *t->at, *end = t->at + t->len;
    struct node *n;

    for (const char *at = t->at + 1; at < end - 1;) {
        size_t slashes = strspn(at, "\\");
        if (slashes && at[slashes] == quote) {
            bool inner = slashes % 2;
            str_add(&text, at, slashes / 2);
            if (inner) {
                str_addc(&text, quote);
            }
            at += slashes + 1;
        } else if (slashes) {
            str_add(&text, at, slashes);
            at += slashes;
        } else {
            str_addc(&text, *at++);
        }
    }
    n = node_strn(arena, text.buf, text.len);
    n->quote = quote;
    return n;
}

static struct node *number_node(struct arena *arena, const struct token *t) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *n;
    int64_t integer;
    double real;

    for (size_t i = 0; i < t->len; i++) {
        if (t->at[i] != '_' && !(i == 0 && t->at[i] == '+')) {
            str_addc(&text, t->at[i]);
        }
    }
    if (t->kind == T_INT && num_int(&integer, text.buf)) {
        return node_int(arena, integer);
    }
    if (t->kind == T_INT) {
        n = node_int(arena, 0);
        n->big = arena_strdup(arena, text.buf);
        return n;
    }
    real = strtod(text.buf, NULL); /* the token is a number already; the locale is "C" */
    return node_float(arena, real);
}

static struct node *single(struct arena *arena, const struct token *t) {
    switch ((int)t->kind) {
    case T_INT:
    case T_FLOAT:
        return number_node(arena, t);
    case T_BOOL:
        return node_bool(arena, *t->at == 't' || *t->at == 'T');
    case T_NULL:
        return node_null(arena);
    default:
        return NULL;
    }
}

static void add_token(struct str *text, const struct token *t) {
    if (t->kind != T_ESCAPED) {
        str_add(text, t->at, t->len);
        return;
    }
    for (size_t i = 1; i < t->len; i += 2) {
        str_addc(text, t->at[i]);
    }
}

/* One token has its type; several are a text. Blanks around it do not count. A key of a map holds
 * neither colons nor interpolations. */
static int primitive(struct node **out, struct parser *p, bool is_key) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct token first = {T_BLANK, p->at, 0}, blank = {T_END, p->at, 0}, t;
    size_t count = 0;

    for (;; skip(p, &t)) {
        t = peek(p);
        if (t.kind == T_BLANK) {
            blank = t;
            continue;
        }
        bool fits = (t.kind >= T_FLOAT && t.kind <= T_ESCAPED) ||
                    (!is_key && (t.kind == T_COLON || t.kind == T_INTERPOLATION));
        if (!fits) {
            break;
        }
        if (blank.kind == T_BLANK && count) {
            str_add(&text, blank.at, blank.len);
            count++;
        }
        blank.kind = T_END;
        first = count++ ? first : t;
        add_token(&text, &t);
    }
    if (!count) {
        return fail(p, "a value is missing");
    }
    *out = count == 1 ? single(p->arena, &first) : NULL;
    if (!*out) {
        *out = node_strn(p->arena, text.buf, text.len);
    }
    return 0;
}

/* ---- elements */

static int element(struct override_value *out, struct parser *p);

static int plain_element(struct node **out, struct parser *p) {
    struct override_value v = {0};
    int rc = element(&v, p);

    if (!rc && v.kind != VALUE_PLAIN) {
        return fail(p, "a sweep cannot be part of a value, before what stands");
    }
    *out = v.node;
    return rc;
}

static int list(struct node **out, struct parser *p) {
    struct node *item = NULL;
    int rc;

    *out = node_list(p->arena);
    if (take(p, T_LIST_END)) {
        return 0;
    }
    do {
        if ((rc = plain_element(&item, p))) {
            return rc;
        }
        node_append(p->arena, *out, item);
    } while (take(p, T_COMMA));
    return take(p, T_LIST_END) ? 0 : fail(p, "']' is missing");
}

static void put_pair(struct arena *arena, struct node *map, struct node *key, struct node *value) {
    for (size_t i = 0; i < map->map.len; i++) {
        if (node_equal(map->map.at[i].key, key)) {
            map->map.at[i].value = value;
            return;
        }
    }
    node_add(arena, map, key, value);
}

static int map(struct node **out, struct parser *p) {
    struct node *key, *value = NULL;
    int rc;

    *out = node_map(p->arena);
    if (take(p, T_MAP_END)) {
        return 0;
    }
    do {
        if ((rc = primitive(&key, p, true))) {
            return rc;
        }
        if (!take(p, T_COLON)) {
            return fail(p, "':' is missing");
        }
        if ((rc = plain_element(&value, p))) {
            return rc;
        }
        put_pair(p->arena, *out, key, value);
    } while (take(p, T_COMMA));
    return take(p, T_MAP_END) ? 0 : fail(p, "'}' is missing");
}

struct args {
    VEC(struct override_value) value;
    struct strv names;
};

static int argument(struct args *a, struct parser *p) {
    struct token t = peek(p);
    struct parser ahead = *p;
    struct override_value v = {0};
    const char *named = NULL;
    int rc;

    if (t.kind == T_ID) {
        skip(&ahead, &t);
        if (take(&ahead, T_EQUAL)) {
            named = arena_strndup(p->arena, t.at, t.len);
            p->at = ahead.at;
        }
    }
    if (!named && a->names.len && a->names.at[a->names.len - 1]) {
        return fail(p, "an argument without name stands behind one with");
    }
    if ((rc = element(&v, p))) {
        return rc;
    }
    vec_push(&a->value, v);
    vec_push(&a->names, named);
    return 0;
}

static int call(struct override_value *out, struct parser *p, const char *function) {
    struct args a = {0};
    int rc = 0;

    if (!take(p, T_CLOSE)) {
        do {
            rc = argument(&a, p);
        } while (!rc && take(p, T_COMMA));
        if (!rc && !take(p, T_CLOSE)) {
            rc = fail(p, "')' is missing");
        }
    }
    if (!rc) {
        struct override_call c = {p->arena, function, a.value.at, a.names.at, a.value.len};
        rc = override_call_eval(out, &c);
    }
    vec_release(&a.value);
    vec_release(&a.names);
    return rc;
}

static int element(struct override_value *out, struct parser *p) {
    struct token t = peek(p);
    struct parser ahead = *p;
    int rc;

    *out = (struct override_value){.kind = VALUE_PLAIN};
    if (p->depth >= DEPTH_MAX) {
        return fail(p, "too many brackets");
    }
    if (t.kind == T_QUOTED) {
        out->node = unquote(p->arena, &t);
        skip(p, &t);
        return 0;
    }
    if (t.kind == T_ID) {
        skip(&ahead, &t);
        if (take(&ahead, T_OPEN)) {
            p->at = ahead.at;
            p->depth++;
            rc = call(out, p, arena_strndup(p->arena, t.at, t.len));
            p->depth--;
            return rc;
        }
    }
    if (t.kind != T_LIST && t.kind != T_MAP) {
        return primitive(&out->node, p, false);
    }
    skip(p, &t);
    p->depth++;
    rc = t.kind == T_LIST ? list(&out->node, p) : map(&out->node, p);
    p->depth--;
    return rc;
}

int override_value_parse(struct override_value *out, struct arena *arena, const char *text) {
    struct parser p = {.arena = arena, .text = text, .at = text};
    struct node *item = NULL, *choices;
    int rc = element(out, &p);

    if (rc || peek(&p).kind == T_END) {
        return rc;
    }
    choices = node_list(arena);
    while (take(&p, T_COMMA)) {
        if (out->kind != VALUE_PLAIN) {
            return fail(&p, "a sweep cannot be one of several choices, before what stands");
        }
        node_append(arena, choices, out->node);
        if ((rc = plain_element(&item, &p))) {
            return rc;
        }
        out->node = item;
    }
    if (peek(&p).kind != T_END) {
        return fail(&p, "this does not belong here");
    }
    node_append(arena, choices, out->node);
    *out = (struct override_value){.kind = VALUE_CHOICE, .node = choices, .simple = true};
    return 0;
}

/* ---- back to text */

/* With the backslashes before a quote, and at the end, doubled, and quotes escaped. */
static void add_quoted(struct str *out, const struct node *n) {
    const char *at = n->str.text, *end = at + n->str.len;

    str_addc(out, n->quote);
    while (at < end) {
        size_t slashes = strspn(at, "\\");
        str_add(out, at, slashes);
        at += slashes;
        if (at == end || *at == n->quote) {
            str_add(out, at - slashes, slashes);
        }
        if (at < end && *at == n->quote) {
            str_addc(out, '\\');
        }
        if (at < end) {
            str_addc(out, *at++);
        }
    }
    str_addc(out, n->quote);
}

/* With a backslash where one is special, every one is doubled. */
static void add_escaped(struct str *out, const struct node *n) {
    static const char special[] = "\\()[]{}:=, \t";

    for (size_t i = 0; i < n->str.len; i++) {
        if (strchr(special, n->str.text[i])) {
            str_addc(out, '\\');
        }
        str_addc(out, n->str.text[i]);
    }
}

void override_value_text(struct str *out, const struct node *value) {
    switch (value->kind) {
    case NODE_NULL:
        str_adds(out, "null");
        return;
    case NODE_STR:
        (value->quote ? add_quoted : add_escaped)(out, value);
        return;
    case NODE_LIST:
        for (size_t i = 0; i < value->list.len; i++) {
            str_addc(out, i ? ',' : '[');
            override_value_text(out, value->list.at[i]);
        }
        str_adds(out, value->list.len ? "]" : "[]");
        return;
    case NODE_MAP:
        for (size_t i = 0; i < value->map.len; i++) {
            str_addc(out, i ? ',' : '{');
            override_value_text(out, value->map.at[i].key);
            str_addc(out, ':');
            override_value_text(out, value->map.at[i].value);
        }
        str_adds(out, value->map.len ? "}" : "{}");
        return;
    case NODE_BOOL:
    case NODE_INT:
    case NODE_FLOAT:
        python_write(out, value);
        return;
    }
}
