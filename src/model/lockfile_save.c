#include "model/lockfile.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "base/vec.h"
#include "doc/edit.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/lockscan.h"
#include "model/repo.h"
#include "model/stage.h"
#include "model/stagefile.h"

/* The text of one entry as it stands below `stages:`. Written as part of a whole document, for
 * where lines are folded depends on how deep they lie. */
static void render(struct str *out, struct arena *arena, const struct lockfile_entry *e) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *top = node_map(arena), *stages = node_map(arena);

    node_put(arena, stages, e->name, e->entry);
    node_put(arena, top, "stages", stages);
    yaml_write(&text, top);
    str_adds(out, text.buf + strlen("stages:\n"));
}

/* Whether both texts say the same, spelled alike or not. */
static bool same_meaning(struct arena *arena, const char *a, size_t alen, const char *b,
                         size_t blen) {
    struct node *x, *y;

    if (alen == blen && memcmp(a, b, alen) == 0) {
        return true;
    }
    if (yaml_read(&x, arena, a, alen, "") != 0 || yaml_read(&y, arena, b, blen, "") != 0) {
        err_clear();
        return false;
    }
    return node_equal(x, y);
}

/* A new text for some bytes of the file. */
struct splice {
    size_t start, end;
    size_t order; /* of splices at one place */
    struct str text;
};
struct splices VEC_OF(struct splice);

static int compare_splices(const void *a, const void *b) {
    const struct splice *x = a, *y = b;

    if (x->start != y->start) {
        return x->start < y->start ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

static void apply_splices(struct str *out, const struct str *text, struct splices *list) {
    size_t at = 0;

    if (list->len > 1) {
        qsort(list->at, list->len, sizeof *list->at, compare_splices);
    }
    str_reserve(out, text->len + 1024);
    for (size_t i = 0; i < list->len; i++) {
        str_add(out, text->buf + at, list->at[i].start - at);
        str_add(out, list->at[i].text.buf, list->at[i].text.len);
        at = list->at[i].end;
    }
    str_add(out, text->buf + at, text->len - at);
}

static void release_splices(struct splices *list) {
    for (size_t i = 0; i < list->len; i++) {
        str_release(&list->at[i].text);
    }
    vec_release(list);
}

/* Replaces entries in a text of DVC's own form, and appends those it does not have. */
static void splice_entries(struct str *out, struct arena *arena, const struct str *text,
                           const struct lockscan *scan, const struct lockfile_entry *entries,
                           size_t n) {
    struct splices list CLEANUP(release_splices) = {0};
    struct map by_name CLEANUP(map_release) = MAP_INIT;

    for (size_t i = 0; i < n; i++) {
        map_put(&by_name, entries[i].name, (void *)scan); /* no entry seen yet */
    }
    for (size_t i = 0; i < scan->entries.len; i++) {
        if (map_has(&by_name, scan->entries.at[i].name)) {
            map_put(&by_name, scan->entries.at[i].name, &scan->entries.at[i]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        const void *found = map_get(&by_name, entries[i].name);
        struct splice s = {.start = scan->end, .end = scan->end, .order = i, .text = STR_INIT};

        render(&s.text, arena, &entries[i]);
        if (found != scan) {
            const struct lockscan_entry *old = found;

            s.start = old->start;
            s.end = old->end;
            if (same_meaning(arena, text->buf + s.start, s.end - s.start, s.text.buf, s.text.len)) {
                str_release(&s.text);
                continue;
            }
        }
        vec_push(&list, s);
    }
    apply_splices(out, text, &list);
}

/* DVC writes params that hang together by an alias with anchors. Where those are in the way the entries are
 * written out, for the file is a machine's. */
static int edit(struct str *out, const struct str *text, const struct node *want,
                const char *name) {
    int rc = yaml_edit(out, text->buf, text->len, want, name);

    if (rc != ERR_UNSUPPORTED) {
        return rc;
    }
    err_clear();
    return yaml_edit_entries(out, text->buf, text->len, want, 2, name);
}

/* Any other text, or none: through the tree. */
static int edit_entries(struct str *out, const struct str *text, const struct lockfile_entry *list,
                        size_t n, const char *file) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct node *root, *top, *entries;
    int rc = yaml_read(&root, arena, text->buf, text->len, file);

    if (rc) {
        return rc;
    }
    top = node_truthy(root) ? node_clone(arena, root) : node_map(arena);
    if (!node_get(top, "schema")) {
        node_put(arena, top, "schema", node_str(arena, "2.0"));
    }
    entries = node_get(top, "stages");
    if (!entries || entries->kind != NODE_MAP) {
        entries = node_map(arena);
        node_put(arena, top, "stages", entries);
    }
    for (size_t i = 0; i < n; i++) {
        struct node *old = node_get(entries, list[i].name);

        if (!old || !node_equal(old, list[i].entry)) {
            node_put(arena, entries, list[i].name, list[i].entry);
        }
    }
    return edit(out, text, top, file);
}

/* What the file becomes; `text` is what it is. */
static int change(struct str *text, struct str *now, struct repo *r, const char *path,
                  const struct lockfile_entry *entries, size_t n) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct lockscan scan CLEANUP(lockscan_release) = {0};
    int rc = stagefile_read(text, r, path);

    if (rc) {
        return rc;
    }
    if (lockscan_read(&scan, arena, text->buf, text->len)) {
        splice_entries(now, arena, text, &scan, entries, n);
        return 0;
    }
    return edit_entries(now, text, entries, n, repo_shown(r, path));
}

static int save(struct repo *r, const char *path, const struct lockfile_entry *entries, size_t n,
                bool quiet) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct str now CLEANUP(str_release) = STR_INIT;
    int rc = change(&text, &now, r, path, entries, n);

    if (rc || (now.len == text.len && memcmp(now.buf, text.buf, now.len) == 0)) {
        return rc;
    }
    if (text.len == 0 && !quiet) {
        log_info("Generating lock file '%s'", repo_shown(r, path));
    }
    if (!quiet) {
        log_info("Updating lock file '%s'", repo_shown(r, path));
    }
    return stagefile_write(r, path, &text, &now);
}

static int save_stages(struct repo *r, struct stage *const *stages, size_t n, bool quiet) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct lockfile_entry *entries = arena_alloc(arena, (n + 1) * sizeof *entries);

    for (size_t i = 0; i < n; i++) {
        entries[i] = (struct lockfile_entry){stages[i]->name, stage_lock_entry(arena, stages[i])};
    }
    return n ? save(r, lockfile_path(arena, stages[0]->file), entries, n, quiet) : 0;
}

