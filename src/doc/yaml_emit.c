#include "doc/yaml_emit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"
#include "doc/node.h"
#include "doc/scalar.h"
#include "doc/yaml_style.h"

struct emit emit_to(struct str *out) {
    return (struct emit){.out = out, .whitespace = true, .indention = true};
}

void emit_release(struct emit *e) {
    vec_release(&e->text);
}

static void put(struct emit *e, const char *text) {
    str_adds(e->out, text);
    e->column += strlen(text);
}

void emit_indicator(struct emit *e, const char *text, bool need_blank) {
    if (need_blank && !e->whitespace) {
        put(e, " ");
    }
    put(e, text);
    e->whitespace = false;
    e->indention = false;
    e->open_ended = false;
}

void emit_mark(struct emit *e, const char *text) {
    bool indention = e->indention;
    emit_indicator(e, text, true);
    e->indention = indention;
}

void emit_break(struct emit *e) {
    str_addc(e->out, '\n');
    e->whitespace = true;
    e->indention = true;
    e->column = 0;
}

void emit_indent(struct emit *e, size_t indent) {
    if (!e->indention || e->column > indent || (e->column == indent && !e->whitespace)) {
        emit_break(e);
    }
    if (e->column < indent) {
        e->whitespace = true;
        while (e->column < indent) {
            put(e, " ");
        }
    }
}

/* Code points [from, to) of the scalar. */
static void put_run(struct emit *e, size_t from, size_t to) {
    enum { BATCH = 64 };
    char bytes[4 * BATCH];
    e->column += to - from;
    while (from < to) {
        size_t end = to - from > BATCH ? from + BATCH : to;
        size_t len = 0;
        for (; from < end; from++) {
            len += utf8_put(bytes + len, e->text.at[from]);
        }
        str_add(e->out, bytes, len);
    }
}

/* The end of the run of blanks or of other characters that begins at `from`. */
static size_t run_end(const struct emit *e, size_t from) {
    bool blank = e->text.at[from] == ' ';
    size_t at = from;
    while (at < e->text.len && (e->text.at[at] == ' ') == blank) {
        at++;
    }
    return at;
}

/* A word that does not fit goes on a line of its own, at times behind a blank left at the end of the line
 * before. Behind several blanks it must not: a reader would fold them into one (ruamel does it). */
static void write_plain(struct emit *e, size_t indent, bool fold) {
    if (e->text.len == 0) {
        return;
    }
    if (!e->whitespace) {
        put(e, " ");
    }
    e->whitespace = false;
    e->indention = false;
    size_t blanks = 0;
    for (size_t from = 0; from < e->text.len;) {
        size_t to = run_end(e, from);
        if (e->text.at[from] != ' ') {
            if (fold && blanks < 2 && e->column + (to - from) > EMIT_WIDTH && e->column > indent) {
                emit_indent(e, indent);
            }
            put_run(e, from, to);
        } else if (fold && to == from + 1 && e->column >= EMIT_WIDTH) {
            emit_indent(e, indent);
            e->whitespace = false;
            e->indention = false;
        } else {
            put_run(e, from, to);
        }
        blanks = e->text.at[from] == ' ' ? to - from : 0;
        from = to;
    }
}

static void write_single(struct emit *e, size_t indent, bool fold) {
    emit_indicator(e, "'", true);
    for (size_t from = 0; from < e->text.len;) {
        size_t to = run_end(e, from);
        bool inside = from > 0 && to < e->text.len;
        if (e->text.at[from] == ' ' && to == from + 1 && inside && fold && e->column > EMIT_WIDTH) {
            emit_indent(e, indent);
        } else {
            for (; from < to; from++) {
                if (e->text.at[from] == '\'') {
                    put(e, "''");
                } else {
                    put_run(e, from, from + 1);
                }
            }
        }
        from = to;
    }
    emit_indicator(e, "'", false);
}

