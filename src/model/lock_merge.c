#include "model/lock_merge.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "os/beneath.h"
#include "os/file.h"
#include "doc/node.h"
#include "doc/read.h"
#include "doc/write.h"
#include "model/repo.h"

#define SCHEMA "2.0"

/* What became of one entry. */
struct entry {
    const struct node *key;
    const struct node *ours, *theirs; /* of a conflict; NULL: dropped on that side */
    const struct node *merged;        /* of all others */
};
struct entries VEC_OF(struct entry);

struct sides {
    struct arena *arena;
    const struct node *base, *ours, *theirs; /* maps; NULL: empty */
};

void lock_merge_release(struct lock_merge *m) {
    strv_release(&m->conflicts);
}

static bool same(const struct node *a, const struct node *b) {
    return a && b ? node_same(a, b) : a == b;
}

static void merge_entry(struct entries *out, struct lock_merge *m, const struct sides *s,
                        const struct node *key) {
    const char *name = node_text(key);
    const struct node *base = node_get(s->base, name), *ours = node_get(s->ours, name),
                      *theirs = node_get(s->theirs, name);
    struct entry e = {.key = key};

    if (same(ours, theirs) || same(theirs, base)) {
        e.merged = ours;
    } else if (same(ours, base)) {
        e.merged = theirs;
    } else {
        e.ours = ours;
        e.theirs = theirs;
        vec_push(&m->conflicts, arena_strdup(s->arena, name));
    }
    if (e.merged || e.ours || e.theirs) {
        vec_push(out, e);
    }
}

/* Ours in their order, then what only the other side has. */
static void merge_maps(struct entries *out, struct lock_merge *m, const struct sides *s) {
    for (size_t i = 0; s->ours && i < s->ours->map.len; i++) {
        merge_entry(out, m, s, s->ours->map.at[i].key);
    }
    for (size_t i = 0; s->theirs && i < s->theirs->map.len; i++) {
        if (!node_get(s->ours, node_text(s->theirs->map.at[i].key))) {
            merge_entry(out, m, s, s->theirs->map.at[i].key);
        }
    }
}

/* A list of maps that have names, as a map of them. */
static const struct node *by_name(struct arena *arena, const struct node *list) {
    struct node *map = node_map(arena);

    for (size_t i = 0; list && list->kind == NODE_LIST && i < list->list.len; i++) {
        const char *name = node_text(node_get(list->list.at[i], "name"));

        if (name) {
            node_put(arena, map, name, list->list.at[i]);
        }
    }
    return map;
}

static int check_side(const struct node *root, const char *which) {
    const struct node *stages = node_get(root, "stages");
    const char *schema = node_text(node_get(root, "schema"));

    if (!root || root->kind == NODE_NULL) {
        return 0;
    }
    if (root->kind != NODE_MAP || !str_eq(schema, SCHEMA) || (stages && stages->kind != NODE_MAP)) {
        return err_set(ERR_INVALID, "%s version of dvc.lock is none of schema " SCHEMA, which);
    }
    for (size_t i = 0; stages && i < stages->map.len; i++) {
        if (!node_text(stages->map.at[i].key)) {
            return err_set(ERR_INVALID, "%s version of dvc.lock has a stage without a name", which);
        }
    }
    return 0;
}

static void add_indented(struct str *out, const struct str *text, const char *indent) {
    for (const char *at = text->buf; *at;) {
        size_t len = strcspn(at, "\n");

        str_addf(out, "%s%.*s\n", len ? indent : "", (int)len, at);
        at += len + (at[len] == '\n');
    }
}

/* One entry of a section: of a list without its key. */
static void add_entry(struct str *out, struct arena *arena, const struct node *key,
                      const struct node *value, bool list) {
    struct str text CLEANUP(str_release) = STR_INIT;
    struct node *one = list ? node_list(arena) : node_map(arena);

    if (!value) {
        return;
    }
    if (list) {
        node_append(arena, one, node_clone(arena, value));
    } else {
        node_add(arena, one, key, node_clone(arena, value));
    }
    yaml_write(&text, one);
    add_indented(out, &text, list ? "" : "  ");
}