int lockfile_save(struct repo *r, struct stage *const *stages, size_t n) {
    return save_stages(r, stages, n, false);
}

int lockfile_save_quietly(struct repo *r, struct stage *const *stages, size_t n) {
    return save_stages(r, stages, n, true);
}

int lockfile_save_entries(struct repo *r, const char *path, const struct lockfile_entry *entries,
                          size_t n) {
    return save(r, path, entries, n, true);
}

int lockfile_remove_stage(struct repo *r, const char *pipefile_path, const char *name) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    struct str now CLEANUP(str_release) = STR_INIT;
    const char *path = lockfile_path(arena, pipefile_path);
    struct node *root;
    int rc = stagefile_read(&text, r, path);

    rc = rc ? rc : yaml_read(&root, arena, text.buf, text.len, repo_shown(r, path));
    if (rc) {
        return rc;
    }
    root = node_clone(arena, root);
    struct node *stages = node_get(root, "stages");

    if (!node_get(stages, name)) {
        return 0;
    }
    node_drop(stages, name);
    if (stages->map.len == 0) {
        node_drop(root, "stages");
    }
    if (root->map.len == 0 || (root->map.len == 1 && node_get(root, "schema"))) {
        return stagefile_delete(r, path);
    }
    rc = edit(&now, &text, root, repo_shown(r, path));
    return rc ? rc : stagefile_write(r, path, &text, &now);
}

/* DVC writes the whole list anew. */
int lockfile_put_dataset(struct repo *r, const char *path, const char *name,
                         const struct node *entry) {
    struct arena *arena CLEANUP(arena_freep) = arena_new();
    struct str text CLEANUP(str_release) = STR_INIT;
    struct str now CLEANUP(str_release) = STR_INIT;
    const char *file = repo_shown(r, path);
    struct node *root, *list;
    size_t at = 0;
    int rc = stagefile_read(&text, r, path);

    if (rc || (rc = yaml_read(&root, arena, text.buf, text.len, file))) {
        return rc;
    }
    root = node_truthy(root) ? node_clone(arena, root) : node_map(arena);
    node_put(arena, root, "schema", node_str(arena, "2.0"));
    list = node_get(root, "datasets");
    if (!list || list->kind != NODE_LIST) {
        list = node_list(arena);
        node_put(arena, root, "datasets", list);
    }
    while (at < list->list.len && !str_eq(node_text(node_get(list->list.at[at], "name")), name)) {
        at++;
    }
    if (at < list->list.len) {
        list->list.at[at] = node_clone(arena, entry);
    } else {
        node_append(arena, list, node_clone(arena, entry));
    }
    if (!node_get(root, "stages")) {
        node_put(arena, root, "stages", node_map(arena));
    }
    rc = yaml_edit_entries(&now, text.buf, text.len, root, 1, file);
    return rc ? rc : stagefile_write(r, path, &text, &now);
}
