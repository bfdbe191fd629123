#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "doc/edit_plan.h"
#include "doc/keys.h"
#include "doc/node.h"
#include "doc/yaml_block.h"

/* A pair of the old map that stands in its text. */
struct entry {
    const struct node *key, *old;
    const struct node *want; /* NULL: it goes */
};

struct entries {
    struct entry *at;
    size_t len, cap;
    bool merged; /* a merge key brings in others */
};

static void entries_release(struct entries *entries) {
    vec_release(entries);
}

static size_t entry_end(const struct entry *e) {
    return e->old->span.end > e->key->span.end ? e->old->span.end : e->key->span.end;
}

static int by_place(const void *a, const void *b) {
    const struct entry *left = a, *right = b;
    return left->key->span.start < right->key->span.start ? -1 : 1;
}

/* The own pairs in order of the text; merged ones must stay as they are. */
static int collect(struct entries *entries, struct editor *ed, const struct node *old,
                   const struct node *want) {
    CLEANUP(keys_release) struct keys keys = keys_of(want);
    bool ordered = true;
    for (size_t i = 0; i < old->map.len; i++) {
        const struct node_pair *pair = &old->map.at[i];
        size_t at;
        const struct node *value = keys_find(&keys, pair->key, &at) ? want->map.at[at].value : NULL;
        if (pair->key->alias) {
            if (!value || !node_same(pair->value, value)) {
                return edit_refuse(ed, pair->value);
            }
            entries->merged = true;
            continue;
        }
        struct entry entry = {pair->key, pair->value, value};
        if (entries->len) {
            const struct entry *last = &entries->at[entries->len - 1];
            ordered = ordered && last->key->span.start < pair->key->span.start;
        }
        vec_push(entries, entry);
    }
    if (!ordered) {
        qsort(entries->at, entries->len, sizeof *entries->at, by_place);
    }
    return 0;
}

/* Behind the colon of an entry; that of a long key ("? key") has a line of its own. */
static int find_colon(size_t *after, const struct editor *ed, const struct entry *e) {
    const struct edit_text *t = &ed->text;
    size_t at = e->key->span.end;
    while (at < t->len && strchr(" \t\r\n", t->text[at])) {
        at++;
    }
    *after = at + 1;
    return at < t->len && t->text[at] == ':' ? 0 : EDIT_COARSER;
}

static int edit_entry(struct editor *ed, const struct entry *e, const struct node *map,
                      struct slot slot) {
    if (node_same(e->old, e->want)) {
        return 0;
    }
    struct slot inner = {
        .kind = SLOT_VALUE, .flow = map->flow, .depth = slot.depth + 1, .column = map->column - 1};
    inner.quote = map->flow ? e->key->quote : 0;
    int rc = find_colon(&inner.after, ed, e);
    return rc ? rc : edit_value(ed, e->old, e->want, inner);
}

/* The first keys of "- key: value" go; the next one takes their place behind the dash. */
static void delete_behind_dash(struct editor *ed, const struct entries *entries, size_t next) {
    const struct edit_text *t = &ed->text;
    size_t start = entries->at[0].key->span.start;
    size_t end = entries->at[next].key->span.start;
    size_t owned = line_after(t, entry_end(&entries->at[next - 1]));
    bool comments = line_start(t, end) != owned;
    if (comments) {
        while (start > 0 && t->text[start - 1] == ' ') {
            start--;
        }
        end = line_end(t, entry_end(&entries->at[next - 1]));
    }
    edit_splice(&ed->text, start, end, "");
}

static int delete_entries(struct editor *ed, const struct entries *entries, size_t column) {
    size_t i = 0;
    if (!line_begins_at(&ed->text, entries->at[0].key->span.start)) {
        while (i < entries->len && !entries->at[i].want) {
            i++;
        }
        if (i == entries->len) {
            return EDIT_COARSER;
        }
        if (i) {
            delete_behind_dash(ed, entries, i);
        }
    }
    for (; i < entries->len; i++) {
        const struct entry *e = &entries->at[i];
        if (e->want) {
            continue;
        }
        size_t start = e->key->span.start, end = entry_end(e);
        if (!line_begins_at(&ed->text, start)) {
            return EDIT_COARSER;
        }
        entry_lines(&ed->text, &start, &end, column);
        edit_splice(&ed->text, start, end, "");
    }
    return 0;
}

