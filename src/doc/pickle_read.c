/*
 * A pickle of plain data, protocol 2 to 5: a program for a small machine with a stack, of which only
 * those operations are known that build values. Nothing can be called or imported by it; what would
 * is refused.
 *
 * A container that is taken from the memory again would be in two places, or in itself: refused too.
 */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "doc/node.h"
#include "doc/read.h"

enum { DEPTH_MAX = 64, STACK_MAX = 4096, MEMORY_MAX = 65536 };

struct item {
    struct node *node; /* NULL: a mark */
    int depth;
};

struct machine {
    struct arena *arena;
    const unsigned char *at, *end;
    VEC(struct item) stack;
    VEC(struct node *) memory;
    bool stopped;
};

static int bad(const char *what) {
    return err_set(ERR_INVALID, "it is no pickle of plain data: %s", what);
}

/* ---- reading numbers */

/* Of n bytes, the lowest first. */
static int take_uint(uint64_t *out, struct machine *m, size_t n) {
    *out = 0;
    if ((size_t)(m->end - m->at) < n) {
        return bad("it is cut off");
    }
    for (size_t i = n; i-- > 0;) {
        *out = *out << 8 | m->at[i];
    }
    m->at += n;
    return 0;
}

static int push(struct machine *m, struct node *node, int depth) {
    if (m->stack.len >= STACK_MAX || depth > DEPTH_MAX) {
        return bad("it is nested too deeply");
    }
    vec_push(&m->stack, ((struct item){node, depth}));
    return 0;
}

static int push_int(struct machine *m, size_t bytes, bool is_signed) {
    uint64_t value;
    int rc = bytes > 8 ? bad("a number is too large") : take_uint(&value, m, bytes);

    if (rc) {
        return rc;
    }
    if (is_signed && bytes && bytes < 8 && value >> (8 * bytes - 1)) {
        value |= UINT64_MAX << 8 * bytes;
    }
    return push(m, node_int(m->arena, (int64_t)value), 0);
}

static int push_long(struct machine *m) {
    uint64_t bytes;
    int rc = take_uint(&bytes, m, 1);

    return rc ? rc : push_int(m, (size_t)bytes, true);
}

static int push_float(struct machine *m) {
    uint64_t bits = 0;
    double value;

    if (m->end - m->at < 8) {
        return bad("it is cut off");
    }
    for (int i = 0; i < 8; i++) {
        bits = bits << 8 | *m->at++;
    }
    memcpy(&value, &bits, sizeof value);
    return push(m, node_float(m->arena, value), 0);
}

static int push_text(struct machine *m, size_t bytes) {
    uint64_t len;
    int rc = take_uint(&len, m, bytes);

    if (rc) {
        return rc;
    }
    if ((uint64_t)(m->end - m->at) < len) {
        return bad("it is cut off");
    }
    const char *text = (const char *)m->at;
    if (memchr(text, '\0', len) || !utf8_valid(text, len)) {
        return bad("a text is not in UTF-8");
    }
    m->at += len;
    return push(m, node_strn(m->arena, text, len), 0);
}

/* ---- memory */

static int keep(struct machine *m) {
    if (!m->stack.len || !m->stack.at[m->stack.len - 1].node || m->memory.len >= MEMORY_MAX) {
        return bad("there is nothing to keep");
    }
    vec_push(&m->memory, m->stack.at[m->stack.len - 1].node);
    return 0;
}

/* At a place, which is the next one in what Python writes. */
static int keep_at(struct machine *m, size_t bytes) {
    uint64_t place;
    int rc = take_uint(&place, m, bytes);

    return rc ? rc : place != m->memory.len ? bad("its memory has gaps") : keep(m);
}

static int recall(struct machine *m, size_t bytes) {
    uint64_t place;
    int rc = take_uint(&place, m, bytes);

    if (rc) {
        return rc;
    }
    struct node *node = place < m->memory.len ? m->memory.at[place] : NULL;
    if (!node || node->kind == NODE_LIST || node->kind == NODE_MAP) {
        return bad("it takes a value twice");
    }
    return push(m, node, 0);
}

/* ---- containers */

