#include "doc/edit.h"

#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "doc/edit_plan.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "doc/yaml_block.h"

static void editor_release(struct editor *ed) {
    edit_text_release(&ed->text);
}

int edit_refuse(const struct editor *ed, const struct node *n) {
    int rc =
        err_set(ERR_UNSUPPORTED, "%s:%u:%u: the value belongs to an anchor elsewhere in the file",
                ed->name, n->line, n->column);
    err_hint("write the value out where the alias or merge key stands, then try again");
    return rc;
}

struct block edit_block(const struct editor *ed, struct str *out) {
    struct block block = block_to(out);
    block.map_step = ed->map_step;
    block.dash_step = ed->dash_step;
    return block;
}

int edit_value(struct editor *ed, const struct node *old, const struct node *want,
               struct slot slot) {
    if (old->alias) {
        return node_same(old, want) ? 0 : edit_refuse(ed, old);
    }
    bool deeper = slot.depth < ed->max_depth;
    if (deeper && old->kind == NODE_MAP && want->kind == NODE_MAP && old->map.len &&
        want->map.len) {
        return edit_map(ed, old, want, slot);
    }
    if (deeper && old->kind == NODE_LIST && want->kind == NODE_LIST && old->list.len &&
        want->list.len) {
        return edit_list(ed, old, want, slot);
    }
    return node_same(old, want) ? 0 : edit_replace(ed, old, want, slot);
}

/* ---- the habits of a file */

static bool is_lines(const struct node *n) {
    return !n->alias && !n->flow &&
           (n->kind == NODE_MAP ? n->map.len : n->kind == NODE_LIST && n->list.len);
}

struct habits {
    size_t map_step, dash_step;
    bool map_known, dash_known;
};

/* The first map in a map and the first list in a map that stand below their key tell how far such are
 * indented. */
static void learn(struct habits *h, const struct edit_text *t, const struct node *n) {
    if (!is_lines(n)) {
        return;
    }
    size_t len = n->kind == NODE_MAP ? n->map.len : n->list.len;
    for (size_t i = 0; i < len && !(h->map_known && h->dash_known); i++) {
        const struct node *child = n->kind == NODE_MAP ? n->map.at[i].value : n->list.at[i];
        bool tells = n->kind == NODE_MAP && is_lines(child) && child->column >= n->column &&
                     line_begins_at(t, child->span.start);
        if (tells && child->kind == NODE_MAP && !h->map_known) {
            h->map_step = child->column - n->column;
            h->map_known = true;
        }
        if (tells && child->kind == NODE_LIST && !h->dash_known) {
            h->dash_step = child->column - n->column;
            h->dash_known = true;
        }
        learn(h, t, child);
    }
}

static void learn_habits(struct editor *ed, const struct node *root) {
    struct habits habits = {.map_step = 2};
    learn(&habits, &ed->text, root);
    ed->map_step = habits.map_step;
    ed->dash_step = habits.dash_step;
}

/* ---- attempts */

static bool has_alias(const struct node *n) {
    bool found = n->alias;
    for (size_t i = 0; !found && n->kind == NODE_LIST && i < n->list.len; i++) {
        found = has_alias(n->list.at[i]);
    }
    for (size_t i = 0; !found && n->kind == NODE_MAP && i < n->map.len; i++) {
        found = n->map.at[i].key->alias || has_alias(n->map.at[i].value);
    }
    return found;
}

/* Whether the text says what is wanted. */
static bool reads_as(const struct str *text, const struct node *want, const char *name) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct node *got;
    if (yaml_read(&got, arena, text->buf, text->len, name)) {
        err_clear();
        return false;
    }
    return node_same(got, want);
}

/* EDIT_COARSER if this does not lead to what is wanted. */
static int attempt(struct str *out, const char *old_text, size_t len, const struct node *old,
                   const struct node *want, unsigned max_depth, const char *name) {
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(editor_release)
    struct editor ed = {.text = {.text = old_text, .len = len, .arena = arena},
                        .name = name,
                        .max_depth = max_depth};
    learn_habits(&ed, old);
    struct slot root = {.kind = SLOT_ROOT};
    int rc = edit_value(&ed, old, want, root);
    if (rc) {
        return rc;
    }
    CLEANUP(str_release) struct str result = STR_INIT;
    if (!edit_apply(&result, &ed.text) || !reads_as(&result, want, name)) {
        return EDIT_COARSER;
    }
    str_add(out, result.buf, result.len);
    return 0;
}

/* A text of comments alone gets the tree behind it. */
static int append_all(struct str *out, const char *old, size_t len, const struct node *want,
                      const char *name) {
    CLEANUP(str_release) struct str result = STR_INIT;
    str_add(&result, old, len);
    if (len && old[len - 1] != '\n') {
        str_addc(&result, '\n');
    }
    yaml_write(&result, want);
    if (!reads_as(&result, want, name)) {
        return EDIT_COARSER;
    }
    str_add(out, result.buf, result.len);
    return 0;
}

/* From `depth` levels down, then coarser. What would write out aliases all over the file is refused where the
 * file is a person's. */
static int edit(struct str *out, const char *old_text, size_t len, const struct node *want,
                unsigned depth, bool may_rewrite, const char *name) {
    static const unsigned coarser[] = {5, 4, 3, 2, 1, 0};
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    struct node *old;
    int rc = yaml_read(&old, arena, old_text, len, name);
    if (rc) {
        return rc;
    }
    bool bare = old->kind == NODE_NULL && old->span.start == old->span.end;
    bool whole = may_rewrite || !has_alias(old);
    rc = bare ? append_all(out, old_text, len, want, name)
              : attempt(out, old_text, len, old, want, depth, name);
    for (size_t i = 0; rc == EDIT_COARSER && !bare && i < COUNT_OF(coarser); i++) {
        if (coarser[i] < depth && (coarser[i] || whole)) {
            log_debug("%s: writing whole entries %u levels down anew", name, coarser[i]);
            rc = attempt(out, old_text, len, old, want, coarser[i], name);
        }
    }
    if (rc == ERR_UNSUPPORTED && may_rewrite) {
        err_clear();
        rc = EDIT_COARSER;
    }
    if (rc != EDIT_COARSER) {
        return rc;
    }
    if (!whole) {
        return err_set(ERR_UNSUPPORTED,
                       "%s: the change would touch an anchor that other values use", name);
    }
    log_debug("%s: writing the whole file anew", name);
    yaml_write(out, want);
    return 0;
}

int yaml_edit(struct str *out, const char *old, size_t len, const struct node *want,
              const char *name) {
    return edit(out, old, len, want, UINT_MAX, false, name);
}

int yaml_edit_entries(struct str *out, const char *old, size_t len, const struct node *want,
                      unsigned depth, const char *name) {
    return edit(out, old, len, want, depth, true, name);
}