/* Pairs that only `want` has. */
static struct node *new_pairs(struct arena *arena, const struct node *old,
                              const struct node *want) {
    CLEANUP(keys_release) struct keys keys = keys_of(old);
    VEC(struct node_pair) pairs = {0};
    for (size_t i = 0; i < want->map.len; i++) {
        size_t at;
        if (!keys_find(&keys, want->map.at[i].key, &at)) {
            vec_push(&pairs, want->map.at[i]);
        }
    }
    struct node *map = node_map_of(arena, pairs.at, pairs.len);
    vec_release(&pairs);
    return map;
}

/* New entries go behind the last one; where that is deleted, into its place. */
static size_t place_for_lines(const struct edit_text *t, const struct entries *entries,
                              const struct node *old) {
    size_t column = old->column - 1;
    if (entries->len == 0) {
        return entry_append(t, old->span.end, column);
    }
    const struct entry *last = &entries->at[entries->len - 1];
    return last->want ? entry_append(t, entry_end(last), column)
                      : line_start(t, last->key->span.start);
}

static void add_lines(struct editor *ed, const struct node *added, size_t at, size_t column) {
    const struct edit_text *t = &ed->text;
    CLEANUP(str_release) struct str lines = STR_INIT;
    struct block block = edit_block(ed, &lines);
    if (at > 0 && t->text[at - 1] != '\n' && t->text[at - 1] != '\r') {
        emit_break(&block.emit);
    }
    block_lines(&block, added, column);
    emit_indent(&block.emit, 0);
    block_release(&block);
    edit_splice(&ed->text, at, at, lines.buf);
}

static int edit_block_map(struct editor *ed, const struct entries *entries, const struct node *old,
                          const struct node *added) {
    if (added->map.len) {
        add_lines(ed, added, place_for_lines(&ed->text, entries, old), old->column - 1);
    }
    return entries->len ? delete_entries(ed, entries, old->column - 1) : 0;
}

static const char *flow_text(struct editor *ed, const struct node_pair *pair, char quote) {
    CLEANUP(str_release) struct str text = STR_INIT;
    struct emit emit = emit_to(&text);
    flow_pair(&emit, pair, quote);
    emit_release(&emit);
    return arena_strndup(ed->text.arena, text.buf, text.len);
}

static void edit_flow_map(struct editor *ed, const struct entries *entries,
                          const struct node *added) {
    struct arena *arena = ed->text.arena;
    struct piece *pieces = arena_alloc(arena, entries->len * sizeof *pieces);
    const char **texts = arena_alloc(arena, (added->map.len + 1) * sizeof *texts);
    size_t last = 0;
    for (size_t i = 0; i < entries->len; i++) {
        const struct entry *e = &entries->at[i];
        pieces[i] = (struct piece){e->key->span.start, entry_end(e), !e->want};
        last = e->want ? i : last;
    }
    char quote = entries->at[last].key->quote;
    for (size_t i = 0; i < added->map.len; i++) {
        texts[i] = flow_text(ed, &added->map.at[i], quote);
    }
    edit_flow(ed, pieces, entries->len, last + 1, texts, added->map.len);
}

int edit_map(struct editor *ed, const struct node *old, const struct node *want, struct slot slot) {
    CLEANUP(entries_release) struct entries entries = {0};
    int rc = collect(&entries, ed, old, want);
    size_t kept = 0;
    for (size_t i = 0; rc == 0 && i < entries.len; i++) {
        const struct entry *e = &entries.at[i];
        kept += e->want != NULL;
        rc = e->want ? edit_entry(ed, e, old, slot) : 0;
    }
    if (rc) {
        return rc;
    }
    if (kept == 0 && !entries.merged) {
        return edit_replace(ed, old, want, slot);
    }
    const struct node *added = new_pairs(ed->text.arena, old, want);
    if (kept == entries.len && added->map.len == 0) {
        return 0;
    }
    if (!old->flow) {
        return edit_block_map(ed, &entries, old, added);
    }
    if (kept == 0) {
        return EDIT_COARSER;
    }
    edit_flow_map(ed, &entries, added);
    return 0;
}