/* Puts the n uppermost items into the container below them, and takes them off. */
static int fill(struct machine *m, size_t n, enum node_kind kind) {
    size_t first = m->stack.len - n;

    if (m->stack.len <= n || !m->stack.at[first - 1].node ||
        m->stack.at[first - 1].node->kind != kind || (kind == NODE_MAP && n % 2)) {
        return bad("there is no container to fill");
    }
    struct item *into = &m->stack.at[first - 1];
    for (size_t i = 0; i < n; i++) {
        const struct item *item = &m->stack.at[first + i];
        if (!item->node) {
            return bad("a mark stands for a value");
        }
        into->depth = item->depth >= into->depth ? item->depth + 1 : into->depth;
        if (into->depth > DEPTH_MAX) {
            return bad("it is nested too deeply");
        }
        if (kind == NODE_LIST) {
            node_append(m->arena, into->node, item->node);
        } else if (i % 2 == 0 && !node_text(item->node)) {
            return bad("a key is no text");
        } else if (i % 2) {
            node_put(m->arena, into->node, node_text(item[-1].node), item->node);
        }
    }
    m->stack.len = first;
    return 0;
}

/* How many items lie above the last mark, which is taken out from below them. */
static int unmark(size_t *n, struct machine *m) {
    size_t at = m->stack.len;

    while (at > 0 && m->stack.at[at - 1].node) {
        at--;
    }
    if (at == 0) {
        return bad("a mark is missing");
    }
    *n = m->stack.len - at;
    memmove(m->stack.at + at - 1, m->stack.at + at, *n * sizeof *m->stack.at);
    m->stack.len--;
    return 0;
}

static int fill_marked(struct machine *m, enum node_kind kind) {
    size_t n;
    int rc = unmark(&n, m);

    return rc ? rc : fill(m, n, kind);
}

/* A tuple, as a list, of the n uppermost items. */
static int wrap(struct machine *m, size_t n) {
    if (m->stack.len < n) {
        return bad("a tuple lacks values");
    }
    int rc = push(m, node_list(m->arena), 0);
    if (rc) {
        return rc;
    }
    struct item list = m->stack.at[m->stack.len - 1];
    memmove(m->stack.at + m->stack.len - n, m->stack.at + m->stack.len - 1 - n,
            n * sizeof *m->stack.at);
    m->stack.at[m->stack.len - 1 - n] = list;
    return fill(m, n, NODE_LIST);
}

static int wrap_marked(struct machine *m) {
    size_t n;
    int rc = unmark(&n, m);

    return rc ? rc : wrap(m, n);
}

/* ---- the whole */

static int stop(struct machine *m) {
    m->stopped = true;
    return m->stack.len == 1 && m->stack.at[0].node ? 0 : bad("it ends in the middle");
}

static int step(struct machine *m) {
    uint64_t ignored;

    switch (*m->at++) {
    case 0x80: /* the protocol */
        return take_uint(&ignored, m, 1);
    case 0x95: /* the length of what follows */
        return take_uint(&ignored, m, 8);
    case '.':
        return stop(m);
    case '(':
        return push(m, NULL, 0);
    case '}':
        return push(m, node_map(m->arena), 0);
    case ']':
    case ')':
        return push(m, node_list(m->arena), 0);
    case 'N':
        return push(m, node_null(m->arena), 0);
    case 0x88:
        return push(m, node_bool(m->arena, true), 0);
    case 0x89:
        return push(m, node_bool(m->arena, false), 0);
    case 'K':
        return push_int(m, 1, false);
    case 'M':
        return push_int(m, 2, false);
    case 'J':
        return push_int(m, 4, true);
    case 0x8a:
        return push_long(m);
    case 'G':
        return push_float(m);
    case 0x8c:
        return push_text(m, 1);
    case 'X':
        return push_text(m, 4);
    case 0x94:
        return keep(m);
    case 'q':
        return keep_at(m, 1);
    case 'r':
        return keep_at(m, 4);
    case 'h':
        return recall(m, 1);
    case 'j':
        return recall(m, 4);
    case 'a':
        return fill(m, 1, NODE_LIST);
    case 'e':
        return fill_marked(m, NODE_LIST);
    case 's':
        return fill(m, 2, NODE_MAP);
    case 'u':
        return fill_marked(m, NODE_MAP);
    case 't':
        return wrap_marked(m);
    case 0x85:
    case 0x86:
    case 0x87:
        return wrap(m, (size_t)(m->at[-1] - 0x84));
    default:
        return bad("it holds more than values");
    }
}

int pickle_read(struct node **out, struct arena *arena, const char *text, size_t len,
                const char *name) {
    const unsigned char *at = (const unsigned char *)text;
    struct machine m = {.arena = arena, .at = at, .end = at + len};
    int rc = 0;

    while (!rc && !m.stopped) {
        rc = m.at < m.end ? step(&m) : bad("it is cut off");
    }
    if (!rc) {
        *out = m.stack.at[0].node;
    }
    vec_release(&m.stack);
    vec_release(&m.memory);
    return err_wrap(rc, "%s", name);
}
