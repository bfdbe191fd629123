#include "pipeline/params.h"

#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/str.h"
#include "doc/node.h"
#include "doc/read.h"
#include "model/repo.h"
#include "model/schema.h"
#include "model/stage.h"
#include "model/view.h"
#include "os/cpu.h"
#include "os/stat.h"

/* Files stamped less than this before they were read may have changed since without a new stamp. */
#define FRESH_NS 20000000

/* A file as it was read. */
struct file {
    struct file_id id;
    bool settled; /* it was not fresh then */
    const struct node *root;
    struct map top; /* top-level key -> value: ten thousand stages ask for one key each */
};

struct params {
    struct view view;
    struct arena *arena;
    struct map files; /* path -> struct file * */
};

struct params *params_new(const struct view *view) {
    struct params *p = mem_zalloc(1, sizeof *p);

    p->view = *view;
    p->arena = arena_new();
    return p;
}

void params_free(struct params *p) {
    if (!p) {
        return;
    }
    for (size_t i = 0; i < p->files.len; i++) {
        map_release(&((struct file *)p->files.at[i].value)->top);
    }
    map_release(&p->files);
    arena_free(p->arena);
    free(p);
}

void params_freep(struct params **p) {
    params_free(*p);
    *p = NULL;
}

/* The whole file as a map; an empty file is an empty map. */
static int parse_file(struct node **out, struct arena *arena, const struct view *view,
                      const char *path) {
    struct str text CLEANUP(str_release) = STR_INIT;
    const char *shown = repo_shown(view->repo, path);
    bool is_dir = false;
    struct node *root = NULL;
    int rc;

    if (view_exists(view, path, &is_dir) && is_dir) {
        return err_set(ERR_FAILED, "'%s' is a directory, expected a parameters file", shown);
    }
    if ((rc = view_read(&text, view, path, DOC_MAX_BYTES))) {
        return rc;
    }
    if ((rc = doc_read(&root, arena, text.buf, text.len, shown))) {
        return err_wrap(rc, "cannot read parameters");
    }
    if (root->kind == NODE_NULL) {
        root = node_map(arena);
    }
    if (root->kind != NODE_MAP) {
        return schema_error(root, shown, "a %s; parameters are a mapping",
                            node_kind_name(root->kind));
    }
    *out = root;
    return 0;
}

/* Whether the file is still the one that was read; *id is what it is now. */
static bool is_current(const struct params *p, const struct file *f, const char *path,
                       struct file_id *id) {
    if (p->view.commit) {
        return f->root != NULL;
    }
    return file_id_peek(id, p->view.repo->root_fd, path) && f->root && f->settled &&
           file_id_same(id, &f->id);
}

static int load_file(const struct file **out, struct params *p, const char *path) {
    struct file *f = map_get(&p->files, path);
    struct file_id id = {0};
    struct node *root = NULL;

    if (!f) {
        f = arena_alloc(p->arena, sizeof *f);
        map_put(&p->files, arena_strdup(p->arena, path), f);
    }
    *out = f;
    if (is_current(p, f, path, &id)) {
        return 0;
    }
    int64_t now = clock_real_ns();
    int rc = parse_file(&root, p->arena, &p->view, path);

    f->root = NULL;
    if (rc) {
        return rc;
    }
    f->root = root;
    f->id = id;
    f->settled = S_ISREG(id.mode) && id.mtime_ns + FRESH_NS < now && id.ctime_ns + FRESH_NS < now;
    map_release(&f->top);
    f->top = (struct map)MAP_INIT;
    for (size_t i = 0; i < root->map.len; i++) {
        const char *key = node_text(root->map.at[i].key);
        if (key) {
            (void)map_add(&f->top, key, root->map.at[i].value);
        }
    }
    return 0;
}

static struct node *find_value(const struct file *f, const char *key) {
    return strpbrk(key, ".[") ? node_query(f->root, key) : map_get(&f->top, key);
}

