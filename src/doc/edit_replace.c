/*
 * A value written anew where the old one stood. An inline value is one that begins behind its colon or dash:
 * scalars, [] and {}; a block begins on a line of its own, or behind a dash.
 */
#include <string.h>

#include "base/str.h"
#include "doc/edit_plan.h"
#include "doc/node.h"
#include "doc/yaml_block.h"

static size_t size_of(const struct node *n) {
    return n->kind == NODE_LIST ? n->list.len : n->kind == NODE_MAP ? n->map.len : 0;
}

/* The end of the value; blanks that end its line go with it. */
static size_t end_of(const struct edit_text *t, const struct node *old) {
    size_t end = old->span.end;
    return line_is_over(t, end) ? line_end(t, end) : end;
}

/* Columns are code points, and those before a value on its line are seldom more than ASCII. */
static size_t column_at(const struct edit_text *t, size_t at) {
    size_t column = 0;
    for (size_t i = line_start(t, at); i < at; i++) {
        column += ((unsigned char)t->text[i] & 0xc0) != 0x80;
    }
    return column;
}

/* An emitter that goes on at `at`. */
static struct block block_at(const struct editor *ed, struct str *out, size_t at) {
    struct block block = edit_block(ed, out);
    block.emit.column = column_at(&ed->text, at);
    char before = at ? ed->text.text[at - 1] : '\n';
    block.emit.whitespace = strchr(" \t\r\n[{", before) != NULL;
    block.emit.indention = false;
    return block;
}

/* The old scalar's quotes, if it had them without need. */
static char kept_quote(struct emit *e, const struct node *old, const struct node *want,
                       unsigned place) {
    bool quoted = old->kind == NODE_STR && (old->quote == '\'' || old->quote == '"');
    return quoted && want->kind == NODE_STR && !emit_quote(e, old, place) ? old->quote : 0;
}

/* Where the lines of a block scalar begin. */
static size_t literal_column(const struct edit_text *t, const struct node *old, size_t least) {
    size_t line = line_after(t, old->span.start);
    while (line < old->span.end && line_is_blank(t, line)) {
        line = line_after(t, line);
    }
    size_t column = line_skip_blanks(t, line) - line;
    return line < old->span.end && column > least ? column : least + 2;
}

static void write_scalar(struct editor *ed, struct block *block, const struct node *old,
                         const struct node *want, struct slot slot) {
    struct emit *e = &block->emit;
    size_t indent = slot.kind == SLOT_ROOT ? 0 : slot.column + 2;
    bool lines = old->quote == '|' || old->quote == '>';
    if (lines && want->kind == NODE_STR && strchr(want->str.text, '\n') &&
        emit_literal(e, want, literal_column(&ed->text, old, slot.column))) {
        return;
    }
    char quote = kept_quote(e, old, want, 0);
    if (want->kind == NODE_LIST || want->kind == NODE_MAP) {
        flow_value(e, want, 0, 0);
    } else {
        emit_scalar(e, want, indent, 0, quote);
    }
}

static void replace_in_flow(struct editor *ed, const struct node *old, const struct node *want,
                            struct slot slot) {
    CLEANUP(str_release) struct str text = STR_INIT;
    struct block block = block_at(ed, &text, old->span.start);
    char quote = kept_quote(&block.emit, old, want, EMIT_FLOW);
    flow_value(&block.emit, want, 0, quote ? quote : slot.quote);
    block_release(&block);
    edit_splice(&ed->text, old->span.start, old->span.end, text.buf);
}

/* "key: |  # note": the note outlives a block scalar that becomes something else. */
static void keep_header_comment(struct str *text, const struct editor *ed, const struct node *old) {
    const struct edit_text *t = &ed->text;
    size_t end = line_end(t, old->span.start);
    const char *line = t->text + old->span.start;
    const char *sign = memchr(line, '#', end - old->span.start);
    if ((old->quote == '|' || old->quote == '>') && sign && !strchr(text->buf, '\n')) {
        str_adds(text, "  ");
        str_add(text, sign, end - (size_t)(sign - t->text));
    }
}

/* What goes with an old scalar: line breaks that put it below its key, and blanks behind an empty one. */
static struct span scalar_span(const struct editor *ed, const struct node *old, struct slot slot) {
    const struct edit_text *t = &ed->text;
    struct span span = old->span;
    bool below = slot.kind != SLOT_ROOT && line_start(t, span.start) > slot.after;
    if (below && line_is_over(t, slot.after) &&
        line_after(t, slot.after) == line_start(t, span.start)) {
        span.start = (uint32_t)slot.after;
    }
    if (old->span.start == old->span.end) {
        span.end = (uint32_t)end_of(t, old);
    }
    return span;
}

static void inline_to_inline(struct editor *ed, const struct node *old, const struct node *want,
                             struct slot slot) {
    struct span span = scalar_span(ed, old, slot);
    if (want->kind == NODE_NULL && slot.kind == SLOT_VALUE) {
        edit_splice(&ed->text, slot.after, span.end, "");
        return;
    }
    CLEANUP(str_release) struct str text = STR_INIT;
    struct block block = block_at(ed, &text, span.start);
    write_scalar(ed, &block, old, want, slot);
    block_release(&block);
    keep_header_comment(&text, ed, old);
    edit_splice(&ed->text, span.start, span.end, text.buf);
}

