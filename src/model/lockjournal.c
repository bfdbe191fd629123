#include "model/lockjournal.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/content.h"
#include "model/resolve.h"

void lockjournal_write(struct str *out, const struct stage *s, const char *was) {
    struct arena *scratch CLEANUP(arena_freep) = arena_new();
    struct str entry CLEANUP(str_release) = STR_INIT;
    struct node *line = node_map(scratch), *outs = node_list(scratch), *cached = node_list(scratch);

    yaml_write(&entry, stage_lock_entry(scratch, s));
    for (size_t i = 0; i < s->nouts; i++) {
        node_append(scratch, outs, node_str(scratch, s->outs[i].path));
        if (s->outs[i].cache) {
            node_append(scratch, cached, node_str(scratch, s->outs[i].path));
        }
    }
    node_put(scratch, line, "lock", node_str(scratch, lockfile_path(scratch, s->file)));
    node_put(scratch, line, "was", node_str(scratch, was));
    node_put(scratch, line, "stage", node_str(scratch, s->name));
    node_put(scratch, line, "entry", node_str(scratch, entry.buf));
    node_put(scratch, line, "outs", outs);
    node_put(scratch, line, "cached", cached);
    json_write(out, line);
    str_addc(out, '\n');
}

static bool is_list(const struct node *n) {
    return n && n->kind == NODE_LIST;
}

static bool names(const struct node *list, const char *path) {
    for (size_t i = 0; is_list(list) && i < list->list.len; i++) {
        if (str_eq(node_text(list->list.at[i]), path)) {
            return true;
        }
    }
    return false;
}

static bool read_out(struct lockjournal_out *out, struct arena *arena, const struct node *item,
                     const char *path, const struct node *cached) {
    if (!path || !resolved_inside(path) || !item || item->kind != NODE_MAP ||
        content_read(&out->content, arena, item, true, "journal") ||
        !digest_is_set(&out->content.digest)) {
        return false;
    }
    out->path = path;
    out->cached = names(cached, path);
    return true;
}

static bool read_outs(struct lockjournal_line *line, struct arena *arena, const struct node *root) {
    const struct node *paths = node_get(root, "outs"), *items = node_get(line->entry.entry, "outs");
    size_t n = is_list(items) ? items->list.len : 0;

    if (!is_list(paths) || paths->list.len != n) {
        return false;
    }
    line->outs = arena_alloc(arena, (n + 1) * sizeof *line->outs);
    for (size_t i = 0; i < n; i++) {
        if (!read_out(&line->outs[i], arena, items->list.at[i], node_text(paths->list.at[i]),
                      node_get(root, "cached"))) {
            return false;
        }
    }
    line->nouts = n;
    return true;
}

static bool read_line(struct lockjournal_line *line, struct arena *arena, const char *text,
                      size_t len) {
    struct node *root;
    const char *yaml;

    if (json_read(&root, arena, text, len, "journal") || root->kind != NODE_MAP) {
        return false;
    }
    line->lock = node_text(node_get(root, "lock"));
    line->was = node_text(node_get(root, "was"));
    line->entry.name = node_text(node_get(root, "stage"));
    yaml = node_text(node_get(root, "entry"));
    return line->lock && resolved_inside(line->lock) && str_eq(path_base(line->lock), "dvc.lock") &&
           line->was && line->entry.name && yaml &&
           !yaml_read(&line->entry.entry, arena, yaml, strlen(yaml), "journal") &&
           line->entry.entry->kind == NODE_MAP && node_get(line->entry.entry, "cmd") &&
           read_outs(line, arena, root);
}

bool lockjournal_read(struct lockjournal_line *line, struct arena *arena, const char *text,
                      size_t len) {
    *line = (struct lockjournal_line){0};
    bool sound = read_line(line, arena, text, len);

    err_clear();
    return sound;
}