static void put_escape(struct emit *e, uint32_t cp) {
    static const struct {
        uint32_t cp;
        const char *text;
    } named[] = {
        {0x00, "\\0"},  {0x07, "\\a"}, {0x08, "\\b"}, {0x09, "\\t"},   {0x0a, "\\n"},
        {0x0b, "\\v"},  {0x0c, "\\f"}, {0x0d, "\\r"}, {0x1b, "\\e"},   {'"', "\\\""},
        {'\\', "\\\\"}, {0x85, "\\N"}, {0xa0, "\\_"}, {0x2028, "\\L"}, {0x2029, "\\P"},
    };
    for (size_t i = 0; i < COUNT_OF(named); i++) {
        if (named[i].cp == cp) {
            put(e, named[i].text);
            return;
        }
    }
    size_t before = e->out->len;
    str_addf(e->out, cp <= 0xff ? "\\x%02X" : cp <= 0xffff ? "\\u%04X" : "\\U%08X", (unsigned)cp);
    e->column += e->out->len - before;
}

static bool is_bare_in_double(uint32_t cp) {
    if (cp == '"' || cp == '\\' || cp == 0xfeff || cp == 0x2028 || cp == 0x2029) {
        return false;
    }
    return (cp >= 0x20 && cp <= 0x7e) || (cp >= 0xa0 && cp <= 0xd7ff) ||
           (cp >= 0xe000 && cp <= 0xfffd) || cp >= 0x10000;
}

/* The next place of a character; asked for ascending places only, so that the scan is linear in all. */
struct next {
    uint32_t cp;
    size_t at;
    bool known;
};

static size_t next_at(struct next *n, const struct emit *e, size_t from) {
    if (!n->known || n->at < from) {
        for (n->at = from; n->at < e->text.len && e->text.at[n->at] != n->cp; n->at++) {
        }
        n->known = true;
    }
    return n->at;
}

struct double_quoted {
    size_t start; /* of what is not written yet */
    struct next blank, line, single, twin;
};

/* A line may end at a blank without a backslash if a reader gives that one blank back and nothing in the
 * word that follows stands against it. (ruamel leaves it out behind an escape that no blank follows, too; a reader then
 * finds one that was not there.) */
static bool needs_backslash(struct double_quoted *d, const struct emit *e, size_t end) {
    size_t blank = next_at(&d->blank, e, end);
    size_t follows = d->start > end ? d->start : end;
    if (e->text.at[follows] != ' ' || blank + 1 >= e->text.len ||
        next_at(&d->line, e, end) < blank || d->start == end) {
        return true;
    }
    if (next_at(&d->single, e, end) < blank || next_at(&d->twin, e, end) < blank) {
        return true;
    }
    uint32_t after = e->text.at[blank + 1];
    bool two_blanks = e->text.at[end - 1] == ' ' && e->text.at[end] == ' ';
    return after == ' ' || after == '\n' || two_blanks;
}

static void break_double(struct double_quoted *d, struct emit *e, size_t end, size_t indent) {
    bool backslash = needs_backslash(d, e, end);
    if (d->start < end) {
        put_run(e, d->start, end);
        d->start = end;
    }
    if (backslash) {
        put(e, "\\");
    }
    emit_indent(e, indent);
    e->whitespace = false;
    e->indention = false;
    if (e->text.at[d->start] == ' ') {
        if (backslash) {
            put(e, "\\");
        } else {
            d->start++;
        }
    }
}

static void write_double(struct emit *e, size_t indent, bool fold) {
    struct double_quoted d = {
        .blank = {.cp = ' '}, .line = {.cp = '\n'}, .single = {.cp = '\''}, .twin = {.cp = '"'}};
    size_t len = e->text.len;
    emit_indicator(e, "\"", true);
    for (size_t end = 0; end < len; end++) {
        uint32_t cp = e->text.at[end];
        if (!is_bare_in_double(cp)) {
            if (d.start < end) {
                put_run(e, d.start, end);
            }
            put_escape(e, cp);
            d.start = end + 1;
        }
        bool may_break = end > 0 && end + 1 < len && (cp == ' ' || d.start >= end);
        if (fold && may_break && e->column + end - d.start > EMIT_WIDTH) {
            break_double(&d, e, end, indent);
        }
    }
    if (d.start < len) {
        put_run(e, d.start, len);
    }
    emit_indicator(e, "\"", false);
}

