/*
 * Putting YAML on lines as ruamel.yaml does: where blanks go, which quotes a scalar gets, where long ones
 * are folded. What lists and maps look like is in yaml_write; the editor writes its pieces with this too.
 */
#ifndef DOC_YAML_EMIT_H
#define DOC_YAML_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct node;
struct str;

struct emit {
    struct str *out;
    size_t column;      /* in code points */
    bool whitespace;    /* a blank or the start of a line was written last */
    bool indention;     /* nothing but blanks, dashes and question marks on this line so far */
    bool open_ended;    /* a plain scalar is the whole document */
    VEC(uint32_t) text; /* scratch: the scalar being written, as code points */
};

enum { EMIT_WIDTH = 80 };

/* Where a scalar stands. */
enum emit_place {
    EMIT_KEY = 1,       /* a key on the line of its value */
    EMIT_FLOW = 2,      /* within [] or {} */
    EMIT_ITEM = 4,      /* after a dash */
    EMIT_ROOT = 8,      /* the whole document */
    EMIT_UNFOLDED = 16, /* never to be broken into lines */
};

/* At the start of a line. */
struct emit emit_to(struct str *out);
void emit_release(struct emit *e);

void emit_indicator(struct emit *e, const char *text, bool need_blank);
/* A dash, or the question mark or colon of a long key: what follows counts as begun on this line. */
void emit_mark(struct emit *e, const char *text);
void emit_break(struct emit *e);
/* Makes the next thing stand at column `indent`, on this line if that is still possible. */
void emit_indent(struct emit *e, size_t indent);

/* Lines that a folded scalar goes on to begin at `indent`. `quote` (' or ") is taken where it can hold the
 * text; 0 chooses. */
void emit_scalar(struct emit *e, const struct node *n, size_t indent, unsigned place, char quote);

/* A string of lines as a block ("|"), without the last newline. False if that cannot hold it; nothing is
 * written then. */
bool emit_literal(struct emit *e, const struct node *n, size_t indent);

/* Whether the key may stand on the line of its value. */
bool emit_is_simple_key(struct emit *e, const struct node *key);

/* The quotes that emit_scalar chooses: 0, ' or ". */
char emit_quote(struct emit *e, const struct node *n, unsigned place);

#endif
