#include "base/str.h"
#include "doc/node.h"
#include "doc/write.h"
#include "doc/yaml_anchors.h"
#include "doc/yaml_block.h"

struct block block_to(struct str *out) {
    return (struct block){.emit = emit_to(out), .map_step = 2};
}

void block_release(struct block *b) {
    emit_release(&b->emit);
}

static bool is_empty(const struct node *n) {
    return n->kind == NODE_LIST ? n->list.len == 0 : n->map.len == 0;
}

static bool is_container(const struct node *n) {
    return n->kind == NODE_LIST || n->kind == NODE_MAP;
}

static void write_empty(struct block *b, const struct node *n) {
    emit_indicator(&b->emit, n->kind == NODE_LIST ? "[]" : "{}", true);
    emit_break(&b->emit);
}

/* True if an alias stands for the whole node. */
static bool write_anchor(struct block *b, const struct node *n) {
    bool first;
    unsigned number = anchors_number(b->anchors, n, &first);
    if (number == 0) {
        return false;
    }
    CLEANUP(str_release) struct str text = STR_INIT;
    str_addf(&text, "%cid%03u", first ? '&' : '*', number);
    emit_indicator(&b->emit, text.buf, true);
    return !first;
}

void block_lines(struct block *b, const struct node *n, size_t indent) {
    if (n->kind == NODE_LIST) {
        for (size_t i = 0; i < n->list.len; i++) {
            block_item(b, n->list.at[i], indent);
        }
        return;
    }
    for (size_t i = 0; i < n->map.len; i++) {
        block_pair(b, &n->map.at[i], indent);
    }
}

void block_item(struct block *b, const struct node *item, size_t indent) {
    emit_indent(&b->emit, indent);
    emit_mark(&b->emit, "-");
    if (!is_container(item)) {
        emit_scalar(&b->emit, item, indent + 2, EMIT_ITEM, 0);
    } else if (write_anchor(b, item)) {
        return;
    } else if (is_empty(item)) {
        write_empty(b, item);
    } else {
        block_lines(b, item, indent + 2);
    }
}

void block_value(struct block *b, const struct node *value, size_t indent) {
    if (!is_container(value)) {
        emit_scalar(&b->emit, value, indent + b->map_step, 0, 0);
    } else if (write_anchor(b, value)) {
        return;
    } else if (is_empty(value)) {
        write_empty(b, value);
    } else if (value->kind == NODE_LIST) {
        /* Behind the colon of a long key, which has a line of its own, a list begins on that line. */
        block_lines(b, value, indent + (b->emit.indention ? 2 : b->dash_step));
    } else {
        block_lines(b, value, indent + b->map_step);
    }
}

void block_pair(struct block *b, const struct node_pair *pair, size_t indent) {
    emit_indent(&b->emit, indent);
    if (emit_is_simple_key(&b->emit, pair->key)) {
        emit_scalar(&b->emit, pair->key, indent + b->map_step, EMIT_KEY, 0);
        emit_indicator(&b->emit, ":", false);
    } else {
        emit_mark(&b->emit, "?");
        emit_scalar(&b->emit, pair->key, indent + b->map_step, 0, 0);
        emit_indent(&b->emit, indent);
        emit_mark(&b->emit, ":");
    }
    block_value(b, pair->value, indent);
}

void flow_pair(struct emit *e, const struct node_pair *pair, char quote) {
    flow_value(e, pair->key, EMIT_KEY, quote);
    emit_indicator(e, ":", false);
    flow_value(e, pair->value, 0, quote);
}

void flow_value(struct emit *e, const struct node *n, unsigned place, char quote) {
    if (!is_container(n)) {
        emit_scalar(e, n, 0, place | EMIT_FLOW | EMIT_UNFOLDED, n->kind == NODE_STR ? quote : 0);
        return;
    }
    bool list = n->kind == NODE_LIST;
    emit_indicator(e, list ? "[" : "{", true);
    e->whitespace = true;
    for (size_t i = 0; i < (list ? n->list.len : n->map.len); i++) {
        if (i) {
            emit_indicator(e, ",", false);
        }
        if (list) {
            flow_value(e, n->list.at[i], 0, quote);
        } else {
            flow_pair(e, &n->map.at[i], quote);
        }
    }
    emit_indicator(e, list ? "]" : "}", false);
}

void yaml_write(struct str *out, const struct node *n) {
    struct block b = block_to(out);
    b.anchors = anchors_find(n);
    if (!is_container(n)) {
        emit_scalar(&b.emit, n, 0, EMIT_ROOT, 0);
    } else if (is_empty(n)) {
        write_empty(&b, n);
    } else {
        block_lines(&b, n, 0);
    }
    emit_indent(&b.emit, 0);
    if (b.emit.open_ended) {
        emit_indicator(&b.emit, "...", true);
        emit_break(&b.emit);
    }
    anchors_free(b.anchors);
    block_release(&b);
}
