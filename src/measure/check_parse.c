#include "measure/check_parse.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"

static const char blanks[] = " \t\r\n\v\f";

struct parser {
    struct arena *arena;
    const char *text, *at;
};

static const struct {
    const char *text;
    enum check_op op;
} ops[] = {
    /* the longer ones first */
    {"<=", CHECK_LE}, {">=", CHECK_GE}, {"==", CHECK_EQ},
    {"!=", CHECK_NE}, {"<", CHECK_LT},  {">", CHECK_GT},
};

const char *check_op_text(enum check_op op) {
    for (size_t i = 0; i < COUNT_OF(ops); i++) {
        if (ops[i].op == op) {
            return ops[i].text;
        }
    }
    return "";
}

static int fail(const struct parser *p, const char *what) {
    const char *at = p->text;
    size_t column = 1;

    while (at < p->at) {
        (void)utf8_next(&at, p->at);
        column++;
    }
    err_set(ERR_INVALID, "condition '%s', column %zu: %s", p->text, column, what);
    err_hint("a condition reads: metrics.json:accuracy >= 0.95, or: accuracy >= HEAD~1 - 0.01");
    return ERR_INVALID;
}

static const char *trimmed(struct arena *arena, const char *from, const char *end) {
    from += strspn(from, blanks);
    if (from > end) {
        from = end;
    }
    while (end > from && strchr(blanks, end[-1])) {
        end--;
    }
    return arena_strndup(arena, from, (size_t)(end - from));
}

/* "file:key" at the last colon; without one all is the key. */
static void split_name(const char **path, const char **key, struct arena *arena, const char *name) {
    const char *colon = strrchr(name, ':');

    *path = colon ? arena_strndup(arena, name, (size_t)(colon - name)) : NULL;
    *key = colon ? colon + 1 : name;
}

static void skip_blanks(struct parser *p) {
    p->at += strspn(p->at, blanks);
}

static struct check_term *new_term(struct parser *p, enum check_kind kind) {
    struct check_term *t = arena_alloc(p->arena, sizeof *t);

    t->kind = kind;
    return t;
}

static int parse_value(const struct check_term **out, struct parser *p) {
    size_t len;
    const char *word;
    struct check_term *t = new_term(p, CHECK_NUMBER);

    skip_blanks(p);
    len = strcspn(p->at, blanks);
    word = arena_strndup(p->arena, p->at, len);
    if (len == 0 || strcspn(word, "<>=!") != len || (len == 1 && strchr("+-*/", word[0]))) {
        return fail(p, "a number, a FILE:KEY or a revision is expected");
    }
    if (num_float(&t->number, word)) {
        if (!isfinite(t->number)) {
            return fail(p, "a finite number is expected");
        }
    } else if (strchr(word, ':')) {
        t->kind = CHECK_METRIC;
        split_name(&t->path, &t->key, p->arena, word);
        if (!t->path[0]) {
            return fail(p, "the name of a file is expected before ':'");
        }
    } else {
        t->kind = CHECK_REVISION;
        t->revision = word;
    }
    p->at += len;
    *out = t;
    return 0;
}

/* Whether a sign of the kind comes next; then it is taken. */
static bool take_sign(char *sign, struct parser *p, const char *signs) {
    skip_blanks(p);
    if (!*p->at || !strchr(signs, *p->at) || (p->at[1] && !strchr(blanks, p->at[1]))) {
        return false;
    }
    *sign = *p->at++;
    return true;
}

static enum check_kind kind_of(char sign) {
    return sign == '+' ? CHECK_ADD : sign == '-' ? CHECK_SUB : sign == '*' ? CHECK_MUL : CHECK_DIV;
}

/* Operands of the signs, from left to right. */
static int parse_chain(const struct check_term **out, struct parser *p, const char *signs,
                       int (*operand)(const struct check_term **, struct parser *)) {
    int rc = operand(out, p);
    char sign;

    while (!rc && take_sign(&sign, p, signs)) {
        struct check_term *t = new_term(p, kind_of(sign));

        t->left = *out;
        rc = operand(&t->right, p);
        *out = t;
    }
    return rc;
}

static int parse_product(const struct check_term **out, struct parser *p) {
    return parse_chain(out, p, "*/", parse_value);
}

static int parse_op(enum check_op *out, struct parser *p) {
    for (size_t i = 0; i < COUNT_OF(ops); i++) {
        if (str_starts(p->at, ops[i].text)) {
            *out = ops[i].op;
            p->at += strlen(ops[i].text);
            return 0;
        }
    }
    return fail(p, "one of < <= > >= == != is expected");
}

int check_parse(struct check *out, struct arena *arena, const char *text) {
    struct parser p = {.arena = arena, .text = text, .at = text};
    const char *name;
    int rc;

    *out = (struct check){0};
    if (strlen(text) > CHECK_TEXT_MAX) {
        return err_set(ERR_INVALID, "a condition of more than %d bytes", CHECK_TEXT_MAX);
    }
    p.at = text + strcspn(text, "<>=!");
    name = trimmed(arena, text, p.at);
    split_name(&out->path, &out->key, arena, name);
    if (!name[0] || (out->path && !out->path[0])) {
        p.at = text;
        return fail(&p, "the name of a metric is expected");
    }
    if ((rc = parse_op(&out->op, &p))) {
        return rc;
    }
    out->limit_text = trimmed(arena, p.at, text + strlen(text));
    if ((rc = parse_chain(&out->limit, &p, "+-", parse_product))) {
        return rc;
    }
    skip_blanks(&p);
    return *p.at ? fail(&p, "one of + - * / is expected, with blanks around it") : 0;
}
