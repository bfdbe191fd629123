#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "doc/edit_plan.h"
#include "doc/node.h"
#include "doc/yaml_block.h"

/* What is between the common front and the common back. */
struct middle {
    size_t front;     /* items in common */
    size_t old, want; /* items that differ */
    size_t paired;    /* of which so many are changed in place */
};

static struct middle middle_of(const struct node *old, const struct node *want) {
    size_t old_len = old->list.len, want_len = want->list.len, front = 0, back = 0;
    while (front < old_len && front < want_len &&
           node_same(old->list.at[front], want->list.at[front])) {
        front++;
    }
    while (back < old_len - front && back < want_len - front &&
           node_same(old->list.at[old_len - 1 - back], want->list.at[want_len - 1 - back])) {
        back++;
    }
    struct middle m = {front, old_len - front - back, want_len - front - back, 0};
    m.paired = m.old < m.want ? m.old : m.want;
    return m;
}

/* The dash of an item: the first one begins the list, the others their line. */
static int find_dash(size_t *at, const struct editor *ed, const struct node *list, size_t index) {
    const struct edit_text *t = &ed->text;
    if (index == 0) {
        *at = list->span.start;
        return t->text[*at] == '-' ? 0 : EDIT_COARSER;
    }
    size_t column = list->column - 1;
    size_t line = line_start(t, list->list.at[index]->span.start);
    size_t least = list->list.at[index - 1]->span.end;
    for (;;) {
        size_t dash = line + column;
        if (dash < t->len && t->text[dash] == '-' && line_begins_at(t, dash)) {
            *at = dash;
            return 0;
        }
        if (line <= least || line == 0) {
            return EDIT_COARSER;
        }
        line = line_start(t, line - 1);
    }
}

static int edit_item(struct editor *ed, const struct node *list, size_t index,
                     const struct node *want, struct slot slot) {
    const struct node *old = list->list.at[index];
    struct slot inner = {
        .kind = SLOT_ITEM, .flow = list->flow, .depth = slot.depth + 1, .column = list->column - 1};
    if (list->flow) {
        inner.after = old->span.start;
        inner.quote = old->quote;
        return edit_value(ed, old, want, inner);
    }
    size_t dash;
    int rc = find_dash(&dash, ed, list, index);
    inner.after = dash + 1;
    return rc ? rc : edit_value(ed, old, want, inner);
}

static int delete_items(struct editor *ed, const struct node *list, size_t from, size_t to) {
    size_t column = list->column - 1;
    for (size_t i = from; i < to; i++) {
        size_t dash, next;
        int rc = find_dash(&dash, ed, list, i);
        if (rc) {
            return rc;
        }
        size_t end = list->list.at[i]->span.end;
        if (line_begins_at(&ed->text, dash)) {
            entry_lines(&ed->text, &dash, &end, column);
        } else {
            /* "- - a": the next dash comes here. */
            rc = i + 1 < list->list.len ? find_dash(&next, ed, list, i + 1) : EDIT_COARSER;
            if (rc || i + 1 < to) {
                return EDIT_COARSER;
            }
            end = next;
        }
        edit_splice(&ed->text, dash, end, "");
    }
    return 0;
}

static int add_items(struct editor *ed, const struct node *list, size_t index,
                     struct node *const *added, size_t count) {
    const struct edit_text *t = &ed->text;
    size_t column = list->column - 1, at = list->span.start;
    bool behind_dash = false;
    if (index > 0) {
        size_t dash;
        int rc = find_dash(&dash, ed, list, index - 1);
        size_t end = list->list.at[index - 1]->span.end;
        if (rc) {
            return rc;
        }
        at = entry_after(t, end > dash ? end : dash, column);
    } else if (line_begins_at(t, at)) {
        at = line_start(t, at);
    } else {
        behind_dash = true;
    }

    CLEANUP(str_release) struct str lines = STR_INIT;
    struct block block = edit_block(ed, &lines);
    if (behind_dash) {
        block.emit.column = column;
    } else if (at > 0 && t->text[at - 1] != '\n' && t->text[at - 1] != '\r') {
        emit_break(&block.emit);
    }
    struct node *items = node_list_of(t->arena, added, count);
    block_lines(&block, items, column);
    emit_indent(&block.emit, behind_dash ? column : 0);
    block_release(&block);
    edit_splice(&ed->text, at, at, lines.buf);
    return 0;
}

static void edit_flow_list(struct editor *ed, const struct node *old, const struct node *want,
                           struct middle m) {
    struct arena *arena = ed->text.arena;
    struct piece *pieces = arena_alloc(arena, old->list.len * sizeof *pieces);
    for (size_t i = 0; i < old->list.len; i++) {
        const struct span *span = &old->list.at[i]->span;
        bool gone = i >= m.front + m.paired && i < m.front + m.old;
        pieces[i] = (struct piece){span->start, span->end, gone};
    }
    size_t count = m.want - m.paired;
    const char **texts = arena_alloc(arena, (count + 1) * sizeof *texts);
    size_t at = m.front + m.paired;
    for (size_t i = 0; i < count; i++) {
        CLEANUP(str_release) struct str text = STR_INIT;
        struct emit emit = emit_to(&text);
        flow_value(&emit, want->list.at[at + i], 0, old->list.at[0]->quote);
        emit_release(&emit);
        texts[i] = arena_strndup(arena, text.buf, text.len);
    }
    edit_flow(ed, pieces, old->list.len, at, texts, count);
}

int edit_list(struct editor *ed, const struct node *old, const struct node *want,
              struct slot slot) {
    struct middle m = middle_of(old, want);
    size_t at = m.front + m.paired;
    int rc = 0;
    for (size_t i = m.front; rc == 0 && i < at; i++) {
        rc = edit_item(ed, old, i, want->list.at[i], slot);
    }
    if (rc || (m.old == m.paired && m.want == m.paired)) {
        return rc;
    }
    if (old->flow) {
        edit_flow_list(ed, old, want, m);
        return 0;
    }
    if (m.old > m.paired) {
        return delete_items(ed, old, at, m.front + m.old);
    }
    return add_items(ed, old, at, want->list.at + at, m.want - m.paired);
}
