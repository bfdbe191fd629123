#include "model/pipefile.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "doc/edit.h"
#include "doc/node.h"
#include "doc/read.h"
#include "model/lockfile.h"
#include "model/repo.h"
#include "model/schema.h"
#include "model/stage.h"
#include "model/stagefile.h"

/* A dvc.yaml being changed: `want` is what it shall mean. */
struct edit {
    struct repo *repo;
    struct arena *arena;
    const char *path, *shown;
    struct str text;
    struct node *want;
};

static void edit_close(struct edit *e) {
    str_release(&e->text);
    arena_free(e->arena);
}

static int edit_open(struct edit *e, struct repo *r, const char *path) {
    struct node *root;
    int rc;

    *e = (struct edit){.repo = r,
                       .arena = arena_new(),
                       .path = path,
                       .shown = repo_shown(r, path),
                       .text = STR_INIT};
    if ((rc = stagefile_check_ignored(r, path)) != 0 ||
        (rc = stagefile_read(&e->text, r, path)) != 0 ||
        (rc = yaml_read(&root, e->arena, e->text.buf, e->text.len, e->shown)) != 0) {
        return rc;
    }
    e->want = node_truthy(root) ? node_clone(e->arena, root) : node_map(e->arena);
    return 0;
}

static int edit_save(struct edit *e) {
    struct str now CLEANUP(str_release) = STR_INIT;
    int rc = yaml_edit(&now, e->text.buf, e->text.len, e->want, e->shown);

    return rc ? rc : stagefile_write(e->repo, e->path, &e->text, &now);
}

/* The definition of a stage that stands in the file under its own name. */
static int find_definition(struct node **out, const struct edit *e, const char *name) {
    const char *at = strchr(name, '@');

    *out = node_get(node_get(e->want, "stages"), name);
    if (*out) {
        return 0;
    }
    if (at) {
        int rc = err_set(ERR_FAILED, "stage '%s' is made by a foreach or matrix in '%s'", name,
                         e->shown);

        err_hint("change the definition of '%.*s' there", (int)(at - name), name);
        return rc;
    }
    return err_set(ERR_FAILED, "Stage '%s' not found inside '%s' file", name, e->shown);
}

int pipefile_put_stage(struct repo *r, const char *path, const char *name,
                       const struct node *definition) {
    struct edit e CLEANUP(edit_close) = {0};
    struct node *stages;
    int rc = edit_open(&e, r, path);

    if (rc) {
        return rc;
    }
    stages = node_get(e.want, "stages");
    if (!stages || stages->kind != NODE_MAP) {
        stages = node_map(e.arena);
        node_put(e.arena, e.want, "stages", stages);
    }
    node_put(e.arena, stages, name, node_clone(e.arena, definition));
    return edit_save(&e);
}

int pipefile_remove_stage(struct repo *r, const char *path, const char *name) {
    struct edit e CLEANUP(edit_close) = {0};
    struct node *definition, *stages;
    int rc = edit_open(&e, r, path);

    rc = rc ? rc : find_definition(&definition, &e, name);
    rc = rc ? rc : lockfile_remove_stage(r, path, name);
    if (rc) {
        return rc;
    }
    stages = node_get(e.want, "stages");
    node_drop(stages, name);
    if (stages->map.len == 0) {
        node_drop(e.want, "stages");
    }
    /* DVC deletes the file with its last stage even if it holds plots or artifacts; those are the
     * user's. */
    return e.want->map.len == 0 ? stagefile_delete(r, path) : edit_save(&e);
}

int pipefile_set_key(struct repo *r, const char *path, const char *name, const char *key,
                     const struct node *value) {
    struct edit e CLEANUP(edit_close) = {0};
    struct node *definition;
    int rc = edit_open(&e, r, path);

    rc = rc ? rc : find_definition(&definition, &e, name);
    if (rc) {
        return rc;
    }
    if (definition->kind != NODE_MAP || node_get(definition, "foreach")) {
        return err_set(ERR_FAILED, "'%s' in '%s' is a group of stages", name, e.shown);
    }
    if (value) {
        node_put(e.arena, definition, key, node_clone(e.arena, value));
    } else {
        node_drop(definition, key);
    }
    log_info("Modifying stage '%s' in '%s'", name, e.shown);
    return edit_save(&e);
}