static size_t block_column(const struct editor *ed, const struct node *want, struct slot slot) {
    if (slot.kind == SLOT_ITEM) {
        return slot.column + 2;
    }
    return slot.column + (want->kind == NODE_LIST ? ed->dash_step : ed->map_step);
}

/* "key: old  # note" becomes "key:  # note" and lines below. */
static void inline_to_block(struct editor *ed, const struct node *old, const struct node *want,
                            struct slot slot) {
    struct edit_text *t = &ed->text;
    size_t end = line_end(t, old->span.end);
    CLEANUP(str_release) struct str lines = STR_INIT;
    struct block block = edit_block(ed, &lines);
    emit_break(&block.emit);
    block_lines(&block, want, block_column(ed, want, slot));
    if (block.emit.column == 0) {
        str_truncate(&lines, lines.len - 1); /* after [] and {} */
    }
    block_release(&block);
    edit_splice(t, slot.after, old->span.end > slot.after ? old->span.end : slot.after, "");
    edit_splice(t, end, end, lines.buf);
}

/* "- old" becomes "- key: value" where no comment is in the way; likewise behind the colon of a long key,
 * which has a line of its own. */
static bool inline_to_item(struct editor *ed, const struct node *old, const struct node *want,
                           struct slot slot) {
    const struct edit_text *t = &ed->text;
    bool begins_line = slot.kind == SLOT_ITEM || line_begins_at(t, slot.after - 1);
    if (!begins_line || !line_is_over(t, old->span.end)) {
        return false;
    }
    CLEANUP(str_release) struct str lines = STR_INIT;
    struct block block = edit_block(ed, &lines);
    str_addc(&lines, ' ');
    block.emit.column = slot.column + 2;
    block_lines(&block, want, slot.column + 2);
    if (block.emit.column == 0) {
        str_truncate(&lines, lines.len - 1);
    }
    block_release(&block);
    edit_splice(&ed->text, slot.after, end_of(t, old), lines.buf);
    return true;
}

/* "key:  # note" and lines below become "key: new  # note". */
static void block_to_inline(struct editor *ed, const struct node *old, const struct node *want,
                            struct slot slot) {
    struct edit_text *t = &ed->text;
    CLEANUP(str_release) struct str text = STR_INIT;
    bool below = line_begins_at(t, old->span.start);
    size_t at = below ? slot.after : old->span.start;
    struct block block = block_at(ed, &text, at);
    write_scalar(ed, &block, old, want, slot);
    block_release(&block);
    if (below) {
        edit_splice(t, at, at, text.buf);
        edit_splice(t, line_end(t, at), line_end(t, old->span.end), "");
    } else {
        edit_splice(t, at, end_of(t, old), text.buf);
    }
}

static void block_to_block(struct editor *ed, const struct node *old, const struct node *want,
                           struct slot slot) {
    struct edit_text *t = &ed->text;
    bool below = line_begins_at(t, old->span.start);
    size_t column = old->kind == want->kind || !below || slot.kind == SLOT_ROOT
                        ? old->column - 1
                        : block_column(ed, want, slot);
    size_t start = below ? line_start(t, old->span.start) : old->span.start;
    CLEANUP(str_release) struct str lines = STR_INIT;
    struct block block = edit_block(ed, &lines);
    block.emit.column = below ? 0 : column;
    block_lines(&block, want, column);
    if (block.emit.column == 0) {
        str_truncate(&lines, lines.len - 1);
    }
    block_release(&block);
    edit_splice(t, start, end_of(t, old), lines.buf);
}

/* {} or [] becomes lines, or lines become {} or []. */
static int replace_root(struct editor *ed, const struct node *old, const struct node *want) {
    if (!line_begins_at(&ed->text, old->span.start)) {
        return EDIT_COARSER;
    }
    CLEANUP(str_release) struct str text = STR_INIT;
    struct block block = edit_block(ed, &text);
    if (size_of(want)) {
        block_lines(&block, want, 0);
    } else {
        flow_value(&block.emit, want, 0, 0);
    }
    if (block.emit.column == 0) {
        str_truncate(&text, text.len - 1);
    }
    block_release(&block);
    edit_splice(&ed->text, line_start(&ed->text, old->span.start), old->span.end, text.buf);
    return 0;
}

int edit_replace(struct editor *ed, const struct node *old, const struct node *want,
                 struct slot slot) {
    if (slot.flow) {
        replace_in_flow(ed, old, want, slot);
        return 0;
    }
    bool was_block = size_of(old) > 0 && !old->flow;
    bool stays_flow = size_of(old) > 0 && old->flow && old->kind == want->kind;
    bool is_block = size_of(want) > 0 && !stays_flow;
    if (slot.kind == SLOT_ROOT && was_block != is_block) {
        return replace_root(ed, old, want);
    }
    if (was_block && is_block) {
        block_to_block(ed, old, want, slot);
    } else if (was_block) {
        block_to_inline(ed, old, want, slot);
    } else if (!is_block) {
        inline_to_inline(ed, old, want, slot);
    } else if (!inline_to_item(ed, old, want, slot)) {
        inline_to_block(ed, old, want, slot);
    }
    return 0;
}