static void add_section(struct str *out, struct arena *arena, const char *name,
                        const struct entries *entries, bool list) {
    if (entries->len) {
        str_addf(out, "%s:\n", name);
    }
    for (size_t i = 0; i < entries->len; i++) {
        const struct entry *e = &entries->at[i];

        if (e->merged) {
            add_entry(out, arena, e->key, e->merged, list);
            continue;
        }
        str_adds(out, "<<<<<<< ours\n");
        add_entry(out, arena, e->key, e->ours, list);
        str_adds(out, "=======\n");
        add_entry(out, arena, e->key, e->theirs, list);
        str_adds(out, ">>>>>>> theirs\n");
    }
}

/* Without conflicts the whole is written at once, as every dvc.lock is. */
static void add_whole(struct str *out, struct arena *arena, const struct entries *stages,
                      const struct entries *datasets) {
    struct node *root = node_map(arena), *map = node_map(arena), *list = node_list(arena);

    for (size_t i = 0; i < stages->len; i++) {
        node_add(arena, map, stages->at[i].key, node_clone(arena, stages->at[i].merged));
    }
    for (size_t i = 0; i < datasets->len; i++) {
        node_append(arena, list, node_clone(arena, datasets->at[i].merged));
    }
    node_put(arena, root, "schema", node_str(arena, SCHEMA));
    if (stages->len || !datasets->len) {
        node_put(arena, root, "stages", map);
    }
    if (datasets->len) {
        node_put(arena, root, "datasets", list);
    }
    yaml_write(out, root);
}

int lock_merge_texts(struct str *out, struct lock_merge *m, struct arena *arena,
                     const struct str *base, const struct str *ours, const struct str *theirs) {
    static const char *const which[] = {"the common", "our", "their"};
    const struct str *texts[] = {base, ours, theirs};
    struct entries stages = {0}, datasets = {0};
    struct node *roots[3] = {NULL};

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        int rc = yaml_read(&roots[i], arena, texts[i]->buf, texts[i]->len, "dvc.lock");

        if (rc || (rc = check_side(roots[i], which[i]))) {
            return err_wrap(rc, "%s version", which[i]);
        }
    }
    merge_maps(&stages, m,
               &(struct sides){.arena = arena,
                               .base = node_get(roots[0], "stages"),
                               .ours = node_get(roots[1], "stages"),
                               .theirs = node_get(roots[2], "stages")});
    merge_maps(&datasets, m,
               &(struct sides){.arena = arena,
                               .base = by_name(arena, node_get(roots[0], "datasets")),
                               .ours = by_name(arena, node_get(roots[1], "datasets")),
                               .theirs = by_name(arena, node_get(roots[2], "datasets"))});
    if (m->conflicts.len) {
        str_adds(out, "schema: '" SCHEMA "'\n");
        add_section(out, arena, "stages", &stages, false);
        add_section(out, arena, "datasets", &datasets, true);
    } else {
        add_whole(out, arena, &stages, &datasets);
    }
    vec_release(&stages);
    vec_release(&datasets);
    return 0;
}

/* A .dvc file has neither key. */
static bool is_lock(struct arena *arena, const struct str *text) {
    struct node *root;

    if (yaml_read(&root, arena, text->buf, text->len, "dvc.lock")) {
        err_clear();
        return false;
    }
    return node_get(root, "schema") || node_get(root, "stages");
}

static int read_side(struct str *out, const char **path, struct repo *r, const char *typed) {
    int rc = repo_path(path, r, typed, true);

    return rc ? rc : file_read(out, r->root_fd, *path, DOC_MAX_BYTES);
}

int lock_merge_files(struct lock_merge *m, struct arena *arena, struct repo *r,
                     const char *ancestor, const char *our, const char *their) {
    struct str base CLEANUP(str_release) = STR_INIT, ours CLEANUP(str_release) = STR_INIT;
    struct str theirs CLEANUP(str_release) = STR_INIT, merged CLEANUP(str_release) = STR_INIT;
    const char *path, *other;
    int rc;

    *m = (struct lock_merge){0};
    if ((rc = read_side(&base, &other, r, ancestor)) ||
        (rc = read_side(&theirs, &other, r, their)) || (rc = read_side(&ours, &path, r, our))) {
        return rc;
    }
    m->is_lock = is_lock(arena, &ours) || is_lock(arena, &theirs);
    if (!m->is_lock) {
        return 0;
    }
    rc = lock_merge_texts(&merged, m, arena, &base, &ours, &theirs);
    return rc ? rc : beneath_write(r->root_fd, path, merged.buf, merged.len);
}