/* The text of a value that is no string. */
static void plain_text(struct str *out, const struct node *n, unsigned place) {
    char number[NUM_FLOAT_MAX];
    switch (n->kind) {
    case NODE_NULL:
        str_adds(out, place & (EMIT_KEY | EMIT_FLOW | EMIT_ROOT) ? "null" : "");
        return;
    case NODE_BOOL:
        str_adds(out, n->boolean ? "true" : "false");
        return;
    case NODE_INT:
        if (n->big) {
            str_adds(out, n->big);
        } else {
            str_addf(out, "%lld", (long long)n->integer);
        }
        return;
    case NODE_FLOAT:
        if (isnan(n->real)) {
            str_adds(out, ".nan");
        } else if (isinf(n->real)) {
            str_adds(out, n->real < 0 ? "-.inf" : ".inf");
        } else {
            str_adds(out, num_float_repr(number, n->real));
        }
        return;
    case NODE_STR:
    case NODE_LIST:
    case NODE_MAP:
        return;
    }
}

static void load(struct emit *e, const char *text, size_t len) {
    const char *at = text, *end = text + len;
    vec_clear(&e->text);
    vec_reserve(&e->text, len + 1);
    while (at < end) {
        e->text.at[e->text.len++] = utf8_next(&at, end);
    }
}

static void load_node(struct emit *e, const struct node *n, unsigned place) {
    if (n->kind == NODE_STR) {
        load(e, n->str.text, n->str.len);
        return;
    }
    CLEANUP(str_release) struct str text = STR_INIT;
    plain_text(&text, n, place);
    load(e, text.buf, text.len);
}

static char choose(const struct emit *e, const struct node *n, unsigned place) {
    if (n->kind != NODE_STR) {
        return 0;
    }
    struct style style = style_of(e->text.at, e->text.len);
    bool is_text = scalar_type(n->str.text, n->str.len) == SCALAR_TEXT;
    bool plain = place & EMIT_FLOW ? style.flow_plain : style.block_plain;
    if (is_text && plain && !(place & EMIT_KEY && (style.multiline || e->text.len == 0))) {
        return 0;
    }
    if (memchr(n->str.text, '\'', n->str.len) || memchr(n->str.text, '\n', n->str.len)) {
        return '"';
    }
    return style.single && !(place & EMIT_KEY && style.multiline) ? '\'' : '"';
}

char emit_quote(struct emit *e, const struct node *n, unsigned place) {
    load_node(e, n, place);
    return choose(e, n, place);
}

void emit_scalar(struct emit *e, const struct node *n, size_t indent, unsigned place, char quote) {
    char chosen = emit_quote(e, n, place);
    struct style style = style_of(e->text.at, e->text.len);
    if (quote == '"' || (quote == '\'' && style.single && !style.multiline)) {
        chosen = quote;
    }
    if (place & EMIT_ITEM && !(place & EMIT_FLOW)) {
        emit_indent(e, indent);
    }
    bool fold = !(place & (EMIT_KEY | EMIT_UNFOLDED));
    if (chosen == '"') {
        write_double(e, indent, fold);
    } else if (chosen == '\'') {
        write_single(e, indent, fold);
    } else {
        write_plain(e, indent, fold);
        e->open_ended = (place & EMIT_ROOT) != 0;
    }
}

/* ruamel counts the tag that it does not write, too. */
bool emit_is_simple_key(struct emit *e, const struct node *key) {
    static const size_t tag_len[] = {
        [NODE_NULL] = sizeof "!!null" - 1,
        [NODE_BOOL] = sizeof "!!bool" - 1,
        [NODE_INT] = sizeof "!!int" - 1,
        [NODE_FLOAT] = sizeof "!!float" - 1,
        [NODE_STR] = sizeof "!!str" - 1,
        [NODE_LIST] = 0,
        [NODE_MAP] = 0,
    };
    enum { SIMPLE_MAX = 128 };
    load_node(e, key, 0);
    return e->text.len + tag_len[key->kind] < SIMPLE_MAX &&
           !style_of(e->text.at, e->text.len).multiline;
}

bool emit_literal(struct emit *e, const struct node *n, size_t indent) {
    const char *text = n->str.text, *end = text + n->str.len;
    load_node(e, n, 0);
    if (!style_of(e->text.at, e->text.len).literal || text[0] == ' ' || text[0] == '\n' ||
        str_ends(text, "\n\n")) {
        return false;
    }
    emit_indicator(e, str_ends(text, "\n") ? "|" : "|-", true);
    for (const char *line = text; line < end;) {
        size_t len = strcspn(line, "\n");
        emit_break(e);
        if (len) {
            emit_indent(e, indent);
            str_add(e->out, line, len);
        }
        line += len + 1;
    }
    return true;
}