int pipefile_put_dataset(struct repo *r, const char *path, const size_t *at, const struct node *was,
                         const struct node *definition) {
    static const char *const optional[] = {"path", "rev"};
    struct edit e CLEANUP(edit_close) = {0};
    int rc = edit_open(&e, r, path);

    if (rc) {
        return rc;
    }
    struct node *list = node_get(e.want, "datasets");
    if (!node_truthy(list)) {
        list = node_list(e.arena);
        node_put(e.arena, e.want, "datasets", list);
    }
    if (list->kind != NODE_LIST) {
        return schema_error(list, e.shown, "'datasets' is no list");
    }
    if (!at) {
        node_append(e.arena, list, node_clone(e.arena, definition));
        return edit_save(&e);
    }
    if (*at >= list->list.len || !node_same(list->list.at[*at], was)) {
        return err_set(ERR_FAILED, "dataset '%s' is made by a template in '%s'; change it there",
                       node_text(node_get(definition, "name")), e.shown);
    }
    struct node *entry = list->list.at[*at];
    for (size_t i = 0; i < COUNT_OF(optional); i++) {
        node_drop(entry, optional[i]);
    }
    for (size_t i = 0; i < definition->map.len; i++) {
        const struct node_pair *pair = &definition->map.at[i];
        node_put(e.arena, entry, node_text(pair->key), node_clone(e.arena, pair->value));
    }
    return edit_save(&e);
}

/* The path of an entry of outs, metrics or plots; NULL where several share a mapping. */
static const char *entry_path(const struct node *entry) {
    if (entry->kind == NODE_MAP && entry->map.len == 1) {
        return node_text(entry->map.at[0].key);
    }
    return node_text(entry);
}

/* Takes the entry of an out that is no plot from its list; NULL if it does not stand there as it is. */
static struct node *take_entry(struct node *definition, const char *written) {
    static const char *const lists[] = {"outs", "metrics"};

    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        struct node *list = node_get(definition, lists[i]);

        for (size_t k = 0; list && list->kind == NODE_LIST && k < list->list.len; k++) {
            struct node *entry = list->list.at[k];

            if (!str_eq(entry_path(entry), written)) {
                continue;
            }
            memmove(list->list.at + k, list->list.at + k + 1,
                    (--list->list.len - k) * sizeof *list->list.at);
            if (!list->list.len) {
                node_drop(definition, lists[i]);
            }
            return entry;
        }
    }
    return NULL;
}

/* Before the first entry that sorts behind it, so that an entry that was there keeps its place. */
static void put_plot(struct arena *arena, struct node *definition, struct node *entry) {
    struct node *plots = node_get(definition, "plots");
    size_t at = 0;

    if (!plots) {
        plots = node_list(arena);
        node_put(arena, definition, "plots", plots);
    }
    while (at < plots->list.len && entry_path(plots->list.at[at]) &&
           strcmp(entry_path(plots->list.at[at]), entry_path(entry)) < 0) {
        at++;
    }
    node_append(arena, plots, entry);
    memmove(plots->list.at + at + 1, plots->list.at + at,
            (plots->list.len - 1 - at) * sizeof *plots->list.at);
    plots->list.at[at] = entry;
}

/* The entry with its properties changed: a plain path where none are left. */
static struct node *changed_entry(struct arena *arena, const struct node *entry,
                                  const struct node *set, const struct strv *unset) {
    const char *path = entry_path(entry);
    struct node *old = entry->kind == NODE_MAP ? entry->map.at[0].value : NULL, *changed;
    struct node *props = old && old->kind == NODE_MAP ? node_clone(arena, old) : node_map(arena);

    for (size_t i = 0; i < unset->len; i++) {
        node_drop(props, unset->at[i]);
    }
    for (size_t i = 0; i < set->map.len; i++) {
        node_put(arena, props, node_text(set->map.at[i].key),
                 node_clone(arena, set->map.at[i].value));
    }
    if (!props->map.len) {
        return node_str(arena, path);
    }
    changed = node_map(arena);
    node_put(arena, changed, path, props);
    return changed;
}

int pipefile_set_plot(struct repo *r, const struct out *o, const struct node *set,
                      const struct strv *unset) {
    struct edit e CLEANUP(edit_close) = {0};
    struct node *definition, *list, *entry;
    const char *name = o->stage->name;
    bool is_plot = false;
    int rc = edit_open(&e, r, o->stage->file);

    rc = rc ? rc : find_definition(&definition, &e, name);
    if (rc) {
        return rc;
    }
    list = node_get(definition, "plots");
    for (size_t i = 0; list && list->kind == NODE_LIST && i < list->list.len; i++) {
        if (str_eq(entry_path(list->list.at[i]), o->written)) {
            list->list.at[i] = changed_entry(e.arena, list->list.at[i], set, unset);
            is_plot = true;
            break;
        }
    }
    if (!is_plot) {
        entry = take_entry(definition, o->written);
        if (!entry) {
            return err_set(ERR_FAILED, "'%s' of stage '%s' is made by a template in '%s'",
                           o->written, name, e.shown);
        }
        put_plot(e.arena, definition, changed_entry(e.arena, entry, set, unset));
    }
    log_info("Modifying stage '%s' in '%s'", name, e.shown);
    return edit_save(&e);
}