int params_values(struct node **out, struct strv *missing, struct arena *arena, struct params *p,
                  const struct dep *dep) {
    const struct file *f;
    struct node *values;
    int rc;

    if ((rc = load_file(&f, p, dep->path))) {
        return rc;
    }
    if (dep->whole_file) {
        *out = node_clone(arena, f->root);
        return 0;
    }
    values = node_map(arena);
    for (size_t i = 0; i < dep->keys.len; i++) {
        const char *key = dep->keys.at[i];
        struct node *value = find_value(f, key);

        if (value) {
            node_put(arena, values, key, value);
        } else if (missing) {
            vec_push(missing, key);
        }
    }
    *out = values;
    return 0;
}

static enum change compare_param(const struct node *now, const struct node *recorded) {
    if (!now) {
        return CHANGE_DELETED;
    }
    if (!recorded) {
        return CHANGE_NEW;
    }
    return node_equal(now, recorded) ? CHANGE_NONE : CHANGE_MODIFIED;
}

/* A key of the map, taken as it is: dots in it are part of its name. */
static const struct node *find_key(const struct node *map, const char *key) {
    return map ? node_get(map, key) : NULL;
}

static void compare_keys(struct status_entries *out, const char *shown, const struct strv *keys,
                         const struct node *now, const struct node *recorded) {
    for (size_t i = 0; i < keys->len; i++) {
        enum change c = compare_param(find_key(now, keys->at[i]), find_key(recorded, keys->at[i]));

        if (c != CHANGE_NONE) {
            struct status_entry entry = {.path = shown, .key = keys->at[i], .change = c};
            vec_push(out, entry);
        }
    }
}

/* Keys of the file, then those that only the record has. */
static void collect_keys(struct strv *keys, const struct node *now, const struct node *recorded) {
    for (size_t i = 0; i < now->map.len; i++) {
        const char *key = node_text(now->map.at[i].key);
        if (key) {
            vec_push(keys, key);
        }
    }
    for (size_t i = 0; recorded->kind == NODE_MAP && i < recorded->map.len; i++) {
        const char *key = node_text(recorded->map.at[i].key);
        if (key && !node_get(now, key)) {
            vec_push(keys, key);
        }
    }
}

int params_status(void *ctx, struct status_entries *out, struct arena *arena, const struct stage *s,
                  const struct dep *dep) {
    struct params *p = ctx;
    const char *shown = repo_shown(p->view.repo, dep->path);
    struct strv keys CLEANUP(strv_release) = {0};
    struct node *now;
    int rc;

    (void)s;
    rc = params_values(&now, NULL, arena, p, dep);
    if (rc == ERR_NOT_FOUND) {
        err_clear();
        vec_push(out, ((struct status_entry){.path = shown, .change = CHANGE_DELETED}));
        return 0;
    }
    if (rc) {
        return rc;
    }
    if (!dep->recorded_params) {
        vec_push(out, ((struct status_entry){.path = shown, .change = CHANGE_NEW}));
        return 0;
    }
    if (!dep->whole_file) {
        compare_keys(out, shown, &dep->keys, now, dep->recorded_params);
        return 0;
    }
    collect_keys(&keys, now, dep->recorded_params);
    compare_keys(out, shown, &keys, now, dep->recorded_params);
    return 0;
}

static int missing_keys(const struct strv *missing, const char *shown) {
    struct str list CLEANUP(str_release) = STR_INIT;

    for (size_t i = 0; i < missing->len; i++) {
        str_addf(&list, "%s%s", i ? ", " : "", missing->at[i]);
    }
    return err_set(ERR_NOT_FOUND, "Parameters '%s' are missing from '%s'.", list.buf, shown);
}

int params_commit(struct arena *arena, struct params *p, struct dep *dep) {
    struct strv missing CLEANUP(strv_release) = {0};
    const char *shown = repo_shown(p->view.repo, dep->path);
    struct node *values;
    int rc = params_values(&values, &missing, arena, p, dep);

    if (rc == ERR_NOT_FOUND) {
        err_clear();
        return err_set(ERR_NOT_FOUND, "dependency '%s' does not exist", shown);
    }
    if (rc) {
        return rc;
    }
    if (missing.len) {
        return missing_keys(&missing, shown);
    }
    dep->recorded_params = node_clone(arena, values);
    return 0;
}
